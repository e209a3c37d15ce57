"""A visitor in front of a terminal: what is on the screen is answered until the visit has its result."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from demo.visitor import StuckError, Visitor
from devices.eid.simulated_card import VirtualCard
from devices.eid.simulator import AusweisAppDouble
from kiosk.device_events import Device
from kiosk.events import ContrastChosen, LanguageChosen, SizeCycled
from kiosk.journeys.goodbye import Goodbye
from kiosk.journeys.handing_in import Done, Kept, NotSent
from kiosk.journeys.slip import Printing
from kiosk.look import Look
from kiosk.parts import Secret
from kiosk.screen import Screen
from kiosk.terminal import Terminal
from kiosk.visit import Visit

PATIENCE_S = 30.0
"""A screen that does not change for so long, with nothing to be done on it, is the end of the walk."""


@dataclass(slots=True)
class Walk:
    """One walk. `keep` is told each screen that the visitor has dealt with; call `noticed` after each step."""

    terminal: Terminal
    visitor: Visitor
    ausweisapp: AusweisAppDouble
    keep: Callable[[Screen], None]
    card: VirtualCard = field(default_factory=VirtualCard)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def noticed(self) -> None:
        """Wake up: something happened at the terminal."""
        self._changed.set()

    def dress(self, look: Look) -> None:
        """Choose language, size and contrast by the buttons that a visitor has."""
        self.terminal.post(LanguageChosen(look.language))
        while self.terminal.visit.look.size is not look.size:
            self.terminal.post(SizeCycled())
        self.terminal.post(ContrastChosen(look.contrast))

    async def to_the_end(self) -> Visit:
        """Walk until there is a result and its print has ended; return the visit as it is then.

        Raises `StuckError`, and `ScriptFault` for an answer that the form does not take.
        """
        self.visitor.secrets |= {
            Secret.PIN: self.card.pin,
            Secret.CAN: self.card.can,
            Secret.PUK: self.card.puk,
        }
        while not self._over():
            screen = self.terminal.screen
            self._use_card(screen)
            for event in self.visitor.answers(self.terminal.visit, screen):
                self.terminal.post(event)
            way_on = self.visitor.next(self.terminal.visit, self.terminal.screen)
            if way_on is None:
                await self._until_changed(self.terminal.screen)
                continue
            self.keep(self.terminal.screen)
            self.terminal.post(way_on)
        self.keep(self.terminal.screen)
        return self.terminal.visit

    async def until_works(self, *devices: Device) -> None:
        """Wait until the devices that the visit needs have said that they work. Raises `StuckError`."""
        while strange := [device for device in devices if not self.terminal.visit.works(device)]:
            await self._wait(f"{strange[0]} does not work")

    def _over(self) -> bool:
        page = self.terminal.visit.page
        if isinstance(page, (Done, Kept)):
            return page.state.printing is not Printing.RUNNING
        return isinstance(page, (NotSent, Goodbye))

    def _use_card(self, screen: Screen) -> None:
        if screen.id == "identity-insert" and self.ausweisapp.card is None:
            self.keep(screen)
            self.ausweisapp.insert_card(self.card)
        if screen.id == "identity-take" and self.ausweisapp.card is not None:
            self.ausweisapp.remove_card()

    async def _until_changed(self, screen: Screen) -> None:
        while self.terminal.screen == screen and not self._over():
            await self._wait(f"nothing happens on the screen {screen.id}")

    async def _wait(self, otherwise: str) -> None:
        self._changed.clear()
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._changed.wait()
        except TimeoutError:
            raise StuckError(f"The visit came to a halt: {otherwise}.") from None
