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
_LONGEST_NAME = 80
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$c9JfBlg4rRo03RwfwAJ8GA$TSHiiTj/eDHkI8hsCD056fTMDPnBVEOfQRx07Ey1CX4"
"""A hash of nobody's password: checking it takes as long as checking somebody's."""


class AccountFault(StrEnum):
    """Why an account cannot be made or changed."""

    TAKEN = "there is an account with this login already"
    UNKNOWN = "there is no account with this login"
    SHORT_PASSWORD = f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters"
    BAD_LOGIN = "a login is one word of up to 80 characters"
    NO_NAME = "a name is what visitors read: 1 to 80 characters"
    WRONG_PASSWORD = "this is not the password until now"  # noqa: S105 - words
    SAME_PASSWORD = "the new password is the old one"  # noqa: S105 - words
    BY_SIGN_ON = "the single sign-on says what this account is"


@dataclass(frozen=True, slots=True)
class Account:
    """An account. `name` is what visitors read; an empty `site` means all.

    `first_password`: its password was given out and has to be changed before anything else.
    """

    id: int
    login: str
    name: str
    role: Role
    site: str
    locked: bool
    has_codes: bool
    by_sign_on: bool
    first_password: bool = False


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
        if not 0 < len(account.name) <= _LONGEST_NAME:
            return AccountFault.NO_NAME
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            return AccountFault.SHORT_PASSWORD
        with writing(self._engine) as session:
            if _row(session, account.login):
                return AccountFault.TAKEN
            session.add(
                AccountRow(
                    login=account.login,
                    name=account.name,
                    role=account.role,
                    site=account.site,
                    password_hash=self._hasher.hash(password),
                    code_secret=code_secret,
                    first_password=account.first_password,
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
            row = _row(session, login)
            if row is None:
                return AccountFault.UNKNOWN
            row.locked = locked
            session.execute(delete(SessionRow).where(SessionRow.account_id == row.id))
            self._audit.append_in(session, actor, Deed.ACCOUNT_LOCKED if locked else Deed.ACCOUNT_UNLOCKED, login)
        return None

    def change(self, actor: str, login: str, name: str, role: Role, site: str) -> AccountFault | None:
        """Say anew what a local account is; it holds at once, also for who is logged in."""
        if not 0 < len(name) <= _LONGEST_NAME:
            return AccountFault.NO_NAME
        with writing(self._engine) as session:
            row = _row(session, login)
            if row is None:
                return AccountFault.UNKNOWN
            if row.subject is not None:
                return AccountFault.BY_SIGN_ON
            row.name, row.role, row.site = name, role, site
            self._audit.append_in(session, actor, Deed.ACCOUNT_CHANGED, f"{login} ({role}, {site or 'all sites'})")
        return None

    def change_codes(self, actor: str, login: str, code_secret: str) -> AccountFault | None:
        """Let another app make the codes, and end the account's sessions."""
        with writing(self._engine) as session:
            row = _row(session, login)
            if row is None:
                return AccountFault.UNKNOWN
            if row.password_hash is None:
                return AccountFault.BY_SIGN_ON
            row.code_secret = code_secret
            session.execute(delete(SessionRow).where(SessionRow.account_id == row.id))
            self._audit.append_in(session, actor, Deed.ACCOUNT_CHANGED, f"{login} (new codes)")
        return None

    def change_own_password(self, login: str, old: str, new: str) -> AccountFault | None:
        """Set a new password that nobody else knows, for who knows the old one, and end the account's sessions."""
        if not SHORTEST_PASSWORD <= len(new) <= LONGEST_PASSWORD:
            return AccountFault.SHORT_PASSWORD
        if new == old:
            return AccountFault.SAME_PASSWORD
        return self._wrong(login, old) or self.change_password(login, login, new, None)

    def _wrong(self, login: str, password: str) -> AccountFault | None:
        with Session(self._engine) as session:
            row = _row(session, login)
        try:
            self._hasher.verify((row and row.password_hash) or _NOBODY, password[:LONGEST_PASSWORD])
        except (VerificationError, InvalidHashError):
            return AccountFault.WRONG_PASSWORD
        return None

    def change_password(
        self, actor: str, login: str, password: str, code_secret: str | None, *, first: bool = False
    ) -> AccountFault | None:
        """Set a new password, new codes too if given, and end the account's sessions.

        `first`: it is given out, and has to be changed at the next log-in.
        """
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            return AccountFault.SHORT_PASSWORD
        with writing(self._engine) as session:
            row = _row(session, login)
            if row is None:
                return AccountFault.UNKNOWN
            if row.subject is not None:
                return AccountFault.BY_SIGN_ON
            row.password_hash = self._hasher.hash(password)
            row.first_password = first
            row.code_secret = code_secret or row.code_secret
            session.execute(delete(SessionRow).where(SessionRow.account_id == row.id))
            self._audit.append_in(session, actor, Deed.ACCOUNT_CHANGED, f"{login} (password)")
        return None

    def exists(self, login: str) -> bool:
        """Whether there is an account with this login."""
        with Session(self._engine) as session:
            return session.scalar(select(AccountRow.id).where(AccountRow.login == login)) is not None

    def proven(self, login: str, proof: Proof) -> Account | None:
        """Return the account if the proof is right, taking as long if there is none. A code is good once."""
        with Session(self._engine) as session:
            row = _row(session, login)
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
                taken = _row(session, login)
                row = AccountRow(subject=subject, login=subject[:80] if taken else login, locked=False)
                session.add(row)
            row.name, row.role, row.site = name[:80], role, site[:80]
            session.flush()
            return None if row.locked else _account(row)


def _row(session: Session, login: str) -> AccountRow | None:
    return session.scalars(select(AccountRow).where(AccountRow.login == login)).first()


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
        first_password=row.first_password,
    )
