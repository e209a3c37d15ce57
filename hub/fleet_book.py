"""The fleet as the hub knows it: what each terminal runs, which commands it was given, and what came of them.

A command is signed here, in the transaction that gives it its number: there is none without its entry in the audit log.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, Select, delete, func, select, update
from sqlalchemy.orm import Session

from hub.audit import AuditLog, Deed
from hub.enrolment_keys import HubKeys, Purpose
from hub.storage import CHANNEL, CommandRow, FleetRow, TerminalRow, writing
from kiosk.orders import Do, Order, Outcome, TakeProfile, document_of

if TYPE_CHECKING:
    from jwcrypto.jwk import JWK

TYPE = "lotse-command+jwt"
MOST_OPEN = 20
"""So many commands wait for one terminal at most."""
LASTS = timedelta(hours=1)
PROFILE_LASTS = timedelta(days=90)
"""A profile is assigned to terminals that may be switched off for weeks."""
KEPT = timedelta(days=30)
CONTENT_KEPT = timedelta(days=1)
NEWS = "fleet "
"""Begins the names under which `hub.coview.CoviewNews` wakes a terminal for us."""
_FARTHEST = 1_000_000
"""After a database was restored, numbers go on where the terminal says that they were; within reason."""


class GivenFault(StrEnum):
    """Why a command was not given."""

    UNKNOWN = "there is no such terminal"
    TOO_MANY = f"{MOST_OPEN} commands wait for this terminal already"


@dataclass(frozen=True, slots=True)
class CommandRecord:
    """A command as it stands. `outcome` is None while the terminal has not answered."""

    id: str
    terminal: str
    site: str
    number: int
    do: str
    by: str
    at: datetime
    expires: datetime
    outcome: str | None
    answered: datetime | None
    detail: str
    has_content: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """A terminal's answer. `last` is the highest number that it has seen."""

    outcome: Outcome
    last: int
    detail: str
    content: bytes | None


@dataclass(frozen=True, slots=True)
class FleetRecord:
    """What is known of a terminal besides its state: `about` as it says, `assigned` as IT wants it."""

    about: dict[str, Any]
    seen: datetime | None
    assigned: str


