"""Who is logged in. What a browser keeps is random; the database has only its fingerprint."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, delete, update
from sqlalchemy.orm import Session

from hub.roles import RIGHTS, Right, Role
from hub.settings import fingerprint
from hub.storage import SessionRow, writing

COUNTER_KEY = "counter key"
"""What the audit log calls somebody who came by the counter's address and has no account."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody at a counter. `name` and `counter` are what a visitor reads; an empty `site` means all.

    `has_password`: they can change it here. `first_password`: they have to, before anything else.
    """

    session: str
    login: str
    name: str
    counter: str
    role: Role
    site: str
    has_account: bool
    has_password: bool = False
    first_password: bool = False

    def may(self, right: Right) -> bool:
        """Whether this role has that right."""
        return right in RIGHTS[self.role]


class SessionBook:
    """The sessions. Each method blocks on the disk: call it on a thread.

    A log-in makes a new session always, so that a token from before it is worth nothing (no fixation). A session ends
    after `lasts`, whatever is done.
    """

    def __init__(
        self, engine: Engine, lasts: timedelta, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._engine = engine
        self._lasts = lasts
        self._now = now

    def begin(self, account_id: int | None, name: str, instead_of: str = "") -> str:
        """Begin a session and return its token; the session `instead_of` (a token) ends."""
        token = secrets.token_urlsafe(32)
        with writing(self._engine) as session:
            session.execute(delete(SessionRow).where(SessionRow.token_hash == fingerprint(instead_of)))
            session.add(
                SessionRow(
                    token_hash=fingerprint(token),
                    account_id=account_id,
                    name=name,
                    counter="",
                    ends_at=self._now() + self._lasts,
                )
            )
        return token

    def find(self, token: str) -> SignedIn | None:
        """Return who has this token, if the session has not ended."""
        return self.at(fingerprint(token)) if token else None

    def at(self, session_id: str) -> SignedIn | None:
        """Return who is in the session with this id (`SignedIn.session`)."""
        with Session(self._engine) as session:
            row = session.get(SessionRow, session_id)
            if row is None or row.ends_at <= self._now():
                return None
            account = row.account
            if account is None:
                return SignedIn(row.token_hash, COUNTER_KEY, row.name, row.counter, Role.STAFF, "", has_account=False)
            if account.locked:
                return None
            role = Role(account.role)
            return SignedIn(
                row.token_hash,
                account.login,
                account.name,
                row.counter,
                role,
                account.site,
                has_account=True,
                has_password=account.password_hash is not None,
                first_password=account.first_password,
            )

    def sit_down(self, session_id: str, name: str, counter: str) -> None:
        """Note at which counter somebody sits; the name counts for those without an account."""
        change = update(SessionRow).where(SessionRow.token_hash == session_id).values(name=name, counter=counter)
        with writing(self._engine) as session:
            session.execute(change)

    def end(self, session_id: str) -> None:
        """End a session."""
        with writing(self._engine) as session:
            session.execute(delete(SessionRow).where(SessionRow.token_hash == session_id))

    def forget_old(self) -> None:
        """Delete what has ended."""
        with writing(self._engine) as session:
            session.execute(delete(SessionRow).where(SessionRow.ends_at <= self._now()))
