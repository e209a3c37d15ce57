"""What a terminal may say to the hub, over HTTP."""

from __future__ import annotations

import json

import httpx
import pytest

from hub.server import HubServer
from tests.hub.town_hall import CALL, LEFT_KEY, OTHER_CALL, RIGHT_KEY, counter, message, terminal


def test_a_call_is_queued(hub: HubServer) -> None:
    with terminal(hub) as left:
        answer = left.put(f"/calls/{CALL}", json=message(reason="papers", language="tr"))
        assert answer.json() == {"state": "queued", "place": 1, "usual_minutes": None}


ALL_REQUESTS = [
    ("GET", "/health"),
    ("PUT", f"/calls/{CALL}"),
    ("DELETE", f"/calls/{CALL}"),
    ("GET", f"/calls/{CALL}/events"),
    ("GET", "/terminals/me/events"),
    ("PUT", "/terminals/me/devices"),
]


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {LEFT_KEY}"}])
def test_without_a_known_key_nothing_is_answered(hub: HubServer, headers: dict[str, str]) -> None:
    for method, path in ALL_REQUESTS:
        address = f"{hub.base_url}/api/v1{path}"
        answer = httpx.request(method, address, headers=headers, json=message(), trust_env=False)
        assert answer.status_code == 401, (method, path)
        assert answer.headers["www-authenticate"] == "Bearer"


def test_a_terminal_neither_changes_nor_sees_the_call_of_another(hub: HubServer) -> None:
    with terminal(hub) as left, terminal(hub, RIGHT_KEY) as right:
        left.put(f"/calls/{CALL}", json=message())
        assert right.put(f"/calls/{CALL}", json=message(step="anderes")).status_code == 404
        assert right.delete(f"/calls/{CALL}").status_code == 404
        assert right.get(f"/calls/{CALL}/events").status_code == 404
    with counter(hub) as browser:
        assert "Neue Adresse" in browser.get("/counter").text


def test_two_terminals_wait_side_by_side(hub: HubServer) -> None:
    with terminal(hub) as left, terminal(hub, RIGHT_KEY) as right:
        left.put(f"/calls/{CALL}", json=message())
        right.put(f"/calls/{OTHER_CALL}", json=message())
        with counter(hub) as browser:
            assert "2 warten" in browser.get("/counter").text
        left.delete(f"/calls/{CALL}")
        with counter(hub) as browser:
            page = browser.get("/counter").text
    assert "1 wartet" in page
    assert f"call-{CALL}" not in page


def test_a_new_call_ends_the_older_one_of_the_same_terminal(hub: HubServer) -> None:
    with terminal(hub) as left:
        left.put(f"/calls/{CALL}", json=message())
        left.put(f"/calls/{OTHER_CALL}", json=message())
        assert left.put(f"/calls/{CALL}", json=message()).json() == {"state": "cancelled"}


WRONG_CALLS: list[dict[str, object]] = [
    message(step=None),
    message(step="x" * 301),
    message(called_at="2026-05-04T10:24:00"),
    message(called_at="yesterday"),
    message(name="Erika Mustermann"),
    message(reason="Ich heiße Erika Mustermann"),
    message(step="Adresse\x00"),
]


def test_a_message_that_is_not_as_agreed_is_refused(hub: HubServer) -> None:
    with terminal(hub) as left:
        for wrong in WRONG_CALLS:
            assert left.put(f"/calls/{CALL}", json=wrong).status_code == 422, wrong


def test_an_id_that_is_none_is_refused(hub: HubServer) -> None:
    with terminal(hub) as left:
        assert left.put("/calls/1", json=message()).status_code == 422


def test_a_large_body_is_refused_before_it_is_read(hub: HubServer) -> None:
    with terminal(hub) as left:
        assert left.put(f"/calls/{CALL}", content=b" " * 16_385).status_code == 413
        assert left.put(f"/calls/{CALL}", content=iter([b"{}"])).status_code == 411


def test_a_foreign_host_name_is_refused(hub: HubServer) -> None:
    with terminal(hub) as left:
        assert left.get("/health", headers={"Host": "rebound.example"}).status_code == 400


