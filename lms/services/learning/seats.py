"""Enrolments: a course that somebody has begun, a seat kept in a session, and how many seats are left.

A seat that is given back or moved is a new row that corrects the one before, so it is free again at once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from lms.storage.curricula import Curriculum
from lms.storage.people import Person
from lms.storage.record import Enrolment
from lms.storage.snapshot import in_force

_TAKEN = (
    in_force(Enrolment)
    .join(Person, Person.id == Enrolment.person_id)
    .where(
        Enrolment.course.in_(bindparam("courses", expanding=True)),
        Enrolment.state == "enrolled",
        Person.state == "active",
        Enrolment.session.is_not(None),
    )
    .group_by(Enrolment.course, Enrolment.session)
    .with_only_columns(Enrolment.course, Enrolment.session, func.count(Enrolment.person_id.distinct()))
)


def open_one(session: Session, person_id: int, course: str, done_on: Sequence[date]) -> Enrolment | None:
    """The enrolment in which a person is in this course now; None when never, given back, or completed since."""
    mine = in_force(Enrolment).where(Enrolment.person_id == person_id, Enrolment.course == course)
    found: Enrolment | None = session.scalars(
        mine.order_by(Enrolment.since.desc(), Enrolment.id.desc()).limit(1)
    ).first()
    if found is None or found.state == "withdrawn" or any(day >= found.since for day in done_on):
        return None
    return found


def taken(session: Session, courses: Collection[str]) -> dict[tuple[str, str], int]:
    """How many active people keep a seat, by course and session; sessions without any are left out."""
    rows = session.execute(_TAKEN, {"courses": list(courses)})
    return {(course, str(number)): count for course, number, count in rows}


def one_at_a_time(session: Session, curriculum_id: int) -> None:
    """Let nobody else book a seat of this curriculum before this transaction ends; rows that name it may be written."""
    session.scalar(select(Curriculum.id).where(Curriculum.id == curriculum_id).with_for_update(key_share=True))


def begun_after(session: Session, people: Sequence[int], course: str, done_on: date) -> list[Enrolment]:
    """Rows that take back what these people began after the day on which they turn out to have completed the course."""
    later = in_force(Enrolment).where(
        Enrolment.person_id.in_(people),
        Enrolment.course == course,
        Enrolment.state != "withdrawn",
        Enrolment.since > done_on,
    )
    return [again(row, row.state, row.since, withdraws=True) for row in session.scalars(later.order_by(Enrolment.id))]


def again(
    row: Enrolment, state: str, since: date, *, session_id: str | None = None, withdraws: bool = False
) -> Enrolment:
    """The row that replaces an enrolment, in the same session unless another one is named."""
    return Enrolment(
        person_id=row.person_id,
        course=row.course,
        session=session_id or row.session,
        state=state,
        since=since,
        corrects_id=row.id,
        withdraws=withdraws,
    )
