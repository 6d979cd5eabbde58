"""What candidates achieved, by metric and month.

Revision ID: 7d1c4e9a2f63
Revises: 61df9eb0572a
"""

import sqlalchemy as sa
from alembic import op

revision = "7d1c4e9a2f63"
down_revision = "61df9eb0572a"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "candidate_outcome",
        sa.Column("metric", sa.String(length=200), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("value", sa.Numeric(precision=20, scale=4), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("recorded_by", NUMBER, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("candidate_id", NUMBER, nullable=False),
        sa.CheckConstraint("source <> ''", name=op.f("a_candidate_s_outcome_says_where_it_comes_from")),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidate.id"], name=op.f("fk_candidate_outcome_candidate_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_candidate_outcome_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_outcome")),
        sa.UniqueConstraint(
            "candidate_id", "metric", "month", name=op.f("uq_candidate_outcome_candidate_id_metric_month")
        ),
    )
    op.create_index(op.f("ix_candidate_outcome_candidate_id"), "candidate_outcome", ["candidate_id"])


def downgrade() -> None:
    """Go down."""
    op.drop_table("candidate_outcome")
