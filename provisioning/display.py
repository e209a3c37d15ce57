"""Whether the display answers. A compositor that stands still takes frames as before and shows none of them.

A connection of its own, besides the window's: `wl_display.sync` asks, and the compositor answers when it has done all
that was asked before (wayland.xml 1.21; numbers are that file's opcodes).
"""

from __future__ import annotations

import asyncio
import os
import socket
import struct
import time
from collections.abc import Mapping
from pathlib import Path

from provisioning.alive import Frames

_DISPLAY, _SYNC, _ANSWER = 1, 0, 2
_ASK = struct.pack("=IHHI", _DISPLAY, _SYNC, 12, _ANSWER)


class AnsweredFrames:
    """The frames of a window on a Wayland display, which count only while the display answers. Needs a running loop."""

    def __init__(self, frames: Frames, path: Path) -> None:
        self._frames = frames
        self._answered = float("-inf")
        self._connection = socket.socket(socket.AF_UNIX)
        self._connection.setblocking(False)
        self._connection.connect(str(path))
        asyncio.get_running_loop().add_reader(self._connection, self._heard)
        self._waiting = False

    def ask(self) -> None:
        """Have a frame drawn, and the display answer."""
        self._frames.ask()
        if not self._waiting and self._connection.fileno() >= 0:
            self._waiting = True
            self._connection.send(_ASK)

    def drawn_since(self, moment: float) -> bool:
        """Whether a frame was drawn, and the display answered, after this moment (time.monotonic)."""
        return self._answered >= moment and self._frames.drawn_since(moment)

    def close(self) -> None:
        """Close the connection."""
        if self._connection.fileno() >= 0:
            asyncio.get_running_loop().remove_reader(self._connection)
            self._connection.close()

    def _heard(self) -> None:
        """Take the answer. The number of what answered is free again with it."""
        if self._connection.recv(4096):
            self._answered, self._waiting = time.monotonic(), False
        else:
            self.close()  # the window's connection is gone too, and Qt ends


def display_path(environment: Mapping[str, str] = os.environ) -> Path | None:
    """Return the socket of the Wayland display that the window is on; None where it is on another."""
    name = environment.get("WAYLAND_DISPLAY", "")
    if not name or not environment.get("QT_QPA_PLATFORM", "").startswith("wayland"):
        return None
    return Path(environment.get("XDG_RUNTIME_DIR", ""), name)
