"""The printers: a test page each, and it has to come out."""

from __future__ import annotations

from dataclasses import replace

from doctor.bench import Bench, of_state, ready, state_of, watched
from kiosk.device_events import Device, DeviceChanged
from kiosk.documents import Document
from kiosk.faults import Fault
from kiosk.ports import DocumentPrinter, ReceiptPrinter
from kiosk.privacy import Private
from kiosk.readiness import Finding
from kiosk.receipt import Block, Code, Line, LineStyle, Receipt, Row, Rule, Stamp
from kiosk.text import GERMAN, Verbatim, msg

LETTERS = "ÄÖÜäöüß€ Łódź Đorđević Şükrü Žižek ĀāḎḏ Київ العربية"
"""Letters that a printer's own fonts have, that have to be drawn, and those that are written from right to left."""


def test_blocks(bench: Bench) -> tuple[Block, ...]:
    """Return what stands on a test page."""
    terminal = bench.settings.terminal
    return (
        Line(msg("doctor.page.title"), LineStyle.LARGE),
        Line(bench.place.name, LineStyle.BOLD),
        Row(msg("doctor.terminal"), Verbatim(terminal.name)),
        Stamp(msg("doctor.page.date")),
        Rule(),
        Line(msg("doctor.page.letters")),
        Line(Verbatim(LETTERS)),
        Code(Private("Lotse")),
        Line(msg("doctor.page.end")),
    )


async def receipts(bench: Bench) -> Finding:
    """Print a slip. The printer itself has to say that it came out."""
    async with bench.only("printer") as ports:
        assert ports.printer
        fault = await ports.printer.print(Receipt(GERMAN, test_blocks(bench)))
        return await _outcome("printer", Device.PRINTER, ports.printer, fault)


async def pages(bench: Bench) -> Finding:
    """Print an A4 page."""
    async with bench.only("documents") as ports:
        assert ports.documents
        assert ports.typeset
        title = msg("doctor.page.title")
        page = await ports.typeset(Document(GERMAN, bench.place.name, title, test_blocks(bench)))
        fault = await ports.documents.print(page, "application/pdf", "Lotse")
        return await _outcome("documents", Device.DOCUMENTS, ports.documents, fault)


async def _outcome(
    check: str, device: Device, printer: ReceiptPrinter | DocumentPrinter, fault: Fault | None
) -> Finding:
    """What the print came to; a printer that prints may still warn of what is coming."""
    if fault:
        finding = of_state(check, DeviceChanged(device, fault))
        assert finding
        return finding
    async with watched(printer) as heard:
        state = await state_of(heard, device)
    finding = of_state(check, state)
    return finding if finding else replace(ready(check), device=device)
