"""A hub that is killed loses no call."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.hub.town_hall import CALL, LEFT_KEY, TOKEN, message

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from pathlib import Path
from hub.server import serve
from tests.hub.town_hall import settings
serve(settings(Path(sys.argv[1])))
"""


@contextmanager
def process(database: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A hub as its own process, and its address; killed at the end at the latest."""
    hub = subprocess.Popen([sys.executable, "-c", PROGRAM, str(database)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert hub.stdout
    try:
        yield hub, hub.stdout.readline().partition("/counter")[0]
    finally:
        hub.kill()
        hub.wait()
        hub.stdout.close()


def test_a_killed_hub_still_has_its_calls(tmp_path: Path) -> None:
    key = {"Authorization": f"Bearer {LEFT_KEY}"}
    with process(tmp_path / "hub.db") as (hub, address):
        placed = httpx.put(f"{address}/api/v1/calls/{CALL}", headers=key, json=message(), trust_env=False)
        assert placed.status_code == 200
        hub.kill()
    with process(tmp_path / "hub.db") as (hub, address):
        browser = httpx.Client(trust_env=False, follow_redirects=True)
        with browser:
            assert "Neue Adresse" in browser.get(f"{address}/counter?token={TOKEN}").text
        hub.terminate()
        assert hub.wait(timeout=10) in (0, -15)


def test_a_hub_stops_while_somebody_listens(tmp_path: Path) -> None:
    key = {"Authorization": f"Bearer {LEFT_KEY}"}
    with process(tmp_path / "hub.db") as (hub, address), httpx.Client(headers=key, trust_env=False) as left:
        left.put(f"{address}/api/v1/calls/{CALL}", json=message())
        with left.stream("GET", f"{address}/api/v1/calls/{CALL}/events") as stream:
            lines = stream.iter_lines()
            assert "queued" in next(line for line in lines if line.startswith("data:"))
            hub.terminate()
            assert not [line for line in lines if line.startswith("data:")]
        assert hub.wait(timeout=4) in (0, -15)
