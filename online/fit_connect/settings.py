"""What a city says about its FIT-Connect environment, and how patient the client is."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

Secrets: TypeAlias = Callable[[str], str | None]
"""Returns the client secret that belongs to a client id, or None if there is none."""


@dataclass(frozen=True, slots=True)
class FitConnectSettings:
    """One environment (test or production). Addresses are base addresses without a trailing slash.

    `client_id` names the OAuth client; its secret comes from the credentials, never from a file.
    `event_issuers` are the `iss` of the submission service's own events besides `submission_api`.
    `routing_api` and `routing_issuers` (the portals whose signature on a destination is trusted)
    are needed only for services without a fixed destination.
    `ca_file` replaces the certificate authorities that are trusted for TLS, `proxy` is used for
    all requests; proxies from the environment are not.
    """

    token_url: str
    submission_api: str
    destination_api: str
    client_id: str
    routing_api: str = ""
    routing_issuers: tuple[str, ...] = ()
    event_issuers: tuple[str, ...] = ()
    api_version: str = "v2"
    routing_version: str = "v2"
    metadata_version: str = "2.1.0"
    ca_file: Path | None = None
    proxy: str = ""
    key_fresh_seconds: float = 3_600
    """How long a destination's key is used without asking again."""
    key_usable_seconds: float = 7 * 86_400
    """How long a destination's key may still be used while the network is away."""


@dataclass(frozen=True, slots=True)
class Delays:
    """How long the client waits, all in seconds. Tests inject small ones.

    `promise`: until the visitor is told that the application is kept for later.
    `request`: for one request and its whole answer. `stuck`: before a refused parcel is tried again.
    """

    promise: float = 6.0
    request: float = 15.0
    first: float = 0.4
    factor: float = 2.0
    most: float = 60.0
    jitter: float = 0.5
    check: float = 30.0
    stuck: float = 3_600.0
    token_margin: float = 30.0

    def after(self, failures: int) -> float:
        """Return the pause after so many failures in a row, spread by chance over the terminals."""
        pause = min(self.most, self.first * self.factor ** min(failures - 1, 32))
        return pause * random.uniform(1 - self.jitter, 1 + self.jitter)  # noqa: S311 - not a secret
