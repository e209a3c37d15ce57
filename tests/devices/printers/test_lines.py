"""Lines that are device files: how they are set up, kept apart, and left."""

from __future__ import annotations

import asyncio
import fcntl
import gc
import os
import termios
from dataclasses import replace
from pathlib import Path

import pytest
import qasync
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from devices.printers.answers import Answer, Answers, Barrier, Cleared, Nonsense, Report, State
from devices.printers.escpos import EscposPrinter
from devices.printers.serial_port import Flow, LineSettings, Parity, SerialReceiptPrinter, raw
from devices.printers.simulator import Trouble, VirtualPrinter
from devices.printers.status import PrinterStatus
from devices.printers.usb import UsbReceiptPrinter
from devices.printers.virtual_node import NodeKind, NodePrinter
from kiosk.faults import FaultCode
from kiosk.receipt import Line, Receipt
from kiosk.text import GERMAN, local

from .conftest import DELAYS, Attached, driver_of

RECEIPT = Receipt(GERMAN, tuple(Line(local(f"Zeile {number}")) for number in range(40)))
LONG = Receipt(GERMAN, tuple(Line(local(f"Zeile {number} Łódź")) for number in range(60)))


@pytest.fixture(params=[Attached.USB, Attached.SERIAL])
def attached(request: pytest.FixtureRequest) -> Attached:
    return Attached(request.param)


async def fault_of(driver: EscposPrinter, receipt: Receipt = RECEIPT) -> FaultCode | None:
    fault = await driver.print(receipt)
    return fault.code if fault else None


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_more_bytes_than_the_line_takes_at_once_come_out_whole(
    driver: EscposPrinter, paper: VirtualPrinter
) -> None:
    assert await fault_of(driver, LONG) is None
    assert paper.papers[0].text.count("[576") == 60


async def test_a_printer_that_stalls_in_a_long_job_is_no_success_and_recovers(
    driver: EscposPrinter, paper: VirtualPrinter
) -> None:
    await paper.cause(Trouble.STALL)
    assert await fault_of(driver, LONG) is FaultCode.PRINTER_STALLED
    await paper.cause(Trouble.NONE)
    assert await fault_of(driver) is None
    assert paper.papers[-1].text.count("Zeile") == 40


