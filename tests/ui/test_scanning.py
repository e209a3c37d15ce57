"""Two switches, or one: what the ring goes around, and what is taken."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kiosk.device_events import Focused
from kiosk.events import Chosen, Opened, Touched, Typed
from kiosk.keypad import Switches
from kiosk.look import Look
from kiosk.privacy import Private
from tests.ui.conftest import Stage
from tests.ui.screens import GALLERY
from tests.ui.visits import VISITS
from ui.keyboard.key import KeyButton
from ui.keypad import qt_key
from ui.scanning import SwitchControl, Target, targets_of

SCREENS = [*GALLERY, *VISITS]


class Hands:
    """Two switches before a window."""

    def __init__(self, stage: Stage, switches: Switches | None = None) -> None:
        self.stage, self.switches = stage, switches or Switches()
        self.control = SwitchControl(stage.window, stage.posted.append, self.switches)

    def on(self, times: int = 1) -> list[str]:
        """Press the first switch; return what the ring is around."""
        for _ in range(times):
            self._strike(self.switches.next)
        return self.ring

    def take(self) -> list[str]:
        """Press the second one."""
        self._strike(self.switches.select)
        return self.ring

    def to(self, name: str) -> None:
        """Go on until the ring is around what has the object name, alone or with others."""
        for _ in range(60):
            if name in self.ring:
                return
            self.on()
        raise AssertionError(name)

    def _strike(self, key: str) -> None:
        QTest.keyClick(self.stage.window.windowHandle(), Qt.Key(qt_key(key)))

    @property
    def ring(self) -> list[str]:
        """What the ring is around."""
        return [widget.objectName() for widget in self.control.shown]


@pytest.fixture
def hands(stage: Stage) -> Hands:
    return Hands(stage)


def leaves(targets: list[Target] | tuple[Target, ...]) -> list[QWidget]:
    return [w for target in targets for w in (leaves(target.inner) if target.inner else [target.widgets[0]])]


@pytest.mark.parametrize("name", SCREENS)
@pytest.mark.en301549("5.1.6.1")
def test_every_thing_that_can_be_operated_can_be_taken(stage: Stage, name: str) -> None:
    stage.show((GALLERY.get(name) or VISITS[name])(Look()))
    tab = Qt.FocusPolicy.TabFocus
    shown = [w for w in stage.window.findChildren(QWidget) if w.isVisibleTo(stage.window) and w.isEnabled()]
    wanted = [w for w in shown if w.focusPolicy() & tab and w.objectName() not in ("title",)]
    reached = leaves(targets_of(stage.window.stops()))
    fields = [target.widgets[0] for target in targets_of(stage.window.stops())]
    assert [w.objectName() for w in wanted if w not in reached and w not in fields] == []


def test_group_then_one_by_one_and_back_around_the_group(stage: Stage, hands: Hands) -> None:
    stage.show("10-choices")
    assert hands.ring == []
    assert hands.on() == ["children/yes", "children/no"]
    assert hands.take() == ["children/yes"]
    assert hands.on() == ["children/no"]
    assert hands.on() == ["children/yes", "children/no"]
    assert hands.on()[0] == "others/spouse"
    assert [event for event in stage.posted if isinstance(event, Chosen)] == []


def test_taking_an_option_goes_back_around_the_group(stage: Stage, hands: Hands) -> None:
    stage.show("10-choices")
    hands.on()
    hands.take()
    hands.on()
    assert hands.take() == ["children/yes", "children/no"]
    assert [event for event in stage.posted if isinstance(event, Chosen)] == [Chosen("children", Private("no"))]


def test_the_keyboard_goes_by_rows_then_keys_and_begins_anew_after_each(stage: Stage, hands: Hands) -> None:
    stage.show("04-form")
    hands.to("street/field")
    hands.take()
    first_row = hands.control.shown
    assert len(first_row) > 8
    assert all(isinstance(key, KeyButton) for key in first_row)
    hands.on()
    assert hands.control.shown[0] is not first_row[0]
    hands.take()
    assert len(hands.control.shown) == 1
    key = hands.control.shown[0]
    hands.take()
    typed = [event for event in stage.posted if isinstance(event, Typed)]
    assert len(typed) == 1
    assert isinstance(key, KeyButton)
    assert hands.control.shown == first_row


@pytest.mark.en301549("5.1.6.2")
def test_the_keyboard_is_left_after_its_last_row(stage: Stage, hands: Hands) -> None:
    stage.show("04-form")
    hands.to("street/field")
    hands.take()
    rows = next(stop for stop in stage.window.stops() if stop.part == "keyboard").rows()
    assert hands.on(len(rows)) == ["street/field"]
    assert hands.on() == ["action/back"]


def test_a_pin_is_typed_by_rows(stage: Stage, hands: Hands) -> None:
    stage.show("06-eid-pin")
    hands.to("pin/1")
    hands.take()
    assert hands.on() == ["pin/4", "pin/5", "pin/6"]
    hands.take()
    hands.on()
    hands.take()
    assert [event for event in stage.posted if isinstance(event, Typed)] == [Typed("pin", Private("1235"))]


def test_in_a_question_only_it_and_the_bar(stage: Stage, hands: Hands) -> None:
    stage.show("14-timeout")
    seen = set()
    for _ in range(12):
        seen |= set(hands.on())
    assert all(name.startswith(("action/", "bar/")) for name in seen)
    assert {"action/go-on", "action/more-time", "action/end", "bar/help"} <= seen


def test_another_screen_begins_anew(stage: Stage, hands: Hands) -> None:
    stage.show("10-choices")
    hands.on(3)
    stage.show("02-home")
    assert hands.ring == []
    assert hands.on()


def test_more_turns_the_page_and_begins_anew(stage: Stage) -> None:
    hands = Hands(stage)
    from kiosk.look import TextSize

    stage.show("02-home", Look(size=TextSize.XL))
    first = hands.on()
    hands.to("pager/more")
    hands.take()
    assert hands.ring != first
    assert hands.ring


def test_automatic_goes_on_by_itself_and_any_switch_takes(stage: Stage, qtbot: QtBot) -> None:
    hands = Hands(stage, Switches(automatic=True, scan_seconds=0.02, rounds=50))
    stage.show("10-choices")
    hands.take()
    assert hands.ring
    qtbot.waitUntil(lambda: "others/spouse" in hands.ring, timeout=5000)
    hands.on()
    assert hands.ring == ["others/spouse"]


def test_automatic_rests_after_some_rounds_and_is_no_sign_of_life(stage: Stage, qtbot: QtBot) -> None:
    hands = Hands(stage, Switches(automatic=True, scan_seconds=0.005, rounds=2))
    stage.show("14-timeout")
    hands.on()
    stage.posted.clear()
    qtbot.waitUntil(lambda: not hands.control.scanning, timeout=5000)
    assert hands.ring == []
    assert not [event for event in stage.posted if not isinstance(event, Focused)]


def test_what_the_ring_comes_to_is_said(stage: Stage, hands: Hands) -> None:
    stage.show("10-choices")
    hands.on()
    hands.take()
    group, one = [event for event in stage.posted if isinstance(event, Focused)]
    assert "Von Ja bis Nein" in group.words.reveal()
    assert one.words == Private("Ja")


@pytest.mark.en301549("5.8")
def test_a_tremor_is_one_strike(stage: Stage, hands: Hands, patient_fingers: list[float]) -> None:
    stage.show("10-choices")
    patient_fingers[1] = 0.2
    assert hands.on(3) == ["children/yes", "children/no"]
    assert stage.posted.count(Touched()) == 1


def test_cards_are_opened(stage: Stage, hands: Hands) -> None:
    stage.show(VISITS["a2-home"](Look()))
    hands.on()
    hands.take()
    assert [event for event in stage.posted if isinstance(event, Opened)]


def test_the_ring_stays_around_the_group_while_the_screen_changes(stage: Stage, hands: Hands) -> None:
    screen = GALLERY["10-choices"](Look())
    stage.show(screen)
    hands.on()
    ring = next(w for w in stage.window.children() if type(w).__name__ == "FocusRing")
    assert isinstance(ring, QWidget)
    before = ring.geometry()
    assert before.height() > 100
    stage.window.show_screen(GALLERY["10-choices"](Look()))
    assert ring.geometry() == before
