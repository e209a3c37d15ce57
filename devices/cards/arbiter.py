"""Who may connect with a card: one at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Arbiter:
    """Says when the readers belong to the AusweisApp.

    It holds the card's transaction for a whole workflow, and a connection of ours would block until its end
    (over 600 s were seen). Meanwhile we only watch. To be used on one event loop.
    """

    def __init__(self) -> None:
        self._holders = 0
        self._free = asyncio.Event()
        self._free.set()

    @property
    def held(self) -> bool:
        """Whether nobody but the AusweisApp may connect now."""
        return self._holders > 0

    @contextmanager
    def held_by_eid(self) -> Iterator[None]:
        """Keep the readers for an eID workflow."""
        self._holders += 1
        self._free.clear()
        try:
            yield
        finally:
            self._holders -= 1
            if not self._holders:
                self._free.set()

    async def free(self) -> None:
        """Wait until a card may be connected with."""
        await self._free.wait()
