"""A terminal with the real AusweisApp, the virtual card's slot, and a visitor who answers what is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias, TypeVar

from devices.eid.client import AusweisApp, Delays
from devices.eid.npa.card import IdCard
from devices.eid.npa.numbers import Numbers
from devices.eid.npa.slot import Slot
from kiosk.device_events import (
    CardInserted,
    CardRemoved,
    EidAsksConsent,
    EidAsksSecret,
    EidCardSeen,
    EidFailed,
    EidPinChanged,
    EidRead,
    EidWaitsForCard,
)
from kiosk.events import Event
from kiosk.faults import Fault
from kiosk.identity import Attribute, Identity
from kiosk.parts import Secret
from kiosk.privacy import Private
from online.simulators.eid_server import EidServerDouble
from tests.devices.eid.terminal import Told
from tests.devices.npa.services import ReaderService

T = TypeVar("T")

DELAYS = Delays(
    connect=10.0, answer=10.0, visitor=10.0, cancel=3.0, settle=1.0, again_first=0.05, again_most=0.2, reopen=1.0
)
IMPATIENT = replace(DELAYS, answer=1.5, visitor=2.0, cancel=1.0)
"""For cards and programs that never answer."""

NOT_SEEN_S = 2.0
"""So long people wait for their card to be seen."""

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


ENDS = (EidRead, EidPinChanged, EidCardSeen, EidFailed)


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
    city: EidServerDouble
    service: ReaderService
    device: Told = field(default_factory=Told)
    asked: list[EidAsksSecret] = field(default_factory=list)
    told: list[Event] = field(default_factory=list)
    numbers: dict[Secret, tuple[str, ...]] = field(default_factory=lambda: dict(RIGHT))
    card: IdCard | None = None
    """The card that the visitor puts in when asked to."""
    next_card: IdCard | None = None
    """The one that is put in as soon as a card was pulled, asked for or not."""
    left: float = 0.0
    """When the last visitor left, by the loop's clock."""
    hands: asyncio.Lock = field(default_factory=asyncio.Lock)
    _putting: set[asyncio.Task[None]] = field(default_factory=set)

    async def change_pin(self, card: IdCard, *, transport: bool = False, **numbers: tuple[str, ...]) -> Fault | None:
        end = await self._whole(card, numbers, self.app.change_pin(transport, self._hear))
        assert isinstance(end, EidPinChanged | EidFailed), end
        return end.fault if isinstance(end, EidFailed) else None

    async def look(self, card: IdCard) -> EidCardSeen | Fault:
        end = await self._whole(card, {}, self.app.look(self._hear))
        assert isinstance(end, EidCardSeen | EidFailed), end
        return end.fault if isinstance(end, EidFailed) else end

    async def identify(
        self, card: IdCard, wanted: frozenset[Attribute] = frozenset(Attribute), **numbers: tuple[str, ...]
    ) -> Identity | Fault:
        end = await self._whole(card, numbers, self.app.identify(wanted, self._hear))
        assert isinstance(end, EidRead | EidFailed), end
        return end.fault if isinstance(end, EidFailed) else end.identity.reveal()

    async def _whole(
        self, card: IdCard, numbers: Mapping[str, tuple[str, ...]], work: Coroutine[None, None, None]
    ) -> Event:
        """Run one thing to its end, which is told once, and last."""
        self._begin(card, numbers)
        try:
            async with asyncio.timeout(40):
                await work
        finally:
            await self._put()
        ends = [event for event in self.told if isinstance(event, ENDS)]
        assert ends == self.told[-1:], "a run has one end, and nothing comes after it"
        return ends[0]

    async def leave(self) -> None:
        """Take the card out, and let everything be as before."""
        self.city.next_fault = None
        self.slot.plan(None)
        await self.slot.remove()
        self.left = asyncio.get_running_loop().time()

    async def again(self) -> Desk:
        """Return the same terminal for the next visitor, once it has noticed that the card of the last is out."""
        async with asyncio.timeout(10):
            while self._card_seen():
                self.device.news.clear()
                await self.device.news.wait()
        self.device.read = len(self.device.events)
        return Desk(self.app, self.slot, self.city, self.service, self.device)

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
        await asyncio.sleep(NOT_SEEN_S)
        if not self._card_seen():  # pcscd was busy and saw no empty slot: then people put a card in once more
            await self.slot.remove()
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


Act: TypeAlias = Callable[[Desk, T], Coroutine[None, None, None]]


async def shared(desks: Sequence[Desk], cases: Iterable[T], act: Act[T]) -> None:
    """Do all of these, each at the desk that is free next."""
    waiting = iter(list(cases))

    async def at(desk: Desk) -> None:
        for case in waiting:
            await act(await desk.again(), case)
            await desk.leave()

    async with asyncio.TaskGroup() as group:
        for desk in desks:
            group.create_task(at(desk))
