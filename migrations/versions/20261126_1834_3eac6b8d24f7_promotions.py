"""Promotions: cases, what they froze, decisions, appeals, and entries marked as wrong.

Revision ID: 3eac6b8d24f7
Revises: 2d9b5a7c13e6
"""

revision = "3eac6b8d24f7"
down_revision = "2d9b5a7c13e6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""


def downgrade() -> None:
    """Go down."""
