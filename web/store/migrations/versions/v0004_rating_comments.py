"""What visitors say about their rating."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; ratings given before have no comment."""
    op.add_column("ratings", sa.Column("comment", sa.Text(), nullable=True))


def downgrade() -> None:
    """Drop the column; the comments are lost."""
    op.drop_column("ratings", "comment")
