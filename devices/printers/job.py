"""One receipt as ESC/POS bytes: python-escpos builds them, nothing is sent.

Text goes out in code page 858, which has German and € but not every name: a block with any other
character is drawn as a picture instead, so nothing ever comes out as `?`. Control characters
never reach the printer.
"""

from __future__ import annotations

import textwrap
import unicodedata
from datetime import date
from typing import Any

from escpos.printer import Dummy

from devices.printers.raster import Style, code_picture, row_picture, text_picture
from devices.printers.status import REPORT_TROUBLE
from kiosk.receipt import Code, Line, LineStyle, Receipt, Row, Rule, unstamped
from kiosk.text import Translator, translator

_CODE_PAGE = "CP858"
_COLUMNS = 48
_DOTS = 576
_TYPEWRITER = str.maketrans(
    {"–": "-", "—": "-", "‐": "-", "‑": "-", "„": '"', "“": '"', "”": '"', "‚": "'", "‘": "'", "’": "'", "…": "..."}
    | {"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u00ad": "", "•": "-", "−": "-"}
)
_DRAWN = {
    LineStyle.NORMAL: Style(),
    LineStyle.BOLD: Style(bold=True),
    LineStyle.LARGE: Style(dots=50, bold=True),
}


def build_job(receipt: Receipt, today: date, profile: str = "TM-T20II") -> bytes:
    """Return the bytes that print a receipt, stamped with the day, and cut it off.

    `profile` is a printer's name in python-escpos' capabilities; it tells the columns of font A and
    the dots across. Importing this module takes a quarter of a second (python-escpos): do it in a thread.
    """
    paper = Dummy(profile=profile)
    paper.hw("INIT")
    paper._raw(REPORT_TROUBLE)
    paper.charcode(_CODE_PAGE)
    words = translator(receipt.language)
    for block in receipt.blocks:
        _print(paper, unstamped(block, today), words)
    paper.cut()
    output: bytes = paper.output
    return output


def printable(text: str) -> str:
    """Return the text on one line, composed (NFC), typed as a typewriter would, free of control characters."""
    composed = unicodedata.normalize("NFC", text).translate(_TYPEWRITER)
    safe = (" " if unicodedata.category(character) == "Cc" else character for character in composed)
    return " ".join("".join(safe).split())


def _print(paper: Dummy, block: Line | Row | Rule | Code | None, words: Translator) -> None:
    match block:
        case Line():
            _line(paper, printable(words.say(block.text)), block.style)
        case Row():
            _row(paper, printable(words.say(block.label)), printable(words.say(block.value)))
        case Rule():
            paper.textln("─" * _columns(paper))
        case Code():
            paper.image(code_picture(block.data.reveal(), _dots(paper)))


def _line(paper: Dummy, text: str, style: LineStyle) -> None:
    if not _in_code_page(text):
        paper.image(text_picture(text, _dots(paper), _DRAWN[style]))
        return
    large = style is LineStyle.LARGE
    paper.set(bold=style is not LineStyle.NORMAL, normal_textsize=not large, double_width=large, double_height=large)
    for line in _wrapped(text, _columns(paper) // (2 if large else 1), "  " if text.startswith("- ") else ""):
        paper.textln(line)
    paper.set(bold=False, normal_textsize=True)


def _row(paper: Dummy, label: str, value: str) -> None:
    if not _in_code_page(label + value):
        paper.image(row_picture(label, value, _dots(paper), Style()))
        return
    columns = _columns(paper)
    if len(label) + len(value) + 2 <= columns:
        paper.textln(label + value.rjust(columns - len(label)))
        return
    under = [f"  {line}" for line in _wrapped(value, columns - 2)]
    for line in _wrapped(f"{label}:", columns) + under:
        paper.textln(line)


def _wrapped(text: str, columns: int, hanging: str = "") -> list[str]:
    return textwrap.wrap(text, columns, subsequent_indent=hanging, break_on_hyphens=False)


def _in_code_page(text: str) -> bool:
    try:
        text.encode(_CODE_PAGE)
    except UnicodeEncodeError:
        return False
    return True


def _columns(paper: Dummy) -> int:
    return int(paper.profile.get_columns("a")) or _COLUMNS


def _dots(paper: Dummy) -> int:
    width: Any = paper.profile.profile_data["media"]["width"]["pixels"]
    return int(width) // 8 * 8 if str(width).isdigit() else _DOTS
