"""What is on the paper: letters, names, codes."""

from __future__ import annotations

from datetime import date

import pytest
import zxingcpp
from PIL import Image, ImageChops

from devices.printers.escpos import EscposPrinter
from devices.printers.job import build_job, printable
from devices.printers.raster import Style, code_picture, harmless, row_picture, text_picture
from devices.printers.simulator import VirtualPrinter
from kiosk.privacy import Private
from kiosk.receipt import Block, Code, Line, LineStyle, Receipt, Row, Rule, Stamp
from kiosk.text import ENGLISH, GERMAN, Verbatim, local, msg

PAPER_WIDTH = 48
_DAY = date(2026, 3, 12)


async def printed(driver: EscposPrinter, paper: VirtualPrinter, *blocks: Block) -> str:
    assert await driver.print(Receipt(GERMAN, blocks)) is None
    return paper.papers[-1].text


async def test_german_letters_and_the_euro_come_out_as_letters(driver: EscposPrinter, paper: VirtualPrinter) -> None:
    words = "ÄÖÜäöüß é ñ 12 € – „Straße“ …"
    assert await printed(driver, paper, Line(local(words))) == 'ÄÖÜäöüß é ñ 12 € - "Straße" ...\n'


@pytest.mark.parametrize("name", ["Łukasz Śliwiński", "Nguyễn Thị Ánh", "Олена", "أحمد", "שלום", "G̱ĕ", "J̌ẞ"])
async def test_other_names_are_drawn_and_never_become_question_marks(
    driver: EscposPrinter, paper: VirtualPrinter, name: str
) -> None:
    text = await printed(driver, paper, Line(local("Vorher")), Line(Verbatim(Private(name))), Line(local("Nachher")))
    assert text.splitlines() == ["Vorher", "[576 × 41]", "Nachher"]


@pytest.mark.parametrize("name", ["Łukasz", "Nguyễn", "Олена", "أحمد", "שלום", "ก", "Ա"])
def test_drawn_letters_are_not_the_box_of_a_missing_letter(name: str) -> None:
    missing = text_picture("\U000e0fff" * len(name), 576, Style())
    drawn = text_picture(name, 576, Style())
    assert ImageChops.difference(missing.convert("L"), drawn.convert("L")).getbbox()
    assert ImageChops.invert(drawn.convert("L")).getbbox()


def test_right_to_left_text_begins_at_the_right() -> None:
    ink = ImageChops.invert(text_picture("أحمد", 576, Style()).convert("L")).getbbox()
    assert ink is not None
    assert ink[2] > 560


def test_a_row_with_a_drawn_value_keeps_label_and_value_apart() -> None:
    one_line = row_picture("Zuständig", "Urząd Łódź", 576, Style())
    two_lines = row_picture("Zuständig für Sie ist", "Urząd " * 8, 576, Style())
    assert one_line.height < two_lines.height
    ink = ImageChops.invert(one_line.convert("L")).getbbox()
    assert ink is not None
    assert ink[0] < 8
    assert ink[2] > 560


def test_a_word_longer_than_the_paper_is_cut_and_not_lost() -> None:
    assert text_picture("Ł" * 120, 576, Style()).height >= 3 * 41


async def test_the_code_can_be_read_from_the_paper(driver: EscposPrinter, paper: VirtualPrinter) -> None:
    identity = "5fdcf8a1-7d8b-4a0c-9c46-6c1a2d5d2b11"
    await printed(driver, paper, Line(local("Ihr Code")), Code(Private(identity)), Line(local("Ende")))
    assert [found.text for found in zxingcpp.read_barcodes(paper.papers[0].picture)] == [identity]


def test_the_code_has_four_quiet_modules_around_it() -> None:
    picture = code_picture("5fdcf8a1-7d8b-4a0c-9c46-6c1a2d5d2b11", 576).convert("L")
    ink = ImageChops.invert(picture).getbbox()
    assert ink is not None
    module = picture.height / (29 + 8)
    assert ink[1] == 4 * module
    assert picture.height - ink[3] == 4 * module
    assert abs(ink[0] - (576 - ink[2])) <= 1


async def test_paragraphs_wrap_at_words_and_rows_fill_the_width(driver: EscposPrinter, paper: VirtualPrinter) -> None:
    text = await printed(
        driver,
        paper,
        Line(local("Bringen Sie bitte Ihren Personalausweis und die Bestätigung mit.")),
        Row(local("Kosten"), local("12 €")),
        Row(local("Öffnungszeiten"), local("Montag bis Freitag von 8 bis 16 Uhr und mehr")),
        Rule(),
    )
    lines = text.splitlines()
    assert lines[:2] == ["Bringen Sie bitte Ihren Personalausweis und die", "Bestätigung mit."]
    assert lines[2] == "Kosten" + "12 €".rjust(PAPER_WIDTH - 6)
    assert lines[3:5] == ["Öffnungszeiten:", "  Montag bis Freitag von 8 bis 16 Uhr und mehr"]
    assert lines[5] == "─" * PAPER_WIDTH


async def test_large_letters_are_twice_as_high_and_bold_ones_darker(
    driver: EscposPrinter, paper: VirtualPrinter
) -> None:
    for style in LineStyle:
        await printed(driver, paper, Line(local("MU 4F7K 29XM"), style))
    plain, bold, large = (slip.picture for slip in paper.papers)
    assert _ink(plain) < _ink(bold) < _ink(large)
    assert _height(large) > 1.7 * _height(plain)


async def test_a_stamp_is_the_day_of_printing(driver: EscposPrinter, paper: VirtualPrinter) -> None:
    text = await printed(driver, paper, Stamp(msg("receipt.date")))
    assert text.startswith("Datum")
    assert len(text.split()) == 4


async def test_the_slip_speaks_the_receipts_language(driver: EscposPrinter, paper: VirtualPrinter) -> None:
    assert await driver.print(Receipt(ENGLISH, (Line(msg("receipt.sent.title")),))) is None
    assert paper.papers[0].text == "Your application has been sent\n"


async def test_control_bytes_in_a_name_cannot_command_the_printer(driver: EscposPrinter, paper: VirtualPrinter) -> None:
    attack = "Ada\x1bp\x00\x10\x10\x1dV\x00\x10\x04\x01 Lovelace\r\n"
    assert await printed(driver, paper, Line(Verbatim(Private(attack)))) == "Ada p V Lovelace\n"
    assert len(paper.papers) == 1


def test_a_picture_holds_no_real_time_command() -> None:
    job = build_job(Receipt(GERMAN, (Code(Private("x" * 200)), Line(local("Łódź " * 40)))), _DAY)
    assert not any(command in job for command in (b"\x10\x04", b"\x10\x05", b"\x10\x14"))
    hostile = Image.frombytes("1", (32, 2), bytes(255 - byte for byte in b"\x10\x04\x01\x00\x10\x14\x08\x01"))
    dots = bytes(255 - byte for byte in harmless(hostile.convert("L")).tobytes())
    assert dots == b"\x10\x0c\x01\x00\x10\x1c\x08\x01"


def test_printable_text_is_composed_and_without_invisible_marks() -> None:
    assert printable("Mu\u0308\u00adller\u00a0 \t Groß") == "Müller Groß"


def _ink(picture: Image.Image) -> float:
    return sum(value * (255 - level) for level, value in enumerate(picture.histogram()))


def _height(picture: Image.Image) -> int:
    box = ImageChops.invert(picture).getbbox()
    assert box is not None
    return box[3] - box[1]
