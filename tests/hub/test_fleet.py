"""The fleet for IT's tools: who may ask and command, what is kept for terminals that are away, and what they answer."""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.audit import AuditLog, Deed
from hub.enrolment_keys import HubKeys, Purpose
from hub.fleet_book import CONTENT_KEPT, KEPT, MOST_OPEN, PROFILE_LASTS, Answered, FleetBook, GivenFault
from hub.fleet_tokens import TokenBook
from hub.one_time_codes import NoKeyError
from hub.roles import Role
from hub.server import HubServer, running
from hub.settings import HubSettings, Site, TerminalAccess
from hub.storage import AuditRow, CommandRow, open_database
from hub.words import LANGUAGES, words_of
from kiosk.orders import Identify, Outcome, Restart, TakeProfile
from provisioning.commands import Command, verified
from tests.hub.staff import KEY, employ
from tests.hub.town_hall import LEFT_KEY, RIGHT_KEY, settings, terminal

HOUR = timedelta(hours=1)
LEFT, RIGHT = "Terminal 1", "Terminal 2"
SITES: dict[str, Any] = {
    "sites": (Site("Rathaus"), Site("Bücherei")),
    "terminals": (
        TerminalAccess.with_key(LEFT, LEFT_KEY, "Foyer links", "Rathaus"),
        TerminalAccess.with_key(RIGHT, RIGHT_KEY, "Eingang", "Bücherei"),
    ),
    "key": KEY,
}


