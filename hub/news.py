"""Who is told that something changed.

In one process this is an event for each listener. Several hubs on one database need the same
two methods over the database's own notifications (PostgreSQL `LISTEN`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


class News:
    """Says that calls changed, not what: listeners look for themselves, and so never miss a change."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Event] = set()
        self._closed = False

    def announce(self) -> None:
        """Wake everybody who listens. On the loop's thread."""
        for listener in self._listeners:
            listener.set()

    def close(self) -> None:
        """End every `follow`: the server stops."""
        self._closed = True
        self.announce()

    async def follow(self, look: Callable[[], Awaitable[T]]) -> AsyncIterator[T]:
        """Yield what `look` sees, now and whenever it has changed."""
        changed = asyncio.Event()
        self._listeners.add(changed)
        try:
            seen: object = object()
            while not self._closed:
                changed.clear()
                current = await look()
                if current != seen:
                    seen = current
                    yield current
                await changed.wait()
        finally:
            self._listeners.discard(changed)
