"""IT looks after accounts in the browser, and everybody after their own password."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from hub.accounts import Account
from hub.roles import Role
from hub.server import HubServer, running
from hub.settings import HubSettings, Site
from tests.hub.staff import KEY, PASSWORD, App, browser, employ, log_in
from tests.hub.town_hall import settings

OWN = "ein anderes langes Passwort"
NEW = {"login": "kern", "name": "Herr Kern", "role": "staff", "site": ""}


@pytest.fixture
def site(tmp_path: Path) -> HubSettings:
    return settings(tmp_path / "hub.db", key=KEY)


@pytest.fixture
def hub(site: HubSettings) -> Iterator[HubServer]:
    employ(site, "it", Role.IT)
    with running(site) as server:
        yield server


@pytest.fixture
def it(hub: HubServer) -> Iterator[httpx.Client]:
    """IT's browser."""
    with browser(hub) as client:
        assert log_in(client, "it").status_code == 303
        yield client


def accounts(hub: HubServer) -> dict[str, Account]:
    return {account.login: account for account in hub.app.state.accounts.accounts()}


def first_password(answer: httpx.Response) -> str:
    found = re.search(r'id="given-password">([^<]+)<', answer.text)
    assert found
    return found[1]


def app_of(answer: httpx.Response) -> App:
    found = re.search(r'id="given-address">([^<]+)<', answer.text)
    assert found
    return App(found[1].replace("&amp;", "&"))


def renewed(client: httpx.Client, old: str, new: str = OWN) -> httpx.Response:
    return client.post("/counter/password", data={"old": old, "password": new, "again": new})


def test_a_first_password_opens_nothing_but_its_change(hub: HubServer, it: httpx.Client) -> None:
    given = first_password(it.post("/counter/accounts", data=NEW))
    assert given not in it.get("/counter/accounts").text
    with browser(hub) as kern:
        assert log_in(kern, "kern", given).headers["location"] == "/counter/password"
        for page in ("/counter", "/counter/person"):
            assert kern.get(page).headers["location"] == "/counter/password"
        assert kern.get("/counter/events").status_code == 403
        assert kern.post(f"/counter/calls/{'a' * 32}/done").headers["location"] == "/counter/password"
        before = kern.cookies["lotse_session"]
        assert renewed(kern, given).headers["location"] == "/"
        assert kern.cookies["lotse_session"] != before
        assert kern.get("/counter").status_code == 200
    with browser(hub) as kern:
        assert log_in(kern, "kern", given).status_code == 403
        assert log_in(kern, "kern", OWN).status_code == 303


def test_an_account_with_an_app_logs_in_with_its_code(hub: HubServer, it: httpx.Client) -> None:
    answer = it.post("/counter/accounts", data=NEW | {"codes": "yes"})
    assert "<svg" in answer.text
    given, app = first_password(answer), app_of(answer)
    with browser(hub) as kern:
        assert log_in(kern, "kern", given).status_code == 403
        assert log_in(kern, "kern", given, app.code(time.time())).status_code == 303
    again = it.post(f"/counter/accounts/{accounts(hub)['kern'].id}/codes")
    assert app_of(again).code(0) != app.code(0)


def test_a_new_first_password_logs_out_and_the_old_one_is_over(
    hub: HubServer, it: httpx.Client, site: HubSettings
) -> None:
    employ(site, "kern")
    with browser(hub) as kern:
        log_in(kern, "kern")
        given = first_password(it.post(f"/counter/accounts/{accounts(hub)['kern'].id}/password"))
        assert kern.get("/counter").headers["location"] == "/login"
        assert log_in(kern, "kern").status_code == 403
        assert log_in(kern, "kern", given).headers["location"] == "/counter/password"


def test_roles_change_and_locks_hold_at_once(hub: HubServer, it: httpx.Client, site: HubSettings) -> None:
    employ(site, "kern")
    address = f"/counter/accounts/{accounts(hub)['kern'].id}"
    with browser(hub) as kern:
        log_in(kern, "kern")
        assert kern.get("/counter/figures").status_code == 403
        it.post(f"{address}/change", data={"name": "Herr Kern", "role": "lead", "site": "Rathaus"})
        assert kern.get("/counter/figures").status_code == 200
        it.post(f"{address}/lock")
        assert kern.get("/counter").status_code == 303
        it.post(f"{address}/unlock")
        assert log_in(kern, "kern").status_code == 303
    assert (accounts(hub)["kern"].name, accounts(hub)["kern"].site) == ("Herr Kern", "Rathaus")
    deeds = [(entry.actor, entry.deed) for entry in hub.app.state.audit.newest()]
    assert {("it", "account-changed"), ("it", "account-locked"), ("it", "account-unlocked")} <= set(deeds)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"login": "two words"}, "Ein Anmeldename ist ein Wort"),
        ({"login": "it"}, "gibt es schon"),
        ({"name": ""}, "einen Namen"),
    ],
)
def test_what_cannot_be_added_is_said_and_kept(it: httpx.Client, changes: dict[str, str], says: str) -> None:
    answer = it.post("/counter/accounts", data=NEW | changes)
    assert answer.status_code == 422
    assert says in answer.text
    assert f'value="{(NEW | changes)["login"]}"' in answer.text


