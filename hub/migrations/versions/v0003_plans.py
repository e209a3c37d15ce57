"""Floor plans that were brought by the page, and first passwords."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the table, and note of accounts whether their password is one that IT gave out."""
    op.create_table(
        "plan",
        sa.Column("site", sa.String(80), primary_key=True),
        sa.Column("version", sa.String(16), nullable=False),
        sa.Column("picture", sa.LargeBinary, nullable=False),
    )
    op.add_column("account", sa.Column("first_password", sa.Boolean, nullable=False, server_default=sa.false()))
