"""A page printer that is none: IPP over HTTP for demo and tests, with every fault on demand.

It speaks the real wire (RFC 8010, RFC 8011) and shares nothing with the driver. Like a real printer it takes
a job also when it cannot print now, and prints it as soon as it can, unless the job was cancelled.
"""

from __future__ import annotations

import asyncio
import os
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum


class PageTrouble(StrEnum):
    """How the printer is. All but the first two keep pages from coming out."""

    NONE = "none"
    NEAR_END = "near-end"
    PAPER_OUT = "paper-out"
    COVER_OPEN = "cover-open"
    JAM = "jam"
    OFF = "off"
    STALL = "stall"
    """Takes requests and answers none."""
    GARBAGE = "garbage"
    """Answers nonsense."""
    RUNS_OUT_IN_JOB = "runs-out-in-job"
    """Says that all is well, then has no paper for the job."""


_REASONS = {
    PageTrouble.NEAR_END: "media-low-warning",
    PageTrouble.PAPER_OUT: "media-empty-error",
    PageTrouble.COVER_OPEN: "cover-open-error",
    PageTrouble.JAM: "media-jam-error",
}
_WORKING, _CANCELLED, _OUT = 5, 7, 9
_KNOWN_VERSION = b"\x02\x00"


@dataclass(slots=True)
class _Job:
    number: int
    document: bytes
    state: int = _WORKING


class VirtualPagePrinter:
    """The printer. `documents` are the files whose pages came out, oldest first.

    `on_document` is called with each. All methods belong to the event loop's thread.
    """

    def __init__(self, on_document: Callable[[bytes], None] | None = None) -> None:
        """Raises `RuntimeError` unless simulators are allowed."""
        if os.environ.get("LOTSE_SIMULATORS") != "1":
            raise RuntimeError("a virtual printer starts only in the demo and in tests (LOTSE_SIMULATORS=1)")
        self.documents: list[bytes] = []
        self.trouble = PageTrouble.NONE
        self.port = 0
        self._on_document = on_document
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._jobs: dict[int, _Job] = {}

    @property
    def url(self) -> str:
        """Where it is."""
        return f"ipp://127.0.0.1:{self.port}/ipp/print"

    async def start(self) -> None:
        """Switch on; `port` is then the real one, and stays."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Switch off: connections break, and what was not printed is forgotten."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in tuple(self._writers):
            writer.transport.abort()
        self._jobs.clear()
        await asyncio.sleep(0)

    async def cause(self, trouble: PageTrouble) -> None:
        """Bring the printer into another state."""
        self.trouble = trouble
        if trouble is PageTrouble.OFF:
            await self.close()
        elif self._server is None:
            await self.start()
        self._work()

    def _work(self) -> None:
        """Print what waits, as long as the printer can."""
        for job in self._jobs.values():
            if job.state == _WORKING and self.trouble in {PageTrouble.NONE, PageTrouble.NEAR_END}:
                job.state = _OUT
                self.documents.append(job.document)
                if self._on_document is not None:
                    self._on_document(job.document)
                job.document = b""

    # The wire

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                while True:
                    request = await _request(reader)
                    if self.trouble is PageTrouble.STALL:
                        continue
                    answer = b"<html>" if self.trouble is PageTrouble.GARBAGE else self._answer(request)
                    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/ipp\r\nContent-Length: {len(answer)}\r\n\r\n"
                    writer.write(head.encode() + answer)
        finally:
            self._writers.discard(writer)
            writer.transport.abort()

    def _answer(self, request: bytes) -> bytes:
        operation, number = struct.unpack(">HI", request[2:8])
        job_id, end = _job_and_end(request)
        job = self._taken(request[end:]) if operation == 0x0002 else self._jobs.get(job_id)
        status, groups = 0, b""
        match operation, job:
            case (0x0002 | 0x0009, _Job()):
                groups = self._described(job)
            case 0x0008, _Job(state=state) if state == _WORKING:
                job.state = _CANCELLED
            case 0x0008, _Job():
                status = 0x0404  # client-error-not-possible
            case (0x0008 | 0x0009, None):
                status = 0x0406  # client-error-not-found
            case 0x000A, _:
                groups = b"".join(self._described(each) for each in self._jobs.values() if each.state != _WORKING)
            case 0x000B, _:
                groups = self._printer()
            case _:
                status = 0x0501  # server-error-operation-not-supported
        return _response(status, number, groups)

    def _taken(self, document: bytes) -> _Job:
        job = _Job(len(self._jobs) + 1, document)
        self._jobs[job.number] = job
        if self.trouble is PageTrouble.RUNS_OUT_IN_JOB:
            self.trouble = PageTrouble.PAPER_OUT
        self._work()
        return job

    def _printer(self) -> bytes:
        busy = any(job.state == _WORKING for job in self._jobs.values())
        reason = _REASONS.get(self.trouble, "none")
        return b"\x04" + _enum("printer-state", 4 if busy else 3) + _keyword("printer-state-reasons", reason)

    def _described(self, job: _Job) -> bytes:
        pages = int(job.state == _OUT)
        reasons = {_OUT: "job-completed-successfully", _CANCELLED: "job-canceled-by-user"}.get(job.state, "none")
        state = _enum("job-state", job.state) + _keyword("job-state-reasons", reasons)
        return b"\x02" + _integer("job-id", job.number) + state + _integer("job-impressions-completed", pages)


async def _request(reader: asyncio.StreamReader) -> bytes:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    lengths = [line.split(":")[1] for line in head.split("\r\n") if line.startswith("content-length:")]
    return await reader.readexactly(int(lengths[0]) if lengths else 0)


def _job_and_end(request: bytes) -> tuple[int, int]:
    """Return the number of the job that is asked about, 0 for none, and where the document begins."""
    found = list(_attributes(request))
    numbers = [int.from_bytes(value, "big") for tag, name, value, _ in found if tag == 0x21 and name == b"job-id"]
    return next(iter(numbers), 0), found[-1][3] + 1


def _attributes(request: bytes) -> Iterator[tuple[int, bytes, bytes, int]]:
    at = 8
    while request[at] != 0x03:
        tag = request[at]
        at += 1
        if tag < 0x10:
            continue
        pieces = []
        for _ in range(2):
            (length,) = struct.unpack_from(">H", request, at)
            pieces.append(request[at + 2 : at + 2 + length])
            at += 2 + length
        yield tag, pieces[0], pieces[1], at


def _response(status: int, number: int, groups: bytes) -> bytes:
    head = _KNOWN_VERSION + struct.pack(">HI", status, number) + b"\x01"
    charset = _attribute(0x47, "attributes-charset", b"utf-8")
    return head + charset + _attribute(0x48, "attributes-natural-language", b"en") + groups + b"\x03"


def _attribute(tag: int, name: str, value: bytes) -> bytes:
    return struct.pack(f">BH{len(name)}sH{len(value)}s", tag, len(name), name.encode(), len(value), value)


def _integer(name: str, value: int) -> bytes:
    return _attribute(0x21, name, struct.pack(">i", value))


def _enum(name: str, value: int) -> bytes:
    return _attribute(0x23, name, struct.pack(">i", value))


def _keyword(name: str, value: str) -> bytes:
    return _attribute(0x44, name, value.encode())
