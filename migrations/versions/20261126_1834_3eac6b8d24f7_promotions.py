"""Promotions: cases, what they froze, decisions, appeals, and entries marked as wrong.

Revision ID: 3eac6b8d24f7
Revises: 2d9b5a7c13e6
"""

import sqlalchemy as sa
from alembic import op

revision = "3eac6b8d24f7"
down_revision = "2d9b5a7c13e6"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = "state IN ('draft', 'submitted', 'in-review')"
APPROVED = "outcome = 'approved'"
TABLES = (
    "promotion_mark",
    "promotion_appeal",
    "promotion_override",
    "promotion_condition",
    "promotion_decision",
    "promotion_approval",
    "promotion",
)


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "promotion",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("curriculum_id", NUMBER, nullable=False),
        sa.Column("role", sa.String(length=200), nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("opened_by", NUMBER, nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decide_by", sa.Date(), nullable=True),
        sa.Column("version_id", NUMBER, nullable=True),
        sa.Column("approvers", sa.Integer(), nullable=False),
        sa.Column("frozen", sa.Text(), nullable=True),
        sa.Column("frozen_digest", sa.String(length=80), nullable=True),
        sa.Column("reviewer_id", NUMBER, nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("nudged_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(how = 'system') = (opened_by IS NULL)", name=op.f("only_the_system_is_nobody_who_opens")),
        sa.CheckConstraint(
            "how <> 'manager' OR opened_by <> person_id", name=op.f("a_manager_opens_that_of_somebody_else")
        ),
        sa.CheckConstraint("how <> 'rep' OR opened_by = person_id", name=op.f("a_rep_opens_their_own_promotion")),
        sa.CheckConstraint(
            "how IN ('rep', 'manager', 'system')", name=op.f("a_promotion_is_opened_by_a_rep_a_manager_or_the_system")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'in-review', 'approved', 'declined', 'withdrawn')",
            name=op.f("a_promotion_is_in_one_of_its_states"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('submitted', 'in-review', 'approved', 'declined') OR frozen IS NOT NULL",
            name=op.f("nothing_is_decided_that_was_not_frozen"),
        ),
        sa.CheckConstraint("(frozen IS NULL) = (frozen_digest IS NULL)", name=op.f("what_is_frozen_has_its_digest")),
        sa.CheckConstraint("(frozen IS NULL) = (submitted_at IS NULL)", name=op.f("what_is_submitted_is_frozen")),
        sa.CheckConstraint("approvers IN (1, 2)", name=op.f("one_or_two_people_approve")),
        sa.CheckConstraint(
            "reviewer_id IS NULL OR reviewer_id <> person_id", name=op.f("nobody_reviews_their_own_promotion")
        ),
        sa.ForeignKeyConstraint(["curriculum_id"], ["curriculum.id"], name=op.f("fk_promotion_curriculum_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["person.id"], name=op.f("fk_promotion_opened_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_promotion_person_id")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["person.id"], name=op.f("fk_promotion_reviewer_id")),
        sa.ForeignKeyConstraint(["version_id"], ["curriculum_version.id"], name=op.f("fk_promotion_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion")),
    )
    op.create_index(op.f("ix_promotion_person_id"), "promotion", ["person_id"])
    op.create_index(op.f("ix_promotion_state"), "promotion", ["state"])
    op.create_index(
        op.f("one_open_promotion_of_a_person_and_role"),
        "promotion",
        ["person_id", "curriculum_id", "role"],
        unique=True,
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )
    op.create_table(
        "promotion_appeal",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("promotion_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("decider_id", NUMBER, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decide_by", sa.Date(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f("an_appeal_is_open_until_it_ends")),
        sa.CheckConstraint(
            "state IN ('open', 'upheld', 'granted', 'withdrawn')",
            name=op.f("an_appeal_is_open_upheld_granted_or_withdrawn"),
        ),
        sa.CheckConstraint(
            "decider_id IS NULL OR decider_id <> person_id", name=op.f("nobody_decides_their_own_appeal")
        ),
        sa.ForeignKeyConstraint(["decider_id"], ["person.id"], name=op.f("fk_promotion_appeal_decider_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_promotion_appeal_person_id")),
        sa.ForeignKeyConstraint(["promotion_id"], ["promotion.id"], name=op.f("fk_promotion_appeal_promotion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion_appeal")),
        sa.UniqueConstraint("promotion_id", name=op.f("uq_promotion_appeal_promotion_id")),
    )
    op.create_table(
        "promotion_approval",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("promotion_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("approver_id", NUMBER, nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("approver_id <> person_id", name=op.f("nobody_approves_their_own_promotion")),
        sa.ForeignKeyConstraint(["approver_id"], ["person.id"], name=op.f("fk_promotion_approval_approver_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_promotion_approval_person_id")),
        sa.ForeignKeyConstraint(["promotion_id"], ["promotion.id"], name=op.f("fk_promotion_approval_promotion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion_approval")),
        sa.UniqueConstraint("promotion_id", "approver_id", name=op.f("uq_promotion_approval_promotion_id_approver_id")),
    )
    op.create_index(op.f("ix_promotion_approval_promotion_id"), "promotion_approval", ["promotion_id"])
    op.create_table(
        "promotion_condition",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("promotion_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("set_by", NUMBER, nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("met_by", NUMBER, nullable=True),
        sa.CheckConstraint("(met_at IS NULL) = (met_by IS NULL)", name=op.f("a_condition_is_met_by_somebodys_word")),
        sa.CheckConstraint(
            "met_by IS NULL OR met_by <> person_id", name=op.f("nobody_says_that_they_met_their_condition")
        ),
        sa.ForeignKeyConstraint(["met_by"], ["person.id"], name=op.f("fk_promotion_condition_met_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_promotion_condition_person_id")),
        sa.ForeignKeyConstraint(["promotion_id"], ["promotion.id"], name=op.f("fk_promotion_condition_promotion_id")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_promotion_condition_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion_condition")),
        sa.UniqueConstraint("promotion_id", "set_by", name=op.f("uq_promotion_condition_promotion_id_set_by")),
    )
    op.create_index(op.f("ix_promotion_condition_promotion_id"), "promotion_condition", ["promotion_id"])
    op.create_table(
        "promotion_decision",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("promotion_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("instance", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("decided_by", NUMBER, nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts", sa.Date(), nullable=True),
        sa.Column("role_assignment_id", NUMBER, nullable=True),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.CheckConstraint("(outcome = 'approved') = (starts IS NOT NULL)", name=op.f("what_is_approved_has_its_day")),
        sa.CheckConstraint("instance IN ('first', 'appeal')", name=op.f("a_decision_is_the_first_or_on_appeal")),
        sa.CheckConstraint("outcome IN ('approved', 'declined')", name=op.f("a_decision_approves_or_declines")),
        sa.CheckConstraint(
            "role_assignment_id IS NULL OR outcome = 'approved'", name=op.f("a_role_comes_of_an_approval_alone")
        ),
        sa.CheckConstraint("decided_by <> person_id", name=op.f("nobody_decides_their_own_promotion")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_promotion_decision_decided_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_promotion_decision_person_id")),
        sa.ForeignKeyConstraint(["promotion_id"], ["promotion.id"], name=op.f("fk_promotion_decision_promotion_id")),
        sa.ForeignKeyConstraint(
            ["role_assignment_id"], ["role_assignment.id"], name=op.f("fk_promotion_decision_role_assignment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion_decision")),
        sa.UniqueConstraint("promotion_id", "instance", name=op.f("uq_promotion_decision_promotion_id_instance")),
        sa.UniqueConstraint("role_assignment_id", name=op.f("uq_promotion_decision_role_assignment_id")),
    )
    op.create_index(
        op.f("a_promotion_is_approved_once"),
        "promotion_decision",
        ["promotion_id"],
        unique=True,
        sqlite_where=sa.text(APPROVED),
        postgresql_where=sa.text(APPROVED),
    )
    op.create_table(
        "promotion_mark",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("promotion_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("entry", sa.String(length=80), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", NUMBER, nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (agreed IS NULL)", name=op.f("an_answer_says_whether_it_was_wrong")
        ),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL)", name=op.f("an_answer_has_somebody_who_gave_it")
        ),
        sa.CheckConstraint(
            "answered_by IS NULL OR answered_by <> person_id", name=op.f("nobody_answers_their_own_mark")
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_promotion_mark_answered_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_promotion_mark_person_id")),
        sa.ForeignKeyConstraint(["promotion_id"], ["promotion.id"], name=op.f("fk_promotion_mark_promotion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion_mark")),
        sa.UniqueConstraint("promotion_id", "entry", name=op.f("uq_promotion_mark_promotion_id_entry")),
    )
    op.create_index(op.f("ix_promotion_mark_promotion_id"), "promotion_mark", ["promotion_id"])
    op.create_table(
        "promotion_override",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("promotion_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("item", sa.String(length=80), nullable=False),
        sa.Column("overridden_by", NUMBER, nullable=False),
        sa.Column("overridden_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("overridden_by <> person_id", name=op.f("nobody_overrides_their_own_requirement")),
        sa.ForeignKeyConstraint(["overridden_by"], ["person.id"], name=op.f("fk_promotion_override_overridden_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_promotion_override_person_id")),
        sa.ForeignKeyConstraint(["promotion_id"], ["promotion.id"], name=op.f("fk_promotion_override_promotion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion_override")),
        sa.UniqueConstraint("promotion_id", "item", name=op.f("uq_promotion_override_promotion_id_item")),
    )
    op.create_index(op.f("ix_promotion_override_promotion_id"), "promotion_override", ["promotion_id"])


def downgrade() -> None:
    """Go down."""
    for table in TABLES:
        op.drop_table(table)
