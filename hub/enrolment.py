"""Enrolment: a code for a terminal, the terminal's key against the code, and the end of it.

A code has 16 signs of Crockford's base 32. The first four find it, all of them are hashed to the key of an HMAC: the
code itself never comes over the wire. It is good once, for `CODE_LASTS`, and for `MOST_WRONG` wrong tries.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from hub.audit import AuditLog, Deed
from hub.enrolment_tables import EnrolmentCodeRow
from hub.settings import no_key
from hub.storage import TerminalRow, Topic, writing

CODE_LASTS = timedelta(minutes=15)
MOST_WRONG = 5
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without I, L, O and U, which are misread."""
_LENGTH, _GROUP = 16, 4
_LONGEST_NAME = 80


class EnrolmentFault(StrEnum):
    """Why there is no code, or no identity."""

    UNKNOWN = "there is no terminal with this name"
    BAD_NAME = f"a terminal's name has 1 to {_LONGEST_NAME} characters on one line"
    UNKNOWN_SITE = "there is no such site in the settings"
    NOT_VALID = "this code is not valid: mistyped, used, older than 15 minutes, or another terminal's"


@dataclass(frozen=True, slots=True)
class NewCode:
    """A code as it is shown once."""

    terminal: str
    code: str
    ends_at: datetime

    def __repr__(self) -> str:
        return f"NewCode({self.terminal!r}, …)"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a terminal wants a code for: the thumbprint (RFC 7638) of its key, and the name it has, if it has one.

    `mac` is the HMAC that only somebody with the whole code can make: see `claim_text`.
    """

    code_id: str
    thumbprint: str
    terminal: str
    mac: str


@dataclass(frozen=True, slots=True)
class Redeemed:
    """A terminal that a code was good for. `mac_key` proves the hub's answer to it."""

    terminal: str
    mac_key: bytes


@dataclass(frozen=True, slots=True)
class Standing:
    """How a terminal is enrolled. `code_until`: a code for it is out."""

    terminal: str
    site: str
    enrolled_at: datetime | None
    revoked_at: datetime | None
    code_until: datetime | None


def claim_text(thumbprint: str, terminal: str) -> bytes:
    """Return what a terminal's HMAC is over."""
    return f"lotse-enrolment\n{thumbprint}\n{terminal}".encode()


def grant_text(grant: str) -> bytes:
    """Return what the hub's HMAC is over."""
    return f"lotse-grant\n{grant}".encode()


def mac_key(code: str) -> str:
    """Return the key of the HMACs, in hex, of a code without dashes."""
    return hashlib.sha256(f"lotse enrolment {code}".encode()).hexdigest()


