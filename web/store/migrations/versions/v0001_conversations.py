"""Conversations, their turns, the choices offered and the feedback given."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from web.store.models import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("last_turn_at", UtcDateTime(), nullable=False),
        sa.Column("turn_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
    )
    _create_turns()
    _create_choices()
    _create_feedback()


def downgrade() -> None:
    """Drop them; all conversations are lost."""
    for table in ("feedback", "choices", "turns", "conversations"):
        op.drop_table(table)


def _create_turns() -> None:
    op.create_table(
        "turns",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("session_id", sa.String(64), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("client_turn_id", sa.String(64), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("utterance", sa.Text(), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("intent_name", sa.Text(), nullable=False),
        sa.Column("intent_confidence", sa.Double(), nullable=False),
        sa.Column("reply", sa.JSON(), nullable=False),
        sa.Column("clause_ids", sa.JSON(), nullable=False),
        sa.Column("index_version", sa.Text(), nullable=False),
        sa.Column("source_sha256", sa.String(64), nullable=False),
        sa.Column("duration_ms", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_turns"),
        _belongs_to("turns", "session_id", "conversations.id"),
        sa.UniqueConstraint("session_id", "sequence", name="uq_turns_session_id_sequence"),
        sa.UniqueConstraint("session_id", "client_turn_id", name="uq_turns_session_id_client_turn_id"),
    )
    op.create_index("ix_turns_created_at", "turns", ["created_at"])


def _create_choices() -> None:
    op.create_table(
        "choices",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("session_id", sa.String(64), nullable=False),
        sa.Column("turn_id", sa.String(64), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_choices"),
        _belongs_to("choices", "session_id", "conversations.id"),
        _belongs_to("choices", "turn_id", "turns.id"),
    )
    op.create_index("ix_choices_turn_id", "choices", ["turn_id"])


def _create_feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("turn_id", sa.String(64), nullable=False),
        sa.Column("session_id", sa.String(64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("turn_id", name="pk_feedback"),
        _belongs_to("feedback", "turn_id", "turns.id"),
        _belongs_to("feedback", "session_id", "conversations.id"),
    )


def _belongs_to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=f"fk_{table}_{column}", ondelete="CASCADE")
