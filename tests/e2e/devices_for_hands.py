"""People who cannot touch: one has the nine keys of a pad, one has two switches. Both stand at USB as keyboards."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from kiosk.keypad import NINE_KEYS, Keypad, PadKey, Switches
from kiosk.letters import letter_name
from kiosk.text import translator
from tests.e2e.eyes import Role
from tests.e2e.foyer import Foyer
from tests.e2e.people import LETTERS, MOST_STOPS, SHIFT, SPECIALS, Person, as_input
from ui.keypad import KeypadControl, qt_key
from ui.scanning import NEXT, SELECT, SwitchControl


class _WithoutTouch(Person):
    """Writes with the keyboard on the screen."""

    async def strike(self, key: int) -> None:
        """Strike a key of the device."""
        await as_input(lambda: QTest.keyClick(self.foyer.window.windowHandle(), Qt.Key(key)))

    async def _write(self, name: str, words: str) -> None:
        await self._open(name)
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
                await self._press_key(button.name)
        await self._press_key(key)

    async def _open(self, name: str) -> None:
        raise NotImplementedError

    async def _press_key(self, name: str) -> None:
        raise NotImplementedError


class ByPad(_WithoutTouch):
    """Has nine keys."""

    def __init__(self, foyer: Foyer) -> None:
        super().__init__(foyer)
        self.control = KeypadControl(foyer.window, foyer.terminal.post, Keypad())

    async def key(self, key: PadKey) -> None:
        """Press a key of the pad."""
        await self.strike(qt_key(NINE_KEYS[key]))

    async def _go_to(self, name: str) -> None:
        """Go down part by part; within a part that has it, go right."""
        for _ in range(MOST_STOPS):
            if self.eyes.focused() == name:
                return
            await self.key(PadKey.RIGHT if self._is_in_this_part(name) else PadKey.DOWN)
        raise AssertionError(f"no key leads to {name}, only to {self.eyes.focused()}")

    def _is_in_this_part(self, name: str) -> bool:
        focus = QApplication.focusWidget()
        here = next((stop for stop in self.foyer.window.stops() if focus in stop.elements), None)
        if here is None or here.grid or focus is None:
            return False
        ahead = here.elements[here.elements.index(focus) + 1 :]
        return any(element.accessibleName() == name for element in ahead)

    async def _activate(self, name: str) -> None:
        await self._go_to(name)
        await self.key(PadKey.SELECT)

    async def _open(self, name: str) -> None:
        await self._go_to(name)
        await self.key(PadKey.SELECT)

    async def _press_key(self, name: str) -> None:
        """Go over the keys by arrows, as the eyes say: first to the row, then along it."""
        for _ in range(40):
            focus, wanted = QApplication.focusWidget(), self.eyes.find(name, Role.Button)
            assert focus is not None
            assert wanted is not None, name
            here = QPoint(focus.mapToGlobal(focus.rect().center()))
            if focus.accessibleName() == name:
                await self.key(PadKey.SELECT)
                return
            if abs(here.y() - wanted.middle.y()) > focus.height() // 2:
                await self.key(PadKey.DOWN if here.y() < wanted.middle.y() else PadKey.UP)
            else:
                await self.key(PadKey.RIGHT if here.x() < wanted.middle.x() else PadKey.LEFT)
        raise AssertionError(f"no arrow leads to the key {name}")


class BySwitches(_WithoutTouch):
    """Has two switches: on, and take."""

    def __init__(self, foyer: Foyer) -> None:
        super().__init__(foyer)
        switches = Switches()
        self.control = SwitchControl(foyer.window, foyer.terminal.post, switches)
        self._keys = {NEXT: qt_key(switches.next), SELECT: qt_key(switches.select)}

    async def switch(self, which: str) -> None:
        """Press a switch."""
        await self.strike(self._keys[which])

    async def _take(self, name: str) -> None:
        """Go on until the ring is around what has that name, taking the groups that it is in."""
        for _ in range(MOST_STOPS):
            names = [widget.accessibleName() for widget in self.control.shown if widget.isVisible()]
            if name in names:
                await self.switch(SELECT)
                if len(names) == 1:
                    return
            else:
                await self.switch(NEXT)
        raise AssertionError(f"no switch leads to {name}")

    async def _activate(self, name: str) -> None:
        await self._take(name)

    async def _open(self, name: str) -> None:
        await self._take(name)

    async def _press_key(self, name: str) -> None:
        await self._take(name)


def shown_by_ring(widgets: tuple[QWidget, ...]) -> list[str]:
    """Return the names of what the ring is around."""
    return [widget.accessibleName() for widget in widgets]