async def test_what_nobody_fetched_is_not_the_answer_to_the_next_question(
    driver: EscposPrinter, paper: VirtualPrinter
) -> None:
    assert isinstance(paper, NodePrinter)
    assert await fault_of(driver) is None
    arrived = asyncio.Event()
    stranger = os.open(paper.node, os.O_RDWR | os.O_NOCTTY)
    os.write(stranger, b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04\x1dr\x01")
    asyncio.get_running_loop().add_reader(stranger, arrived.set)
    async with asyncio.timeout(2):
        await arrived.wait()
    asyncio.get_running_loop().remove_reader(stranger)
    os.close(stranger)
    await paper.cause(Trouble.PAPER_OUT)
    assert await fault_of(driver) is FaultCode.PRINTER_PAPER_OUT


async def test_a_node_that_is_not_there_is_a_printer_that_is_off(tmp_path: Path) -> None:
    for driver in (UsbReceiptPrinter(tmp_path / "lp0"), SerialReceiptPrinter(tmp_path / "ttyS0")):
        assert await fault_of(driver) is FaultCode.PRINTER_OFF


async def test_a_file_that_is_no_device_is_a_printer_that_is_off(tmp_path: Path) -> None:
    (tmp_path / "lp0").touch()
    for driver in (UsbReceiptPrinter(tmp_path / "lp0"), SerialReceiptPrinter(tmp_path / "lp0")):
        assert await fault_of(driver) is FaultCode.PRINTER_OFF


async def test_a_printer_plugged_in_again_prints_without_a_new_driver(
    driver: EscposPrinter, paper: VirtualPrinter
) -> None:
    for _ in range(3):
        await paper.cause(Trouble.OFF)
        assert await fault_of(driver) is FaultCode.PRINTER_OFF
        await paper.cause(Trouble.NONE)
        assert await fault_of(driver) is None


async def test_no_descriptor_is_left_open(driver: EscposPrinter, paper: VirtualPrinter) -> None:
    await fault_of(driver)
    before = open_descriptors()
    for trouble in (Trouble.NONE, Trouble.STALL, Trouble.GARBAGE, Trouble.NONE):
        await paper.cause(trouble)
        await fault_of(driver)
    assert open_descriptors() == before


async def test_a_serial_port_in_use_by_another_program_is_a_printer_that_is_off(tmp_path: Path) -> None:
    printer = NodePrinter(tmp_path / "ttyS0", NodeKind.SERIAL)
    await printer.start()
    other = os.open(printer.node, os.O_RDWR | os.O_NOCTTY)
    fcntl.flock(other, fcntl.LOCK_EX)
    assert await fault_of(driver_of(printer)) is FaultCode.PRINTER_OFF
    os.close(other)
    assert await fault_of(driver_of(printer)) is None
    await printer.close()


async def test_a_serial_port_is_set_up_as_the_settings_say(tmp_path: Path) -> None:
    printer = NodePrinter(tmp_path / "ttyS0", NodeKind.SERIAL)
    await printer.start()
    line = LineSettings(38400, flow=Flow.RTS_CTS)
    assert await fault_of(SerialReceiptPrinter(printer.node, line, delays=DELAYS)) is None
    descriptor = os.open(printer.node, os.O_RDWR | os.O_NOCTTY)
    _, output, control, local_modes, speed_in, speed_out, _ = termios.tcgetattr(descriptor)
    os.close(descriptor)
    assert (speed_in, speed_out) == (termios.B38400, termios.B38400)
    assert control & termios.CRTSCTS
    assert not control & termios.HUPCL
    assert not output & termios.OPOST
    assert not local_modes & (termios.ECHO | termios.ICANON | termios.ISIG)
    await printer.close()


@pytest.mark.parametrize(
    ("line", "on", "off"),
    [
        (LineSettings(), termios.CRTSCTS | termios.CS8, termios.PARENB),
        (LineSettings(parity=Parity.EVEN), termios.PARENB, termios.PARODD),
        (LineSettings(parity=Parity.ODD, flow=Flow.NONE), termios.PARENB | termios.PARODD, termios.CRTSCTS),
    ],
)
def test_parity_and_flow_are_flags_of_the_line(line: LineSettings, on: int, off: int) -> None:
    flags = raw([0, 0, 0, 0, 0, 0, [b"\x00"] * 32], line)[2]
    assert flags & on == on
    assert not flags & off


def test_a_damaged_byte_never_becomes_the_proof_of_a_receipt() -> None:
    flags = raw([0, 0, 0, 0, 0, 0, [b"\x00"] * 32], LineSettings(parity=Parity.EVEN, flow=Flow.XON_XOFF))[0]
    assert flags & termios.IGNPAR
    assert flags & termios.INPCK
    assert flags & termios.IXON
    assert not flags & (termios.PARMRK | termios.ICRNL | termios.ISTRIP)


@pytest.mark.parametrize("kind", list(NodeKind))
def test_device_files_work_on_the_windows_loop(qapp: QApplication, tmp_path: Path, kind: NodeKind) -> None:
    async def work() -> tuple[list[FaultCode | None], int]:
        printer = NodePrinter(tmp_path / "lp0", kind)
        await printer.start()
        driver = driver_of(printer, replace(DELAYS, quiet=0.05))
        found = [await fault_of(driver, LONG)]
        for trouble in (Trouble.COVER_OPEN, Trouble.STALL, Trouble.OFF, Trouble.NONE):
            await printer.cause(trouble)
            found.append(await fault_of(driver))
        await printer.close()
        return found, len(printer.papers)

    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(qapp)) as runner:
        found, slips = runner.run(work())
    gc.collect()  # the loop's timers die here: on the thread of the next test's drawing they would bring Qt down
    codes = [FaultCode.PRINTER_COVER_OPEN, FaultCode.PRINTER_STALLED, FaultCode.PRINTER_OFF]
    assert found == [None, *codes, None]
    assert slips >= 2


def test_answers_are_told_apart_wherever_the_bytes_are_cut() -> None:
    stream = b"\x12\x18\x00\x0f\x00\x00\x37\x25\x00\x16\xff"
    for cut in range(len(stream)):
        answers = Answers()
        kinds: list[Answer] = [*answers.feed(stream[:cut]), *answers.feed(stream[cut:])]
        assert [type(answer) for answer in kinds] == [State, Report, Barrier, Cleared, State, Nonsense]


@pytest.mark.parametrize(
    ("report", "code", "near_end"),
    [
        ("10 00 00 00", None, False),
        ("14 00 03 0f", None, True),
        ("18 00 0f 00", FaultCode.PRINTER_PAPER_OUT, True),
        ("38 00 00 00", FaultCode.PRINTER_COVER_OPEN, False),
        ("18 08 00 00", FaultCode.PRINTER_ERROR, False),
        ("18 20 00 00", FaultCode.PRINTER_ERROR, False),
        ("18 00 00 00", FaultCode.PRINTER_ERROR, False),
        ("10 ff 00 00", FaultCode.PRINTER_GARBAGE, False),
    ],
)
def test_a_report_names_the_trouble(report: str, code: FaultCode | None, near_end: bool) -> None:
    (answer,) = Answers().feed(bytes.fromhex(report))
    assert isinstance(answer, Report)
    status: PrinterStatus = answer.status
    assert (status.fault.code if status.fault else None) is code
    assert status.near_end is near_end


@given(st.binary(max_size=40))
def test_no_byte_is_lost_and_none_is_read_twice(stream: bytes) -> None:
    one_by_one = Answers()
    pieces = [answer for byte in stream for answer in one_by_one.feed(bytes([byte]))]
    assert pieces == Answers().feed(stream)
