"""Who listens to a device in tests: keeps what it told, and waits for more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from kiosk.events import Event
from kiosk.ports import Watched

PATIENCE_S = 5.0


class Told:
    """All that a device told."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._news = asyncio.Event()

    def __call__(self, event: Event) -> None:
        """Be told."""
        self.events.append(event)
        self._news.set()

    async def until(self, true: Callable[[list[Event]], bool]) -> list[Event]:
        """Wait until what was told is so; return it."""
        async with asyncio.timeout(PATIENCE_S):
            while not true(self.events):
                self._news.clear()
                await self._news.wait()
        return self.events

    async def last(self, event: Event) -> None:
        """Wait until this was told last."""
        await self.until(lambda events: bool(events) and events[-1] == event)


@asynccontextmanager
async def watched(device: Watched) -> AsyncIterator[Told]:
    """Watch a device."""
    told = Told()
    task = asyncio.create_task(device.watch(told))
    try:
        yield told
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
