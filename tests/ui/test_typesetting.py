"""Pages of A4: every word in the right letters, in a PDF that was never on a disk."""

from __future__ import annotations

import shutil
import subprocess
import unicodedata
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from kiosk.documents import Document
from kiosk.privacy import Private
from kiosk.receipt import Block, Code, Line, LineStyle, Row, Rule, Stamp
from kiosk.text import GERMAN, Language, Verbatim, local, msg
from ui.keyboard import din91379
from ui.typesetting import pdf_of, typeset

DAY = date(2026, 3, 12)
SUBMISSION = "5fdcf8a1-7d8b-4a0c-9c46-6c1a2d5d2b11"
pytestmark = [
    pytest.mark.usefixtures("qapp"),
    pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs Debian's package poppler-utils"),
]


def pages_of(*blocks: Block, language: Language = GERMAN) -> bytes:
    return pdf_of(Document(language, local("Stadt Musterstadt"), local("Wohnung anmelden"), blocks), DAY)


def answer(words: str) -> Row:
    return Row(local("Name"), Verbatim(Private(words)))


def read(tool: str, *options: str, pdf: bytes) -> bytes:
    command = [tool, *options, "-", *(["-"] if tool == "pdftotext" else [])]
    return subprocess.run(command, input=pdf, capture_output=True, check=True, timeout=20).stdout


def words_of(pdf: bytes) -> str:
    return unicodedata.normalize("NFC", read("pdftotext", "-layout", pdf=pdf).decode())


def picture_of(pdf: bytes, page: int = 1) -> Image.Image:
    png = read("pdftoppm", "-png", "-gray", "-r", "100", "-f", str(page), "-l", str(page), pdf=pdf)
    return Image.open(BytesIO(png))


@pytest.mark.parametrize("name", ["Łukasz Śliwiński", "Олена Ґалаґан", "Nguyễn Thị Ánh", "Ğülşen Öztürk", "Ελένη"])
@pytest.mark.en301549("5.4", "11.1.4.5")
def test_names_can_be_read_back_from_the_page(name: str) -> None:
    assert unicodedata.normalize("NFC", name) in words_of(pages_of(answer(name)))


def test_every_letter_of_din_91379_is_in_a_font_that_is_on_the_page() -> None:
    letters = din91379.letters()
    rows = [answer(" ".join(letters[start : start + 20])) for start in range(0, len(letters), 20)]
    text = unicodedata.normalize("NFD", words_of(pages_of(*rows)))
    missing = [letter for letter in letters if not set(unicodedata.normalize("NFD", letter)) <= set(text)]
    assert missing == []


def test_arabic_is_joined_and_runs_from_right_to_left() -> None:
    text = words_of(pages_of(answer("محمد")))
    assert "محمد" in unicodedata.normalize("NFKC", text)
    fonts = read("pdffonts", pdf=pages_of(answer("محمد"))).decode()
    assert "Arabic" in fonts


def test_all_fonts_go_with_the_file() -> None:
    fonts = read("pdffonts", pdf=pages_of(answer("Łódź محمد שלום"), Line(local("Fett"), LineStyle.BOLD))).decode()
    embedded = [line.split()[-5] for line in fonts.splitlines()[2:]]
    assert len(embedded) >= 3
    assert set(embedded) == {"yes"}


def test_what_stands_on_the_page_is_legible_and_within_its_margins() -> None:
    pdf = pages_of(answer("sehr langer Name " * 60), Rule(), Line(local("Ende")))
    text = words_of(pdf)
    assert text.count("langer") == 60
    assert "Ende" in text
    inside = picture_of(pdf)
    dark = inside.point(lambda light: 255 if light < 200 else 0).getbbox()
    assert dark is not None
    millimetre = inside.width / 210
    assert dark[0] >= 19 * millimetre
    assert dark[2] <= 191 * millimetre


def test_the_code_on_the_page_can_be_read() -> None:
    assert [code.text for code in zxingcpp.read_barcodes(picture_of(pages_of(Code(Private(SUBMISSION)))))] == [
        SUBMISSION
    ]


def test_long_documents_go_on_and_each_page_says_which_of_how_many_it_is() -> None:
    text = words_of(pages_of(*(answer(f"Antwort {number}") for number in range(80))))
    pages = text.rstrip("\f").split("\f")
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert f"Seite {number} von {len(pages)}" in page
        assert "Stadt Musterstadt · Wohnung anmelden" in page
    for number in range(80):
        assert text.count(f"Antwort {number}\n") == 1


def test_a_page_in_a_language_that_runs_to_the_left_begins_at_the_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.typesetting.RTL_LANGUAGES", frozenset({GERMAN}))
    blocks = (Line(local("Kurz")), answer("Ada"))
    mirrored = picture_of(pages_of(*blocks)).crop((0, 100, 827, 400))
    dark = mirrored.point(lambda light: 255 if light < 200 else 0).getbbox()
    assert dark is not None
    assert dark[0] > 0.3 * mirrored.width
    assert dark[2] > 0.9 * mirrored.width


def test_the_day_is_the_day_of_printing() -> None:
    assert "12. März 2026" in words_of(pages_of(Stamp(msg("copy.document.date"))))


async def test_nothing_of_it_is_written_to_a_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    document = Document(GERMAN, local("Stadt"), local("Titel"), (answer("Geheimnis"),))
    pdf = await typeset(document)
    assert "Geheimnis" in words_of(pdf.reveal())
    assert "Geheimnis" not in repr(pdf)
    assert _files_in(tmp_path) == []


def _files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())
