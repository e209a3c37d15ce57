"""A hub under load: `python -m tests.bench.hub --terminals 1000`. One hub process, everything on loopback.

So many terminals stay connected, ten at each site. At one of the sites people touch "call" one after the other, while
others call elsewhere and some visitors let somebody look on. Measured is the time from the touch (before the request
is sent) to the moment when the counter's page there has the call, what a terminal costs in memory, and what all of
them cost in processor time while nobody does anything.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from hub.roles import Role
from hub.settings import HubSettings, Site, TerminalAccess
from tests.bench import coviews
from tests.bench.figure import Figure, p95
from tests.hub import postgres
from tests.hub.staff import employ, log_in
from tests.hub.town_hall import message

A_SITE = 10
GOAL_MS = 300
MOST_COVIEWS = 50
AT_ONCE = 200
ELSEWHERE_A_SECOND = 10
IDLE_SECONDS = 20
ROOT = Path(__file__).parents[2]
SERVE = """
import sys
from hub.server import serve
from tests.bench.hub import site
serve(site(sys.argv[1], int(sys.argv[2])))
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What was measured. Memory is in KiB a terminal, `idle` in percent of one core for all."""

    terminals: int
    touches_ms: tuple[float, ...]
    memory: float
    empty_mib: float
    idle: float
    connecting_s: float
    screens_ms: tuple[float, ...]
    coviews: int


def site(database: str, terminals: int) -> HubSettings:
    """Return the settings of a city with so many terminals."""
    names = [f"Terminal {number}" for number in range(terminals)]
    access = [
        TerminalAccess.with_key(name, f"key of {name}", site=f"Site {number // A_SITE}")
        for number, name in enumerate(names)
    ]
    sites = tuple(Site(f"Site {number}") for number in range(max(1, terminals // A_SITE)))
    where = database if "://" in database else Path(database)
    return HubSettings(where, terminals=tuple(access), sites=sites)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.hub", description="Measures a hub under load.")
    parser.add_argument("--terminals", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--touches", type=int, default=100)
    parser.add_argument("--postgresql", action="store_true", help="on a real PostgreSQL instead of SQLite")
    options = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    met = True
    for terminals in options.terminals:
        with _database(on_postgresql=options.postgresql) as database:
            for figure in figures(asyncio.run(measured(database, terminals, options.touches))):
                print(figure, flush=True)
                met = met and figure.ok is not False
    return 0 if met else 1


@contextmanager
def _database(*, on_postgresql: bool) -> Iterator[str]:
    if on_postgresql:
        with postgres.running(durable=True) as server:
            yield server.database()
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield f"{folder}/hub.sqlite"


def figures(load: Load) -> list[Figure]:
    """Return the figures of one load."""
    name = f"{load.terminals:,} terminals"
    slowest, screens = p95(load.touches_ms), p95(load.screens_ms)
    looked = f"p95 {screens:.0f} ms, {len(load.screens_ms)} screens of {load.coviews} co-views"
    middle = sorted(load.touches_ms)[len(load.touches_ms) // 2]
    shown = f"p95 {slowest:.0f} ms, median {middle:.0f} ms, slowest {max(load.touches_ms):.0f} ms"
    return [
        Figure(f"{name}: touch to shown at the counter", f"p95 ≤ {GOAL_MS} ms", shown, slowest <= GOAL_MS),
        Figure(f"{name}: screen to who looks on", "", looked),
        Figure(f"{name}: memory a terminal", "", f"{load.memory:.0f} KiB (the hub alone: {load.empty_mib:.0f} MiB)"),
        Figure(f"{name}: processor, all idle", "", f"{load.idle:.1f} % of one core"),
        Figure(f"{name}: connected after", "", f"{load.connecting_s:.1f} s"),
    ]


async def measured(database: str, terminals: int, touches: int) -> Load:
    """Start a hub, connect the terminals, and measure."""
    employ(site(database, terminals), "staff", Role.STAFF, "Site 0")
    employ(site(database, terminals), coviews.LOGIN, Role.STAFF)
    watched = min(MOST_COVIEWS, terminals // 4)
    with served(database, terminals) as (process, address):
        await _answers(address)
        empty = process.memory_full_info().pss
        begun = time.perf_counter()
        async with connected(address, terminals):
            connecting = time.perf_counter() - begun
            await asyncio.sleep(2)
            memory = (process.memory_full_info().pss - empty) / terminals / 1024
            busy = sum(process.cpu_times()[:2])
            await asyncio.sleep(IDLE_SECONDS)
            idle = (sum(process.cpu_times()[:2]) - busy) / IDLE_SECONDS * 100
            async with coviews.looked_at(address, range(terminals - watched, terminals)) as screens:
                took = await _touched(address, terminals - watched, touches)
    return Load(terminals, tuple(took), memory, empty / 2**20, idle, connecting, tuple(screens), watched)


@contextmanager
def served(database: str, terminals: int) -> Iterator[tuple[psutil.Process, str]]:
    """Serve in a process of its own."""
    command = [sys.executable, "-c", SERVE, database, str(terminals)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as hub:
        assert hub.stdout
        try:
            yield psutil.Process(hub.pid), hub.stdout.readline().strip().removesuffix("/counter")
        finally:
            hub.terminate()


async def _answers(address: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        for _ in range(200):
            try:
                await client.get(f"{address}/login")
                return
            except httpx.TransportError:
                await asyncio.sleep(0.05)
    raise TimeoutError(address)


@asynccontextmanager
async def connected(address: str, terminals: int) -> AsyncIterator[None]:
    """Keep so many terminals connected; whatever they hear is read and dropped."""
    turn = asyncio.Semaphore(AT_ONCE)
    here: list[asyncio.Future[None]] = [asyncio.get_running_loop().create_future() for _ in range(terminals)]
    tasks = [asyncio.create_task(_stay(address, number, turn, here[number])) for number in range(terminals)]
    try:
        await asyncio.wait_for(asyncio.gather(*here), 120)
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _stay(address: str, number: int, turn: asyncio.Semaphore, here: asyncio.Future[None]) -> None:
    host, port = address.removeprefix("http://").split(":")
    async with turn:
        reader, writer = await asyncio.open_connection(host, int(port), limit=4096)
        key = f"Authorization: Bearer key of Terminal {number}"
        writer.write(f"GET /api/v1/terminals/me/events HTTP/1.1\r\nHost: {host}\r\n{key}\r\n\r\n".encode())
        status = await reader.readline()
        assert b" 200 " in status, status
        here.set_result(None)
    try:
        while await reader.read(4096):
            pass
    finally:
        writer.close()


async def _touched(address: str, terminals: int, touches: int) -> list[float]:
    """Touch "call" again and again; return the milliseconds until the counter's page has it."""
    async with _calling_elsewhere(address, terminals), _counter(address) as (client, seen):
        took = []
        for number in range(touches):
            call_id = uuid.uuid4().hex
            key = {"Authorization": f"Bearer key of Terminal {number % min(terminals, A_SITE)}"}
            arrived = seen[call_id] = asyncio.get_running_loop().create_future()
            begun = time.perf_counter()
            await client.put(f"/api/v1/calls/{call_id}", json=message(), headers=key)
            took.append((await asyncio.wait_for(arrived, 30) - begun) * 1000)
            await client.delete(f"/api/v1/calls/{call_id}", headers=key)
            await asyncio.sleep(0.05)
    return took


