"""What the counter is told of a terminal's devices, on the wire."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress

import pytest

from kiosk.device_events import Device
from kiosk.events import Event
from kiosk.faults import Fault, FaultCode
from online.help_desk import Delays, HelpDeskClient

QUICK = Delays(request=2, silence=3, retry=0.02, retry_most=0.1, health=0.05)
PAPER_OUT = Fault(FaultCode.PRINTER_PAPER_OUT, "status 1a 32 12 7e")


class Counter:
    """A hub that writes down what it is told of devices. `answer` is its status for that."""

    def __init__(self) -> None:
        self.answer = 204
        self.port = 0
        self.asked: asyncio.Queue[tuple[str, object]] = asyncio.Queue()
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def told(self) -> tuple[str, object]:
        async with asyncio.timeout(5):
            return await self.asked.get()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Somebody who goes away in the middle has asked for nothing.
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await self._answer(reader, writer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next((int(line[15:]) for line in head.lower().split("\r\n") if line.startswith("content-length:")), 0)
        body = await reader.readexactly(length)
        status = 204
        if head.startswith("PUT"):
            status = self.answer
            self.asked.put_nowait((head.split(" ")[1], json.loads(body)))
        writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()


@pytest.fixture
async def counter() -> AsyncIterator[Counter]:
    counter = Counter()
    await counter.open()
    yield counter
    await counter.close()


@asynccontextmanager
async def watching(counter: Counter, told: list[Event]) -> AsyncIterator[HelpDeskClient]:
    desk = HelpDeskClient(f"http://127.0.0.1:{counter.port}", "Terminal 1", "key", QUICK)
    watch: Awaitable[None] = asyncio.ensure_future(desk.watch(told.append))
    assert isinstance(watch, asyncio.Task)
    yield desk
    watch.cancel()
    with suppress(asyncio.CancelledError):
        await watch
    await desk.aclose()


async def test_the_counter_is_told_what_is_not_well_by_its_code_and_when_it_is_well_again(counter: Counter) -> None:
    async with watching(counter, []) as desk:
        assert await counter.told() == ("/api/v1/terminals/me/devices", {"devices": {}})
        desk.report(Device.PRINTER, PAPER_OUT)
        assert (await counter.told())[1] == {"devices": {"printer": "printer.paper-out"}}
        desk.report(Device.DOCUMENTS, Fault(FaultCode.DOCUMENTS_NEAR_END))
        both = {"documents": "documents.near-end", "printer": "printer.paper-out"}
        assert (await counter.told())[1] == {"devices": both}
        desk.report(Device.PRINTER, None)
        assert (await counter.told())[1] == {"devices": {"documents": "documents.near-end"}}


async def test_what_the_counter_knows_already_is_not_told_again(counter: Counter) -> None:
    async with watching(counter, []) as desk:
        await counter.told()
        desk.report(Device.PRINTER, PAPER_OUT)
        await counter.told()
        desk.report(Device.PRINTER, Fault(FaultCode.PRINTER_PAPER_OUT, "another detail"))
        desk.report(Device.SPEECH, None)
        desk.report(Device.EID, Fault(FaultCode.EID_NO_READER))
        told = (await counter.told())[1]
        assert told == {"devices": {"eid": "eid.no-reader", "printer": "printer.paper-out"}}
        assert counter.asked.empty()


async def test_a_counter_that_was_away_is_told_when_it_is_back(counter: Counter) -> None:
    events: list[Event] = []
    async with watching(counter, events) as desk:
        await counter.told()
        await counter.close()
        async with asyncio.timeout(5):
            while len(events) < 2:  # noqa: ASYNC110 # the client tells a list
                await asyncio.sleep(0.01)
        desk.report(Device.PRINTER, PAPER_OUT)
        await counter.open()
        assert (await counter.told())[1] == {"devices": {"printer": "printer.paper-out"}}


@pytest.mark.parametrize("status", [404, 405])
async def test_a_counter_that_does_not_want_to_know_is_left_alone_and_still_works(
    counter: Counter, status: int
) -> None:
    counter.answer = status
    events: list[Event] = []
    async with watching(counter, events) as desk:
        await counter.told()
        desk.report(Device.PRINTER, PAPER_OUT)
        await counter.told()
        await asyncio.sleep(3 * QUICK.health)
        assert counter.asked.empty()
    assert [getattr(event, "fault", event) for event in events] == [None]


async def test_a_counter_that_answers_with_a_mistake_is_told_again(counter: Counter) -> None:
    counter.answer = 500
    async with watching(counter, []):
        await counter.told()
        counter.answer = 204
        assert (await counter.told())[1] == {"devices": {}}
