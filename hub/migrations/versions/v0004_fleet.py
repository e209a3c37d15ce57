"""What terminals say of their software, what they are told to do, and the tokens by which IT's tools ask."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables."""
    terminal = sa.ForeignKey("terminal.name", ondelete="CASCADE")
    op.create_table(
        "fleet",
        sa.Column("terminal_name", sa.String(80), terminal, primary_key=True),
        sa.Column("about", sa.JSON, nullable=False),
        sa.Column("told_at", sa.DateTime),
        sa.Column("last_seen_at", sa.DateTime),
        sa.Column("assigned", sa.String(255), nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "command",
        sa.Column("terminal_name", sa.String(80), sa.ForeignKey("terminal.name", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("id", sa.String(32), nullable=False, unique=True),
        sa.Column("do", sa.String(32), nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("expires_at", sa.DateTime, nullable=False, index=True),
        sa.Column("outcome", sa.String(16)),
        sa.Column("answered_at", sa.DateTime),
        sa.Column("detail", sa.String(300), nullable=False),
        sa.Column("content", sa.LargeBinary),
    )
    op.create_table(
        "api_token",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column(
            "account_id",
            sa.BigInteger().with_variant(sa.Integer, "sqlite"),
            sa.ForeignKey("account.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("label", sa.String(80), nullable=False),
        sa.Column("ends_at", sa.DateTime, nullable=False),
    )
