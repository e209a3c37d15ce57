"""Co-views under load: terminals whose visitors let somebody look on, and send a screen each second."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from kiosk.coview import MOST_PIECES
from tests.hub.staff import log_in
from tests.hub.town_hall import message

LOGIN = "onlooker"
A_SCREEN_S = 1.0
_PIECE = {"kind": "field", "title": "Straße und Hausnummer", "lines": ["Wie auf dem Ausweis"], "filled": True}
_OTHERS = {"title": "Neue Adresse", "progress": "3 von 7", "pointed": "", "dialog": "", "left_out": False}


def screen(name: str) -> dict[str, Any]:
    """Return a large screen that is told from others by its name."""
    pieces = [_PIECE | {"id": f"part-{number}"} for number in range(MOST_PIECES // 4)]
    return _OTHERS | {"id": name, "lead": f"lead-{name}", "pieces": pieces}


@asynccontextmanager
async def looked_at(address: str, terminals: range) -> AsyncIterator[list[float]]:
    """Let somebody look on at these terminals. The list fills with the milliseconds from a screen to who looks on."""
    took: list[float] = []
    with httpx.Client(base_url=address, headers={"Origin": address}, trust_env=False) as browser:
        cookies = await asyncio.to_thread(lambda: log_in(browser, LOGIN).cookies)
    limits = httpx.Limits(max_connections=None, keepalive_expiry=2)  # the hub closes idle ones after 5 s
    headers = {"Origin": address}
    async with httpx.AsyncClient(
        base_url=address, cookies=cookies, headers=headers, trust_env=False, timeout=30, limits=limits
    ) as staff:
        await _patient(staff, "POST", "/counter/person", data={"name": "", "counter": "2"})
        sessions = [await _begun(staff, number) for number in terminals]
        tasks = [
            asyncio.create_task(_looked_at(staff, number, session, took))
            for number, session in zip(terminals, sessions, strict=True)
        ]
        try:
            yield took
        finally:
            for task in tasks:
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
    broken = [end for end in ends if isinstance(end, Exception)]
    if broken:
        raise broken[0]


def _key(number: int) -> dict[str, str]:
    return {"Authorization": f"Bearer key of Terminal {number}"}


async def _begun(staff: httpx.AsyncClient, number: int) -> str:
    """Call, take the call, ask, and return the co-view's session."""
    call = uuid.uuid4().hex
    await _patient(staff, "PUT", f"/api/v1/calls/{call}", json=message(), headers=_key(number))
    await _patient(staff, "POST", f"/counter/calls/{call}/take")
    answer = await _patient(staff, "POST", f"/counter/calls/{call}/coview")
    return answer.headers["location"].rsplit("/", 1)[1]


async def _patient(staff: httpx.AsyncClient, method: str, path: str, **more: Any) -> httpx.Response:
    """Ask, again after a while if it was too often."""
    for _ in range(200):
        answer = await staff.request(method, path, **more)
        if answer.status_code != 429:
            assert answer.status_code < 400, (path, answer.status_code)
            return answer
        await asyncio.sleep(0.2)
    raise TimeoutError(path)


async def _looked_at(staff: httpx.AsyncClient, number: int, session: str, took: list[float]) -> None:
    seen: dict[str, asyncio.Future[float]] = {}
    watching = asyncio.create_task(_watch(staff, session, seen))
    try:
        await asyncio.sleep(number % 10 / 10)  # not all in the same moment
        while True:
            name = uuid.uuid4().hex
            arrived = seen[name] = asyncio.get_running_loop().create_future()
            begun = time.perf_counter()
            shown = {"session": session, "screens": {language: screen(name) for language in ("de", "en")}}
            answer = await staff.put("/api/v1/terminals/me/coview", json=shown, headers=_key(number))
            assert answer.status_code == 204, answer.status_code
            took.append((await asyncio.wait_for(arrived, 30) - begun) * 1000)
            await asyncio.sleep(A_SCREEN_S)
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def _watch(staff: httpx.AsyncClient, session: str, seen: dict[str, asyncio.Future[float]]) -> None:
    async with staff.stream("GET", f"/counter/coview/{session}/events") as stream:
        async for line in stream.aiter_lines():
            name = line.partition("lead-")[2][:32]
            if name in seen and not seen[name].done():
                seen.pop(name).set_result(time.perf_counter())
