"""The rep: what a path shows beside its steps, forecasts, own order, completions that wait for a word, calendar feeds.

Revision ID: 9bef88b43810
Revises: d526e6683ab9
"""

import sqlalchemy as sa
from alembic import op

revision = "9bef88b43810"
down_revision = "d526e6683ab9"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ADDED = (
    ("contact", sa.Column("muted", sa.JSON(), nullable=False, server_default="[]")),
    ("study_plan", sa.Column("own_order", sa.JSON(), nullable=False, server_default="[]")),
    ("path", sa.Column("asked", sa.Text(), nullable=False, server_default="")),
    ("path", sa.Column("likely_on", sa.Date(), nullable=True)),
    ("path", sa.Column("likely", sa.JSON(), nullable=False, server_default="{}")),
    ("path", sa.Column("elevation", sa.JSON(), nullable=False, server_default="{}")),
    ("path", sa.Column("forks", sa.JSON(), nullable=False, server_default="{}")),
    ("path", sa.Column("change", sa.JSON(), nullable=True)),
)


def upgrade() -> None:
    """Go up. Paths that are there are planned anew on the next day, which fills in what they lack."""
    op.create_table(
        "calendar_feed",
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendar_feed_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("digest", name=op.f("uq_calendar_feed_digest")),
    )
    op.create_table(
        "forecast",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.Column("draws", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reached_on", sa.Date(), nullable=True),
        sa.CheckConstraint("(state = 'reached') = (reached_on IS NOT NULL)", name=op.f("what_was_reached_has_its_day")),
        sa.CheckConstraint(
            "state IN ('open', 'reached', 'dropped')", name=op.f("a_forecast_is_open_reached_or_dropped")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_forecast_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forecast")),
        sa.UniqueConstraint("person_id", "made_on", name=op.f("uq_forecast_person_id_made_on")),
    )
    op.create_index(op.f("ix_forecast_person_id"), "forecast", ["person_id"])
    op.create_index(op.f("ix_forecast_state"), "forecast", ["state"])
    op.create_table(
        "confirmation",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("person_id", NUMBER, nullable=False),
        sa.Column("course", sa.String(length=200), nullable=False),
        sa.Column("curriculum_id", NUMBER, nullable=False),
        sa.Column("by", sa.String(length=10), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", NUMBER, nullable=True),
        sa.Column("nudged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completion_id", NUMBER, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'confirmed') = (completion_id IS NOT NULL)", name=op.f("what_is_confirmed_is_completed")
        ),
        sa.CheckConstraint("(state = 'waiting') = (answered_at IS NULL)", name=op.f("what_waits_has_no_answer")),
        sa.CheckConstraint("by IN ('manager', 'trainer')", name=op.f("a_manager_or_a_trainer_confirms")),
        sa.CheckConstraint(
            "state IN ('waiting', 'confirmed', 'more-asked', 'withdrawn')",
            name=op.f("a_confirmation_is_waiting_confirmed_more_asked_or_withdrawn"),
        ),
        sa.CheckConstraint(
            "answered_by IS NULL OR answered_by <> person_id", name=op.f("nobody_confirms_their_own_step")
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_confirmation_answered_by")),
        sa.ForeignKeyConstraint(["completion_id"], ["completion.id"], name=op.f("fk_confirmation_completion_id")),
        sa.ForeignKeyConstraint(["curriculum_id"], ["curriculum.id"], name=op.f("fk_confirmation_curriculum_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_confirmation_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation")),
    )
    op.create_index(op.f("ix_confirmation_person_id"), "confirmation", ["person_id"])
    op.create_index(op.f("ix_confirmation_state"), "confirmation", ["state"])
    op.create_index(
        "one_waiting_confirmation_of_a_person_and_course",
        "confirmation",
        ["person_id", "course"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    for table, column in ADDED:
        op.add_column(table, column)
    op.execute(
        "UPDATE planning SET look_again_on = (SELECT planned_on FROM path WHERE path.person_id = planning.person_id) "
        "WHERE EXISTS (SELECT 1 FROM path WHERE path.person_id = planning.person_id)"
    )


def downgrade() -> None:
    """Go down."""
    for table, column in reversed(ADDED):
        op.drop_column(table, column.name)
    op.drop_table("confirmation")
    op.drop_table("forecast")
    op.drop_table("calendar_feed")
