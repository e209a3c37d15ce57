"""Who looks on at a terminal's screen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "coview",
        sa.Column("session", sa.String(32), primary_key=True),
        sa.Column("terminal_name", sa.String(80), sa.ForeignKey("terminal.name"), nullable=False, unique=True),
        sa.Column("call_id", sa.String(64), sa.ForeignKey("call.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("asked_by", sa.String(64), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("counter", sa.String(80), nullable=False),
        sa.Column("screens", sa.JSON),
        sa.Column("pointed", sa.JSON),
        sa.Column("line", sa.JSON),
    )
