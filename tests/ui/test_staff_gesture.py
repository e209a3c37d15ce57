"""The hidden way to the staff's code, and the frame of a screen that is watched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kiosk.counter_events import StaffAsked
from kiosk.events import Event
from kiosk.keypad import Keypad
from kiosk.look import Look
from tests.ui.screens import PLACE, clock, welcome
from ui.operating import operate
from ui.watched import WatchedFrame
from ui.window import TerminalWindow

MARK = QPoint(90, 60)
LEFT, RIGHT = Qt.Key.Key_Left, Qt.Key.Key_Right


@pytest.fixture
def posted() -> list[Event]:
    return []


@pytest.fixture
def window(posted: list[Event], monkeypatch: pytest.MonkeyPatch) -> Iterator[TerminalWindow]:
    monkeypatch.setattr("ui.staff_gesture.HOLD_MS", 30)
    application = QApplication.instance() or QApplication([])
    window = TerminalWindow(posted.append, PLACE, ppi=102.46, clock=clock)
    window.resize(1080, 1920)
    window.show()
    window.show_screen(welcome(Look()))
    operate(window, posted.append, Keypad(), staff_code=True)
    application.processEvents()
    yield window
    window.close()
    window.deleteLater()


def asked(posted: list[Event]) -> int:
    return sum(isinstance(event, StaffAsked) for event in posted)


def press(window: TerminalWindow, at: QPoint) -> None:
    QTest.mousePress(window.windowHandle(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


def lift(window: TerminalWindow, at: QPoint) -> None:
    QTest.mouseRelease(window.windowHandle(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


def test_a_finger_held_on_the_mark_asks_once(window: TerminalWindow, posted: list[Event]) -> None:
    press(window, MARK)
    QTest.qWait(80)
    lift(window, MARK)
    assert asked(posted) == 1


def test_a_touch_or_a_finger_held_elsewhere_asks_nothing(window: TerminalWindow, posted: list[Event]) -> None:
    press(window, MARK)
    lift(window, MARK)
    press(window, QPoint(600, 1000))
    QTest.qWait(80)
    lift(window, QPoint(600, 1000))
    assert asked(posted) == 0


def test_a_row_of_arrows_asks(window: TerminalWindow, posted: list[Event]) -> None:
    for key in (LEFT, LEFT, RIGHT, RIGHT, LEFT, LEFT):
        QTest.keyClick(window.windowHandle(), key)
    assert asked(posted) == 0
    for key in (LEFT, LEFT, RIGHT, RIGHT, LEFT, RIGHT):
        QTest.keyClick(window.windowHandle(), key)
    assert asked(posted) == 1


def test_the_frame_is_there_as_long_as_the_screen_is_watched(window: TerminalWindow) -> None:
    [frame] = window.findChildren(WatchedFrame)
    assert not frame.isVisible()
    window.show_screen(replace(welcome(Look()), watched=True))
    assert frame.isVisible()
    assert frame.geometry() == window.rect()
    assert window.picture().pixelColor(6, 900) == window.theme.palette.help  # type: ignore[union-attr]
    window.show_screen(welcome(Look()))
    assert not frame.isVisible()
