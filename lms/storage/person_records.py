"""What a manager and a person of their line agree between them: notes of one-to-ones, and a development plan that both sign.

What they say stands in `personal_text` and goes when the person is erased; these rows keep who, when and in what state.
No note and no plan is ever part of a promotion.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.storage.schema import Base, Key, one_of

STATES = ("assess", "summarise", "plan", "contract", "agreed", "ended")
OUTCOMES = ("reached", "partly", "not-reached")
LIVE = "state <> 'ended'"
SIGNED = "person_signed_at IS NOT NULL AND manager_signed_at IS NOT NULL"


class OneOnOneNote(Base):
    """A note about a person. Shared notes are read by the person and the line above; private ones by their author alone,
    and stand in the export of the person's data. Only added to: a correction is a note that names the one it replaces.
    """

    __tablename__ = "one_on_one_note"
    __table_args__ = (
        CheckConstraint("shared OR author_id <> person_id", name="nobody_keeps_a_private_note_about_themselves"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    """Whom the note is about."""
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    shared: Mapped[bool] = mapped_column(default=True)
    at: Mapped[datetime]
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("one_on_one_note.id"), unique=True)
    """The note that this one replaces; null for a new one. A note is replaced once."""
    digest: Mapped[str] = mapped_column(String(80))
    """Salted digest of the text, which shows that it was not changed afterwards."""


class DevelopmentPlan(Base):
    """What a person and whoever leads them agree on.

    States: `assess` while both say how they see it; `summarise` until that is put in a few words; `plan` while actions
    and review dates are collected; `contract` while it waits for two signatures; `agreed` with both; `ended` with how it
    went. From `contract` and `agreed` it goes back to `plan`, which takes the signatures away.
    """

    __tablename__ = "development_plan"
    __table_args__ = (
        one_of("state", STATES, "a_development_plan_is_in_one_of_its_states"),
        one_of("outcome", OUTCOMES, "a_development_plan_is_reached_partly_or_not"),
        CheckConstraint("manager_signed_by <> person_id", name="nobody_signs_their_own_plan_as_manager"),
        CheckConstraint(
            "(manager_signed_by IS NULL) = (manager_signed_at IS NULL)", name="who_signed_as_manager_is_named"
        ),
        CheckConstraint(
            "state IN ('contract', 'agreed', 'ended') OR person_signed_at IS NULL AND manager_signed_at IS NULL",
            name="nothing_is_signed_before_it_is_a_contract",
        ),
        CheckConstraint(f"state <> 'agreed' OR {SIGNED}", name="what_is_agreed_is_signed_by_both"),
        CheckConstraint(f"state <> 'contract' OR NOT ({SIGNED})", name="what_both_signed_is_agreed"),
        CheckConstraint("(contract_digest IS NULL) = (state IN ('assess', 'summarise', 'plan'))",
                        name="a_contract_has_the_digest_of_what_is_signed"),
        CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="a_plan_that_ended_has_its_day"),
        CheckConstraint("(state = 'ended') = (outcome IS NOT NULL)", name="a_plan_that_ended_says_how_it_went"),
        Index(
            "one_live_development_plan_of_a_person",
            "person_id",
            unique=True,
            sqlite_where=text(LIVE),
            postgresql_where=text(LIVE),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    opened_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="assess", index=True)
    state_since: Mapped[datetime]
    contract_digest: Mapped[str | None] = mapped_column(String(80))
    """Over the summary, the actions and the review dates as they stood when it became a contract; null before."""
    person_signed_at: Mapped[datetime | None]
    manager_signed_at: Mapped[datetime | None]
    manager_signed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(12))
    """How it went; null before it has ended."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class DevelopmentAction(Base):
    """Something that a plan wants done until a day; what it is, is a personal text."""

    __tablename__ = "development_action"
    __table_args__ = (
        one_of("by_whom", ("person", "manager"), "an_action_is_the_person_s_or_the_manager_s"),
        CheckConstraint("(competency IS NULL) = (level IS NULL)", name="an_action_for_a_competency_names_its_level"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("development_plan.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    by_whom: Mapped[str] = mapped_column(String(10))
    competency: Mapped[str | None] = mapped_column(String(200))
    """What it serves, by id; null where it serves none in particular."""
    level: Mapped[int | None]
    due: Mapped[date]
    done_on: Mapped[date | None]


class DevelopmentReview(Base):
    """A day on which both look at a plan; what came of it is a personal text."""

    __tablename__ = "development_review"
    __table_args__ = (
        CheckConstraint("(held_on IS NULL) = (held_by IS NULL)", name="who_held_a_review_is_named"),
        Index("a_plan_is_reviewed_once_a_day", "plan_id", "due", unique=True),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("development_plan.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    due: Mapped[date]
    held_on: Mapped[date | None]
    held_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
