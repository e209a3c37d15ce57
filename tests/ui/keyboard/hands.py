"""A keyboard, what it said, and the ways to touch it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest

from ui.keyboard import Keyboard
from ui.keyboard.key import KeyButton

PORTRAIT, LANDSCAPE = QSize(1080, 1920), QSize(1920, 1080)


class Hands:
    """A keyboard, what it said, and the ways to touch it."""

    def __init__(self, keyboard: Keyboard) -> None:
        self.keyboard = keyboard
        self.written = ""
        keyboard.typed.connect(self._typed)
        keyboard.erased.connect(self._erased)

    def _typed(self, words: str) -> None:
        self.written += words

    def _erased(self) -> None:
        self.written = self.written[:-1]

    def key(self, legend: str) -> KeyButton:
        """Return the key with that legend."""
        found = [button for button in self.keyboard.buttons if button.legend == legend]
        assert len(found) == 1, (legend, [button.legend for button in self.keyboard.buttons])
        return found[0]

    def touch(self, *legends: str) -> None:
        """Touch keys one after another."""
        for legend in legends:
            QTest.mouseClick(self.key(legend), Qt.MouseButton.LeftButton)


Make = Callable[..., Hands]
