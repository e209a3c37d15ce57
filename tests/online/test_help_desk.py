"""The terminal's side of a call, against a real hub on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from hub.calls import Attendant, CallBook, CallRecord, CallState, Intent
from hub.server import HubServer, running
from hub.settings import HubSettings
from hub.storage import open_database
from kiosk.counter_events import HelpDone, HelpFailed, HelpQueued, HelpTaken
from kiosk.device_events import Device, DeviceChanged
from kiosk.effects import Call, HelpReason
from kiosk.events import Event
from kiosk.faults import Fault, FaultCode
from kiosk.privacy import Private
from kiosk.text import GERMAN, Verbatim, local
from online.help_desk import Delays, HelpDeskClient
from tests.hub.town_hall import LEFT_KEY, RIGHT_KEY, counter, settings, terminal

QUICK = Delays(request=2, silence=3, retry=0.02, retry_most=0.1, health=0.02)
YILMAZ = Attendant("Frau Yılmaz", "Schalter 2")
CALL = Call(service=local("Wohnung anmelden", en="Register a flat"), step=local("Neue Adresse"))
WITH_REASON = replace(CALL, reason=HelpReason.PAPERS, language=GERMAN)
PATIENCE = 10


@pytest.fixture
def site(tmp_path: Path) -> HubSettings:
    return settings(tmp_path / "hub.db")


@pytest.fixture
def hub(site: HubSettings) -> Iterator[HubServer]:
    with running(site) as server:
        yield server


@asynccontextmanager
async def served(site: HubSettings) -> AsyncIterator[HubServer]:
    """Serve a hub whose end waits on a thread: the terminal is on this loop, and may be in the middle of a word."""
    stack = ExitStack()
    try:
        yield stack.enter_context(running(site))
    finally:
        await asyncio.to_thread(stack.close)


class Told:
    """What a terminal was told."""

    def __init__(self) -> None:
        self._events: asyncio.Queue[Event] = asyncio.Queue()

    def __call__(self, event: Event) -> None:
        self._events.put_nowait(event)

    async def next(self) -> Event:
        return await asyncio.wait_for(self._events.get(), PATIENCE)

    async def after_the_queue(self) -> Event:
        """Return the next event that is no place in the queue."""
        while isinstance(event := await self.next(), HelpQueued):
            pass
        return event

    @property
    def silent(self) -> bool:
        return self._events.empty()


@asynccontextmanager
async def desk(base_url: str, name: str = "Terminal 1", key: str = LEFT_KEY) -> AsyncIterator[HelpDeskClient]:
    client = HelpDeskClient(base_url, name, key, QUICK)
    try:
        yield client
    finally:
        await client.aclose()


@asynccontextmanager
async def doing(work: Awaitable[None]) -> AsyncIterator[asyncio.Future[None]]:
    """Do something beside the test; what goes wrong in it is a failure of the test."""
    task = asyncio.ensure_future(work)
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@contextmanager
def book(hub: HubServer) -> Iterator[CallBook]:
    """The calls as they stand in the hub's database."""
    engine = open_database(hub.settings)
    yield CallBook(engine)
    engine.dispose()


def open_calls(hub: HubServer) -> tuple[CallRecord, ...]:
    with book(hub) as calls:
        return calls.open_calls()


def only_call(hub: HubServer) -> CallRecord:
    (call,) = open_calls(hub)
    return call


def standings(hub: HubServer, call_id: str) -> list[str]:
    """Listen to a call until it is closed."""
    with terminal(hub) as left, left.stream("GET", f"/calls/{call_id}/events") as stream:
        return [line.removeprefix("data: ") for line in stream.iter_lines() if line.startswith("data:")]


async def press(hub: HubServer, button: str, call_id: str, minutes: str = "") -> None:
    """Press a button of the counter's page, as Frau Yılmaz at counter 2."""

    def post() -> None:
        with counter(hub) as browser:
            browser.post("/counter/person", data={"name": "Frau Yılmaz", "counter": "2"})
            assert browser.post(f"/counter/calls/{call_id}/{button}", data={"minutes": minutes}).status_code == 303

    await asyncio.to_thread(post)


async def test_a_call_is_queued_taken_and_done(hub: HubServer) -> None:
    told = Told()
    async with desk(hub.base_url) as client, doing(client.call(CALL, told)) as call:
        assert await told.next() == HelpQueued(1)
        placed = only_call(hub)
        assert (placed.terminal, placed.service, placed.step) == ("Terminal 1", "Wohnung anmelden", "Neue Adresse")
        await press(hub, "on-my-way", placed.id, "2")
        assert await told.next() == HelpTaken("Frau Yılmaz", "Schalter 2", 2)
        await press(hub, "done", placed.id)
        assert await told.next() == HelpDone()
        await asyncio.wait_for(call, PATIENCE)


