"""What a button stands for, beside the message that it sends."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; buttons offered before stand for their message."""
    op.add_column("choices", sa.Column("chosen", sa.String(16), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("choices", "chosen")
