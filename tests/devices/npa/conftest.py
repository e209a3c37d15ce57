"""pcscd, the AusweisApp and an eID server once a session; a terminal on them for each test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from devices.eid.ausweisapp import Program
from devices.eid.client import AusweisApp
from devices.eid.npa.slot import Slot
from kiosk.events import DeviceChanged
from online.eid_service import EidService, EidServiceSettings
from online.simulators.eid_server import EidServerDouble
from tests.devices.npa.desk import DELAYS, Desk
from tests.devices.npa.services import alone, ausweisapp, reader_service


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what stands in this folder."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.ausweisapp)


@pytest.fixture(scope="session")
def vpcd_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with alone(), reader_service(tmp_path_factory.mktemp("pcscd")) as port:
        yield port


@pytest.fixture(scope="session")
def program(vpcd_port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    home: Path = tmp_path_factory.mktemp("ausweisapp")
    with ausweisapp(home) as running:
        yield running


@pytest.fixture(scope="session")
def city() -> Iterator[EidServerDouble]:
    with EidServerDouble() as server:
        yield server


@pytest.fixture
async def desk(vpcd_port: int, program: Program, city: EidServerDouble) -> AsyncIterator[Desk]:
    fetch = EidService(EidServiceSettings(city.base, city.ca_file)).fetch
    app = AusweisApp(program.url, city.tc_token_url, fetch, DELAYS)
    async with Slot(vpcd_port) as slot:
        desk = Desk(app, slot)
        watch = asyncio.get_running_loop().create_task(app.watch(desk.device))
        await desk.device.until(DeviceChanged, lambda event: event.fault is None)
        yield desk
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)
