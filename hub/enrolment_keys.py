"""The hub's own keys: what it signs identities and commands with.

They are made when they are first needed and lie in the database, encrypted by the key of the settings. All hubs of a
database share them. A new key of a purpose is published at once and signs from `KNOWN_AFTER` on, when terminals have
it; the one before stays published for `STILL_COUNTS` after that, so that what it signed counts, and with terminals that
know no other.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from cryptography.fernet import Fernet, InvalidToken
from jwcrypto.jwk import JWK, JWKSet
from sqlalchemy import Engine, Select, delete, func, select
from sqlalchemy.orm import Session

from hub.enrolment_tables import HubKeyRow
from hub.one_time_codes import NoKeyError
from hub.storage import writing

_ONE_AT_A_TIME = 7_656_875
"""PostgreSQL's advisory lock for who makes a key: any number of our own."""


KNOWN_AFTER = timedelta(days=8)
"""Terminals renew their identities after a week, and get the keys with that."""
STILL_COUNTS = timedelta(days=120)
"""More than a command is good for, and more than an identity with the time in which it may be renewed late."""


class Purpose(StrEnum):
    """What a key is for. None signs for two."""

    IDENTITY = "identity"
    COMMANDS = "commands"


class HubKeys:
    """The keys. Each method may block on the disk: call it on a thread. `key` is the settings' (`HubSettings.key`)."""

    def __init__(self, engine: Engine, key: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine = engine
        digest = hashlib.sha256(b"hub keys " + key.encode()).digest()
        self._box = Fernet(base64.urlsafe_b64encode(digest)) if key else None
        self._now = now

    def signer(self, purpose: Purpose, kid: str = "") -> JWK:
        """Return the private key that signs now (P-256, ES256), with its `kid`; or the one that is named, if it counts.

        Raises `NoKeyError` if the settings have no key, or not the one that it was encrypted with.
        """
        if self._box is None:
            raise NoKeyError
        counting = self._counting(purpose)
        named = next((row for row in counting if row.kid == kid), None)
        row = named or _signing(counting, self._now()) or self.renew(purpose)
        try:
            return JWK.from_json(self._box.decrypt(row.private).decode())
        except InvalidToken:
            raise NoKeyError from None

    def published(self, purpose: Purpose) -> JWKSet:
        """Return the public keys (RFC 7517), in no order: each with `kid`, `alg` and `use`."""
        known = JWKSet()
        for row in self._counting(purpose):
            known.add(JWK(**row.public))
        return known

    def renew(self, purpose: Purpose, *, alone: bool = False) -> HubKeyRow:
        """Make a new key; of two hubs that find none, one makes it. Raises `NoKeyError`.

        `alone`: older ones count no longer, and it signs at once.
        """
        if self._box is None:
            raise NoKeyError
        known = self._newest(purpose)
        made = JWK.generate(kty="EC", crv="P-256", use="sig", alg="ES256")
        made.update(kid=made.thumbprint())
        private = self._box.encrypt(made.export_private().encode()).decode()
        row = HubKeyRow(
            kid=made["kid"],
            purpose=purpose,
            made_at=self._now(),
            public=json.loads(made.export_public()),
            private=private,
        )
        with writing(self._engine) as session:
            if self._engine.dialect.name == "postgresql":
                session.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
            session.expire_on_commit = False
            meanwhile = session.scalars(_newest(purpose).limit(1)).first()
            if meanwhile is not None and (known is None or meanwhile.kid != known.kid):
                return meanwhile
            if alone:
                session.execute(delete(HubKeyRow).where(HubKeyRow.purpose == purpose))
            session.add(row)
        return row

    def _newest(self, purpose: Purpose) -> HubKeyRow | None:
        with Session(self._engine) as session:
            return session.scalars(_newest(purpose).limit(1)).first()

    def _counting(self, purpose: Purpose) -> list[HubKeyRow]:
        """Return the keys that count, the newest first."""
        since = self._now() - KNOWN_AFTER - STILL_COUNTS
        with Session(self._engine) as session:
            rows = list(session.scalars(_newest(purpose)))
        last = next((number for number, row in enumerate(rows) if row.made_at <= since), len(rows))
        return rows[: last + 1]


def _newest(purpose: Purpose) -> Select[HubKeyRow]:
    return select(HubKeyRow).where(HubKeyRow.purpose == purpose).order_by(HubKeyRow.made_at.desc())


def _signing(counting: list[HubKeyRow], now: datetime) -> HubKeyRow | None:
    """Return the newest key that terminals have; where there is none, the first that was made."""
    known = (row for row in counting if row.made_at <= now - KNOWN_AFTER)
    return next(known, counting[-1] if counting else None)
