"""Co-view at the hub: who may look on, what ends it, how much is taken, and that several hubs are one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hub.calls import Attendant, CallBook, Told
from hub.coview import CoviewBook
from hub.roles import Role
from hub.server import HubServer, running
from hub.sessions import SignedIn
from hub.storage import AuditRow, CoviewRow, open_database
from tests.hub.town_hall import CALL, LEFT_KEY, RIGHT_KEY, counter, message, settings, terminal

SCREEN = {
    "id": "s",
    "title": "Wer sind Sie?",
    "lead": "",
    "progress": "",
    "pointed": "",
    "dialog": "",
    "pieces": [{"id": "name", "kind": "field", "title": "<b>Familienname</b>", "lines": [], "filled": True}],
    "left_out": False,
}
SCREENS = {"de": SCREEN, "en": SCREEN}


def yilmaz(session: str = "her-session") -> SignedIn:
    return SignedIn(session, "yilmaz", "Frau Yılmaz", "Schalter 2", Role.STAFF, "", has_account=True)


@pytest.fixture
def book(database: Path | str) -> Iterator[CoviewBook]:
    """A hub's co-views; Frau Yılmaz has the call of Terminal 1."""
    from datetime import UTC, datetime

    engine = open_database(settings(database))
    calls = CallBook(engine)
    calls.place(CALL, "Terminal 1", Told(None, "Start", None, datetime.now(UTC)))
    assert calls.take(CALL, Attendant("Frau Yılmaz", "Schalter 2"))
    coviews = CoviewBook(engine)
    coviews.calls = calls  # type: ignore[attr-defined]
    coviews.engine = engine  # type: ignore[attr-defined]
    yield coviews
    engine.dispose()


def test_only_who_has_the_call_may_ask(book: CoviewBook) -> None:
    kern = SignedIn("his", "kern", "Herr Kern", "Schalter 1", Role.STAFF, "", has_account=True)
    elsewhere = SignedIn("her", "yilmaz", "Frau Yılmaz", "Schalter 2", Role.STAFF, "Bücherei", has_account=True)
    assert book.ask(CALL, kern) is None
    assert book.ask(CALL, elsewhere) is None
    assert book.ask(CALL, yilmaz()) is not None


def test_only_the_session_that_asked_looks_on(book: CoviewBook) -> None:
    record = book.ask(CALL, yilmaz())
    assert record
    assert book.shown(record.session, "Terminal 1", SCREENS)
    seen = book.of_staff(record.session, yilmaz())
    assert seen
    assert seen.screens == SCREENS
    assert book.of_staff(record.session, yilmaz("another browser of hers")) is None


def test_a_terminal_shows_only_to_its_own_co_view(book: CoviewBook) -> None:
    record = book.ask(CALL, yilmaz())
    assert record
    assert not book.shown(record.session, "Terminal 2", SCREENS)
    book.end(record.session, "Terminal 2")
    assert book.of_terminal("Terminal 1")


@pytest.mark.parametrize("over", ["finish", "pass_on", "cancel"])
def test_it_is_over_with_the_call_and_what_was_shown_is_forgotten(book: CoviewBook, over: str) -> None:
    record = book.ask(CALL, yilmaz())
    assert record
    book.shown(record.session, "Terminal 1", SCREENS)
    calls: CallBook = book.calls  # type: ignore[attr-defined]
    match over:
        case "finish":
            calls.finish(CALL)
        case "pass_on":
            calls.pass_on(CALL, Attendant("Frau Yılmaz", "Schalter 2"))
        case _:
            calls.cancel(CALL, "Terminal 1")
    assert book.of_staff(record.session, yilmaz()) is None
    assert not book.shown(record.session, "Terminal 1", SCREENS)
    book.forget_old()
    with Session(book.engine) as session:  # type: ignore[attr-defined]
        assert session.scalar(select(func.count()).select_from(CoviewRow)) == 0


def test_asking_again_ends_the_one_before(book: CoviewBook) -> None:
    first, second = book.ask(CALL, yilmaz()), book.ask(CALL, yilmaz())
    assert first
    assert second
    now = book.of_terminal("Terminal 1")
    assert now
    assert now.session == second.session


# Over the wire


@contextmanager
def asked(hub: HubServer) -> Iterator[tuple[httpx.Client, httpx.Client, str]]:
    """Yield terminal, counter and the session of a co-view that was asked for."""
    with terminal(hub) as box, counter(hub) as staff:
        box.put(f"/calls/{CALL}", json=message())
        staff.post("/counter/person", data={"name": "Frau Yılmaz", "counter": "2"})
        staff.post(f"/counter/calls/{CALL}/take")
        answer = staff.post(f"/counter/calls/{CALL}/coview")
        assert answer.status_code == 303
        yield box, staff, answer.headers["location"].rsplit("/", 1)[1]


def show(box: httpx.Client, session: str, screens: Any = SCREENS) -> int:
    return box.put("/terminals/me/coview", json={"session": session, "screens": screens}).status_code


