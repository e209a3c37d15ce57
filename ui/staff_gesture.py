"""The hidden way to the staff's code: a finger held on the mark in the head, or a row of arrows on the keypad.

It takes nothing away from anybody: what it watches goes on to where it belongs.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent

from kiosk.counter_events import StaffAsked
from kiosk.events import Event
from kiosk.keypad import Keypad, PadKey
from ui.window import TerminalWindow

HOLD_MS = 3000
WITHIN_S = 5.0
"""The whole row of keys has to be struck in this time."""
ROW = (PadKey.LEFT, PadKey.LEFT, PadKey.RIGHT, PadKey.RIGHT, PadKey.LEFT, PadKey.RIGHT)


class StaffGesture(QObject):
    """Watches a window's surface and posts `StaffAsked`. `clock` gives seconds."""

    def __init__(
        self,
        window: TerminalWindow,
        post: Callable[[Event], None],
        keypad: Keypad | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(window)
        self._window, self._post, self._clock = window, post, clock
        keys = (keypad or Keypad()).keys
        self._row = [int(Qt.Key[f"Key_{keys[key]}"].value) for key in ROW]
        self._struck: list[tuple[int, float]] = []
        self._held = QTimer(self)
        self._held.setSingleShot(True)
        self._held.setInterval(HOLD_MS)
        self._held.timeout.connect(lambda: post(StaffAsked()))
        window.winId()
        window.windowHandle().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002
        """Look at what comes, and let it through."""
        if isinstance(event, QMouseEvent):
            self._touched(event)
        elif isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and not event.isAutoRepeat():
            self._key(event.key())
        return False

    def _touched(self, event: QMouseEvent) -> None:
        on_mark = self._on_mark(event.position())
        if event.type() is QEvent.Type.MouseButtonPress and on_mark:
            self._held.start()
        elif event.type() is QEvent.Type.MouseButtonRelease or not on_mark:
            self._held.stop()

    def _on_mark(self, at: QPointF) -> bool:
        theme = self._window.theme
        if theme is None:
            return False
        m = theme.metrics
        side = m.margin + m.px(64) + m.px(28)
        x = self._window.width() - at.x() if theme.rtl else at.x()
        return x < side and at.y() < m.px(28) * 2 + m.px(64)

    def _key(self, key: int) -> None:
        now = self._clock()
        self._struck = [*self._struck, (key, now)][-len(self._row) :]
        if [struck for struck, _ in self._struck] == self._row and now - self._struck[0][1] <= WITHIN_S:
            self._struck = []
            self._post(StaffAsked())
