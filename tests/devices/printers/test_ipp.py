"""The driver of page printers against a printer by other people, and against lines that fail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from devices.printers.ipp import IppDelays, IppPrinter
from devices.printers.ipp_status import read_reasons
from devices.printers.ipp_wire import Response, read_response
from kiosk.faults import FaultCode
from kiosk.privacy import Private

from .ippeveprinter import PagePrinter, discovery, page_printer

DELAYS = IppDelays(answer=1.0, look=0.02, warned=0.3, finish=0.8)
DOCUMENT = b"%PDF-1.4\n% a page\n%%EOF\n"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with discovery(tmp_path_factory.mktemp("bus")) as environment:
        yield environment


@pytest.fixture
def printer(tmp_path: Path, environment: dict[str, str]) -> Iterator[PagePrinter]:
    with page_printer(tmp_path, environment) as printer:
        yield printer


async def fault_of(printer: PagePrinter, mime_type: str = "application/pdf") -> FaultCode | None:
    fault = await IppPrinter(printer.url, delays=DELAYS).print(Private(DOCUMENT), mime_type)
    return fault.code if fault else None


async def test_a_document_that_came_out_is_a_success(printer: PagePrinter) -> None:
    assert await fault_of(printer) is None
    assert printer.printed == DOCUMENT


async def test_a_printer_with_nothing_wrong_is_ready(printer: PagePrinter) -> None:
    assert (await IppPrinter(printer.url, delays=DELAYS).status()).fault is None


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("media-empty", FaultCode.DOCUMENTS_PAPER_OUT),
        ("cover-open", FaultCode.DOCUMENTS_COVER_OPEN),
        ("media-jam", FaultCode.DOCUMENTS_JAM),
        ("abort", FaultCode.DOCUMENTS_ERROR),
    ],
)
async def test_what_the_printer_says_in_the_job_is_told_and_the_job_cancelled(
    printer: PagePrinter, reason: str, code: FaultCode
) -> None:
    printer.cause(reason)
    assert await fault_of(printer) is code
    assert printer.printed is None
    assert "Cancel-Job" in printer.log()


async def test_paper_that_nears_its_end_is_no_fault_but_no_page_for_long_is(printer: PagePrinter) -> None:
    printer.cause("media-low")
    assert await fault_of(printer) is FaultCode.DOCUMENTS_STALLED
    assert printer.printed is None


async def test_a_document_that_the_printer_cannot_print_is_a_fault(printer: PagePrinter) -> None:
    assert await fault_of(printer, "application/x-unknown") is FaultCode.DOCUMENTS_ERROR
    assert printer.printed is None


async def test_a_print_that_is_given_up_is_cancelled_at_the_printer(printer: PagePrinter) -> None:
    printer.cause("media-low")
    printing = asyncio.create_task(IppPrinter(printer.url, delays=DELAYS).print(Private(DOCUMENT)))
    async with asyncio.timeout(5):
        while "Get-Job-Attributes" not in printer.log():  # noqa: ASYNC110 # another program's log is no event
            await asyncio.sleep(0.01)
    printing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await printing
    assert "Cancel-Job" in printer.log()


@asynccontextmanager
async def answering(answer: bytes | None, asked: int = 0) -> AsyncIterator[str]:
    """Yield the address of something that gives this answer so often; None: that never answers."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(4096)
        if answer is None:
            await reader.read()
        else:
            writer.write(answer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        served.release()

    served = asyncio.Semaphore(0)
    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield f"ipp://127.0.0.1:{server.sockets[0].getsockname()[1]}/ipp/print"
        for _ in range(asked):
            await served.acquire()


OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/ipp\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (None, FaultCode.DOCUMENTS_STALLED),
        (b"", FaultCode.DOCUMENTS_OFF),
        (b"\xff\xff\xff\r\n\r\n", FaultCode.DOCUMENTS_GARBAGE),
        (OK + b"<html>", FaultCode.DOCUMENTS_GARBAGE),
        (OK + b"\x02\x00\x00\x00\x00\x00\x00\x01\x01", FaultCode.DOCUMENTS_GARBAGE),
        (OK + b"\x02\x00\x00\x00\x00\x00\x00\x01\x03", FaultCode.DOCUMENTS_GARBAGE),
        (OK + b"\x02\x00\x05\x06\x00\x00\x00\x01\x03", FaultCode.DOCUMENTS_ERROR),
        (b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", FaultCode.DOCUMENTS_ERROR),
    ],
)
async def test_a_line_that_fails_is_told_by_its_name(answer: bytes | None, code: FaultCode) -> None:
    async with answering(answer, 2) as url:
        printer = IppPrinter(url, delays=IppDelays(answer=0.2))
        fault = (await printer.status()).fault
        assert fault is not None
        assert fault.code is code
        fault = await printer.print(Private(DOCUMENT))
        assert fault is not None
        assert fault.code is code


async def test_an_address_where_nobody_listens_is_a_printer_that_is_off() -> None:
    async with answering(b"") as url:
        pass
    fault = await IppPrinter(url, delays=DELAYS).print(Private(DOCUMENT))
    assert fault is not None
    assert fault.code is FaultCode.DOCUMENTS_OFF


@pytest.mark.parametrize(
    ("state", "reasons", "code", "near_end"),
    [
        (3, ["none"], None, False),
        (4, ["connecting-to-device"], None, False),
        (3, ["media-low-warning", "toner-low-report"], None, True),
        (4, ["media-needed"], FaultCode.DOCUMENTS_PAPER_OUT, False),
        (5, ["media-empty-error", "door-open-error"], FaultCode.DOCUMENTS_COVER_OPEN, False),
        (3, ["offline-report"], FaultCode.DOCUMENTS_OFF, False),
        (3, ["toner-empty-warning"], None, False),
        (3, ["toner-empty-error"], FaultCode.DOCUMENTS_ERROR, False),
        (5, ["paused"], FaultCode.DOCUMENTS_ERROR, False),
        (5, ["none"], FaultCode.DOCUMENTS_ERROR, False),
        (3, ["some-new-thing"], FaultCode.DOCUMENTS_ERROR, False),
        (3, [], FaultCode.DOCUMENTS_GARBAGE, False),
    ],
)
def test_the_reasons_count_and_not_the_state(
    state: int, reasons: list[str], code: FaultCode | None, near_end: bool
) -> None:
    status = read_reasons(Response(0, {"printer-state": [state], "printer-state-reasons": [*reasons]}))
    assert (status.fault.code if status.fault else None) is code
    assert status.near_end is near_end


def test_a_warning_counts_only_where_a_page_does_not_come() -> None:
    response = Response(0, {"printer-state": [4], "printer-state-reasons": ["media-empty-warning"]})
    assert read_reasons(response).fault is None
    fault = read_reasons(response, warnings=True).fault
    assert fault is not None
    assert fault.code is FaultCode.DOCUMENTS_PAPER_OUT


def test_an_answer_that_is_cut_off_anywhere_is_no_answer() -> None:
    whole = b"\x02\x00\x00\x00\x00\x00\x00\x01\x04\x21\x00\x01a\x00\x04\x00\x00\x00\x07\x44\x00\x00\x00\x01b\x03"
    assert read_response(whole).attributes == {"a": [7, "b"]}
    for length in range(len(whole)):
        with pytest.raises(ValueError, match="IPP"):
            read_response(whole[:length])
