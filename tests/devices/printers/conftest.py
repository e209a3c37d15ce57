"""A virtual printer, on the network or at a device file, and the driver connected to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from enum import StrEnum
from pathlib import Path

import pytest

from devices.printers.escpos import EscposPrinter
from devices.printers.serial_port import SerialReceiptPrinter
from devices.printers.simulator import VirtualPrinter
from devices.printers.tcp import TcpReceiptPrinter
from devices.printers.transport import Delays
from devices.printers.usb import UsbReceiptPrinter
from devices.printers.virtual_node import NodeKind, NodePrinter

DELAYS = Delays(connect=2, answer=0.2, look=0.05, finish=1.0, poll=0.05, quiet=0.02)


class Attached(StrEnum):
    """How a printer is attached."""

    NETWORK = "tcp"
    USB = "usb"
    SERIAL = "serial"


@pytest.fixture
def attached() -> Attached:
    """On the network, where a test module does not say otherwise."""
    return Attached.NETWORK


@pytest.fixture
async def paper(attached: Attached, tmp_path: Path) -> AsyncIterator[VirtualPrinter]:
    """A printer that is on; nothing may reach it that it does not understand."""
    printer = VirtualPrinter() if attached is Attached.NETWORK else NodePrinter(tmp_path / "lp0", NodeKind(attached))
    await printer.start()
    yield printer
    await printer.close()
    assert printer.complaints == ()


@pytest.fixture
def driver(paper: VirtualPrinter) -> EscposPrinter:
    """The driver of that printer."""
    return driver_of(paper)


def driver_of(printer: VirtualPrinter, delays: Delays = DELAYS) -> EscposPrinter:
    """Return a driver for a virtual printer, according to its line."""
    if not isinstance(printer, NodePrinter):
        return TcpReceiptPrinter(printer.host, printer.port, delays=delays)
    if printer.kind is NodeKind.USB:
        return UsbReceiptPrinter(printer.node, delays=delays)
    return SerialReceiptPrinter(printer.node, delays=delays)
