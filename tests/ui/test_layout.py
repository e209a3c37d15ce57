"""Everything on a screen can be hit and read: in all sizes, contrasts, shapes, on every page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QWidget

from kiosk.look import Contrast, Look, Reach, TextSize
from kiosk.screen import Bar, HelpState
from kiosk.text import LANGUAGE_NAMES
from tests.ui.conftest import Stage
from tests.ui.screens import GALLERY
from ui.buttons import SheetButton
from ui.keyboard import Keyboard
from ui.parts.answers import ConsentBox
from ui.parts.fields import FieldBlock
from ui.press import Pressable
from ui.window import TerminalWindow
from ui.words import Sheet, Told

SMALLEST = 12.7
CLOSEST = 2.5
SIZES = list(TextSize)


def millimetres(pixels: float) -> float:
    return pixels * 25.4 / 102.46


def place_of(widget: QWidget, window: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def targets(window: TerminalWindow) -> list[Pressable]:
    shown = [w for w in window.findChildren(Pressable) if w.isVisibleTo(window) and w.isEnabled()]
    return [w for w in shown if type(w).__module__ != "ui.keyboard.key"]


def gap(one: QRect, other: QRect) -> float:
    across = max(one.left() - other.right(), other.left() - one.right()) - 1
    down = max(one.top() - other.bottom(), other.top() - one.bottom()) - 1
    return max(across, down)


def pages(stage: Stage) -> Iterator[TerminalWindow]:
    """Go through the pages of a screen, at both pagers, and back to the first."""
    yield stage.window
    for name in ("pager/more", "side/more"):
        for _ in range(12):
            found = [w for w in stage.window.findChildren(Pressable, name) if w.isVisibleTo(stage.window)]
            if not found or not found[0].isEnabled():
                break
            stage.touch(name)
            yield stage.window
            if found[0].accessibleName() == "Zurück zum Anfang":
                break


def assert_hittable(window: TerminalWindow, case: str) -> None:
    places = {w.objectName(): place_of(w, window) for w in targets(window)}
    for name, place in places.items():
        assert millimetres(min(place.width(), place.height())) >= SMALLEST, (case, name, place)
        assert window.rect().contains(place), (case, name, place)
    for (one, first), (other, second) in combinations(places.items(), 2):
        assert millimetres(gap(first, second)) >= CLOSEST, (case, one, other, first, second)


def sheet_fits(sheet: Sheet, width: int) -> bool:
    blocks = sheet._texts
    return all(text.x >= -1 and text.x + text.block.longest <= width + 2 for text in blocks)


def assert_whole(window: TerminalWindow, case: str) -> None:
    """No words are cut: neither by the widget's edge nor within a word."""
    for told in window.findChildren(Told):
        if told.isVisibleTo(window) and not isinstance(told, ConsentBox) and told.width() > 1:
            assert told.height() >= told.sheet(told.width()).height - 1, (case, told.text(), told.size())
            assert sheet_fits(told.sheet(told.width()), told.width()), (case, told.text())
    for button in window.findChildren(SheetButton):
        if button.isVisibleTo(window):
            sheet = button.sheet(button.width())
            assert sheet.height <= button.height(), (case, button.objectName(), sheet.height, button.height())
            assert sheet_fits(sheet, button.width()), (case, button.objectName())


def assert_apart(window: TerminalWindow, case: str) -> None:
    """Nothing lies over anything else."""
    content = window.findChild(QWidget, "content")
    actions = window.findChild(QWidget, "actions")
    bar = window.findChild(QWidget, "bar")
    assert content and actions and bar
    blocks = [w for w in content.children() if isinstance(w, QWidget) and w.isVisibleTo(window) and w.height() > 0]
    blocks += [w for w in actions.children() if isinstance(w, QWidget) and w.isVisibleTo(window)]
    places = [(w.objectName() or type(w).__name__, place_of(w, window)) for w in blocks]
    places.append(("bar", place_of(bar, window)))
    keyboard = [w for w in window.findChildren(Keyboard) if w.isVisibleTo(window)]
    places += [("keyboard", place_of(w, window)) for w in keyboard]
    for (one, first), (other, second) in combinations(places, 2):
        assert not first.intersects(second), (case, one, first, other, second)


