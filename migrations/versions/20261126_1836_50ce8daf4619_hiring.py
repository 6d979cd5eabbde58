"""Hiring: openings, candidates, interviews, and when their data go.

Revision ID: 50ce8daf4619
Revises: 4fbd7c9e3508
"""

revision = "50ce8daf4619"
down_revision = "4fbd7c9e3508"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""


def downgrade() -> None:
    """Go down."""
