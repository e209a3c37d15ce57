"""The AusweisApp as a process of ours: it dies, it freezes, its readers go; it is always there again."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from devices.eid.ausweisapp import Keeper, NotRunningError, Patience, ProgramMissingError
from devices.eid.client import AusweisApp
from devices.eid.npa.slot import Slot
from kiosk.device_events import CardInserted, DeviceChanged, EidAsksSecret, EidFailed
from kiosk.faults import Fault, FaultCode
from kiosk.identity import Identity
from kiosk.privacy import Private
from tests.devices.eid.terminal import Told
from tests.devices.npa.desk import id_card, until
from tests.devices.npa.services import ReaderService, program_at, reader_service

SOON = Patience(check=0.2, answer=0.3, start=10.0, end=1.0, again_first=0.1, again_most=0.2)
USABLE_S = 3.0
"""From a death to usable, at the most."""


async def nobody(url: str) -> Private[Identity] | Fault:
    return Fault(FaultCode.EID_SERVER)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[ReaderService]:
    with reader_service(tmp_path) as service:
        yield service


@asynccontextmanager
async def kept(
    service: ReaderService, patience: Patience | None = None
) -> AsyncIterator[tuple[Keeper, AusweisApp, Told]]:
    """A terminal's own AusweisApp, ready."""
    keeper, device = Keeper(program_at(service), patience), Told()
    app = AusweisApp(keeper, "", nobody)
    watch = asyncio.get_running_loop().create_task(app.watch(device))
    try:
        await becomes(device, None)
        yield keeper, app, device
    finally:
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)
    assert keeper.process is not None
    assert keeper.process.returncode is not None, "it is ended with us"


async def becomes(device: Told, *codes: FaultCode | None) -> None:
    await device.until(DeviceChanged, lambda event: (event.fault.code if event.fault else None) in codes)


async def test_one_that_is_killed_is_usable_again_at_once(service: ReaderService) -> None:
    async with kept(service) as (keeper, _, device):
        for count in range(1, 4):
            assert keeper.starts == count
            assert keeper.process
            began = time.monotonic()
            keeper.process.send_signal(signal.SIGKILL)
            await becomes(device, FaultCode.EID_CLIENT_LOST)
            await becomes(device, None)
            assert time.monotonic() - began < USABLE_S


async def test_one_that_is_killed_while_the_visitor_types_ends_it_with_a_fault(service: ReaderService) -> None:
    async with kept(service) as (keeper, app, device), Slot(service.port) as slot:
        visit = Told()
        await slot.insert(id_card())
        await device.until(CardInserted)
        run = asyncio.get_running_loop().create_task(app.change_pin(False, visit))
        await visit.until(EidAsksSecret)
        assert keeper.process
        keeper.process.send_signal(signal.SIGKILL)
        await run
        assert isinstance(visit.events[-1], EidFailed)
        assert visit.events[-1].fault.code is FaultCode.EID_CLIENT_LOST
        await becomes(device, None)


async def test_one_that_is_frozen_is_noticed_and_replaced(service: ReaderService) -> None:
    async with kept(service, SOON) as (keeper, _, device):
        assert keeper.process
        frozen = keeper.process
        frozen.send_signal(signal.SIGSTOP)
        await becomes(device, FaultCode.EID_CLIENT_LOST)
        await becomes(device, None)
        assert frozen.returncode is not None
        assert keeper.starts == 2


async def test_after_a_restart_of_the_reader_service_the_readers_come_back(service: ReaderService) -> None:
    async with kept(service) as (keeper, _, device), Slot(service.port) as slot:
        service.kill()
        await becomes(device, FaultCode.EID_NO_READER)
        began = time.monotonic()
        await asyncio.to_thread(service.start)
        await becomes(device, None)
        assert time.monotonic() - began < USABLE_S
        await slot.insert(id_card())
        await device.until(CardInserted)
        assert keeper.starts == 1


async def test_two_of_them_stand_beside_each_other(service: ReaderService) -> None:
    async with kept(service) as (one, _, _), kept(service) as (other, _, _):
        assert one.url != other.url
        assert await one.answers()
        assert await other.answers()
        assert (one.starts, other.starts) == (1, 1)


async def test_it_reads_nothing_of_our_environment_and_writes_only_into_a_home_that_goes(
    service: ReaderService, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LOTSE_CREDENTIAL", "of the terminal")
    runtime = tmp_path / "runtime"
    runtime.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    async with kept(service) as (keeper, _, _):
        assert keeper.process
        environment, home = environment_of(keeper.process.pid)
        names = {entry.partition(b"=")[0].decode() for entry in environment if entry}
        assert not names & {"LOTSE_CREDENTIAL", "DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"}
        assert home.parent == runtime
        assert f"HOME={home}".encode() in environment
    assert not os.listdir(runtime)  # noqa: PTH208


def environment_of(pid: int) -> tuple[list[bytes], Path]:
    """What a process got as its environment, and where it works."""
    return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"), Path(f"/proc/{pid}/cwd").readlink()


async def test_it_has_no_window(service: ReaderService) -> None:
    async with kept(service) as (keeper, _, _):
        assert keeper.process
        libraries = libraries_of(keeper.process.pid)
        assert any("qoffscreen" in each for each in libraries)
        assert not any("xcb" in each or "wayland" in each.lower() for each in libraries if "/platforms/" in each)


def libraries_of(pid: int) -> set[str]:
    """Which files a process has in its memory."""
    return {line.split()[-1] for line in Path(f"/proc/{pid}/maps").read_text().splitlines() if "/" in line}


async def test_a_machine_without_the_program_says_so_and_finds_it_once_it_is_there(
    service: ReaderService, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = os.environ["PATH"]
    monkeypatch.setenv("PATH", "/nowhere")
    keeper = Keeper(patience=SOON)
    keeping = asyncio.get_running_loop().create_task(keeper.keep())
    assert trouble(keeper) is NotRunningError
    await until(lambda: trouble(keeper) is ProgramMissingError)
    monkeypatch.setenv("PATH", paths)
    await until(lambda: trouble(keeper) is None)
    assert keeper.starts == 1
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)


def trouble(keeper: Keeper) -> type[NotRunningError] | None:
    """Why there is no address; None where there is one."""
    try:
        assert keeper.url
    except NotRunningError as error:
        return type(error)
    return None
