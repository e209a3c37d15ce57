"""Screens on several pages: what comes first, and what the button to the next one says."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget

from kiosk.compose import compose
from kiosk.counter_events import HelpTaken
from kiosk.events import Chosen, HelpAsked
from kiosk.journeys.form import FormPage
from kiosk.journeys.review import ReviewPage
from kiosk.look import Look, Reach, TextSize
from kiosk.parts import Secret
from kiosk.privacy import Private
from kiosk.text import ENGLISH, GERMAN, Language
from tests.ui import visits
from tests.ui.conftest import Stage
from tests.ui.screens import GALLERY
from tests.ui.visits import VISITS
from ui.buttons import ActionButton, SheetButton
from ui.parts.notices import NoticeBox
from ui.parts.pin_pad import Dots, PinKey
from ui.words import Sheet, Told

SHAPES = ["portrait", "landscape"]
SIZES = list(TextSize)
SECRETS = [(Secret.PIN, 2), (Secret.PIN, 1), (Secret.CAN, 1), (Secret.PUK, 0)]
SPACE = 40
BREAKS = " -–/\u00ad\u2028"
"""Where a line may end."""


def shown(stage: Stage, kind: type[QWidget]) -> list[QWidget]:
    return [w for w in stage.window.findChildren(kind) if w.isVisibleTo(stage.window)]


def more_of(stage: Stage) -> ActionButton | None:
    found = [w for w in shown(stage, ActionButton) if w.objectName() == "pager/more"]
    return found[0] if found else None  # type: ignore[return-value]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("secret", "tries"), SECRETS)
def test_the_pad_is_on_the_first_page(
    stage_of: Callable[..., Stage], shape: str, size: TextSize, secret: Secret, tries: int
) -> None:
    stage = stage_of(shape)
    stage.show(visits.pin(Look(size=size), tries, secret))
    pad = shown(stage, PinKey)
    assert len(pad) == 11
    assert min(min(key.width(), key.height()) for key in pad) * 25.4 / 102.46 >= 12.7
    told = shown(stage, NoticeBox)
    more = more_of(stage)
    assert told or (more and more.accessibleName().startswith("Mehr: "))


def test_the_box_of_the_next_digit_is_drawn_whole(stage: Stage) -> None:
    window = stage.show(visits.pin(Look(), typed=""))
    dots = next(w for w in window.findChildren(Dots) if w.isVisibleTo(window))
    assert window.theme
    picture = dots.grab().toImage()
    ring = window.theme.palette.focus
    heights = [y for y in range(picture.height()) if picture.pixelColor(60, y) == ring]
    across = [x for x in range(140) if picture.pixelColor(x, (heights[0] + heights[-1]) // 2) == ring]
    thick = window.theme.metrics.px(8)
    assert across[: thick - 1] == list(range(across[0], across[0] + thick - 1))
    assert across[0] <= 1
    assert len(across) >= 2 * (thick - 1)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("language", "more", "consent"), [(GERMAN, "Mehr", "Einwilligung"), (ENGLISH, "More", "Consent")]
)
def test_the_way_to_the_consent_is_named(
    stage_of: Callable[..., Stage], shape: str, size: TextSize, language: Language, more: str, consent: str
) -> None:
    stage = stage_of(shape)
    stage.show(compose(visits.at(ReviewPage(), Look(language, size), filled=True)))
    while not [w for w in shown(stage, QWidget) if w.objectName() == "consent/yes"]:
        button = more_of(stage)
        assert button
        words = button.accessibleName()
        assert words.startswith(f"{more}: ")
        stage.touch("pager/more")
    assert words == f"{more}: {consent}"


@pytest.mark.parametrize("size", SIZES)
def test_a_heading_and_its_remark_are_not_left_alone(stage: Stage, size: TextSize) -> None:
    called = visits.after(
        visits.at(FormPage(visits.OWNER), Look(size=size)), HelpAsked(), HelpTaken("Frau Yılmaz", "Schalter 2", 2)
    )
    stage.show(compose(called))
    names = {w.objectName() for w in shown(stage, SheetButton)}
    heads = [w.text() for w in shown(stage, Told) if w.text() == "Wobei brauchen Sie Hilfe?"]  # type: ignore[attr-defined]
    assert bool(heads) is ("reasons/papers" in names)


def ink_outside(sheet: Sheet, width: int, height: int, dy: float) -> list[str]:
    """Return the edges over which the words of a sheet reach."""
    picture = QImage(width + 2 * SPACE, height + 2 * SPACE, QImage.Format.Format_RGB32)
    picture.fill(QColor("white"))
    painter = QPainter(picture)
    painter.translate(SPACE, SPACE + dy)
    for text in sheet._texts:
        text.block.paint(painter, text.x, text.y, QColor("black"))
    painter.end()
    edges = {
        "above": picture.copy(0, 0, picture.width(), SPACE),
        "below": picture.copy(0, SPACE + height, picture.width(), SPACE),
        "left": picture.copy(0, 0, SPACE - 1, picture.height()),  # smoothing may touch one pixel
        "right": picture.copy(SPACE + width + 1, 0, SPACE - 1, picture.height()),
    }
    return [name for name, strip in edges.items() if any(byte < 128 for byte in bytes(strip.constBits()))]


def cut_words(sheet: Sheet) -> list[str]:
    """Return the words that are broken where no word may be broken."""
    cut = []
    for text in sheet._texts:
        layout = text.block._layout
        for number in range(1, layout.lineCount()):
            words, start = layout.text(), layout.lineAt(number).textStart()
            if words[start - 1] not in BREAKS:
                cut.append(words)
    return cut


@pytest.mark.parametrize("reach", list(Reach))
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.en301549("11.1.4.12")
def test_no_word_is_cut(stage_of: Callable[..., Stage], shape: str, size: TextSize, reach: Reach) -> None:
    stage = stage_of(shape)
    for name, make in VISITS.items():
        window = stage.show(make(Look(size=size, reach=reach)))
        for widget in window.findChildren(QWidget):
            if isinstance(widget, Told | SheetButton) and widget.isVisibleTo(window) and widget.width() > 1:
                if isinstance(widget, Told) and type(widget).compose is Told.compose:
                    continue
                assert not cut_words(widget.sheet(widget.width())), name


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.en301549("11.1.4.12")
def test_no_letter_reaches_out_of_its_place(stage_of: Callable[..., Stage], shape: str, size: TextSize) -> None:
    """Descenders of a title, marks above capitals: to the pixel."""
    stage = stage_of(shape)
    for name, make in {**GALLERY, **VISITS}.items():
        window = stage.show(make(Look(size=size)))
        for told in window.findChildren(Told):
            if told.isVisibleTo(window) and told.width() > 1 and type(told).compose is not Told.compose:
                sheet = told.sheet(told.width())
                assert not ink_outside(sheet, told.width(), told.height(), 0), (name, told.text())
        for button in window.findChildren(SheetButton):
            if button.isVisibleTo(window):
                sheet = button.sheet(button.width())
                dy = (button.height() - sheet.height) / 2
                assert not ink_outside(sheet, button.width(), button.height(), dy), (name, button.objectName())


def test_consent_that_is_given_opens_the_way(stage: Stage) -> None:
    review = visits.at(ReviewPage(), filled=True)
    closed = stage.show(compose(review)).findChild(ActionButton, "action/hand-in")
    assert closed
    assert closed.words == "Jetzt absenden: bitte erst bestätigen"
    stage.show(compose(visits.after(review, Chosen("consent", Private("yes")))))
    QApplication.processEvents()
    assert closed.words == "Jetzt absenden"


@pytest.mark.parametrize("size", [TextSize.S, TextSize.M])
def test_a_heading_stands_in_the_column_of_its_cards(stage_of: Callable[..., Stage], size: TextSize) -> None:
    stage = stage_of("landscape")
    window = stage.show(VISITS["e2-help-coming"](Look(size=size)))
    heading = next(w for w in window.findChildren(Told) if w.text() == "Wobei brauchen Sie Hilfe?")
    cards = [w for w in shown(stage, SheetButton) if w.objectName().startswith("reasons/")]
    assert heading.isVisibleTo(window)
    assert heading.x() == min(card.x() for card in cards)
    assert [cards[0].y(), cards[2].y()] == [cards[1].y(), cards[3].y()]
