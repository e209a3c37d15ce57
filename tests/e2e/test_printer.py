"""A printer that fails takes nothing away: the number stands on the screen, to be photographed."""

from __future__ import annotations

from io import BytesIO

import pytest
import zxingcpp
from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage

from devices.printers.simulator import Trouble
from online.simulators.authority_tokens import AuthorityKeys
from tests.e2e.errands import Answers, hand_in, in_german, to_the_review
from tests.e2e.foyer import opened
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
        await foyer.around.printer.cause(Trouble.PAPER_OUT)
        await hand_in(person, errand)
        await person.sees(errand.sent, "mit dem Handy fotografieren")
        await foyer.around.printer.cause(Trouble.NONE)
        await person.press("Noch einmal drucken")
        await person.sees("Ihr Zettel ist fertig")
        [paper] = foyer.around.printer.papers
        assert "Meldebescheinigung" in paper.text


def _codes(picture: QImage) -> list[str]:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")  # type: ignore[call-overload]
    with Image.open(BytesIO(bytes(buffer.data().data()))) as image:
        return [code.text for code in zxingcpp.read_barcodes(image)]
