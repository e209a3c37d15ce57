"""Scanners on their real wires: plugged in, pulled, speaking nonsense."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.scanner.evdev import GrabbedScanner
from devices.scanner.serial import SerialScanner
from devices.scanner.simulator import Trouble, VirtualScanner, VirtualWedge, records
from kiosk.device_events import Device, DeviceChanged, Scanned
from kiosk.events import Event
from kiosk.faults import FaultCode
from kiosk.privacy import Private
from tests.devices.listening import watched

WORKS = DeviceChanged(Device.SCANNER, None)
REPLUG_S = 3.0


def scanned(code: str) -> Scanned:
    return Scanned(Private(code))


def is_lost(events: list[Event]) -> bool:
    last = events[-1] if events else None
    return isinstance(last, DeviceChanged) and last.fault is not None and last.fault.code is FaultCode.SCANNER_LOST


@pytest.fixture
def scanner(tmp_path: Path) -> Iterator[VirtualScanner]:
    scanner = VirtualScanner(tmp_path / "scanner")
    yield scanner
    scanner.close()


async def test_a_code_is_told(scanner: VirtualScanner) -> None:
    scanner.plug()
    async with watched(SerialScanner(scanner.node)) as told:
        await told.last(WORKS)
        scanner.scan("T123456")
        await told.last(scanned("T123456"))
        assert told.events == [WORKS, scanned("T123456")]


async def test_a_scanner_that_is_not_there_is_lost_and_found_when_plugged_in(scanner: VirtualScanner) -> None:
    async with watched(SerialScanner(scanner.node)) as told:
        await told.until(is_lost)
        scanner.plug()
        await told.last(WORKS)
        assert len(told.events) == 2


async def test_pulled_and_plugged_in_again_it_is_usable_within_three_seconds(scanner: VirtualScanner) -> None:
    scanner.plug()
    async with watched(SerialScanner(scanner.node)) as told:
        await told.last(WORKS)
        for code in ("T1", "T2"):
            scanner.unplug()
            await told.until(is_lost)
            scanner.plug()
            began = time.monotonic()
            await told.last(WORKS)
            scanner.scan(code)
            await told.last(scanned(code))
            assert time.monotonic() - began < REPLUG_S


@pytest.mark.expects_log
@pytest.mark.parametrize("trouble", [Trouble.GARBAGE, Trouble.ENDLESS])
async def test_nonsense_is_dropped_and_the_next_code_counts(scanner: VirtualScanner, trouble: Trouble) -> None:
    scanner.plug()
    async with watched(SerialScanner(scanner.node)) as told:
        await told.last(WORKS)
        scanner.trouble = trouble
        scanner.scan("T123456")
        scanner.trouble = Trouble.NONE
        scanner.scan("T999999")
        await told.last(scanned("T999999"))
        assert told.events == [WORKS, scanned("T999999")]


async def test_what_was_scanned_before_anybody_listened_is_not_told(scanner: VirtualScanner) -> None:
    scanner.plug()
    scanner.scan("T000000")
    async with watched(SerialScanner(scanner.node)) as told:
        await told.last(WORKS)
        scanner.scan("T111111")
        await told.last(scanned("T111111"))
        assert scanned("T000000") not in told.events


async def test_a_wedge_is_read_by_what_its_keys_type(tmp_path: Path) -> None:
    """The kernel's records over a pipe stand for a keyboard where there is none to be made."""
    node = tmp_path / "event"
    os.mkfifo(node)
    grabbed: list[int] = []
    async with watched(GrabbedScanner(node, take_over=grabbed.append)) as told:
        await told.last(WORKS)
        writing = os.open(node, os.O_WRONLY)
        wire = records("Tb-42/x")
        os.write(writing, wire[:30])
        os.write(writing, wire[30:])
        await told.last(scanned("Tb-42/x"))
        os.close(writing)
        await told.until(is_lost)
    assert grabbed


async def test_a_wedge_that_cannot_be_grabbed_is_lost(tmp_path: Path) -> None:
    node = tmp_path / "event"
    os.mkfifo(node)
    async with watched(GrabbedScanner(node)) as told:
        await told.until(is_lost)


async def test_a_keyboard_of_the_kernel_is_grabbed_and_read() -> None:
    wedge = VirtualWedge()
    try:
        wedge.plug()
    except OSError as error:
        pytest.skip(f"no uinput here: {error}")
    try:
        async with watched(GrabbedScanner(wedge.node)) as told:
            await told.last(WORKS)
            wedge.scan("T123456")
            await told.last(scanned("T123456"))
    finally:
        wedge.unplug()


def test_virtual_scanners_start_only_where_they_are_allowed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("LOTSE_SIMULATORS")
    with pytest.raises(RuntimeError):
        VirtualScanner(tmp_path / "scanner")
    with pytest.raises(RuntimeError):
        VirtualWedge()
