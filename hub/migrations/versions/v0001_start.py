"""The first tables: terminals, calls, figures, accounts, sessions, the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create the tables."""
    _terminals_and_calls()
    _accounts()
    _audit()


def _terminals_and_calls() -> None:
    op.create_table(
        "terminal",
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("site", sa.String(80), nullable=False, index=True),
        sa.Column("location", sa.String(80), nullable=False),
        sa.Column("x", sa.Double),
        sa.Column("y", sa.Double),
        sa.Column("key_fingerprint", sa.String(64), nullable=False, unique=True),
        sa.Column("state", sa.String(16)),
        sa.Column("devices", sa.JSON, nullable=False),
        sa.Column("seen_at", sa.DateTime),
        sa.Column("seen_by", sa.String(32), index=True),
    )
    op.create_table(
        "call",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("terminal_name", sa.String(80), sa.ForeignKey("terminal.name"), nullable=False, index=True),
        sa.Column("service", sa.String(300)),
        sa.Column("step", sa.String(300)),
        sa.Column("language", sa.String(35)),
        sa.Column("reason", sa.String(16)),
        sa.Column("state", sa.String(16), nullable=False, index=True),
        sa.Column("called_at", sa.DateTime, nullable=False),
        sa.Column("taken_at", sa.DateTime, index=True),
        sa.Column("taken_by", sa.String(80)),
        sa.Column("counter", sa.String(80)),
        sa.Column("minutes", sa.Integer),
        sa.Column("passed_by", sa.String(80)),
        sa.Column("closed_at", sa.DateTime, index=True),
    )
    op.create_table(
        "figure",
        sa.Column("site", sa.String(80), primary_key=True),
        sa.Column("start", sa.DateTime, primary_key=True),
        sa.Column("span", sa.String(8), primary_key=True),
        sa.Column("reason", sa.String(16), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("minutes", sa.Integer),
    )


def _accounts() -> None:
    op.create_table(
        "account",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("login", sa.String(80), nullable=False, unique=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("site", sa.String(80), nullable=False),
        sa.Column("password_hash", sa.String(255)),
        sa.Column("code_secret", sa.String(255)),
        sa.Column("code_step", sa.BigInteger, nullable=False),
        sa.Column("subject", sa.String(255), unique=True),
        sa.Column("locked", sa.Boolean, nullable=False),
    )
    op.create_table(
        "session",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("account_id", _ID, sa.ForeignKey("account.id", ondelete="CASCADE"), index=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("counter", sa.String(80), nullable=False),
        sa.Column("ends_at", sa.DateTime, nullable=False, index=True),
    )
    op.create_table(
        "sign_on",
        sa.Column("state_hash", sa.String(64), primary_key=True),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("verifier", sa.String(128), nullable=False),
        sa.Column("ends_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "attempt",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("until", sa.DateTime, nullable=False),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", _ID, primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("deed", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("chain", sa.String(64), nullable=False),
    )
    statements = _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL
    for statement in statements:
        op.execute(statement)


_SQLITE = (
    "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END",
    "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END",
)
_POSTGRESQL = (
    "CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the audit log only grows'; END $$",
    "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_only_grows()",
    "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()",
)
