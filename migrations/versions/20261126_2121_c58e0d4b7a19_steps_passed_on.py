"""Steps to confirm: who stood in for whom, and how far a step went up.

Revision ID: c58e0d4b7a19
Revises: 7d1c4e9a2f63
"""

import sqlalchemy as sa
from alembic import op

revision = "c58e0d4b7a19"
down_revision = "7d1c4e9a2f63"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NOT_THEIRS = "who_is_stood_in_for_is_not_whose_step_it_is"
UP = "a_step_is_passed_up_and_never_down"
WHOM = "fk_confirmation_answered_for"


def upgrade() -> None:
    """Go up."""
    with op.batch_alter_table("confirmation") as table:
        table.add_column(sa.Column("answered_for", NUMBER, nullable=True))
        table.add_column(sa.Column("passed_up", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("with_administrators", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.create_foreign_key(op.f(WHOM), "person", ["answered_for"], ["id"])
        table.create_check_constraint(
            op.f(NOT_THEIRS), "answered_for IS NULL OR answered_for <> person_id AND answered_by IS NOT NULL"
        )
        table.create_check_constraint(op.f(UP), "passed_up >= 0")
    with op.batch_alter_table("confirmation") as table:
        table.alter_column("passed_up", server_default=None)
        table.alter_column("with_administrators", server_default=None)


def downgrade() -> None:
    """Go down. Who stood in for whom, and what went up, is forgotten."""
    with op.batch_alter_table("confirmation") as table:
        table.drop_constraint(op.f(UP), type_="check")
        table.drop_constraint(op.f(NOT_THEIRS), type_="check")
        table.drop_constraint(op.f(WHOM), type_="foreignkey")
        table.drop_column("with_administrators")
        table.drop_column("passed_up")
        table.drop_column("answered_for")