def test_labels_of_a_screen_do_nothing_in_the_page(hub: HubServer) -> None:
    with asked(hub) as (box, staff, session):
        assert show(box, session) == 204
        page = staff.get(f"/counter/coview/{session}").text
    assert "&lt;b&gt;Familienname" in page
    assert "<b>Familienname" not in page


@pytest.mark.parametrize(
    "screens",
    [
        {"fr": SCREEN},
        {"de": SCREEN | {"answer": "Geheim"}},
        {"de": SCREEN | {"title": "x" * 301}},
        {"de": SCREEN | {"pieces": [SCREEN["pieces"][0]] * 61}},  # type: ignore[index]
    ],
)
def test_what_is_no_masked_screen_is_refused(hub: HubServer, screens: Any) -> None:
    with asked(hub) as (box, _, session):
        assert show(box, session, screens) == 422


def test_too_much_is_refused(hub: HubServer) -> None:
    long = SCREEN | {"pieces": [{"id": "p", "kind": "text", "title": "", "lines": ["x" * 300] * 60, "filled": None}]}
    with asked(hub) as (box, _, session):
        assert show(box, session, {"de": long}) == 413


def test_staff_cannot_point_at_what_is_not_there_nor_write_before_the_visitor_agrees(hub: HubServer) -> None:
    with asked(hub) as (box, staff, session):
        engine = open_database(hub.settings)
        staff.post(f"/counter/coview/{session}/line", data={"text": "Hallo"})
        show(box, session)
        staff.post(f"/counter/coview/{session}/point", data={"part": "elsewhere"})
        record = CoviewBook(engine).of_terminal("Terminal 1")
        assert record
        assert (record.line, record.pointed) == (None, None)
        staff.post(f"/counter/coview/{session}/point", data={"part": "name"})
        staff.post(f"/counter/coview/{session}/line", data={"text": "x" * 250})
        record = CoviewBook(engine).of_terminal("Terminal 1")
        engine.dispose()
    assert record
    assert record.pointed
    assert record.pointed["part"] == "name"
    assert record.line
    assert len(record.line["text"]) == 200


def test_a_terminal_hears_of_it_on_its_connection(hub: HubServer) -> None:
    with connected(hub) as lines, asked(hub) as (_, staff, session):
        heard = _next(lines)
        assert (heard["session"], heard["name"], heard["counter"]) == (session, "Frau Yılmaz", "Schalter 2")
        staff.post(f"/counter/coview/{session}/end")
        assert _next(lines) == {"session": None}


def test_a_terminal_that_comes_back_hears_of_it(hub: HubServer) -> None:
    with asked(hub) as (_, _, session), connected(hub) as lines:
        assert _next(lines)["session"] == session


def test_on_two_hubs_it_is_one_co_view(postgresql: Any) -> None:
    site = settings(postgresql.database())
    with running(site) as left, running(site) as right, connected(left) as lines, asked(right) as (_, _, session):
        assert _next(lines)["session"] == session


@contextmanager
def connected(hub: HubServer) -> Iterator[Iterator[str]]:
    """Yield the lines of a terminal's connection, after the hub's greeting."""
    with terminal(hub) as ears, ears.stream("GET", "/terminals/me/events") as stream:
        lines = stream.iter_lines()
        assert next(lines) == "event: hello"
        yield lines


def _next(lines: Iterator[str]) -> dict[str, Any]:
    """Return the next message of co-view."""
    for line in lines:
        if line == "event: coview":
            message: dict[str, Any] = json.loads(next(lines).removeprefix("data:"))
            return message
    raise AssertionError("the connection ended")


# The audit log


def test_a_deed_told_twice_is_written_down_once_with_who_and_when(hub: HubServer) -> None:
    deed = {"deed": "staff-out-of-service", "staff": "Aylin Kaya", "at": "2026-11-22T20:00:00+01:00"}
    with terminal(hub, LEFT_KEY) as left, terminal(hub, RIGHT_KEY) as right:
        for _ in range(2):
            assert left.put(f"/terminals/me/deeds/{'d' * 32}", json=deed).status_code == 204
        right.put(f"/terminals/me/deeds/{'e' * 32}", json=deed | {"staff": "", "deed": "staff-refused"})
        assert left.put(f"/terminals/me/deeds/{'f' * 32}", json=deed | {"deed": "signed-in"}).status_code == 422
    engine = open_database(hub.settings)
    with Session(engine) as session:
        rows = session.execute(select(AuditRow.actor, AuditRow.deed, AuditRow.subject)).all()
    engine.dispose()
    told = [tuple(row) for row in rows if row.deed.startswith("staff-")]
    assert told == [
        ("Aylin Kaya", "staff-out-of-service", f"Terminal 1, 2026-11-22T20:00:00+01:00, {'d' * 32}"),
        ("Terminal 2", "staff-refused", f"Terminal 2, 2026-11-22T20:00:00+01:00, {'e' * 32}"),
    ]
