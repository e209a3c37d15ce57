"""The calm screen when the terminal does not stay up: "out of order, please go to the counter".

A small process of its own that shares nothing with what broke: no Qt, no settings, no profile. What the place says
instead of "go to the counter", where it has none, the terminal wrote down when it last ran well. It speaks the Wayland
protocol by itself, the dozen requests that one still picture needs (wayland.xml 1.21, xdg-shell.xml; numbers are
those files' opcodes). It takes no input. After `TRY_AGAIN_S` it ends, and the terminal is tried again; sooner if a
path of `LOTSE_TRY_AGAIN_WHEN` comes, goes or leads elsewhere: another version or profile may do better.
"""

from __future__ import annotations

import json
import logging
import mmap
import os
import socket
import struct
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.text import Language, msg, translator

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

TRY_AGAIN_S, LOOK_S = 600.0, 2.0
LANGUAGES = (Language("de"), Language("en"))
WORDS = "out-of-order.json"
"""In the terminal's own folder (`STATE_DIRECTORY`, systemd.exec(5)); this unit finds it by `LOTSE_OUT_OF_ORDER_WORDS`.
"""
_MOST_CHARACTERS = 300
_FONTS = Path("/usr/share/fonts/truetype")
_NAMES = ("noto/NotoSans-{}.ttf", "dejavu/DejaVuSans-Bold.ttf", "dejavu/DejaVuSans.ttf")
_GROUND, _INK, _QUIET = "#f3f1ec", "#1d2733", "#4a5866"
_DISPLAY, _REGISTRY, _DONE = 1, 2, 3
_WANTED = ("wl_compositor", "wl_shm", "xdg_wm_base", "wl_output")
_XRGB8888 = 1

log = logging.getLogger(__name__)


# The words


def keep_words(environment: Mapping[str, str] = os.environ) -> None:
    """Write down what this screen says at the place whose words this process speaks. It blocks on the disk."""
    from provisioning.bundle import write_whole

    if not (folder := environment.get("STATE_DIRECTORY", "").partition(":")[0]):
        return
    path, keys = Path(folder, WORDS), [f"machine.out-of-order.{name}" for name in ("title", "lead")]
    words = {language: {key: translator(language).say(msg(key)) for key in keys} for language in LANGUAGES}
    content = json.dumps(words, ensure_ascii=False).encode()
    try:
        if not path.exists() or path.read_bytes() != content:
            write_whole(path, content)
    except OSError as error:
        log.warning("%s cannot be written: %s", WORDS, error.strerror)


def kept_words(language: Language, key: str, environment: Mapping[str, str] = os.environ) -> str:
    """Return what was written down, else what Lotse says everywhere."""
    try:
        said = json.loads(Path(environment.get("LOTSE_OUT_OF_ORDER_WORDS", "")).read_bytes())[language][key]
    except (OSError, ValueError, LookupError, TypeError):
        said = None
    usable = isinstance(said, str) and 0 < len(said) <= _MOST_CHARACTERS and said.isprintable()
    return said if usable else translator(language).say(msg(key))


# The picture


