"""A terminal with the real AusweisApp, the virtual card's slot, and a visitor who answers what is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field

from devices.eid.client import AusweisApp, Delays
from devices.eid.npa.card import IdCard
from devices.eid.npa.numbers import Numbers
from devices.eid.npa.slot import Slot
from kiosk.events import (
    CardInserted,
    CardRemoved,
    EidAsksConsent,
    EidAsksSecret,
    EidFailed,
    EidRead,
    EidWaitsForCard,
    Event,
)
from kiosk.faults import Fault
from kiosk.identity import Attribute, Identity
from kiosk.privacy import Private
from kiosk.screen import Secret
from tests.devices.eid.terminal import Told

DELAYS = Delays(
    connect=5.0, answer=4.0, visitor=4.0, cancel=2.0, settle=1.0, again_first=0.05, again_most=0.2, reopen=2.0
)

PIN = "123456"
NEW_PIN = "654321"
WRONG_PIN = "111111"
CAN = "500540"
PUK = "9876543210"

RIGHT: dict[Secret, tuple[str, ...]] = {
    Secret.PIN: (PIN,),
    Secret.TRANSPORT_PIN: ("12345",),
    Secret.NEW_PIN: (NEW_PIN,),
    Secret.CAN: (CAN,),
    Secret.PUK: (PUK,),
}


async def until(true: Callable[[], bool]) -> None:
    """Wait for what nobody announces: another process, or a card that keeps still."""
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.05)


def id_card(**numbers: object) -> IdCard:
    return IdCard(Numbers(**numbers))  # type: ignore[arg-type]


@dataclass
class Desk:
    """What a test has in hand. The visitor gives each number in turn, and the last one again and again."""

    app: AusweisApp
    slot: Slot
    device: Told = field(default_factory=Told)
    asked: list[EidAsksSecret] = field(default_factory=list)
    told: list[Event] = field(default_factory=list)
    numbers: dict[Secret, tuple[str, ...]] = field(default_factory=lambda: dict(RIGHT))
    card: IdCard | None = None
    """The card that the visitor puts in when asked to."""
    next_card: IdCard | None = None
    """The one that is put in as soon as a card was pulled, asked for or not."""
    hands: asyncio.Lock = field(default_factory=asyncio.Lock)
    _putting: set[asyncio.Task[None]] = field(default_factory=set)

    async def change_pin(self, card: IdCard, *, transport: bool = False, **numbers: tuple[str, ...]) -> Fault | None:
        self._begin(card, numbers)
        try:
            async with asyncio.timeout(20):
                return await self.app.change_pin(self._hear, transport=transport)
        finally:
            await self._put()

    async def identify(
        self, card: IdCard, wanted: frozenset[Attribute] = frozenset(Attribute), **numbers: tuple[str, ...]
    ) -> Identity | Fault:
        self._begin(card, numbers)
        try:
            async with asyncio.timeout(20):
                await self.app.identify(wanted, self._hear)
        finally:
            await self._put()
        ends = [event for event in self.told if isinstance(event, EidRead | EidFailed)]
        assert len(ends) == 1, "a run has one end"
        return ends[0].fault if isinstance(ends[0], EidFailed) else ends[0].identity.reveal()

    async def clear(self) -> None:
        """Take the card out, and wait until the AusweisApp has noticed."""
        await self.slot.remove()
        async with asyncio.timeout(10):
            while self._card_seen():
                self.device.news.clear()
                await self.device.news.wait()

    def _card_seen(self) -> bool:
        comings = [event for event in self.device.events if isinstance(event, CardInserted | CardRemoved)]
        return bool(comings) and isinstance(comings[-1], CardInserted)

    def secrets(self) -> list[Secret]:
        return [event.secret for event in self.asked]

    def _begin(self, card: IdCard, numbers: Mapping[str, tuple[str, ...]]) -> None:
        self.card = card
        if self.next_card:
            self._later(self._put_back())
        self.asked.clear()
        self.told.clear()
        self.numbers = RIGHT | {Secret(name.replace("_", "-")): given for name, given in numbers.items()}

    def _hear(self, event: Event) -> None:
        self.told.append(event)
        match event:
            case EidAsksConsent():
                self.app.accept()
            case EidWaitsForCard() if self.card:
                self._later(self._insert())
            case EidAsksSecret():
                given = self.numbers[event.secret]
                tried = self.secrets().count(event.secret)
                self.asked.append(event)
                self.app.enter(event.secret, Private(given[min(tried, len(given) - 1)]))

    async def _insert(self) -> None:
        async with self.hands:
            if self.card and self.slot.card is None:
                await self.slot.insert(self.card)

    async def _put_back(self) -> None:
        await self.slot.pulled.wait()
        self.card = self.next_card
        await self.slot.gone()
        await self._insert()

    def _later(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._putting.add(task)
        task.add_done_callback(self._putting.discard)

    async def _put(self) -> None:
        for task in self._putting:
            task.cancel()
        await asyncio.gather(*self._putting, return_exceptions=True)
        self.next_card = None
