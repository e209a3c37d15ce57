"""Tokens by which IT's tools ask the hub in somebody's name. They are random; only their fingerprint is kept."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from hub.accounts import AccountFault
from hub.audit import AuditLog, Deed
from hub.roles import RIGHTS, Right, Role
from hub.settings import fingerprint
from hub.storage import AccountRow, ApiTokenRow, writing

PREFIX = "lotse_"
"""So that a token that got into a file or a chat can be searched for."""
LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Asker:
    """The account in whose name a tool asks; an empty `site` means all."""

    login: str
    role: Role
    site: str

    def may(self, right: Right) -> bool:
        """Whether this role has that right."""
        return right in RIGHTS[self.role]

    def sees(self, site: str) -> bool:
        """Whether a site is theirs."""
        return not self.site or self.site == site


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """A token, without itself."""

    login: str
    label: str
    ends: datetime


class TokenBook:
    """The tokens. Each method blocks on the disk: call it on a thread."""

    def __init__(
        self, engine: Engine, audit: AuditLog, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._engine, self._audit, self._now = engine, audit, now

    def make(self, actor: str, login: str, label: str, lasts: timedelta) -> str | AccountFault:
        """Make a token for an account; it is not shown again."""
        token = PREFIX + secrets.token_urlsafe(32)
        with writing(self._engine) as session:
            account = session.scalars(select(AccountRow).where(AccountRow.login == login)).first()
            if account is None:
                return AccountFault.UNKNOWN
            row = ApiTokenRow(token_hash=fingerprint(token), account_id=account.id, label=label[:80])
            row.ends_at = self._now() + lasts
            session.add(row)
            self._audit.append_in(session, actor, Deed.TOKEN_MADE, f"{login}, {label[:80]}")
        return token

    def find(self, token: str) -> Asker | None:
        """Return who has this token, if it has not ended and the account is not locked."""
        with Session(self._engine) as session:
            row = session.get(ApiTokenRow, fingerprint(token))
            if row is None or row.ends_at <= self._now() or row.account.locked:
                return None
            return Asker(row.account.login, Role(row.account.role), row.account.site)

    def tokens(self) -> tuple[TokenRecord, ...]:
        """Return all tokens, by login."""
        query = select(ApiTokenRow).join(AccountRow).order_by(AccountRow.login, ApiTokenRow.ends_at)
        with Session(self._engine) as session:
            return tuple(TokenRecord(row.account.login, row.label, row.ends_at) for row in session.scalars(query))

    def end(self, actor: str, login: str) -> int:
        """End all tokens of an account; return how many there were."""
        accounts = select(AccountRow.id).where(AccountRow.login == login)
        with writing(self._engine) as session:
            rows = session.scalars(select(ApiTokenRow).where(ApiTokenRow.account_id.in_(accounts))).all()
            for row in rows:
                session.delete(row)
            if rows:
                self._audit.append_in(session, actor, Deed.TOKENS_ENDED, login)
            return len(rows)

    def forget_old(self) -> None:
        """Delete what has ended."""
        with writing(self._engine) as session:
            session.execute(delete(ApiTokenRow).where(ApiTokenRow.ends_at <= self._now()))
