"""A cable that can fail: between a driver and any printer that listens on TCP.

The driver's end is a TCP port, a pseudo-terminal in raw mode (as a USB printer's node is) or one in
its first state (as a serial port is).
"""

from __future__ import annotations

import asyncio
import os
import tty
from collections.abc import Awaitable, Callable
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from .conftest import Attached

_CHUNK = 256
_ERROR_STATES = b"\x1a\x52\x1a\x12"


class Break(StrEnum):
    """What the cable does to what goes through it."""

    NOTHING = "nothing"
    STALL = "stall"
    """Takes bytes and passes none on."""
    HOLD = "hold"
    """Keeps answers back until it is whole again, then hands all of them over."""
    GARBLE = "garble"
    """Every answer becomes nonsense."""
    CUTTER = "cutter"
    """Answers are those of a printer whose knife is stuck."""
    CUT = "cut"
    """Breaks in the middle of a job."""
    HALF_CLOSE = "half-close"
    """Closes the printer's sending side as soon as a connection is made."""


class FaultProxy:
    """The cable. `in_job` is awaited once, when some hundred bytes of a job have gone through."""

    def __init__(self, port: int, attached: Attached, node: Path) -> None:
        self.node = node
        self.port = 0
        self.attached = attached
        self.in_job: Callable[[], Awaitable[None]] | None = None
        self._printer = port
        self._broken = Break.NOTHING
        self._server: asyncio.Server | None = None
        self._pty: tuple[int, int] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: list[asyncio.StreamWriter] = []
        self._held = bytearray()
        self._answer: Callable[[bytes], object] = lambda data: None
        self._answered = 0
        self._passed = 0

    async def start(self) -> None:
        """Connect both ends."""
        if self.attached is Attached.NETWORK:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
            self.port = self._server.sockets[0].getsockname()[1]
            return
        end, host_end = os.openpty()
        self._pty = end, host_end
        if self.attached is Attached.USB:
            tty.setraw(host_end)
        os.set_blocking(end, False)
        self.node.symlink_to(os.ttyname(host_end))
        self._spawn(self._join_pty(end))

    async def close(self) -> None:
        """Pull it out at both ends."""
        if self._server is not None:
            self._server.close()
        if self._pty is not None:
            self.node.unlink(missing_ok=True)
            asyncio.get_running_loop().remove_reader(self._pty[0])
            for descriptor in self._pty:
                os.close(descriptor)
        self._server = self._pty = None
        for task in self._tasks - {asyncio.current_task()}:
            task.cancel()
        for writer in self._writers:
            writer.transport.abort()

    def fail(self, broken: Break) -> None:
        """Break, or be whole again."""
        self._broken = broken
        if broken is Break.NOTHING and self._held:
            self._answer(bytes(self._held))
            self._held.clear()

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        assert isinstance(task, asyncio.Task)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        if self._broken is Break.HALF_CLOSE:
            writer.write_eof()
        await self._join(reader.read, writer.write)
        writer.transport.abort()

    async def _join_pty(self, end: int) -> None:
        arrived: asyncio.Queue[bytes] = asyncio.Queue()
        asyncio.get_running_loop().add_reader(end, lambda: arrived.put_nowait(os.read(end, _CHUNK)))
        await self._join(lambda _: arrived.get(), lambda data: os.write(end, data))

    async def _join(self, read: Callable[[int], Awaitable[bytes]], answer: Callable[[bytes], object]) -> None:
        self._answer = answer
        answers, printer = await asyncio.open_connection("127.0.0.1", self._printer)
        self._writers.append(printer)
        self._spawn(self._back(answers, answer))
        with suppress(ConnectionError):
            while (data := await read(_CHUNK)) and not printer.transport.is_closing():
                if self._broken is not Break.STALL:
                    printer.write(data)
                    await self._pass_by(len(data))
        printer.transport.abort()

    async def _pass_by(self, length: int) -> None:
        self._passed += length
        if self._passed < 400:
            return
        if self._broken is Break.CUT:
            await self.close()
        elif self.in_job is not None:
            happen, self.in_job = self.in_job, None
            await happen()

    async def _back(self, answers: asyncio.StreamReader, answer: Callable[[bytes], object]) -> None:
        with suppress(ConnectionError):
            while data := await answers.read(_CHUNK):
                if self._broken is Break.HOLD:
                    self._held += data
                elif self._broken is not Break.STALL:
                    answer(self._garbled(data))

    def _garbled(self, data: bytes) -> bytes:
        if self._broken is Break.GARBLE:
            return b"\xff" * len(data)
        if self._broken is Break.CUTTER:
            self._answered += len(data)
            return bytes(_ERROR_STATES[number % 4] for number in range(self._answered - len(data), self._answered))
        return data