def picture(width: int, height: int) -> bytes:
    """Return the screen as pixels (XRGB8888, little-endian: B, G, R and a byte that is not looked at)."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (width, height), _GROUND)
    draw = ImageDraw.Draw(image)
    unit = min(width, height) / 24
    room = width - 4 * unit
    y = height * 0.3
    for number, language in enumerate(LANGUAGES):
        size = unit * (1 if number == 0 else 0.75)
        for key, weight, grown, ink in (("title", "Bold", 1.6, _INK), ("lead", "Regular", 1.1, _QUIET)):
            font = _font(weight, round(size * grown))
            for line in _broken(kept_words(language, f"machine.out-of-order.{key}"), font, room):
                draw.text((2 * unit, y), line, ink, font)
                y += size * grown * 1.4
            y += size * 0.5
        y += unit * 1.5
    return image.tobytes("raw", "BGRX")


def _font(weight: str, size: int) -> FreeTypeFont:
    from PIL import ImageFont

    for name in _NAMES:
        path = _FONTS / name.format(weight)
        if path.exists():
            return ImageFont.truetype(path, size)
    return ImageFont.load_default(size)  # type: ignore[return-value]  # with a size it is one where FreeType is


def _broken(text: str, font: FreeTypeFont, room: float) -> Iterator[str]:
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and font.getlength(longer) > room:
            yield line
            longer = word
        line = longer
    yield line


# The wire


class StillPicture:
    """One full-screen window with a picture of its size, on a compositor. Raises `OSError` when that is gone."""

    def __init__(self, connection: socket.socket, drawn: Callable[[int, int], bytes] = picture) -> None:
        self._connection, self._drawn = connection, drawn
        self._unread = b""
        self._screen = self._size = (0, 0)
        self._shown = (0, 0)
        self._things: dict[str, int] = {}
        """Our objects by name. The display wants their numbers in the order of their making, without a gap."""
        self._last = _DONE
        self._ask(_DISPLAY, 1, struct.pack("=I", _REGISTRY))
        self._ask(_DISPLAY, 0, struct.pack("=I", _DONE))

    @property
    def shown(self) -> bool:
        """Whether the picture is on the screen."""
        return self._shown != (0, 0)

    def until(self, moment: float) -> None:
        """Keep the picture until this moment (time.monotonic)."""
        while (left := moment - time.monotonic()) > 0:
            self._connection.settimeout(left)
            try:
                data = self._connection.recv(65536)
            except TimeoutError:
                return
            if not data:
                raise ConnectionError("the display has gone")
            self._unread += data
            self._read()

    def _ask(self, thing: int, request: int, arguments: bytes = b"", descriptor: int | None = None) -> None:
        message = struct.pack("=IHH", thing, request, 8 + len(arguments)) + arguments
        socket.send_fds(self._connection, [message], [] if descriptor is None else [descriptor])

    def _made(self, name: str) -> int:
        self._last += 1
        self._things[name] = self._last
        return self._last

    def _read(self) -> None:
        while len(self._unread) >= 8:
            thing, event, size = struct.unpack_from("=IHH", self._unread)
            if len(self._unread) < size:
                return
            arguments, self._unread = self._unread[8:size], self._unread[size:]
            self._take(thing, event, arguments)

    def _take(self, thing: int, event: int, arguments: bytes) -> None:
        things = self._things
        match thing, event:
            case (1, 0):
                raise ConnectionError(
                    f"the display refuses: {arguments[12:].rstrip(bytes(1)).decode(errors='replace')}"
                )
            case (2, 0):
                self._bind(arguments)
            case (3, 0):
                self._open()
            case (number, 0) if number == things.get("xdg_wm_base"):
                self._ask(number, 3, arguments)  # ping: pong
            case (number, 0) if number == things.get("xdg_surface"):
                self._ask(number, 4, arguments)  # configure: ack
                self._draw()
            case (number, 1) if number == things.get("wl_output"):
                self._screen = struct.unpack_from("=ii", arguments, 4)  # mode
            case (number, 0) if number == things.get("xdg_toplevel"):
                self._size = struct.unpack_from("=ii", arguments)

    def _bind(self, arguments: bytes) -> None:
        name, length = struct.unpack_from("=II", arguments)
        interface = arguments[8 : 8 + length - 1].decode()
        if interface in _WANTED:
            made = struct.pack("=II", 1, self._made(interface))
            self._ask(_REGISTRY, 0, struct.pack("=I", name) + _string(interface) + made)

    def _open(self) -> None:
        if missing := set(_WANTED) - set(self._things):
            raise ConnectionError(f"the display has no {', '.join(sorted(missing))}")
        surface = self._made("wl_surface")
        self._ask(self._things["wl_compositor"], 0, struct.pack("=I", surface))
        shell_surface = self._made("xdg_surface")
        self._ask(self._things["xdg_wm_base"], 2, struct.pack("=II", shell_surface, surface))
        window = self._made("xdg_toplevel")
        self._ask(shell_surface, 1, struct.pack("=I", window))
        self._ask(window, 11, struct.pack("=I", 0))  # full screen, on any output
        self._ask(surface, 6)

    def _draw(self) -> None:
        width, height = self._size if all(self._size) else self._screen  # of no size: as we like
        if (width, height) in ((0, 0), self._shown):
            return
        size = width * height * 4
        descriptor = os.memfd_create("picture", os.MFD_CLOEXEC)
        try:
            os.ftruncate(descriptor, size)
            with mmap.mmap(descriptor, size) as memory:
                memory.write(self._drawn(width, height))
            pool, surface = self._made("wl_shm_pool"), self._things["wl_surface"]
            self._ask(self._things["wl_shm"], 0, struct.pack("=Ii", pool, size), descriptor)
        finally:
            os.close(descriptor)
        buffer = self._made("wl_buffer")
        self._ask(pool, 0, struct.pack("=IiiiiI", buffer, 0, width, height, width * 4, _XRGB8888))
        self._ask(surface, 1, struct.pack("=Iii", buffer, 0, 0))
        self._ask(surface, 2, struct.pack("=iiii", 0, 0, width, height))
        self._ask(surface, 6)
        self._shown = (width, height)


def _string(text: str) -> bytes:
    data = text.encode() + b"\0"
    return struct.pack("=I", len(data)) + data + bytes(-len(data) % 4)


def leads_to(environment: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Return where the paths of `LOTSE_TRY_AGAIN_WHEN` lead now; "" where there is nothing."""
    paths = [path for path in environment.get("LOTSE_TRY_AGAIN_WHEN", "").split(":") if path]
    return tuple(os.path.realpath(path) if os.path.lexists(path) else "" for path in paths)


def main() -> int:
    """Show the screen until it is time to try again; 1 if there is no display to show it on."""
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    path = Path(folder, os.environ.get("WAYLAND_DISPLAY", "wayland-0"))
    before, end = leads_to(), time.monotonic() + TRY_AGAIN_S
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(path))
            still = StillPicture(connection)
            while time.monotonic() < end and leads_to() == before:
                still.until(time.monotonic() + LOOK_S)
    except OSError as error:
        sys.stderr.write(f"no display: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
