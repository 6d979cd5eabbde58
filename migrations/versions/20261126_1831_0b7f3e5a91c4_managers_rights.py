"""Managers: the rights of assessors, of who looks at fairness, and of recruiters.

Revision ID: 0b7f3e5a91c4
Revises: 6a41d0c7e2f3
"""

from alembic import op

revision = "0b7f3e5a91c4"
down_revision = "6a41d0c7e2f3"
branch_labels = None
depends_on = None

OLD = ("rep", "trainer", "administrator", "auditor", "names")
NEW = (*OLD, "assessor", "fairness", "recruiter")
CHECK = "a_right_is_one_that_can_be_given"


def upgrade() -> None:
    """Go up."""
    _rights(NEW)


def downgrade() -> None:
    """Go down. Who had one of these rights loses it."""
    op.execute("DELETE FROM right_held WHERE held IN ('assessor', 'fairness', 'recruiter')")
    _rights(OLD)


def _rights(words: tuple[str, ...]) -> None:
    with op.batch_alter_table("right_held") as table:
        table.drop_constraint(op.f(CHECK), type_="check")
        table.create_check_constraint(op.f(CHECK), f"held IN {words}")