class FleetBook:
    """The fleet. Each method is one transaction and blocks on the disk: call it on a thread."""

    def __init__(
        self, engine: Engine, audit: AuditLog, keys: HubKeys, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._engine, self._audit, self._keys, self._now = engine, audit, keys, now

    def told(self, terminal: str, about: dict[str, Any]) -> None:
        """Write down what a terminal runs."""
        with writing(self._engine) as session:
            row = self._row(session, terminal)
            row.about, row.told_at = about, self._now()

    def fleet(self) -> dict[str, FleetRecord]:
        """Return what is known of each terminal that has said something, or was told something."""
        query = select(FleetRow, TerminalRow.seen_at).join(TerminalRow, TerminalRow.name == FleetRow.terminal_name)
        with Session(self._engine) as session:
            return {
                row.terminal_name: FleetRecord(
                    row.about,
                    max(filter(None, (row.told_at, row.last_seen_at, seen)), default=None),
                    row.assigned,
                )
                for row, seen in session.execute(query)
            }

    def give(self, actor: str, terminal: str, order: Order, lasts: timedelta) -> CommandRecord | GivenFault:
        """Give a command. Raises `hub.one_time_codes.NoKeyError` where the hub has no key to sign with."""
        key, now = self._keys.signer(Purpose.COMMANDS), self._now()
        with writing(self._engine) as session:
            found = session.get(TerminalRow, terminal, with_for_update=True)
            if found is None:
                return GivenFault.UNKNOWN
            row = self._row(session, terminal)
            if isinstance(order, TakeProfile):
                self._assign(session, row, order, now)
            waiting = session.scalars(select(CommandRow.id).where(*_open(terminal, now))).all()
            if len(waiting) >= MOST_OPEN:
                return GivenFault.TOO_MANY
            row.number += 1
            command = CommandRow(
                terminal_name=terminal,
                number=row.number,
                id=secrets.token_hex(16),
                do=document_of(order)["do"],
                by=actor[:80],
                at=now,
                expires_at=now + lasts,
                detail="",
            )
            command.token = signed(key, command, order)
            session.add(command)
            subject = f"{command.do}, {terminal}, number {row.number}, {command.id}"
            self._audit.append_in(session, actor, Deed.COMMAND_GIVEN, subject)
            self._wake(session, terminal)
            return _record(command, found.site)

    def withdraw(self, actor: str, command_id: str) -> CommandRecord | None:
        """End a command that nobody has answered; None if there is no such one. Who has begun it will answer."""
        now = self._now()
        with writing(self._engine) as session:
            row = session.scalars(select(CommandRow).where(CommandRow.id == command_id)).first()
            if row is None or row.outcome is not None or row.expires_at <= now:
                return None
            row.expires_at, row.detail = now, "withdrawn"
            if row.do == Do.TAKE_PROFILE:
                self._row(session, row.terminal_name).assigned = ""
            subject = f"{row.do}, {row.terminal_name}, number {row.number}, {row.id}"
            self._audit.append_in(session, actor, Deed.COMMAND_WITHDRAWN, subject)
            self._wake(session, row.terminal_name)
            return _record(row, session.get_one(TerminalRow, row.terminal_name).site)

    def _assign(self, session: Session, row: FleetRow, order: TakeProfile, now: datetime) -> None:
        """Note which profile is wanted; what was assigned before and has not arrived is withdrawn."""
        row.assigned = order.target
        older = update(CommandRow).where(*_open(row.terminal_name, now), CommandRow.do == Do.TAKE_PROFILE)
        session.execute(older.values(expires_at=now, detail="another profile was assigned after that"))

    def open_for(self, terminal: str) -> list[dict[str, str]]:
        """Return id and token of the commands that a terminal has not answered yet, the oldest first."""
        query = select(CommandRow.id, CommandRow.token).where(*_open(terminal, self._now()))
        with Session(self._engine) as session:
            rows = session.execute(query.order_by(CommandRow.number).limit(MOST_OPEN)).all()
        return [{"id": name, "token": token} for name, token in rows]

    def with_open(self) -> frozenset[str]:
        """Return the terminals for which commands wait."""
        waiting = (CommandRow.outcome.is_(None), CommandRow.expires_at > self._now())
        with Session(self._engine) as session:
            return frozenset(session.scalars(select(CommandRow.terminal_name).where(*waiting).distinct()))

    def answered(self, terminal: str, command_id: str, answer: Answered) -> bool:
        """Write down an answer; the first one counts. Return False if the terminal has no such command."""
        with writing(self._engine) as session:
            row = session.scalars(select(CommandRow).where(CommandRow.id == command_id)).first()
            if row is None or row.terminal_name != terminal:
                return False
            if row.outcome is None:
                row.outcome, row.answered_at, row.detail = answer.outcome, self._now(), answer.detail
                row.content = answer.content
                subject = f"{row.do}, {answer.outcome}, number {row.number}, {row.id}"
                self._audit.append_in(session, terminal, Deed.COMMAND_ANSWERED, subject)
            fleet = self._row(session, terminal)
            if fleet.number < answer.last <= fleet.number + _FARTHEST:
                fleet.number = answer.last
            return True

    def commands(self, terminal: str, most: int = 50) -> tuple[CommandRecord, ...]:
        """Return a terminal's last commands, the newest first."""
        return self._records(_records().where(CommandRow.terminal_name == terminal).limit(most))

    def command(self, command_id: str) -> CommandRecord | None:
        """Return one command."""
        return next(iter(self._records(_records().where(CommandRow.id == command_id))), None)

    def content(self, command_id: str) -> bytes | None:
        """Return what a command asked for, if it is still kept."""
        with Session(self._engine) as session:
            return session.scalar(select(CommandRow.content).where(CommandRow.id == command_id))

    def forget_old(self) -> None:
        """Delete what was asked for after a day, and commands a month after their end."""
        now = self._now()
        with writing(self._engine) as session:
            old = update(CommandRow).where(CommandRow.answered_at < now - CONTENT_KEPT)
            session.execute(old.where(CommandRow.content.is_not(None)).values(content=None))
            session.execute(delete(CommandRow).where(CommandRow.expires_at < now - KEPT))

    def _records(self, query: Select[CommandRow, str]) -> tuple[CommandRecord, ...]:
        with Session(self._engine) as session:
            return tuple(_record(row, site) for row, site in session.execute(query))

    def _row(self, session: Session, terminal: str) -> FleetRow:
        row = session.get(FleetRow, terminal, with_for_update=True)
        if row is None:
            row = FleetRow(terminal_name=terminal, about={}, assigned="", number=0)
            session.add(row)
        return row

    def _wake(self, session: Session, terminal: str) -> None:
        """Let the other hubs know, in the transaction of the change."""
        if self._engine.dialect.name == "postgresql":
            from hub.coview import NEWS as THEIRS

            session.execute(select(func.pg_notify(CHANNEL, f"{THEIRS}{NEWS}{terminal}")))


def signed(key: JWK, command: CommandRow, order: Order) -> str:
    """Return a command as a JWS in its compact form (RFC 7515, 7.1)."""
    from jwcrypto.jws import JWS

    claims = {
        "aud": command.terminal_name,
        "jti": command.id,
        "seq": command.number,
        "iat": int(command.at.timestamp()),
        "exp": int(command.expires_at.timestamp()),
        "order": document_of(order),
    }
    algorithm = "EdDSA" if key["kty"] == "OKP" else "ES256"
    header = {"alg": algorithm, "kid": key["kid"], "typ": TYPE}
    token = JWS(json.dumps(claims, ensure_ascii=False))
    token.add_signature(key, None, json.dumps(header))
    return str(token.serialize(compact=True))


def _open(terminal: str, now: datetime) -> tuple[Any, ...]:
    return CommandRow.terminal_name == terminal, CommandRow.outcome.is_(None), CommandRow.expires_at > now


def _records() -> Select[CommandRow, str]:
    at = TerminalRow.name == CommandRow.terminal_name
    return select(CommandRow, TerminalRow.site).join(TerminalRow, at).order_by(CommandRow.number.desc())


def _record(row: CommandRow, site: str) -> CommandRecord:
    return CommandRecord(
        row.id,
        row.terminal_name,
        site,
        row.number,
        row.do,
        row.by,
        row.at,
        row.expires_at,
        row.outcome,
        row.answered_at,
        row.detail,
        row.content is not None,
    )
