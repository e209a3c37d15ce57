"""Codes and revocations by IT's tools."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx
import pytest

from hub.roles import Role
from hub.server import HubServer, running
from hub.settings import Site, TerminalAccess
from tests.hub.enrolling import Walker, audited, keyed
from tests.hub.staff import employ

PATH = "/api/v1/fleet/terminals"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubServer]:
    sites = (Site("Rathaus"), Site("Nord"))
    known = (TerminalAccess("Terminal 1", "", "", "Rathaus"), TerminalAccess("Nord 1", "", "", "Nord"))
    settings = keyed(tmp_path_factory.mktemp("hub") / "hub.db", sites=sites, terminals=known)
    employ(settings, "ida", Role.IT)
    employ(settings, "nora", Role.IT, site="Nord")
    employ(settings, "lea", Role.LEAD)
    with running(settings) as hub:
        yield hub


@contextmanager
def tool(hub: HubServer, login: str) -> Iterator[httpx.Client]:
    token = hub.app.state.tokens.make("console", login, "", timedelta(days=1))
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=hub.base_url, headers=headers, trust_env=False, timeout=10) as client:
        yield client


def test_a_tool_enrols_and_revokes(city: HubServer) -> None:
    with tool(city, "ida") as it, Walker(city) as walker:
        given = it.post(f"{PATH}/Terminal 7/enrolment", json={"site": "Nord", "location": "Foyer"})
        assert given.status_code == 201
        assert walker.enrol(given.json()["code"], name="Terminal 7").status_code == 200
        assert walker.health() == 204
        assert it.post(f"{PATH}/Terminal 7/revocation").status_code == 204
        assert walker.health() == 401
    assert city.app.state.enrolments.site_of("Terminal 7") == "Nord"
    assert ("ida", "terminal-revoked", "Terminal 7") in audited(city)


def test_a_tool_keeps_to_its_site(city: HubServer) -> None:
    with tool(city, "nora") as it:
        assert it.post(f"{PATH}/Terminal 1/enrolment", json={}).status_code == 404
        assert it.post(f"{PATH}/Terminal 1/revocation").status_code == 404
        assert it.post(f"{PATH}/Neu/enrolment", json={"site": "Rathaus"}).status_code == 404
        assert it.post(f"{PATH}/Nord 1/enrolment", json={}).status_code == 201
        assert it.post(f"{PATH}/Nord 2/enrolment", json={}).status_code == 201
    assert city.app.state.enrolments.site_of("Nord 2") == "Nord"


def test_what_is_not_there_is_not_there(city: HubServer) -> None:
    with tool(city, "ida") as it:
        assert it.post(f"{PATH}/Terminal 99/revocation").status_code == 404
        assert it.post(f"{PATH}/Terminal 1/enrolment", json={"site": "Mond"}).status_code == 201  # it stands already
        assert it.post(f"{PATH}/Neu/enrolment", json={"site": "Mond"}).status_code == 404
        assert it.post(f"{PATH}/%20/enrolment", json={}).status_code == 422


def test_only_it_may(city: HubServer) -> None:
    with tool(city, "lea") as lead:
        assert lead.post(f"{PATH}/Terminal 1/enrolment", json={}).status_code == 403
        assert lead.post(f"{PATH}/Terminal 1/revocation").status_code == 403
    with httpx.Client(base_url=city.base_url, trust_env=False) as nobody:
        assert nobody.post(f"{PATH}/Terminal 1/enrolment", json={}).status_code == 401
        assert nobody.post(f"{PATH}/Terminal 1/revocation").status_code == 401
