"""A double of the AusweisApp on loopback, and a terminal with a driver on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from devices.eid.client import AusweisApp
from devices.eid.simulated_server import LocalEidServer
from devices.eid.simulator import AusweisAppDouble
from kiosk.device_events import DeviceChanged
from kiosk.faults import Fault
from kiosk.identity import Identity
from kiosk.privacy import Private
from tests.devices.eid.terminal import QUICK, Terminal


@pytest.fixture
async def double() -> AsyncIterator[AusweisAppDouble]:
    server = LocalEidServer(required=("FamilyName",), optional=("GivenNames", "Address", "CanAllowed"))
    async with AusweisAppDouble(server) as double:
        yield double


@pytest.fixture
async def terminal(double: AusweisAppDouble) -> AsyncIterator[Terminal]:
    """A terminal with a reader, ready. What is fetched is always the same person."""
    assert isinstance(double.server, LocalEidServer)
    fetched: list[str] = []

    async def fetch(url: str) -> Private[Identity] | Fault:
        fetched.append(url)
        return Private(Identity("ERIKA", "MUSTERMANN"))

    app = AusweisApp(double.url, "https://eid.example/tctoken", fetch, QUICK)
    terminal = Terminal(app, double, double.server, fetched=fetched)
    watch = asyncio.get_running_loop().create_task(app.watch(terminal.device))
    await terminal.device.until(DeviceChanged, lambda event: event.fault is None)
    yield terminal
    for task in (watch, terminal.run):
        if task:
            task.cancel()
    await asyncio.gather(watch, *([terminal.run] if terminal.run else []), return_exceptions=True)
