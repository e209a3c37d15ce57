"""A conversation with a printer: one open line for one purpose, a deadline on everything.

Over the network a line is new each time, so no late answer can be taken for the answer to the next
question. A USB or serial line stays what it was: an answer that nobody fetched still waits there. It
is therefore emptied before a question, and an answer too many afterwards is a fault.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from devices.printers.answers import Answer, Answers, Barrier, Cleared, Nonsense, Report, State
from devices.printers.status import BARRIER, CLEAR, STATUS_REQUESTS, PrinterStatus, barrier_proves, read_status
from kiosk.faults import Fault, FaultCode


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds. `answer`: to one status request; `look`: between looks while a job is being printed;

    `finish`: in which a job must get on, and from its last byte to the proof; `poll`: between looks
    while nothing is printed, `again`: while it cannot print; `quiet`: silence that proves that a lasting line is empty.
    """

    connect: float = 3.0
    answer: float = 2.0
    look: float = 0.5
    finish: float = 10.0
    poll: float = 5.0
    again: float = 1.0
    quiet: float = 0.05


class Wire(Protocol):
    """An open line to a printer. Its methods raise `OSError` once it is broken."""

    lasting: bool
    """Whether answers wait on it for whoever opens it next."""

    @property
    def unsent(self) -> int:
        """How many bytes have not been taken yet."""

    def write(self, data: bytes) -> None:
        """Send behind what is unsent, without waiting."""

    async def read(self) -> bytes:
        """Return what arrived, at least one byte; none if the printer has closed the line."""

    def forget(self) -> None:
        """Drop what is unsent, where that can be done."""

    def abort(self) -> None:
        """Close at once."""


Dial = Callable[[], Awaitable[Wire]]
"""Opens a line; raises `OSError`."""


class LineFailure(Exception):
    """The line or the printer failed; `fault` says how. It never leaves this package."""

    def __init__(self, code: FaultCode, detail: str) -> None:
        super().__init__(detail)
        self.fault = Fault(code, detail)


@asynccontextmanager
async def connected(dial: Dial, delays: Delays) -> AsyncIterator[Connection]:
    """Yield a conversation on a line just opened and end it at once afterwards. Raises `LineFailure`."""
    try:
        async with asyncio.timeout(delays.connect):
            wire = await dial()
    except (OSError, TimeoutError) as error:
        raise LineFailure(FaultCode.PRINTER_OFF, f"connecting: {type(error).__name__}") from None
    try:
        yield Connection(wire, delays)
    finally:
        wire.abort()


class Connection:
    """One conversation with the printer. Every method raises `LineFailure` when it fails."""

    def __init__(self, wire: Wire, delays: Delays) -> None:
        self._wire = wire
        self._delays = delays
        self._sorter = Answers()
        self._answers: deque[Answer] = deque()
        self._states = b""
        self._asked = False

    async def status(self) -> PrinterStatus:
        """Ask for the four real-time states, one after the other."""
        if self._wire.lasting:
            await self._empty(self._delays.quiet)
        answers = b""
        for request in STATUS_REQUESTS:
            self._write(request)
            answers += await self._state()
        if self._wire.lasting and await self._solicited(self._delays.quiet) is not None:
            raise LineFailure(FaultCode.PRINTER_GARBAGE, "more answers than questions")
        return read_status(answers)

    async def print(self, job: bytes, seconds: float) -> None:
        """Send a job and return when the barrier behind it proves that the paper came out.

        It may take long as long as it gets on: in each span of `seconds` bytes must be taken, and
        the proof must come in such a span after the last. While the printer is silent its
        real-time states are asked for, so that paper out or an open cover is known at once.
        """
        self._write(job + BARRIER)
        while True:
            unsent = self._wire.unsent
            try:
                async with asyncio.timeout(seconds):
                    return await self._barrier()
            except TimeoutError:
                if self._wire.unsent >= unsent:
                    raise LineFailure(FaultCode.PRINTER_STALLED, "no answer to GS r") from None

    async def clear(self) -> None:
        """Make the printer forget what it has not printed; return when it says so, or says nothing.

        Everything that it still answered to older questions is dropped.
        """
        self._wire.forget()
        self._write(CLEAR)
        await self._empty(self._delays.look, until=None if self._wire.lasting else Cleared())

    async def _empty(self, seconds: float, until: Answer | None = None) -> None:
        """Drop answers until nothing has come for so long, or `until` has; at most for `finish` seconds."""
        try:
            async with asyncio.timeout(self._delays.finish):
                while (answer := await self._next(seconds)) is not None and answer != until:
                    pass
        except TimeoutError:
            raise LineFailure(FaultCode.PRINTER_GARBAGE, "the printer never falls silent") from None

    async def _state(self) -> bytes:
        answer = await self._solicited(self._delays.answer)
        if answer is None:
            raise LineFailure(FaultCode.PRINTER_STALLED, "no answer to DLE EOT")
        if not isinstance(answer, State):
            raise LineFailure(FaultCode.PRINTER_GARBAGE, f"DLE EOT answered {answer}")
        return bytes([answer.byte])

    async def _solicited(self, seconds: float) -> Answer | None:
        """Return the next answer that is no report."""
        while isinstance(answer := await self._next(seconds), Report):
            pass
        return answer

    async def _barrier(self) -> None:
        while True:
            match await self._next(self._delays.look):
                case None:
                    self._ask()
                case State(byte):
                    self._heard(byte)
                case Report(status):
                    _raise_for(status)
                case Barrier(byte) if barrier_proves(byte):
                    return
                case Barrier(byte):
                    raise LineFailure(FaultCode.PRINTER_PAPER_OUT, f"GS r answered {byte:02x}")
                case Cleared() | Nonsense() as answer:
                    raise LineFailure(FaultCode.PRINTER_GARBAGE, f"GS r answered {answer}")

    def _ask(self) -> None:
        if not self._asked:
            self._write(b"".join(STATUS_REQUESTS))
        self._asked = True

    def _heard(self, state: int) -> None:
        self._states += bytes([state])
        if len(self._states) == len(STATUS_REQUESTS):
            _raise_for(read_status(self._states))
            self._states, self._asked = b"", False

    async def _next(self, seconds: float) -> Answer | None:
        """Return the next answer, None if no byte comes for so long."""
        while not self._answers:
            try:
                async with asyncio.timeout(seconds):
                    received = await self._wire.read()
            except TimeoutError:
                return None
            except OSError as error:
                raise LineFailure(FaultCode.PRINTER_OFF, f"reading: {type(error).__name__}") from None
            if not received:
                raise LineFailure(FaultCode.PRINTER_OFF, "connection closed by the printer")
            self._answers.extend(self._sorter.feed(received))
        return self._answers.popleft()

    def _write(self, data: bytes) -> None:
        try:
            self._wire.write(data)
        except OSError as error:
            raise LineFailure(FaultCode.PRINTER_OFF, f"writing: {type(error).__name__}") from None


def _raise_for(status: PrinterStatus) -> None:
    if status.fault is not None:
        raise LineFailure(status.fault.code, status.fault.detail)