class EnrolmentBook:
    """Codes, and which terminal has which key. Each method blocks on the disk: call it on a thread."""

    def __init__(
        self, engine: Engine, audit: AuditLog, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._engine = engine
        self._audit = audit
        self._now = now

    def new_code(self, actor: str, terminal: str, site: str, location: str = "") -> NewCode | EnrolmentFault:
        """Return a code for a terminal; a terminal that is not known yet is added at `site`. It ends an older code."""
        if not 0 < len(terminal) <= _LONGEST_NAME or not terminal.isprintable() or terminal != terminal.strip():
            return EnrolmentFault.BAD_NAME
        code = "".join(secrets.choice(_SIGNS) for _ in range(_LENGTH))
        new = NewCode(terminal, "-".join(_grouped(code)), self._now() + CODE_LASTS)
        with writing(self._engine, Topic.TERMINALS) as session:
            if session.get(TerminalRow, terminal) is None:
                session.add(
                    TerminalRow(name=terminal, site=site, location=location, key_fingerprint=no_key(), devices={})
                )
                session.flush()
            of_this = EnrolmentCodeRow.terminal_name == terminal
            session.execute(delete(EnrolmentCodeRow).where(of_this | (EnrolmentCodeRow.id == code[:_GROUP])))
            row = EnrolmentCodeRow(id=code[:_GROUP], terminal_name=terminal, mac_key=mac_key(code))
            row.failures, row.ends_at = 0, new.ends_at
            session.add(row)
            self._audit.append_in(session, actor, Deed.ENROLMENT_CODE_MADE, terminal)
        return new

    def redeem(self, claim: Claim) -> Redeemed | EnrolmentFault:
        """Give the terminal of a code the key of `claim`. The code is used up; so is one with too many wrong tries."""
        with writing(self._engine, Topic.TERMINALS) as session:
            row = session.get(EnrolmentCodeRow, claim.code_id, with_for_update=True)
            if row is None or row.ends_at <= self._now():
                return EnrolmentFault.NOT_VALID
            key = bytes.fromhex(row.mac_key)
            expected = hmac.digest(key, claim_text(claim.thumbprint, claim.terminal), "sha256").hex()
            terminal = session.get(TerminalRow, row.terminal_name, with_for_update=True)
            right = hmac.compare_digest(expected.encode(), claim.mac.encode())
            if terminal is None or not right or claim.terminal not in ("", terminal.name):
                self._count_failure(session, row)
                return EnrolmentFault.NOT_VALID
            session.delete(row)
            if _has_key(session, claim.thumbprint):  # a copied key would be two terminals
                return EnrolmentFault.NOT_VALID
            terminal.key_fingerprint = claim.thumbprint
            terminal.enrolled_at, terminal.revoked_at = self._now(), None
            self._audit.append_in(session, "", Deed.TERMINAL_ENROLLED, terminal.name)
            return Redeemed(terminal.name, key)

    def _count_failure(self, session: Session, row: EnrolmentCodeRow) -> None:
        row.failures += 1
        if row.failures >= MOST_WRONG:
            session.delete(row)
            self._audit.append_in(session, "", Deed.ENROLMENT_REFUSED, row.terminal_name)

    def revoke(self, actor: str, terminal: str) -> EnrolmentFault | None:
        """Take a terminal's key from it, whatever kind it is, and a code that is out for it."""
        with writing(self._engine, Topic.TERMINALS) as session:
            row = session.get(TerminalRow, terminal, with_for_update=True)
            if row is None:
                return EnrolmentFault.UNKNOWN
            row.key_fingerprint, row.revoked_at = no_key(), self._now()
            session.execute(delete(EnrolmentCodeRow).where(EnrolmentCodeRow.terminal_name == terminal))
            self._audit.append_in(session, actor, Deed.TERMINAL_REVOKED, terminal)
        return None

    def renewed_late(self, terminal: str) -> None:
        """Note that an identity was renewed that had expired."""
        self._audit.append("", Deed.IDENTITY_RENEWED_LATE, terminal)

    def standings(self) -> tuple[Standing, ...]:
        """Return how all terminals are enrolled."""
        codes = select(TerminalRow, EnrolmentCodeRow.ends_at).outerjoin(
            EnrolmentCodeRow, EnrolmentCodeRow.terminal_name == TerminalRow.name
        )
        with Session(self._engine) as session:
            return tuple(
                Standing(
                    row.name,
                    row.site,
                    row.enrolled_at,
                    row.revoked_at,
                    until if until and until > self._now() else None,
                )
                for row, until in session.execute(codes.order_by(TerminalRow.name))
            )

    def site_of(self, terminal: str) -> str | None:
        """Return a terminal's site, None if there is no such terminal."""
        with Session(self._engine) as session:
            return session.scalar(select(TerminalRow.site).where(TerminalRow.name == terminal))

    def forget_old(self) -> None:
        """Delete codes that nobody used."""
        with writing(self._engine) as session:
            session.execute(delete(EnrolmentCodeRow).where(EnrolmentCodeRow.ends_at <= self._now()))


def _has_key(session: Session, thumbprint: str) -> bool:
    known = select(TerminalRow.name).where(TerminalRow.key_fingerprint == thumbprint)
    return session.scalar(known) is not None


def _grouped(code: str) -> list[str]:
    return [code[begin : begin + _GROUP] for begin in range(0, len(code), _GROUP)]
