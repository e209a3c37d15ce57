"""What a terminal may say to the hub, over HTTP."""

from __future__ import annotations

import httpx
import pytest

from hub.server import HubServer
from tests.hub.town_hall import CALL, LEFT_KEY, OTHER_CALL, RIGHT_KEY, counter, message, terminal


def test_a_call_is_queued(hub: HubServer) -> None:
    with terminal(hub) as left:
        assert left.put(f"/calls/{CALL}", json=message()).json() == {"state": "queued"}


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {LEFT_KEY}"}])
@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/health"), ("PUT", f"/calls/{CALL}"), ("DELETE", f"/calls/{CALL}"), ("GET", f"/calls/{CALL}/events")],
)
def test_without_a_known_key_nothing_is_answered(
    hub: HubServer, headers: dict[str, str], method: str, path: str
) -> None:
    answer = httpx.request(method, f"{hub.base_url}/api/v1{path}", headers=headers, json=message(), trust_env=False)
    assert answer.status_code == 401
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
    assert "Terminal 1" not in page


def test_a_new_call_ends_the_older_one_of_the_same_terminal(hub: HubServer) -> None:
    with terminal(hub) as left:
        left.put(f"/calls/{CALL}", json=message())
        left.put(f"/calls/{OTHER_CALL}", json=message())
        assert left.put(f"/calls/{CALL}", json=message()).json() == {"state": "cancelled"}


@pytest.mark.parametrize(
    "wrong",
    [
        message(step=None),
        message(step="x" * 301),
        message(called_at="2026-05-04T10:24:00"),
        message(called_at="yesterday"),
        message(name="Erika Mustermann"),
    ],
)
def test_a_message_that_is_not_as_agreed_is_refused(hub: HubServer, wrong: dict[str, object]) -> None:
    with terminal(hub) as left:
        assert left.put(f"/calls/{CALL}", json=wrong).status_code == 422


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
            assert next(data) == '{"state":"queued"}'
            browser.post("/counter/person", data={"name": "Frau Yılmaz", "counter": "2"})
            browser.post(f"/counter/calls/{CALL}/take", data={"minutes": "2"})
            assert next(data) == '{"state":"taken","name":"Frau Yılmaz","counter":"Schalter 2","minutes":2}'
            browser.post(f"/counter/calls/{CALL}/done")
            assert next(data) == '{"state":"done"}'
            assert list(data) == []
