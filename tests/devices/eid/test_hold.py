"""Where somebody else watches the readers too: who may have them, and who tells of cards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest

from devices.eid.client import AusweisApp
from devices.eid.simulated_card import VirtualCard
from devices.eid.simulator import AusweisAppDouble
from kiosk.device_events import (
    CardInserted,
    CardRemoved,
    DeviceChanged,
    EidAsksConsent,
    EidAsksSecret,
    EidCardSeen,
    EidFailed,
    EidPinChanged,
    EidRead,
)
from kiosk.identity import Identity
from kiosk.parts import Secret
from kiosk.privacy import Private
from tests.devices.eid.terminal import NAMES, QUICK, Told, digits


class Readers:
    """Counts who holds them."""

    def __init__(self) -> None:
        self.holders = 0
        self.times = 0

    @contextmanager
    def held(self) -> Iterator[None]:
        self.holders += 1
        self.times += 1
        try:
            yield
        finally:
            self.holders -= 1


@pytest.fixture
def readers() -> Readers:
    return Readers()


@pytest.fixture
def device() -> Told:
    return Told()


@pytest.fixture
async def app(double: AusweisAppDouble, readers: Readers, device: Told) -> AsyncIterator[AusweisApp]:
    async def fetch(url: str) -> Private[Identity]:
        return Private(Identity("ERIKA", "MUSTERMANN"))

    app = AusweisApp(double.url, "https://eid.example/tctoken", fetch, QUICK, readers.held)
    watch = asyncio.get_running_loop().create_task(app.watch(device))
    await device.until(DeviceChanged, lambda event: event.fault is None)
    yield app
    watch.cancel()
    await asyncio.gather(watch, return_exceptions=True)


async def test_they_are_kept_from_the_start_of_a_workflow_to_its_end(
    app: AusweisApp, double: AusweisAppDouble, readers: Readers
) -> None:
    visit = Told()
    assert readers.holders == 0
    run = asyncio.get_running_loop().create_task(app.identify(NAMES, visit))
    await visit.until(EidAsksConsent)
    assert readers.holders == 1
    double.insert_card(VirtualCard())
    app.accept()
    await visit.until(EidAsksSecret)
    assert readers.holders == 1
    app.enter(Secret.PIN, digits("123456"))
    await visit.until(EidRead)
    await run
    assert (readers.holders, readers.times) == (0, 1)


async def test_they_are_kept_for_a_pin_change_and_for_a_look(
    app: AusweisApp, double: AusweisAppDouble, readers: Readers
) -> None:
    visit = Told()
    double.insert_card(VirtualCard())
    await app.look(visit)
    await visit.until(EidCardSeen)
    assert (readers.holders, readers.times) == (0, 1)
    run = asyncio.get_running_loop().create_task(app.change_pin(False, visit))
    await visit.until(EidAsksSecret)
    assert readers.holders == 1
    app.enter(Secret.PIN, digits("123456"))
    await visit.until(EidAsksSecret)
    app.enter(Secret.NEW_PIN, digits("271828"))
    await visit.until(EidPinChanged)
    await run
    assert (readers.holders, readers.times) == (0, 2)


async def test_they_are_free_again_when_the_client_goes_or_the_visit_ends(
    app: AusweisApp, double: AusweisAppDouble, readers: Readers, device: Told
) -> None:
    visit = Told()
    run = asyncio.get_running_loop().create_task(app.identify(NAMES, visit))
    await visit.until(EidAsksConsent)
    await double.stop()
    await visit.until(EidFailed)
    await run
    assert readers.holders == 0
    await double.start()
    await device.until(DeviceChanged, lambda event: event.fault is None)
    run = asyncio.get_running_loop().create_task(app.identify(NAMES, visit))
    await visit.until(EidAsksConsent)
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)
    assert readers.holders == 0


async def test_cards_are_told_by_the_other_one_alone(app: AusweisApp, double: AusweisAppDouble, device: Told) -> None:
    double.insert_card(VirtualCard())
    await app.look(Told())
    double.detach_reader()
    await device.until(DeviceChanged, lambda event: event.fault is not None)
    assert not device.of(CardInserted)
    assert not device.of(CardRemoved)