def check(stage: Stage, name: str, look: Look) -> None:
    stage.show(name, look)
    for number, window in enumerate(pages(stage)):
        case = f"{name} {look.size} {look.reach} page {number + 1}"
        assert_hittable(window, case)
        assert_whole(window, case)
        assert_apart(window, case)


@pytest.mark.parametrize("shape", ["portrait", "landscape"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.en301549("11.1.4.4", "11.1.4.10", "5.5.1")
def test_everything_can_be_hit_and_read(stage_of: Callable[..., Stage], shape: str, size: TextSize) -> None:
    stage = stage_of(shape)
    for name in GALLERY:
        check(stage, name, Look(size=size))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.en301549("8.3.2")
def test_everything_can_be_hit_and_read_while_sitting(stage: Stage, size: TextSize) -> None:
    for name in GALLERY:
        check(stage, name, Look(size=size, reach=Reach.LOW))


@pytest.mark.parametrize("shape", ["portrait", "landscape"])
@pytest.mark.parametrize("size", SIZES)
def test_the_bar_holds_its_words_in_every_language(stage_of: Callable[..., Stage], shape: str, size: TextSize) -> None:
    stage = stage_of(shape)
    for language in LANGUAGE_NAMES:
        for bar in (Bar(), Bar(HelpState.CALLED, reading=True), Bar(HelpState.COMING, can_end=False)):
            window = stage.show(replace(GALLERY["02-home"](Look(language, size)), bar=bar))
            assert_whole(window, f"{language} {size}")
            buttons = [w for w in window.findChildren(SheetButton) if w.objectName().startswith("bar/")]
            assert len(buttons) == 6
            assert all(button.sheet(button.width()).height + 8 <= button.height() for button in buttons), language


@pytest.mark.parametrize("contrast", list(Contrast))
@pytest.mark.en301549("11.1.4.1")
def test_contrast_changes_colours_only(stage: Stage, contrast: Contrast) -> None:
    for name in ("02-home", "04-form", "07-review"):
        stage.show(name)
        usual = [place_of(w, stage.window) for w in targets(stage.window)]
        stage.show(name, Look(contrast=contrast))
        assert [place_of(w, stage.window) for w in targets(stage.window)] == usual


@pytest.mark.en301549("8.3.2", "8.3.3")
def test_targets_lie_low_while_sitting(stage: Stage) -> None:
    for name in ("02-home", "07-review", "10-choices", "01-welcome"):
        stage.show(name, Look(reach=Reach.LOW))
        tops = [place_of(w, stage.window).top() for w in targets(stage.window)]
        assert min(tops) >= 776, name


@pytest.mark.parametrize("shape", ["portrait", "landscape"])
@pytest.mark.en301549("11.6.2")
def test_actions_and_bar_never_move(stage_of: Callable[..., Stage], shape: str) -> None:
    stage = stage_of(shape)
    zones = set()
    for name in ("03-service", "04-form", "06-eid-pin", "07-review"):
        stage.show(name)
        zones.add((stage.find("actions").geometry().bottom(), stage.find("bar").geometry().top()))
    assert len(zones) == 1


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("shape", ["portrait", "landscape"])
@pytest.mark.en301549("11.3.3.1")
def test_field_and_error_stay_above_the_keyboard(stage_of: Callable[..., Stage], shape: str, size: TextSize) -> None:
    stage = stage_of(shape)
    for reach in Reach:
        window = stage.show("04-form", Look(size=size, reach=reach))
        keyboard = next(w for w in window.children() if type(w).__name__ == "Keyboard")
        block = next(w for w in window.findChildren(FieldBlock) if w.part.id == "street")
        assert isinstance(keyboard, QWidget)
        assert keyboard.isVisibleTo(window)
        assert block.isVisibleTo(window)
        place = place_of(block, window)
        assert place.height() >= block.height_for(block.width())
        assert not place.intersects(keyboard.geometry())
        assert window.rect().contains(place)
        stage.show("02-home")
