"""Runs migrations on the connection that :func:`web.store.database.upgrade` hands over."""

from __future__ import annotations

from alembic import context

from web.store.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
context.run_migrations()
