"""The tables, and how a database is opened so that no call is lost when the power fails.

SQLite is for one hub process. On PostgreSQL several may work side by side: whoever changes
something says so in the same transaction (`NOTIFY`), and the others look anew.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    Dialect,
    Double,
    Engine,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    create_engine,
    event,
    false,
    func,
    select,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from sqlalchemy.types import DateTime, TypeDecorator

from hub.settings import HubSettings, TerminalAccess, no_key

CHANNEL = "lotse"
"""The name under which PostgreSQL passes news on."""
_STARTING = 7_656_873
"""PostgreSQL's advisory lock for hubs that start at the same time: any number of our own."""
_CONNECTIONS = 20
SQLITE_ID = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts up by itself only what is called INTEGER."""


class Topic(StrEnum):
    """What may have changed."""

    CALLS = "calls"
    TERMINALS = "terminals"


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, kept in UTC; SQLite itself knows no time zones."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Return the moment as naive UTC."""
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: Any | None, _dialect: Dialect) -> datetime | None:
        """Return the moment with its time zone."""
        return value.replace(tzinfo=UTC) if value else None


class Table(DeclarativeBase):
    """What all tables share."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class TerminalRow(Table):
    """A terminal: what IT says of it, and what it last said itself.

    `seen_at` is when it was last known to be connected, `seen_by` the hub process that says so.
    """

    __tablename__ = "terminal"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    site: Mapped[str] = mapped_column(String(80), index=True)
    location: Mapped[str] = mapped_column(String(80))
    x: Mapped[float | None] = mapped_column(Double)
    y: Mapped[float | None] = mapped_column(Double)
    key_fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[str | None] = mapped_column(String(16))
    devices: Mapped[dict[str, str]] = mapped_column(JSON)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_by: Mapped[str | None] = mapped_column(String(32), index=True)
    enrolled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since then its key is one that it made itself; what the settings say of a key does not count any more."""
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CallRow(Table):
    """A call for a person. Nothing in it comes from what a visitor typed; closed, it has no content at all."""

    __tablename__ = "call"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    terminal_name: Mapped[str] = mapped_column(ForeignKey("terminal.name"), index=True)
    service: Mapped[str | None] = mapped_column(String(300))
    step: Mapped[str | None] = mapped_column(String(300))
    language: Mapped[str | None] = mapped_column(String(35))
    reason: Mapped[str | None] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), index=True)
    called_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    taken_by: Mapped[str | None] = mapped_column(String(80))
    counter: Mapped[str | None] = mapped_column(String(80))
    minutes: Mapped[int | None]
    passed_by: Mapped[str | None] = mapped_column(String(80))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    terminal: Mapped[TerminalRow] = relationship(lazy="joined")


class CoviewRow(Table):
    """Who looks on at a terminal. `screens` come masked from the terminal; the row goes when it is over."""

    __tablename__ = "coview"

    session: Mapped[str] = mapped_column(String(32), primary_key=True)
    terminal_name: Mapped[str] = mapped_column(ForeignKey("terminal.name"), unique=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"), index=True)
    asked_by: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(80))
    counter: Mapped[str] = mapped_column(String(80))
    screens: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    pointed: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    line: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class PlanRow(Table):
    """A floor plan that was brought by the page: a PNG. It stands before the one of the settings."""

    __tablename__ = "plan"

    site: Mapped[str] = mapped_column(String(80), primary_key=True)
    version: Mapped[str] = mapped_column(String(16))
    picture: Mapped[bytes] = mapped_column(LargeBinary)


class FigureRow(Table):
    """How many called in an hour or in the rest of a day: never fewer than five, so never somebody."""

    __tablename__ = "figure"

    site: Mapped[str] = mapped_column(String(80), primary_key=True)
    start: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    span: Mapped[str] = mapped_column(String(8), primary_key=True)
    reason: Mapped[str] = mapped_column(String(16), primary_key=True)
    count: Mapped[int]
    minutes: Mapped[int | None]


class AccountRow(Table):
    """Somebody who may log in: with a password and one-time codes, or by the single sign-on's `subject`."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(SQLITE_ID, primary_key=True)
    login: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(16))
    site: Mapped[str] = mapped_column(String(80))
    password_hash: Mapped[str | None] = mapped_column(String(255))
    code_secret: Mapped[str | None] = mapped_column(String(255))
    code_step: Mapped[int] = mapped_column(BigInteger, default=0)
    subject: Mapped[str | None] = mapped_column(String(255), unique=True)
    locked: Mapped[bool] = mapped_column(default=False)
    first_password: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Somebody else knows the password: it opens nothing but the page where it is changed."""


class SessionRow(Table):
    """Somebody who is logged in; `token_hash` is the fingerprint of what the browser keeps."""

    __tablename__ = "session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    counter: Mapped[str] = mapped_column(String(80))
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    account: Mapped[AccountRow | None] = relationship(lazy="joined")


