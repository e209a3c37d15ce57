"""A scanner that types is told from a person, and never types into anything."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kiosk.device_events import Device, DeviceChanged, Scanned
from kiosk.events import Event, Typed
from kiosk.privacy import Private
from tests.ui.conftest import Stage
from ui.operating import operate
from ui.wedge import FASTEST_MS, KeyboardWedge


class Typist:
    """Somebody or something at a keyboard. Time is what the keyboard says."""

    def __init__(self, stage: Stage, wedge: KeyboardWedge) -> None:
        self.stage, self.wedge, self.now = stage, wedge, 1000
        operate(stage.window, stage.posted.append, wedge=wedge)

    def types(self, words: str, apart_ms: int, *, settled: bool = False) -> None:
        """Type letters and Enter (\\n); `settled`: after each the window has waited."""
        for letter in words:
            self.now += apart_ms
            key = Qt.Key.Key_Return if letter == "\n" else Qt.Key(ord(letter.upper()))
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, "\r" if letter == "\n" else letter)
                event.setTimestamp(self.now)
                QApplication.sendEvent(self.stage.window.windowHandle(), event)
            if settled:
                self.wedge._decide()

    def events(self, kind: type[Event]) -> list[Event]:
        """Return what was posted of a kind."""
        return [event for event in self.stage.posted if isinstance(event, kind)]


@pytest.fixture
def typist(stage: Stage) -> Typist:
    typist = Typist(stage, KeyboardWedge())
    stage.show("04-form")
    return typist


def field_of(stage: Stage) -> str:
    return str(stage.find("street/field").text())  # type: ignore[attr-defined]


def test_a_code_is_told_and_not_typed(stage: Stage, typist: Typist) -> None:
    before = field_of(stage)
    typist.types("T123456\n", 5)
    assert stage.posted == [Scanned(Private("T123456"))]
    assert field_of(stage) == before
    assert stage.window.focusWidget().objectName() == "street/field"


def test_a_person_types_as_ever(stage: Stage, typist: Typist, qtbot: QtBot) -> None:
    before = field_of(stage)
    typist.types("abc", 120)
    qtbot.waitUntil(lambda: field_of(stage) == before + "abc", timeout=2000)
    assert [event.value.reveal() for event in typist.events(Typed) if isinstance(event, Typed)] == [
        before + "a", before + "ab", before + "abc",
    ]  # fmt: skip


def test_two_letters_that_slip_are_still_a_persons(stage: Stage, typist: Typist, qtbot: QtBot) -> None:
    before = field_of(stage)
    typist.types("ab", 10)
    qtbot.waitUntil(lambda: field_of(stage) == before + "ab", timeout=2000)


@pytest.mark.expects_log
def test_a_code_without_an_end_is_dropped_and_counted(stage: Stage, typist: Typist, qtbot: QtBot) -> None:
    before = field_of(stage)
    typist.types("T123456", 5)
    qtbot.waitUntil(lambda: typist.wedge.dropped == 1, timeout=2000)
    assert field_of(stage) == before
    assert stage.posted == []
    typist.types("T9999\n", 5)
    assert typist.events(Scanned) == [Scanned(Private("T9999"))]


def test_a_code_does_not_press_the_keys_of_a_pin(stage: Stage) -> None:
    typist = Typist(stage, KeyboardWedge())
    stage.show("06-eid-pin")
    typist.types("654321\n", 4)
    assert stage.posted == [Scanned(Private("654321"))]


@pytest.mark.expects_log
def test_prefix_and_suffix(stage: Stage) -> None:
    typist = Typist(stage, KeyboardWedge("X", "Z"))
    stage.show("02-home")
    typist.types("XT12345Z\nT12345\n", 5)
    assert stage.posted == [Scanned(Private("T12345"))]
    assert typist.wedge.dropped == 1


@pytest.mark.parametrize("apart", [1, 10, FASTEST_MS])
def test_fast_is_up_to_thirty_five_milliseconds(stage: Stage, typist: Typist, apart: int) -> None:
    typist.types("T123456\n", apart)
    assert typist.events(Scanned) == [Scanned(Private("T123456"))]


def test_slower_is_a_person(stage: Stage, typist: Typist) -> None:
    typist.types("t123456", FASTEST_MS + 1)
    assert typist.events(Scanned) == []
    assert len(typist.events(Typed)) == 6  # the last one is still held


def test_what_is_held_goes_with_its_window(stage: Stage, typist: Typist) -> None:
    typist.types("ab", 5)
    stage.window.destroy()  # takes the native window away, and the QWindow with it
    typist.wedge._decide()
    assert typist.events(Typed) == []


def test_keys_that_type_nothing_come_behind_what_is_held(stage: Stage, typist: Typist) -> None:
    before = field_of(stage)
    typist.types("ab", 5)
    left = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier)
    left.setTimestamp(typist.now + 5)
    QApplication.sendEvent(stage.window.windowHandle(), left)
    assert field_of(stage) == before + "ab"
    assert stage.find("street/field").cursorPosition() == len(before) + 1  # type: ignore[attr-defined]


async def test_watched_it_is_there(qapp: QApplication) -> None:
    told: list[Event] = []
    task = asyncio.create_task(KeyboardWedge().watch(told.append))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    assert told == [DeviceChanged(Device.SCANNER, None)]
