"""What a hub needs to know before it starts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")


def fingerprint(secret: str) -> str:
    """Return the SHA-256 of a key or token, in hex: what is kept of it.

    Keys are random with 128 bits or more, so a plain hash is enough; they are never passwords.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class TerminalAccess:
    """A terminal that may call: its name ("Terminal 2"), where it stands, and its key's fingerprint."""

    name: str
    location: str
    key_fingerprint: str

    @classmethod
    def with_key(cls, name: str, key: str, location: str = "") -> TerminalAccess:
        """Return the access of a terminal whose key is at hand."""
        return cls(name, location, fingerprint(key))


@dataclass(frozen=True, slots=True)
class HubSettings:
    """Settings of one hub.

    `database` is a file (SQLite) or any SQLAlchemy URL. `counter_token` opens the counter's page; it is
    meant for loopback, until staff log in by themselves. `hosts` are the names under which the hub
    answers; anything else in `Host` is refused (DNS rebinding). `keep_closed` is how long a closed
    call is kept. `ping` is the silence after which an event stream shows that it lives, in seconds.
    """

    database: Path | str
    counter_token: str = field(repr=False)
    terminals: tuple[TerminalAccess, ...] = ()
    site: str = "Bürgerservice"
    host: str = "127.0.0.1"
    port: int = 0
    hosts: tuple[str, ...] = LOOPBACK_HOSTS
    keep_closed: timedelta = timedelta(days=1)
    ping: int = 15

    @property
    def database_url(self) -> str:
        """The database as an SQLAlchemy URL."""
        return f"sqlite:///{self.database}" if isinstance(self.database, Path) else self.database
