"""Beside the document of a long path the short one that its page reads; written when the path is planned next.

Revision ID: b7d20c5e91f4
Revises: e4b7a1d90c36
"""

import sqlalchemy as sa
from alembic import op

revision = "b7d20c5e91f4"
down_revision = "e4b7a1d90c36"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    with op.batch_alter_table("path") as table:
        table.add_column(sa.Column("brief", sa.Text(), nullable=True))


def downgrade() -> None:
    """Go down. Pages read the whole document again."""
    with op.batch_alter_table("path") as table:
        table.drop_column("brief")
