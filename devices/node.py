"""A device file that is listened to for ever: opened again as soon as it is there again.

For devices that only speak: scanners, sensors. Printers have conversations (`devices.printers.transport`).
"""

from __future__ import annotations

import asyncio
import os
import termios
import tty
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from devices.opening import open_device
from kiosk.device_events import Device, DeviceChanged
from kiosk.faults import Fault, FaultCode
from kiosk.ports import Tell

_CHUNK = 4096
_ISPEED, _OSPEED = 4, 5
SPEEDS = {speed: getattr(termios, f"B{speed}") for speed in (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)}
"""Bits a second, and their constants for termios."""

SetUp = Callable[[int], None]
"""Makes a descriptor that was just opened ready; raises `OSError`."""


def as_it_is(descriptor: int) -> None:
    """Set up nothing: for nodes that have no line."""


def serial_line(speed: int) -> SetUp:
    """Return what sets up a serial port: bytes go through as they are, 8 data bits, no parity, one stop bit."""

    def set_up(descriptor: int) -> None:
        try:
            tty.setraw(descriptor, termios.TCSANOW)
            attributes = termios.tcgetattr(descriptor)
            attributes[_ISPEED] = attributes[_OSPEED] = SPEEDS[speed]
            termios.tcsetattr(descriptor, termios.TCSANOW, attributes)
            termios.tcflush(descriptor, termios.TCIFLUSH)
        except termios.error as error:
            raise OSError(*error.args) from None

    return set_up


@dataclass(frozen=True, slots=True)
class Node:
    """A device file. It is tried again after `again_s` seconds while it cannot be opened."""

    path: Path
    set_up: SetUp = as_it_is
    again_s: float = 1.0

    def open(self) -> int:
        """Return a descriptor to read from, never waiting. Raises `OSError`."""
        descriptor = open_device(self.path, write=False)
        try:
            self.set_up(descriptor)
        except OSError:
            os.close(descriptor)
            raise
        return descriptor


async def listen(
    node: Node, lost: tuple[Device, FaultCode], begin: Callable[[], Callable[[bytes], None]], tell: Tell
) -> None:
    """Hand what a node says to what `begin` returns at each opening; tell how the device is. Until cancelled."""
    device, code = lost
    told: list[Fault | None] = []

    def now(fault: Fault | None) -> None:
        if told != [fault]:
            told[:] = [fault]
            tell(DeviceChanged(device, fault))

    while True:
        try:
            descriptor = node.open()
        except OSError as error:
            now(Fault(code, f"opening: {type(error).__name__}"))
        else:
            now(None)
            await _until_gone(descriptor, begin())
            now(Fault(code, "it has gone"))
        await asyncio.sleep(node.again_s)


async def _until_gone(descriptor: int, take: Callable[[bytes], None]) -> None:
    """Read until the device has gone, and close it."""
    loop = asyncio.get_running_loop()
    gone = asyncio.Event()

    def readable() -> None:
        try:
            data = os.read(descriptor, _CHUNK)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if data:
            take(data)
        else:
            loop.remove_reader(descriptor)
            gone.set()

    loop.add_reader(descriptor, readable)
    try:
        await gone.wait()
    finally:
        loop.remove_reader(descriptor)
        with suppress(OSError):
            os.close(descriptor)
