"""From what a scanner sends to codes: one ends with CR or LF, is printable, and is not endless."""

from __future__ import annotations

import logging
from collections.abc import Callable

from kiosk.privacy import Private

log = logging.getLogger(__name__)

MOST = 512
"""Bytes of the longest code that is taken."""
PAUSE_S = 1.0
"""After a pause this long, what came before belongs to no code that still comes."""


class Frames:
    """Cuts bytes into codes. What is none is dropped and counted for IT; what it was is not written anywhere.

    `prefix` and `suffix` are what the scanner is set to put around each code: a code without them is garbage.
    `clock` gives seconds.
    """

    def __init__(
        self, found: Callable[[Private[str]], None], clock: Callable[[], float], prefix: str = "", suffix: str = ""
    ) -> None:
        self._found, self._clock = found, clock
        self._prefix, self._suffix = prefix, suffix
        self._begun = bytearray()
        self._endless = False
        self._last = clock()
        self.dropped = 0

    def take(self, data: bytes) -> None:
        """Take bytes as they come."""
        now = self._clock()
        if now - self._last > PAUSE_S and (self._begun or self._endless):
            self._drop()
        self._last = now
        *whole, rest = data.replace(b"\r", b"\n").split(b"\n")
        for piece in whole:
            self._grow(piece)
            self._end()
        self._grow(rest)

    def _grow(self, piece: bytes) -> None:
        if len(self._begun) + len(piece) > MOST:
            self._endless = True
            self._begun.clear()
        elif not self._endless:
            self._begun += piece

    def _end(self) -> None:
        frame, endless = bytes(self._begun), self._endless
        if not frame and not endless:
            return  # CR LF, or the second of two ends
        code = None if endless else self._code(frame)
        if code is None:
            self._drop()
            return
        self._begun.clear()
        self._found(code)

    def _code(self, frame: bytes) -> Private[str] | None:
        try:
            text = frame.decode()
        except UnicodeDecodeError:
            return None
        bare = text.removeprefix(self._prefix).removesuffix(self._suffix)
        whole = text.startswith(self._prefix) and text.endswith(self._suffix)
        return Private(bare) if whole and bare.strip() and bare.isprintable() else None

    def _drop(self) -> None:
        self._begun.clear()
        self._endless = False
        self.dropped += 1
        log.warning("the scanner sent something that is no code (%d so far)", self.dropped)
