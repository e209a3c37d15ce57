"""Which terminals are connected to this hub, written down a few times a minute and for all of them at once."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from hub.board import Board
from hub.storage import Topic
from hub.terminal_states import REPORT_EVERY, TerminalBook

log = logging.getLogger(__name__)

_COLLECT_SECONDS = 0.5


class Presence:
    """Counts connections by terminal. All methods belong to the loop's thread."""

    def __init__(self, terminals: TerminalBook, board: Board) -> None:
        self._terminals = terminals
        self._board = board
        self._here: Counter[str] = Counter()
        self._written: set[str] = set()
        self._changed = asyncio.Event()

    def __len__(self) -> int:
        """Return how many terminals are connected."""
        return len(self._here)

    def came(self, name: str) -> None:
        """Note a connection."""
        self._here[name] += 1
        self._changed.set()

    def left(self, name: str) -> None:
        """Note that a connection ended; a terminal may have a newer one already."""
        self._here[name] -= 1
        if not self._here[name]:
            del self._here[name]
        self._changed.set()

    async def run(self) -> None:
        """Write down who came and left, soon, and from time to time who is here, until cancelled."""
        while True:
            everybody = False
            try:
                await asyncio.wait_for(self._changed.wait(), REPORT_EVERY.total_seconds())
            except TimeoutError:
                everybody = True
            await asyncio.sleep(_COLLECT_SECONDS)
            self._changed.clear()
            try:
                await self._write(everybody=everybody)
            except SQLAlchemyError as error:
                log.warning("who is connected cannot be written down: %s", type(error).__name__)

    async def forget(self) -> None:
        """Write down that nobody is connected any more: the hub stops."""
        self._here.clear()
        await self._write(everybody=False)

    async def _write(self, *, everybody: bool) -> None:
        here = set(self._here)
        came = here if everybody else here - self._written
        gone = self._written - here
        if came:
            await run_in_threadpool(self._terminals.connected, came)
        if gone:
            await run_in_threadpool(self._terminals.left, gone)
        self._written = here
        if came or gone:
            self._board.announce(Topic.TERMINALS)
