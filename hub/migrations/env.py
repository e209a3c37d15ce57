"""What Alembic runs: the steps that are missing, on the connection that `hub.storage` opened."""

from __future__ import annotations

from alembic import context

from hub.storage import Table

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Table.metadata, render_as_batch=True
)
context.run_migrations()
