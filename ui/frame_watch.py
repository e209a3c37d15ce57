"""Whether a window is really drawn: frames, and that they are not of one colour."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject, QRect
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

_STRIP = 8
"""A strip of so many parts of the width, down the middle: it crosses title, content and actions of every screen."""


class FrameWatch(QObject):
    """Notes the frames of a window. While there is no screen (the display is off) none is missing."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._drawn = float("-inf")
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002
        """Note a frame."""
        if event.type() == QEvent.Type.Paint:
            self._drawn = time.monotonic()
        return False

    def ask(self) -> None:
        """Have one pixel drawn anew."""
        self._window.update(QRect(0, 0, 1, 1))

    def drawn_since(self, moment: float) -> bool:
        """Whether a frame was drawn after this moment, and shows something; or there is nothing to draw on."""
        if all(screen.geometry().isEmpty() for screen in QGuiApplication.screens()):  # Qt puts one of no size there
            return True
        return self._drawn >= moment and not self._blank()

    def _blank(self) -> bool:
        width = max(1, self._window.width() // _STRIP)
        strip = QRect((self._window.width() - width) // 2, 0, width, self._window.height())
        image = self._window.grab(strip).toImage().convertToFormat(QImage.Format.Format_RGB32)
        pixels = bytes(image.constBits())
        return pixels == pixels[:4] * (len(pixels) // 4)
