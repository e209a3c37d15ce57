"""A site with two terminals, and what its tests say to the hub."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from hub.server import HubServer
from hub.settings import HubSettings, TerminalAccess

TOKEN = "a-token-of-this-test"
LEFT_KEY, RIGHT_KEY = "key-of-the-left-terminal", "key-of-the-right-terminal"
CALL, OTHER_CALL = "a" * 32, "b" * 32
TERMINALS = (
    TerminalAccess.with_key("Terminal 1", LEFT_KEY, "Foyer links"),
    TerminalAccess.with_key("Terminal 2", RIGHT_KEY, "Foyer rechts"),
)


def settings(database: Path | str, port: int = 0, **others: Any) -> HubSettings:
    """Return the settings of the site's hub."""
    chosen: dict[str, Any] = {
        "counter_token": TOKEN,
        "terminals": TERMINALS,
        "site": "Rathaus",
        "port": port,
        "ping": 1,
    } | others
    return HubSettings(database=database, **chosen)


def message(**changes: Any) -> dict[str, Any]:
    """Return what a terminal tells about a call."""
    told = {
        "service": "Wohnung anmelden",
        "step": "Neue Adresse",
        "reason": None,
        "called_at": datetime.now(UTC).isoformat(),
    }
    return told | changes


def terminal(hub: HubServer, key: str = LEFT_KEY) -> httpx.Client:
    """Return a client with a terminal's key."""
    return httpx.Client(
        base_url=f"{hub.base_url}/api/v1", headers={"Authorization": f"Bearer {key}"}, trust_env=False, timeout=10
    )


@contextmanager
def counter(hub: HubServer) -> Iterator[httpx.Client]:
    """A browser at the counter: it has the cookie, and sends `Origin` with forms."""
    with httpx.Client(base_url=hub.base_url, headers={"Origin": hub.base_url}, trust_env=False, timeout=10) as browser:
        browser.get("/login", params={"token": TOKEN})
        yield browser
