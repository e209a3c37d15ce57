"""The paper of the virtual printer: ESC/POS commands in, pictures and text out.

An interpreter of its own, after Epson's command reference, for the commands of an 80 mm printer
with 203 dots an inch: 576 dots, font A of 12 × 24 dots. Real-time commands (DLE …) are the
printer's business; amidst the stream they are skipped here.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

WIDTH = 576
_MARGIN = 28
_CELL = (12, 24)
_LINE = 30
_FALLBACK_FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"


class Incomplete(Exception):
    """The command goes on in bytes that are not there yet."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One slip as it was cut off: a PNG picture, and its words with a line for each picture on it."""

    png: bytes = field(repr=False)
    text: str = field(repr=False)

    @property
    def picture(self) -> Image.Image:
        """The slip as a grey picture."""
        return Image.open(BytesIO(self.png))


@dataclass(slots=True)
class _Style:
    bold: bool = False
    underline: bool = False
    inverse: bool = False
    across: int = 1
    down: int = 1
    align: int = 0
    spacing: int = _LINE


class PaperRoll:
    """Interprets a stream of commands. `complaints` names bytes that no command explains.

    `cut` is called with each slip that is cut off, `answer` with bytes for the host. `reporting`:
    whether the host wants to be told of changes unasked.
    """

    def __init__(self, cut: Callable[[Paper], None], answer: Callable[[bytes], None]) -> None:
        self.complaints: list[str] = []
        self.near_end = False
        self.reporting = False
        self._cut = cut
        self._answer = answer
        self._style = _Style()
        self._page = "ascii"
        self._strips: list[Image.Image] = []
        self._words: list[str] = []
        self._line: list[tuple[str, _Style]] = []

    def take(self, data: bytes) -> int:
        """Carry out one command from the beginning of `data`; return how many bytes it had."""
        lead = data[0]
        if lead in _LEADS:
            return self._command(data)
        if lead == 0x0A:
            self._feed_line()
        elif lead >= 0x20:
            self._line.append((bytes([lead]).decode(self._page, "replace"), _copy(self._style)))
        elif lead not in {0x00, 0x0D}:
            self.complaints.append(f"byte {lead:02x}")
        return 1

    @property
    def blank(self) -> bool:
        """Whether nothing has been printed since the last cut."""
        return not self._strips and not self._line

    def forget(self) -> None:
        """Drop a line that is begun, as clearing the print buffer does."""
        self._line.clear()

    def _command(self, data: bytes) -> int:
        _need(data, 2)
        name = data[:2]
        if name in _SIZED:
            length, act = _SIZED[name]
            _need(data, 2 + length)
            act(self, data[2 : 2 + length])
            return 2 + length
        if name == b"\x1dv":
            return self._raster(data)
        if name == b"\x1dV":
            return self._cut_off(data)
        if name in {b"\x10\x04", b"\x10\x05"}:
            return 3
        if name == b"\x10\x14":
            return 10 if data[2:3] == b"\x08" else 5
        self.complaints.append(f"command {name.hex(' ')}")
        return 2

    def _raster(self, data: bytes) -> int:
        """GS v 0 m xL xH yL yH: a picture, one bit a dot, 1 is black."""
        _need(data, 8)
        across = int.from_bytes(data[4:6], "little")
        down = int.from_bytes(data[6:8], "little")
        end = 8 + across * down
        _need(data, end)
        dots = Image.frombytes("1", (across * 8, down), bytes(255 - byte for byte in data[8:end]))
        strip = Image.new("L", (WIDTH, down), 255)
        strip.paste(dots.convert("L"), (self._start(across * 8), 0))
        self._strips.append(strip)
        self._words.append(f"[{across * 8} × {down}]")
        return end

    def _cut_off(self, data: bytes) -> int:
        _need(data, 3)
        length = 4 if data[2] in {65, 66, 97, 98, 103, 104} else 3
        _need(data, length)
        self._feed_line_if_begun()
        self._cut(Paper(self._png(), "\n".join(self._words).strip("\n") + "\n"))
        self._strips.clear()
        self._words.clear()
        return length

    def _png(self) -> bytes:
        height = sum(strip.height for strip in self._strips)
        slip = Image.new("L", (WIDTH + 2 * _MARGIN, height + 2 * _MARGIN), 255)
        top = _MARGIN
        for strip in self._strips:
            slip.paste(strip, (_MARGIN, top))
            top += strip.height
        file = BytesIO()
        slip.save(file, "PNG")
        return file.getvalue()

    def _feed_line_if_begun(self) -> None:
        if self._line:
            self._feed_line()

    def _feed_line(self) -> None:
        """Print the line that is begun, folded where the paper ends, and feed."""
        for row in _folded(self._line) or [[]]:
            tallest = max((style.down for _, style in row), default=1)
            strip = Image.new("L", (WIDTH, max(self._style.spacing, _CELL[1] * tallest)), 255)
            x = self._start(sum(_CELL[0] * style.across for _, style in row))
            for character, style in row:
                strip.paste(_glyph(character, style), (x, _CELL[1] * (tallest - style.down)))
                x += _CELL[0] * style.across
            self._strips.append(strip)
            self._words.append("".join(character for character, _ in row).rstrip())
        self._line.clear()

    def _start(self, width: int) -> int:
        return (0, (WIDTH - width) // 2, WIDTH - width)[self._style.align]

    def _initialise(self, _: bytes) -> None:
        self._style = _Style()
        self._page = "ascii"
        self.reporting = False

    def _report(self, parameter: bytes) -> None:
        """GS a n: report unasked from now on, beginning with how things are."""
        self.reporting = bool(parameter[0] & 0x4F)

    def _select_page(self, parameter: bytes) -> None:
        page = {0: "cp437", 2: "cp850", 16: "cp1252", 19: "cp858"}.get(parameter[0])
        if page is None:
            self.complaints.append(f"code page {parameter[0]}")
        self._page = page or "ascii"

    def _feed_lines(self, parameter: bytes) -> None:
        self._feed_line_if_begun()
        for _ in range(parameter[0]):
            self._feed_line()

    def _print_mode(self, parameter: bytes) -> None:
        mode = parameter[0]
        self._style.bold = bool(mode & 0x08)
        self._style.down = 2 if mode & 0x10 else 1
        self._style.across = 2 if mode & 0x20 else 1
        self._style.underline = bool(mode & 0x80)

    def _size(self, parameter: bytes) -> None:
        self._style.across = (parameter[0] >> 4) + 1
        self._style.down = (parameter[0] & 0x0F) + 1

    def _bold(self, parameter: bytes) -> None:
        self._style.bold = bool(parameter[0] & 1)

    def _underline(self, parameter: bytes) -> None:
        self._style.underline = parameter[0] in {1, 2, 49, 50}

    def _inverse(self, parameter: bytes) -> None:
        self._style.inverse = bool(parameter[0] & 1)

    def _align(self, parameter: bytes) -> None:
        self._style.align = parameter[0] % 48 if parameter[0] % 48 in {0, 1, 2} else 0

    def _spacing(self, parameter: bytes) -> None:
        self._style.spacing = parameter[0]

    def _default_spacing(self, _: bytes) -> None:
        self._style.spacing = _LINE

    def _tell_paper(self, parameter: bytes) -> None:
        """GS r n: answered in turn, so everything before it is on paper."""
        if parameter[0] in {1, 49}:
            self._answer(b"\x03" if self.near_end else b"\x00")

    def _ignore(self, _: bytes) -> None:
        """A command that changes nothing on this paper."""


_LEADS = {0x1B, 0x1D, 0x1C, 0x10}
_SIZED: dict[bytes, tuple[int, Callable[[PaperRoll, bytes], None]]] = {
    b"\x1b@": (0, PaperRoll._initialise),
    b"\x1bt": (1, PaperRoll._select_page),
    b"\x1bd": (1, PaperRoll._feed_lines),
    b"\x1b!": (1, PaperRoll._print_mode),
    b"\x1bE": (1, PaperRoll._bold),
    b"\x1bG": (1, PaperRoll._bold),
    b"\x1b-": (1, PaperRoll._underline),
    b"\x1ba": (1, PaperRoll._align),
    b"\x1b3": (1, PaperRoll._spacing),
    b"\x1b2": (0, PaperRoll._default_spacing),
    b"\x1bM": (1, PaperRoll._ignore),
    b"\x1b{": (1, PaperRoll._ignore),
    b"\x1d!": (1, PaperRoll._size),
    b"\x1dB": (1, PaperRoll._inverse),
    b"\x1db": (1, PaperRoll._ignore),
    b"\x1da": (1, PaperRoll._report),
    b"\x1dr": (1, PaperRoll._tell_paper),
    b"\x1c.": (0, PaperRoll._ignore),
}


def _need(data: bytes, length: int) -> None:
    if len(data) < length:
        raise Incomplete


def _copy(style: _Style) -> _Style:
    return _Style(style.bold, style.underline, style.inverse, style.across, style.down, style.align, style.spacing)


def _folded(line: list[tuple[str, _Style]]) -> list[list[tuple[str, _Style]]]:
    rows: list[list[tuple[str, _Style]]] = []
    room = 0
    for character, style in line:
        width = _CELL[0] * style.across
        if width > room:
            rows.append([])
            room = WIDTH
        rows[-1].append((character, style))
        room -= width
    return rows


def _glyph(character: str, style: _Style) -> Image.Image:
    cell = Image.new("L", _CELL, 255)
    draw = ImageDraw.Draw(cell)
    draw.text((0, 19), character, fill=0, font=_font(), anchor="ls", stroke_width=0.4 if style.bold else 0)
    if style.underline:
        draw.line((0, 22, _CELL[0], 22), fill=0, width=2)
    if style.inverse:
        cell = cell.point(lambda light: 255 - light)
    return cell.resize((_CELL[0] * style.across, _CELL[1] * style.down), Image.Resampling.BICUBIC)


@lru_cache
def _font() -> ImageFont.FreeTypeFont:
    command = ["/usr/bin/fc-match", "--format=%{file}", "monospace:lang=de"]
    try:
        file = subprocess.run(command, capture_output=True, text=True, check=True, timeout=5).stdout  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        file = _FALLBACK_FONT
    return ImageFont.truetype(file, 20)
