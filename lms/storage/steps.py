"""What happens around a step before it is a ledger entry: completions that wait for somebody's word, and the calendar feed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.storage.schema import Base, Key, one_of

STATES = ("waiting", "confirmed", "more-asked", "withdrawn")
WAITING = "state = 'waiting'"


class Confirmation(Base):
    """Somebody says that they have done a course which a manager or a trainer has to confirm.

    States: `waiting` for who confirms; `confirmed`, and then a completion stands in the ledger; `more-asked` when
    something is missing, said in a personal text about this row; `withdrawn` by the person. Only `waiting` changes.
    """

    __tablename__ = "confirmation"
    __table_args__ = (
        one_of("state", STATES, "a_confirmation_is_waiting_confirmed_more_asked_or_withdrawn"),
        one_of("by", ("manager", "trainer"), "a_manager_or_a_trainer_confirms"),
        CheckConstraint("answered_by IS NULL OR answered_by <> person_id", name="nobody_confirms_their_own_step"),
        CheckConstraint(
            "answered_for IS NULL OR answered_for <> person_id AND answered_by IS NOT NULL",
            name="who_is_stood_in_for_is_not_whose_step_it_is",
        ),
        CheckConstraint("passed_up >= 0", name="a_step_is_passed_up_and_never_down"),
        CheckConstraint("(state = 'confirmed') = (completion_id IS NOT NULL)", name="what_is_confirmed_is_completed"),
        CheckConstraint("(state = 'waiting') = (answered_at IS NULL)", name="what_waits_has_no_answer"),
        Index(
            "one_waiting_confirmation_of_a_person_and_course",
            "person_id",
            "course",
            unique=True,
            sqlite_where=text(WAITING),
            postgresql_where=text(WAITING),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    course: Mapped[str] = mapped_column(String(200))
    curriculum_id: Mapped[int] = mapped_column(ForeignKey("curriculum.id"))
    by: Mapped[str] = mapped_column(String(10))
    """In what capacity somebody confirms: a manager of the line above, or an owner of the curriculum."""
    done_on: Mapped[date]
    asked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12), default="waiting", index=True)
    answered_at: Mapped[datetime | None]
    """When it was confirmed, sent back or withdrawn."""
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who confirmed or asked for more; null while it waits, and when the person withdrew it."""
    answered_for: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """For whom, when a deputy did it."""
    passed_up: Mapped[int] = mapped_column(default=0)
    """How many levels it has gone up because nobody answered."""
    with_administrators: Mapped[bool] = mapped_column(default=False)
    """Is it with the administrators, since it has gone up all the way or nobody else could confirm it?"""
    nudged_at: Mapped[datetime | None]
    """When the person last reminded who confirms; null when never."""
    completion_id: Mapped[int | None] = mapped_column(ForeignKey("completion.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class CalendarFeed(Base):
    """The secret address of a person's calendar: only its digest, so that a copy of the database opens no calendar."""

    __tablename__ = "calendar_feed"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(80), unique=True)
    created_at: Mapped[datetime]
