"""Performance cycles and rounds: who is asked to rate whom, by when.

Revision ID: 4fbd7c9e3508
Revises: 3eac6b8d24f7
"""

import sqlalchemy as sa
from alembic import op

revision = "4fbd7c9e3508"
down_revision = "3eac6b8d24f7"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN_ROUND = sa.text("kind = 'round' AND state = 'open'")


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "rating_cycle",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("team_id", NUMBER, nullable=True),
        sa.Column("person_id", NUMBER, nullable=True),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("asks_self", sa.Boolean(), nullable=False),
        sa.Column("asks_manager", sa.Boolean(), nullable=False),
        sa.Column("peers", sa.Integer(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made_by", NUMBER, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", NUMBER, nullable=True),
        sa.Column("nudged_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(kind = 'round') = (person_id IS NOT NULL)", name=op.f("only_a_round_names_its_person")),
        sa.CheckConstraint("(kind = 'round') = (scope = 'person')", name=op.f("a_round_is_about_one_person")),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("a_closed_cycle_says_when")),
        sa.CheckConstraint("(state = 'draft') = (opened_at IS NULL)", name=op.f("a_draft_was_not_opened_yet")),
        sa.CheckConstraint("kind IN ('cycle', 'round')", name=op.f("a_cycle_is_a_cycle_or_a_round")),
        sa.CheckConstraint("scope = 'team' OR team_id IS NULL", name=op.f("only_a_cycle_of_a_team_names_it")),
        sa.CheckConstraint(
            "scope IN ('organisation', 'team', 'person')",
            name=op.f("a_cycle_is_about_the_organisation_a_team_or_a_person"),
        ),
        sa.CheckConstraint("state IN ('draft', 'open', 'closed')", name=op.f("a_cycle_is_a_draft_open_or_closed")),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("a_closed_cycle_says_by_whom")),
        sa.CheckConstraint("asks_self OR asks_manager OR peers > 0", name=op.f("a_cycle_asks_somebody")),
        sa.CheckConstraint("peers BETWEEN 0 AND 20", name=op.f("a_cycle_asks_up_to_twenty_colleagues")),
        sa.CheckConstraint("person_id IS NULL OR closed_by <> person_id", name=op.f("nobody_closes_their_own_round")),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"], name=op.f("fk_rating_cycle_closed_by")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_rating_cycle_made_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_rating_cycle_person_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_rating_cycle_team_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating_cycle")),
    )
    op.create_index(op.f("ix_rating_cycle_person_id"), "rating_cycle", ["person_id"])
    op.create_index(op.f("ix_rating_cycle_state"), "rating_cycle", ["state"])
    op.create_index(op.f("ix_rating_cycle_team_id"), "rating_cycle", ["team_id"])
    op.create_index(
        "one_open_round_of_a_person",
        "rating_cycle",
        ["person_id"],
        unique=True,
        sqlite_where=OPEN_ROUND,
        postgresql_where=OPEN_ROUND,
    )
    op.create_table(
        "rating_sheet",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("cycle_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("rater_id", NUMBER, nullable=False),
        sa.Column("capacity", sa.String(length=10), nullable=False),
        sa.Column("version_id", NUMBER, nullable=False),
        sa.Column("competencies", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("why_dropped", sa.String(length=20), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(capacity = 'self') = (rater_id = person_id)", name=op.f("a_view_of_oneself_is_ones_own")),
        sa.CheckConstraint("(state = 'dropped') = (why_dropped IS NOT NULL)", name=op.f("a_dropped_sheet_says_why")),
        sa.CheckConstraint(
            "(state = 'submitted') = (answered_at IS NOT NULL)", name=op.f("a_submitted_sheet_says_when")
        ),
        sa.CheckConstraint(
            "capacity IN ('self', 'manager', 'peer')", name=op.f("a_sheet_is_filled_by_oneself_a_manager_or_a_peer")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'submitted', 'dropped')", name=op.f("a_sheet_is_waiting_submitted_or_dropped")
        ),
        sa.CheckConstraint(
            "why_dropped IN ('person-left', 'rater-left', 'moved', 'declined', 'closed')",
            name=op.f("a_sheet_is_dropped_for_a_known_reason"),
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["rating_cycle.id"], name=op.f("fk_rating_sheet_cycle_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_rating_sheet_person_id")),
        sa.ForeignKeyConstraint(["rater_id"], ["person.id"], name=op.f("fk_rating_sheet_rater_id")),
        sa.ForeignKeyConstraint(["version_id"], ["curriculum_version.id"], name=op.f("fk_rating_sheet_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating_sheet")),
        sa.UniqueConstraint(
            "cycle_id", "person_id", "rater_id", name=op.f("uq_rating_sheet_cycle_id_person_id_rater_id")
        ),
    )
    op.create_index(op.f("ix_rating_sheet_cycle_id"), "rating_sheet", ["cycle_id"])
    op.create_index(op.f("ix_rating_sheet_person_id"), "rating_sheet", ["person_id"])
    op.create_index("ix_rating_sheet_rater_id_state", "rating_sheet", ["rater_id", "state"])
    op.create_table(
        "sheet_rating",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("sheet_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("competency", sa.String(length=200), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.CheckConstraint("level IS NULL OR level >= 0", name=op.f("a_view_is_never_below_none")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sheet_rating_person_id")),
        sa.ForeignKeyConstraint(["sheet_id"], ["rating_sheet.id"], name=op.f("fk_sheet_rating_sheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sheet_rating")),
        sa.UniqueConstraint("sheet_id", "competency", name=op.f("uq_sheet_rating_sheet_id_competency")),
    )
    op.create_index(op.f("ix_sheet_rating_person_id"), "sheet_rating", ["person_id"])
    op.create_index(op.f("ix_sheet_rating_sheet_id"), "sheet_rating", ["sheet_id"])
    op.create_table(
        "cycle_result",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("cycle_id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("version_id", NUMBER, nullable=False),
        sa.Column("competency", sa.String(length=200), nullable=False),
        sa.Column("capacity", sa.String(length=10), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("raters", sa.Integer(), nullable=False),
        sa.Column("rater_id", NUMBER, nullable=True),
        sa.Column("evidence_id", NUMBER, nullable=True),
        sa.CheckConstraint("(capacity = 'peer') = (rater_id IS NULL)", name=op.f("a_result_never_names_a_colleague")),
        sa.CheckConstraint(
            "capacity = 'peer' AND raters >= 3 OR capacity <> 'peer' AND raters = 1",
            name=op.f("fewer_than_three_colleagues_make_no_result"),
        ),
        sa.CheckConstraint(
            "capacity IN ('self', 'manager', 'peer')", name=op.f("a_result_comes_from_oneself_a_manager_or_peers")
        ),
        sa.CheckConstraint("level >= 0", name=op.f("a_result_is_never_below_none")),
        sa.ForeignKeyConstraint(["cycle_id"], ["rating_cycle.id"], name=op.f("fk_cycle_result_cycle_id")),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_cycle_result_evidence_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_cycle_result_person_id")),
        sa.ForeignKeyConstraint(["rater_id"], ["person.id"], name=op.f("fk_cycle_result_rater_id")),
        sa.ForeignKeyConstraint(["version_id"], ["curriculum_version.id"], name=op.f("fk_cycle_result_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle_result")),
        sa.UniqueConstraint(
            "cycle_id",
            "person_id",
            "competency",
            "capacity",
            name=op.f("uq_cycle_result_cycle_id_person_id_competency_capacity"),
        ),
        sa.UniqueConstraint("evidence_id", name=op.f("uq_cycle_result_evidence_id")),
    )
    op.create_index(op.f("ix_cycle_result_cycle_id"), "cycle_result", ["cycle_id"])
    op.create_index(op.f("ix_cycle_result_person_id"), "cycle_result", ["person_id"])


def downgrade() -> None:
    """Go down."""
    op.drop_table("cycle_result")
    op.drop_table("sheet_rating")
    op.drop_table("rating_sheet")
    op.drop_table("rating_cycle")
