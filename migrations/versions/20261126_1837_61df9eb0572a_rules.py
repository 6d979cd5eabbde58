"""Assignment by rule: who aims at what by when, and whom a rule has reached.

Revision ID: 61df9eb0572a
Revises: 50ce8daf4619
"""

import sqlalchemy as sa
from alembic import op

revision = "61df9eb0572a"
down_revision = "50ce8daf4619"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STANDS = "outcome = 'set' AND ended_at IS NULL"


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "assignment_rule",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("curriculum_id", NUMBER, nullable=False),
        sa.Column("role", sa.String(length=200), nullable=False),
        sa.Column("target", sa.String(length=200), nullable=False),
        sa.Column("aim", sa.Date(), nullable=False),
        sa.Column("made_by", NUMBER, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("off_by", NUMBER, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("role <> target", name=op.f("nobody_aims_at_the_role_they_hold")),
        sa.CheckConstraint("(off_at IS NULL) = (off_by IS NULL)", name=op.f("a_rule_is_switched_off_by_somebody")),
        sa.ForeignKeyConstraint(["curriculum_id"], ["curriculum.id"], name=op.f("fk_assignment_rule_curriculum_id")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_assignment_rule_made_by")),
        sa.ForeignKeyConstraint(["off_by"], ["person.id"], name=op.f("fk_assignment_rule_off_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_rule")),
    )
    op.create_index(op.f("ix_assignment_rule_curriculum_id"), "assignment_rule", ["curriculum_id"])
    op.create_index(op.f("ix_assignment_rule_off_at"), "assignment_rule", ["off_at"])
    op.create_table(
        "rule_team",
        sa.Column("rule_id", NUMBER, nullable=False),
        sa.Column("team_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["rule_id"], ["assignment_rule.id"], name=op.f("fk_rule_team_rule_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_rule_team_team_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("rule_id", "team_id", name=op.f("pk_rule_team")),
    )
    op.create_index(op.f("ix_rule_team_team_id"), "rule_team", ["team_id"])
    op.create_table(
        "rule_reach",
        sa.Column("rule_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("reached_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", NUMBER, nullable=True),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('set', 'own-choice-kept', 'already')", name=op.f("a_rule_sets_keeps_or_finds_a_target")
        ),
        sa.CheckConstraint("ended_at IS NULL OR outcome = 'set'", name=op.f("only_what_was_set_ends")),
        sa.CheckConstraint("ended_by IS NULL OR ended_at IS NOT NULL", name=op.f("what_somebody_ended_has_its_time")),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name=op.f("fk_rule_reach_ended_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_rule_reach_person_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["assignment_rule.id"], name=op.f("fk_rule_reach_rule_id")),
        sa.PrimaryKeyConstraint("rule_id", "person_id", name=op.f("pk_rule_reach")),
    )
    op.create_index(op.f("ix_rule_reach_person_id"), "rule_reach", ["person_id"])
    op.create_index(
        "one_rule_at_a_time_holds_a_target",
        "rule_reach",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text(STANDS),
        postgresql_where=sa.text(STANDS),
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table("rule_reach")
    op.drop_table("rule_team")
    op.drop_table("assignment_rule")