@asynccontextmanager
async def _counter(address: str) -> AsyncIterator[tuple[httpx.AsyncClient, dict[str, asyncio.Future[float]]]]:
    """Somebody at the counter's page of the first site. Its calls are noted in `seen` when they appear."""
    seen: dict[str, asyncio.Future[float]] = {}
    with httpx.Client(base_url=address, headers={"Origin": address}, trust_env=False) as browser:
        cookies = await asyncio.to_thread(lambda: log_in(browser, "staff").cookies)
    async with httpx.AsyncClient(base_url=address, cookies=cookies, trust_env=False, timeout=30) as client:
        watching = asyncio.create_task(_watch(client, seen))
        try:
            yield client, seen
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)


async def _watch(client: httpx.AsyncClient, seen: dict[str, asyncio.Future[float]]) -> None:
    async with client.stream("GET", "/counter/events") as stream:
        async for line in stream.aiter_lines():
            if 'id="call-' not in line:
                continue
            future = seen.get(line.partition('id="call-')[2][:32])
            if future and not future.done():
                future.set_result(time.perf_counter())


@asynccontextmanager
async def _calling_elsewhere(address: str, terminals: int) -> AsyncIterator[None]:
    async def call() -> None:
        async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=30) as client:
            while terminals > A_SITE:
                number = A_SITE + uuid.uuid4().int % (terminals - A_SITE)
                key = {"Authorization": f"Bearer key of Terminal {number}"}
                await client.put(f"/api/v1/calls/{uuid.uuid4().hex}", json=message(), headers=key)
                await asyncio.sleep(1 / ELSEWHERE_A_SECOND)

    calling = asyncio.create_task(call())
    try:
        yield
    finally:
        calling.cancel()
        await asyncio.gather(calling, return_exceptions=True)


if __name__ == "__main__":
    sys.exit(main())