def test_a_terminal_hears_each_change_and_the_end(hub: HubServer) -> None:
    with terminal(hub) as left, counter(hub) as browser:
        left.put(f"/calls/{CALL}", json=message())
        with left.stream("GET", f"/calls/{CALL}/events") as stream:
            data = (line.removeprefix("data: ") for line in stream.iter_lines() if line.startswith("data:"))
            assert next(data) == '{"state":"queued","place":1,"usual_minutes":null}'
            browser.post("/counter/person", data={"name": "Frau Yılmaz", "counter": "2"})
            browser.post(f"/counter/calls/{CALL}/take")
            assert next(data) == '{"state":"taken","name":"Frau Yılmaz","counter":"Schalter 2","minutes":null}'
            browser.post(f"/counter/calls/{CALL}/on-my-way", data={"minutes": "2"})
            assert next(data) == '{"state":"on-way","name":"Frau Yılmaz","counter":"Schalter 2","minutes":2}'
            browser.post(f"/counter/calls/{CALL}/pass-on")
            assert next(data) == '{"state":"queued","place":1,"usual_minutes":null}'
            browser.post(f"/counter/calls/{CALL}/done")
            assert next(data) == '{"state":"done"}'
            assert list(data) == []


def test_the_place_in_the_queue_moves_up(hub: HubServer) -> None:
    with terminal(hub) as left, terminal(hub, RIGHT_KEY) as right:
        left.put(f"/calls/{CALL}", json=message())
        right.put(f"/calls/{OTHER_CALL}", json=message())
        with right.stream("GET", f"/calls/{OTHER_CALL}/events") as stream:
            data = (line.removeprefix("data: ") for line in stream.iter_lines() if line.startswith("data:"))
            assert json.loads(next(data))["place"] == 2
            left.delete(f"/calls/{CALL}")
            assert json.loads(next(data))["place"] == 1


def shown(hub: HubServer, *words: str, without: str = "\0") -> str:
    """Wait until the counter's list of terminals has these words; return it."""
    with counter(hub) as browser, browser.stream("GET", "/counter/events") as stream:
        event = ""
        for line in stream.iter_lines():
            event = event + line if line else ""
            if "terminal-list" in event and all(word in event for word in words) and without not in event:
                return event
    raise AssertionError(words)


def test_the_counter_sees_how_a_terminal_is(hub: HubServer) -> None:
    with terminal(hub) as left, left.stream("GET", "/terminals/me/events") as stream:
        lines = stream.iter_lines()
        assert next(lines) == "event: hello"
        assert shown(hub, "verbunden")
        with terminal(hub) as beside:
            said = {"devices": {"printer": None, "speech": None}, "state": "in-use"}
            assert beside.put("/terminals/me/devices", json=said).status_code == 204
            assert shown(hub, "besetzt")
            said = {"devices": {"printer": "printer.paper-out", "other": "other.new-fault"}}
            assert beside.put("/terminals/me/devices", json=said).status_code == 204
            assert shown(hub, "eingeschränkt", "kein Papier", "other.new-fault")
            assert beside.put("/terminals/me/devices", json={"devices": {}, "state": "free"}).status_code == 204
            assert shown(hub, "frei", without="kein Papier")


def test_the_counter_sees_that_a_terminal_has_left(hub: HubServer) -> None:
    with terminal(hub) as left, left.stream("GET", "/terminals/me/events") as stream:
        lines = stream.iter_lines()  # kept: without it the stream is closed
        assert next(lines) == "event: hello"
        shown(hub, ">verbunden</span>")
    shown(hub, ">nicht verbunden</span>", without=">verbunden</span>")


WRONG_STATES: list[dict[str, object]] = [
    {},
    {"devices": {"printer": "Erika Mustermann"}},
    {"devices": {"Drucker": "printer.off"}},
    {"devices": {}, "state": "asleep"},
    {"devices": {f"d{number}": None for number in range(41)}},
]


def test_a_state_that_is_not_as_agreed_is_refused(hub: HubServer) -> None:
    with terminal(hub) as left:
        for wrong in WRONG_STATES:
            assert left.put("/terminals/me/devices", json=wrong).status_code == 422, wrong


def test_a_terminal_that_asks_without_end_is_slowed_down(hub: HubServer) -> None:
    with terminal(hub) as left, terminal(hub, RIGHT_KEY) as right:
        answers = [left.get("/health") for _ in range(150)]
        slowed = next(answer for answer in answers if answer.status_code == 429)
        assert int(slowed.headers["retry-after"]) >= 1
        assert right.get("/health").status_code == 204


def test_guessing_keys_is_slowed_down(hub: HubServer) -> None:
    with terminal(hub, "guessed") as stranger:
        assert {stranger.get("/health").status_code for _ in range(60)} == {401, 429}
