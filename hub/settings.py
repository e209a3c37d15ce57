"""What a hub needs to know before it starts."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hub.roles import Role

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")


def fingerprint(secret: str) -> str:
    """Return the SHA-256 of a key or token, in hex: what is kept of it.

    Keys are random with 128 bits or more, so a plain hash is enough; they are never passwords.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


def no_key() -> str:
    """Return what stands for the fingerprint of a terminal that has no key: no key has it."""
    return f"-{secrets.token_hex(16)}"


@dataclass(frozen=True, slots=True)
class Site:
    """A place with counters and terminals. `plan` is a picture of its floor (PNG, JPEG or SVG)."""

    name: str
    plan: Path | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a floor plan, in percent from the left and from the top."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class TerminalAccess:
    """A terminal that may call: its name ("Terminal 2"), where it stands, and its key's fingerprint.

    Without a fingerprint it has to be enrolled. `site` is the name of its site; empty means the hub's first. `spot` is
    on that site's plan.
    """

    name: str
    location: str
    key_fingerprint: str
    site: str = ""
    spot: Spot | None = None

    @classmethod
    def with_key(
        cls, name: str, key: str, location: str = "", site: str = "", spot: Spot | None = None
    ) -> TerminalAccess:
        """Return the access of a terminal whose key is at hand."""
        return cls(name, location, fingerprint(key), site, spot)


@dataclass(frozen=True, slots=True)
class SingleSignOn:
    """A provider of OpenID Connect (Core 1.0), found by its issuer's discovery document.

    `role_claim` is where the ID token says what somebody is, dots between levels (Keycloak:
    `realm_access.roles`); `roles` says which of its values is which role. Nobody else gets in.
    `name` is what the button says.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    roles: Mapping[str, Role]
    role_claim: str = "groups"
    site_claim: str = ""
    name: str = "Single Sign-on"
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class ProfileSource:
    """Where terminals get their profiles: a TUF repository's address, and the file with its root, which they pin."""

    url: str
    root: Path


@dataclass(frozen=True, slots=True)
class HubSettings:
    """Settings of one hub.

    `database` is a file (SQLite) or any SQLAlchemy URL. `counter_token`, if there is one, opens the
    counter's page without an account: for the demo, and for a hub that only its own machine reaches.
    `hosts` are the names under which the hub answers; anything else in `Host` is refused (DNS
    rebinding). `keep_days`: a closed call is deleted at the midnight that ends the n-th day after the one on
    which it was called; 0 is the next midnight. `timezone` says where midnight is. `ping` is the silence after
    which an event stream shows that it lives, in seconds. `key` encrypts what has to be kept
    readable (the secrets of one-time codes, the hub's own keys). `updates` is handed to terminals that are enrolled.
    `metrics_token` opens `/metrics`; without one only this machine may ask.
    """

    database: Path | str
    counter_token: str = field(default="", repr=False)
    terminals: tuple[TerminalAccess, ...] = ()
    site: str = "Bürgerservice"
    sites: tuple[Site, ...] = ()
    host: str = "127.0.0.1"
    port: int = 0
    hosts: tuple[str, ...] = LOOPBACK_HOSTS
    keep_days: int = 1
    timezone: str = "Europe/Berlin"
    ping: float = 10
    session_hours: float = 12
    sign_on: SingleSignOn | None = None
    key: str = field(default="", repr=False)
    metrics_token: str = field(default="", repr=False)
    trusted_proxies: tuple[str, ...] = ("127.0.0.1",)
    updates: ProfileSource | None = None

    @property
    def database_url(self) -> str:
        """The database as an SQLAlchemy URL."""
        return f"sqlite:///{self.database}" if isinstance(self.database, Path) else self.database

    @property
    def all_sites(self) -> tuple[Site, ...]:
        """The sites; a hub of one site has just that."""
        return self.sites or (Site(self.site),)
