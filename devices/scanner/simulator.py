"""Virtual scanners: one on a pseudo-terminal, and one that is a keyboard of the kernel (uinput)."""

from __future__ import annotations

import fcntl
import os
import struct
import time
from enum import StrEnum
from pathlib import Path

from devices.virtual_serial import VirtualSerial


class Trouble(StrEnum):
    """What goes wrong with each scan, until told otherwise."""

    NONE = "none"
    GARBAGE = "garbage"
    """Bytes that are no text, as at the wrong speed."""
    ENDLESS = "endless"
    """A code that is much too long."""
    TORN = "torn"
    """The end of the code is missing."""


class VirtualScanner(VirtualSerial):
    """A serial scanner. Each scan goes wrong as its `trouble` says."""

    def __init__(self, node: Path, end: bytes = b"\r\n") -> None:
        """Raises `RuntimeError` unless simulators are allowed."""
        super().__init__(node)
        self.end, self.trouble = end, Trouble.NONE

    def scan(self, code: str) -> None:
        """Hold a code before it. Pulled out, it sees nothing."""
        scanned = {
            Trouble.NONE: code.encode() + self.end,
            Trouble.GARBAGE: bytes(byte ^ 0x9D for byte in code.encode()) + b"\xfe" + self.end,
            Trouble.ENDLESS: code.encode() * (2000 // max(1, len(code))) + self.end,
            Trouble.TORN: code.encode()[: len(code) // 2],
        }[self.trouble]
        self.send(scanned)


_LETTERS = {
    **dict(zip("1234567890", range(2, 12), strict=True)),
    **dict(zip("qwertyuiop", range(16, 26), strict=True)),
    **dict(zip("asdfghjkl", range(30, 39), strict=True)),
    **dict(zip("zxcvbnm", range(44, 51), strict=True)),
    "-": 12, " ": 57, "/": 53, ".": 52, "\n": 28,
}  # fmt: skip
_SHIFT = 42


def _strokes(code: str) -> list[tuple[int, int]]:
    """Return what a keyboard with an American layout sends for a code and Enter: (key, 1 down or 0 up)."""
    sent: list[tuple[int, int]] = []
    for letter in code + "\n":
        key = _LETTERS[letter.lower()]
        stroke = [(key, 1), (key, 0)]
        sent += [(_SHIFT, 1), *stroke, (_SHIFT, 0)] if letter.isupper() else stroke
    return sent


def records(code: str) -> bytes:
    """Return the same as the kernel hands it out: one input event a stroke, each followed by a report."""
    wire = b""
    for key, value in _strokes(code):
        wire += struct.pack("@llHHi", 0, 0, 1, key, value) + struct.pack("@llHHi", 0, 0, 0, 0, 0)
    return wire


class VirtualWedge:
    """A keyboard of the kernel that types codes (linux/uinput.h). `node` is its event node.

    Raises `OSError` at `plug` where the kernel has no uinput or it may not be used.
    """

    def __init__(self, name: str = "Virtual scanner") -> None:
        """Raises `RuntimeError` unless simulators are allowed."""
        if os.environ.get("LOTSE_SIMULATORS") != "1":
            raise RuntimeError("a virtual scanner starts only in the demo and in tests (LOTSE_SIMULATORS=1)")
        self.name = name
        self.node = Path()
        self._control = -1

    def plug(self) -> None:
        """Plug it in."""
        self._control = os.open("/dev/uinput", os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        fcntl.ioctl(self._control, 0x40045564, 1)  # UI_SET_EVBIT, EV_KEY
        for key in (*_LETTERS.values(), _SHIFT):
            fcntl.ioctl(self._control, 0x40045565, key)  # UI_SET_KEYBIT
        set_up = struct.pack("=HHHH80sI", 3, 0x1209, 0x5CA2, 1, self.name.encode(), 0)
        fcntl.ioctl(self._control, 0x405C5503, set_up)  # UI_DEV_SETUP
        fcntl.ioctl(self._control, 0x5501)  # UI_DEV_CREATE
        name = fcntl.ioctl(self._control, 0x8040552C, bytes(64)).rstrip(b"\0").decode()  # UI_GET_SYSNAME(64)
        events = next(Path("/sys/devices/virtual/input", name).glob("event*")).name
        self.node = Path("/dev/input", events)

    def scan(self, code: str) -> None:
        """Type a code and Enter."""
        for key, value in _strokes(code):
            for kind, number, worth in ((1, key, value), (0, 0, 0)):
                now = time.time()
                os.write(self._control, struct.pack("@llHHi", int(now), 0, kind, number, worth))

    def unplug(self) -> None:
        """Pull it out."""
        if self._control >= 0:
            os.close(self._control)
            self._control = -1
