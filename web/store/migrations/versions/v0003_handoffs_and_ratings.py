"""Requests for a person, and how visitors rate a conversation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "handoffs",
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("session_id", sa.String(64), nullable=False),
        sa.Column("turn_id", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_handoffs")),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["conversations.id"],
            name=op.f("fk_handoffs_session_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["turn_id"], ["turns.id"], name=op.f("fk_handoffs_turn_id_turns"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_handoffs_created_at"), "handoffs", ["created_at"])
    op.create_table(
        "ratings",
        sa.Column("session_id", sa.String(64), nullable=False),
        sa.Column("turn_id", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_ratings")),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["conversations.id"],
            name=op.f("fk_ratings_session_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["turn_id"], ["turns.id"], name=op.f("fk_ratings_turn_id_turns"), ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("ratings")
    op.drop_table("handoffs")
