"""Stations: each a pcscd with a virtual reader, the AusweisApp on it, a driver, and an eID server above."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from devices.eid.ausweisapp import address
from devices.eid.client import AusweisApp, Delays
from devices.eid.npa.slot import Slot
from kiosk.device_events import DeviceChanged
from online.eid_service import EidService, EidServiceSettings
from online.simulators.eid_server import EidServerDouble
from tests.devices.eid.terminal import Told
from tests.devices.npa.desk import DELAYS, IMPATIENT, Desk
from tests.devices.npa.services import ReaderService, ausweisapp, reader_service

ONE_LOOP = pytest.mark.asyncio(loop_scope="module")
STATIONS = (DELAYS, DELAYS, DELAYS, DELAYS, IMPATIENT)
"""What is to be done again and again is done at several: it is all waiting, half a second for every card."""

Station = tuple[ReaderService, int, EidServerDouble]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the tests of a file one loop, as the visits to a terminal have."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and item.get_closest_marker("asyncio"):
            item.add_marker(ONE_LOOP, append=False)


@pytest.fixture(scope="session")
def stations(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sequence[Station]]:
    """Each reader service, the port of the AusweisApp on it, and the city's eID server."""
    with ExitStack() as stack:
        found = []
        for _ in STATIONS:
            service = stack.enter_context(reader_service(tmp_path_factory.mktemp("pcscd")))
            port = stack.enter_context(ausweisapp(service, tmp_path_factory.mktemp("ausweisapp")))
            found.append((service, port, stack.enter_context(EidServerDouble())))
        yield found


@asynccontextmanager
async def at(station: Station, delays: Delays) -> AsyncIterator[Desk]:
    """A driver on its connection, as a terminal has it for as long as it runs."""
    service, port, city = station
    fetch = EidService(EidServiceSettings(city.base, city.ca_file)).fetch
    app, device = AusweisApp(address(port), city.tc_token_url, fetch, delays), Told()
    slot = Slot(service.port)
    watch = asyncio.get_running_loop().create_task(app.watch(device))
    await device.until(DeviceChanged, lambda event: event.fault is None)
    yield Desk(app, slot, city, service, device)
    await slot.remove()
    watch.cancel()
    await asyncio.gather(watch, return_exceptions=True)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def terminals(stations: Sequence[Station]) -> AsyncIterator[Sequence[Desk]]:
    async with AsyncExitStack() as stack:
        together = zip(stations, STATIONS, strict=True)
        yield await asyncio.gather(*(stack.enter_async_context(at(*each)) for each in together))


@pytest_asyncio.fixture(loop_scope="module")
async def desks(terminals: Sequence[Desk]) -> AsyncIterator[Sequence[Desk]]:
    """A visitor at each terminal whose driver waits for as long as it may take."""
    yield [await desk.again() for desk in terminals[:-1]]
    for desk in terminals[:-1]:
        await desk.leave()


@pytest_asyncio.fixture(loop_scope="module")
async def desk(terminals: Sequence[Desk]) -> AsyncIterator[Desk]:
    """A visitor at the terminal that was left longest ago: it has noticed by now that the card is out."""
    terminal = min(terminals[:-1], key=lambda terminal: terminal.left)
    yield await terminal.again()
    await terminal.leave()


@pytest_asyncio.fixture(loop_scope="module")
async def impatient(terminals: Sequence[Desk]) -> AsyncIterator[Desk]:
    """A visitor at the one whose driver gives up soon."""
    yield await terminals[-1].again()
    await terminals[-1].leave()
