"""How all calls and terminals stand, in memory, for everybody who looks on.

One task reads the database when something has changed; however many look on, that is one look. News says what
may have changed, never what: so none can be missed, and it may come twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from hub.calls import CallBook, CallRecord, CallState
from hub.figures import FigureBook
from hub.storage import Topic
from hub.terminal_states import TerminalBook, TerminalRecord

T = TypeVar("T")
log = logging.getLogger(__name__)

_EVERYTHING = frozenset(Topic)
_RETRY_SECONDS = 1.0
TERMINALS_SECONDS = 0.5
"""Changes of terminals are collected for this long: what a printer says is not urgent, and many say it at once."""
_USUAL_SECONDS = 60.0
_AWAKE_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is known. `places` are those of waiting calls in their site's queue, from 1; `usual` are minutes by site.

    `plans` are the versions of floor plans that were brought, by site.
    """

    calls: tuple[CallRecord, ...] = ()
    terminals: tuple[TerminalRecord, ...] = ()
    places: MappingProxyType[str, int] = field(default_factory=lambda: MappingProxyType({}))
    usual: MappingProxyType[str, int] = field(default_factory=lambda: MappingProxyType({}))
    by_id: MappingProxyType[str, CallRecord] = field(default_factory=lambda: MappingProxyType({}))
    by_key: MappingProxyType[str, TerminalRecord] = field(default_factory=lambda: MappingProxyType({}))
    plans: MappingProxyType[str, str] = field(default_factory=lambda: MappingProxyType({}))


class Board:
    """Keeps the snapshot. All methods belong to the loop's thread; `run` keeps it fresh until cancelled."""

    def __init__(self, calls: CallBook, terminals: TerminalBook, figures: FigureBook) -> None:
        self.now = Snapshot()
        self._calls, self._terminals, self._figures = calls, terminals, figures
        self._changed: set[Topic] = set(_EVERYTHING)
        self._wake = asyncio.Event()
        self._readers: list[asyncio.Future[None]] = []
        self._listeners: dict[asyncio.Event, frozenset[Topic]] = {}
        self._usual_until = 0.0
        self._terminals_after = 0.0
        self._closed = False
        self.reads = False
        """Whether the database could be read the last time."""

    def announce(self, *topics: Topic) -> None:
        """Say that these may have changed; everything, if none is named."""
        self._changed.update(topics or _EVERYTHING)
        self._wake.set()

    async def fresh(self, topic: Topic = Topic.CALLS) -> Snapshot:
        """Return a snapshot that has all that was committed before this was called."""
        reader = asyncio.get_running_loop().create_future()
        self._readers.append(reader)
        if topic is Topic.TERMINALS:
            self._terminals_after = 0.0  # somebody waits for it
        self.announce(topic)
        await reader
        return self.now

    def close(self) -> None:
        """End every `follow`: the server stops."""
        self._closed = True
        for listener in self._listeners:
            listener.set()

    async def follow(self, view: Callable[[Snapshot], T], *topics: Topic) -> AsyncIterator[T]:
        """Yield what `view` makes of the snapshot, now and whenever that changes; it depends on `topics` only."""
        changed = asyncio.Event()
        self._listeners[changed] = frozenset(topics)
        try:
            seen: object = object()
            while not self._closed:
                changed.clear()
                current = view(self.now)
                if current != seen:
                    seen = current
                    yield current
                await changed.wait()
        finally:
            del self._listeners[changed]

    async def run(self) -> None:
        """Read anew whenever something is announced. A database that is away is tried again."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            topics, readers = self._due(), self._readers
            self._readers = []
            try:
                await self._read(topics)
                self.reads = True
            except SQLAlchemyError as error:
                self.reads = False
                log.warning("the database cannot be read: %s", type(error).__name__)
                self._changed |= topics
                self._readers = readers + self._readers
                asyncio.get_running_loop().call_later(_RETRY_SECONDS, self._wake.set)
                continue
            for reader in readers:
                if not reader.done():
                    reader.set_result(None)
            await self._wake_listeners(topics)

    def _due(self) -> set[Topic]:
        """Return what is to be read now. Terminals wait, unless it is their turn."""
        topics, self._changed = self._changed, set()
        loop = asyncio.get_running_loop()
        if Topic.TERMINALS in topics:
            if loop.time() < self._terminals_after:
                topics.discard(Topic.TERMINALS)
                self._changed.add(Topic.TERMINALS)
                loop.call_at(self._terminals_after, self._wake.set)
            else:
                self._terminals_after = loop.time() + TERMINALS_SECONDS
        return topics

    async def _read(self, topics: set[Topic]) -> None:
        calls, terminals, usual = self.now.calls, self.now.terminals, self.now.usual
        time = asyncio.get_running_loop().time()
        if Topic.CALLS in topics:
            calls = await run_in_threadpool(self._calls.open_calls)
            if time >= self._usual_until:
                usual = MappingProxyType(await run_in_threadpool(self._figures.usual_minutes))
                self._usual_until = time + _USUAL_SECONDS
        by_key, plans = self.now.by_key, self.now.plans
        if Topic.TERMINALS in topics:
            terminals = await run_in_threadpool(self._terminals.terminals)
            by_key = MappingProxyType({terminal.key_fingerprint: terminal for terminal in terminals})
            plans = MappingProxyType(await run_in_threadpool(self._terminals.plans))
        by_id = MappingProxyType({call.id: call for call in calls})
        self.now = Snapshot(calls, terminals, MappingProxyType(_places(calls)), usual, by_id, by_key, plans)

    async def _wake_listeners(self, topics: set[Topic]) -> None:
        """Wake those whom it concerns, some at a time: ten thousand must not hold up who calls right now."""
        concerned = [listener for listener, of in self._listeners.items() if of & topics]
        for count, listener in enumerate(concerned, 1):
            listener.set()
            if count % _AWAKE_AT_ONCE == 0:
                await asyncio.sleep(0)


def _places(calls: tuple[CallRecord, ...]) -> dict[str, int]:
    places: dict[str, int] = {}
    waiting: dict[str, int] = {}
    for call in calls:
        if call.state is CallState.QUEUED:
            waiting[call.site] = places[call.id] = waiting.get(call.site, 0) + 1
    return places
