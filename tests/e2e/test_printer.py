"""A printer that fails takes nothing away: the number stands on the screen, to be photographed."""

from __future__ import annotations

from io import BytesIO

import pytest
import zxingcpp
from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage

from devices.printers.page_simulator import PageTrouble
from devices.printers.simulator import Trouble
from kiosk.device_events import Device
from kiosk.journeys.handing_in import Done
from kiosk.journeys.slip import Printing
from online.simulators.authority_tokens import AuthorityKeys
from tests.e2e.errands import Answers, hand_in, in_german, to_the_review
from tests.e2e.foyer import Foyer, opened
from tests.e2e.people import ByKeys


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (Trouble.PAPER_OUT, "kein Papier mehr"),
        (Trouble.OFF, "Der Drucker"),
        (Trouble.STALL, "Der Drucker"),
        (Trouble.RUNS_OUT_IN_JOB, "kein Papier mehr"),
    ],
)
async def test_without_paper_the_code_on_the_screen_is_the_submissions_id(
    keys: AuthorityKeys, trouble: Trouble, words: str
) -> None:
    errand = in_german(Answers())
    async with opened(keys) as foyer:
        person = ByKeys(foyer)
        await to_the_review(person, errand)
        await foyer.around.printer.cause(trouble)
        await hand_in(person, errand)
        await person.sees(errand.sent, "mit dem Handy fotografieren", words)
        [arrival] = foyer.around.authority.arrived
        assert arrival.accepted
        assert foyer.around.printer.papers == []
        assert _codes(foyer.window.picture()) == [arrival.submission_id]


async def test_when_the_printer_is_back_the_visitor_prints_again(keys: AuthorityKeys) -> None:
    errand = in_german(Answers())
    async with opened(keys) as foyer:
        person = ByKeys(foyer)
        await to_the_review(person, errand)
        await foyer.around.printer.cause(Trouble.OFF)
        await hand_in(person, errand)
        await person.sees(errand.sent, "mit dem Handy fotografieren")
        await foyer.around.printer.cause(Trouble.NONE)
        await foyer.until_works(Device.PRINTER)
        await person.press("Noch einmal drucken")
        await person.sees("Ihr Zettel ist fertig")
        [paper] = foyer.around.printer.papers
        assert "Meldebescheinigung" in paper.text


async def test_paper_that_ran_out_in_the_middle_and_was_put_in_brings_the_receipt_once_by_itself(
    keys: AuthorityKeys,
) -> None:
    errand = in_german(Answers())
    async with opened(keys) as foyer:
        person = ByKeys(foyer)
        await to_the_review(person, errand)
        await foyer.around.printer.cause(Trouble.RUNS_OUT_IN_JOB)
        await hand_in(person, errand)
        await person.sees(errand.sent, "kommt Ihr Zettel von selbst")
        await foyer.until_works(Device.PRINTER, works=False)
        await foyer.around.printer.cause(Trouble.NONE)
        await person.sees("Ihr Zettel ist fertig")
        torn, whole = foyer.around.printer.papers
        keep = "heben Sie diesen Beleg auf"
        assert keep not in torn.text
        assert whole.text.count(keep) == 1


async def test_paper_that_comes_after_the_visit_brings_nothing_out(keys: AuthorityKeys) -> None:
    errand = in_german(Answers())
    async with opened(keys) as foyer:
        person = ByKeys(foyer)
        await to_the_review(person, errand)
        await foyer.around.printer.cause(Trouble.PAPER_OUT)
        await hand_in(person, errand)
        await person.sees(errand.sent, "kommt Ihr Zettel von selbst")
        await person.press("Besuch beenden")
        await person.sees("gelöscht")
        await foyer.around.printer.cause(Trouble.NONE)
        await foyer.until_works(Device.PRINTER)
        await foyer.around.printer.cause(Trouble.COVER_OPEN)
        await foyer.until_works(Device.PRINTER, works=False)
        assert foyer.around.printer.papers == []


async def test_a_copy_of_the_answers_comes_out_on_paper(keys: AuthorityKeys) -> None:
    errand = in_german(Answers())
    async with opened(keys) as foyer:
        person = ByKeys(foyer)
        await to_the_review(person, errand)
        await hand_in(person, errand)
        await person.sees(errand.sent)
        await foyer.around.pages.cause(PageTrouble.RUNS_OUT_IN_JOB)
        await person.press("Kopie drucken")
        await foyer.until_works(Device.DOCUMENTS, works=False)
        assert foyer.around.pages.documents == []
        await foyer.around.pages.cause(PageTrouble.NONE)
        await foyer.until(lambda: bool(foyer.around.pages.documents), lambda: "the copy")
        await foyer.until(lambda: _copy_stands(foyer, Printing.DONE), lambda: f"{foyer.terminal.visit.page}")
        [pages] = foyer.around.pages.documents
        assert pages.startswith(b"%PDF")


def _copy_stands(foyer: Foyer, printing: Printing) -> bool:
    page = foyer.terminal.visit.page
    return isinstance(page, Done) and page.copy is not None and page.copy.printing is printing


def _codes(picture: QImage) -> list[str]:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")  # type: ignore[call-overload]
    with Image.open(BytesIO(bytes(buffer.data().data()))) as image:
        return [code.text for code in zxingcpp.read_barcodes(image)]
