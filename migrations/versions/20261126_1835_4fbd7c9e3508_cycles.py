"""Performance cycles and rounds: who is asked to rate whom, by when.

Revision ID: 4fbd7c9e3508
Revises: 3eac6b8d24f7
"""

revision = "4fbd7c9e3508"
down_revision = "3eac6b8d24f7"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""


def downgrade() -> None:
    """Go down."""
