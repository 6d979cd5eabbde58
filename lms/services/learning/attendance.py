"""Attendance: who was there in a session of a course, ticked on a list or brought by a file.

Whoever was there has completed the course on the session's last day, once: a list sent twice changes nothing. What was
recorded is not taken back by leaving somebody out; that is a correction with a name to it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.engine.curriculum import CompletedBy, Course
from lms.engine.curriculum import Session as Meeting
from lms.errors import Conflict, NotFound, NotPermitted, said
from lms.interop.attendance_sheet import present_of
from lms.interop.sheet import SheetLimits, open_sheet
from lms.services import calendar, curricula, ledger, paths
from lms.services.access import About, Actor, Permission, can, require
from lms.services.curricula import Published
from lms.services.imports.directory import Directory
from lms.services.learning import seats
from lms.services.lookup import literal
from lms.services.people_shown import Named, names
from lms.services.replanning import input_changed
from lms.storage.curricula import CurriculumVersion
from lms.storage.paths import Path
from lms.storage.people import Person
from lms.storage.record import Completion, Enrolment
from lms.storage.snapshot import in_force

AT_ONCE = 5
"""So many paths are planned while somebody waits; more are planned by jobs."""
MOST = 500
"""How many people one list shows."""
LIMITS = SheetLimits(rows=2_000, problems=50)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A session of a course that an attendance list completes, with how many seats are kept in it."""

    version: Published
    course: Course
    session: Meeting
    seats: int
    begun: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Somebody on the list of a session: keeps a seat, or has the course on their path; recorded already, or not."""

    who: Named
    seat: bool
    recorded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The list of a session, and the day on which whoever was there has completed the course."""

    held: Held
    on: date
    people: tuple[Listed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """How many were recorded now, and how many had been before."""

    new: int
    before: int


def sessions(session: Session, actor: Actor, *, now: datetime) -> tuple[Held, ...]:
    """The sessions of the curricula that this actor owns: those that have begun, the latest first, then those to come.

    Raises Denied.
    """
    require(actor, Permission.ATTENDANCE)
    courses = [
        (version, course)
        for version in curricula.published(session)
        if actor.is_site or version.curriculum_id in actor.owned
        for course in version.curriculum.courses
        if course.completion is CompletedBy.ATTENDANCE
    ]
    every = _held(session, courses, now=now)
    begun = sorted((one for one in every if one.begun), key=lambda one: one.session.starts, reverse=True)
    return (*begun, *sorted((one for one in every if not one.begun), key=lambda one: one.session.starts))


def sheet(session: Session, actor: Actor, course: str, session_id: str, *, now: datetime) -> Sheet:
    """Who keeps a seat in a session or is recorded, then who has the course on their path. Raises Denied, NotFound."""
    held = _one(session, actor, course, session_id, now=now)
    on = _last_day(session, held.session)
    recorded = _recorded(session, course, on)
    kept = _keep_a_seat(session, course, session_id)
    others = {*recorded, *kept, *_on_path(session, held)} - {actor.person_id or 0}
    people = [
        Listed(who=who, seat=number in kept, recorded=number in recorded)
        for number, who in names(session, others).items()
    ]
    people.sort(key=lambda one: (not one.seat and not one.recorded, str(one.who.name).casefold(), one.who.id))
    return Sheet(held=held, on=on, people=tuple(people[:MOST]))


def record(
    session: Session, actor: Actor, course: str, session_id: str, present: Collection[int], *, now: datetime
) -> Recorded:
    """Record who was there; each has completed the course on the session's last day, and is planned anew.

    Raises Denied, NotFound; NotPermitted for oneself; Conflict before the session begins or for somebody not active.
    """
    held = _one(session, actor, course, session_id, now=now)
    if not held.begun:
        raise Conflict(said("This session has not begun yet. Come back when it has."))
    if actor.person_id in present:
        raise NotPermitted(said("Nobody records their own attendance. Ask another trainer."))
    wanted = select(Person.id).where(Person.id.in_(present), Person.state == "active")
    people = session.scalars(wanted.order_by(Person.id).with_for_update()).all()
    if len(people) < len(set(present)):
        raise Conflict(said("Somebody on the list is not active any more. Open the list again."))
    on = _last_day(session, held.session)
    before = _recorded(session, course, on)
    new = [number for number in people if number not in before]
    if not new:
        return Recorded(new=0, before=len(people))
    rows = [Completion(person_id=number, course=course, completed_on=on) for number in new]
    undone = seats.begun_after(session, new, course, on)
    subject = ("curriculum", held.version.curriculum_id)
    told: dict[str, Any] = {"course": course, "session_id": session_id, "count": len(new)}
    ledger.note(session, actor, "attendance.recorded", now=now, subject=subject, rows=[*rows, *undone], **told)
    input_changed(session, new, now=now, actor=actor)
    if len(new) <= AT_ONCE:
        paths.replan_now(session, new, now=now)
    return Recorded(new=len(new), before=len(people) - len(new))


def take_back(session: Session, actor: Actor, course: str, session_id: str, person_id: int, *, now: datetime) -> None:
    """Take back that somebody was there, such as a wrong tick. Raises Denied, NotFound, NotPermitted, Conflict."""
    held = _one(session, actor, course, session_id, now=now)
    if actor.person_id == person_id:
        raise NotPermitted(said("Nobody records their own attendance. Ask another trainer."))
    session.scalar(select(Person.id).where(Person.id == person_id).with_for_update())
    on = _last_day(session, held.session)
    that_day = in_force(Completion).where(
        Completion.person_id == person_id, Completion.course == course, Completion.completed_on == on
    )
    rows = [
        Completion(person_id=person_id, course=course, completed_on=on, corrects_id=row.id, withdraws=True)
        for row in session.scalars(that_day)
    ]
    if not rows:
        raise Conflict(said("They are not recorded in this session. Nothing was changed."))
    told: dict[str, Any] = {"course": course, "session_id": session_id}
    ledger.note(session, actor, "attendance.taken_back", now=now, subject=("person", person_id), rows=rows, **told)
    input_changed(session, [person_id], now=now, actor=actor)
    paths.replan_now(session, [person_id], now=now)


def people_of_file(session: Session, actor: Actor, data: bytes, name: str) -> Sequence[int]:
    """The numbers of the people whom a CSV or XLSX file names. Raises Denied, Invalid with every row that is wrong."""
    require(actor, Permission.ATTENDANCE)
    opened, problems = open_sheet(data, name, limits=LIMITS)
    present = present_of(opened, problems)
    mails = [one.person for one in present if "@" in one.person]
    directory = Directory.load(session, mails, [one.person for one in present if "@" not in one.person])
    found: list[int] = []
    for one in present:
        known = directory.find(one.person)
        if known is None or known.state != "active":
            problems.add(said("nobody active has the mail address or number %(who)s", who=one.person), one.row)
        elif known.id == actor.person_id:
            problems.add(said("is about yourself; nobody records their own attendance"), one.row)
        else:
            found.append(known.id)
    problems.check()
    return tuple(dict.fromkeys(found))


def _held(session: Session, courses: Sequence[tuple[Published, Course]], *, now: datetime) -> list[Held]:
    taken = seats.taken(session, [course.id for _, course in courses])
    return [
        Held(
            version=version,
            course=course,
            session=one,
            seats=taken.get((course.id, one.id), 0),
            begun=one.starts <= now,
        )
        for version, course in courses
        for one in course.sessions
    ]


def _one(session: Session, actor: Actor, course: str, session_id: str, *, now: datetime) -> Held:
    require(actor, Permission.ATTENDANCE)
    for version in curricula.published(session):
        found = version.curriculum.course_by_id.get(course)
        if found is None or found.completion is not CompletedBy.ATTENDANCE:
            continue
        if can(actor, Permission.ATTENDANCE, About(curriculum_id=version.curriculum_id)):
            for held in _held(session, [(version, found)], now=now):
                if held.session.id == session_id:
                    return held
    raise NotFound(said("There is no such session."))


def _last_day(session: Session, meeting: Meeting) -> date:
    return meeting.ends.astimezone(calendar.zone(session)).date()


def _recorded(session: Session, course: str, on: date) -> frozenset[int]:
    done = in_force(Completion).where(Completion.course == course, Completion.completed_on == on)
    active = done.join(Person, Person.id == Completion.person_id).where(Person.state == "active")
    return frozenset(session.scalars(active.with_only_columns(Completion.person_id)))


def _keep_a_seat(session: Session, course: str, session_id: str) -> frozenset[int]:
    kept = in_force(Enrolment).where(
        Enrolment.course == course, Enrolment.session == session_id, Enrolment.state == "enrolled"
    )
    active = kept.join(Person, Person.id == Enrolment.person_id).where(Person.state == "active")
    return frozenset(session.scalars(active.with_only_columns(Enrolment.person_id)))


def _on_path(session: Session, held: Held) -> frozenset[int]:
    """Who has the course on their stored path; the text is looked through first, so that few are read whole."""
    written = f'"course": {json.dumps(held.course.id, ensure_ascii=False)}'
    of_it = select(CurriculumVersion.id).where(CurriculumVersion.curriculum_id == held.version.curriculum_id)
    found = session.execute(
        select(Path.person_id, Path.document)
        .join(Person, Person.id == Path.person_id)
        .where(
            Person.state == "active",
            Path.version_id.in_(of_it),
            Path.document.like(f"%{literal(written)}%", escape="\\"),
        )
    )
    return frozenset(
        number
        for number, document in found
        if any(one["course"] == held.course.id for one in json.loads(document)["steps"])
    )
