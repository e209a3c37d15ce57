"""A receipt printer that is none: ESC/POS over TCP for demo and tests, with every fault on demand.

It speaks the real wire and shares nothing with the driver. Like a real printer it obeys real-time
commands at once, wherever they stand in the stream, and everything else in turn; what it could not
print while off-line it prints when it is on-line again, unless it was told to forget it.
"""

from __future__ import annotations

import asyncio
import os
import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum

from devices.printers.virtual_paper import Incomplete, Paper, PaperRoll

_REAL_TIME = re.compile(rb"\x10\x04[\x01-\x04]|\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08", re.DOTALL)
_LONGEST_REAL_TIME = 10
_LIFE_OF_A_DYING_PRINTER = 400


class Trouble(StrEnum):
    """How the printer is. All but the first two keep a receipt from coming out."""

    NONE = "none"
    NEAR_END = "near-end"
    PAPER_OUT = "paper-out"
    COVER_OPEN = "cover-open"
    CUTTER = "cutter"
    OFF = "off"
    STALL = "stall"
    """Takes connections and bytes, answers nothing, prints nothing."""
    MUTE = "mute"
    """Prints, and answers to status requests, but never to the barrier."""
    GARBAGE = "garbage"
    """Answers nonsense."""
    HALF_CLOSE = "half-close"
    """Closes its sending side as soon as it is connected."""
    DIES_IN_JOB = "dies-in-job"
    """Says that all is well, then loses its power within the job."""
    RUNS_OUT_IN_JOB = "runs-out-in-job"
    """Says that all is well, then runs out of paper within the job."""


_STATES = {
    Trouble.PAPER_OUT: (0x1A, 0x32, 0x12, 0x7E),
    Trouble.COVER_OPEN: (0x1A, 0x16, 0x12, 0x12),
    Trouble.CUTTER: (0x1A, 0x52, 0x1A, 0x12),
    Trouble.NEAR_END: (0x12, 0x12, 0x12, 0x1E),
}
_READY = (0x12, 0x12, 0x12, 0x12)
_REPORTS = {
    Trouble.PAPER_OUT: b"\x18\x00\x0f\x00",
    Trouble.COVER_OPEN: b"\x38\x00\x00\x00",
    Trouble.CUTTER: b"\x18\x08\x00\x00",
    Trouble.NEAR_END: b"\x10\x00\x03\x00",
}
_ALL_WELL = b"\x10\x00\x00\x00"
_SILENT = {Trouble.STALL, Trouble.MUTE, Trouble.GARBAGE, Trouble.OFF, Trouble.HALF_CLOSE}
_OFF_LINE = {Trouble.PAPER_OUT, Trouble.COVER_OPEN, Trouble.CUTTER}


