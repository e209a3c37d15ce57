"""A receipt printer at USB: Linux' usblp driver gives it a node, `/dev/usb/lp0`.

The node goes when the printer is switched off or pulled out, and comes back with it; a symbolic link
made by a udev rule names one printer whatever its number. Only one program can have it open.
"""

from __future__ import annotations

from pathlib import Path

from devices.opening import open_device
from devices.printers.device_file import DeviceWire
from devices.printers.escpos import EscposPrinter
from devices.printers.transport import Delays, Wire


class UsbReceiptPrinter(EscposPrinter):
    """An `EscposPrinter` behind a device node."""

    def __init__(self, device: Path, *, profile: str = "TM-T20II", delays: Delays | None = None) -> None:
        """`profile` is the printer's name in python-escpos' capabilities: columns and dots."""
        self._device = device
        super().__init__(self._dial, profile=profile, delays=delays)

    async def _dial(self) -> Wire:
        return DeviceWire(open_device(self._device, write=True), empty_is_end=False)
