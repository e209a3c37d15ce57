"""The virtual printer at a device file: a pseudo-terminal of the kernel stands for the cable.

`NodeKind.USB` hands bytes through as a USB printer's node does; `NodeKind.SERIAL` is a terminal in
its first state, echo and all, which the host has to set up. Switched off, the node is gone.
"""

from __future__ import annotations

import asyncio
import os
import tty
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from devices.printers.simulator import Line, Trouble, VirtualPrinter
from devices.printers.virtual_paper import Paper


class NodeKind(StrEnum):
    """What the node stands for."""

    USB = "usb"
    SERIAL = "serial"


class NodePrinter(VirtualPrinter):
    """A virtual printer behind the symbolic link `node`, which exists while the printer is on."""

    def __init__(self, node: Path, kind: NodeKind, on_paper: Callable[[Paper], None] | None = None) -> None:
        """Raises `RuntimeError` unless simulators are allowed."""
        super().__init__(on_paper=on_paper)
        self.node = node
        self.kind = kind
        self._cable: _Cable | None = None

    async def start(self) -> None:
        """Switch on."""
        self._cable = _Cable(self)
        self._lines.add(self._cable)
        if self.kind is NodeKind.USB:
            tty.setraw(self._cable.host_end)
        self.node.symlink_to(os.ttyname(self._cable.host_end))

    async def cause(self, trouble: Trouble) -> None:
        """Bring the printer into another state. While it stalls it does not even take bytes."""
        await super().cause(trouble)
        if self._cable is not None:
            self._cable.listen(trouble is not Trouble.STALL)

    @property
    def _is_on(self) -> bool:
        return self._cable is not None

    def _power_off(self) -> None:
        self.node.unlink(missing_ok=True)
        super()._power_off()
        self._lines.clear()
        self._cable = None


class _Cable(Line):
    """Both ends of a pseudo-terminal. The host's end is held open: answers wait there, as in a real printer."""

    def __init__(self, printer: VirtualPrinter) -> None:
        super().__init__(printer)
        self._end, self.host_end = os.openpty()
        os.set_blocking(self._end, False)
        self.listen(True)

    def listen(self, wanted: bool) -> None:
        """Take what the host sends, or leave it in the cable."""
        loop = asyncio.get_running_loop()
        if wanted:
            loop.add_reader(self._end, self._readable)
        else:
            loop.remove_reader(self._end)

    def _readable(self) -> None:
        with suppress(BlockingIOError):
            self.take(os.read(self._end, 4096))

    def send(self, data: bytes) -> None:
        """Answer; what does not fit into the cable is lost."""
        with suppress(OSError):
            os.write(self._end, data)

    def drop(self) -> None:
        """Cut the cable: the host's end is hung up."""
        self.listen(False)
        os.close(self._end)
        os.close(self.host_end)
        self._end = self.host_end = -1