class VirtualPrinter:
    """The printer. `papers` are the slips that came out, oldest first.

    `on_paper` is called with each new slip. All methods belong to the event loop's thread.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 0, on_paper: Callable[[Paper], None] | None = None) -> None:
        """Raises `RuntimeError` unless simulators are allowed. Port 0 takes a free one at `start`."""
        if os.environ.get("LOTSE_SIMULATORS") != "1":
            raise RuntimeError("a virtual printer starts only in the demo and in tests (LOTSE_SIMULATORS=1)")
        self.host = host
        self.port = port
        self.papers: list[Paper] = []
        self.trouble = Trouble.NONE
        self._on_paper = on_paper
        self._server: asyncio.Server | None = None
        self._lines: set[Line] = set()
        self._roll = PaperRoll(self._came_out, self._answer)
        self._memory = bytearray()
        self._answering: Line | None = None
        self._life = 0

    @property
    def complaints(self) -> tuple[str, ...]:
        """What the printer was sent and did not understand."""
        return tuple(self._roll.complaints)

    async def start(self) -> None:
        """Listen; `port` is then the real one."""
        self._server = await asyncio.get_running_loop().create_server(lambda: _TcpLine(self), self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stop listening and drop every connection."""
        self._power_off()
        await asyncio.sleep(0)

    async def cause(self, trouble: Trouble) -> None:
        """Bring the printer into another state; from OFF it comes back on the same port."""
        self.trouble = trouble
        self._roll.near_end = trouble is Trouble.NEAR_END
        self._life = _LIFE_OF_A_DYING_PRINTER
        if trouble is Trouble.OFF:
            self._power_off()
        elif not self._is_on:
            await self.start()
        if self._is_on:
            self._report()
            self._work()

    @property
    def _is_on(self) -> bool:
        return self._server is not None

    def _came_out(self, paper: Paper) -> None:
        self.papers.append(paper)
        if self._on_paper is not None:
            self._on_paper(paper)

    def _power_off(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for line in tuple(self._lines):
            line.drop()
        self._memory.clear()
        self._roll.forget()
        self._roll.reporting = False

    def _report(self) -> None:
        """Tell every host how things are, if one asked for reports."""
        if self._roll.reporting and self.trouble not in _SILENT:
            for line in tuple(self._lines):
                line.send(_REPORTS.get(self.trouble, _ALL_WELL))

    def _received(self, line: Line, data: bytes) -> None:
        self._answering = line
        self._memory += data
        self._work()

    def _real_time(self, line: Line, command: bytes) -> None:
        if self.trouble in {Trouble.STALL, Trouble.HALF_CLOSE}:
            return
        if self.trouble is Trouble.GARBAGE:
            line.send(b"\xff")
        elif command.startswith(b"\x10\x04"):
            line.send(bytes([_STATES.get(self.trouble, _READY)[command[2] - 1]]))
        else:
            self._memory.clear()
            self._roll.forget()
            line.send(b"\x37\x25\x00")

    def _answer(self, data: bytes) -> None:
        if self.trouble is Trouble.GARBAGE:
            data = b"\xff"
        if self._answering is not None and self.trouble is not Trouble.MUTE:
            self._answering.send(data)

    def _work(self) -> None:
        """Carry out what is in memory, as long as the printer can."""
        while self._memory and self.trouble not in _OFF_LINE | {Trouble.STALL, Trouble.OFF}:
            reporting = self._roll.reporting
            try:
                length = self._roll.take(bytes(self._memory))
            except Incomplete:
                return
            del self._memory[:length]
            if self._roll.reporting and not reporting:
                self._report()
            self._age(length)

    def _age(self, length: int) -> None:
        self._life -= length
        if self._life > 0 or not self._memory:
            return
        if self.trouble is Trouble.DIES_IN_JOB:
            self.trouble = Trouble.OFF
            self._power_off()
        elif self.trouble is Trouble.RUNS_OUT_IN_JOB:
            self.trouble = Trouble.PAPER_OUT
            self._report()


class Line(ABC):
    """One line to the printer, of whatever kind."""

    def __init__(self, printer: VirtualPrinter) -> None:
        self._printer = printer
        self._seen = b""

    def take(self, data: bytes) -> None:
        """Obey real-time commands first, even across the borders of packets; keep the rest in turn."""
        self._printer._received(self, data)
        stream = self._seen + data
        end = 0
        for found in _REAL_TIME.finditer(stream):
            if found.end() > len(self._seen):
                self._printer._real_time(self, found.group())
            end = found.end()
        self._seen = stream[max(end, len(stream) - _LONGEST_REAL_TIME + 1) :]

    @abstractmethod
    def send(self, data: bytes) -> None:
        """Answer, if the host still listens."""

    @abstractmethod
    def drop(self) -> None:
        """End the line as a power cut does."""


class _TcpLine(Line, asyncio.Protocol):
    """One connection over TCP."""

    def __init__(self, printer: VirtualPrinter) -> None:
        super().__init__(printer)
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._printer._lines.add(self)
        if self._printer.trouble is Trouble.HALF_CLOSE:
            transport.write_eof()

    def connection_lost(self, _: Exception | None) -> None:
        self._printer._lines.discard(self)

    def data_received(self, data: bytes) -> None:
        """Take what the host sent."""
        self.take(data)

    def send(self, data: bytes) -> None:
        """Answer, if the host still listens."""
        if self._transport is not None and not self._transport.is_closing():
            with suppress(RuntimeError):
                self._transport.write(data)

    def drop(self) -> None:
        """End the connection as a power cut does."""
        if self._transport is not None:
            self._transport.abort()
