"""The tables of enrolment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.storage import Table, UtcDateTime


class EnrolmentCodeRow(Table):
    """A code that was given out. `mac_key` is a hash of all of it; with `failures` it ends before its time."""

    __tablename__ = "enrolment_code"

    id: Mapped[str] = mapped_column(String(4), primary_key=True)
    terminal_name: Mapped[str] = mapped_column(ForeignKey("terminal.name", ondelete="CASCADE"), unique=True)
    mac_key: Mapped[str] = mapped_column(String(64))
    failures: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)


class HubKeyRow(Table):
    """A key of the hub's own. `private` is encrypted by the key of the settings."""

    __tablename__ = "hub_key"

    kid: Mapped[str] = mapped_column(String(43), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(16), index=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    public: Mapped[dict[str, Any]] = mapped_column(JSON)
    private: Mapped[str] = mapped_column(Text)


class UsedProofRow(Table):
    """A proof that some hub has accepted (RFC 9449, 11.1): only where several hubs share a database."""

    __tablename__ = "used_proof"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    until: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
