"""The process (or thread) that serves a hub."""

from __future__ import annotations

import logging
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import quote

import uvicorn

from hub.app import create_app
from hub.settings import HubSettings

STOP_SECONDS = 5
BACKLOG = 4096
"""After a restart all terminals come at once."""


class HubServer(uvicorn.Server):
    """A uvicorn server that ends its event streams before it waits for connections to close.

    `app` is what it serves; `base_url` is where it answers: its socket is bound (port 0: any free one) before that.
    Raises `OSError` if the address is taken.
    """

    def __init__(self, settings: HubSettings) -> None:
        self.settings = settings
        self.app = create_app(settings)
        config = uvicorn.Config(
            self.app,
            loop="asyncio",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=STOP_SECONDS,
            forwarded_allow_ips=list(settings.trusted_proxies),
        )
        # Addresses hold the counter's token once; no log may have it, whoever listens.
        logging.getLogger("uvicorn.access").setLevel(logging.WARNING)
        super().__init__(config)
        self._socket = _listen(settings.host, settings.port)
        host, self.port = self._socket.getsockname()[:2]
        self.base_url = f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"
        own = f"/login?token={quote(settings.counter_token)}" if settings.counter_token else "/counter"
        self.counter_url = f"{self.base_url}{own}"

    def run_here(self) -> None:
        """Serve on this thread until a signal, or `should_exit`."""
        self.run([self._socket])

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the event streams, then all connections."""
        self.app.state.board.close()
        self.app.state.coview_news.close()
        await super().shutdown(sockets)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def serve(settings: HubSettings, announce: Callable[[str], object] = sys.stdout.write) -> None:
    """Serve until SIGTERM or SIGINT. `announce` gets the counter's address as one line, once it answers."""
    _allow_many_connections()
    server = HubServer(settings)
    announce(f"{server.counter_url}\n")
    sys.stdout.flush()
    server.run_here()


def _allow_many_connections() -> None:
    """Take as many open files as this process may have: each terminal is one."""
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@contextmanager
def running(settings: HubSettings) -> Iterator[HubServer]:
    """Serve on a thread of its own while the context lasts."""
    server = HubServer(settings)
    thread = threading.Thread(target=server.run_here, name="hub")
    thread.start()
    try:
        yield server
    finally:
        server.should_exit = True
        thread.join()
