"""A window to draw in, and what it posted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from kiosk.events import Event
from kiosk.look import Look
from kiosk.screen import Screen
from tests.ui.screens import GALLERY, PLACE, clock
from ui.press import STRIKES, Pressable
from ui.window import TerminalWindow

SHAPES = {"portrait": (1080, 1920), "landscape": (1920, 1080)}


@dataclass
class Stage:
    """A window under test, with all events that it posted."""

    window: TerminalWindow
    posted: list[Event] = field(default_factory=list)

    def show(self, screen: Screen | str, look: Look | None = None) -> TerminalWindow:
        """Show a screen, or one of the gallery by name."""
        self.window.show_screen(GALLERY[screen](look or Look()) if isinstance(screen, str) else screen)
        QApplication.processEvents()
        return self.window

    def find(self, name: str) -> QWidget:
        """Return the shown widget of that object name."""
        found = [w for w in self.window.findChildren(QWidget, name) if w.isVisibleTo(self.window)]
        assert found, f"{name} is not shown"
        return found[0]

    def touch(self, name: str) -> None:
        """Touch a widget by its object name."""
        widget = self.find(name)
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=widget.rect().center())

    def touch_at(self, x: int, y: int) -> None:
        """Touch the window at a point."""
        target = self.window.childAt(QPoint(x, y)) or self.window
        QTest.mouseClick(target, Qt.MouseButton.LeftButton, pos=target.mapFrom(self.window, QPoint(x, y)))


@pytest.fixture
def stage_of(qapp: QApplication) -> Iterator[Callable[..., Stage]]:
    """Return a function that opens a window of a shape."""
    stages: list[Stage] = []

    def make(shape: str = "portrait") -> Stage:
        posted: list[Event] = []
        stage = Stage(TerminalWindow(posted.append, PLACE, ppi=102.46, clock=clock), posted)
        stage.window.resize(*SHAPES[shape])
        stage.window.show()
        qapp.processEvents()
        stages.append(stage)
        return stage

    yield make
    for stage in stages:
        stage.window.close()
        stage.window.deleteLater()
    qapp.processEvents()


@pytest.fixture
def stage(stage_of: Callable[..., Stage]) -> Stage:
    """Return a window of the reference screen."""
    return stage_of()


@pytest.fixture(autouse=True)
def _deleted_later_is_deleted_now(qapp: QApplication) -> Iterator[None]:
    """Delete what a test gave back: Qt does so in its loop alone, and the first test that ran one would have it all."""
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(autouse=True)
def patient_fingers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """Let a second pass between touches, except where a test says otherwise."""
    now = [0.0, 1.0]

    def tick() -> float:
        now[0] += now[1]
        return now[0]

    monkeypatch.setattr(STRIKES, "clock", tick)
    monkeypatch.setattr(STRIKES, "_when", float("-inf"))
    Pressable.by_keyboard = False
    yield now
    Pressable.by_keyboard = False
