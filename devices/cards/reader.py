"""The driver: what the watch sees becomes events, and each new card is looked at."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from devices.cards.arbiter import Arbiter
from devices.cards.look import Contact, Looks
from devices.cards.pcsc import Context
from devices.cards.recognition import Proof, recognise
from devices.cards.watch import Delays, LyingCard, ReaderWatch, Service, Snapshot
from kiosk.cards import CardKind, CardRule
from kiosk.counter_events import StaffCardShown
from kiosk.device_events import CardInserted, CardRemoved, Device, DeviceChanged
from kiosk.events import Event
from kiosk.faults import Fault, FaultCode
from kiosk.ports import Tell

log = logging.getLogger(__name__)


class Pcsc(Service, Contact, Protocol):
    """All that is needed of PC/SC."""


class PcscCardReader:
    """`kiosk.ports.CardReader` by PC/SC: the readers whose names fit one of `readers` (`fnmatch` patterns).

    `rules` tell kinds of cards apart, besides ID cards; a card of the staff is one only by `proof`. While `arbiter`
    is held, no card is connected with: what is put in then is told without a kind, and looked at afterwards.
    `connect` begins a conversation with PC/SC.
    """

    def __init__(  # noqa: PLR0913
        self,
        readers: Sequence[str] = ("*",),
        rules: Sequence[CardRule] = (),
        proof: Proof | None = None,
        *,
        arbiter: Arbiter | None = None,
        delays: Delays | None = None,
        connect: Callable[[], Pcsc] = Context,
    ) -> None:
        self._readers = readers
        self._rules = rules
        self._proof = proof
        self._arbiter = arbiter or Arbiter()
        self._delays = delays or Delays()
        self._looks = Looks(self._delays.look, connect)
        self._connect = connect
        self._lying: Mapping[str, LyingCard] = {}
        self._told: Fault | None = Fault(FaultCode.READER_ABSENT)
        self.seen_at = 0.0
        """When the readers last changed, by the monotonic clock: as PC/SC told it, before anybody here knew."""
        self._tasks: set[asyncio.Task[None]] = set()

    async def watch(self, tell: Tell) -> None:
        """Tell `DeviceChanged`, `CardInserted`, `CardRemoved` and `StaffCardShown`, until cancelled."""
        loop = asyncio.get_running_loop()

        def report(snapshot: Snapshot) -> None:
            loop.call_soon_threadsafe(self._changed, snapshot, tell)

        watch = ReaderWatch(self._readers, report, self._delays, self._connect)
        watch.start()
        try:
            await loop.create_future()
        finally:
            await asyncio.to_thread(watch.stop)
            for task in self._tasks:
                task.cancel()

    def _changed(self, snapshot: Snapshot, tell: Tell) -> None:
        before, self._lying = self._lying, snapshot.cards
        self.seen_at = snapshot.at
        if snapshot.fault != self._told:
            self._told = snapshot.fault
            fault = snapshot.fault
            log.info("card readers: %s", f"{fault.code} ({fault.detail})" if fault else "ready")
            tell(DeviceChanged(Device.READER, fault))
        stayed = {reader for reader, card in before.items() if _same(snapshot.cards.get(reader), card)}
        if before and not stayed:
            tell(CardRemoved())
        for reader, card in snapshot.cards.items():
            if reader not in stayed:
                self._came(reader, card, tell)

    def _came(self, reader: str, card: LyingCard, tell: Tell) -> None:
        tell(CardInserted(looking=not self._arbiter.held))
        task = asyncio.get_running_loop().create_task(self._look(reader, card, tell), name="look at a card")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _look(self, reader: str, card: LyingCard, tell: Tell) -> None:
        """Tell what a card is, if it still lies there by then."""
        await self._arbiter.free()
        if not self._lies(reader, card):
            return
        found = await self._looks.at(reader, lambda send: recognise(card.atr, send, self._rules, self._proof))
        if not self._lies(reader, card):
            return
        events: list[Event] = [CardInserted(found.kind, found.number)]
        if found.kind is CardKind.STAFF:
            events.append(StaffCardShown(found.staff))
        for event in events:
            tell(event)

    def _lies(self, reader: str, card: LyingCard) -> bool:
        return _same(self._lying.get(reader), card)


def _same(one: LyingCard | None, other: LyingCard) -> bool:
    return one is not None and one.serial == other.serial
