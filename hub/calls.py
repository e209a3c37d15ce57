"""What happens to a call: placed, told more about, taken, closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from hub.storage import CallRow, TerminalRow


class CallState(StrEnum):
    """`QUEUED` → `TAKEN` → `DONE`; `CANCELLED` by the visitor at any time."""

    QUEUED = "queued"
    TAKEN = "taken"
    DONE = "done"
    CANCELLED = "cancelled"


OPEN = (CallState.QUEUED, CallState.TAKEN)


@dataclass(frozen=True, slots=True)
class Told:
    """What a terminal tells about a call, in German."""

    service: str | None
    step: str
    reason: str | None
    called_at: datetime


@dataclass(frozen=True, slots=True)
class Attendant:
    """A person at a counter."""

    name: str
    counter: str


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A call as it stands."""

    id: str
    terminal: str
    location: str
    service: str | None
    step: str
    reason: str | None
    state: CallState
    called_at: datetime
    attendant: Attendant | None
    minutes: int | None


class CallBook:
    """The calls of a site. Each method is one transaction and blocks on the disk: call it on a thread.

    A call has the id that its terminal gave it, so that a repeated message changes nothing.
    `closed` calls are forgotten after `keep_closed`.
    """

    def __init__(
        self, engine: Engine, keep_closed: timedelta, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._engine = engine
        self._keep_closed = keep_closed
        self._now = now

    def terminal_with(self, key_fingerprint: str) -> str | None:
        """Return the name of the terminal that has this key."""
        with Session(self._engine) as session:
            return session.scalar(select(TerminalRow.name).where(TerminalRow.key_fingerprint == key_fingerprint))

    def place(self, call_id: str, terminal: str, told: Told) -> CallRecord | None:
        """Place a call or tell more about it; an older open call of the terminal ends.

        Return the call as it stands, or None if the id belongs to another terminal.
        """
        with Session(self._engine) as session, session.begin():
            row = session.get(CallRow, call_id)
            if row is None:
                self._forget_old(session)
                self._close_others(session, call_id, terminal)
                row = self._new(call_id, terminal, told)
                session.add(row)
                session.flush()
            elif row.terminal_name != terminal:
                return None
            elif row.state in OPEN:
                row.service, row.step, row.reason = told.service, told.step, told.reason
            return _record(row)

    def cancel(self, call_id: str, terminal: str) -> bool:
        """Take a call back. One that never arrived is noted, so that it cannot arrive afterwards.

        Return False if the id belongs to another terminal.
        """
        with Session(self._engine) as session, session.begin():
            row = session.get(CallRow, call_id)
            if row is None:
                row = self._new(call_id, terminal, Told(None, "", None, self._now()))
                session.add(row)
            elif row.terminal_name != terminal:
                return False
            if row.state in OPEN:
                row.state, row.closed_at = CallState.CANCELLED, self._now()
            return True

    def take(self, call_id: str, attendant: Attendant, minutes: int | None, *, instead_of: str = "") -> bool:
        """Let `attendant` take a call. One that is taken already needs that person's name in `instead_of`.

        Return False if somebody else was quicker or the call is closed.
        """
        free = CallRow.state == CallState.QUEUED
        if instead_of:
            free = (CallRow.state == CallState.TAKEN) & (CallRow.taken_by == instead_of)
        changes = {
            "state": CallState.TAKEN,
            "taken_by": attendant.name,
            "counter": attendant.counter,
            "minutes": minutes,
        }
        return self._change(update(CallRow).where(CallRow.id == call_id, free).values(changes))

    def finish(self, call_id: str) -> bool:
        """Close a call: the visitor was helped. Return False if it is closed already or unknown."""
        statement = update(CallRow).where(CallRow.id == call_id, CallRow.state.in_(OPEN))
        return self._change(statement.values(state=CallState.DONE, closed_at=self._now()))

    def call(self, call_id: str) -> CallRecord | None:
        """Return a call, open or closed."""
        with Session(self._engine) as session:
            row = session.get(CallRow, call_id)
            return _record(row) if row else None

    def open_calls(self) -> tuple[CallRecord, ...]:
        """Return the open calls, the one that waits longest first."""
        query = select(CallRow).where(CallRow.state.in_(OPEN)).order_by(CallRow.called_at, CallRow.id)
        with Session(self._engine) as session:
            return tuple(_record(row) for row in session.scalars(query))

    def _change(self, statement: object) -> bool:
        with self._engine.begin() as connection:
            return connection.execute(statement).rowcount == 1  # type: ignore[call-overload, no-any-return]

    def _new(self, call_id: str, terminal: str, told: Told) -> CallRow:
        return CallRow(
            id=call_id,
            terminal_name=terminal,
            service=told.service,
            step=told.step,
            reason=told.reason,
            state=CallState.QUEUED,
            called_at=min(told.called_at, self._now()),
        )

    def _close_others(self, session: Session, call_id: str, terminal: str) -> None:
        others = update(CallRow).where(
            CallRow.terminal_name == terminal, CallRow.id != call_id, CallRow.state.in_(OPEN)
        )
        session.execute(others.values(state=CallState.CANCELLED, closed_at=self._now()))

    def _forget_old(self, session: Session) -> None:
        session.execute(delete(CallRow).where(CallRow.closed_at < self._now() - self._keep_closed))


def _record(row: CallRow) -> CallRecord:
    attendant = Attendant(row.taken_by, row.counter or "") if row.taken_by else None
    return CallRecord(
        id=row.id,
        terminal=row.terminal.name,
        location=row.terminal.location,
        service=row.service,
        step=row.step,
        reason=row.reason,
        state=CallState(row.state),
        called_at=row.called_at,
        attendant=attendant,
        minutes=row.minutes,
    )
