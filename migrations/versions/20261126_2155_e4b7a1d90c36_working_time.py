"""Whether a person works full time or part time, told only by group on the fairness page.

Revision ID: e4b7a1d90c36
Revises: c58e0d4b7a19
"""

import sqlalchemy as sa
from alembic import op

revision = "e4b7a1d90c36"
down_revision = "c58e0d4b7a19"
branch_labels = None
depends_on = None

FULL_OR_PART = "a_person_works_full_time_or_part_time"


def upgrade() -> None:
    """Go up."""
    with op.batch_alter_table("person") as table:
        table.add_column(sa.Column("working_time", sa.String(length=20), nullable=True))
        table.create_check_constraint(op.f(FULL_OR_PART), "working_time IN ('full-time', 'part-time')")


def downgrade() -> None:
    """Go down. Who works part time is forgotten."""
    with op.batch_alter_table("person") as table:
        table.drop_constraint(op.f(FULL_OR_PART), type_="check")
        table.drop_column("working_time")
