"""Every route of the hub, and who may: each of them is asked by everybody. A route that is not in the table fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from hub.app import openapi_document
from hub.rates import Rate, Rates
from hub.roles import Role
from hub.server import HubServer, running
from tests.hub.staff import KEY, browser, employ, log_in
from tests.hub.test_fleet import token_of
from tests.hub.town_hall import LEFT_KEY, counter, settings

NOBODY, TERMINAL, KEYED = "nobody", "terminal", "counter's address"
ROLES = tuple(Role)
EVERYBODY = frozenset({NOBODY, TERMINAL, KEYED, *ROLES})
TERMINALS = frozenset({TERMINAL})
STAFF, LEAD, IT, AUDITOR = ROLES
SEATED = frozenset({KEYED, STAFF, LEAD})
ONLOOKERS = SEATED | {IT}
FLEET = "/api/v1/fleet"

MAY: dict[str, frozenset[str]] = {
    # Terminals
    "GET /api/v1/health": TERMINALS,
    "PUT /api/v1/calls/{call_id}": TERMINALS,
    "DELETE /api/v1/calls/{call_id}": TERMINALS,
    "GET /api/v1/calls/{call_id}/events": TERMINALS,
    "GET /api/v1/terminals/me/events": TERMINALS,
    "PUT /api/v1/terminals/me/devices": TERMINALS,
    "PUT /api/v1/terminals/me/coview": TERMINALS,
    "PUT /api/v1/terminals/me/deeds/{deed_id}": TERMINALS,
    "PUT /api/v1/terminals/me/about": TERMINALS,
    "PUT /api/v1/terminals/me/commands/{command_id}/answer": TERMINALS,
    # Whoever comes; those with nobody ask for a password, a code or a proof themselves
    "GET /": EVERYBODY,
    "GET /login": EVERYBODY,
    "POST /login": frozenset(),
    "GET /login/sso": EVERYBODY,
    "GET /login/sso/back": EVERYBODY,
    "POST /language": EVERYBODY,
    "GET /metrics": EVERYBODY,  # this machine alone
    "POST /api/v1/enrolment": frozenset(),
    "POST /api/v1/enrolment/renew": frozenset(),
    # Whoever is logged in
    "POST /logout": EVERYBODY - {NOBODY, TERMINAL},
    "GET /counter/password": EVERYBODY - {NOBODY, TERMINAL},
    "POST /counter/password": EVERYBODY - {NOBODY, TERMINAL},
    # The counter
    "GET /counter": ONLOOKERS,
    "GET /counter/events": ONLOOKERS,
    "GET /counter/plan/{number}": ONLOOKERS,
    "GET /counter/person": SEATED,
    "POST /counter/person": SEATED,
    **{
        f"POST /counter/calls/{{call_id}}/{deed}": SEATED for deed in ("take", "on-my-way", "pass-on", "done", "coview")
    },
    "GET /counter/coview/{session}": SEATED,
    "GET /counter/coview/{session}/events": SEATED,
    **{f"POST /counter/coview/{{session}}/{deed}": SEATED for deed in ("point", "line", "end")},
    "GET /counter/figures": frozenset({LEAD, AUDITOR}),
    "GET /counter/audit": frozenset({AUDITOR}),
    "GET /counter/plans": frozenset({LEAD, IT}),
    "GET /counter/plans/{number}": frozenset({LEAD, IT}),
    **{f"POST /counter/plans/{{number}}/{deed}": frozenset({LEAD, IT}) for deed in ("picture", "remove", "place")},
    # IT's pages
    "GET /counter/accounts": frozenset({IT}),
    "POST /counter/accounts": frozenset({IT}),
    "GET /counter/accounts/{account_id}": frozenset({IT}),
    **{
        f"POST /counter/accounts/{{account_id}}/{deed}": frozenset({IT})
        for deed in ("change", "lock", "unlock", "password", "codes")
    },
    "GET /counter/enrolment": frozenset({IT}),
    "POST /counter/enrolment/code": frozenset({IT}),
    "POST /counter/enrolment/revoke": frozenset({IT}),
    # IT's tools, by a token
    f"GET {FLEET}/terminals": frozenset({LEAD, IT}),
    f"GET {FLEET}/terminals/{{name}}": frozenset({LEAD, IT}),
    f"PUT {FLEET}/terminals/{{name}}/assignment": frozenset({IT}),
    f"POST {FLEET}/terminals/{{name}}/commands": frozenset({IT}),
    f"POST {FLEET}/terminals/{{name}}/enrolment": frozenset({IT}),
    f"POST {FLEET}/terminals/{{name}}/revocation": frozenset({IT}),
    f"GET {FLEET}/commands/{{command_id}}": frozenset({LEAD, IT}),
    f"DELETE {FLEET}/commands/{{command_id}}": frozenset({LEAD, IT}),
    f"GET {FLEET}/commands/{{command_id}}/content": frozenset({IT}),
}
FILLED = {"number": "0", "account_id": "999", "name": "Terminal 2"} | dict.fromkeys(
    ("call_id", "session", "command_id", "deed_id"), "f" * 32
)
SAID: dict[str, object] = {
    f"PUT {FLEET}/terminals/{{name}}/assignment": {"target": "city/foyer.tar"},
    f"POST {FLEET}/terminals/{{name}}/commands": {"order": {"do": "restart"}},
    f"POST {FLEET}/terminals/{{name}}/enrolment": {},
    "POST /api/v1/enrolment": {"code": "0000", "mac": "0" * 64},
}
LAST = "POST /logout"


def test_the_table_has_every_route() -> None:
    routes = {f"{way.upper()} {path}" for path, ways in openapi_document()["paths"].items() for way in ways}
    assert routes == set(MAY)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubServer]:
    site = settings(tmp_path_factory.mktemp("hub") / "hub.db", key=KEY)
    for role in ROLES:
        employ(site, role.value, role)
    with running(site) as server:
        generous = Rate(1000, 1000)
        server.app.state.rates = Rates(generous, generous, generous)
        yield server


@contextmanager
def somebody(city: HubServer, who: str) -> Iterator[httpx.Client]:
    """A browser of somebody; a tool of IT's has the token besides, a terminal its key."""
    if who == KEYED:
        with counter(city) as client:
            yield client
        return
    with browser(city) as client:
        if who == TERMINAL:
            client.headers["Authorization"] = f"Bearer {LEFT_KEY}"
        elif who != NOBODY:
            assert log_in(client, who).status_code == 303
            client.headers["Authorization"] = f"Bearer {token_of(city.settings, who)}"
        yield client