async def test_the_reason_is_added_to_the_same_call(hub: HubServer) -> None:
    first, second = Told(), Told()
    async with desk(hub.base_url) as client, doing(client.call(CALL, first)) as older:
        assert await first.next() == HelpQueued(1)
        placed = only_call(hub)
        async with doing(client.call(WITH_REASON, second)):
            assert await second.next() == HelpQueued(1)
            await asyncio.wait_for(older, PATIENCE)
            assert only_call(hub) == replace(placed, reason=HelpReason.PAPERS, language="de")
    assert first.silent


async def test_a_reason_that_comes_late_does_not_undo_that_somebody_comes(hub: HubServer) -> None:
    told = Told()
    async with desk(hub.base_url) as client:
        async with doing(client.call(CALL, told)):
            assert await told.next() == HelpQueued(1)
            await press(hub, "on-my-way", only_call(hub).id)
            assert await told.next() == HelpTaken("Frau Yılmaz", "Schalter 2")
        async with doing(client.call(WITH_REASON, told)):
            assert await told.next() == HelpTaken("Frau Yılmaz", "Schalter 2")
            assert only_call(hub).reason is HelpReason.PAPERS


async def test_after_a_call_is_done_the_next_is_a_new_one(hub: HubServer) -> None:
    told = Told()
    async with desk(hub.base_url) as client:
        async with doing(client.call(CALL, told)) as call:
            await told.next()
            first = only_call(hub)
            await press(hub, "done", first.id)
            assert await told.next() == HelpDone()
            await asyncio.wait_for(call, PATIENCE)
        async with doing(client.call(CALL, told)):
            assert await told.next() == HelpQueued(1)
            assert only_call(hub).id != first.id


async def test_a_call_that_is_taken_back_leaves_the_counter(hub: HubServer) -> None:
    told = Told()
    async with desk(hub.base_url) as client, doing(client.call(CALL, told)) as call:
        await told.next()
        placed = only_call(hub)
        await client.cancel()
        await asyncio.wait_for(call, PATIENCE)
        with book(hub) as calls:
            closed = calls.call(placed.id)
        assert closed is not None
        assert closed.state is CallState.CANCELLED
    assert told.silent


async def test_two_terminals_do_not_hear_each_other(hub: HubServer) -> None:
    left, right = Told(), Told()
    async with (
        desk(hub.base_url) as one,
        desk(hub.base_url, "Terminal 2", RIGHT_KEY) as two,
        doing(one.call(CALL, left)),
        doing(two.call(CALL, right)),
    ):
        assert isinstance(await left.next(), HelpQueued)
        assert isinstance(await right.next(), HelpQueued)
        calls = {call.terminal: call.id for call in open_calls(hub)}
        await press(hub, "on-my-way", calls["Terminal 2"])
        assert await right.after_the_queue() == HelpTaken("Frau Yılmaz", "Schalter 2")
        await press(hub, "done", calls["Terminal 1"])
        assert await left.after_the_queue() == HelpDone()
    assert right.silent


async def test_the_place_in_the_queue_is_told_as_it_moves_up(hub: HubServer) -> None:
    first, second = Told(), Told()
    left = HelpDeskClient(hub.base_url, "Terminal 1", LEFT_KEY, QUICK)
    right = HelpDeskClient(hub.base_url, "Terminal 2", RIGHT_KEY, QUICK)
    calls = []
    try:
        calls.append(asyncio.create_task(left.call(CALL, first)))
        assert await first.next() == HelpQueued(1, None)
        calls.append(asyncio.create_task(right.call(CALL, second)))
        assert await second.next() == HelpQueued(2, None)
        await left.cancel()
        assert await second.next() == HelpQueued(1, None)
    finally:
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        await left.aclose()
        await right.aclose()


async def test_what_the_visitor_typed_never_reaches_the_counter(hub: HubServer) -> None:
    secret = Verbatim(Private("Erika Mustermann"), GERMAN)
    told = Told()
    async with desk(hub.base_url) as client, doing(client.call(Call(service=secret, step=secret), told)):
        await told.next()
        placed = only_call(hub)
    assert (placed.service, placed.step) == ("…", "…")


async def test_a_hub_that_is_away_is_told_once_and_the_call_arrives_later(site: HubSettings) -> None:
    async with served(site) as once:
        port = once.port
    told = Told()
    async with desk(f"http://127.0.0.1:{port}") as client, doing(client.call(CALL, told)):
        failed = await told.next()
        assert isinstance(failed, HelpFailed)
        assert failed.fault.code is FaultCode.HELP_UNREACHABLE
        async with served(replace(site, port=port)) as hub:
            assert await told.next() == HelpQueued(1)
            assert only_call(hub).step == "Neue Adresse"


