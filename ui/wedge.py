"""A scanner that types, where it cannot be grabbed: its keys are told from a person's by how fast they come.

Every letter is held back until it is clear who typed it. What came too fast for fingers is a code or nothing: it never
reaches a field. What a person typed goes on its way, in order, a moment later.
"""

from __future__ import annotations

import asyncio
import logging

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QWindow
from shiboken6 import isValid

from kiosk.device_events import Device, DeviceChanged, Scanned
from kiosk.ports import Tell
from kiosk.privacy import Private

log = logging.getLogger(__name__)

FASTEST_MS = 35
"""Nobody types letter after letter faster than this."""
SHORTEST = 4
"""So many letters in a row can slip from a person's hands that fast, and no more."""
MOST = 512
_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_ITSELF = (Qt.Key.Key_Shift, Qt.Key.Key_AltGr)


class KeyboardWedge(QObject):
    """A `kiosk.ports.Scanner` made of a keyboard nobody can tell from others. Install it with `stand_before`.

    It cannot know whether the scanner is plugged in. `prefix` and `suffix` are what it puts around each code, besides
    the Enter at its end; what comes too fast without them is dropped, and counted for IT.
    """

    def __init__(self, prefix: str = "", suffix: str = "", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._prefix, self._suffix = prefix, suffix
        self._tell: Tell | None = None
        self._held: list[QKeyEvent] = []
        self._letters = ""
        self._last = 0
        self._window: QWindow | None = None
        self.dropped = 0
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setTimerType(Qt.TimerType.PreciseTimer)
        self._patience.setInterval(FASTEST_MS)
        self._patience.timeout.connect(self._decide)

    async def watch(self, tell: Tell) -> None:
        """Tell that it is there, and each code, until cancelled."""
        self._tell = tell
        tell(DeviceChanged(Device.SCANNER, None))
        try:
            await asyncio.Event().wait()
        finally:
            self._tell = None

    def report_to(self, tell: Tell) -> None:
        """Tell each code there: where another scanner is watched and this one only holds back what it cannot grab."""
        self._tell = tell

    def stand_before(self, window: QWindow) -> None:
        """See every key that a window gets before anybody else."""
        self._window = window
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002
        """Hold a letter back, or let a key through behind what is held."""
        if event.type() not in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease) or not isinstance(event, QKeyEvent):
            return False
        down = event.type() is QEvent.Type.KeyPress
        if down and self._held and event.timestamp() - self._last > FASTEST_MS:
            self._decide()
        if event.key() in _ITSELF:
            return False
        typed = bool(event.text()) and event.text().isprintable() and not event.isAutoRepeat()
        ends = event.key() in _ENDS and self._letters != ""
        if not down:
            return self._hold_release(event)
        if not (typed or ends):
            self._decide()
            return False
        self._hold(event)
        if ends and len(self._letters) >= SHORTEST:
            self._code()
        return True

    def _hold(self, event: QKeyEvent) -> None:
        self._held.append(_copy(event))
        if event.key() not in _ENDS and len(self._letters) < MOST:
            self._letters += event.text()
        self._last = event.timestamp()
        self._patience.start()

    def _hold_release(self, event: QKeyEvent) -> bool:
        """Hold the release of a key that is held."""
        if not any(held.key() == event.key() for held in self._held):
            return False
        self._held.append(_copy(event))
        return True

    def _decide(self) -> None:
        """Nothing came any more: few letters are a person's, many that came without an end are nothing."""
        if len(self._letters) >= SHORTEST:
            self._drop()
            return
        held = self._forget()
        if self._window is None or not isValid(self._window):  # gone with what was held
            return
        self._window.removeEventFilter(self)
        for event in held:
            QCoreApplication.sendEvent(self._window, event)
        self._window.installEventFilter(self)

    def _code(self) -> None:
        letters = self._letters
        bare = letters.removeprefix(self._prefix).removesuffix(self._suffix)
        whole = letters.startswith(self._prefix) and letters.endswith(self._suffix) and len(letters) < MOST
        if not whole or not bare.strip() or self._tell is None:
            self._drop()
            return
        self._forget()
        self._tell(Scanned(Private(bare)))

    def _drop(self) -> None:
        self._forget()
        self.dropped += 1
        log.warning("keys came too fast for fingers and were no code (%d so far)", self.dropped)

    def _forget(self) -> list[QKeyEvent]:
        held, self._held, self._letters = self._held, [], ""
        self._patience.stop()
        return held


def _copy(event: QKeyEvent) -> QKeyEvent:
    return QKeyEvent(event.type(), event.key(), event.modifiers(), event.text(), event.isAutoRepeat(), event.count())
