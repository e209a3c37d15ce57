"""People in front of the window: one has only keys, one has only a finger. Both go by what they see."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kiosk.letters import letter_name
from kiosk.text import translator
from tests.e2e.eyes import Eyes, Role, Seen
from tests.e2e.foyer import Foyer

T = TypeVar("T")

MOST_STOPS = 250
"""As many times the tab key is pressed on one screen before somebody gives up."""
MOST_PAGES = 8
MORE = ("Mehr", "Show more", "More: ")
TOP = ("Zurück zum Anfang", "Back to the top")
SHIFT = ("Umschalttaste", "Shift")
LETTERS = ("Zurück zu den Buchstaben", "Back to the letters")
SPECIALS = ("Weitere Buchstaben", "More letters")
BUTTONS = (Role.Button, Role.RadioButton, Role.CheckBox, Role.ListItem, Role.Link)


async def as_input(act: Callable[[], T]) -> T:
    """Do something as Qt delivers input: from the event loop, outside of every task."""
    done: asyncio.Future[T] = asyncio.get_running_loop().create_future()

    def doing() -> None:
        try:
            done.set_result(act())
        except BaseException as error:
            done.set_exception(error)

    asyncio.get_running_loop().call_soon(doing)
    return await done


class Person(ABC):
    """Somebody who uses the terminal."""

    def __init__(self, foyer: Foyer) -> None:
        self.foyer = foyer
        self.eyes = Eyes(foyer.window)

    async def sees(self, *words: str) -> None:
        """Wait until all these words stand on the screen."""
        await self.foyer.until(lambda: all(map(self.eyes.sees, words)), lambda: f"{words} in\n{self.eyes.words()}")

    async def press(self, name: str) -> None:
        """Find something by its name, if need be on a further page of the screen, and press it."""
        await self._reveal(name, *BUTTONS)
        await self._activate(name)

    async def fill(self, name: str, words: str) -> None:
        """Write into a field."""
        await self._reveal(name, Role.EditableText, Role.Button)
        if self.eyes.find(name, Role.EditableText) is None:
            await self._activate(name)  # folded together, while another one is being written into
        await self._write(name, words)
        await self.foyer.until(lambda: self.written(name) == words, lambda: f"{name} says {self.written(name)!r}")

    def written(self, name: str) -> str:
        """Return what stands in a field."""
        field = self.eyes.find(name, Role.EditableText)
        return field.value if field else ""

    async def _reveal(self, name: str, *roles: Role) -> None:
        """Wait for something, and turn the pages of a long screen once."""

        def further() -> Seen | None:
            return self.eyes.beginning(*MORE) or self.eyes.beginning(*TOP)

        def missed() -> str:
            return f"{name} in\n{self.eyes.words()}"

        for _ in range(MOST_PAGES):
            await self.foyer.until(lambda: bool(self.eyes.find(name, *roles) or further()), missed)
            if self.eyes.find(name, *roles):
                return
            more = further()
            assert more
            await self._activate(more.name)
        raise AssertionError(missed())

    @abstractmethod
    async def _activate(self, name: str) -> None: ...

    @abstractmethod
    async def _write(self, name: str, words: str) -> None: ...


class ByKeys(Person):
    """Has a keyboard: tab, arrows, enter, letters."""

    async def _activate(self, name: str) -> None:
        await self._go_to(name)
        await self._key(Qt.Key.Key_Return)

    async def _write(self, name: str, words: str) -> None:
        await self._go_to(name)
        await self.strike(words)

    async def strike(self, words: str) -> None:
        """Strike keys, whatever has the focus."""
        for letter in words:
            await as_input(partial(_strike, letter))

    async def _go_to(self, name: str) -> None:
        for _ in range(MOST_STOPS):
            if self.eyes.focused() == name:
                return
            among_options = self.eyes.find(self.eyes.focused(), Role.RadioButton, Role.CheckBox)
            await self._key(Qt.Key.Key_Down if among_options else Qt.Key.Key_Tab)
        raise AssertionError(f"no key leads to {name}, only to {self.eyes.focused()}")

    async def _key(self, key: Qt.Key) -> None:
        await as_input(lambda: QTest.keyClick(self.foyer.window.windowHandle(), key))


class ByTouch(Person):
    """Has one finger, and writes with the keyboard on the screen."""

    async def _activate(self, name: str) -> None:
        seen = self.eyes.find(name, *BUTTONS)
        assert seen, f"{name} is not in\n{self.eyes.words()}"
        await as_input(lambda: self._touch(name, *BUTTONS))

    async def _write(self, name: str, words: str) -> None:
        await as_input(lambda: self._touch(name, Role.EditableText))
        for letter in words:
            await self._type(letter)

    async def _type(self, letter: str) -> None:
        """Type a letter, looking for it on the pages of the keyboard if need be."""
        key = letter_name(letter, translator(self.foyer.terminal.visit.look.language))
        for turn in ((), SHIFT, LETTERS, SHIFT, SPECIALS, SHIFT):
            if self.eyes.find(key, Role.Button):
                break
            button = self.eyes.beginning(*turn) if turn else None
            if button:
                await as_input(partial(self._touch, button.name, Role.Button))
        await as_input(lambda: self._touch(key, Role.Button))

    def _touch(self, name: str, *roles: Role) -> None:
        seen = self.eyes.find(name, *roles)
        assert seen, f"{name} is not in\n{self.eyes.words()}"
        window = self.foyer.window
        button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QTest.mouseClick(window.windowHandle(), button, none, window.mapFromGlobal(seen.middle))


def _strike(letter: str) -> None:
    """Strike a letter of a keyboard that has it. QTest knows ASCII alone."""
    widget = QApplication.focusWidget()
    assert widget is not None
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(widget, QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter))
