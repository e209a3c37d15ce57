"""Pictures for paper: text that the printer's own font lacks, and QR codes.

Text is drawn in Noto Sans, and in the Noto font that has the character where Noto Sans has not;
fontconfig knows which. Right-to-left text is shaped and ordered by raqm.
"""

from __future__ import annotations

import re
import subprocess
import unicodedata
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import segno
from PIL import Image, ImageDraw, ImageFont

_NOTO = Path("/usr/share/fonts/truetype/noto")
_BLOCK = 128
_NO_ISOLATES = re.compile("[\u2066-\u2069\u200e\u200f]")
"""Directions are worked out here; the printer's fonts have no signs for them."""
_PRINTABLE = 0x41
_NOTO_SANS_END = 0x500
_LINE, _BASELINE = 1.58, 1.1
"""Heights in em. Below the baseline is room for a descender with a dot below it (p̣)."""
_QUIET_ZONE = 4
_CODE_DOTS = 300


class Style(NamedTuple):
    """How text is drawn: height of the em in dots, and weight."""

    dots: int = 26
    bold: bool = False


def text_picture(text: str, width: int, style: Style, *, right: bool = False) -> Image.Image:
    """Return one paragraph, wrapped at words into a picture `width` dots wide.

    It stands at the reading edge of its first letter's script; `right` puts it at the other edge.
    """
    lines = _wrapped(text, width, style)
    height = round(style.dots * _LINE)
    picture = Image.new("L", (width, height * len(lines)), 255)
    draw = ImageDraw.Draw(picture)
    to_left = _is_right_to_left(text)
    for number, line in enumerate(lines):
        start = width - _width(line, style) if to_left != right else 0
        for run, direction in _as_seen(line, to_left):
            font = _font(_font_file(run[0], style.bold), style.dots)
            at = (start, number * height + style.dots * _BASELINE)
            draw.text(at, run, fill=0, font=font, anchor="ls", direction=direction)
            start += round(font.getlength(run))
    return harmless(picture)


def row_picture(label: str, value: str, width: int, style: Style) -> Image.Image:
    """Return a label and a value on one line, or the value under it when both do not fit."""
    if _width(label, style) + _width(value, style) + style.dots <= width:
        left, right = (value, label) if _is_right_to_left(label) else (label, value)
        at = _width(left, style) + style.dots
        one = text_picture(left, at, style)
        other = text_picture(right, width - at, style, right=not _is_right_to_left(right))
        picture = Image.new("L", (width, max(one.height, other.height)), 255)
        picture.paste(one, (0, 0))
        picture.paste(other, (at, 0))
        return harmless(picture)
    first, second = text_picture(label, width, style), text_picture(value, width, style)
    picture = Image.new("L", (width, first.height + second.height), 255)
    picture.paste(first, (0, 0))
    picture.paste(second, (0, first.height))
    return harmless(picture)


