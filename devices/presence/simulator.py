"""A virtual presence sensor: a line of text when somebody comes, another when nobody is left."""

from __future__ import annotations

from pathlib import Path

from devices.virtual_serial import VirtualSerial


class VirtualPresence(VirtualSerial):
    """A serial sensor that says one line when somebody comes, and one when nobody is left."""

    def __init__(self, node: Path, coming: bytes = b"P1\r\n", gone: bytes = b"P0\r\n") -> None:
        """Raises `RuntimeError` unless simulators are allowed."""
        super().__init__(node)
        self._coming, self._gone = coming, gone

    def come(self) -> None:
        """Step before it."""
        self.send(self._coming)

    def go(self) -> None:
        """Step away."""
        self.send(self._gone)
