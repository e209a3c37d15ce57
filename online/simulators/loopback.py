"""A web server on loopback in a thread of its own, which can drop a connection without an answer."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from email.utils import formatdate
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

_START_SECONDS = 10


class LoopbackServer:
    """Serves an ASGI application at `http://127.0.0.1:<port>`; port 0 takes a free one."""

    def __init__(self, app: ASGIApp, port: int = 0) -> None:
        self.ahead = 0.0
        """Seconds that its clock is ahead of the computer's."""
        self._app = app
        self._connections: dict[tuple[str, int], _Connection] = {}
        # With the protocol named, asyncio switches Nagle's delay off.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", port))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(
            self._dated,
            interface="asgi3",
            date_header=False,
            http=_protocol(self._connections),
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            log_level="warning",
            timeout_graceful_shutdown=2,
        )
        self._server = _Server(config)
        self._thread = threading.Thread(target=self._run, name="loopback server", daemon=True)

    def start(self) -> None:
        """Return once connections are answered. Raises `RuntimeError` if that does not come about."""
        self._socket.listen(64)
        self._thread.start()
        if not self._server.answering.wait(_START_SECONDS):
            raise RuntimeError("the loopback server did not start")

    def stop(self) -> None:
        """End all connections, then the thread."""
        self._server.leave()
        if self._thread.is_alive():
            self._thread.join(_START_SECONDS)
        self._socket.close()

    async def stopping(self) -> None:
        """Wait until the server is told to stop: an answer that never comes must not hold it up."""
        await self._server.leaving.wait()

    async def drop(self, client: tuple[str, int]) -> None:
        """Cut a client's connection; returns when the server has noticed too."""
        connection = self._connections.get(client)
        if connection is not None:
            connection.transport.abort()
            await connection.lost.wait()

    async def _dated(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the date of this server's clock."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = formatdate(time.time() + self.ahead, usegmt=True)
                message["headers"] = [*message["headers"], (b"date", date.encode())]
            await send(message)

        await self._app(scope, receive, sent)

    def _run(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._socket]))


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answering = threading.Event()
        self.leaving = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def leave(self) -> None:
        """Stop, from another thread."""
        self.should_exit = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.leaving.set)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        self.answering.set()

    async def main_loop(self) -> None:
        """Wait to be told, where uvicorn looks ten times a second."""
        await self.on_tick(0)
        await self.leaving.wait()


class _Connection:
    def __init__(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        self.lost = asyncio.Event()


def _protocol(connections: dict[tuple[str, int], _Connection]) -> type[H11Protocol]:
    class Noted(H11Protocol):
        """Notes its connection under the client's address."""

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._noted = transport.get_extra_info("peername")[:2]
            connections[self._noted] = _Connection(transport)

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            connection = connections.pop(self._noted, None)
            if connection is not None:
                connection.lost.set()

    return Noted
