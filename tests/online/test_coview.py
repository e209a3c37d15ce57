"""Co-view and the staff's deeds from the terminal's side, against a real hub on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from hub.coview import CoviewBook, CoviewRecord
from hub.server import HubServer, running
from hub.settings import HubSettings
from hub.storage import AuditRow, open_database
from kiosk.counter_events import CoviewAsked, CoviewEnded, CoviewLine, CoviewPointed
from kiosk.coview import View
from kiosk.device_events import DeviceChanged
from kiosk.effects import Note, StaffDeed
from kiosk.events import Event
from kiosk.text import ENGLISH, Verbatim, msg
from online.coview import CoviewLink
from tests.hub.test_coview import SCREENS, asked
from tests.hub.town_hall import settings
from tests.online.test_help_desk import Told, desk, doing

PATIENCE_S = 10


@pytest.fixture
def site(tmp_path: Path) -> HubSettings:
    return settings(tmp_path / "hub.db")


@pytest.fixture
def hub(site: HubSettings) -> Iterator[HubServer]:
    with running(site) as server:
        yield server


async def next_of(told: Told) -> Event:
    """Return the next event that is not about the connection."""
    while isinstance(event := await told.next(), DeviceChanged):
        pass
    return event


def record_of(hub: HubServer) -> CoviewRecord | None:
    engine = open_database(hub.settings)
    try:
        return CoviewBook(engine).of_terminal("Terminal 1")
    finally:
        engine.dispose()


async def until_record(hub: HubServer, fits: Callable[[CoviewRecord | None], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not fits(await asyncio.to_thread(record_of, hub)):  # noqa: ASYNC110 - a database tells nobody
            await asyncio.sleep(0.02)


async def test_asked_pointed_at_written_to_and_ended(hub: HubServer) -> None:
    told = Told()
    async with desk(hub.base_url) as client, doing(client.watch(told)):
        assert isinstance(await told.next(), DeviceChanged)
        with asked(hub) as (_, staff, session):
            assert await next_of(told) == CoviewAsked(session, "Frau Yılmaz", "Schalter 2")
            client.show(View(session, SCREENS))
            await until_record(hub, lambda record: record is not None and record.screens == SCREENS)
            path = f"/counter/coview/{session}"
            await asyncio.to_thread(staff.post, f"{path}/point", data={"part": "name"})
            assert await next_of(told) == CoviewPointed(session, "name")
            await asyncio.to_thread(staff.post, f"{path}/line", data={"line": "fill-in"})
            assert await next_of(told) == CoviewLine(session, msg("coview.say.fill-in"))
            english = {"Accept-Language": "en"}
            await asyncio.to_thread(staff.post, f"{path}/line", data={"text": "Page two."}, headers=english)
            assert await next_of(told) == CoviewLine(session, Verbatim("Page two.", ENGLISH))
            await asyncio.to_thread(staff.post, f"{path}/point", data={"part": "name"})
            assert await next_of(told) == CoviewPointed(session, "name")  # the same again is said again
            await asyncio.to_thread(staff.post, f"{path}/end")
            assert await next_of(told) == CoviewEnded(session)


async def test_the_visitor_ends_it(hub: HubServer) -> None:
    told = Told()
    async with desk(hub.base_url) as client, doing(client.watch(told)):
        assert isinstance(await told.next(), DeviceChanged)
        with asked(hub) as (_, _, session):
            await next_of(told)
            client.show(View(session, SCREENS))
            client.show(View(session, None))
            await until_record(hub, lambda record: record is None)


async def test_without_the_hub_it_is_over_at_once(site: HubSettings) -> None:
    told = Told()
    with running(site) as hub:
        client_of = desk(hub.base_url)
        client = await client_of.__aenter__()
        watching = asyncio.ensure_future(client.watch(told))
        assert isinstance(await told.next(), DeviceChanged)
        with asked(hub) as (_, _, session):
            assert isinstance(await next_of(told), CoviewAsked)
            hub.should_exit = True
            assert await next_of(told) == CoviewEnded(session)
    watching.cancel()
    await asyncio.wait((watching,))
    await client_of.__aexit__(None, None, None)


async def test_of_many_screens_the_latest_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("online.coview.PAUSE_S", 0.05)
    sent: list[object] = []

    async def put(_path: str, message: dict[str, object]) -> bool:
        sent.append(message["screens"])
        return True

    link = CoviewLink(put)
    for number in range(50):
        link.show(View("a" * 32, {"de": {"number": number}}))
    await asyncio.sleep(0.15)
    link.show(View("a" * 32, None))
    await asyncio.sleep(0.1)
    await link.aclose()
    assert sent == [{"de": {"number": 49}}, None]


async def test_a_hub_that_says_nonsense_does_no_harm() -> None:
    told: list[Event] = []

    async def put(_path: str, _message: dict[str, object]) -> bool:
        return True

    link = CoviewLink(put)
    for message in (
        {},
        {"session": 7},
        {"session": None},
        {"session": "a", "name": 1, "line": {"key": "no-such"}, "pointed": 3},
        {"session": "a", "line": {"text": "x", "language": "xx"}},
    ):
        link.heard(message, told.append)
    assert told == [CoviewAsked("a", "", "")]


async def test_a_deed_from_when_the_hub_was_away_is_told_later(site: HubSettings) -> None:
    with running(site) as hub:
        address, port = hub.base_url, hub.port
    told = Told()
    async with desk(address) as client, doing(client.watch(told)):
        away = await told.next()
        assert isinstance(away, DeviceChanged)
        assert away.fault
        client.note(Note(StaffDeed.OUT_OF_SERVICE, "Aylin Kaya"))
        with running(replace(site, port=port)) as hub:
            engine = open_database(hub.settings)
            async with asyncio.timeout(PATIENCE_S):
                while True:
                    with Session(engine) as session:
                        deeds = [row.deed for row in session.query(AuditRow)]
                    if "staff-out-of-service" in deeds:
                        break
                    await asyncio.sleep(0.02)
            engine.dispose()
    assert deeds.count("staff-out-of-service") == 1
