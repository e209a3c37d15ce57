"""The line to a printer: one TCP connection for one purpose, a deadline on everything.

A connection is never used again, so no late answer can be taken for the answer to the next question.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from devices.printers.status import (
    BARRIER,
    CLEAR,
    STATUS_REQUESTS,
    PrinterStatus,
    barrier_proves,
    is_barrier,
    is_status,
    read_status,
)
from kiosk.faults import Fault, FaultCode


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds. `answer`: to one status request; `look`: between looks while a job is being printed;

    `finish`: from the last byte sent to the proof; `poll`: between looks while nothing is printed.
    """

    connect: float = 3.0
    answer: float = 2.0
    look: float = 0.5
    finish: float = 10.0
    poll: float = 5.0


class LineFailure(Exception):
    """The line or the printer failed; `fault` says how. It never leaves this package."""

    def __init__(self, code: FaultCode, detail: str) -> None:
        super().__init__(detail)
        self.fault = Fault(code, detail)


@asynccontextmanager
async def connected(host: str, port: int, delays: Delays) -> AsyncIterator[Connection]:
    """Yield a fresh connection and end it at once afterwards. Raises `LineFailure`."""
    try:
        async with asyncio.timeout(delays.connect):
            reader, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError) as error:
        raise LineFailure(FaultCode.PRINTER_OFF, f"connecting: {type(error).__name__}") from None
    try:
        yield Connection(reader, writer, delays)
    finally:
        writer.transport.abort()


class Connection:
    """One conversation with the printer. Every method raises `LineFailure` when it fails."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delays: Delays) -> None:
        self._reader = reader
        self._writer = writer
        self._delays = delays

    async def status(self) -> PrinterStatus:
        """Ask for the four real-time states, one after the other."""
        answers = b""
        for request in STATUS_REQUESTS:
            self._writer.write(request)
            answer = await self._receive(1, self._delays.answer)
            if not answer:
                raise LineFailure(FaultCode.PRINTER_STALLED, "no answer to DLE EOT")
            if not is_status(answer[0]):
                raise LineFailure(FaultCode.PRINTER_GARBAGE, f"DLE EOT answered {answer.hex()}")
            answers += answer
        return read_status(answers)

    async def print(self, job: bytes, seconds: float) -> None:
        """Send a job and return when the barrier behind it proves that the paper came out.

        While the printer is silent its real-time states are asked for, so that paper out or an open
        cover is known at once and not only when `seconds` are over.
        """
        self._writer.write(job + BARRIER)
        try:
            async with asyncio.timeout(seconds):
                await self._barrier()
        except TimeoutError:
            raise LineFailure(FaultCode.PRINTER_STALLED, "no answer to GS r") from None

    async def clear(self) -> None:
        """Make the printer forget what it has not printed; return when it says so, or says nothing."""
        self._writer.write(CLEAR)
        await self._receive(3, self._delays.look)

    async def _barrier(self) -> None:
        states = b""
        asked = False
        while True:
            answer = await self._receive(1, self._delays.look)
            if not answer:
                if not asked:
                    self._writer.write(b"".join(STATUS_REQUESTS))
                asked = True
            elif is_status(answer[0]):
                states += answer
            elif barrier_proves(answer[0]):
                return
            elif is_barrier(answer[0]):
                raise LineFailure(FaultCode.PRINTER_PAPER_OUT, f"GS r answered {answer.hex()}")
            else:
                raise LineFailure(FaultCode.PRINTER_GARBAGE, f"GS r answered {answer.hex()}")
            if len(states) == len(STATUS_REQUESTS):
                _raise_for(read_status(states))
                states, asked = b"", False

    async def _receive(self, count: int, seconds: float) -> bytes:
        """Return up to `count` bytes, none if the printer is silent for so long."""
        try:
            async with asyncio.timeout(seconds):
                received = await self._reader.read(count)
        except TimeoutError:
            return b""
        except OSError as error:
            raise LineFailure(FaultCode.PRINTER_OFF, f"reading: {type(error).__name__}") from None
        if not received:
            raise LineFailure(FaultCode.PRINTER_OFF, "connection closed by the printer")
        return received


def _raise_for(status: PrinterStatus) -> None:
    if status.fault is not None:
        raise LineFailure(status.fault.code, status.fault.detail)
