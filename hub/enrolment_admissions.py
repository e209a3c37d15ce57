"""Ends what a terminal has open as soon as its key is no longer its: revoked, or enrolled anew."""

from __future__ import annotations

import asyncio
from collections import defaultdict

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from hub.board import Board, Snapshot
from hub.storage import AuditRow, Topic

LOOK_SECONDS = 1.0


class Admissions:
    """The open connections of terminals, by the key that they came with. All methods belong to the loop's thread."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._open: defaultdict[tuple[str, str], set[asyncio.Future[None]]] = defaultdict(set)

    def until_refused(self, terminal: str, key: str) -> asyncio.Future[None]:
        """Return what is done when this is no longer the terminal's key. Cancel it when the connection ends."""
        admitted = terminal, key
        ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._open[admitted].add(ended)
        ended.add_done_callback(lambda _: self._forget(admitted, ended))
        known = self._board.now.by_key.get(key)
        if known is None or known.name != terminal:  # refused since its request came in
            ended.set_result(None)
        return ended

    def _forget(self, admitted: tuple[str, str], ended: asyncio.Future[None]) -> None:
        self._open[admitted].discard(ended)
        if not self._open[admitted]:
            del self._open[admitted]

    async def run(self) -> None:
        """End connections until cancelled."""
        async for known in self._board.follow(_keys, Topic.TERMINALS):
            for admitted in tuple(self._open):
                if admitted not in known:
                    for ended in tuple(self._open[admitted]):
                        if not ended.done():
                            ended.set_result(None)


def _keys(snapshot: Snapshot) -> frozenset[tuple[str, str]]:
    return frozenset((terminal.name, key) for key, terminal in snapshot.by_key.items())


async def watch_console(engine: Engine, board: Board) -> None:
    """Notice what IT's commands do on the hub's machine, by the audit log's length, until cancelled.

    On PostgreSQL they say so themselves.
    """
    if engine.dialect.name == "postgresql":
        return
    seen = None
    while True:
        try:
            last = await run_in_threadpool(_last, engine)
        except SQLAlchemyError:
            last = seen
        if last != seen:
            board.announce(Topic.TERMINALS)
        seen = last
        await asyncio.sleep(LOOK_SECONDS)


def _last(engine: Engine) -> int | None:
    with Session(engine) as session:
        return session.scalar(select(func.max(AuditRow.seq)))
