"""Evidence: what somebody hands in or observes, its reviews, files, deputies.

Revision ID: 1c8a4f6b02d5
Revises: 0b7f3e5a91c4
"""

revision = "1c8a4f6b02d5"
down_revision = "0b7f3e5a91c4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""


def downgrade() -> None:
    """Go down."""
