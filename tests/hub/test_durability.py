"""What was called is never lost: not when a hub is killed, not when one of three is, not when the network is away."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from demo.network import Cable
from hub.calls import CallBook
from hub.server import HubServer, running
from hub.storage import open_database
from kiosk.counter_events import HelpDone, HelpQueued, HelpTaken
from kiosk.effects import Call
from kiosk.text import local
from online.help_desk import Delays, HelpDeskClient
from tests.hub.postgres import Postgres
from tests.hub.town_hall import CALL, LEFT_KEY, OTHER_CALL, RIGHT_KEY, TOKEN, counter, message, settings, terminal
from tests.online.test_help_desk import PATIENCE, Told, doing

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from hub.server import serve
from pathlib import Path
from tests.hub.town_hall import settings
serve(settings(sys.argv[1] if "://" in sys.argv[1] else Path(sys.argv[1])))
"""
LONG = os.environ.get("LOTSE_LONG_TESTS") == "1"
KEY = {"Authorization": f"Bearer {LEFT_KEY}"}


@contextmanager
def process(database: Path | str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A hub as its own process, and its address; killed at the end at the latest."""
    command = [sys.executable, "-c", PROGRAM, str(database)]
    hub = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert hub.stdout
    try:
        yield hub, hub.stdout.readline().partition("/login")[0]
    finally:
        hub.kill()
        hub.wait()
        hub.stdout.close()


def test_a_killed_hub_still_has_its_calls(database: Path | str) -> None:
    with process(database) as (hub, address):
        placed = httpx.put(
            f"{address}/api/v1/calls/{CALL}", headers=KEY, json=message(), trust_env=False, timeout=PATIENCE
        )
        assert placed.status_code == 200
        hub.kill()
    with process(database) as (hub, address):
        with httpx.Client(trust_env=False, timeout=PATIENCE, follow_redirects=True) as browser:
            assert "Neue Adresse" in browser.get(f"{address}/login?token={TOKEN}").text
        hub.terminate()
        assert hub.wait(timeout=PATIENCE) in (0, -15)


def test_whatever_was_answered_before_the_kill_is_there_after_it(tmp_path: Path) -> None:
    answered: list[str] = []

    def call_again_and_again(address: str) -> None:
        with httpx.Client(headers=KEY, trust_env=False, timeout=PATIENCE) as left:
            for number in range(10_000):
                call_id = f"{number:032x}"
                try:
                    left.put(f"{address}/api/v1/calls/{call_id}", json=message()).raise_for_status()
                except (httpx.TransportError, httpx.HTTPStatusError):
                    return
                answered.append(call_id)
                enough.set() if number == 20 else None

    enough = threading.Event()
    with process(tmp_path / "hub.db") as (hub, address):
        calling = threading.Thread(target=call_again_and_again, args=(address,))
        calling.start()
        assert enough.wait(20)
        hub.kill()
        calling.join(20)
    engine = open_database(settings(tmp_path / "hub.db"))
    book = CallBook(engine)
    assert [call_id for call_id in answered if book.call(call_id) is None] == []
    assert len(book.open_calls()) == 1
    engine.dispose()


def test_a_hub_stops_while_somebody_listens(tmp_path: Path) -> None:
    with (
        process(tmp_path / "hub.db") as (hub, address),
        httpx.Client(headers=KEY, trust_env=False, timeout=PATIENCE) as left,
    ):
        left.put(f"{address}/api/v1/calls/{CALL}", json=message())
        with left.stream("GET", f"{address}/api/v1/calls/{CALL}/events") as stream:
            lines = stream.iter_lines()
            assert "queued" in next(line for line in lines if line.startswith("data:"))
            hub.terminate()
            assert not [line for line in lines if line.startswith("data:")]
        assert hub.wait(timeout=4) in (0, -15)


@pytest.fixture
def three(postgresql: Postgres) -> Iterator[list[HubServer]]:
    """Three hubs on one PostgreSQL."""
    url = postgresql.database()
    with ExitStack() as stack:
        yield [stack.enter_context(running(settings(url))) for _ in range(3)]


def test_each_of_three_hubs_shows_what_another_was_told(three: list[HubServer]) -> None:
    first, second, third = three
    with counter(third) as browser, browser.stream("GET", "/counter/events") as stream:
        lines = stream.iter_lines()
        assert any("Gerade ruft niemand." in line for line in lines)
        with terminal(first) as left:
            left.put(f"/calls/{CALL}", json=message())
        assert any("Neue Adresse" in line for line in lines)
        with counter(second) as colleague:
            colleague.post("/counter/person", data={"name": "Frau Yılmaz", "counter": "2"})
            colleague.post(f"/counter/calls/{CALL}/on-my-way")
        assert any("Frau Yılmaz geht hin" in line for line in lines)


def test_of_two_who_take_a_call_at_different_hubs_one_has_it(three: list[HubServer]) -> None:
    with terminal(three[0]) as left:
        left.put(f"/calls/{CALL}", json=message())
    with ExitStack() as stack:
        browsers = [stack.enter_context(counter(hub)) for hub in three]
        for number, browser in enumerate(browsers):
            browser.post("/counter/person", data={"name": f"Person {number}", "counter": "2"})
        barrier, answers = threading.Barrier(3), dict[int, str]()

        def take(number: int) -> None:
            barrier.wait(10)
            answers[number] = browsers[number].post(f"/counter/calls/{CALL}/take").headers["location"]

        threads = [threading.Thread(target=take, args=(number,)) for number in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
    assert sorted("notice=taken" in place for place in answers.values()) == [False, True, True]


def test_one_of_three_hubs_is_killed_and_nothing_is_lost(postgresql: Postgres) -> None:
    url = postgresql.database()
    with process(url) as (hub, dying), process(url) as (_, second), process(url) as (_, third):
        for key, call_id in ((LEFT_KEY, CALL), (RIGHT_KEY, OTHER_CALL)):
            headers = {"Authorization": f"Bearer {key}"}
            httpx.put(
                f"{dying}/api/v1/calls/{call_id}", headers=headers, json=message(), trust_env=False, timeout=PATIENCE
            )
        hub.kill()
        hub.wait()
        origin = {"Origin": second}
        with httpx.Client(base_url=second, headers=origin, trust_env=False, timeout=PATIENCE) as browser:
            browser.get("/login", params={"token": TOKEN})
            assert "2 warten" in browser.get("/counter").text
            browser.post("/counter/person", data={"name": "Frau Yılmaz", "counter": "2"})
            browser.post(f"/counter/calls/{CALL}/on-my-way")
        again = httpx.put(
            f"{third}/api/v1/calls/{CALL}", headers=KEY, json=message(), trust_env=False, timeout=PATIENCE
        )
        assert again.json()["name"] == "Frau Yılmaz"


@pytest.mark.parametrize(
    "seconds",
    [
        1.5,
        pytest.param(60, marks=[pytest.mark.skipif(not LONG, reason="LOTSE_LONG_TESTS=1"), pytest.mark.timeout(120)]),
    ],
)
async def test_a_network_that_was_away_costs_no_call(tmp_path: Path, seconds: float) -> None:
    delays = Delays(request=0.5, silence=3, retry=0.02, retry_most=0.1, health=0.02)
    told = Told()
    with ExitStack() as stack:
        hub = stack.enter_context(running(settings(tmp_path / "hub.db")))
        cable = Cable(hub.port)
        await cable.start()
        client = HelpDeskClient(cable.address, "Terminal 1", LEFT_KEY, delays)
        async with doing(client.call(Call(service=None, step=local("Neue Adresse")), told)):
            assert await told.next() == HelpQueued(1)
            await cable.plug(False)
            await asyncio.to_thread(_take, hub)
            await asyncio.sleep(seconds)  # that long the network is away
            await cable.plug(True)
            taken = HelpTaken("Frau Yılmaz", "Schalter 2", 5)
            assert taken in [await told.next(), await told.next()]
            await cable.plug(False)
            await asyncio.to_thread(_finish, hub)
            await cable.plug(True)
            assert await told.after_the_queue() == HelpDone()
        await client.aclose()
        await cable.close()
        await asyncio.to_thread(stack.close)


def _take(hub: HubServer) -> None:
    with counter(hub) as browser:
        browser.post("/counter/person", data={"name": "Frau Yılmaz", "counter": "2"})
        browser.post(f"/counter/calls/{_open(hub)}/on-my-way", data={"minutes": "5"})


def _finish(hub: HubServer) -> None:
    with counter(hub) as browser:
        browser.post(f"/counter/calls/{_open(hub)}/done")


def _open(hub: HubServer) -> str:
    engine = open_database(hub.settings)
    (call,) = CallBook(engine).open_calls()
    engine.dispose()
    return call.id
