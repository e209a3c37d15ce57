"""One test for each way in which a printer fails, however it is attached: a receipt counts only if it came out."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace

import pytest

from devices.printers.escpos import EscposPrinter
from devices.printers.simulator import Trouble, VirtualPrinter
from devices.printers.tcp import TcpReceiptPrinter
from kiosk.device_events import Device, DeviceChanged
from kiosk.events import Event
from kiosk.faults import Fault, FaultCode
from kiosk.privacy import Private
from kiosk.receipt import Line, Receipt, Row
from kiosk.text import GERMAN, Verbatim, local, msg

from .conftest import DELAYS, Attached, driver_of

RECEIPT = Receipt(GERMAN, tuple(Line(local(f"Zeile {number} mit einigen Wörtern")) for number in range(40)))
NEAR_END = Fault(FaultCode.PRINTER_NEAR_END)
SECRET = Receipt(GERMAN, (Line(Verbatim(Private("Adalbert Geheimnis"))), *RECEIPT.blocks))


@pytest.fixture(params=list(Attached))
def attached(request: pytest.FixtureRequest) -> Attached:
    return Attached(request.param)


async def fault_of(driver: EscposPrinter) -> FaultCode | None:
    fault = await driver.print(RECEIPT)
    return fault.code if fault else None


async def test_a_receipt_that_came_out_is_a_success(driver: EscposPrinter, paper: VirtualPrinter) -> None:
    assert await fault_of(driver) is None
    assert len(paper.papers) == 1


async def test_paper_that_nears_its_end_still_prints(driver: EscposPrinter, paper: VirtualPrinter) -> None:
    await paper.cause(Trouble.NEAR_END)
    assert await fault_of(driver) is None
    assert driver.status.near_end


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (Trouble.PAPER_OUT, FaultCode.PRINTER_PAPER_OUT),
        (Trouble.COVER_OPEN, FaultCode.PRINTER_COVER_OPEN),
        (Trouble.CUTTER, FaultCode.PRINTER_ERROR),
        (Trouble.OFF, FaultCode.PRINTER_OFF),
        (Trouble.STALL, FaultCode.PRINTER_STALLED),
        (Trouble.GARBAGE, FaultCode.PRINTER_GARBAGE),
        (Trouble.DIES_IN_JOB, FaultCode.PRINTER_OFF),
        (Trouble.RUNS_OUT_IN_JOB, FaultCode.PRINTER_PAPER_OUT),
    ],
)
async def test_a_trouble_is_told_by_its_name_and_nothing_comes_out(
    driver: EscposPrinter, paper: VirtualPrinter, trouble: Trouble, code: FaultCode
) -> None:
    await paper.cause(trouble)
    assert await fault_of(driver) is code
    assert paper.papers == []


async def test_without_the_barrier_a_receipt_is_no_success_even_if_it_came_out(
    driver: EscposPrinter, paper: VirtualPrinter
) -> None:
    await paper.cause(Trouble.MUTE)
    assert await fault_of(driver) is FaultCode.PRINTER_STALLED
    assert len(paper.papers) == 1


async def test_paper_that_runs_out_is_known_long_before_the_deadline(
    driver: EscposPrinter, paper: VirtualPrinter
) -> None:
    await driver.print(RECEIPT)
    await paper.cause(Trouble.RUNS_OUT_IN_JOB)
    began = asyncio.get_running_loop().time()
    assert await fault_of(driver) is FaultCode.PRINTER_PAPER_OUT
    assert asyncio.get_running_loop().time() - began < DELAYS.finish / 2


@pytest.mark.parametrize("trouble", [Trouble.RUNS_OUT_IN_JOB, Trouble.DIES_IN_JOB])
async def test_the_rest_of_a_failed_receipt_never_comes_out_for_the_next_visitor(
    driver: EscposPrinter, paper: VirtualPrinter, trouble: Trouble
) -> None:
    await paper.cause(trouble)
    assert await driver.print(SECRET) is not None
    await paper.cause(Trouble.NONE)
    assert await fault_of(driver) is None
    torn, whole = paper.papers
    assert "Zeile 39" not in torn.text
    assert "Geheimnis" not in whole.text
    assert whole.text.count("Zeile 39") == 1


async def test_a_cancelled_print_leaves_nothing_behind(driver: EscposPrinter, paper: VirtualPrinter) -> None:
    await paper.cause(Trouble.STALL)
    printing = asyncio.create_task(driver.print(SECRET))
    await asyncio.sleep(0.05)
    printing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await printing
    await paper.cause(Trouble.NONE)
    assert await fault_of(driver) is None
    assert "Geheimnis" not in paper.papers[-1].text


async def test_a_printer_that_is_on_again_prints_again(driver: EscposPrinter, paper: VirtualPrinter) -> None:
    await paper.cause(Trouble.OFF)
    assert await fault_of(driver) is FaultCode.PRINTER_OFF
    await paper.cause(Trouble.NONE)
    assert await fault_of(driver) is None


async def test_a_printer_that_closes_its_side_of_the_connection_is_off() -> None:
    printer = VirtualPrinter()
    await printer.start()
    await printer.cause(Trouble.HALF_CLOSE)
    assert await fault_of(driver_of(printer)) is FaultCode.PRINTER_OFF
    await printer.close()


async def test_an_address_where_nobody_listens_is_a_printer_that_is_off() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert await fault_of(TcpReceiptPrinter("127.0.0.1", port, delays=DELAYS)) is FaultCode.PRINTER_OFF


async def test_a_receipt_that_cannot_be_built_is_a_fault_without_its_words(
    driver: EscposPrinter, paper: VirtualPrinter
) -> None:
    fault = await driver.print(Receipt(GERMAN, (Row(msg("no.such.text", name=Private("Geheimnis")), local("x")),)))
    assert fault == Fault(FaultCode.INTERNAL, "building a receipt: KeyError")
    assert paper.papers == []


async def test_two_receipts_at_once_come_out_one_after_the_other(driver: EscposPrinter, paper: VirtualPrinter) -> None:
    assert await asyncio.gather(*map(driver.print, (RECEIPT, SECRET))) == [None, None]
    assert sorted(slip.text.count("Zeile") for slip in paper.papers) == [40, 40]


async def test_the_watch_tells_the_state_at_once_and_each_change_once(
    driver: EscposPrinter, paper: VirtualPrinter
) -> None:
    told: asyncio.Queue[Event] = asyncio.Queue()
    watching = asyncio.create_task(driver.watch(told.put_nowait))
    try:
        seen = []
        for trouble in (Trouble.NONE, Trouble.PAPER_OUT, Trouble.COVER_OPEN, Trouble.OFF, Trouble.NONE):
            await paper.cause(trouble)
            async with asyncio.timeout(5):
                event = await told.get()
            assert isinstance(event, DeviceChanged)
            assert event.device is Device.PRINTER
            seen.append(event.fault.code if event.fault else None)
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    codes = [FaultCode.PRINTER_PAPER_OUT, FaultCode.PRINTER_COVER_OPEN, FaultCode.PRINTER_OFF]
    assert seen == [None, *codes, None]
    assert told.empty()


async def test_the_watch_tells_of_paper_that_nears_its_end_as_a_notice_and_when_there_is_a_new_roll(
    driver: EscposPrinter, paper: VirtualPrinter
) -> None:
    told: asyncio.Queue[Event] = asyncio.Queue()
    watching = asyncio.create_task(driver.watch(told.put_nowait))
    try:
        for trouble, notice in ((Trouble.NONE, None), (Trouble.NEAR_END, NEAR_END), (Trouble.NONE, None)):
            await paper.cause(trouble)
            async with asyncio.timeout(5):
                assert await told.get() == DeviceChanged(Device.PRINTER, None, notice)
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def test_one_that_cannot_print_is_looked_at_more_often(paper: VirtualPrinter) -> None:
    await paper.cause(Trouble.PAPER_OUT)
    patient = driver_of(paper, replace(DELAYS, poll=600, again=0.02))
    told: asyncio.Queue[Event] = asyncio.Queue()
    watching = asyncio.create_task(patient.watch(told.put_nowait))
    try:
        async with asyncio.timeout(5):
            await told.get()
            await paper.cause(Trouble.NONE)
            event = await told.get()
        assert isinstance(event, DeviceChanged)
        assert event.fault is None
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def test_a_failed_print_makes_the_watch_look_at_once(paper: VirtualPrinter) -> None:
    slow = driver_of(paper, replace(DELAYS, poll=600))
    told: asyncio.Queue[Event] = asyncio.Queue()
    watching = asyncio.create_task(slow.watch(told.put_nowait))
    try:
        async with asyncio.timeout(5):
            await told.get()
            await paper.cause(Trouble.PAPER_OUT)
            await slow.print(RECEIPT)
            event = await told.get()
        assert isinstance(event, DeviceChanged)
        assert event.fault is not None
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


def test_the_virtual_printer_refuses_to_start_where_simulators_are_not_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("LOTSE_SIMULATORS")
    with pytest.raises(RuntimeError, match="LOTSE_SIMULATORS"):
        VirtualPrinter()
