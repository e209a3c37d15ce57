"""Co-view: a member of staff sees a terminal's screen, masked by the terminal, as long as the visitor agrees.

A co-view holds only while its call is open and with the person who asked: that is part of every look at it. What was
shown is forgotten with it. News is passed on to those whom it concerns: the terminal, and the page that looks on.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, Select, delete, func, select, update
from sqlalchemy.orm import Session

from hub.calls import ATTENDED
from hub.sessions import SignedIn
from hub.storage import CHANNEL, CallRow, CoviewRow, writing

NEWS = "coview "
"""Begins the notifications of PostgreSQL that are for us."""


@dataclass(frozen=True, slots=True)
class CoviewRecord:
    """A co-view as it stands. `screens` are the terminal's, by language; None until the visitor agrees."""

    session: str
    terminal: str
    call: str
    name: str
    counter: str
    screens: dict[str, Any] | None
    pointed: dict[str, Any] | None
    line: dict[str, Any] | None


class CoviewNews:
    """Wakes those who wait for news of a terminal or a session. All methods belong to the loop's thread."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._closed = False

    def announce(self, *whom: str) -> None:
        """Wake these; everybody, if none is named."""
        for name in whom or tuple(self._listeners):
            for listener in self._listeners.get(name, ()):
                listener.set()

    def close(self) -> None:
        """End every `follow`: the server stops."""
        self._closed = True
        self.announce()

    async def follow(self, *whom: str, at_once: bool) -> AsyncIterator[None]:
        """Yield (`at_once`: now and) at each news of any of these, until the server stops."""
        changed = asyncio.Event()
        if at_once:
            changed.set()
        for name in whom:
            self._listeners[name].add(changed)
        try:
            while True:
                await changed.wait()
                changed.clear()
                if self._closed:
                    return
                yield
        finally:
            for name in whom:
                self._listeners[name].discard(changed)
                if not self._listeners[name]:
                    del self._listeners[name]


class CoviewBook:
    """The co-views of all sites. Each method is one transaction and blocks on the disk: call it on a thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ask(self, call_id: str, person: SignedIn) -> CoviewRecord | None:
        """Begin one for a call that `person` has; an older one at that terminal ends. None if they do not have it."""
        with writing(self._engine) as session:
            call = session.get(CallRow, call_id)
            if call is None or call.state not in ATTENDED or call.taken_by != person.name:
                return None
            if person.site and call.terminal.site != person.site:
                return None
            session.execute(delete(CoviewRow).where(CoviewRow.terminal_name == call.terminal_name))
            row = CoviewRow(
                session=secrets.token_hex(16),
                terminal_name=call.terminal_name,
                call_id=call_id,
                asked_by=person.session,
                name=person.name,
                counter=call.counter or "",
            )
            session.add(row)
            self._tell(session, row.terminal_name)
            return _record(row)

    def of_terminal(self, terminal: str) -> CoviewRecord | None:
        """Return the one that holds at a terminal."""
        return self._one(_holding().where(CoviewRow.terminal_name == terminal))

    def of_staff(self, session_id: str, person: SignedIn) -> CoviewRecord | None:
        """Return one that `person` asked for in this very session of theirs, if it holds."""
        return self._one(_holding().where(CoviewRow.session == session_id, CoviewRow.asked_by == person.session))

    def point(self, record: CoviewRecord, part: str) -> None:
        """Point at a part; the same again is a new pointing."""
        self._change(record, pointed={"part": part, "id": secrets.token_hex(4)})

    def say(self, record: CoviewRecord, line: dict[str, str]) -> None:
        """Say something: `{"key": …}` of a prepared sentence, or `{"text": …, "language": …}`."""
        self._change(record, line={**line, "id": secrets.token_hex(4)})

    def shown(self, session_id: str, terminal: str, screens: dict[str, Any]) -> bool:
        """Write down what the visitor sees. Return False if nobody looks on any more."""
        with writing(self._engine, lasting=False) as session:
            holds = _holding().where(CoviewRow.session == session_id, CoviewRow.terminal_name == terminal)
            row = session.scalars(holds).first()
            if row is None:
                return False
            row.screens = screens
            self._tell(session, session_id)
            return True

    def end(self, session_id: str, terminal: str) -> None:
        """End one, and forget what was shown."""
        with writing(self._engine) as session:
            ours = (CoviewRow.session == session_id, CoviewRow.terminal_name == terminal)
            session.execute(delete(CoviewRow).where(*ours))
            self._tell(session, session_id, terminal)

    def forget_old(self) -> None:
        """Delete those whose call is over."""
        holding = select(CoviewRow.session).join(CallRow).where(*_HOLDS)
        with writing(self._engine) as session:
            session.execute(delete(CoviewRow).where(CoviewRow.session.not_in(holding)))

    def _one(self, query: Select[CoviewRow]) -> CoviewRecord | None:
        with Session(self._engine) as session:
            row = session.scalars(query).first()
            return _record(row) if row else None

    def _change(self, record: CoviewRecord, **values: Any) -> None:
        with writing(self._engine, lasting=False) as session:
            session.execute(update(CoviewRow).where(CoviewRow.session == record.session).values(**values))
            self._tell(session, record.terminal, record.session)

    def _tell(self, session: Session, *whom: str) -> None:
        """Let the other hubs know, in the transaction of the change."""
        if self._engine.dialect.name == "postgresql":
            for name in whom:
                session.execute(select(func.pg_notify(CHANNEL, f"{NEWS}{name}")))


_HOLDS = (CallRow.state.in_(ATTENDED), CallRow.taken_by == CoviewRow.name)


def _holding() -> Select[CoviewRow]:
    return select(CoviewRow).join(CallRow, CallRow.id == CoviewRow.call_id).where(*_HOLDS)


def _record(row: CoviewRow) -> CoviewRecord:
    return CoviewRecord(
        row.session, row.terminal_name, row.call_id, row.name, row.counter, row.screens, row.pointed, row.line
    )
