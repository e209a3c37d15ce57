"""The card readers and the real AusweisApp at one reader: neither is in the other's way, and one tells of cards."""

from __future__ import annotations

import asyncio
from pathlib import Path

from devices.cards.arbiter import Arbiter
from devices.cards.reader import PcscCardReader
from devices.eid.ausweisapp import address
from devices.eid.client import AusweisApp
from devices.eid.npa.slot import Slot
from kiosk.cards import CardKind
from kiosk.device_events import CardInserted, CardRemoved, DeviceChanged
from kiosk.faults import FaultCode
from kiosk.identity import Identity
from online.eid_service import EidService, EidServiceSettings
from online.simulators.eid_server import EidServerDouble
from tests.devices.cards.service import ReaderService
from tests.devices.eid.terminal import Told
from tests.devices.npa.desk import DELAYS, NEW_PIN, Desk, id_card, until
from tests.devices.npa.services import ausweisapp


async def test_the_ausweisapp_works_while_the_readers_are_watched(service: ReaderService, tmp_path: Path) -> None:
    service.start()
    with EidServerDouble() as city, ausweisapp(service, tmp_path / "home") as port:
        arbiter, seen, device = Arbiter(), Told(), Told()
        reader = PcscCardReader(arbiter=arbiter)
        fetch = EidService(EidServiceSettings(city.base, city.ca_file)).fetch
        app = AusweisApp(address(port), city.tc_token_url, fetch, DELAYS, hold=arbiter.held_by_eid)
        watches = [asyncio.create_task(app.watch(device)), asyncio.create_task(reader.watch(seen))]
        async with Slot(service.port) as slot:
            await device.until(DeviceChanged, lambda event: event.fault is None)
            desk = Desk(app, slot, city, service, device)
            await _lies_there_before(desk, seen)
            await _comes_when_asked_for(desk, seen)
        await _service_goes_and_comes(service, device, seen)
        for watch in watches:
            watch.cancel()
        await asyncio.gather(*watches, return_exceptions=True)
    assert not device.of(CardInserted) + device.of(CardRemoved)


async def _lies_there_before(desk: Desk, seen: Told) -> None:
    card = id_card()
    await desk.slot.insert(card)
    assert (await seen.until(CardInserted)).looking
    assert (await seen.until(CardInserted)).kind is CardKind.ID_CARD
    assert isinstance(await desk.identify(card), Identity)
    assert card.numbers.charged == 0
    await desk.slot.remove()
    await seen.until(CardRemoved)
    await until(lambda: desk.app._link.card is None)  # it looks by itself, and tells nobody here


async def _comes_when_asked_for(desk: Desk, seen: Told) -> None:
    """During the workflow it is only seen; once that is over it is looked at."""
    card = id_card()
    assert await desk.change_pin(card) is None
    assert card.numbers.pin == NEW_PIN
    inserted = await seen.until(CardInserted)
    assert (inserted.looking, inserted.kind) == (False, CardKind.UNKNOWN)
    assert (await seen.until(CardInserted)).kind is CardKind.ID_CARD
    await desk.slot.remove()
    await seen.until(CardRemoved)
    assert (len(seen.of(CardInserted)), len(seen.of(CardRemoved))) == (4, 2)


async def _service_goes_and_comes(service: ReaderService, device: Told, seen: Told) -> None:
    service.kill()
    await seen.until(DeviceChanged, lambda event: _code(event) is FaultCode.READER_SERVICE_DOWN)
    service.start()
    await seen.until(DeviceChanged, lambda event: event.fault is None)


def _code(event: DeviceChanged) -> FaultCode | None:
    return event.fault.code if event.fault else None