def token_of(site: HubSettings, login: str) -> str:
    engine = open_database(site)
    made = TokenBook(engine, AuditLog(engine)).make("console", login, "for tests", timedelta(days=1))
    engine.dispose()
    return str(made)


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database in which everybody has an account: passwords take their time."""
    path = tmp_path_factory.mktemp("hub") / "hub.db"
    chosen = settings(path, **SITES)
    for login, role, where in (
        ("it", Role.IT, ""),
        ("lead", Role.LEAD, "Rathaus"),
        ("staff", Role.STAFF, ""),
        ("auditor", Role.AUDITOR, ""),
    ):
        employ(chosen, login, role, where)
    return path


@pytest.fixture
def site(staffed: Path, tmp_path: Path) -> HubSettings:
    with closing(sqlite3.connect(staffed)) as source, closing(sqlite3.connect(tmp_path / "hub.db")) as target:
        source.backup(target)
    return settings(tmp_path / "hub.db", **SITES)


@pytest.fixture
def city(site: HubSettings) -> Iterator[HubServer]:
    with running(site) as server:
        yield server


def tool(hub: HubServer, login: str) -> httpx.Client:
    headers = {"Authorization": f"Bearer {token_of(hub.settings, login)}"}
    return httpx.Client(base_url=f"{hub.base_url}/api/v1/fleet", headers=headers, trust_env=False, timeout=10)


def give(client: httpx.Client, do: str, name: str = LEFT, minutes: int = 60, **more: Any) -> httpx.Response:
    return client.post(f"/terminals/{name}/commands", json={"order": {"do": do, **more}, "minutes": minutes})


@contextmanager
def hearing(hub: HubServer, key: str = LEFT_KEY) -> Iterator[Iterator[list[dict[str, str]]]]:
    """A connected terminal: yields the open commands, whenever the hub tells them."""
    with terminal(hub, key) as client, client.stream("GET", "/terminals/me/events") as stream:
        lines = stream.iter_lines()
        assert next(lines) == "event: hello"
        found = (json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: "))
        yield (message["commands"] for message in found if "commands" in message)


def answer(hub: HubServer, command_id: str, key: str = LEFT_KEY, **changes: Any) -> int:
    message = {"outcome": "done", "at": datetime.now(UTC).isoformat(), "last": 1, "detail": "", "content": None}
    with terminal(hub, key) as client:
        return client.put(f"/terminals/me/commands/{command_id}/answer", json=message | changes).status_code


# Who may


def test_without_a_token_nothing_is_answered(city: HubServer) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Bearer {LEFT_KEY}"}):
        for method, path in (("GET", "/terminals"), ("POST", f"/terminals/{LEFT}/commands")):
            address = f"{city.base_url}/api/v1/fleet{path}"
            message = {"order": {"do": "restart"}} if method == "POST" else None
            asked = httpx.request(method, address, headers=headers, json=message, trust_env=False)
            assert asked.status_code == 401
            assert asked.headers["www-authenticate"] == "Bearer"


ALL = ("restart", "out-of-service", "in-service", "identify", "report", "log", "picture")
MORE: dict[str, dict[str, Any]] = {"out-of-service": {"words": {"de": "Pause"}}, "log": {"lines": 5}}
MAY = {"it": set(ALL), "lead": {"out-of-service", "in-service"}, "staff": set(), "auditor": set()}


@pytest.mark.parametrize("login", MAY)
def test_it_may_command_and_a_site_lead_may_switch_the_service(city: HubServer, login: str) -> None:
    with tool(city, login) as client:
        done = {do for do in ALL if give(client, do, **MORE.get(do, {})).status_code == 202}
        assigned = client.put(f"/terminals/{LEFT}/assignment", json={"target": "city/foyer.tar"}).status_code
        listed = client.get("/terminals").status_code
    assert done == MAY[login]
    assert assigned == (202 if login == "it" else 403)
    assert listed == (200 if login in ("it", "lead") else 403)


def test_a_site_lead_sees_and_switches_their_own_site_alone(city: HubServer) -> None:
    with tool(city, "lead") as client, tool(city, "it") as it:
        assert [one["name"] for one in client.get("/terminals").json()] == [LEFT]
        assert client.get(f"/terminals/{RIGHT}").status_code == 404
        assert give(client, "in-service", RIGHT).status_code == 404
        theirs = give(it, "log", RIGHT, lines=5).json()["id"]
        ours = give(it, "log", LEFT, lines=5).json()["id"]
        assert client.get(f"/commands/{theirs}").status_code == 404
        assert client.get(f"/commands/{theirs}/content").status_code == 403
        assert client.get(f"/commands/{ours}/content").status_code == 403
        assert client.get(f"/commands/{ours}").json()["do"] == "log"


def test_a_locked_account_and_an_ended_token_open_nothing(city: HubServer) -> None:
    with tool(city, "it") as client:
        assert client.get("/terminals").status_code == 200
        city.app.state.accounts.lock("console", "it")
        assert client.get("/terminals").status_code == 401
        city.app.state.accounts.lock("console", "it", locked=False)
        assert city.app.state.tokens.end("console", "it") == 1
        assert client.get("/terminals").status_code == 401


def test_a_token_ends_by_itself_and_is_forgotten(site: HubSettings) -> None:
    token = token_of(site, "it")
    engine = open_database(site)
    later = TokenBook(engine, AuditLog(engine), lambda: datetime.now(UTC) + timedelta(days=2))
    assert TokenBook(engine, AuditLog(engine)).find(token) is not None
    assert later.find(token) is None
    assert len(later.tokens()) == 1
    later.forget_old()
    assert later.tokens() == ()
    engine.dispose()


@pytest.mark.parametrize(
    "order",
    [
        {"do": "shell"},
        {"do": ["restart"]},
        {},
        {"do": "take-profile", "target": "city/foyer.tar"},
        {"do": "restart", "now": True},
        {"do": "log", "lines": 10**6},
        {"do": "out-of-service", "words": {"en": "no German"}},
    ],
)
def test_there_is_no_other_command(city: HubServer, order: dict[str, Any]) -> None:
    with tool(city, "it") as client:
        assert client.post(f"/terminals/{LEFT}/commands", json={"order": order}).status_code == 422


def test_each_command_and_each_answer_is_in_the_audit_log(city: HubServer, site: HubSettings) -> None:
    with tool(city, "it") as client:
        given = give(client, "restart").json()
    assert answer(city, given["id"]) == 204
    engine = open_database(site)
    with Session(engine) as session:
        rows = session.execute(select(AuditRow.actor, AuditRow.deed, AuditRow.subject)).all()
    assert ("it", "command-given", f"restart, {LEFT}, number 1, {given['id']}") in [tuple(row) for row in rows]
    assert (LEFT, "command-answered", f"restart, done, number 1, {given['id']}") in [tuple(row) for row in rows]
    assert AuditLog(engine).verify().broken_at is None
    engine.dispose()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_audit_page_has_words_for_all_of_it(language: str) -> None:
    for deed in Deed:
        assert words_of(language).say(f"audit.deed.{deed}")


# On their way


def test_a_connected_terminal_hears_a_command_at_once_and_can_verify_it(city: HubServer) -> None:
    with tool(city, "it") as client, hearing(city) as commands:
        given = give(client, "identify").json()
        [one] = next(commands)
        assert one["id"] == given["id"]
        found = verified(one["token"], city.app.state.hub_keys.published(Purpose.COMMANDS), LEFT)
        assert isinstance(found, Command)
        assert (found.id, found.number, found.order) == (given["id"], 1, Identify(f"{LEFT} · Foyer links"))
        assert found.expires - found.issued == HOUR
        more = give(client, "restart").json()
        assert [two["id"] for two in next(commands)] == [given["id"], more["id"]]


def test_a_command_is_kept_for_a_terminal_that_is_away(city: HubServer) -> None:
    with tool(city, "it") as client:
        given = give(client, "restart").json()
    with hearing(city, RIGHT_KEY) as others, hearing(city) as commands:
        assert [one["id"] for one in next(commands)] == [given["id"]]
        assert answer(city, given["id"]) == 204
        with tool(city, "it") as client:
            mine = give(client, "restart", RIGHT).json()
        assert [one["id"] for one in next(others)] == [mine["id"]]  # and nothing of the other one before it
    with hearing(city) as commands, tool(city, "it") as client:
        second = give(client, "identify").json()
        assert [one["id"] for one in next(commands)] == [second["id"]]


def test_a_terminal_answers_for_itself_alone_and_once(city: HubServer) -> None:
    with tool(city, "it") as client:
        given = give(client, "log", lines=5).json()["id"]
        assert answer(city, given, RIGHT_KEY) == 404
        assert answer(city, "f" * 32) == 404
        assert answer(city, given, "unknown") == 401
        assert client.get(f"/commands/{given}/content").status_code == 404
        told = base64.b64encode(b"first\n").decode()
        assert answer(city, given, content=told, detail="as asked") == 204
        assert answer(city, given, outcome="failed", content=base64.b64encode(b"second").decode()) == 204
        standing = client.get(f"/commands/{given}").json()
        assert (standing["outcome"], standing["detail"], standing["content"]) == ("done", "as asked", True)
        content = client.get(f"/commands/{given}/content")
        assert (content.content, content.headers["content-type"]) == (b"first\n", "text/plain; charset=utf-8")
        assert content.headers["content-disposition"] == "attachment"


@pytest.mark.parametrize(
    "changes",
    [{"outcome": "great"}, {"last": -1}, {"detail": "x" * 301}, {"content": 5}, {"at": "now"}, {"more": 1}],
)
def test_an_answer_that_is_not_as_agreed_is_refused(city: HubServer, changes: dict[str, Any]) -> None:
    with tool(city, "it") as client:
        given = give(client, "restart").json()["id"]
    assert answer(city, given, **changes) == 422


def test_a_large_answer_is_taken_and_a_larger_one_is_not(city: HubServer) -> None:
    with tool(city, "it") as client:
        given = give(client, "picture").json()["id"]
    assert answer(city, given, content=base64.b64encode(b"x" * 400_000).decode()) == 413
    assert answer(city, given, content=base64.b64encode(b"x" * 200_000).decode()) == 204


def test_what_a_terminal_runs_is_listed(city: HubServer) -> None:
    about = {
        "software": "0.1.0",
        "profile": "foyer",
        "version": "2026.11",
        "trouble": "disk",
        "newer": "passed over",
    }
    with tool(city, "it") as client, hearing(city), terminal(city) as other:
        assert other.put("/terminals/me/about", json=about).status_code == 204
        other.put("/terminals/me/devices", json={"devices": {"printer": "printer.paper-out"}, "state": "free"})
        left, right = client.get("/terminals").json()
        assert (left["software"], left["version"], left["trouble"]) == ("0.1.0", "2026.11", "disk")
        assert left["devices"] == {"printer": "printer.paper-out"}
        assert left["seen"] and right["seen"] is None
        assert (right["software"], right["connected"]) == ("", False)


def test_a_profile_is_assigned_once(city: HubServer) -> None:
    with tool(city, "it") as client, hearing(city) as commands:
        client.put(f"/terminals/{LEFT}/assignment", json={"target": "city/old.tar"})
        next(commands)
        second = client.put(f"/terminals/{LEFT}/assignment", json={"target": "city/new.tar"}).json()
        assert [one["id"] for one in next(commands)] == [second["id"]]
        shown = client.get(f"/terminals/{LEFT}").json()
        assert shown["assigned"] == "city/new.tar"
        assert [one["do"] for one in shown["commands"]] == ["take-profile"] * 2
        assert client.put(f"/terminals/{LEFT}/assignment", json={"target": "../x"}).status_code == 422


def test_a_command_is_withdrawn_until_it_was_answered(city: HubServer) -> None:
    with tool(city, "it") as client, tool(city, "lead") as lead, hearing(city) as commands:
        first, second = (give(client, "restart").json()["id"] for _ in range(2))
        switch = give(client, "in-service").json()["id"]
        while [one["id"] for one in next(commands)] != [first, second, switch]:
            pass
        assert lead.delete(f"/commands/{first}").status_code == 403
        withdrawn = client.delete(f"/commands/{first}")
        assert (withdrawn.status_code, withdrawn.json()["detail"]) == (200, "withdrawn")
        assert [one["id"] for one in next(commands)] == [second, switch]
        assert lead.delete(f"/commands/{switch}").status_code == 200
        assert [one["id"] for one in next(commands)] == [second]
        assert answer(city, second) == 204
        assert [client.delete(f"/commands/{one}").status_code for one in (first, second, "0" * 32)] == [409, 409, 404]
    entry = next(one for one in city.app.state.audit.newest() if one.deed == "command-withdrawn")
    assert (entry.actor, entry.subject) == ("lead", f"in-service, {LEFT}, number 3, {switch}")


def test_another_sites_command_is_not_withdrawn(city: HubServer) -> None:
    with tool(city, "it") as client, tool(city, "lead") as lead:
        theirs = give(client, "in-service", RIGHT).json()["id"]
        assert lead.delete(f"/commands/{theirs}").status_code == 404
        assigned = client.put(f"/terminals/{RIGHT}/assignment", json={"target": "city/old.tar"}).json()["id"]
        assert client.delete(f"/commands/{assigned}").status_code == 200
        assert client.get(f"/terminals/{RIGHT}").json()["assigned"] == ""


# The book, on both databases


@pytest.fixture
def book(database: Path | str) -> Iterator[FleetBook]:
    engine = open_database(settings(database))
    yield FleetBook(engine, AuditLog(engine), HubKeys(engine, KEY))
    engine.dispose()


def test_numbers_count_up_for_each_terminal(book: FleetBook) -> None:
    given = [book.give("it", name, Restart(), HOUR) for name in (LEFT, LEFT, RIGHT, LEFT)]
    assert [one.number for one in given if not isinstance(one, GivenFault)] == [1, 2, 1, 3]
    assert book.with_open() == {LEFT, RIGHT}
    assert book.give("it", "Terminal 9", Restart(), HOUR) is GivenFault.UNKNOWN


def test_ten_thousand_commands_are_not_queued(book: FleetBook) -> None:
    given = [book.give("it", LEFT, Restart(), HOUR) for _ in range(MOST_OPEN + 2)]
    assert given[MOST_OPEN:] == [GivenFault.TOO_MANY] * 2
    assert len(book.open_for(LEFT)) == MOST_OPEN


def test_after_a_database_was_restored_numbers_go_on_where_the_terminal_is(book: FleetBook) -> None:
    first = book.give("it", LEFT, Restart(), HOUR)
    assert not isinstance(first, GivenFault)
    assert book.answered(LEFT, first.id, Answered(Outcome.REPEATED, 41, "", None))
    second = book.give("it", LEFT, Restart(), HOUR)
    assert not isinstance(second, GivenFault)
    assert second.number == 42
    assert book.answered(LEFT, second.id, Answered(Outcome.DONE, 2**52, "", None))
    third = book.give("it", LEFT, Restart(), HOUR)
    assert not isinstance(third, GivenFault)
    assert third.number == 43  # a terminal cannot use its numbers up


def test_what_is_old_is_forgotten(database: Path | str) -> None:
    engine = open_database(settings(database))
    now = [datetime.now(UTC)]
    book = FleetBook(engine, AuditLog(engine), HubKeys(engine, KEY), lambda: now[0])
    given = book.give("it", LEFT, Restart(), HOUR)
    assert not isinstance(given, GivenFault)
    book.answered(LEFT, given.id, Answered(Outcome.DONE, 1, "", b"content"))
    book.give("it", RIGHT, TakeProfile("city/foyer.tar"), PROFILE_LASTS)
    now[0] += CONTENT_KEPT + timedelta(minutes=1)
    book.forget_old()
    assert book.content(given.id) is None
    assert book.command(given.id)
    now[0] += KEPT + HOUR
    book.forget_old()
    assert book.command(given.id) is None
    assert len(book.open_for(RIGHT)) == 1
    again = book.give("it", LEFT, Restart(), HOUR)
    assert not isinstance(again, GivenFault)
    assert again.number == 2  # a number never comes twice
    engine.dispose()


def test_a_hub_without_a_key_gives_no_command(tmp_path: Path) -> None:
    engine = open_database(settings(tmp_path / "hub.db"))
    with pytest.raises(NoKeyError):
        FleetBook(engine, AuditLog(engine), HubKeys(engine, "")).give("it", LEFT, Restart(), HOUR)
    with Session(engine) as session:
        assert session.scalars(select(CommandRow)).all() == []
    engine.dispose()
