"""Where Alembic begins: on the connection that `services.archive.upgrade` gives it."""

from __future__ import annotations

from alembic import context

__all__ = ()

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes.get("metadata"),
    render_as_batch=True,  # SQLite changes a table by making it anew
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
