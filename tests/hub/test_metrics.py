"""What Prometheus gets: whether the hub works. Nothing from which somebody could be guessed."""

from __future__ import annotations

import re
import time
from pathlib import Path

import httpx

from hub.server import HubServer, running
from tests.hub.town_hall import CALL, counter, message, settings, terminal

TOKEN = "the token of Prometheus"


def metrics(hub: HubServer, **headers: str) -> httpx.Response:
    return httpx.get(f"{hub.base_url}/metrics", headers=headers, trust_env=False)


def value(text: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    assert found, name
    return float(found[1])


def test_the_hub_tells_how_it_is(hub: HubServer) -> None:
    with terminal(hub) as box, box.stream("GET", "/terminals/me/events") as stream:
        lines = stream.iter_lines()  # kept: without it the stream is closed
        assert next(lines) == "event: hello"
        httpx.get(f"{hub.base_url}/api/v1/health", trust_env=False)
        text = metrics(hub).text
    assert value(text, 'lotse_hub_terminals{state="known"}') == 2
    assert value(text, "lotse_hub_connections") == 1
    assert value(text, "lotse_hub_database_up") == 1
    assert value(text, 'lotse_hub_failures_total{kind="refused"}') == 1
    assert value(text, "process_resident_memory_bytes") > 0
    assert value(text, "lotse_hub_lag_seconds") < 5


def test_a_call_and_a_visit_leave_no_trace_in_it(hub: HubServer) -> None:
    """Only what always moves (time, memory) may differ: a count that goes up when somebody calls tells when it was."""

    def told() -> dict[str, str]:
        lines = [line.rsplit(" ", 1) for line in metrics(hub).text.splitlines() if not line.startswith("#")]
        moves = ("process_", "lotse_hub_lag")
        return {name: number for name, number in lines if not name.startswith(moves)}

    for _ in range(200):  # the first look at the database comes after the first answer
        if (before := told())["lotse_hub_database_up"] == "1.0":
            break
        time.sleep(0.05)
    with terminal(hub) as box, counter(hub) as browser:
        box.put(f"/calls/{CALL}", json=message())
        box.put("/terminals/me/devices", json={"devices": {}, "state": "in-use"})
        browser.get("/counter")
        after = told()
    assert after == before
    assert not re.search("Terminal 1|Foyer|Wohnung", metrics(hub).text)


def test_without_a_token_only_this_machine_may_ask(hub: HubServer) -> None:
    assert metrics(hub).status_code == 200
    assert metrics(hub, **{"X-Forwarded-For": "127.0.0.1"}).status_code == 404
    assert metrics(hub, **{"X-Forwarded-For": "192.0.2.1"}).status_code == 404
    for header in ("Forwarded", "Via", "X-Real-IP", "X-Forwarded-Host", "X-Forwarded-Proto"):
        assert metrics(hub, **{header: "http"}).status_code == 404, header


def test_with_a_token_nobody_may_without_it(tmp_path: Path) -> None:
    with running(settings(tmp_path / "hub.db", metrics_token=TOKEN)) as hub:
        assert metrics(hub).status_code == 401
        assert metrics(hub, Authorization="Bearer another").status_code == 401
        assert metrics(hub, Authorization=f"Bearer {TOKEN}").status_code == 200
