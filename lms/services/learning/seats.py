"""Enrolments: a course that somebody has begun, a seat kept in a session, and how many seats are left.

A seat that is given back or moved is a new row that corrects the one before, so it is free again at once. The ids of
courses are one namespace of the whole site, as completions are: where two curricula have a course of one id, it is one
course, and its sessions have one count of seats.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from lms.engine.curriculum import Session as Meeting
from lms.services import calendar, curricula
from lms.storage.curricula import Curriculum
from lms.storage.people import Person
from lms.storage.record import Completion, Enrolment
from lms.storage.snapshot import in_force


def kept() -> Select[Enrolment]:
    """The seats that active people keep: who has completed the course since, such as in a file, keeps none."""
    done = in_force(Completion).where(
        Completion.person_id == Enrolment.person_id,
        Completion.course == Enrolment.course,
        Completion.completed_on >= Enrolment.since,
    )
    return (
        in_force(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.state == "enrolled", Enrolment.session.is_not(None), Person.state == "active", ~done.exists())
    )


_TAKEN = (
    kept()
    .where(Enrolment.course.in_(bindparam("courses", expanding=True)))
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


def one_at_a_time(session: Session, course: str, *, now: datetime) -> None:
    """Let nobody else book a seat of this course before this transaction ends: every curriculum that has it is locked,
    always in the same order; rows that name one may be written.
    """
    versions = curricula.in_use(session, calendar.today(session, now=now))
    having = {one.curriculum_id for one in versions if course in one.curriculum.course_by_id}
    locked = select(Curriculum.id).where(Curriculum.id.in_(having)).order_by(Curriculum.id)
    session.scalars(locked.with_for_update(key_share=True)).all()


def ended_by(session: Session, people: Sequence[int], course: str, done_on: date, *, now: datetime) -> list[Enrolment]:
    """Rows that end what a completion makes pointless: seats in sessions to come, and what was begun after its day."""
    mine = in_force(Enrolment).where(
        Enrolment.person_id.in_(people), Enrolment.course == course, Enrolment.state != "withdrawn"
    )
    begun = _begun(session, now=now)
    return [
        again(row, row.state, row.since, session_id=row.session, withdraws=True)
        for row in session.scalars(mine.order_by(Enrolment.id))
        if row.since > done_on or (row.state == "enrolled" and (course, row.session) not in begun)
    ]


def brought_back(session: Session, done: Completion, meetings: Sequence[Meeting], *, now: datetime) -> list[Enrolment]:
    """Rows that give back what a completion that is taken back had ended (`ended_by`, under the same audit row).

    A seat comes back only while one is left, and nothing does once the person has begun the course anew.
    """
    own = Enrolment.person_id == done.person_id, Enrolment.course == done.course
    ended = select(Enrolment).where(*own, Enrolment.audit_id == done.audit_id, Enrolment.withdraws)
    rows = session.scalars(ended.order_by(Enrolment.id)).all()
    if not rows or session.scalars(in_force(Enrolment).where(*own, Enrolment.id > rows[-1].id)).first():
        return []
    one_at_a_time(session, done.course, now=now)
    counts, places = taken(session, [done.course]), {one.id: one.seats for one in meetings}
    return [
        again(row, row.state, row.since, session_id=row.session)
        for row in rows
        if row.session is None or counts.get((done.course, row.session), 0) < places.get(row.session, 0)
    ]


def given_up(session: Session, person_id: int, on: date, *, now: datetime) -> list[Enrolment]:
    """Rows that give back every seat of a person in a session that has not begun, for whoever leaves."""
    begun = _begun(session, now=now)
    mine = in_force(Enrolment).where(Enrolment.person_id == person_id, Enrolment.state == "enrolled")
    return [
        again(row, "withdrawn", on, session_id=row.session)
        for row in session.scalars(mine.order_by(Enrolment.id))
        if (row.course, row.session) not in begun
    ]


def again(row: Enrolment, state: str, since: date, *, session_id: str | None, withdraws: bool = False) -> Enrolment:
    """The row that replaces an enrolment."""
    return Enrolment(
        person_id=row.person_id,
        course=row.course,
        session=session_id,
        state=state,
        since=since,
        corrects_id=row.id,
        withdraws=withdraws,
    )


def _begun(session: Session, *, now: datetime) -> frozenset[tuple[str, str | None]]:
    """The sessions of the curricula in use that have begun, by course and id."""
    return frozenset(
        (course.id, one.id)
        for version in curricula.in_use(session, calendar.today(session, now=now))
        for course in version.curriculum.courses
        for one in course.sessions
        if one.starts <= now
    )
