"""The hub's own keys: what it signs identities and commands with.

They are made when they are first needed and lie in the database, encrypted by the key of the settings. All hubs of a
database share them. The newest key of a purpose signs; older ones stay published until they are removed, so that what
they signed, and terminals that know no other, still count.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum

from cryptography.fernet import Fernet, InvalidToken
from jwcrypto.jwk import JWK, JWKSet
from sqlalchemy import Engine, Select, func, select
from sqlalchemy.orm import Session

from hub.enrolment_tables import HubKeyRow
from hub.one_time_codes import NoKeyError
from hub.storage import writing

_ONE_AT_A_TIME = 7_656_875
"""PostgreSQL's advisory lock for who makes a key: any number of our own."""


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

    def signer(self, purpose: Purpose) -> JWK:
        """Return the private key that signs now (P-256, ES256), with its `kid`.

        Raises `NoKeyError` if the settings have no key, or not the one that it was encrypted with.
        """
        if self._box is None:
            raise NoKeyError
        row = self._newest(purpose) or self.renew(purpose)
        try:
            return JWK.from_json(self._box.decrypt(row.private).decode())
        except InvalidToken:
            raise NoKeyError from None

    def published(self, purpose: Purpose) -> JWKSet:
        """Return the public keys (RFC 7517), in no order: each with `kid`, `alg` and `use`."""
        query = select(HubKeyRow).where(HubKeyRow.purpose == purpose)
        known = JWKSet()
        with Session(self._engine) as session:
            for row in session.scalars(query):
                known.add(JWK(**row.public))
        return known

    def renew(self, purpose: Purpose) -> HubKeyRow:
        """Make a new key that signs from now on; of two hubs that find none, one makes it. Raises `NoKeyError`."""
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
            meanwhile = session.scalars(_newest(purpose)).first()
            if meanwhile is not None and (known is None or meanwhile.kid != known.kid):
                return meanwhile
            session.add(row)
        return row

    def _newest(self, purpose: Purpose) -> HubKeyRow | None:
        with Session(self._engine) as session:
            return session.scalars(_newest(purpose)).first()


def _newest(purpose: Purpose) -> Select[HubKeyRow]:
    return select(HubKeyRow).where(HubKeyRow.purpose == purpose).order_by(HubKeyRow.made_at.desc()).limit(1)
