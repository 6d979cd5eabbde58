"""Evidence: what somebody hands in or observes, its reviews, files, deputies.

Revision ID: 1c8a4f6b02d5
Revises: 0b7f3e5a91c4
"""

import sqlalchemy as sa
from alembic import op

revision = "1c8a4f6b02d5"
down_revision = "0b7f3e5a91c4"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "evidence_piece",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("curriculum_id", NUMBER, nullable=False),
        sa.Column("competency", sa.String(length=200), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("everybody_knows", sa.Boolean(), nullable=True),
        sa.Column("shown_on", sa.Date(), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reviewer_id", NUMBER, nullable=True),
        sa.Column("capacity", sa.String(length=20), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('file', 'link', 'note', 'call-recording', 'observation', 'prior-learning')",
            name=op.f("a_piece_is_a_file_link_note_recording_observation_or_prior_learning"),
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'more-asked', 'signed-off', 'withdrawn')",
            name=op.f("a_piece_is_waiting_more_asked_signed_off_or_withdrawn"),
        ),
        sa.CheckConstraint(
            "capacity IN ('manager', 'trainer', 'assessor', 'administrator')",
            name=op.f("a_manager_trainer_assessor_or_administrator_reviews"),
        ),
        sa.CheckConstraint(
            "level >= 1 OR kind = 'observation' AND level = 0", name=op.f("a_piece_claims_a_level_of_the_scale")
        ),
        sa.CheckConstraint(
            "reviewer_id IS NULL OR reviewer_id <> person_id", name=op.f("nobody_reviews_their_own_evidence")
        ),
        sa.CheckConstraint(
            "(reviewer_id IS NULL) = (capacity IS NULL)", name=op.f("who_reviews_does_so_in_a_capacity")
        ),
        sa.CheckConstraint(
            "(state = 'waiting') = (answered_at IS NULL)", name=op.f("a_piece_that_waits_has_no_answer")
        ),
        sa.CheckConstraint(
            "kind <> 'call-recording' OR everybody_knows IS NOT NULL AND everybody_knows",
            name=op.f("everybody_on_a_recording_knows_of_it"),
        ),
        sa.ForeignKeyConstraint(["curriculum_id"], ["curriculum.id"], name=op.f("fk_evidence_piece_curriculum_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_evidence_piece_person_id")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["person.id"], name=op.f("fk_evidence_piece_reviewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_piece")),
    )
    op.create_index(op.f("ix_evidence_piece_person_id"), "evidence_piece", ["person_id"])
    op.create_index(op.f("ix_evidence_piece_state"), "evidence_piece", ["state"])
    op.create_index("ix_evidence_piece_reviewer_id_state", "evidence_piece", ["reviewer_id", "state"])
    op.create_index(
        "nobody_hands_in_the_same_twice",
        "evidence_piece",
        ["person_id", "digest"],
        unique=True,
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    op.create_table(
        "evidence_part",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("piece_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("link", sa.String(length=2000), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_evidence_part_person_id")),
        sa.ForeignKeyConstraint(["piece_id"], ["evidence_piece.id"], name=op.f("fk_evidence_part_piece_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_part")),
    )
    op.create_index(op.f("ix_evidence_part_person_id"), "evidence_part", ["person_id"])
    op.create_index(op.f("ix_evidence_part_piece_id"), "evidence_part", ["piece_id"])
    op.create_table(
        "evidence_file",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("part_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("stored", sa.String(length=64), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("media", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("kept_until", sa.Date(), nullable=True),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("size > 0", name=op.f("a_stored_file_is_not_empty")),
        sa.CheckConstraint("(stored IS NULL) = (gone_at IS NOT NULL)", name=op.f("a_file_is_stored_until_it_is_gone")),
        sa.CheckConstraint("(name IS NULL) = (stored IS NULL)", name=op.f("the_name_of_a_file_goes_with_it")),
        sa.ForeignKeyConstraint(["part_id"], ["evidence_part.id"], name=op.f("fk_evidence_file_part_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_evidence_file_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_file")),
        sa.UniqueConstraint("stored", name=op.f("uq_evidence_file_stored")),
    )
    op.create_index(op.f("ix_evidence_file_kept_until"), "evidence_file", ["kept_until"])
    op.create_index(op.f("ix_evidence_file_part_id"), "evidence_file", ["part_id"])
    op.create_index(op.f("ix_evidence_file_person_id"), "evidence_file", ["person_id"])
    op.create_table(
        "evidence_review",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("piece_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("by_id", NUMBER, nullable=True),
        sa.Column("for_id", NUMBER, nullable=True),
        sa.Column("capacity", sa.String(length=20), nullable=True),
        sa.Column("to_id", NUMBER, nullable=True),
        sa.Column("evidence_id", NUMBER, nullable=True),
        sa.CheckConstraint(
            "outcome IN ('signed-off', 'taken-back', 'more-asked', 'handed-on', 'passed-up', 'passed-over')",
            name=op.f("a_review_signs_off_asks_for_more_or_hands_on"),
        ),
        sa.CheckConstraint("by_id IS NULL OR by_id <> person_id", name=op.f("nobody_rates_their_own_evidence")),
        sa.CheckConstraint("to_id IS NULL OR to_id <> person_id", name=op.f("nobody_is_handed_their_own_evidence")),
        sa.CheckConstraint(
            "(outcome = 'signed-off') = (evidence_id IS NOT NULL)", name=op.f("a_sign_off_stands_in_the_ledger")
        ),
        sa.CheckConstraint(
            "outcome IN ('signed-off', 'taken-back', 'more-asked') = (to_id IS NULL)",
            name=op.f("who_is_handed_a_piece_is_named"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_evidence_review_by_id")),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_evidence_review_evidence_id")),
        sa.ForeignKeyConstraint(["for_id"], ["person.id"], name=op.f("fk_evidence_review_for_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_evidence_review_person_id")),
        sa.ForeignKeyConstraint(["piece_id"], ["evidence_piece.id"], name=op.f("fk_evidence_review_piece_id")),
        sa.ForeignKeyConstraint(["to_id"], ["person.id"], name=op.f("fk_evidence_review_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_review")),
        sa.UniqueConstraint("evidence_id", name=op.f("uq_evidence_review_evidence_id")),
    )
    op.create_index(op.f("ix_evidence_review_person_id"), "evidence_review", ["person_id"])
    op.create_index(op.f("ix_evidence_review_piece_id"), "evidence_review", ["piece_id"])
    op.create_table(
        "deputy",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("deputy_id", NUMBER, nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.CheckConstraint("deputy_id <> person_id", name=op.f("nobody_is_their_own_deputy")),
        sa.CheckConstraint("first <= last", name=op.f("standing_in_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["deputy_id"], ["person.id"], name=op.f("fk_deputy_deputy_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_deputy_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputy")),
    )
    op.create_index(op.f("ix_deputy_deputy_id"), "deputy", ["deputy_id"])
    op.create_index(op.f("ix_deputy_person_id"), "deputy", ["person_id"])


def downgrade() -> None:
    """Go down. The files stay in their folder, where nothing names them any more."""
    op.drop_table("deputy")
    op.drop_table("evidence_review")
    op.drop_table("evidence_file")
    op.drop_table("evidence_part")
    op.drop_table("evidence_piece")
