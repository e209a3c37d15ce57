"""Enrolment: codes, the hub's own keys, and which terminals have a key of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the tables, and note when a terminal was enrolled or revoked."""
    op.add_column("terminal", sa.Column("enrolled_at", sa.DateTime))
    op.add_column("terminal", sa.Column("revoked_at", sa.DateTime))
    op.create_table(
        "enrolment_code",
        sa.Column("id", sa.String(4), primary_key=True),
        sa.Column(
            "terminal_name",
            sa.String(80),
            sa.ForeignKey("terminal.name", ondelete="CASCADE"),
            nullable=False,
            unique=True,
        ),
        sa.Column("mac_key", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("ends_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "hub_key",
        sa.Column("kid", sa.String(43), primary_key=True),
        sa.Column("purpose", sa.String(16), nullable=False, index=True),
        sa.Column("made_at", sa.DateTime, nullable=False),
        sa.Column("public", sa.JSON, nullable=False),
        sa.Column("private", sa.Text, nullable=False),
    )
    op.create_table(
        "used_proof",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("until", sa.DateTime, nullable=False, index=True),
    )