def test_what_no_form_offers_is_refused(it: httpx.Client) -> None:
    for changes in ({"role": "king"}, {"site": "Atlantis"}):
        assert it.post("/counter/accounts", data=NEW | changes).status_code == 422


@pytest.mark.parametrize("deed", ["change", "lock", "password"])
def test_nobody_locks_themselves_out(hub: HubServer, it: httpx.Client, deed: str) -> None:
    answer = it.post(f"/counter/accounts/{accounts(hub)['it'].id}/{deed}", data={"name": "x", "role": "staff"})
    assert answer.status_code == 409
    assert accounts(hub)["it"].role is Role.IT


@pytest.mark.parametrize("role", [Role.STAFF, Role.LEAD, Role.AUDITOR])
def test_nobody_but_it_comes_to_accounts(hub: HubServer, site: HubSettings, role: Role) -> None:
    employ(site, "somebody", role)
    with browser(hub) as client:
        log_in(client, "somebody")
        assert client.get("/counter/accounts").status_code == 403
        assert client.post("/counter/accounts", data=NEW | {"role": "it"}).status_code == 403
    assert "kern" not in accounts(hub)


def test_it_of_a_site_manages_that_site_alone(tmp_path: Path) -> None:
    city = settings(tmp_path / "hub.db", key=KEY, sites=(Site("Rathaus"), Site("Bücherei")))
    employ(city, "it", Role.IT, "Bücherei")
    employ(city, "weber", Role.STAFF, "Rathaus")
    with running(city) as hub, browser(hub) as it:
        log_in(it, "it")
        assert "weber" not in it.get("/counter/accounts").text
        assert it.post(f"/counter/accounts/{accounts(hub)['weber'].id}/lock").status_code == 404
        for elsewhere in ("", "Rathaus"):
            assert it.post("/counter/accounts", data=NEW | {"site": elsewhere}).status_code == 422
        assert it.post("/counter/accounts", data=NEW | {"site": "Bücherei"}).status_code == 200


def test_a_form_of_another_page_changes_nothing(hub: HubServer, it: httpx.Client) -> None:
    answer = it.post("/counter/accounts", data=NEW, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert "kern" not in accounts(hub)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"old": "falsch falsch falsch", "password": OWN, "again": OWN}, "stimmt nicht"),
        ({"old": PASSWORD, "password": OWN, "again": f"{OWN}x"}, "nicht gleich"),
        ({"old": PASSWORD, "password": "kurz", "again": "kurz"}, "zu kurz"),
        ({"old": PASSWORD, "password": PASSWORD, "again": PASSWORD}, "ist das alte"),
    ],
)
def test_a_password_that_cannot_be_taken_is_said(it: httpx.Client, typed: dict[str, str], says: str) -> None:
    answer = it.post("/counter/password", data=typed)
    assert answer.status_code == 422
    assert says in answer.text
    assert PASSWORD not in answer.text


def test_guessing_the_password_until_now_waits_longer_and_longer(it: httpx.Client) -> None:
    answers = [renewed(it, f"wrong password {number}").status_code for number in range(5)]
    assert answers[-1] == 429
    assert renewed(it, PASSWORD).status_code == 429


def test_a_password_that_is_changed_logs_out_other_browsers(hub: HubServer, it: httpx.Client) -> None:
    with browser(hub) as other:
        log_in(other, "it")
        renewed(it, PASSWORD)
        assert it.get("/counter/accounts").status_code == 200
        assert other.get("/counter").headers["location"] == "/login"


def test_what_is_given_once_is_in_no_log(hub: HubServer, it: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    given = first_password(it.post("/counter/accounts", data=NEW | {"codes": "yes"}))
    entries = "".join(f"{entry.actor} {entry.subject}" for entry in hub.app.state.audit.newest())
    assert given not in caplog.text + entries
