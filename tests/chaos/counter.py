"""The counter: a person in a browser who takes every call, looks at what is told, and closes it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import httpx

from hub.server import HubServer

LOOKS_S = 0.25
HELPS_S = 0.5
_CALL = re.compile(r"/counter/calls/(\w+)/take")


@dataclass(slots=True)
class Counter:
    """Sits at the hub, not behind the terminal's cable. `pages` is what the calls said since `heard` was asked."""

    browser: httpx.AsyncClient
    pages: list[str] = field(default_factory=list)
    closed: int = 0
    """How many calls were closed."""

    @classmethod
    @asynccontextmanager
    async def at(cls, hub: HubServer) -> AsyncIterator[Counter]:
        """Sit down at a hub; go when the context ends."""
        headers = {"Origin": hub.base_url}
        async with httpx.AsyncClient(base_url=hub.base_url, headers=headers, trust_env=False) as browser:
            await browser.get(hub.counter_url, follow_redirects=True)
            answer = await browser.post("/counter/person", data={"name": "Frau Yılmaz", "counter": "Schalter 2"})
            answer.raise_for_status() if answer.is_error else None
            counter = cls(browser)
            working = asyncio.get_running_loop().create_task(counter._work(), name="counter")
            try:
                yield counter
            finally:
                working.cancel()
                await asyncio.gather(working, return_exceptions=True)

    def heard(self) -> list[str]:
        """Return what calls said, and forget it."""
        pages, self.pages = self.pages, []
        return pages

    async def _work(self) -> None:
        while True:
            with suppress(httpx.HTTPError):
                await self._look()
            await asyncio.sleep(LOOKS_S)

    async def _look(self) -> None:
        page = (await self.browser.get("/counter")).text
        calls = set(_CALL.findall(page))
        if calls:
            self.pages.append(page)
        for call in calls:
            await self.browser.post(f"/counter/calls/{call}/on-my-way", data={"minutes": "1"})
            await asyncio.sleep(HELPS_S)
            await self.browser.post(f"/counter/calls/{call}/done")
            self.closed += 1
