"""What the hub signs for a terminal: its identity, and the grant that brings it together with the keys to believe."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from hub.enrolment_keys import HubKeys, Purpose
from hub.enrolment_proofs import IDENTITY_TYPE, Proven, signed
from hub.settings import ProfileSource

IDENTITY_SECONDS = 21 * 24 * 3600
"""A terminal renews after a third: a hub that is then away for a week is back a week before the end."""
GRANT_TYPE = "lotse-grant+jwt"


class Grants:
    """Signs. Each method blocks on the disk: call it on a thread. Raises `hub.one_time_codes.NoKeyError`."""

    def __init__(self, keys: HubKeys, updates: ProfileSource | None, clock: Callable[[], float] = time.time) -> None:
        self._keys = keys
        self._updates = updates
        self._clock = clock

    def ready(self) -> None:
        """Raise what `first` would raise: `OSError` too, if the root cannot be read."""
        self._keys.signer(Purpose.IDENTITY)
        self._root()

    def _root(self) -> str:
        return self._updates.root.read_text(encoding="utf-8") if self._updates else ""

    def first(self, terminal: str, proven: Proven) -> str:
        """Return the grant of a terminal that has just been enrolled: with the profiles' repository."""
        updates = {"url": self._updates.url, "root": self._root()} if self._updates else None
        return self._grant(terminal, proven, {"updates": updates})

    def renewed(self, terminal: str, proven: Proven) -> str:
        """Return the grant of a terminal whose identity is renewed."""
        return self._grant(terminal, proven, {})

    def _grant(self, terminal: str, proven: Proven, more: dict[str, Any]) -> str:
        key, now = self._keys.signer(Purpose.IDENTITY), int(self._clock())
        theirs = self._keys.signer(Purpose.IDENTITY, proven.signed_by)  # they may know no newer one
        self._keys.signer(Purpose.COMMANDS)  # made now, so that the terminal knows it before the first command
        until = now + IDENTITY_SECONDS
        bound = {"iat": now, "exp": until, "cnf": {"jkt": proven.thumbprint}}
        identity = signed(key, IDENTITY_TYPE, {"sub": terminal} | bound)
        granted = {
            "terminal": terminal,
            "identity": identity,
            "answers": proven.proof_id,
            "hub_keys": self._published(Purpose.IDENTITY),
            "command_keys": self._published(Purpose.COMMANDS),
        }
        return signed(theirs, GRANT_TYPE, bound | granted | more)

    def _published(self, purpose: Purpose) -> Any:
        return json.loads(self._keys.published(purpose).export(private_keys=False))
