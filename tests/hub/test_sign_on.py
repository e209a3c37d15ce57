"""Single sign-on by OpenID Connect, with a provider on the real wire: who gets in, and who does not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from jwcrypto.jwk import JWK

from hub.accounts import AccountBook
from hub.audit import AuditLog
from hub.one_time_codes import OneTimeCodes
from hub.roles import Role
from hub.server import HubServer
from hub.server import running as running_hub
from hub.settings import HubSettings, SingleSignOn
from hub.storage import open_database
from tests.hub import provider as providers
from tests.hub.provider import CLIENT, SECRET, Provider
from tests.hub.staff import browser
from tests.hub.town_hall import settings


@pytest.fixture
def provider() -> Iterator[Provider]:
    with providers.running() as running:
        yield running


@pytest.fixture
def site(tmp_path: Path, provider: Provider) -> HubSettings:
    roles = {"lotse-staff": Role.STAFF, "lotse-it": Role.IT}
    chosen = SingleSignOn(provider.issuer, CLIENT, SECRET, roles, "realm_access.roles", name="Stadtkonto")
    return settings(tmp_path / "hub.db", sign_on=chosen)


@pytest.fixture
def hub(site: HubSettings) -> Iterator[HubServer]:
    with running_hub(site) as server:
        yield server


def to_the_provider(client: httpx.Client) -> str:
    """Begin at the hub, go to the provider; return the address that it sends the browser back to."""
    begun = client.get("/login/sso")
    assert begun.status_code == 303
    return httpx.get(begun.headers["location"], trust_env=False).headers["location"]


def test_somebody_whom_the_provider_vouches_for_is_let_in(hub: HubServer) -> None:
    with browser(hub) as client:
        assert "Anmelden mit Stadtkonto" in client.get("/login").text
        answer = client.get(to_the_provider(client))
        assert answer.headers["location"] == "/counter/person"
        assert client.post("/counter/person", data={"counter": "2"}).status_code == 303
        assert "Frau Yılmaz" in client.get("/counter").text


def test_a_role_that_changes_there_changes_here(hub: HubServer, provider: Provider, site: HubSettings) -> None:
    for role in ("lotse-staff", "lotse-it"):
        provider.person["realm_access"] = {"roles": [role]}
        with browser(hub) as client:
            assert client.get(to_the_provider(client)).status_code == 303
    engine = open_database(site)
    (account,) = AccountBook(engine, AuditLog(engine), OneTimeCodes("")).accounts()
    engine.dispose()
    assert (account.login, account.role, account.by_sign_on) == ("yilmaz", Role.IT, True)


def test_an_account_that_is_locked_here_stays_out(hub: HubServer, site: HubSettings) -> None:
    with browser(hub) as client:
        client.get(to_the_provider(client))
        engine = open_database(site)
        AccountBook(engine, AuditLog(engine), OneTimeCodes("")).lock("console", "yilmaz")
        engine.dispose()
        assert client.get(to_the_provider(client)).status_code == 403


ELSE = JWK.generate(kty="RSA", size=2048, kid="one")


LIES: list[dict[str, Any]] = [
    {"nonce": "another"},
    {"nonce": None},
    {"aud": "another-client"},
    {"iss": "https://evil.example"},
    {"exp": int(time.time()) - 600},
    {"exp": None},
    {"sub": None},
    {"realm_access": {"roles": ["citizen"]}},
    {"realm_access": "lotse-staff-not"},
    {"realm_access": None},
]


@pytest.mark.expects_log
def test_an_id_token_that_is_not_sound_lets_nobody_in(hub: HubServer, provider: Provider) -> None:
    with browser(hub) as client:
        for lie in LIES:
            provider.lie = lie
            assert client.get(to_the_provider(client)).status_code == 403, lie
            assert "lotse_session" not in client.cookies


@pytest.mark.expects_log
@pytest.mark.parametrize(
    "sign_with",
    [(ELSE, "RS256"), (JWK(kty="oct", k="dGhlIGNsaWVudCdzIHNlY3JldC4uLi4uLi4uLi4uLi4"), "HS256")],
    ids=["another key", "a shared secret"],
)
def test_a_signature_that_is_not_the_providers_lets_nobody_in(
    hub: HubServer, provider: Provider, sign_with: tuple[JWK, str]
) -> None:
    provider.sign_with = sign_with
    with browser(hub) as client:
        assert client.get(to_the_provider(client)).status_code == 403


def test_only_the_browser_that_began_can_end_it(hub: HubServer) -> None:
    with browser(hub) as attacker, browser(hub) as victim:
        back = to_the_provider(attacker)
        assert victim.get(back).status_code == 403
        victim.get("/login/sso")
        assert victim.get(back).status_code == 403


@pytest.mark.expects_log
def test_a_sign_on_is_good_once(hub: HubServer) -> None:
    with browser(hub) as client:
        back = to_the_provider(client)
        state = client.cookies["lotse_sign_on"]
        assert client.get(back).status_code == 303
        client.cookies.set("lotse_sign_on", state)
        assert client.get(back).status_code == 403


@pytest.mark.expects_log
def test_a_provider_that_calls_itself_otherwise_is_not_used(hub: HubServer, provider: Provider) -> None:
    provider.says_issuer = "https://evil.example"
    with browser(hub) as client:
        assert client.get("/login/sso").status_code == 502


@pytest.mark.expects_log
def test_a_provider_that_is_away_is_said_and_accounts_still_work(tmp_path: Path) -> None:
    away = SingleSignOn("http://127.0.0.1:9/realms/stadt", CLIENT, SECRET, {})
    with running_hub(settings(tmp_path / "hub.db", sign_on=away)) as hub, browser(hub) as client:
        answer = client.get("/login/sso")
        assert answer.status_code == 502
        assert 'name="password"' in answer.text


def test_without_a_provider_there_is_no_such_page(tmp_path: Path) -> None:
    with running_hub(settings(tmp_path / "hub.db")) as hub, browser(hub) as client:
        assert client.get("/login/sso").status_code == 404
        assert client.get("/login/sso/back?state=a&code=b").status_code == 404
