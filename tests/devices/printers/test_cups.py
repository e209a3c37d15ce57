"""The driver of page printers behind a real CUPS: what comes out, what is told, and what is left on the disk."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from devices.printers.ipp import IppDelays, IppPrinter
from kiosk.documents import Document
from kiosk.faults import FaultCode
from kiosk.privacy import Private
from kiosk.receipt import Line
from kiosk.text import GERMAN, local
from ui.typesetting import pdf_of

from .cups import Queue, queue_to
from .ippeveprinter import PagePrinter, discovery, page_printer

DELAYS = IppDelays(answer=3.0, look=0.1, warned=1.5, finish=6.0)


@pytest.fixture(scope="module")
def printer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[PagePrinter, Queue]]:
    folder: Path = tmp_path_factory.mktemp("printer")
    with (
        discovery(tmp_path_factory.mktemp("bus")) as environment,
        page_printer(folder, environment) as printer,
        queue_to(printer, environment) as queue,
    ):
        yield printer, queue


@pytest.fixture
def document(qapp: QGuiApplication) -> Private[bytes]:
    title = local("Wohnung anmelden")
    return Private(pdf_of(Document(GERMAN, title, title, (Line(title),)), date(2026, 3, 12)))


async def test_a_page_that_came_out_leaves_no_job_and_no_file_behind(
    printer: tuple[PagePrinter, Queue], document: Private[bytes]
) -> None:
    pages, queue = printer
    driver = IppPrinter(queue.url, delays=DELAYS)
    fault = await driver.print(document)
    assert fault is None, queue.log()
    assert pages.printed is not None
    assert pages.printed.startswith(b"%PDF")
    assert await driver.kept_jobs() == 0
    assert queue.spooled == []


async def test_paper_out_is_told_and_the_job_is_gone_from_the_disk(
    printer: tuple[PagePrinter, Queue], document: Private[bytes]
) -> None:
    pages, queue = printer
    driver = IppPrinter(queue.url, delays=DELAYS)
    pages.cause("media-empty")
    fault = await driver.print(document)
    pages.cause("")
    assert fault is not None
    assert fault.code is FaultCode.DOCUMENTS_PAPER_OUT, queue.log()
    assert await driver.kept_jobs() == 0
    assert queue.spooled == []


async def test_what_others_print_through_the_same_queue_is_left_alone_and_counted_as_a_trace(
    printer: tuple[PagePrinter, Queue], document: Private[bytes]
) -> None:
    _, queue = printer
    driver = IppPrinter(queue.url, delays=DELAYS)
    await asyncio.to_thread(queue.print_as_others_do, document.reveal())
    async with asyncio.timeout(10):
        while await driver.kept_jobs() == 0:  # noqa: ASYNC110 # CUPS works in its own time
            await asyncio.sleep(0.1)
    assert await driver.print(document) is None
    assert await driver.kept_jobs() == 1
    assert any(name.startswith("d") for name in queue.spooled), "CUPS' default keeps documents"
