"""Which driver the settings choose."""

from __future__ import annotations

from pathlib import Path

import pytest

from composition.equipment import equip
from devices.printers.ipp import IppPrinter
from devices.printers.serial_port import SerialReceiptPrinter
from devices.printers.tcp import TcpReceiptPrinter
from devices.printers.usb import UsbReceiptPrinter
from profiles.loading import SHIPPED, load_profile
from profiles.settings import EscposSerial, EscposTcp, EscposUsb, Ipp, Settings


@pytest.mark.parametrize(
    ("printer", "driver"),
    [
        (None, type(None)),
        (EscposTcp("192.0.2.10"), TcpReceiptPrinter),
        (EscposUsb(Path("/dev/usb/lp0")), UsbReceiptPrinter),
        (EscposSerial(Path("/dev/ttyS0"), 9600, "odd", "xon-xoff"), SerialReceiptPrinter),
    ],
)
async def test_the_settings_choose_the_driver(
    printer: EscposTcp | EscposUsb | EscposSerial | None, driver: type[object]
) -> None:
    place = load_profile(SHIPPED)
    assert not isinstance(place, list)
    equipment = equip(
        Settings(SHIPPED, printer=printer, documents=Ipp("ipp://127.0.0.1/printers/a")), place, lambda _: None
    )
    assert type(equipment.ports.printer) is driver
    assert isinstance(equipment.ports.documents, IppPrinter)
    await equipment.close()
