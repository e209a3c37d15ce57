"""The audit log: who signed in, who changed what. It only grows, and each entry is chained to the one before.

An entry's chain is the SHA-256 of the former entry's chain and its own content. Changing or leaving out an entry
breaks the chain from there on; cutting off the end shows against a head that was noted elsewhere. The database
refuses changes by triggers. Which call somebody took is not in it: this log is no measure of staff's work.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from hub.storage import AuditRow, writing

START = "0" * 64
_ONE_AT_A_TIME = 7_656_874
"""PostgreSQL's advisory lock for who appends: any number of our own."""
_ACTOR, _SUBJECT = 80, 200
_LOOK_BACK = 500


class Deed(StrEnum):
    """What was done."""

    SIGNED_IN = "signed-in"
    SIGN_IN_REFUSED = "sign-in-refused"
    SIGNED_OUT = "signed-out"
    ACCOUNT_ADDED = "account-added"
    ACCOUNT_CHANGED = "account-changed"
    ACCOUNT_LOCKED = "account-locked"
    ACCOUNT_UNLOCKED = "account-unlocked"
    AUDIT_READ = "audit-read"
    COMMAND_GIVEN = "command-given"
    COMMAND_ANSWERED = "command-answered"
    TOKEN_MADE = "token-made"  # noqa: S105 - no secret: the name of a deed
    TOKENS_ENDED = "tokens-ended"
    ENROLMENT_CODE_MADE = "enrolment-code-made"
    ENROLMENT_REFUSED = "enrolment-refused"
    TERMINAL_ENROLLED = "terminal-enrolled"
    TERMINAL_REVOKED = "terminal-revoked"
    IDENTITY_RENEWED_LATE = "identity-renewed-late"
    HUB_KEY_RENEWED = "hub-key-renewed"
    COMMAND_WITHDRAWN = "command-withdrawn"
    # What staff did at a terminal: see `kiosk.effects.StaffDeed`.
    STAFF_OPENED = "staff-opened"
    STAFF_REFUSED = "staff-refused"
    STAFF_HELPED = "staff-helped"
    STAFF_REPRINTED = "staff-reprinted"
    STAFF_CHANGED_PAPER = "staff-changed-paper"
    STAFF_TESTED = "staff-tested"
    STAFF_OUT_OF_SERVICE = "staff-out-of-service"
    STAFF_IN_SERVICE = "staff-in-service"
    STAFF_ENDED_VISIT = "staff-ended-visit"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `chain` covers all before it."""

    seq: int
    at: datetime
    actor: str
    deed: str
    subject: str
    chain: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What checking found: how many entries are sound, the last one's chain, and the first that is not."""

    sound: int
    head: str
    broken_at: int | None


class AuditLog:
    """Appends and reads. Each method blocks on the disk: call it on a thread."""

    def __init__(self, engine: Engine, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine = engine
        self._now = now

    def append(self, actor: str, deed: Deed, subject: str = "") -> None:
        """Write down that `actor` (a login, or `console`) did something to `subject`."""
        with writing(self._engine) as session:
            self.append_in(session, actor, deed, subject)

    def append_once(self, actor: str, deed: Deed, subject: str) -> None:
        """Write down what may be told again: among the last entries it stands once."""
        same = select(AuditRow.seq, AuditRow.subject).order_by(AuditRow.seq.desc()).limit(_LOOK_BACK)
        with writing(self._engine) as session:
            if subject not in {row.subject for row in session.execute(same)}:
                self.append_in(session, actor, deed, subject)

    def append_in(self, session: Session, actor: str, deed: Deed, subject: str = "") -> None:
        """Write it down in a transaction that is under way: both happen, or neither."""
        if self._engine.dialect.name == "postgresql":
            session.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
        last = session.scalars(select(AuditRow).order_by(AuditRow.seq.desc()).limit(1)).first()
        seq, before = (last.seq + 1, last.chain) if last else (1, START)
        entry = Entry(seq, self._now(), actor[:_ACTOR], deed, subject[:_SUBJECT], "")
        chain = chained(before, entry)
        session.add(
            AuditRow(seq=seq, at=entry.at, actor=entry.actor, deed=entry.deed, subject=entry.subject, chain=chain)
        )

    def newest(self, most: int = 200) -> tuple[Entry, ...]:
        """Return the last entries, the newest first."""
        query = select(AuditRow).order_by(AuditRow.seq.desc()).limit(most)
        with Session(self._engine) as session:
            return tuple(_entry(row) for row in session.scalars(query))

    def verify(self) -> Verdict:
        """Check the whole chain."""
        before, sound = START, 0
        query = select(AuditRow).order_by(AuditRow.seq).execution_options(yield_per=1000)
        with Session(self._engine) as session, closing(session.scalars(query)) as rows:
            for row in rows:
                entry = _entry(row)
                if entry.seq != sound + 1 or entry.chain != chained(before, entry):
                    return Verdict(sound, before, sound + 1)
                before, sound = entry.chain, entry.seq
        return Verdict(sound, before, None)

    def chain_at(self, seq: int) -> str | None:
        """Return an entry's chain, to be compared with one that was noted."""
        with Session(self._engine) as session:
            row = session.get(AuditRow, seq)
            return row.chain if row else None


def chained(before: str, entry: Entry) -> str:
    """Return the chain of an entry that follows one with the chain `before`."""
    content = [before, entry.seq, entry.at.astimezone(UTC).isoformat(), entry.actor, entry.deed, entry.subject]
    return hashlib.sha256(json.dumps(content, ensure_ascii=True).encode()).hexdigest()


def _entry(row: AuditRow) -> Entry:
    return Entry(row.seq, row.at, row.actor, row.deed, row.subject, row.chain)
