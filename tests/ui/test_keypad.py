"""The nine keys: where they go, what they do, and what is said on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from kiosk.device_events import Focused
from kiosk.effects import SpeakPart
from kiosk.events import (
    Chosen,
    Event,
    HelpAsked,
    HelpShown,
    LouderAsked,
    RepeatAsked,
    Resumed,
    Touched,
    Typed,
    VoiceAsked,
)
from kiosk.keypad import KEY_NAMES, NINE_KEYS, Keypad, PadKey
from kiosk.look import Contrast, Look, TextSize
from kiosk.privacy import Private
from kiosk.screen import Bar, HelpState, Screen
from kiosk.senses import part_utterances
from kiosk.text import ENGLISH
from kiosk.voice import Voice
from tests.ui.conftest import Stage
from tests.ui.screens import GALLERY
from tests.ui.visits import VISITS
from ui.keyboard.key import KeyButton
from ui.keypad import KeypadControl, qt_key
from ui.operating import operate
from ui.parts.pin_pad import PinKey

UP, DOWN, LEFT, RIGHT = PadKey.UP, PadKey.DOWN, PadKey.LEFT, PadKey.RIGHT
SCREENS = [*GALLERY, *VISITS]


class Pad:
    """Nine keys before a window."""

    def __init__(self, stage: Stage, keypad: Keypad | None = None) -> None:
        self.stage = stage
        self.keypad = keypad or Keypad()
        KeypadControl(stage.window, stage.posted.append, self.keypad)

    def press(self, *keys: PadKey) -> str:
        """Press keys; return the name of what has the focus then."""
        for key in keys:
            QTest.keyClick(self.stage.window.windowHandle(), Qt.Key(qt_key(self.keypad.keys[key])))
        return self.focus.objectName()

    @property
    def focus(self) -> QWidget:
        """What has the focus."""
        widget = self.stage.window.focusWidget()
        assert widget is not None
        return widget

    def said(self) -> list[Focused]:
        """Return what was come to."""
        return [event for event in self.stage.posted if isinstance(event, Focused)]

    def done(self) -> list[Event]:
        """Return what was posted besides moving."""
        return [event for event in self.stage.posted if not isinstance(event, (Focused, Touched))]


@pytest.fixture
def pad(stage: Stage) -> Pad:
    return Pad(stage)


def screen_named(name: str, look: Look | None = None) -> Screen:
    return (GALLERY.get(name) or VISITS[name])(look or Look())


def test_every_key_that_may_be_named_is_one_of_qts() -> None:
    assert all(qt_key(name) for name in KEY_NAMES)
    assert len(NINE_KEYS) == 9


def everything(stage: Stage) -> set[QWidget]:
    tab = Qt.FocusPolicy.TabFocus
    found = [w for w in stage.window.findChildren(QWidget) if w.isVisibleTo(stage.window) and w.focusPolicy() & tab]
    turns = "pager/more"  # not there while a field is being filled, and not needed then
    return {w for w in found if w.isEnabled() and not isinstance(w, KeyButton) and w.objectName() != turns}


@pytest.mark.parametrize("shape", ["portrait", "landscape"])
@pytest.mark.parametrize("name", SCREENS)
@pytest.mark.en301549("5.1.6.1", "11.2.1.1")
def test_the_arrows_reach_everything_that_can_be_operated(
    stage_of: Callable[..., Stage], shape: str, name: str
) -> None:
    stage = stage_of(shape)
    pad = Pad(stage)
    stage.show(screen_named(name))
    wanted = everything(stage)
    reached: set[str] = {pad.focus.objectName()}
    begin = None
    for _ in range(120):
        pad.press(DOWN)
        reached.add(pad.focus.objectName())
        here = pad.focus
        for aside in (RIGHT, LEFT):
            before = None
            while pad.focus is not before:
                before = pad.focus
                reached.add(pad.press(aside))
        here.setFocus(Qt.FocusReason.TabFocusReason)
        begin = begin or here
        if here is not begin and {w.objectName() for w in wanted} <= reached:
            break
    folded = {name.replace("/folded", "/field") for name in reached}
    assert {w.objectName().replace("/folded", "/field") for w in wanted} - folded == set()


@pytest.mark.en301549("5.5.2")
@pytest.mark.parametrize("name", SCREENS)
def test_whatever_is_come_to_is_said(stage: Stage, name: str) -> None:
    screen = screen_named(name)
    stage.show(screen)
    for stop in stage.window.stops():
        for element in stop.elements:
            come_to = stop.said(element, entering=True)
            effect = SpeakPart(come_to.part, come_to.words, come_to.aside)
            assert part_utterances(effect, screen, Voice()), (stop.part, element.objectName())


def test_down_goes_part_by_part_and_right_within_one(stage: Stage, pad: Pad) -> None:
    stage.show("10-choices")
    assert pad.press(DOWN) == "children/yes"
    assert pad.press(RIGHT) == "children/no"
    assert pad.press(RIGHT) == "children/no"
    assert pad.press(LEFT) == "children/yes"
    assert pad.press(DOWN) == "others/spouse"
    assert pad.press(UP, UP) == "title"
    assert pad.press(UP) == "bar/help"
    assert pad.press(DOWN) == "title"


@pytest.mark.en301549("5.1.6.1")
def test_what_is_only_told_is_come_to_too(stage: Stage, pad: Pad) -> None:
    stage.show("e1-help-called" if "e1-help-called" in GALLERY else VISITS["e1-help-called"](Look()))
    told = [stop for stop in stage.window.stops() if stop.passive and stop.part != "title"]
    assert told
    names = []
    for _ in range(len(stage.window.stops())):
        pad.press(DOWN)
        names.append(pad.focus)
    assert all(stop.elements[0] in names for stop in told)
    assert all(Focused(stop.part) in pad.said() for stop in told)


def test_select_acts_as_a_touch(stage: Stage, pad: Pad) -> None:
    stage.show("10-choices")
    pad.press(DOWN, RIGHT, PadKey.SELECT)
    assert pad.done() == [Chosen("children", Private("no"))]


@pytest.mark.en301549("5.1.6.2")
def test_select_leads_from_a_field_to_its_keyboard_and_back_leads_out(stage: Stage, pad: Pad) -> None:
    stage.show("04-form")
    assert pad.focus.objectName() == "street/field"
    pad.press(PadKey.SELECT)
    assert isinstance(pad.focus, KeyButton)
    pad.press(RIGHT, DOWN, PadKey.SELECT)
    typed = [event for event in stage.posted if isinstance(event, Typed)]
    assert len(typed) == 1
    assert pad.press(PadKey.BACK) == "street/field"
    assert pad.done() == typed
    pad.press(PadKey.BACK)
    screen = stage.window.shown
    assert screen is not None
    assert screen.back is not None
    assert pad.done()[-1] == screen.back.event


def test_the_keyboard_is_left_at_its_edges(stage: Stage, pad: Pad) -> None:
    stage.show("04-form")
    pad.press(PadKey.SELECT)
    assert pad.press(UP) == "street/field"
    pad.press(PadKey.SELECT)
    rows = next(stop for stop in stage.window.stops() if stop.part == "keyboard").rows()
    assert len(rows) >= 4
    for row in rows[1:]:
        pad.press(DOWN)
        assert pad.focus in row
    assert pad.press(DOWN) == "action/back"


def test_the_keyboard_is_passed_by_on_the_way_down(stage: Stage, pad: Pad) -> None:
    stage.show("04-form")
    assert pad.press(DOWN) == "action/back"
    assert pad.press(UP) == "street/field"


def test_a_pin_can_be_typed(stage: Stage, pad: Pad) -> None:
    stage.show("06-eid-pin")
    while not isinstance(pad.focus, PinKey):
        pad.press(DOWN)
    assert pad.press(DOWN, RIGHT) == "pin/5"
    pad.press(PadKey.SELECT)
    assert [event for event in stage.posted if isinstance(event, Typed)] == [Typed("pin", Private("1235"))]
    assert not isinstance(pad.press(PadKey.BACK) and pad.focus, PinKey)


def test_keys_that_tell_what_is_typed_are_for_the_headset_alone(stage: Stage, pad: Pad) -> None:
    stage.show("06-eid-pin")
    while not isinstance(pad.focus, PinKey):
        pad.press(DOWN)
    pad.press(RIGHT)
    assert pad.said()[-1].aside == Private("2")
    assert not pad.said()[-1].words
    stage.show("04-form")
    pad.press(PadKey.SELECT, RIGHT)
    last = pad.said()[-1]
    assert not last.words
    assert last.aside == Private(pad.focus.accessibleName())


def test_in_a_question_back_goes_on(stage: Stage, pad: Pad) -> None:
    stage.show(VISITS["e4-idle"](Look()))
    assert pad.press(DOWN).startswith("action/")
    pad.press(PadKey.BACK)
    assert pad.done() == [Resumed()]


def test_help_is_one_key(stage: Stage, pad: Pad) -> None:
    stage.show("04-form")
    pad.press(PadKey.HELP)
    stage.show(replace(GALLERY["04-form"](Look()), bar=Bar(HelpState.CALLED)))
    pad.press(PadKey.HELP)
    assert pad.done() == [HelpAsked(), HelpShown()]


def test_repeat_says_where_one_is(stage: Stage, pad: Pad) -> None:
    stage.show("10-choices")
    pad.press(DOWN, PadKey.REPEAT)
    assert pad.done() == [RepeatAsked()]  # nothing is read yet: it begins to be
    stage.show(replace(GALLERY["10-choices"](Look()), bar=Bar(reading=True)))
    before = len(pad.said())
    pad.press(PadKey.REPEAT)
    assert len(pad.said()) == before + 1
    assert pad.said()[-1].words


@pytest.mark.en301549("5.1.3.11")
def test_voice_keys(stage: Stage) -> None:
    pad = Pad(stage, Keypad({**NINE_KEYS, PadKey.LOUDER: "VolumeUp"}))
    stage.show("02-home")
    pad.press(PadKey.VOICE, PadKey.LOUDER)
    assert pad.done() == [VoiceAsked(), LouderAsked()]


def test_right_goes_left_where_one_reads_from_the_right(
    stage: Stage, pad: Pad, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.theme.RTL_LANGUAGES", frozenset({ENGLISH}))
    stage.show("10-choices", Look(ENGLISH, TextSize.S, Contrast.LIGHT))
    theme = stage.window.theme
    assert theme is not None
    assert theme.rtl
    assert pad.press(DOWN, LEFT) == "children/no"
    assert pad.press(RIGHT) == "children/yes"


@pytest.mark.en301549("5.8")
def test_a_tremor_does_nothing_twice(stage: Stage, pad: Pad, patient_fingers: list[float]) -> None:
    stage.show("02-home")
    patient_fingers[1] = 0.2
    pad.press(PadKey.HELP, PadKey.HELP)
    assert pad.done() == [HelpAsked()]
    patient_fingers[1] = 0.05
    before = pad.press(DOWN)
    assert pad.press(DOWN) == before


@pytest.mark.en301549("5.7")
def test_no_key_repeats_while_it_is_held(stage: Stage, pad: Pad) -> None:
    operate(stage.window, stage.posted.append)
    stage.show("04-form")
    surface = stage.window.windowHandle()
    none = Qt.KeyboardModifier.NoModifier
    for key, text in ((Qt.Key.Key_Down, ""), (Qt.Key.Key_F1, ""), (Qt.Key.Key_X, "x"), (Qt.Key.Key_Tab, "\t")):
        for _ in range(3):
            QApplication.sendEvent(surface, QKeyEvent(QEvent.Type.KeyPress, key, none, text, True))
    assert stage.posted == []
    assert pad.focus.objectName() == "street/field"


@pytest.mark.en301549("11.2.4.7")
def test_the_focus_can_be_seen(stage: Stage, pad: Pad) -> None:
    stage.show("10-choices")
    plain = stage.window.picture()
    pad.press(DOWN)
    theme = stage.window.theme
    assert theme is not None
    corner = pad.focus.mapTo(stage.window, pad.focus.rect().topLeft())
    x, y = corner.x() - theme.metrics.px(7), corner.y() + pad.focus.height() // 2
    colours = [stage.window.picture().pixelColor(x + dx, y) for dx in range(-1, 2)]
    assert theme.palette.focus in colours
    assert stage.window.picture() != plain
    widths = [
        dx for dx in range(-12, 0) if stage.window.picture().pixelColor(corner.x() + dx, y) == theme.palette.focus
    ]
    assert len(widths) >= 4
