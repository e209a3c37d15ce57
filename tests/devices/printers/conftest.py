"""A virtual printer, the driver connected to it, and receipts to print."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from devices.printers.simulator import VirtualPrinter
from devices.printers.tcp import TcpReceiptPrinter
from devices.printers.transport import Delays

DELAYS = Delays(connect=2, answer=0.2, look=0.05, finish=1.0, poll=0.05)


@pytest.fixture
async def paper() -> AsyncIterator[VirtualPrinter]:
    """A printer that is on; nothing may reach it that it does not understand."""
    printer = VirtualPrinter()
    await printer.start()
    yield printer
    await printer.close()
    assert printer.complaints == ()


@pytest.fixture
def driver(paper: VirtualPrinter) -> TcpReceiptPrinter:
    """The driver of that printer."""
    return TcpReceiptPrinter(paper.host, paper.port, delays=DELAYS)
