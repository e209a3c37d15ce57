"""A virtual serial device that only speaks: a pseudo-terminal, plugged in and pulled out."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


class VirtualSerial:
    """What stands behind the symbolic link `node`, which is there while it is plugged in."""

    def __init__(self, node: Path) -> None:
        """Raises `RuntimeError` unless simulators are allowed."""
        if os.environ.get("LOTSE_SIMULATORS") != "1":
            raise RuntimeError("a virtual device starts only in the demo and in tests (LOTSE_SIMULATORS=1)")
        self.node = node
        self._ends: tuple[int, int] | None = None

    @property
    def plugged(self) -> bool:
        """Whether it is plugged in."""
        return self._ends is not None

    def plug(self) -> None:
        """Plug it in."""
        if self._ends is None:
            self._ends = os.openpty()
            os.set_blocking(self._ends[0], False)
            self.node.symlink_to(os.ttyname(self._ends[1]))

    def unplug(self) -> None:
        """Pull it out: whoever listens is hung up."""
        if self._ends is not None:
            self.node.unlink(missing_ok=True)
            for end in self._ends:
                os.close(end)
            self._ends = None

    close = unplug

    def send(self, raw: bytes) -> None:
        """Send whatever: nonsense too. Pulled out, nothing."""
        if self._ends is not None:
            with suppress(BlockingIOError):
                os.write(self._ends[0], raw)
