"""Prints that fail: never a success, never the end of a visit, and begun again only where that is certain."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from kiosk.application_events import HandedIn, KeptForLater
from kiosk.compose import compose
from kiosk.device_events import Device, DeviceChanged, DocumentFailed, DocumentPrinted, Printed, PrintFailed
from kiosk.documents import Document, application_copy
from kiosk.effects import Effects, HandIn, Print, PrintDocument, ReportDevice
from kiosk.events import EndConfirmed, Event, HelpAsked, LanguageChosen, Opened, WentHome, WentOn
from kiosk.faults import Fault, FaultCode
from kiosk.forms.check import sample_application
from kiosk.journeys.handing_in import Done, Kept, Sending
from kiosk.journeys.home import Home
from kiosk.journeys.slip import Printing, SlipPage
from kiosk.journeys.welcome import Welcome, first_visit
from kiosk.parts import Notice, Number, Offer
from kiosk.place import Destination
from kiosk.ports import DocumentPrinter, Ports, Tell
from kiosk.privacy import Private
from kiosk.receipt import Code, Line, LineStyle, Row
from kiosk.screen import Screen
from kiosk.step import step
from kiosk.terminal import Terminal
from kiosk.text import ENGLISH, GERMAN, translator
from kiosk.visit import Devices, Visit
from tests.places import LIBRARY, small_form, small_place

SUBMISSION = Private("5fdcf8a1-7d8b-4a0c-9c46-6c1a2d5d2b11")
PAPER_OUT = Fault(FaultCode.PRINTER_PAPER_OUT)
NO_PAPER = DeviceChanged(Device.PRINTER, PAPER_OUT)
PAPER_AGAIN = DeviceChanged(Device.PRINTER, None)
MENDED = [FaultCode.PRINTER_PAPER_OUT, FaultCode.PRINTER_COVER_OPEN]
UNCERTAIN = [FaultCode.PRINTER_STALLED, FaultCode.PRINTER_OFF, FaultCode.PRINTER_ERROR, FaultCode.PRINTER_GARBAGE]


def handed_in(*, pages: bool = True, outcome: Event | None = None) -> tuple[Visit, Effects]:
    """A visit that has just handed in its form."""
    application = sample_application(small_form(), {})
    service = replace(application.service, destination=Destination("99115005104000", "destination"))
    place = replace(application.place, services=(service,))
    application = replace(application, place=place, service=service)
    devices = Devices() if pages else Devices(((Device.DOCUMENTS, Fault(FaultCode.DOCUMENTS_ABSENT)),))
    path = (Welcome(), Home(), Sending())
    visit = Visit(place, path, begun=True, application=application, devices=devices)
    return step(visit, outcome or HandedIn(SUBMISSION))


def after(visit: Visit, *events: Event) -> tuple[Visit, list[Any]]:
    """The visit, and all that was to be printed on the way."""
    printed: list[Any] = []
    for event in events:
        visit, effects = step(visit, event)
        printed += [effect for effect in effects if isinstance(effect, Print | PrintDocument | HandIn)]
    return visit, printed


def words_of(screen: Screen, part_id: str) -> str:
    say = translator(GERMAN).say
    part = next(each for each in screen.parts if getattr(each, "id", "") == part_id)
    assert isinstance(part, Notice | Offer)
    return f"{say(part.title)} {say(part.text) if part.text else ''}"


def has(screen: Screen, part_id: str) -> bool:
    return any(getattr(part, "id", "") == part_id for part in screen.parts)


def test_what_is_handed_in_is_printed_once() -> None:
    visit, effects = handed_in()
    assert len([effect for effect in effects if isinstance(effect, Print)]) == 1
    visit, printed = after(visit, Printed(), WentOn("print"), PAPER_AGAIN, WentOn("print"))
    assert printed == []
    assert isinstance(visit.page, Done)
    assert visit.page.state.printing is Printing.DONE


@pytest.mark.parametrize("code", MENDED)
def test_the_receipt_comes_by_itself_and_once_when_the_printer_was_mended(code: FaultCode) -> None:
    fault = Fault(code)
    visit, printed = after(handed_in()[0], PrintFailed(fault), DeviceChanged(Device.PRINTER, fault))
    assert printed == []
    screen = compose(visit)
    assert isinstance(screen.parts[0], Number)
    assert "kommt Ihr Zettel von selbst" in words_of(screen, "no-paper")
    assert not has(screen, "retry")
    visit, printed = after(visit, PAPER_AGAIN, PAPER_AGAIN, WentOn("print"))
    assert len(printed) == 1
    visit, printed = after(visit, Printed(), PAPER_AGAIN, NO_PAPER, PAPER_AGAIN)
    assert printed == []


@pytest.mark.parametrize("code", UNCERTAIN)
def test_where_the_receipt_may_have_come_out_after_all_the_visitor_decides(code: FaultCode) -> None:
    fault = Fault(code)
    visit, printed = after(handed_in()[0], PrintFailed(fault), DeviceChanged(Device.PRINTER, fault))
    assert "von selbst" not in words_of(compose(visit), "no-paper")
    visit, more = after(visit, PAPER_AGAIN)
    assert printed == more == []
    assert has(compose(visit), "retry")
    visit, printed = after(visit, WentOn("print"))
    assert len(printed) == 1


def test_paper_out_again_and_again_prints_once_for_each_new_paper() -> None:
    visit, _ = handed_in()
    total = []
    for _ in range(3):
        visit, printed = after(visit, PrintFailed(PAPER_OUT), NO_PAPER, PAPER_AGAIN)
        total += printed
    visit, _ = after(visit, Printed())
    assert len(total) == 3
    assert isinstance(visit.page, Done)
    assert visit.page.state.printing is Printing.DONE


def test_it_prints_too_while_help_lies_over_the_page() -> None:
    visit, printed = after(handed_in()[0], PrintFailed(PAPER_OUT), NO_PAPER, HelpAsked(), PAPER_AGAIN)
    assert len(printed) == 1
    assert isinstance(visit.path[-2], Done)


@pytest.mark.parametrize("leaving", [EndConfirmed(), WentHome()])
def test_nothing_is_printed_for_a_visit_that_is_over(leaving: Event) -> None:
    visit, printed = after(handed_in()[0], PrintFailed(PAPER_OUT), NO_PAPER, leaving, PAPER_AGAIN)
    assert printed == []
    visit, printed = after(visit, NO_PAPER, PAPER_AGAIN, Printed(), PrintFailed(PAPER_OUT), PAPER_AGAIN)
    assert printed == []


def test_an_information_slip_waits_for_paper_too() -> None:
    visit = first_visit(small_place(), Devices())
    visit, printed = after(visit, Opened(SlipPage(LIBRARY)), PrintFailed(PAPER_OUT), NO_PAPER, PAPER_AGAIN)
    assert len(printed) == 1
    visit, _ = after(visit, Printed())
    assert not has(compose(visit), "no-paper")


def test_the_counter_is_told_of_each_device_but_itself() -> None:
    visit = first_visit(small_place(), Devices())
    _, effects = step(visit, NO_PAPER)
    assert ReportDevice(Device.PRINTER, PAPER_OUT) in effects
    _, effects = step(visit, PAPER_AGAIN)
    assert ReportDevice(Device.PRINTER, None) in effects
    _, effects = step(visit, DeviceChanged(Device.COUNTER, Fault(FaultCode.HELP_UNREACHABLE)))
    assert not any(isinstance(effect, ReportDevice) for effect in effects)


def test_paper_that_nears_its_end_is_told_to_the_counter_and_keeps_nobody_from_printing() -> None:
    near_end = Fault(FaultCode.PRINTER_NEAR_END)
    visit, effects = step(first_visit(small_place(), Devices()), DeviceChanged(Device.PRINTER, None, near_end))
    assert ReportDevice(Device.PRINTER, near_end) in effects
    assert visit.works(Device.PRINTER)


# The copy on A4


def test_a_copy_is_offered_printed_on_request_and_not_twice() -> None:
    visit, _ = handed_in()
    assert "auf Papier" in words_of(compose(visit), "copy")
    visit, printed = after(visit, WentOn("copy"), WentOn("copy"))
    assert [type(effect) for effect in printed] == [PrintDocument]
    assert "wird gedruckt" in words_of(compose(visit), "copy")
    visit, printed = after(visit, DocumentPrinted(), WentOn("copy"))
    assert printed == []
    assert "ist fertig" in words_of(compose(visit), "copy")


def test_without_such_a_printer_nothing_is_offered_and_the_answers_are_forgotten() -> None:
    visit, _ = handed_in(pages=False)
    assert not has(compose(visit), "copy")
    assert isinstance(visit.page, Done)
    assert visit.page.copy is None
    assert visit.application is None


def test_while_the_page_printer_fails_it_is_said_why() -> None:
    visit, _ = after(handed_in()[0], DeviceChanged(Device.DOCUMENTS, Fault(FaultCode.DOCUMENTS_JAM)))
    assert "steckt ein Blatt fest" in words_of(compose(visit), "copy")
    visit, printed = after(visit, DeviceChanged(Device.DOCUMENTS, None))
    assert "auf Papier" in words_of(compose(visit), "copy")
    assert printed == []


def test_a_copy_that_waits_for_paper_comes_by_itself_in_the_same_visit_only() -> None:
    fault = Fault(FaultCode.DOCUMENTS_PAPER_OUT)
    gone, back = DeviceChanged(Device.DOCUMENTS, fault), DeviceChanged(Device.DOCUMENTS, None)
    visit, _ = after(handed_in()[0], WentOn("copy"), DocumentFailed(fault), gone)
    assert "kommt Ihre Kopie von selbst" in words_of(compose(visit), "copy")
    assert len(after(visit, back, back)[1]) == 1
    assert after(visit, EndConfirmed(), back)[1] == []


def test_a_copy_that_may_have_come_out_is_printed_again_only_on_request() -> None:
    fault = Fault(FaultCode.DOCUMENTS_STALLED)
    visit, printed = after(
        handed_in()[0],
        WentOn("copy"),
        DocumentFailed(fault),
        DeviceChanged(Device.DOCUMENTS, fault),
        DeviceChanged(Device.DOCUMENTS, None),
    )
    assert len(printed) == 1
    assert has(compose(visit), "copy-retry")
    assert len(after(visit, WentOn("copy"))[1]) == 1


def test_a_receipt_that_fails_does_not_touch_the_copy() -> None:
    visit, printed = after(handed_in()[0], WentOn("copy"), PrintFailed(PAPER_OUT), NO_PAPER, DocumentPrinted())
    assert "ist fertig" in words_of(compose(visit), "copy")
    assert len(printed) == 1
    assert [type(effect) for effect in after(visit, PAPER_AGAIN)[1]] == [Print]


def test_what_is_kept_says_so_on_the_copy_and_is_offered_anew_once_it_was_sent() -> None:
    fault = Fault(FaultCode.SUBMISSION_NETWORK)
    visit, _ = handed_in(outcome=KeptForLater(Private("kept-1"), fault))
    assert isinstance(visit.page, Kept)
    visit, [copy] = after(visit, WentOn("copy"))
    assert "noch nicht abgeschickt" in plain(copy.document)
    visit, _ = after(visit, DocumentPrinted(), HandedIn(SUBMISSION))
    assert "auf Papier" in words_of(compose(visit), "copy")
    _, [copy] = after(visit, WentOn("copy"))
    assert "abgeschickt" in plain(copy.document)
    assert "noch nicht" not in plain(copy.document)


def test_the_copy_has_every_answer_and_speaks_the_visitors_language() -> None:
    visit, _ = handed_in()
    _, [german] = after(visit, WentOn("copy"))
    assert "kein Bescheid" in plain(german.document)
    assert Row in {type(block) for block in german.document.blocks}
    _, [english] = after(visit, LanguageChosen(ENGLISH), WentOn("copy"))
    assert english.document.language == ENGLISH
    assert "not an official decision" in plain(english.document)


def test_a_copy_can_be_logged_without_a_word_of_the_visitor() -> None:
    application = sample_application(small_form(), {}).with_answer("G1.F1", "Geheimnis")
    document = application_copy(application.place, application, GERMAN, SUBMISSION, sent=True)
    assert "Geheimnis" in plain(document)
    assert "Geheimnis" not in repr(document)
    assert SUBMISSION.reveal() not in repr(document)


def plain(document: Document) -> str:
    say = translator(document.language).say
    lines = [say(document.title)]
    for block in document.blocks:
        match block:
            case Line(text, _):
                lines.append(say(text))
            case Row(label, value):
                lines.append(f"{say(label)}: {say(value)}")
    return "\n".join(lines)


# At the terminal


class Pages(DocumentPrinter):
    """A page printer that notes what it gets."""

    def __init__(self, fault: Fault | None = None) -> None:
        self.fault = fault
        self.printed: list[tuple[bytes, str, str]] = []

    async def watch(self, tell: Tell) -> None:
        await asyncio.Event().wait()

    async def print(self, document: Private[bytes], media_type: str, title: str) -> Fault | None:
        self.printed.append((document.reveal(), media_type, title))
        return self.fault


async def _typeset(document: Document) -> Private[bytes]:
    return Private(plain(document).encode())


async def _broken(document: Document) -> Private[bytes]:
    raise RuntimeError("Geheimnis")


def told_by(ports: Ports) -> tuple[Terminal, asyncio.Queue[Event]]:
    told: asyncio.Queue[Event] = asyncio.Queue()
    terminal = Terminal(small_place(), ports, lambda screen: None, lambda *step: told.put_nowait(step[1]))
    return terminal, told


SITE = Line(small_place().site, LineStyle.BOLD)
DOCUMENT = Document(GERMAN, small_place().name, small_place().name, (SITE, Code(SUBMISSION)))


@pytest.mark.parametrize("fault", [None, Fault(FaultCode.DOCUMENTS_JAM)])
async def test_a_document_is_set_and_printed_under_a_name_that_tells_nothing(fault: Fault | None) -> None:
    pages = Pages(fault)
    terminal, told = told_by(Ports(forms=None, documents=pages, typeset=_typeset))  # type: ignore[arg-type]
    terminal._perform(PrintDocument(DOCUMENT))
    async with asyncio.timeout(5):
        assert await told.get() == (DocumentFailed(fault) if fault else DocumentPrinted())
    assert pages.printed == [(plain(DOCUMENT).encode(), "application/pdf", "Lotse")]
    await terminal.close()


async def test_without_a_page_printer_a_document_fails() -> None:
    terminal, told = told_by(Ports(forms=None, typeset=_typeset))  # type: ignore[arg-type]
    terminal._perform(PrintDocument(DOCUMENT))
    async with asyncio.timeout(5):
        assert await told.get() == DocumentFailed(Fault(FaultCode.DOCUMENTS_ABSENT))
    await terminal.close()


@pytest.mark.expects_log
async def test_a_document_that_cannot_be_set_is_a_fault_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    terminal, told = told_by(Ports(forms=None, documents=Pages(), typeset=_broken))  # type: ignore[arg-type]
    terminal._perform(PrintDocument(DOCUMENT))
    async with asyncio.timeout(5):
        assert await told.get() == DocumentFailed(Fault(FaultCode.INTERNAL, "RuntimeError"))
    assert "Geheimnis" not in caplog.text
    await terminal.close()
