"""Server-sent events (HTML standard, 9.2), for ten thousand listeners at once.

One task a listener, and one more that notices when it leaves. sse-starlette needs five and looks for the
server's end twice a second.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

PING = b":\n\n"
"""A comment: it says that the connection lives, and means nothing else."""


def named(event: str, data: str) -> bytes:
    """Return one event as it goes over the wire."""
    lines = "".join(f"data: {line}\n" for line in data.split("\n"))
    return f"event: {event}\n{lines}\n".encode()


def json_event(event: str, data: Any) -> bytes:
    """Return one event with JSON."""
    return named(event, json.dumps(data, ensure_ascii=False, separators=(",", ":")))


class EventStream(Response):
    """Sends `events` as they come, and `PING` after `ping` seconds of silence.

    It ends with `events`, with the listener or when `ended` is done; `left` is called then in any case.
    """

    media_type = "text/event-stream"

    def __init__(
        self,
        events: AsyncIterator[bytes],
        ping: float,
        left: Callable[[], None] = lambda: None,
        ended: asyncio.Future[None] | None = None,
    ) -> None:
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._events = events
        self._ping = ping
        self._left = left
        self._ended = ended

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        sending = asyncio.ensure_future(self._send(send))
        listening = asyncio.ensure_future(_until_gone(receive))
        try:
            await asyncio.wait((sending, listening), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._left()
            if self._ended:
                self._ended.cancel()
            for task in (sending, listening):
                task.cancel()
            with suppress(asyncio.CancelledError):
                await sending

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        news = asyncio.ensure_future(anext(self._events, None))
        ended = self._ended or asyncio.get_running_loop().create_future()
        try:
            while True:
                await asyncio.wait((news, ended), timeout=self._ping, return_when=asyncio.FIRST_COMPLETED)
                if ended.done():
                    break
                event = news.result() if news.done() else PING
                if event is None:
                    break
                await send({"type": "http.response.body", "body": event, "more_body": True})
                if news.done():
                    news = asyncio.ensure_future(anext(self._events, None))
        finally:
            news.cancel()
            with suppress(asyncio.CancelledError):
                await news
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
