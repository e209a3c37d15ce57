"""Which field is being filled, and the keyboard on the screen for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from kiosk.keypad import ScreenKeyboard
from kiosk.parts import Input
from ui.parts.base import Context
from ui.parts.fields import FieldView
from ui.press import Pressable

if TYPE_CHECKING:
    from ui.keyboard import Habits, Keyboard

BEGIN_LARGE = (Input.TEXT, Input.MULTILINE)
"""What usually begins with a capital: names, streets, sentences; not an address for e-mail, not a search."""


class Filling:
    """The field being filled, or none. The keyboard is made when it is first needed.

    `closed` is called when the visitor puts the keyboard away.
    """

    def __init__(self, window: QWidget, closed: Callable[[], None]) -> None:
        self._window, self._closed = window, closed
        self._keyboard: Keyboard | None = None
        self._habits: Habits | None = None
        self.strike_seconds = ScreenKeyboard().strike_seconds
        self.field: FieldView | None = None

    def begin(self, field: FieldView, context: Context) -> None:
        """Fill a field from now on; the keyboard comes up with `place`."""
        self.field = field
        self._keyboard_in(context).set_kind(field.part.input, capital=self._begins())

    def end(self) -> None:
        """Fill nothing."""
        self.field = None

    def discard_keyboard(self) -> None:
        """Drop the keyboard: theme or language is another one."""
        if self._keyboard is not None:
            self._keyboard.hide()
            self._keyboard.setParent(None)
            self._keyboard.deleteLater()
            self._keyboard = None

    def forget(self) -> None:
        """Begin with the usual keys: the visit is another one."""
        self._habits = None
        self.discard_keyboard()

    def place(self, rect: QRect, *, shown: bool) -> None:
        """Put the keyboard into its zone, or away."""
        if self._keyboard is None:
            return
        if self.field is None or not shown:
            self._keyboard.hide()
            return
        self._keyboard.setGeometry(rect)
        self._keyboard.show()
        self._keyboard.raise_()

    def keys(self) -> list[QWidget]:
        """Return the keys that are shown, in reading order."""
        if self.field is None or self._keyboard is None:
            return []
        return [key for key in self._keyboard.findChildren(Pressable) if key.isVisibleTo(self._window)]

    @property
    def keyboard(self) -> Keyboard | None:
        """The keyboard, while it is shown."""
        shown = self.field is not None and self._keyboard is not None and self._keyboard.isVisibleTo(self._window)
        return self._keyboard if shown else None

    def _keyboard_in(self, context: Context) -> Keyboard:
        if self._keyboard is None:
            from ui.keyboard import Habits, Keyboard

            self._habits = self._habits or Habits()
            self._keyboard = Keyboard(context.theme, context.translator.language, self._window, self._habits)
            self._keyboard.set_strike_seconds(self.strike_seconds)
            self._keyboard.typed.connect(self._type)
            self._keyboard.erased.connect(self._erase)
            self._keyboard.closed.connect(self._closed)
        return self._keyboard

    def _type(self, text: str) -> None:
        if self.field is not None:
            self.field.block.edit.insert_text(text)

    def _erase(self) -> None:
        if self.field is not None:
            self.field.block.edit.erase()
            if self._begins() and self._keyboard is not None:
                self._keyboard.capitalise()

    def _begins(self) -> bool:
        """Whether the next letter is the first one of a name or a sentence."""
        field = self.field
        return field is not None and field.part.input in BEGIN_LARGE and not field.block.edit.value()
