"""What the window does with screens, touches and keys."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from kiosk.events import (
    Chosen,
    EndAsked,
    HelpAsked,
    HelpShown,
    LanguageAsked,
    LookAsked,
    ReachToggled,
    ReadingToggled,
    SizeCycled,
    Touched,
    Typed,
    WentBack,
    WentOn,
)
from kiosk.look import Look, Reach, TextSize
from kiosk.parts import Countdown, Field, Paragraph, PinPad, Problem
from kiosk.privacy import Private
from kiosk.screen import Bar, HelpState, Screen
from kiosk.text import Verbatim
from tests.ui import screens
from tests.ui.conftest import Stage
from tests.ui.screens import GALLERY
from ui.parts.editors import LineEdit
from ui.parts.notices import NoticeBox
from ui.press import Pressable

V = Verbatim


def with_part(screen: Screen, part: object) -> Screen:
    """Return the screen with the part of that id replaced."""
    parts = tuple(part if old.id == part.id else old for old in screen.parts)  # type: ignore[attr-defined]
    return replace(screen, parts=parts)  # type: ignore[arg-type]


def field_of(screen: Screen, name: str) -> Field:
    return next(part for part in screen.parts if isinstance(part, Field) and part.id == name)


def edit_of(stage: Stage, name: str) -> LineEdit:
    widget = stage.find(f"{name}/field")
    assert isinstance(widget, LineEdit)
    return widget


# touching


def test_actions_post_their_events(stage: Stage) -> None:
    stage.show("03-service")
    stage.touch("action/back")
    stage.touch("action/next")
    assert stage.posted == [WentBack(), WentOn()]


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("help", HelpAsked()),
        ("read", ReadingToggled()),
        ("size", SizeCycled()),
        ("look", LookAsked()),
        ("language", LanguageAsked()),
        ("end", EndAsked()),
    ],
)
@pytest.mark.en301549("11.6.2")
def test_the_bar_posts_its_events(stage: Stage, name: str, event: object) -> None:
    stage.show("03-service")
    stage.touch(f"bar/{name}")
    assert stage.posted == [event]


def test_while_help_is_called_the_bar_shows_how_it_stands(stage: Stage) -> None:
    stage.show(replace(GALLERY["03-service"](Look()), bar=Bar(HelpState.CALLED)))
    stage.touch("bar/help")
    assert stage.posted == [HelpShown()]
    assert stage.find("bar/help").accessibleName() == "Hilfe gerufen"


def test_a_touch_without_a_target_is_a_sign_of_life(stage: Stage) -> None:
    stage.show("03-service")
    stage.touch_at(1060, 1000)
    stage.touch_at(300, 200)
    assert stage.posted == [Touched(), Touched()]


def test_what_is_blocked_only_shows_that_somebody_is_there(stage: Stage) -> None:
    stage.show("06-eid-pin")
    stage.touch("action/next")
    assert stage.posted == [Touched()]


def test_options_post_what_was_chosen(stage: Stage) -> None:
    stage.show("10-choices")
    stage.touch("children/no")
    stage.touch("others/parents")
    assert stage.posted == [Chosen("children", Private("no")), Chosen("others", Private("parents"))]


def test_consent_posts_yes(stage: Stage) -> None:
    stage.show("07-review")
    stage.touch("consent/yes")
    assert stage.posted == [Chosen("consent", Private("yes"))]


def test_normal_height_is_one_touch_away_while_sitting(stage: Stage) -> None:
    stage.show("02-home", Look(reach=Reach.LOW))
    stage.touch("action/normal-reach")
    assert stage.posted == [ReachToggled()]


def test_the_start_of_a_visit_is_in_the_content(stage: Stage) -> None:
    stage.show("01-welcome")
    stage.touch("action/next")
    assert stage.posted == [WentOn()]


# typing


def test_each_letter_is_posted_as_the_whole_content(stage: Stage) -> None:
    stage.show("04-form")
    QTest.keyClicks(edit_of(stage, "street"), "1")
    assert stage.posted == [Typed("street", Private("Lindenweg 1"))]


def test_the_keyboard_on_the_screen_types_into_the_field(stage: Stage) -> None:
    window = stage.show("04-form")
    keyboard = next(w for w in window.children() if type(w).__name__ == "Keyboard")
    keyboard.typed.emit("7")  # type: ignore[attr-defined]
    keyboard.erased.emit()  # type: ignore[attr-defined]
    values = [event.value.reveal() for event in stage.posted if isinstance(event, Typed)]
    assert values == ["Lindenweg 7", "Lindenweg "]


def test_closing_the_keyboard_shows_the_whole_form_again(stage: Stage) -> None:
    window = stage.show("04-form", Look(size=TextSize.L))
    keyboard = next(w for w in window.children() if type(w).__name__ == "Keyboard")
    assert isinstance(keyboard, QWidget)
    assert stage.find("postcode/folded")
    keyboard.closed.emit()  # type: ignore[attr-defined]
    assert not keyboard.isVisibleTo(window)
    assert stage.find("postcode/field")
    assert stage.find("street/field")
    stage.touch("street/field")
    assert keyboard.isVisibleTo(window)


def test_a_folded_field_opens_when_touched(stage: Stage) -> None:
    stage.show("04-form", Look(size=TextSize.L))
    stage.touch("postcode/folded")
    assert edit_of(stage, "postcode").hasFocus()
    assert stage.find("street/folded").accessibleName() == "Straße und Hausnummer"


def test_the_cursor_stays_while_the_screen_answers(stage: Stage) -> None:
    screen = GALLERY["04-form"](Look())
    stage.show(screen)
    edit = edit_of(stage, "street")
    edit.setCursorPosition(3)
    QTest.keyClicks(edit, "x")
    answered = replace(field_of(screen, "street"), value=Private("Linxdenweg "), problem=None)
    stage.show(with_part(screen, answered))
    assert edit_of(stage, "street") is edit
    assert edit.hasFocus()
    assert (edit.text(), edit.cursorPosition()) == ("Linxdenweg ", 4)


def test_late_answers_do_not_undo_what_was_typed_since(stage: Stage) -> None:
    screen = GALLERY["04-form"](Look())
    stage.show(screen)
    edit = edit_of(stage, "street")
    QTest.keyClicks(edit, "123")
    for late in ("Lindenweg 1", "Lindenweg 12", "Lindenweg 123"):
        stage.show(with_part(screen, replace(field_of(screen, "street"), value=Private(late))))
        assert edit.text() == "Lindenweg 123"


def test_an_answer_put_right_by_the_terminal_is_shown(stage: Stage) -> None:
    screen = GALLERY["04-form"](Look())
    stage.show(screen)
    stage.show(with_part(screen, replace(field_of(screen, "street"), value=Private("Am Markt 1"))))
    assert edit_of(stage, "street").text() == "Am Markt 1"
    assert stage.posted == []


@pytest.mark.en301549("11.3.3.1")
def test_the_first_wrong_field_gets_the_focus(stage: Stage) -> None:
    screen = replace(
        with_part(GALLERY["04-form"](Look()), replace(field_of(GALLERY["04-form"](Look()), "street"), problem=None)),
        focus="postcode",
    )
    stage.show(screen)
    stage.touch("street/field")
    wrong = replace(field_of(screen, "postcode"), problem=Problem(V("Falsch."), V("Fünf Ziffern.")))
    stage.show(with_part(screen, wrong))
    assert edit_of(stage, "postcode").hasFocus()


def test_nothing_reaches_the_clipboard(stage: Stage) -> None:
    stage.show("04-form")
    edit = edit_of(stage, "street")
    clipboard = QApplication.clipboard()
    clipboard.setText("fremd")
    edit.selectAll()
    for key in (Qt.Key.Key_C, Qt.Key.Key_X, Qt.Key.Key_V):
        QTest.keyClick(edit, key, Qt.KeyboardModifier.ControlModifier)
    assert clipboard.text() == "fremd"
    assert edit.text() == "Lindenweg "


def test_digits_of_a_physical_pad_go_to_the_pin(stage: Stage) -> None:
    window = stage.show("06-eid-pin")
    QTest.keyClicks(window, "4")
    QTest.keyClick(window, Qt.Key.Key_Backspace)
    stage.touch("pin/5")
    assert stage.posted == [
        Typed("pin", Private("1234")),
        Typed("pin", Private("123")),
        Typed("pin", Private("1235")),
    ]


def test_a_pin_never_gets_longer_than_it_may(stage: Stage) -> None:
    screen = GALLERY["06-eid-pin"](Look())
    pad = next(part for part in screen.parts if isinstance(part, PinPad))
    stage.show(with_part(screen, replace(pad, value=Private("123456"))))
    stage.touch("pin/7")
    assert stage.posted == [Touched()]


# showing


@pytest.mark.en301549("11.3.2.2")
def test_the_same_step_is_changed_in_place(stage: Stage) -> None:
    screen = GALLERY["14-timeout"](Look())
    assert screen.dialog is not None
    window = stage.show(screen)
    before = {id(widget) for widget in window.findChildren(QWidget)}
    _, ring, note = screen.dialog.parts
    assert isinstance(ring, Countdown)
    parts = (Paragraph("text", V("Noch 37 Sekunden.")), replace(ring, left=37), note)
    stage.show(replace(screen, dialog=replace(screen.dialog, parts=parts)))
    assert {id(widget) for widget in window.findChildren(QWidget)} == before
    told = [label.text() for label in window.findChildren(QLabel) if label.isVisibleTo(window)]
    assert "37 Sekunden" in told
    assert "Noch 37 Sekunden." in told


def test_nothing_of_the_last_screen_is_left(stage: Stage) -> None:
    window = stage.show("07-review")
    stage.show("03-service")
    told = " ".join(label.text() for label in window.findChildren(QLabel))
    names = " ".join(widget.accessibleName() for widget in window.findChildren(QWidget))
    assert "Beispiel" not in told + names


@pytest.mark.parametrize("size", list(TextSize))
def test_nothing_typed_is_left_in_any_widget(stage: Stage, size: TextSize) -> None:
    """Folded fields, other sizes of the window, questions: all of it goes with the screen."""
    screen = GALLERY["04-form"](Look(size=size))
    stage.show(screen)
    for width in (1080, 540):
        stage.window.resize(width, 1920)
        QApplication.processEvents()
        stage.touch("postcode/folded" if size in (TextSize.L, TextSize.XL) and width == 1080 else "postcode/field")
        stage.show(replace(GALLERY["14-timeout"](Look(size=size)), id=screen.id))
        stage.show(screen)
    window = stage.show("02-home")
    assert not [
        w for w in window.findChildren(QWidget) if type(w).__name__ in ("FoldedField", "FieldBlock", "LineEdit")
    ]


def test_answers_are_covered_behind_the_question(stage: Stage) -> None:
    window = stage.show("14-timeout")
    stage.window.grab()
    told = " ".join(label.text() for label in window.findChildren(QLabel))
    names = " ".join(w.accessibleName() + w.accessibleDescription() for w in window.findChildren(QWidget))
    assert "Musterstadt" not in told.replace("Stadt Musterstadt", "") + names
    assert not [e for e in window.findChildren(LineEdit) if e.isVisibleTo(window)]


def test_the_covered_picture_does_not_depend_on_the_answers(stage: Stage) -> None:
    screen = GALLERY["14-timeout"](Look())
    stage.show(screen).picture()  # glyphs drawn for the first time are a hair different
    stage.show("02-home")
    one = stage.show(screen).picture()
    others = with_part(screen, replace(field_of(screen, "postcode"), value=Private("99")))
    stage.show("02-home")
    assert stage.show(others).picture() == one


def test_focus_goes_into_the_question_and_back(stage: Stage) -> None:
    question = GALLERY["14-timeout"](Look())
    stage.show("04-form")
    assert stage.window.focusWidget().objectName() == "street/field"
    stage.show(question)
    assert stage.window.focusWidget().objectName() == "action/go-on"
    stage.show(replace(question, dialog=None))
    assert stage.window.focusWidget().objectName() == "street/field"


def test_only_the_question_and_the_bar_can_be_operated(stage: Stage) -> None:
    window = stage.show("14-timeout")
    seen = set()
    for _ in range(20):
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        seen.add(window.focusWidget().objectName())
    assert seen == {
        "action/go-on", "action/more-time", "action/end",
        "bar/help", "bar/read", "bar/size", "bar/look", "bar/language", "bar/end",
    }  # fmt: skip
    stage.touch_at(200, 1680)
    assert stage.posted == [Touched()]


@pytest.mark.en301549("5.1.3.3", "5.1.5")
def test_what_is_read_lights_up(stage: Stage) -> None:
    screen = GALLERY["03-service"](Look())
    window = stage.show(screen)
    dark = window.picture()
    lit = stage.show(replace(screen, spoken="pin")).picture()
    assert lit != dark
    assert window.theme is not None
    notice = window.findChild(NoticeBox)
    assert notice is not None
    above = notice.geometry().center().x(), notice.geometry().top() - 4
    assert lit.pixelColor(*above) == window.theme.palette.spoken
    stage.show(replace(screen, spoken="next"))
    button = stage.find("action/next")
    assert isinstance(button, Pressable)
    read = [button.spoken]
    stage.show(replace(screen, spoken=""))
    read.append(button.spoken)
    assert read == [True, False]
    assert window.picture() == dark


def test_the_page_turns_to_what_is_read(stage: Stage) -> None:
    screen = GALLERY["03-service"](Look(size=TextSize.XL))
    stage.show(screen)
    assert not [w for w in stage.window.findChildren(QWidget, "persons/counter") if w.isVisibleTo(stage.window)]
    stage.show(replace(screen, spoken="counter"))
    assert stage.find("persons/counter")


@pytest.mark.en301549("11.1.4.10")
def test_more_leads_through_all_parts_and_back_to_the_first(stage: Stage) -> None:
    stage.show("02-home", Look(size=TextSize.XL))
    seen = set()
    for _ in range(10):
        seen |= {w.objectName() for w in stage.window.findChildren(Pressable) if w.isVisibleTo(stage.window)}
        if stage.find("pager/more").accessibleName() == "Zurück zum Anfang":
            break
        stage.touch("pager/more")
    assert {f"situations/{icon}" for icon, _, _ in screens.SITUATIONS} <= seen
    assert {"often-used/d", "action/ticket"} <= seen
    stage.touch("pager/more")
    assert stage.find("find/search")
    assert set(stage.posted) == {Touched()}


def test_the_page_stays_while_the_screen_is_updated(stage: Stage) -> None:
    screen = GALLERY["02-home"](Look(size=TextSize.XL))
    stage.show(screen)
    stage.touch("pager/more")
    first = stage.find("pager/more").accessibleName()
    stage.show(replace(screen, bar=Bar(HelpState.CALLED)))
    assert stage.find("pager/more").accessibleName() == first


def test_the_window_is_drawn_anew_in_another_size(stage: Stage) -> None:
    window = stage.show("02-home")
    window.resize(1920, 1080)
    QApplication.processEvents()
    assert window.picture().size() == window.size()
    assert stage.find("bar").geometry().top() == 952


@pytest.mark.parametrize("shape", ["portrait", "landscape"])
def test_every_screen_can_follow_every_other(stage_of: Callable[..., Stage], shape: str) -> None:
    stage = stage_of(shape)
    for one in GALLERY:
        for other in GALLERY:
            stage.show(one)
            stage.show(other)
    assert stage.posted == []


# assistive technology


@pytest.mark.parametrize("name", list(GALLERY))
@pytest.mark.en301549("11.2.4.6", "11.4.1.2")
def test_every_control_has_a_name(stage: Stage, name: str) -> None:
    window = stage.show(name)
    stops = [
        w for w in window.findChildren(QWidget) if w.isVisibleTo(window) and w.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    assert stops
    for widget in stops:
        interface = QAccessible.queryAccessibleInterface(widget)
        assert interface.text(QAccessible.Text.Name), widget.objectName()


@pytest.mark.en301549("11.1.3.1", "11.4.1.2")
def test_roles_reach_assistive_technology(stage: Stage) -> None:
    stage.show("10-choices")
    roles = {name: QAccessible.queryAccessibleInterface(stage.find(name)).role() for name in (
        "children/yes", "others/dog", "action/back", "mail/field", "title",
    )}  # fmt: skip
    assert roles == {
        "children/yes": QAccessible.Role.RadioButton,
        "others/dog": QAccessible.Role.CheckBox,
        "action/back": QAccessible.Role.Button,
        "mail/field": QAccessible.Role.EditableText,
        "title": QAccessible.Role.Heading,
    }
    states = [QAccessible.queryAccessibleInterface(stage.find(f"children/{n}")).state().checked for n in ("yes", "no")]
    assert states == [1, 0]


@pytest.mark.en301549("11.1.3.1", "11.3.3.2")
def test_a_field_says_hint_and_error(stage: Stage) -> None:
    stage.show("04-form")
    edit = edit_of(stage, "street")
    assert edit.accessibleName() == "Straße und Hausnummer"
    assert "Zum Beispiel: Hauptstraße 5a" in edit.accessibleDescription()
    assert "Die Hausnummer fehlt." in edit.accessibleDescription()


@pytest.mark.en301549("11.2.4.4")
def test_change_says_what_is_changed(stage: Stage) -> None:
    stage.show("07-review")
    assert stage.find("move/change-day").accessibleName() == "Ändern: Einzug am"


@pytest.mark.en301549("11.2.4.3", "11.1.3.2")
def test_tab_goes_in_reading_order(stage: Stage) -> None:
    window = stage.show("07-review")
    order = [window.focusWidget().objectName()]
    while order.count("title") < 2:
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        order.append(window.focusWidget().objectName())
    assert order == [
        "title", "move/change-new", "move/change-day", "move/change-old", "move/change-children",
        "post/change-where", "consent/yes", "consent/more", "action/back", "action/next",
        "bar/help", "bar/read", "bar/size", "bar/look", "bar/language", "bar/end", "title",
    ]  # fmt: skip


def test_arrows_move_among_controls_and_choose_nothing(stage: Stage) -> None:
    window = stage.show("10-choices")
    QTest.keyClick(window, Qt.Key.Key_Down)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Down)
    assert window.focusWidget().objectName() == "children/no"
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Up)
    assert window.focusWidget().objectName() == "children/yes"
    assert stage.posted == []


def test_the_clock_shows_the_time(stage: Stage) -> None:
    window = stage.show("02-home")
    told = [label.text() for label in window.findChildren(QLabel)]
    assert "Stadt Musterstadt, Bürgerservice im Rathaus. 10:24 Uhr" in told


# the binding


def test_a_thousand_changes_leave_no_references_behind(stage: Stage) -> None:
    screen = Screen("one", V("Titel"), Look(), (Paragraph("p", V("0")),))
    stage.show(screen)
    before = sys.getrefcount(None)
    for number in range(1000):
        stage.window.show_screen(replace(screen, parts=(Paragraph("p", V(str(number))),)))
    assert abs(sys.getrefcount(None) - before) < 200