def let_in(client: httpx.Client, route: str) -> bool:
    """Ask, and say whether somebody was let in: what is not there is told to those who may."""
    method, _, path = route.partition(" ")
    said = SAID.get(route, {} if path.startswith("/api/") else None)
    body: dict[str, Any] = {} if method == "GET" else {"data": {}} if said is None else {"json": said}
    with client.stream(method, path.format(**FILLED), **body) as answer:
        turned_away = answer.headers.get("location") == "/login" and route != LAST
        assert answer.status_code < 500, route
        return answer.status_code not in {401, 403, 429} and not turned_away


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_everybody_may_what_the_table_says_and_nothing_else(city: HubServer, who: str) -> None:
    with somebody(city, who) as client:
        found = {route for route in MAY if route != LAST and let_in(client, route)}
        found |= {LAST} if let_in(client, LAST) and who not in {NOBODY, TERMINAL} else set()
    assert found == {route for route, people in MAY.items() if who in people}


FORMS = sorted(route for route in MAY if route.startswith("POST /") and "/api/" not in route)


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": ""}]
)
def test_no_form_of_another_page_is_taken_whoever_is_logged_in(city: HubServer, headers: dict[str, str]) -> None:
    for role in (IT, LEAD):
        with somebody(city, role) as client:
            taken = {
                route
                for route in FORMS
                if client.post(route.partition(" ")[2].format(**FILLED), data={}, headers=headers).status_code != 403
            }
            assert taken == set()


def test_a_first_password_opens_no_route_of_the_pages(city: HubServer) -> None:
    login = IT.value
    with browser(city) as client:
        book = city.app.state.accounts
        assert book.change_password("console", login, "ein erstes Passwort", None, first=True) is None
        assert log_in(client, login, "ein erstes Passwort").status_code == 303
        for route, people in MAY.items():
            method, _, path = route.partition(" ")
            if path.startswith("/counter") and people and path != "/counter/password":
                with client.stream(method, path.format(**FILLED)) as answer:
                    assert answer.headers.get("location") == "/counter/password" or answer.status_code == 403, route
