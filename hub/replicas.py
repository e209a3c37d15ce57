"""Several hubs on one PostgreSQL: each hears what the others changed."""

from __future__ import annotations

import asyncio
import logging

from sqlalchemy import Engine

from hub.board import Board
from hub.coview import NEWS, CoviewNews
from hub.storage import CHANNEL, Topic

log = logging.getLogger(__name__)

_RETRY_SECONDS = 1.0


async def listen(engine: Engine, board: Board, coviews: CoviewNews) -> None:
    """Pass the database's notifications on to the board until cancelled; on other databases, do nothing.

    After a connection that was lost everything is looked at anew, since nobody keeps notifications for us
    (PostgreSQL's documentation, LISTEN).
    """
    if engine.dialect.name != "postgresql":
        return
    import psycopg

    address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    while True:
        try:
            connection = await psycopg.AsyncConnection.connect(address, autocommit=True)
            async with connection:
                await connection.execute(f"LISTEN {CHANNEL}")
                board.announce()
                coviews.announce()
                async for news in connection.notifies():
                    if news.payload.startswith(NEWS):
                        coviews.announce(news.payload.removeprefix(NEWS))
                    else:
                        board.announce(Topic(news.payload))
        except psycopg.Error as error:
            log.warning("the database's notifications broke off: %s", type(error).__name__)
        await asyncio.sleep(_RETRY_SECONDS)