class SignOnRow(Table):
    """A single sign-on that was begun (OpenID Connect Core 1.0, 3.1.2.1; RFC 7636)."""

    __tablename__ = "sign_on"

    state_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    nonce: Mapped[str] = mapped_column(String(64))
    verifier: Mapped[str] = mapped_column(String(128))
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AttemptRow(Table):
    """How often a log-in went wrong, and until when no further one is looked at."""

    __tablename__ = "attempt"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    until: Mapped[datetime] = mapped_column(UtcDateTime)


class FleetRow(Table):
    """What a terminal runs (`about`, as it says), what IT wants it to show, and the number of its last command."""

    __tablename__ = "fleet"

    terminal_name: Mapped[str] = mapped_column(ForeignKey("terminal.name", ondelete="CASCADE"), primary_key=True)
    about: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    assigned: Mapped[str] = mapped_column(String(255), default="")
    number: Mapped[int] = mapped_column(BigInteger, default=0)


class CommandRow(Table):
    """A signed command. `outcome` is the terminal's answer; `content` what it told (a report, a picture), for a day."""

    __tablename__ = "command"

    terminal_name: Mapped[str] = mapped_column(ForeignKey("terminal.name", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[str] = mapped_column(String(32), unique=True)
    do: Mapped[str] = mapped_column(String(32))
    token: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    outcome: Mapped[str | None] = mapped_column(String(16))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    detail: Mapped[str] = mapped_column(String(300), default="")
    content: Mapped[bytes | None] = mapped_column(LargeBinary)


class ApiTokenRow(Table):
    """A token by which a tool of IT's asks in an account's name; only its fingerprint is kept."""

    __tablename__ = "api_token"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    label: Mapped[str] = mapped_column(String(80))
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    account: Mapped[AccountRow] = relationship(lazy="joined")


class AuditRow(Table):
    """One entry of the audit log. The database itself refuses to change or delete one."""

    __tablename__ = "audit"

    seq: Mapped[int] = mapped_column(SQLITE_ID, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(80))
    deed: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(200))
    chain: Mapped[str] = mapped_column(String(64))


def open_database(settings: HubSettings) -> Engine:
    """Open the database, bring its tables up to date, and enter the terminals of the settings.

    Raises `sqlalchemy.exc.SQLAlchemyError` if it cannot be opened.
    """
    engine = _engine(settings)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_STARTING)))
        _upgrade(connection)
    _enter(engine, settings)
    return engine


def close_database(engine: Engine) -> None:
    """Close all connections; those that a thread still works with as soon as it gives them back."""
    event.listen(engine.pool, "checkin", lambda _, record: record.invalidate())
    engine.dispose()


def _engine(settings: HubSettings) -> Engine:
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        if isinstance(settings.database, Path):
            _make_private(settings.database)
        engine = (
            create_engine(url)
            if url.database in (None, "", ":memory:")
            else create_engine(url, pool_size=_CONNECTIONS, max_overflow=2 * _CONNECTIONS)
        )
        event.listen(engine, "connect", _make_durable)
        return engine
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    return create_engine(url, pool_size=_CONNECTIONS, max_overflow=_CONNECTIONS, pool_pre_ping=True)


def _make_private(file: Path) -> None:
    """Create the file so that nobody else on the machine can read it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))


def _make_durable(connection: sqlite3.Connection, _record: object) -> None:
    """A commit has reached the disk when it returns."""
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "hub:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@contextmanager
def writing(engine: Engine, topic: Topic | None = None, *, lasting: bool = True) -> Iterator[Session]:
    """One transaction that changes something; the other hubs hear of `topic` when it is committed.

    One that is not `lasting` does not wait for the disk: a power cut may take it back. Screens that are looked at are
    such, since there are many.
    """
    with Session(engine) as session, session.begin():
        if engine.dialect.name == "postgresql" and not lasting:
            session.execute(text("SET LOCAL synchronous_commit TO OFF"))
        if engine.dialect.name == "sqlite":
            session.execute(text(f"PRAGMA synchronous={'FULL' if lasting else 'NORMAL'}"))  # of this connection
            # Other than the default, nobody writes between our reading and our writing.
            session.execute(text("BEGIN IMMEDIATE"))
        yield session
        if topic and engine.dialect.name == "postgresql":
            session.execute(select(func.pg_notify(CHANNEL, topic.value)))


def _enter(engine: Engine, settings: HubSettings) -> None:
    first = settings.all_sites[0].name
    with writing(engine, Topic.TERMINALS) as session:
        if engine.dialect.name == "postgresql":
            session.execute(select(func.pg_advisory_xact_lock(_STARTING)))
        known: Sequence[TerminalRow] = session.scalars(select(TerminalRow)).all()
        rows = {row.name: row for row in known}
        for terminal in settings.terminals:
            row = rows.get(terminal.name)
            if row is None:
                row = TerminalRow(name=terminal.name, devices={})
                session.add(row)
            _describe(row, terminal, first)


def _describe(row: TerminalRow, terminal: TerminalAccess, first_site: str) -> None:
    row.site = terminal.site or first_site
    row.location = terminal.location
    if row.enrolled_at is None and row.revoked_at is None:
        row.key_fingerprint = terminal.key_fingerprint or row.key_fingerprint or no_key()
    if terminal.spot and row.x is None:  # whoever moved it by the page knows better
        row.x, row.y = terminal.spot.x, terminal.spot.y
