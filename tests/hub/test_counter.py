"""The counter's page as a server renders it: who gets in, what is shown, what a form does."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from hub.pages import waited
from hub.server import HubServer, running
from hub.settings import Site, Spot
from tests.hub.town_hall import CALL, TERMINALS, TOKEN, counter, message, settings, terminal

ATTACK = "<img src=x onerror=alert(1)>'\"&<script>alert(2)</script>"


@pytest.fixture
def called(hub: HubServer) -> HubServer:
    """A hub with one call."""
    with terminal(hub) as left:
        left.put(f"/calls/{CALL}", json=message())
    return hub


def introduce(browser: httpx.Client, name: str, at: str) -> None:
    assert browser.post("/counter/person", data={"name": name, "counter": at}).status_code == 303


CLOSED = [
    ("/counter", 303),
    ("/counter/person", 303),
    ("/counter/figures", 303),
    ("/counter/audit", 303),
    ("/counter/plan/0", 303),
    ("/counter/events", 401),
    ("/login?token=wrong", 403),
    ("/counter?token=" + TOKEN, 303),
]


def test_without_a_session_nothing_is_shown(called: HubServer) -> None:
    for path, status in CLOSED:
        answer = httpx.get(f"{called.base_url}{path}", trust_env=False)
        assert answer.status_code == status
        assert answer.headers.get("location", "/login") == "/login"
        assert "set-cookie" not in answer.headers
        assert "Wohnung anmelden" not in answer.text


def test_the_token_leaves_the_address_and_stays_in_a_cookie_that_no_script_reads(hub: HubServer) -> None:
    answer = httpx.get(f"{hub.base_url}/login?token={TOKEN}", trust_env=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/counter")
    assert re.search("HttpOnly", answer.headers["set-cookie"])
    assert re.search("SameSite=lax", answer.headers["set-cookie"])
    assert TOKEN not in answer.headers["set-cookie"]


@pytest.mark.parametrize("deed", ["take", "on-my-way", "pass-on", "done"])
def test_a_form_of_another_page_changes_nothing(called: HubServer, deed: str) -> None:
    with counter(called) as browser:
        introduce(browser, "Frau Yılmaz", "2")
        del browser.headers["Origin"]
        own = called.base_url.removeprefix("http://")
        for origin in (None, "null", "http://evil.example", "http://127.0.0.1:1", f"https://{own}"):
            headers = {"Origin": origin} if origin else {}
            answer = browser.post(f"/counter/calls/{CALL}/{deed}", headers=headers)
            assert answer.status_code == 403, origin
        assert "1 wartet" in browser.get("/counter").text


def test_a_browser_that_says_cross_site_is_refused(called: HubServer) -> None:
    with counter(called) as browser:
        answer = browser.post(f"/counter/calls/{CALL}/done", headers={"Sec-Fetch-Site": "same-site"})
    assert answer.status_code == 403


def test_every_answer_forbids_foreign_and_inline_scripts(called: HubServer) -> None:
    with counter(called) as browser:
        for path in ("/counter", "/counter/person", "/login", "/static/counter.js", "/nowhere"):
            policy = browser.get(path).headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
        page = browser.get("/counter").text
    assert not re.search(r"<script(?! src=\"/static/)", page)
    assert not re.search(r"\son\w+=|\sstyle=|https?://", page)


def test_labels_are_words_never_markup(hub: HubServer) -> None:
    with terminal(hub) as left:
        left.put(f"/calls/{CALL}", json=message(service=ATTACK, step=ATTACK))
    with counter(hub) as browser:
        introduce(browser, "<b>Frau</b>", "<i>2</i>")
        browser.post(f"/counter/calls/{CALL}/on-my-way", data={"instead_of": ""})
        page = browser.get(f"/counter?notice={ATTACK}").text
    assert "<img src=x" not in page
    assert "<script>alert" not in page
    assert "<b>Frau" not in page
    assert page.count("&lt;img src=x onerror=alert(1)&gt;") == 2
    assert "&lt;b&gt;Frau&lt;/b&gt; geht hin" in page


def test_who_comes_is_asked_once_and_then_known(called: HubServer) -> None:
    with counter(called) as browser:
        asked = browser.post(f"/counter/calls/{CALL}/on-my-way", data={"minutes": "5"})
        assert asked.headers["location"] == f"/counter/person?call={CALL}&deed=on-my-way&minutes=5"
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
        assert "Bitte füllen Sie alle Felder aus." in answer.text
        assert "Name und Schalter eintragen" in browser.get("/counter").text


def test_the_slower_of_two_learns_that_somebody_goes_already(called: HubServer) -> None:
    with counter(called) as quick, counter(called) as slow:
        introduce(quick, "Frau Yılmaz", "2")
        introduce(slow, "Herr Kern", "Raum 1.04")
        quick.post(f"/counter/calls/{CALL}/on-my-way")
        answer = slow.post(f"/counter/calls/{CALL}/take")
        page = slow.get(answer.headers["location"]).text
        assert "Diesen Ruf hat schon jemand übernommen." in page
        assert "Frau Yılmaz geht hin" in page
        slow.post(f"/counter/calls/{CALL}/on-my-way", data={"instead_of": "Frau Yılmaz"})
        assert "Herr Kern geht hin" in slow.get("/counter").text


def test_minutes_that_are_none_are_left_out(called: HubServer) -> None:
    with counter(called) as browser:
        introduce(browser, "Frau Yılmaz", "2")
        for minutes in ("", "0", "-1", "61", "²", "zwei", "9" * 50):
            browser.post(f"/counter/calls/{CALL}/on-my-way", data={"minutes": minutes})
            page = browser.get("/counter").text
            assert "Frau Yılmaz geht hin" in page
            assert "in etwa" not in page, minutes


def test_a_call_that_is_done_leaves_the_list(called: HubServer) -> None:
    with counter(called) as browser:
        browser.post(f"/counter/calls/{CALL}/done")
        assert "Gerade ruft niemand." in browser.get("/counter").text
        again = browser.post(f"/counter/calls/{CALL}/done")
        assert "Dieser Ruf ist schon beendet." in browser.get(again.headers["location"]).text


def test_a_call_is_helped_with_from_the_counter_and_passed_on(called: HubServer) -> None:
    with counter(called) as browser, counter(called) as other:
        introduce(browser, "Frau Yılmaz", "2")
        introduce(other, "Herr Kern", "1")
        browser.post(f"/counter/calls/{CALL}/take")
        assert "Frau Yılmaz hilft vom Schalter" in other.get("/counter").text
        answer = other.post(f"/counter/calls/{CALL}/pass-on")
        assert "Diesen Ruf hat schon jemand übernommen." in other.get(answer.headers["location"]).text
        browser.post(f"/counter/calls/{CALL}/pass-on")
        page = other.get("/counter").text
    assert "1 wartet" in page
    assert "Weitergegeben von" in page


def test_the_page_speaks_english_where_the_browser_does_or_is_told_to(called: HubServer) -> None:
    with counter(called) as browser:
        assert "1 waiting" in browser.get("/counter", headers={"Accept-Language": "en-GB,en;q=0.9"}).text
        answer = browser.post("/language", data={"language": "en", "back": "/counter/person"})
        assert answer.headers["location"] == "/counter/person"
        page = browser.get("/counter").text
        assert '<html lang="en">' in page
        assert '<p class="muted" lang="de">Wohnung anmelden</p>' in page
        answer = browser.post("/language", data={"language": "xx", "back": "https://evil.example"})
        assert answer.headers["location"] == "/counter"


def test_the_visitors_language_is_named(hub: HubServer) -> None:
    with terminal(hub) as left, counter(hub) as browser:
        left.put(f"/calls/{CALL}", json=message(language="ar"))
        assert "Arabisch" in browser.get("/counter").text
        left.put(f"/calls/{CALL}", json=message(language="de-x-leicht"))
        assert "Leichte Sprache" in browser.get("/counter").text
        left.put(f"/calls/{CALL}", json=message(language="xq-zz"))
        assert "xq-zz" in browser.get("/counter").text


def test_the_plan_shows_where_a_terminal_stands(tmp_path: Path) -> None:
    picture = tmp_path / "floor.svg"
    picture.write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    there = replace(TERMINALS[0], spot=Spot(35, 60))
    site = settings(tmp_path / "hub.db", terminals=(there,), sites=(Site("Rathaus", picture),))
    with running(site) as hub, counter(hub) as browser:
        assert '<svg x="35.0%" y="60.0%"' in browser.get("/counter").text
        plan = browser.get("/counter/plan/0")
        assert plan.headers["content-type"] == "image/svg+xml"
        assert "script-src 'self'" in plan.headers["content-security-policy"]
        assert browser.get("/counter/plan/1").status_code == 404


def test_logging_out_ends_the_session_and_its_stream(called: HubServer) -> None:
    with counter(called) as browser, counter(called) as other:
        token = browser.cookies["lotse_session"]
        with browser.stream("GET", "/counter/events") as stream:
            lines = stream.iter_lines()
            assert any("Wohnung anmelden" in line for line in lines)
            with httpx.Client(base_url=called.base_url, cookies={"lotse_session": token}, trust_env=False) as same:
                assert same.post("/logout", headers={"Origin": called.base_url}).status_code == 303
            other.post(f"/counter/calls/{CALL}/done")
            assert "niemand wartet" not in "".join(lines)
        assert browser.get("/counter").headers["location"] == "/login"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"state": "free", "devices": {}}, "frei"),
        ({"state": "in-use", "devices": {}}, "besetzt"),
        ({"state": "on-hold", "devices": {}}, "angehalten"),
        ({"state": "out-of-order", "devices": {}}, "außer Betrieb"),
        ({"state": "free", "devices": {"printer": "printer.near-end"}}, "Papier fast leer"),
        ({"state": "in-use", "devices": {"printer": "printer.near-end", "eid": "eid.absent"}}, "eingeschränkt"),
    ],
)
def test_staff_see_how_each_terminal_is(hub: HubServer, told: dict[str, object], words: str) -> None:
    with terminal(hub) as box, box.stream("GET", "/terminals/me/events") as stream:
        lines = stream.iter_lines()  # kept: without it the stream is closed
        assert next(lines) == "event: hello"
        with terminal(hub) as beside, counter(hub) as browser:
            beside.put("/terminals/me/devices", json=told)
            with browser.stream("GET", "/counter/events") as events:
                assert any(f"<span>{words}</span>" in line for line in events.iter_lines())


def test_waiting_times_are_for_people() -> None:
    since = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
    assert waited(since, since + timedelta(seconds=80), "Std.") == "1:20 min"
    assert waited(since, since + timedelta(seconds=3900), "Std.") == "1:05 Std."
    assert waited(since, since - timedelta(seconds=5), "Std.") == "0:00 min"


def test_the_token_is_in_no_log(hub: HubServer, caplog: pytest.LogCaptureFixture) -> None:
    with counter(hub) as browser:
        assert browser.get("/counter").status_code == 200
    lines = [record.getMessage() for record in caplog.records if not record.name.startswith("httpx")]
    assert not [line for line in lines if TOKEN in line]
    assert TOKEN not in repr(hub.settings)
