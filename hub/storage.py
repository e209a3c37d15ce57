"""The tables, and how a database is opened so that no call is lost when the power fails."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Dialect, Engine, ForeignKey, String, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from sqlalchemy.types import DateTime, TypeDecorator

from hub.settings import HubSettings, TerminalAccess


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


class TerminalRow(Table):
    """A terminal of this site."""

    __tablename__ = "terminal"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    location: Mapped[str] = mapped_column(String(80))
    key_fingerprint: Mapped[str] = mapped_column(String(64), unique=True)


class CallRow(Table):
    """A call for a person. Nothing in it comes from what a visitor typed."""

    __tablename__ = "call"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    terminal_name: Mapped[str] = mapped_column(ForeignKey("terminal.name"), index=True)
    service: Mapped[str | None] = mapped_column(String(300))
    step: Mapped[str] = mapped_column(String(300))
    reason: Mapped[str | None] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(16), index=True)
    called_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_by: Mapped[str | None] = mapped_column(String(80))
    counter: Mapped[str | None] = mapped_column(String(80))
    minutes: Mapped[int | None]
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    terminal: Mapped[TerminalRow] = relationship(lazy="joined")


def open_database(settings: HubSettings) -> Engine:
    """Open (and if need be create) the database, and enter the terminals of the settings.

    Raises `sqlalchemy.exc.SQLAlchemyError` if it cannot be opened.
    """
    if isinstance(settings.database, Path):
        settings.database.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(settings.database_url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _make_durable)
    Table.metadata.create_all(engine)
    _enter(engine, settings.terminals)
    return engine


def _make_durable(connection: sqlite3.Connection, _record: object) -> None:
    """A commit has reached the disk when it returns."""
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")


def _enter(engine: Engine, terminals: Sequence[TerminalAccess]) -> None:
    with Session(engine) as session, session.begin():
        for terminal in terminals:
            session.merge(
                TerminalRow(name=terminal.name, location=terminal.location, key_fingerprint=terminal.key_fingerprint)
            )
