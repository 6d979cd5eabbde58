"""Person records: notes of one-to-ones, and development plans with their actions and reviews.

Revision ID: 2d9b5a7c13e6
Revises: 1c8a4f6b02d5
"""

import sqlalchemy as sa
from alembic import op

revision = "2d9b5a7c13e6"
down_revision = "1c8a4f6b02d5"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LIVE = sa.text("state <> 'ended'")
SIGNED = "person_signed_at IS NOT NULL AND manager_signed_at IS NOT NULL"


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "one_on_one_note",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("author_id", NUMBER, nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("corrects_id", NUMBER, nullable=True),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.CheckConstraint(
            "shared OR author_id <> person_id", name=op.f("nobody_keeps_a_private_note_about_themselves")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_one_on_one_note_author_id")),
        sa.ForeignKeyConstraint(["corrects_id"], ["one_on_one_note.id"], name=op.f("fk_one_on_one_note_corrects_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_one_on_one_note_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_on_one_note")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_one_on_one_note_corrects_id")),
    )
    op.create_index(op.f("ix_one_on_one_note_person_id"), "one_on_one_note", ["person_id"])
    op.create_table(
        "development_plan",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("opened_by", NUMBER, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contract_digest", sa.String(length=80), nullable=True),
        sa.Column("person_signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("manager_signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("manager_signed_by", NUMBER, nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('assess', 'summarise', 'plan', 'contract', 'agreed', 'ended')",
            name=op.f("a_development_plan_is_in_one_of_its_states"),
        ),
        sa.CheckConstraint(
            "outcome IN ('reached', 'partly', 'not-reached')", name=op.f("a_development_plan_is_reached_partly_or_not")
        ),
        sa.CheckConstraint("manager_signed_by <> person_id", name=op.f("nobody_signs_their_own_plan_as_manager")),
        sa.CheckConstraint(
            "(manager_signed_by IS NULL) = (manager_signed_at IS NULL)", name=op.f("who_signed_as_manager_is_named")
        ),
        sa.CheckConstraint(
            "state IN ('contract', 'agreed', 'ended') OR person_signed_at IS NULL AND manager_signed_at IS NULL",
            name=op.f("nothing_is_signed_before_it_is_a_contract"),
        ),
        sa.CheckConstraint(f"state <> 'agreed' OR {SIGNED}", name=op.f("what_is_agreed_is_signed_by_both")),
        sa.CheckConstraint(f"state <> 'contract' OR NOT ({SIGNED})", name=op.f("what_both_signed_is_agreed")),
        sa.CheckConstraint(
            "(contract_digest IS NULL) = (state IN ('assess', 'summarise', 'plan'))",
            name=op.f("a_contract_has_the_digest_of_what_is_signed"),
        ),
        sa.CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name=op.f("a_plan_that_ended_has_its_day")),
        sa.CheckConstraint(
            "(state = 'ended') = (outcome IS NOT NULL)", name=op.f("a_plan_that_ended_says_how_it_went")
        ),
        sa.ForeignKeyConstraint(
            ["manager_signed_by"], ["person.id"], name=op.f("fk_development_plan_manager_signed_by")
        ),
        sa.ForeignKeyConstraint(["opened_by"], ["person.id"], name=op.f("fk_development_plan_opened_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_development_plan_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_development_plan")),
    )
    op.create_index(op.f("ix_development_plan_person_id"), "development_plan", ["person_id"])
    op.create_index(op.f("ix_development_plan_state"), "development_plan", ["state"])
    op.create_index(
        "one_live_development_plan_of_a_person",
        "development_plan",
        ["person_id"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_table(
        "development_action",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("plan_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("by_whom", sa.String(length=10), nullable=False),
        sa.Column("competency", sa.String(length=200), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.CheckConstraint("by_whom IN ('person', 'manager')", name=op.f("an_action_is_the_person_s_or_the_manager_s")),
        sa.CheckConstraint(
            "(competency IS NULL) = (level IS NULL)", name=op.f("an_action_for_a_competency_names_its_level")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_development_action_person_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["development_plan.id"], name=op.f("fk_development_action_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_development_action")),
    )
    op.create_index(op.f("ix_development_action_person_id"), "development_action", ["person_id"])
    op.create_index(op.f("ix_development_action_plan_id"), "development_action", ["plan_id"])
    op.create_table(
        "development_review",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("plan_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("held_by", NUMBER, nullable=True),
        sa.CheckConstraint("(held_on IS NULL) = (held_by IS NULL)", name=op.f("who_held_a_review_is_named")),
        sa.ForeignKeyConstraint(["held_by"], ["person.id"], name=op.f("fk_development_review_held_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_development_review_person_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["development_plan.id"], name=op.f("fk_development_review_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_development_review")),
    )
    op.create_index(op.f("ix_development_review_person_id"), "development_review", ["person_id"])
    op.create_index(op.f("ix_development_review_plan_id"), "development_review", ["plan_id"])
    op.create_index("a_plan_is_reviewed_once_a_day", "development_review", ["plan_id", "due"], unique=True)


def downgrade() -> None:
    """Go down."""
    for table in ("development_review", "development_action", "development_plan", "one_on_one_note"):
        op.drop_table(table)
