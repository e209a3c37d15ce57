"""A finger and an eye on an X display: touches by XTest, looks by XGetImage. The same for every program."""

from __future__ import annotations

import ctypes
import os
import subprocess
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

ALL_PLANES = 0xFFFFFFFF
Z_PIXMAP = 2
POLL_S = 0.0005
SETTLED_S = 0.25
"""A picture that has not changed for so long is settled; this time is not counted."""


class _Image(ctypes.Structure):
    _fields_ = (
        ("width", ctypes.c_int),
        ("height", ctypes.c_int),
        ("xoffset", ctypes.c_int),
        ("format", ctypes.c_int),
        ("data", ctypes.POINTER(ctypes.c_char)),
        ("byte_order", ctypes.c_int),
        ("bitmap_unit", ctypes.c_int),
        ("bitmap_bit_order", ctypes.c_int),
        ("bitmap_pad", ctypes.c_int),
        ("depth", ctypes.c_int),
        ("bytes_per_line", ctypes.c_int),
    )


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the screen, in pixels."""

    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> tuple[int, int]:
        """Where a finger touches it."""
        return self.x + self.width // 2, self.y + self.height // 2


class Display:
    """One connection to an X server."""

    def __init__(self, name: str) -> None:
        self._x = ctypes.CDLL("libX11.so.6")
        self._test = ctypes.CDLL("libXtst.so.6")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XDefaultRootWindow.restype = ctypes.c_ulong
        self._x.XGetImage.restype = ctypes.POINTER(_Image)
        self._display = ctypes.c_void_p(self._x.XOpenDisplay(name.encode()))
        if not self._display:
            raise OSError(f"no display {name}")
        self._root = ctypes.c_ulong(self._x.XDefaultRootWindow(self._display))

    def close(self) -> None:
        """Close the connection."""
        self._x.XCloseDisplay(self._display)

    def look(self, region: Region) -> int:
        """Return a number that differs when the region's pixels differ."""
        image = self._x.XGetImage(
            self._display,
            self._root,
            region.x,
            region.y,
            region.width,
            region.height,
            ctypes.c_ulong(ALL_PLANES),
            Z_PIXMAP,
        )
        size = image.contents.bytes_per_line * image.contents.height
        seen = zlib.crc32(ctypes.string_at(image.contents.data, size))
        self._x.XDestroyImage(image)
        return seen

    def touch(self, x: int, y: int) -> float:
        """Put the finger down and return when that was (`time.perf_counter`)."""
        self._test.XTestFakeMotionEvent(self._display, -1, x, y, ctypes.c_ulong(0))
        self._x.XSync(self._display, 0)
        when = time.perf_counter()
        self._test.XTestFakeButtonEvent(self._display, 1, 1, ctypes.c_ulong(0))
        self._x.XFlush(self._display)
        return when

    def lift(self) -> float:
        """Lift the finger and return when that was."""
        when = time.perf_counter()
        self._test.XTestFakeButtonEvent(self._display, 1, 0, ctypes.c_ulong(0))
        self._x.XFlush(self._display)
        return when

    def move(self, x: int, y: int) -> None:
        """Move the pointer out of the way."""
        self._test.XTestFakeMotionEvent(self._display, -1, x, y, ctypes.c_ulong(0))
        self._x.XSync(self._display, 0)

    def first_change(self, region: Region, before: int, seconds: float = 5) -> float:
        """Return when the region first differs from `before`; `TimeoutError` if it never does."""
        end = time.perf_counter() + seconds
        while (now := time.perf_counter()) < end:
            if self.look(region) != before:
                return now
            time.sleep(POLL_S)
        raise TimeoutError("nothing changed")

    def until(self, region: Region, wanted: int, seconds: float = 10) -> None:
        """Wait until the region looks like `wanted`; `TimeoutError` if it never does."""
        end = time.perf_counter() + seconds
        while self.look(region) != wanted:
            if time.perf_counter() > end:
                raise TimeoutError("it never looked like that")
            time.sleep(POLL_S * 10)

    def settled(self, region: Region, seconds: float = 20, still: float = SETTLED_S) -> float:
        """Return when the region changed last, once it has been still for a while."""
        end = time.perf_counter() + seconds
        seen, since = self.look(region), time.perf_counter()
        while (now := time.perf_counter()) < end:
            new = self.look(region)
            if new != seen:
                seen, since = new, now
            elif now - since >= still:
                return since
            time.sleep(POLL_S * 4)
        raise TimeoutError("never still")


@contextmanager
def virtual_display(width: int = 1080, height: int = 1920) -> Iterator[str]:
    """Start an Xvfb of our own and yield its name."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"],
        pass_fds=(write,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise OSError("Xvfb did not start")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(timeout=10)
