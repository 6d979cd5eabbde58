"""Trainers: edits of a draft, impact by job, who stays on which version and why, the right to names.

Revision ID: 6a41d0c7e2f3
Revises: 9bef88b43810
"""

import sqlalchemy as sa
from alembic import op

revision = "6a41d0c7e2f3"
down_revision = "9bef88b43810"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WHOM = ("everybody", "newcomers", "from-a-day")
AUDIENCE = "a_version_is_for_everybody_for_newcomers_or_from_a_day"
UNTIL = "who_stays_behind_stays_until_a_day"
BEFORE = ("a_right_is_one_of_the_four_that_can_be_given", "held IN ('rep', 'trainer', 'administrator', 'auditor')")
AFTER = ("a_right_is_one_that_can_be_given", "held IN ('rep', 'trainer', 'administrator', 'auditor', 'names')")


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "draft_edit",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("curriculum_id", NUMBER, nullable=False),
        sa.Column("what", sa.JSON(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", NUMBER, nullable=True),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["curriculum_id"], ["curriculum.id"], name=op.f("fk_draft_edit_curriculum_id")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_draft_edit_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_edit")),
    )
    op.create_index(op.f("ix_draft_edit_curriculum_id"), "draft_edit", ["curriculum_id"])
    op.create_table(
        "impact",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("curriculum_id", NUMBER, nullable=False),
        sa.Column("draft_digest", sa.String(length=80), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("job_id", NUMBER, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["curriculum_id"], ["curriculum.id"], name=op.f("fk_impact_curriculum_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_impact_job_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_impact")),
    )
    op.create_index(op.f("ix_impact_curriculum_id"), "impact", ["curriculum_id"])
    op.create_table(
        "version_pin",
        sa.Column("curriculum_id", NUMBER, nullable=False),
        sa.Column("version_id", NUMBER, nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("withdraws", sa.Boolean(), nullable=False),
        sa.Column("note_digest", sa.String(length=80), nullable=True),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("audit_id", NUMBER, nullable=False),
        sa.Column("corrects_id", NUMBER, nullable=True),
        sa.CheckConstraint(
            "origin IN ('entered', 'imported', 'demo')",
            name=op.f("a_version_pin_was_entered_imported_or_made_for_the_demo"),
        ),
        sa.CheckConstraint(
            "NOT withdraws OR corrects_id IS NOT NULL", name=op.f("a_withdrawn_version_pin_names_which")
        ),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_version_pin_audit_id")),
        sa.ForeignKeyConstraint(["corrects_id"], ["version_pin.id"], name=op.f("fk_version_pin_corrects_id")),
        sa.ForeignKeyConstraint(["curriculum_id"], ["curriculum.id"], name=op.f("fk_version_pin_curriculum_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_version_pin_person_id")),
        sa.ForeignKeyConstraint(["version_id"], ["curriculum_version.id"], name=op.f("fk_version_pin_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_version_pin")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_version_pin_corrects_id")),
    )
    for column in ("audit_id", "curriculum_id", "person_id"):
        op.create_index(op.f(f"ix_version_pin_{column}"), "version_pin", [column])
    with op.batch_alter_table("curriculum_version") as table:
        table.add_column(sa.Column("audience", sa.String(length=20), nullable=False, server_default="everybody"))
        table.add_column(sa.Column("others_until", sa.Date(), nullable=True))
        table.add_column(sa.Column("override", sa.String(length=2000), nullable=True))
        table.add_column(sa.Column("restores", sa.Integer(), nullable=True))
        table.create_check_constraint(op.f(AUDIENCE), f"audience IN {WHOM}")
        table.create_check_constraint(op.f(UNTIL), "(audience = 'everybody') = (others_until IS NULL)")
    _rights(BEFORE, AFTER)


def downgrade() -> None:
    """Go down. Who had the right to names loses it."""
    op.execute("DELETE FROM right_held WHERE held = 'names'")
    _rights(AFTER, BEFORE)
    with op.batch_alter_table("curriculum_version") as table:
        table.drop_constraint(op.f(AUDIENCE), type_="check")
        table.drop_constraint(op.f(UNTIL), type_="check")
        for column in ("restores", "override", "others_until", "audience"):
            table.drop_column(column)
    op.drop_table("version_pin")
    op.drop_table("impact")
    op.drop_table("draft_edit")


def _rights(before: tuple[str, str], after: tuple[str, str]) -> None:
    with op.batch_alter_table("right_held") as table:
        table.drop_constraint(op.f(before[0]), type_="check")
        table.create_check_constraint(op.f(after[0]), after[1])
