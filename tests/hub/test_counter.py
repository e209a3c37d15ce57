"""The counter's page as a server renders it: who gets in, what is shown, what a form does."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from hub.counter import waited
from hub.server import HubServer
from tests.hub.town_hall import CALL, TOKEN, counter, message, terminal

ATTACK = "<img src=x onerror=alert(1)>'\"&<script>alert(2)</script>"


@pytest.fixture
def called(hub: HubServer) -> HubServer:
    """A hub with one call."""
    with terminal(hub) as left:
        left.put(f"/calls/{CALL}", json=message())
    return hub


def introduce(browser: httpx.Client, name: str, at: str) -> None:
    assert browser.post("/counter/person", data={"name": name, "counter": at}).status_code == 303


@pytest.mark.parametrize("path", ["/counter", "/counter?token=wrong", "/counter/person", "/counter/events"])
def test_without_the_token_nothing_is_shown(called: HubServer, path: str) -> None:
    answer = httpx.get(f"{called.base_url}{path}", trust_env=False)
    assert answer.status_code == 403
    assert "Kein Zugang" in answer.text
    assert "Wohnung anmelden" not in answer.text


def test_the_token_leaves_the_address_and_stays_in_a_cookie_that_no_script_reads(hub: HubServer) -> None:
    answer = httpx.get(f"{hub.base_url}/counter?token={TOKEN}", trust_env=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/counter")
    assert re.search("HttpOnly", answer.headers["set-cookie"])
    assert re.search("SameSite=lax", answer.headers["set-cookie"])


@pytest.mark.parametrize("deed", ["take", "done"])
@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "http://127.0.0.1:1", "https://{own}"])
def test_a_form_of_another_page_changes_nothing(called: HubServer, deed: str, origin: str | None) -> None:
    with counter(called) as browser:
        introduce(browser, "Frau Yılmaz", "2")
        del browser.headers["Origin"]
        own = called.base_url.removeprefix("http://")
        headers = {"Origin": origin.format(own=own)} if origin else {}
        answer = browser.post(f"/counter/calls/{CALL}/{deed}", headers=headers)
        assert answer.status_code == 403
        assert "1 wartet" in browser.get("/counter").text


def test_a_browser_that_says_cross_site_is_refused(called: HubServer) -> None:
    with counter(called) as browser:
        answer = browser.post(f"/counter/calls/{CALL}/done", headers={"Sec-Fetch-Site": "same-site"})
    assert answer.status_code == 403


def test_every_answer_forbids_foreign_and_inline_scripts(called: HubServer) -> None:
    with counter(called) as browser:
        for path in ("/counter", "/counter/person", "/static/counter.js", "/nowhere"):
            policy = browser.get(path).headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
        page = browser.get("/counter").text
    assert not re.search(r"<script(?! src=\"/static/)", page)
    assert not re.search(r"\son\w+=|\sstyle=|https?://", page)


def test_labels_are_words_never_markup(hub: HubServer) -> None:
    with terminal(hub) as left:
        left.put(f"/calls/{CALL}", json=message(service=ATTACK, step=ATTACK, reason=ATTACK))
    with counter(hub) as browser:
        introduce(browser, "<b>Frau</b>", "<i>2</i>")
        browser.post(f"/counter/calls/{CALL}/take", data={"instead_of": ""})
        page = browser.get(f"/counter?notice={ATTACK}").text
    assert "<img src=x" not in page
    assert "<script>alert" not in page
    assert "<b>Frau" not in page
    assert page.count("&lt;img src=x onerror=alert(1)&gt;") == 3
    assert "&lt;b&gt;Frau&lt;/b&gt; geht hin" in page


def test_who_comes_is_asked_once_and_then_known(called: HubServer) -> None:
    with counter(called) as browser:
        asked = browser.post(f"/counter/calls/{CALL}/take", data={"minutes": "5"})
        assert asked.headers["location"] == f"/counter/person?call={CALL}&minutes=5"
        page = browser.get(asked.headers["location"]).text
        assert f'name="call" value="{CALL}"' in page
        browser.post("/counter/person", data={"name": " Frau  Yılmaz ", "counter": "2", "call": CALL, "minutes": "5"})
        page = browser.get("/counter").text
    assert "Frau Yılmaz geht hin" in page
    assert "Schalter 2, in etwa 5 Min." in page
    assert "niemand wartet" in page


def test_a_name_is_needed(called: HubServer) -> None:
    with counter(called) as browser:
        answer = browser.post("/counter/person", data={"name": " ", "counter": "2"})
        assert answer.status_code == 422
        assert "lotse_attendant" not in browser.cookies


def test_the_slower_of_two_learns_that_somebody_goes_already(called: HubServer) -> None:
    with counter(called) as quick, counter(called) as slow:
        introduce(quick, "Frau Yılmaz", "2")
        introduce(slow, "Herr Kern", "Raum 1.04")
        quick.post(f"/counter/calls/{CALL}/take")
        answer = slow.post(f"/counter/calls/{CALL}/take")
        page = slow.get(answer.headers["location"]).text
        assert "Diesen Ruf hat schon jemand übernommen." in page
        assert "Frau Yılmaz geht hin" in page
        slow.post(f"/counter/calls/{CALL}/take", data={"instead_of": "Frau Yılmaz"})
        assert "Herr Kern geht hin" in slow.get("/counter").text


@pytest.mark.parametrize("minutes", ["", "0", "-1", "61", "²", "zwei", "9" * 50])
def test_minutes_that_are_none_are_left_out(called: HubServer, minutes: str) -> None:
    with counter(called) as browser:
        introduce(browser, "Frau Yılmaz", "2")
        browser.post(f"/counter/calls/{CALL}/take", data={"minutes": minutes})
        page = browser.get("/counter").text
    assert "Frau Yılmaz geht hin" in page
    assert "in etwa" not in page


def test_a_call_that_is_done_leaves_the_list(called: HubServer) -> None:
    with counter(called) as browser:
        browser.post(f"/counter/calls/{CALL}/done")
        assert "Gerade ruft niemand." in browser.get("/counter").text
        again = browser.post(f"/counter/calls/{CALL}/done")
        assert "Dieser Ruf ist schon beendet." in browser.get(again.headers["location"]).text


@pytest.mark.parametrize("cookie", ["", "x", "%7B", "[]", "%7B%22name%22%3A1%7D", "null"])
def test_a_spoilt_name_cookie_is_no_name(called: HubServer, cookie: str) -> None:
    with counter(called) as browser:
        browser.cookies.set("lotse_attendant", cookie)
        assert "Name und Schalter eintragen" in browser.get("/counter").text


def test_waiting_times_are_for_people() -> None:
    since = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
    assert waited(since, since + timedelta(seconds=80)) == "1:20 min"
    assert waited(since, since + timedelta(seconds=3900)) == "1:05 Std."
    assert waited(since, since - timedelta(seconds=5)) == "0:00 min"


def test_the_token_is_in_no_log(hub: HubServer, caplog: pytest.LogCaptureFixture) -> None:
    with counter(hub) as browser:
        assert browser.get("/counter").status_code == 200
    lines = [record.getMessage() for record in caplog.records if not record.name.startswith("httpx")]
    assert not [line for line in lines if TOKEN in line]
    assert TOKEN not in repr(hub.settings)
