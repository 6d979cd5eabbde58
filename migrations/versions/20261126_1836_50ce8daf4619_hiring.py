"""Hiring: openings, candidates, interviews, and when their data go.

Revision ID: 50ce8daf4619
Revises: 4fbd7c9e3508
"""

import sqlalchemy as sa
from alembic import op

revision = "50ce8daf4619"
down_revision = "4fbd7c9e3508"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UNDECIDED = "state IN ('applied', 'offered')"
FINAL = "outcome IN ('hired', 'declined')"
TABLES = (
    "interview_rating",
    "interview",
    "hiring_decision",
    "candidate_request",
    "candidate_note",
    "candidate_file",
    "candidate_evidence",
    "candidate",
    "opening",
)


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "opening",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("curriculum_id", NUMBER, nullable=False),
        sa.Column("version_id", NUMBER, nullable=False),
        sa.Column("role", sa.String(length=200), nullable=False),
        sa.Column("team_id", NUMBER, nullable=True),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("manager_id", NUMBER, nullable=True),
        sa.Column("opened_by", NUMBER, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", NUMBER, nullable=True),
        sa.Column("kept_days", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("a_closed_opening_says_when")),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("an_opening_is_open_or_closed")),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("a_closed_opening_says_by_whom")),
        sa.CheckConstraint("kept_days BETWEEN 1 AND 730", name=op.f("candidates_are_kept_for_two_years_at_most")),
        sa.CheckConstraint("places BETWEEN 1 AND 1000", name=op.f("an_opening_has_between_one_and_1000_places")),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"], name=op.f("fk_opening_closed_by")),
        sa.ForeignKeyConstraint(["curriculum_id"], ["curriculum.id"], name=op.f("fk_opening_curriculum_id")),
        sa.ForeignKeyConstraint(["manager_id"], ["person.id"], name=op.f("fk_opening_manager_id")),
        sa.ForeignKeyConstraint(["opened_by"], ["person.id"], name=op.f("fk_opening_opened_by")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_opening_team_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["version_id"], ["curriculum_version.id"], name=op.f("fk_opening_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening")),
    )
    op.create_index(op.f("ix_opening_manager_id"), "opening", ["manager_id"])
    op.create_index(op.f("ix_opening_state"), "opening", ["state"])
    op.create_index(op.f("ix_opening_team_id"), "opening", ["team_id"])
    op.create_table(
        "candidate",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("opening_id", NUMBER, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("mail", sa.String(length=254), nullable=False),
        sa.Column("mail_key", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("added_by", NUMBER, nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_until", sa.Date(), nullable=True),
        sa.Column("nonce", sa.String(length=64), nullable=True),
        sa.Column("person_id", NUMBER, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kept_until IS NULL) = (state IN ('applied', 'offered'))",
            name=op.f("who_has_an_answer_has_a_day_of_deletion"),
        ),
        sa.CheckConstraint("state = 'hired' OR person_id IS NULL", name=op.f("only_who_was_hired_is_a_person")),
        sa.CheckConstraint(
            "state IN ('applied', 'offered', 'hired', 'declined', 'withdrawn')",
            name=op.f("a_candidate_applied_was_offered_hired_declined_or_withdrew"),
        ),
        sa.ForeignKeyConstraint(["added_by"], ["person.id"], name=op.f("fk_candidate_added_by")),
        sa.ForeignKeyConstraint(["opening_id"], ["opening.id"], name=op.f("fk_candidate_opening_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_candidate_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate")),
        sa.UniqueConstraint("person_id", name=op.f("uq_candidate_person_id")),
    )
    op.create_index(
        "a_candidate_stands_once_in_an_opening",
        "candidate",
        ["opening_id", "mail_key"],
        unique=True,
        sqlite_where=sa.text(UNDECIDED),
        postgresql_where=sa.text(UNDECIDED),
    )
    op.create_index(op.f("ix_candidate_kept_until"), "candidate", ["kept_until"])
    op.create_index(op.f("ix_candidate_opening_id"), "candidate", ["opening_id"])
    op.create_index(op.f("ix_candidate_state"), "candidate", ["state"])
    op.create_table(
        "candidate_evidence",
        sa.Column("competency", sa.String(length=200), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("shown_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("recorded_by", NUMBER, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("candidate_id", NUMBER, nullable=False),
        sa.CheckConstraint(
            "source IN ('self', 'assessment', 'assessor')",
            name=op.f("a_candidate_is_rated_by_themselves_a_test_or_an_assessor"),
        ),
        sa.CheckConstraint("level >= 0", name=op.f("a_candidate_s_level_is_never_below_none")),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidate.id"], name=op.f("fk_candidate_evidence_candidate_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_candidate_evidence_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_evidence")),
    )
    op.create_index(op.f("ix_candidate_evidence_candidate_id"), "candidate_evidence", ["candidate_id"])
    op.create_table(
        "candidate_file",
        sa.Column("stored", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("added_by", NUMBER, nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("candidate_id", NUMBER, nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("a_candidate_s_file_is_not_empty")),
        sa.ForeignKeyConstraint(["added_by"], ["person.id"], name=op.f("fk_candidate_file_added_by")),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidate.id"], name=op.f("fk_candidate_file_candidate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_file")),
        sa.UniqueConstraint("stored", name=op.f("uq_candidate_file_stored")),
    )
    op.create_index(op.f("ix_candidate_file_candidate_id"), "candidate_file", ["candidate_id"])
    op.create_table(
        "candidate_note",
        sa.Column("author_id", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("candidate_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_candidate_note_author_id")),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidate.id"], name=op.f("fk_candidate_note_candidate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_note")),
    )
    op.create_index(op.f("ix_candidate_note_candidate_id"), "candidate_note", ["candidate_id"])
    op.create_table(
        "candidate_request",
        sa.Column("kind", sa.String(length=15), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", NUMBER, nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("candidate_id", NUMBER, nullable=False),
        sa.CheckConstraint(
            "kind IN ('correction', 'accommodation')",
            name=op.f("a_candidate_asks_for_a_correction_or_an_accommodation"),
        ),
        sa.CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name=op.f("an_answered_request_has_an_answer")),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by IS NULL)", name=op.f("an_answered_request_says_by_whom")
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_candidate_request_answered_by")),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidate.id"], name=op.f("fk_candidate_request_candidate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_request")),
    )
    op.create_index(op.f("ix_candidate_request_candidate_id"), "candidate_request", ["candidate_id"])
    op.create_table(
        "hiring_decision",
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("decided_by", NUMBER, nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=True),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("standing", sa.JSON(), nullable=False),
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("candidate_id", NUMBER, nullable=False),
        sa.CheckConstraint("(outcome = 'hired') = (starts IS NOT NULL)", name=op.f("who_is_hired_has_a_first_day")),
        sa.CheckConstraint(
            "outcome IN ('offered', 'hired', 'declined')", name=op.f("a_candidate_is_offered_hired_or_declined")
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("a_decision_has_a_reason")),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidate.id"], name=op.f("fk_hiring_decision_candidate_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_hiring_decision_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hiring_decision")),
        sa.UniqueConstraint("candidate_id", "outcome", name=op.f("uq_hiring_decision_candidate_id_outcome")),
    )
    op.create_index(
        "a_candidate_is_hired_or_declined_once",
        "hiring_decision",
        ["candidate_id"],
        unique=True,
        sqlite_where=sa.text(FINAL),
        postgresql_where=sa.text(FINAL),
    )
    op.create_index(op.f("ix_hiring_decision_candidate_id"), "hiring_decision", ["candidate_id"])
    op.create_table(
        "interview",
        sa.Column("interviewer_id", NUMBER, nullable=False),
        sa.Column("competencies", sa.JSON(), nullable=False),
        sa.Column("planned_for", sa.Date(), nullable=True),
        sa.Column("asked_by", NUMBER, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("candidate_id", NUMBER, nullable=False),
        sa.CheckConstraint(
            "(state = 'submitted') = (submitted_at IS NOT NULL)", name=op.f("a_submitted_interview_says_when")
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'submitted', 'called-off')",
            name=op.f("an_interview_is_asked_for_submitted_or_called_off"),
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_interview_asked_by")),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidate.id"], name=op.f("fk_interview_candidate_id")),
        sa.ForeignKeyConstraint(["interviewer_id"], ["person.id"], name=op.f("fk_interview_interviewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview")),
        sa.UniqueConstraint("candidate_id", "interviewer_id", name=op.f("uq_interview_candidate_id_interviewer_id")),
    )
    op.create_index(op.f("ix_interview_candidate_id"), "interview", ["candidate_id"])
    op.create_index("ix_interview_interviewer_id_state", "interview", ["interviewer_id", "state"])
    op.create_table(
        "interview_rating",
        sa.Column("interview_id", NUMBER, nullable=False),
        sa.Column("competency", sa.String(length=200), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("candidate_id", NUMBER, nullable=False),
        sa.CheckConstraint("level >= 0", name=op.f("an_interview_rates_none_or_more")),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidate.id"], name=op.f("fk_interview_rating_candidate_id")),
        sa.ForeignKeyConstraint(["interview_id"], ["interview.id"], name=op.f("fk_interview_rating_interview_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview_rating")),
        sa.UniqueConstraint("interview_id", "competency", name=op.f("uq_interview_rating_interview_id_competency")),
    )
    op.create_index(op.f("ix_interview_rating_candidate_id"), "interview_rating", ["candidate_id"])
    op.create_index(op.f("ix_interview_rating_interview_id"), "interview_rating", ["interview_id"])


def downgrade() -> None:
    """Go down."""
    for table in TABLES:
        op.drop_table(table)
