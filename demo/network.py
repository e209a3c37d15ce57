"""The terminal's network, to be pulled out and put back: authority, eID service and counter are behind it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum

from online.simulators.authority import Authority
from online.simulators.eid_service import EidServiceDouble

CHUNK = 65_536


class Cable:
    """A line from the terminal to one server on loopback. Pulled out, it drops every connection at once."""

    def __init__(self, port: int) -> None:
        """`port` is the server's."""
        self.address = ""
        self._far = port
        self._plugged = True
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen; `address` is then this end's."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def plug(self, plugged: bool) -> None:
        """Put it in, or pull it out."""
        self._plugged = plugged
        if not plugged:
            await self._drop()

    async def close(self) -> None:
        """Stop listening."""
        if self._server:
            self._server.close()
        await self._drop()

    async def _drop(self) -> None:
        talks = tuple(self._talks)
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        assert talk is not None
        self._talks.add(talk)
        try:
            if self._plugged:
                await self._relay(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass  # the line is cut
        finally:
            self._talks.discard(talk)
            writer.transport.abort()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._far)
        ways = [asyncio.create_task(_pump(reader, far_writer)), asyncio.create_task(_pump(far_reader, writer))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            far_writer.transport.abort()
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(CHUNK):
        writer.write(data)
        await writer.drain()
    with suppress(OSError, RuntimeError):
        writer.write_eof()


class Line(StrEnum):
    """What the terminal is connected with."""

    AUTHORITY = "authority"
    EID_SERVICE = "eid-service"
    COUNTER = "counter"


@dataclass(slots=True)
class Network:
    """What can go away, together or each by itself. `counter` is the cable to the hub: the counter's own page stays."""

    authority: Authority
    eid_service: EidServiceDouble
    counter: Cable
    lines: dict[Line, bool] = field(default_factory=lambda: dict.fromkeys(Line, True))
    """Which lines hold."""
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def switch(self, on: bool, *which: Line) -> None:
        """Cut or join these lines, or all."""
        async with self._turn:
            for line in which or Line:
                if self.lines[line] is not on:
                    self.lines[line] = on
                    await self._switch(line, on)

    async def _switch(self, line: Line, on: bool) -> None:
        match line:
            case Line.AUTHORITY:
                self.authority.online = on
            case Line.EID_SERVICE:
                await asyncio.to_thread(self.eid_service.start if on else self.eid_service.stop)
            case Line.COUNTER:
                await self.counter.plug(on)