async def test_who_comes_is_learned_after_the_hub_was_away(site: HubSettings) -> None:
    told = Told()
    async with served(site) as before:
        client = HelpDeskClient(before.base_url, "Terminal 1", LEFT_KEY, QUICK)
        call = asyncio.ensure_future(client.call(CALL, told))
        assert await told.next() == HelpQueued(1)
        call_id = only_call(before).id
        with book(before) as calls:
            # straight in the database: nobody is told of it
            calls.take(call_id, YILMAZ, Intent(on_way=True, minutes=5))
        port = before.port
    async with served(replace(site, port=port)):
        events = [await told.next()]
        if isinstance(events[0], HelpFailed):
            events = [await told.next()]
        assert events == [HelpTaken("Frau Yılmaz", "Schalter 2", 5)]
        await client.cancel()
        await asyncio.wait_for(call, PATIENCE)
        await client.aclose()


async def test_a_call_that_a_new_hub_does_not_know_is_placed_again(site: HubSettings, tmp_path: Path) -> None:
    told = Told()
    async with served(site) as before:
        client = HelpDeskClient(before.base_url, "Terminal 1", LEFT_KEY, QUICK)
        call = asyncio.ensure_future(client.call(CALL, told))
        assert await told.next() == HelpQueued(1)
        port = before.port
    assert isinstance(await told.next(), HelpFailed)
    async with served(replace(site, port=port, database=tmp_path / "empty.db")) as after:
        assert await told.next() == HelpQueued(1)
        assert only_call(after).terminal == "Terminal 1"
        await client.cancel()
        await asyncio.wait_for(call, PATIENCE)
        await client.aclose()


async def test_a_call_taken_back_while_the_hub_is_away_is_taken_back_later(site: HubSettings) -> None:
    told, watched = Told(), Told()
    async with served(site) as before:
        client = HelpDeskClient(before.base_url, "Terminal 1", LEFT_KEY, QUICK)
        call = asyncio.ensure_future(client.call(CALL, told))
        await told.next()
        placed, port = only_call(before), before.port
    await client.cancel()
    await asyncio.wait_for(call, PATIENCE)
    async with served(replace(site, port=port)) as after:
        assert open_calls(after) == (placed,)
        async with doing(client.watch(watched)):
            assert await watched.next() == DeviceChanged(Device.COUNTER, None)
            assert (await asyncio.to_thread(standings, after, placed.id))[-1] == '{"state":"cancelled"}'
    await client.aclose()


@pytest.mark.parametrize(("name", "key"), [("Terminal 1", "wrong"), ("Terminal 2", LEFT_KEY), ("Größe ß", LEFT_KEY)])
async def test_a_key_that_is_not_this_terminals_is_a_fault(hub: HubServer, name: str, key: str) -> None:
    told, watched = Told(), Told()
    fault = Fault(FaultCode.HELP_UNREACHABLE, "the hub does not know this terminal with this key")
    async with desk(hub.base_url, name, key) as client, doing(client.watch(watched)), doing(client.call(CALL, told)):
        assert await watched.next() == DeviceChanged(Device.COUNTER, fault)
        assert await told.next() == HelpFailed(fault)
    assert open_calls(hub) == ()


async def test_the_counter_is_watched_and_only_changes_are_told(site: HubSettings) -> None:
    told = Told()
    async with served(site) as before:
        client = HelpDeskClient(before.base_url, "Terminal 1", LEFT_KEY, QUICK)
        watch = asyncio.ensure_future(client.watch(told))
        assert await told.next() == DeviceChanged(Device.COUNTER, None)
        port = before.port
    away = await told.next()
    assert isinstance(away, DeviceChanged)
    assert away.fault
    assert away.fault.code is FaultCode.HELP_UNREACHABLE
    async with served(replace(site, port=port)):
        assert await told.next() == DeviceChanged(Device.COUNTER, None)
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch
    await client.aclose()


@pytest.mark.parametrize("nonsense", [b"", b"<html>", b"[]", b'{"state":"lost"}', b'{"state":"taken","name":7}'])
async def test_an_answer_that_is_nonsense_is_a_fault(nonsense: bytes) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(nonsense) + nonsense)
        writer.close()
        await writer.wait_closed()

    told = Told()
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, desk(f"http://127.0.0.1:{port}") as client, doing(client.call(CALL, told)):
        failed = await told.next()
    assert isinstance(failed, HelpFailed)
    assert failed.fault.code is FaultCode.HELP_UNREACHABLE
