"""What happens to a call: placed, told more about, taken, passed on, closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Engine, func, literal, select, true, update
from sqlalchemy.orm import Session

from hub.storage import CallRow, TerminalRow, Topic, UtcDateTime, writing
from kiosk.effects import HelpReason


class CallState(StrEnum):
    """`QUEUED` → `TAKEN` → `ON_WAY` → `DONE`; passed on, it is `QUEUED` again.

    `CANCELLED` by the visitor at any time. `TAKEN` helps from the counter, `ON_WAY` comes to the terminal.
    """

    QUEUED = "queued"
    TAKEN = "taken"
    ON_WAY = "on-way"
    DONE = "done"
    CANCELLED = "cancelled"


OPEN = (CallState.QUEUED, CallState.TAKEN, CallState.ON_WAY)
ATTENDED = (CallState.TAKEN, CallState.ON_WAY)


@dataclass(frozen=True, slots=True)
class Told:
    """What a terminal tells about a call: texts in German, the visitor's language as BCP 47."""

    service: str | None
    step: str
    reason: HelpReason | None
    called_at: datetime
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Attendant:
    """A person at a counter, for the calls of one site; for those of all sites if it is empty."""

    name: str
    counter: str
    site: str = ""


@dataclass(frozen=True, slots=True)
class Intent:
    """How somebody takes a call: to help from the counter or to go there (`on_way`, in about `minutes`).

    A call that somebody else has needs that person's name in `instead_of`.
    """

    on_way: bool = False
    minutes: int | None = None
    instead_of: str = ""


FROM_THE_COUNTER = Intent()


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A call as it stands. A closed one has no content any more."""

    id: str
    terminal: str
    site: str
    location: str
    service: str | None
    step: str | None
    language: str | None
    reason: HelpReason | None
    state: CallState
    called_at: datetime
    attendant: Attendant | None
    minutes: int | None
    passed_by: str | None


class CallBook:
    """The calls of all sites. Each method is one transaction and blocks on the disk: call it on a thread.

    A call has the id that its terminal gave it, so that a repeated message changes nothing. Two hubs or two
    members of staff may do the same at the same time: one statement decides who was first.
    """

    def __init__(self, engine: Engine, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine = engine
        self._now = now

    def place(self, call_id: str, terminal: str, told: Told) -> CallRecord | None:
        """Place a call or tell more about it; an older open call of the terminal ends.

        Return the call as it stands, or None if the id belongs to another terminal.
        """
        with writing(self._engine, Topic.CALLS) as session:
            _wait_for_turn(session, terminal)
            row = session.get(CallRow, call_id)
            if row is None:
                self._close_others(session, call_id, terminal)
                row = self._new(call_id, terminal, told)
                session.add(row)
                session.flush()
            elif row.terminal_name != terminal:
                return None
            elif row.state in OPEN:
                row.service, row.step, row.reason = told.service, told.step, told.reason
                row.language = told.language
            return _record(row)

    def cancel(self, call_id: str, terminal: str) -> bool:
        """Take a call back. One that never arrived is noted, so that it cannot arrive afterwards.

        Return False if the id belongs to another terminal.
        """
        with writing(self._engine, Topic.CALLS) as session:
            _wait_for_turn(session, terminal)
            row = session.get(CallRow, call_id)
            if row is None:
                row = self._new(call_id, terminal, Told(None, "", None, self._now()))
                session.add(row)
            elif row.terminal_name != terminal:
                return False
            if row.state in OPEN:
                row.state, row.closed_at = CallState.CANCELLED, self._now()
                row.service = row.step = row.language = None
            return True

    def take(self, call_id: str, attendant: Attendant, intent: Intent = FROM_THE_COUNTER) -> bool:
        """Let `attendant` take a call; one's own may be taken again, to go there after all.

        Return False if somebody else was quicker, or the call is closed or of another site.
        """
        holder = (intent.instead_of or attendant.name, attendant.name)
        free = (CallRow.state == CallState.QUEUED) | (CallRow.state.in_(ATTENDED) & CallRow.taken_by.in_(holder))
        changes = {
            "state": CallState.ON_WAY if intent.on_way else CallState.TAKEN,
            "taken_by": attendant.name,
            "counter": attendant.counter,
            "minutes": intent.minutes,
            "taken_at": func.coalesce(CallRow.taken_at, literal(self._now(), UtcDateTime())),
            "passed_by": None,
        }
        return self._change(update(CallRow).where(CallRow.id == call_id, free, _of(attendant.site)).values(changes))

    def pass_on(self, call_id: str, attendant: Attendant) -> bool:
        """Give a call that `attendant` has back to the others. It keeps its place; they see who passed it on.

        Return False if somebody else has it by now, or it is closed.
        """
        held = CallRow.state.in_(ATTENDED) & (CallRow.taken_by == attendant.name)
        changes = {
            "state": CallState.QUEUED,
            "taken_by": None,
            "counter": None,
            "minutes": None,
            "passed_by": attendant.name,
        }
        return self._change(update(CallRow).where(CallRow.id == call_id, held, _of(attendant.site)).values(changes))

    def finish(self, call_id: str, site: str = "") -> bool:
        """Close a call: the visitor was helped. Return False if it is closed already or unknown."""
        statement = update(CallRow).where(CallRow.id == call_id, CallRow.state.in_(OPEN), _of(site))
        return self._change(statement.values(state=CallState.DONE, closed_at=self._now(), **_NO_CONTENT))

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
        with writing(self._engine, Topic.CALLS) as session:
            return session.connection().execute(statement).rowcount == 1  # type: ignore[call-overload, no-any-return]

    def _new(self, call_id: str, terminal: str, told: Told) -> CallRow:
        return CallRow(
            id=call_id,
            terminal_name=terminal,
            service=told.service,
            step=told.step,
            language=told.language,
            reason=told.reason,
            state=CallState.QUEUED,
            called_at=min(told.called_at, self._now()),
        )

    def _close_others(self, session: Session, call_id: str, terminal: str) -> None:
        others = update(CallRow).where(
            CallRow.terminal_name == terminal, CallRow.id != call_id, CallRow.state.in_(OPEN)
        )
        session.execute(others.values(state=CallState.CANCELLED, closed_at=self._now(), **_NO_CONTENT))


_NO_CONTENT = {"service": None, "step": None, "language": None}


def _wait_for_turn(session: Session, terminal: str) -> None:
    """Let the messages of one terminal be dealt with one after the other, whichever hub gets them."""
    session.execute(select(TerminalRow.name).where(TerminalRow.name == terminal).with_for_update())


def _of(site: str) -> ColumnElement[bool]:
    """Return what restricts a change to the calls of a site; nothing for all sites."""
    if not site:
        return true()
    return CallRow.terminal_name.in_(select(TerminalRow.name).where(TerminalRow.site == site))


def _record(row: CallRow) -> CallRecord:
    attendant = Attendant(row.taken_by, row.counter or "") if row.taken_by else None
    return CallRecord(
        id=row.id,
        terminal=row.terminal.name,
        site=row.terminal.site,
        location=row.terminal.location,
        service=row.service,
        step=row.step,
        language=row.language,
        reason=HelpReason(row.reason) if row.reason else None,
        state=CallState(row.state),
        called_at=row.called_at,
        attendant=attendant,
        minutes=row.minutes,
        passed_by=row.passed_by,
    )
