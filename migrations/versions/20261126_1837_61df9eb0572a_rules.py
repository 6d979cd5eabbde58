"""Assignment by rule: who aims at what by when, and whom a rule has reached.

Revision ID: 61df9eb0572a
Revises: 50ce8daf4619
"""

revision = "61df9eb0572a"
down_revision = "50ce8daf4619"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""


def downgrade() -> None:
    """Go down."""
