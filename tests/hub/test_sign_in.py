"""Logging in with an account: who gets in, for what, and what a wrong attempt costs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from hub.accounts import AccountBook
from hub.attempts import FREE_FOR_ADDRESS, FREE_FOR_LOGIN, LONGEST_WAIT, Attempts, wait_after
from hub.audit import AuditLog
from hub.one_time_codes import OneTimeCodes
from hub.roles import Role
from hub.server import HubServer, running
from hub.sessions import SessionBook
from hub.settings import HubSettings
from hub.storage import open_database
from tests.hub.staff import KEY, PASSWORD, browser, employ, log_in
from tests.hub.town_hall import settings


@pytest.fixture
def site(tmp_path: Path) -> HubSettings:
    return settings(tmp_path / "hub.db", key=KEY, counter_token="")


@pytest.fixture
def hub(site: HubSettings) -> Iterator[HubServer]:
    with running(site) as server:
        yield server


def deeds(site: HubSettings) -> list[tuple[str, str, str]]:
    engine = open_database(site)
    entries = [(entry.actor, entry.deed, entry.subject) for entry in reversed(AuditLog(engine).newest())]
    engine.dispose()
    return entries


def test_somebody_with_an_account_is_let_in_and_out(hub: HubServer, site: HubSettings) -> None:
    employ(site, "yilmaz")
    with browser(hub) as client:
        assert log_in(client, "yilmaz").headers["location"] == "/counter/person"
        assert client.post("/counter/person", data={"counter": "2", "name": "Jemand anders"}).status_code == 303
        page = client.get("/counter").text
        assert "Frau Yilmaz" in page
        assert "Schalter 2" in page
        assert client.post("/logout").headers["location"] == "/login"
        assert client.get("/counter").status_code == 303
    assert deeds(site) == [
        ("console", "account-added", "yilmaz (staff)"),
        ("yilmaz", "signed-in", ""),
        ("yilmaz", "signed-out", ""),
    ]


def test_each_log_in_has_a_session_of_its_own(hub: HubServer, site: HubSettings) -> None:
    employ(site, "yilmaz")
    with browser(hub) as client:
        client.cookies.set("lotse_session", "chosen-by-an-attacker")
        first = log_in(client, "yilmaz").cookies["lotse_session"]
        client.cookies.clear()
        client.cookies.set("lotse_session", first)
        second = log_in(client, "yilmaz").cookies["lotse_session"]
        assert len({first, second, "chosen-by-an-attacker"}) == 3
        client.cookies.clear()
        client.cookies.set("lotse_session", first)
        assert client.get("/counter").status_code == 303


@pytest.mark.parametrize(("login", "password"), [("yilmaz", "falsch"), ("nobody", PASSWORD), ("", ""), ("yilmaz", "")])
def test_what_does_not_match_is_refused_without_saying_which(
    hub: HubServer, site: HubSettings, login: str, password: str
) -> None:
    employ(site, "yilmaz")
    with browser(hub) as client:
        answer = log_in(client, login, password)
    assert answer.status_code == 403
    assert "Das passt nicht zusammen." in answer.text
    assert "set-cookie" not in answer.headers
    assert deeds(site)[-1] == ("yilmaz" if login == "yilmaz" else "", "sign-in-refused", "")


def test_a_code_is_needed_and_good_once(hub: HubServer, site: HubSettings) -> None:
    app = employ(site, "yilmaz", codes=True)
    code = app.code(time.time())
    with browser(hub) as client:
        assert log_in(client, "yilmaz").status_code == 403
        assert log_in(client, "yilmaz", code=f"{code[:3]} {code[3:]}").status_code == 303
        assert log_in(client, "yilmaz", code=code).status_code == 403


@pytest.mark.parametrize(("seconds", "right"), [(-30, True), (0, True), (30, True), (-90, False), (90, False)])
def test_a_clock_may_be_half_a_minute_wrong(site: HubSettings, seconds: int, right: bool) -> None:
    app = employ(site, "yilmaz", codes=True)
    assert app.code(1_800_000_015).isdigit()
    codes = OneTimeCodes(KEY)
    new = codes.new("kern", "Rathaus")
    from tests.hub.staff import App

    shown = App(new.address).code(1_800_000_015 + seconds)
    assert (codes.step_of(new.stored, shown, 1_800_000_015) is not None) is right
    assert codes.step_of(new.stored, "", 1_800_000_015) is None
    assert codes.step_of(new.stored, "１２３４５６", 1_800_000_015) is None


@pytest.mark.expects_log
def test_without_the_key_codes_cannot_be_checked_and_nobody_gets_in(tmp_path: Path) -> None:
    site = settings(tmp_path / "hub.db", key="another key")
    employ(site, "yilmaz", codes=True)
    with running(site) as hub, browser(hub) as client:
        assert log_in(client, "yilmaz", code="123456").status_code == 503


def test_each_further_wrong_attempt_waits_twice_as_long(hub: HubServer, site: HubSettings) -> None:
    employ(site, "yilmaz")
    with browser(hub) as client:
        for _ in range(FREE_FOR_LOGIN):
            assert log_in(client, "yilmaz", "falsch").status_code == 403
        answer = log_in(client, "yilmaz")
        assert answer.status_code == 429
        assert "Zu viele Versuche. Bitte warten Sie" in answer.text
        assert int(answer.headers["retry-after"]) in (1, 2)


def test_the_waits_double_up_to_a_quarter_of_an_hour() -> None:
    waits = [wait_after(failures, 3).total_seconds() for failures in range(1, 8)]
    assert waits == [0, 0, 2, 4, 8, 16, 32]
    assert wait_after(10_000, 3) == LONGEST_WAIT


def test_attempts_are_counted_by_login_and_by_address(database: Path | str) -> None:
    engine = open_database(settings(database))
    now = datetime(2026, 5, 4, tzinfo=UTC)
    attempts = Attempts(engine, lambda: now)
    for number in range(FREE_FOR_ADDRESS):
        assert attempts.begin(f"person {number}", "192.0.2.1") is None
    assert attempts.begin("person x", "192.0.2.1") == timedelta(seconds=2)
    assert attempts.begin("person x", "192.0.2.2") is None
    attempts.succeeded("person x", "192.0.2.1")
    assert attempts.begin("person x", "192.0.2.1") is None
    now += timedelta(days=2)
    attempts.forget_old()
    assert attempts.begin("person 1", "192.0.2.1") is None
    engine.dispose()


@pytest.mark.parametrize(
    ("role", "open_to"),
    [
        (Role.STAFF, {"/counter", "/counter/person"}),
        (Role.LEAD, {"/counter", "/counter/person", "/counter/figures"}),
        (Role.IT, {"/counter"}),
        (Role.AUDITOR, {"/counter/figures", "/counter/audit"}),
    ],
)
def test_each_role_has_its_pages(hub: HubServer, site: HubSettings, role: Role, open_to: set[str]) -> None:
    employ(site, "somebody", role)
    with browser(hub) as client:
        first = log_in(client, "somebody").headers["location"]
        pages = ("/counter", "/counter/person", "/counter/figures", "/counter/audit")
        answers = {path: client.get(path) for path in pages}
        assert {path for path, answer in answers.items() if answer.status_code == 200} == open_to
        assert {answer.status_code for answer in answers.values()} == {200, 403}
        assert first in open_to
        may = Role.STAFF in (role,) or role is Role.LEAD
        done = client.post(f"/counter/calls/{'a' * 32}/done")
        assert done.status_code == (303 if may else 403)


def test_a_locked_account_is_out_at_once(hub: HubServer, site: HubSettings) -> None:
    employ(site, "yilmaz")
    engine = open_database(site)
    accounts = AccountBook(engine, AuditLog(engine), OneTimeCodes(KEY))
    with browser(hub) as client:
        log_in(client, "yilmaz")
        assert client.get("/counter").status_code == 200
        accounts.lock("console", "yilmaz")
        assert client.get("/counter").status_code == 303
        assert log_in(client, "yilmaz").status_code == 403
    engine.dispose()


def test_a_session_ends_by_itself(site: HubSettings) -> None:
    engine = open_database(site)
    now = datetime(2026, 5, 4, 8, tzinfo=UTC)
    sessions = SessionBook(engine, timedelta(hours=12), lambda: now)
    token = sessions.begin(None, "Frau Yılmaz")
    now += timedelta(hours=11, minutes=59)
    assert sessions.find(token)
    now += timedelta(minutes=2)
    assert sessions.find(token) is None
    sessions.forget_old()
    engine.dispose()


def test_a_log_in_from_another_page_is_refused(hub: HubServer, site: HubSettings) -> None:
    employ(site, "yilmaz")
    answer = httpx.post(
        f"{hub.base_url}/login",
        data={"login": "yilmaz", "password": PASSWORD},
        headers={"Origin": "https://evil.example"},
        trust_env=False,
    )
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_over_https_the_cookie_is_secure_and_bound_to_the_host(hub: HubServer, site: HubSettings) -> None:
    employ(site, "yilmaz")
    host = hub.base_url.removeprefix("http://")
    headers = {"Origin": f"https://{host}", "X-Forwarded-Proto": "https"}
    with httpx.Client(base_url=hub.base_url, headers=headers, trust_env=False) as client:
        cookie = log_in(client, "yilmaz").headers["set-cookie"]
    assert cookie.startswith("__Host-lotse=")
    assert "Secure" in cookie
    assert "Domain" not in cookie


def test_neither_password_nor_token_is_in_a_log(
    hub: HubServer, site: HubSettings, caplog: pytest.LogCaptureFixture
) -> None:
    employ(site, "yilmaz")
    with browser(hub) as client:
        token = log_in(client, "yilmaz").cookies["lotse_session"]
    lines = "\n".join(record.getMessage() for record in caplog.records)
    assert token not in lines
    assert PASSWORD not in lines
