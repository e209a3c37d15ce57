"""A scanner at a serial port, or at USB as one (CDC ACM): `/dev/serial/by-id/…`."""

from __future__ import annotations

import time
from pathlib import Path

from devices.node import Node, listen, serial_line
from devices.scanner.frames import Frames
from kiosk.device_events import Device, Scanned
from kiosk.faults import FaultCode
from kiosk.ports import Tell

LOST = (Device.SCANNER, FaultCode.SCANNER_LOST)


class SerialScanner:
    """A `kiosk.ports.Scanner` at a serial port. It is found again within 2 s after it was plugged in again.

    `prefix` and `suffix` are what the scanner puts around each code, besides CR or LF at its end.
    """

    def __init__(self, device: Path, speed: int = 9600, *, prefix: str = "", suffix: str = "") -> None:
        self._node = Node(device, serial_line(speed))
        self._prefix, self._suffix = prefix, suffix

    async def watch(self, tell: Tell) -> None:
        """Tell `DeviceChanged` and `Scanned`, until cancelled."""

        def frames() -> Frames:
            return Frames(lambda code: tell(Scanned(code)), time.monotonic, self._prefix, self._suffix)

        await listen(self._node, LOST, lambda: frames().take, tell)
