"""A receipt printer on the network: ESC/POS over TCP (usually port 9100)."""

from __future__ import annotations

import asyncio

from devices.printers.escpos import EscposPrinter
from devices.printers.transport import Delays, Wire


class TcpReceiptPrinter(EscposPrinter):
    """An `EscposPrinter` at an address."""

    def __init__(self, host: str, port: int = 9100, *, profile: str = "TM-T20II", delays: Delays | None = None) -> None:
        """`profile` is the printer's name in python-escpos' capabilities: columns and dots."""
        self._host = host
        self._port = port
        super().__init__(self._dial, profile=profile, delays=delays)

    async def _dial(self) -> Wire:
        return TcpWire(*await asyncio.open_connection(self._host, self._port))


class TcpWire:
    """A TCP connection. What is unsent goes with it, and so do answers nobody fetched."""

    lasting = False

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer  # kept: from Python 3.13 on a writer that nobody holds closes its connection

    @property
    def unsent(self) -> int:
        """Bytes that the kernel has not taken."""
        return self._writer.transport.get_write_buffer_size()

    def write(self, data: bytes) -> None:
        """Send without waiting; a broken connection shows when reading."""
        self._writer.write(data)

    async def read(self) -> bytes:
        """Return what arrived, none if the printer has closed its side."""
        return await self._reader.read(4096)

    def forget(self) -> None:
        """Nothing: a stream cannot take back what it was given."""

    def abort(self) -> None:
        """Close without lingering."""
        self._writer.transport.abort()
