"""Person records: notes of one-to-ones, agreed development plans, who opened a record.

Revision ID: 2d9b5a7c13e6
Revises: 1c8a4f6b02d5
"""

revision = "2d9b5a7c13e6"
down_revision = "1c8a4f6b02d5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""


def downgrade() -> None:
    """Go down."""
