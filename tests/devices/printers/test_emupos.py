"""The drivers against a printer emulator by other people, over a cable that can fail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest

from devices.printers.escpos import EscposPrinter
from devices.printers.serial_port import SerialReceiptPrinter
from devices.printers.tcp import TcpReceiptPrinter
from devices.printers.usb import UsbReceiptPrinter
from kiosk.faults import FaultCode
from kiosk.privacy import Private
from kiosk.receipt import Line, Receipt
from kiosk.text import GERMAN, Verbatim, local

from . import emupos
from .conftest import DELAYS, Attached
from .fault_proxy import Break, FaultProxy

RECEIPT = Receipt(GERMAN, tuple(Line(local(f"Zeile {number} für Müller")) for number in range(40)))
DRAWN = Receipt(GERMAN, (*RECEIPT.blocks, Line(Verbatim(Private("أحمد Łódź"))), Line(local("Ende"))))


@pytest.fixture(scope="module")
def emulator(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[emupos.Emupos]:
    python = emupos.new_python()
    if python is None:
        pytest.skip("emupos needs Python 3.13, which is not installed here")
    folder = tmp_path_factory.mktemp("emupos")
    cache = getattr(request.config, "cache", None)  # not there with -p no:cacheprovider
    kept = cache.mkdir(f"emupos-{emupos.VERSION}") if cache else folder
    process, emulator = emupos.run(python, emupos.installed(python, kept / "packages"), folder)
    yield emulator
    emulator.close()
    process.terminate()
    process.wait(10)


@pytest.fixture(params=list(Attached))
async def cable(
    request: pytest.FixtureRequest, emulator: emupos.Emupos, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[FaultProxy]:
    cable = FaultProxy(emulator.port, Attached(request.param), tmp_path_factory.mktemp("dev") / "lp0")
    await cable.start()
    yield cable
    await cable.close()
    emulator.mend()


@pytest.fixture
def driver(cable: FaultProxy) -> EscposPrinter:
    delays = replace(DELAYS, answer=0.5)
    match cable.attached:
        case Attached.NETWORK:
            return TcpReceiptPrinter("127.0.0.1", cable.port, delays=delays)
        case Attached.USB:
            return UsbReceiptPrinter(cable.node, delays=delays)
        case Attached.SERIAL:
            return SerialReceiptPrinter(cable.node, delays=delays)


async def fault_of(driver: EscposPrinter, receipt: Receipt = RECEIPT) -> FaultCode | None:
    fault = await driver.print(receipt)
    return fault.code if fault else None


async def test_a_receipt_comes_out_whole_and_no_byte_is_misunderstood(
    driver: EscposPrinter, emulator: emupos.Emupos
) -> None:
    before = len(emulator.receipts())
    assert await fault_of(driver, DRAWN) is None
    new = emulator.receipts()[before:]
    assert len(new) == 1
    assert "Zeile 39 für Müller" in new[0]
    assert "Ende" in new[0]
    assert "?" not in new[0]


async def test_paper_that_nears_its_end_still_prints(driver: EscposPrinter, emulator: emupos.Emupos) -> None:
    emulator.cause("paper-near-end")
    assert await fault_of(driver) is None
    assert driver.status.near_end


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        ("paper-out", FaultCode.PRINTER_PAPER_OUT),
        ("cover-open", FaultCode.PRINTER_COVER_OPEN),
        ("offline", FaultCode.PRINTER_ERROR),
    ],
)
async def test_a_trouble_is_told_by_its_name_and_nothing_comes_out(
    driver: EscposPrinter, emulator: emupos.Emupos, trouble: str, code: FaultCode
) -> None:
    before = len(emulator.receipts())
    emulator.cause(trouble)
    assert await fault_of(driver) is code
    emulator.mend()
    assert len(emulator.receipts()) == before


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (Break.CUTTER, FaultCode.PRINTER_ERROR),
        (Break.STALL, FaultCode.PRINTER_STALLED),
        (Break.GARBLE, FaultCode.PRINTER_GARBAGE),
        (Break.CUT, FaultCode.PRINTER_OFF),
    ],
)
async def test_what_the_cable_does_is_no_success(
    driver: EscposPrinter, cable: FaultProxy, broken: Break, code: FaultCode
) -> None:
    cable.fail(broken)
    assert await fault_of(driver) is code


async def test_a_cable_that_is_pulled_out_is_a_printer_that_is_off(driver: EscposPrinter, cable: FaultProxy) -> None:
    await cable.close()
    assert await fault_of(driver) is FaultCode.PRINTER_OFF


@pytest.mark.parametrize("cable", [Attached.NETWORK], indirect=True)
async def test_a_side_that_is_closed_is_a_printer_that_is_off(driver: EscposPrinter, cable: FaultProxy) -> None:
    cable.fail(Break.HALF_CLOSE)
    assert await fault_of(driver) is FaultCode.PRINTER_OFF


async def test_the_printers_own_report_tells_that_the_paper_ran_out_within_the_job(
    driver: EscposPrinter, cable: FaultProxy, emulator: emupos.Emupos
) -> None:
    async def run_out() -> None:
        await asyncio.to_thread(emulator.cause, "paper-out")

    cable.in_job = run_out
    fault = await driver.print(RECEIPT)
    assert fault is not None
    assert fault.code is FaultCode.PRINTER_PAPER_OUT
    assert fault.detail.startswith("report")


async def test_answers_that_come_too_late_are_not_taken_for_the_next_ones(
    driver: EscposPrinter, cable: FaultProxy, emulator: emupos.Emupos
) -> None:
    cable.fail(Break.HOLD)
    assert await fault_of(driver) is FaultCode.PRINTER_STALLED
    emulator.cause("paper-out")
    cable.fail(Break.NOTHING)
    assert await fault_of(driver) is FaultCode.PRINTER_PAPER_OUT
    emulator.mend()
    assert await fault_of(driver) is None
