"""What happens to readers and to their service: real pcscd, real PC/SC library, virtual reader."""

from __future__ import annotations

import time

from devices.cards.simulator import ChipCard
from devices.cards.watch import Delays
from devices.eid.npa.slot import Slot
from kiosk.device_events import CardInserted, CardRemoved, Device, DeviceChanged
from kiosk.faults import FaultCode
from tests.devices.cards.conftest import Watching
from tests.devices.cards.service import ReaderService
from tests.devices.eid.terminal import Told

USABLE_S = 3.0
"""From plugging in to usable, at the most."""


async def becomes(told: Told, code: FaultCode | None) -> None:
    """Wait until the readers are so."""
    changed = await told.until(DeviceChanged, lambda event: (event.fault.code if event.fault else None) is code)
    assert changed.device is Device.READER


def comings(told: Told) -> list[type]:
    """Return what cards did, each card once."""
    events = [event for event in told.events if isinstance(event, CardInserted | CardRemoved)]
    return [type(event) for event in events if not (isinstance(event, CardInserted) and not event.looking)]


async def test_a_dead_service_is_told_and_one_that_starts_later_is_found(
    service: ReaderService, watching: Watching
) -> None:
    async with watching() as told:
        await becomes(told, FaultCode.READER_SERVICE_DOWN)
        began = time.monotonic()
        service.start()
        await becomes(told, None)
        assert time.monotonic() - began < USABLE_S


async def test_a_service_that_is_killed_and_started_again_is_outlived(
    service: ReaderService, watching: Watching
) -> None:
    service.start()
    async with watching() as told, Slot(service.port) as slot:
        for _ in range(2):
            await becomes(told, None)
            service.kill()
            await becomes(told, FaultCode.READER_SERVICE_DOWN)
            began = time.monotonic()
            service.start()
            await becomes(told, None)
            assert time.monotonic() - began < USABLE_S
            await slot.insert(ChipCard())
            await told.until(CardInserted)
            await slot.remove()
            await told.until(CardRemoved)
            service.kill()
            await becomes(told, FaultCode.READER_SERVICE_DOWN)
            service.start()
        assert comings(told) == [CardInserted, CardRemoved] * 2


async def test_a_reader_pulled_and_put_back_is_told(service: ReaderService, watching: Watching) -> None:
    service.start()
    async with watching() as told, Slot(service.port) as slot:
        await becomes(told, None)
        await slot.insert(ChipCard())
        await told.until(CardInserted)
        service.kill()
        service.start(reader=False)
        await becomes(told, FaultCode.READER_NONE)
        assert comings(told) == [CardInserted, CardRemoved]
        service.kill()
        began = time.monotonic()
        service.start()
        await becomes(told, None)
        assert time.monotonic() - began < USABLE_S


async def test_only_the_readers_that_were_chosen_count(service: ReaderService, watching: Watching) -> None:
    service.start()
    async with (
        watching(readers=["REINER*", "* 00 01"]) as told,
        Slot(service.port) as one,
        Slot(service.port + 1) as two,
    ):
        await becomes(told, None)
        await one.insert(ChipCard())
        await two.insert(ChipCard())
        await told.until(CardInserted)
        await two.remove()
        await told.until(CardRemoved)
    async with watching(readers=["REINER*"]) as told:
        await becomes(told, FaultCode.READER_NONE)


async def test_a_card_is_forgotten_when_nobody_can_see_it_for_long(service: ReaderService, watching: Watching) -> None:
    service.start()
    async with watching(delays=Delays(forget=0.3)) as told, Slot(service.port) as slot:
        await slot.insert(ChipCard())
        await told.until(CardInserted)
        service.kill()
        await becomes(told, FaultCode.READER_SERVICE_DOWN)
        assert comings(told) == [CardInserted]
        await told.until(CardRemoved)
