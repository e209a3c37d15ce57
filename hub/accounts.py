"""Who has an account: with a password and one-time codes here, or by the city's single sign-on."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from hub.audit import AuditLog, Deed
from hub.one_time_codes import OneTimeCodes
from hub.roles import Role
from hub.storage import AccountRow, SessionRow, writing

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$c9JfBlg4rRo03RwfwAJ8GA$TSHiiTj/eDHkI8hsCD056fTMDPnBVEOfQRx07Ey1CX4"
"""A hash of nobody's password: checking it takes as long as checking somebody's."""


class AccountFault(StrEnum):
    """Why an account cannot be made or changed."""

    TAKEN = "there is an account with this login already"
    UNKNOWN = "there is no account with this login"
    SHORT_PASSWORD = f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters"
    BAD_LOGIN = "a login is one word of up to 80 characters"


@dataclass(frozen=True, slots=True)
class Account:
    """An account. `name` is what visitors read; an empty `site` means all."""

    id: int
    login: str
    name: str
    role: Role
    site: str
    locked: bool
    has_codes: bool
    by_sign_on: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """What somebody proves by: a password, and the code that the app shows now."""

    password: str
    code: str

    def __repr__(self) -> str:
        return "Proof(…)"


class AccountBook:
    """The accounts. Each method blocks on the disk or computes a hash: call it on a thread."""

    def __init__(
        self, engine: Engine, audit: AuditLog, codes: OneTimeCodes, clock: Callable[[], float] = time.time
    ) -> None:
        self._engine = engine
        self._audit = audit
        self._codes = codes
        self._clock = clock
        self._hasher = PasswordHasher()

    def add(self, actor: str, account: Account, password: str, code_secret: str | None) -> AccountFault | None:
        """Add a local account; its `id` does not matter."""
        if not account.login or len(account.login) > 80 or account.login.split() != [account.login]:
            return AccountFault.BAD_LOGIN
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            return AccountFault.SHORT_PASSWORD
        with writing(self._engine) as session:
            if session.scalars(select(AccountRow).where(AccountRow.login == account.login)).first():
                return AccountFault.TAKEN
            session.add(
                AccountRow(
                    login=account.login,
                    name=account.name,
                    role=account.role,
                    site=account.site,
                    password_hash=self._hasher.hash(password),
                    code_secret=code_secret,
                )
            )
            self._audit.append_in(session, actor, Deed.ACCOUNT_ADDED, f"{account.login} ({account.role})")
        return None

    def accounts(self) -> tuple[Account, ...]:
        """Return all accounts in the order of their logins."""
        with Session(self._engine) as session:
            return tuple(_account(row) for row in session.scalars(select(AccountRow).order_by(AccountRow.login)))

    def lock(self, actor: str, login: str, *, locked: bool = True) -> AccountFault | None:
        """Lock an account, and end its sessions at once; or unlock it."""
        with writing(self._engine) as session:
            row = session.scalars(select(AccountRow).where(AccountRow.login == login)).first()
            if row is None:
                return AccountFault.UNKNOWN
            row.locked = locked
            session.execute(delete(SessionRow).where(SessionRow.account_id == row.id))
            self._audit.append_in(session, actor, Deed.ACCOUNT_LOCKED if locked else Deed.ACCOUNT_UNLOCKED, login)
        return None

    def change_password(self, actor: str, login: str, password: str, code_secret: str | None) -> AccountFault | None:
        """Set a new password, new codes too if given, and end the account's sessions."""
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            return AccountFault.SHORT_PASSWORD
        with writing(self._engine) as session:
            row = session.scalars(select(AccountRow).where(AccountRow.login == login)).first()
            if row is None:
                return AccountFault.UNKNOWN
            row.password_hash = self._hasher.hash(password)
            row.code_secret = code_secret or row.code_secret
            session.execute(delete(SessionRow).where(SessionRow.account_id == row.id))
            self._audit.append_in(session, actor, Deed.ACCOUNT_CHANGED, login)
        return None

    def exists(self, login: str) -> bool:
        """Whether there is an account with this login."""
        with Session(self._engine) as session:
            return session.scalar(select(AccountRow.id).where(AccountRow.login == login)) is not None

    def proven(self, login: str, proof: Proof) -> Account | None:
        """Return the account if the proof is right, taking as long if there is none. A code is good once."""
        with Session(self._engine) as session:
            row = session.scalars(select(AccountRow).where(AccountRow.login == login)).first()
        has_password = row is not None and row.password_hash is not None
        known = row.password_hash if row and row.password_hash else _NOBODY
        try:
            self._hasher.verify(known, proof.password[:LONGEST_PASSWORD])
        except (VerificationError, InvalidHashError):
            return None
        if row is None or row.locked or not has_password:
            return None
        if row.code_secret and not self._code_is_right(row, proof.code):
            return None
        return _account(row)

    def _code_is_right(self, row: AccountRow, code: str) -> bool:
        assert row.code_secret
        step = self._codes.step_of(row.code_secret, code, self._clock())
        if step is None:
            return False
        unused = update(AccountRow).where(AccountRow.id == row.id, AccountRow.code_step < step)
        with writing(self._engine) as session:
            return session.connection().execute(unused.values(code_step=step)).rowcount == 1

    def signed_on(self, subject: str, login: str, name: str, role: Role, site: str) -> Account | None:
        """Return the account of somebody whom the single sign-on vouches for, as it now describes them.

        `subject` is the provider's own and never changes. None if the account is locked here.
        """
        with writing(self._engine) as session:
            row = session.scalars(select(AccountRow).where(AccountRow.subject == subject)).first()
            if row is None:
                taken = session.scalars(select(AccountRow).where(AccountRow.login == login)).first()
                row = AccountRow(subject=subject, login=subject[:80] if taken else login, locked=False)
                session.add(row)
            row.name, row.role, row.site = name[:80], role, site[:80]
            session.flush()
            return None if row.locked else _account(row)


def _account(row: AccountRow) -> Account:
    return Account(
        row.id,
        row.login,
        row.name,
        Role(row.role),
        row.site,
        row.locked,
        has_codes=row.code_secret is not None,
        by_sign_on=row.subject is not None,
    )