def code_picture(data: str, width: int) -> Image.Image:
    """Return a QR code, four quiet modules around it, centred on the paper's width."""
    code = segno.make_qr(data, error="m")
    rows = [bytes(row) for row in code.matrix_iter(border=_QUIET_ZONE)]
    modules = Image.frombytes("L", (len(rows[0]), len(rows)), b"".join(rows)).point(lambda dark: 0 if dark else 255)
    scale = max(1, min(_CODE_DOTS, width) // len(rows))
    modules = modules.resize((len(rows) * scale, len(rows) * scale), Image.Resampling.NEAREST)
    picture = Image.new("L", (width, modules.height), 255)
    picture.paste(modules, ((width - modules.width) // 2, 0))
    return harmless(picture)


def harmless(picture: Image.Image) -> Image.Image:
    """Return the picture in black and white, without the bytes of a real-time command.

    A printer obeys DLE EOT, DLE ENQ and DLE DC4 even amidst a picture's data (Epson's reference
    says so); one dot more beside such a byte breaks the sequence and nobody sees it.
    """
    bits = picture.convert("1", dither=Image.Dither.NONE).point(lambda light: 0 if light else 255, mode="1")
    data = bits.tobytes()
    for command, broken in ((b"\x10\x04", b"\x10\x0c"), (b"\x10\x05", b"\x10\x0d"), (b"\x10\x14", b"\x10\x1c")):
        data = data.replace(command, broken)
    ink = Image.frombytes("1", bits.size, data)
    return ink.point(lambda dark: 0 if dark else 255, mode="1")


def _wrapped(text: str, width: int, style: Style) -> list[str]:
    lines = [""]
    for word in (piece for long in text.split() for piece in _pieces(long, width, style)):
        longer = f"{lines[-1]} {word}".strip()
        if _width(longer, style) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines if len(lines) == 1 or lines[0] else lines[1:]


def _pieces(word: str, width: int, style: Style) -> list[str]:
    """Return a word cut where a line is full; almost always the word itself."""
    if _width(word, style) <= width:
        return [word]
    end = next(end for end in range(len(word), 0, -1) if end == 1 or _width(word[:end], style) <= width)
    return [word[:end], *_pieces(word[end:], width, style)] if word[end:] else [word]


def _width(text: str, style: Style) -> int:
    runs = _runs(_NO_ISOLATES.sub("", text))
    return sum(round(_font(_font_file(run[0], style.bold), style.dots).getlength(run)) for run in runs)


def _runs(text: str) -> list[str]:
    """Return the text cut where another font is needed; marks and inner spaces stay with what they follow."""
    files: list[Path] = []
    for character in text:
        follows = files and (character.isspace() or unicodedata.combining(character))
        files.append(files[-1] if follows else _font_file(character, False))
    pairs = groupby(zip(files, text, strict=True), key=lambda pair: pair[0])
    runs = ["".join(character for _, character in run) for _, run in pairs]
    return [piece for run in runs for piece in (run.rstrip(), run[len(run.rstrip()) :]) if piece]


def _is_right_to_left(text: str) -> bool:
    """Whether its first letter is written from right to left, or most are: a German line keeps its direction."""
    strong = [kind for kind in map(unicodedata.bidirectional, text) if kind in {"L", "R", "AL"}]
    return bool(strong) and (strong[0] != "L" or 2 * strong.count("L") < len(strong))


def _as_seen(line: str, to_left: bool) -> list[tuple[str, str]]:
    """Return the runs of a line from the left edge to the right one, each with its direction.

    Unicode's bidirectional algorithm (UAX 9) as far as slips need it: letters of one direction keep together with what
    stands between them, numbers run like Latin letters, and what stands between two directions follows the line.
    """
    own = "rtl" if to_left else "ltr"
    pieces = _directed(_NO_ISOLATES.sub("", line), own)
    if to_left:
        pieces.reverse()
    seen: list[tuple[str, str]] = []
    for text, direction in pieces:
        runs = _runs(text)
        seen += [(run, direction) for run in (reversed(runs) if direction == "rtl" else runs)]
    return seen


def _directed(line: str, own: str) -> list[tuple[str, str]]:
    directions: list[str | None] = []
    for character in line:
        kind = unicodedata.bidirectional(character)
        if kind == "NSM":  # marks go with their letter
            directions.append(directions[-1] if directions else None)
        else:
            directions.append("rtl" if kind in {"R", "AL"} else "ltr" if kind in {"L", "EN", "AN"} else None)
    before, after = _last_known(directions), _last_known(directions[::-1])[::-1]
    told = [
        this or (left if left is not None and left == right else own)
        for this, left, right in zip(directions, before, after, strict=True)
    ]
    pairs = groupby(zip(told, line, strict=True), key=lambda pair: pair[0])
    return [("".join(character for _, character in group), direction) for direction, group in pairs]


def _last_known(directions: list[str | None]) -> list[str | None]:
    last: str | None = None
    known = []
    for direction in directions:
        last = direction or last
        known.append(last)
    return known


def _font_file(character: str, bold: bool) -> Path:
    """Return the font that has the character; the scripts that Noto Sans has whole are asked once a block."""
    code = ord(character)
    return _matching_font(code - code % _BLOCK + _PRINTABLE if code < _NOTO_SANS_END else code, bold)


@lru_cache
def _font(file: Path, dots: int) -> ImageFont.FreeTypeFont:

    return ImageFont.truetype(file, dots)


@lru_cache(maxsize=2048)
def _matching_font(code: int, bold: bool) -> Path:
    pattern = f"Noto Sans,Noto Sans Arabic,Noto Sans Hebrew:{'bold' if bold else 'regular'}:charset={code:x}"
    try:
        command = ["/usr/bin/fc-match", "--format=%{file}", pattern]
        found = subprocess.run(command, capture_output=True, text=True, check=True, timeout=5).stdout  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        found = ""
    return Path(found) if found else _NOTO / f"NotoSans-{'Bold' if bold else 'Regular'}.ttf"
