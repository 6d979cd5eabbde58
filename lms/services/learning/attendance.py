"""Attendance: who was there in a session of a course, ticked on a list or brought by a file.

Whoever was there has completed the course on the session's last day, once: a list sent twice changes nothing. What was
recorded is not taken back by leaving somebody out; that is a correction with a name to it. A list records only people
whose own curriculum is the one that it belongs to: a trainer decides nothing in the curricula of others.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lms.engine.curriculum import CompletedBy, Course
from lms.engine.curriculum import Session as Meeting
from lms.errors import Conflict, Invalid, NotFound, NotPermitted, said
from lms.interop.sheets.attendance_sheet import present_of
from lms.interop.sheets.sheet import SheetLimits, open_sheet
from lms.services import calendar, curricula, ledger, paths
from lms.services.access import About, Actor, Permission, can, require
from lms.services.curricula import Published
from lms.services.imports.directory import Directory
from lms.services.learning import seats
from lms.services.learning.standing import last_day
from lms.services.organisation import lookup
from lms.services.organisation.lookup import literal
from lms.services.organisation.people_shown import Named, names
from lms.services.replanning import input_changed
from lms.storage.audit import Audit
from lms.storage.curricula import CurriculumVersion
from lms.storage.paths import Path
from lms.storage.people import Person
from lms.storage.record import Completion, Enrolment, Entry
from lms.storage.snapshot import in_force, load_people

AT_ONCE = 5
"""So many paths are planned while somebody waits; more are planned by jobs."""
MOST = 500
"""How many people one list shows."""
LIMITS = SheetLimits(rows=2_000, problems=50)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A session of a course that an attendance list completes, with how many seats are kept in it.

    `on` is its last day, on which whoever was there has completed the course; `open`: it has begun and that day has come.
    """

    version: Published
    course: Course
    session: Meeting
    seats: int
    on: date
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Somebody on the list of a session: keeps a seat, or has the course on their path; recorded already, or not.

    `revocable`: recorded by this very list, so that it can take that back.
    """

    who: Named
    seat: bool
    recorded: bool
    revocable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The list of a session."""

    held: Held
    people: tuple[Listed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """How many were recorded now, and how many had been before."""

    new: int
    before: int


def sessions(session: Session, actor: Actor, *, now: datetime) -> tuple[Held, ...]:
    """The sessions of the curricula that this actor owns: those whose list is open, the latest first, then those to come.

    Raises Denied.
    """
    require(actor, Permission.ATTENDANCE)
    courses = [
        (version, course)
        for version in curricula.in_use(session, calendar.today(session, now=now))
        if actor.is_site or version.curriculum_id in actor.owned
        for course in version.curriculum.courses
        if course.completion is CompletedBy.ATTENDANCE
    ]
    every = _once(_held(session, courses, now=now))
    begun = sorted((one for one in every if one.open), key=lambda one: one.session.starts, reverse=True)
    return (*begun, *sorted((one for one in every if not one.open), key=lambda one: one.session.starts))


def sheet(session: Session, actor: Actor, course: str, session_id: str, *, now: datetime) -> Sheet:
    """Who keeps a seat in a session or is recorded, then who has the course on their path. Raises Denied, NotFound."""
    held = _one(session, actor, course, session_id, now=now)
    recorded, own = _recorded(session, held)
    kept = _keep_a_seat(session, held)
    others = _on_list(session, held, now=now) - {actor.person_id or 0}
    people = [
        Listed(who=who, seat=number in kept, recorded=number in recorded, revocable=number in own)
        for number, who in names(session, others).items()
    ]
    people.sort(key=lambda one: (not one.seat and not one.recorded, str(one.who.name).casefold(), one.who.id))
    return Sheet(held=held, people=tuple(people[:MOST]))


def record(
    session: Session,
    actor: Actor,
    course: str,
    session_id: str,
    present: Collection[int],
    *,
    added: Collection[int] = (),
    now: datetime,
) -> Recorded:
    """Record who was there; each has completed the course on the session's last day, and is planned anew.

    `present` are people on the list, `added` others of its curriculum, whom the caller named. Raises Denied, NotFound;
    NotPermitted for oneself; Conflict before the list is open, or for somebody who does not belong on it.
    """
    held = _one(session, actor, course, session_id, now=now)
    _require_open(held, now=now)
    named = {*present, *added}
    if actor.person_id in named:
        raise NotPermitted(said("Nobody records their own attendance. Ask another trainer."))
    wanted = select(Person.id).where(Person.id.in_(named), Person.state == "active")
    people = session.scalars(wanted.order_by(Person.id).with_for_update()).all()
    listed = _on_list(session, held, now=now) if present else frozenset()
    if _of_curriculum(session, held, people, now=now) != named or not listed.issuperset(present):
        raise Conflict(said("Somebody does not belong on this list any more. Open it again."))
    before, _ = _recorded(session, held)
    new = [number for number in people if number not in before]
    if not new:
        return Recorded(new=0, before=len(people))
    rows = [Completion(person_id=number, course=course, completed_on=held.on) for number in new]
    ended = seats.ended_by(session, new, course, held.on, now=now)
    subject = ("curriculum", held.version.curriculum_id)
    told: dict[str, Any] = {"course": course, "session_id": session_id, "count": len(new)}
    ledger.note(session, actor, "attendance.recorded", now=now, subject=subject, rows=[*rows, *ended], **told)
    input_changed(session, new, now=now, actor=actor)
    if len(new) <= AT_ONCE:
        paths.replan_now(session, new, now=now)
    return Recorded(new=len(new), before=len(people) - len(new))


def take_back(session: Session, actor: Actor, course: str, session_id: str, person_id: int, *, now: datetime) -> None:
    """Take back that this list recorded somebody, such as a wrong tick; the seat kept before comes back if one is left.

    Raises Denied, NotFound, NotPermitted, Conflict.
    """
    held = _one(session, actor, course, session_id, now=now)
    if actor.person_id == person_id:
        raise NotPermitted(said("Nobody records their own attendance. Ask another trainer."))
    session.scalar(select(Person.id).where(Person.id == person_id).with_for_update())
    found = session.execute(_entries(held).where(Completion.person_id == person_id))
    row = next((row for row, audit in found if _is_of(audit, held)), None)
    if row is None:
        raise Conflict(said("They are not recorded in this session. Nothing was changed."))
    back = ledger.withdrawal(row)
    rows: list[Entry] = [back, *seats.brought_back(session, row, held.course.sessions, now=now)]
    told: dict[str, Any] = {"course": course, "session_id": session_id}
    ledger.note(session, actor, "attendance.taken_back", now=now, subject=("person", person_id), rows=rows, **told)
    input_changed(session, [person_id], now=now, actor=actor)
    paths.replan_now(session, [person_id], now=now)


def somebody_else(
    session: Session, actor: Actor, course: str, session_id: str, typed: str, *, now: datetime
) -> int | None:
    """The number of the person whom somebody typed, if they may stand on the list; None for nothing typed.

    Raises Denied, NotFound; Invalid in the same words whether nobody is called that or somebody of another curriculum.
    """
    held = _one(session, actor, course, session_id, now=now)
    try:
        found = lookup.somebody(session, typed, field="add")
    except Invalid:
        found = 0
    if found is not None and not _of_curriculum(session, held, [found], now=now):
        sentence = "Nobody active in this curriculum is called %(who)s, or several are. Type the mail address."
        raise lookup.wrong("add", said(sentence, who=typed))
    return found


def people_of_file(
    session: Session, actor: Actor, course: str, session_id: str, data: bytes, name: str, *, now: datetime
) -> Sequence[int]:
    """The numbers of the people whom a CSV or XLSX file names.

    Raises Denied, NotFound; Invalid with every row that is wrong, in the same words for somebody of another curriculum.
    """
    held = _one(session, actor, course, session_id, now=now)
    opened, problems = open_sheet(data, name, limits=LIMITS)
    present = present_of(opened, problems)
    mails = [one.person for one in present if "@" in one.person]
    directory = Directory.load(session, mails, [one.person for one in present if "@" not in one.person])
    named = {one: known.id for one in present if (known := directory.find(one.person))}
    theirs = _of_curriculum(session, held, named.values(), now=now)
    found: list[int] = []
    for one in present:
        number = named.get(one)
        if number is None or number not in theirs | {actor.person_id}:
            sentence = "nobody active in this curriculum has the mail address or number %(who)s"
            problems.add(said(sentence, who=one.person), one.row)
        elif number == actor.person_id:
            problems.add(said("is about yourself; nobody records their own attendance"), one.row)
        else:
            found.append(number)
    problems.check()
    return tuple(dict.fromkeys(found))


def _held(session: Session, courses: Sequence[tuple[Published, Course]], *, now: datetime) -> list[Held]:
    taken = seats.taken(session, [course.id for _, course in courses])
    today = calendar.today(session, now=now)
    return [
        Held(
            version=version,
            course=course,
            session=one,
            seats=taken.get((course.id, one.id), 0),
            on=last_day(one),
            open=one.starts <= now and last_day(one) <= today,
        )
        for version, course in courses
        for one in course.sessions
    ]


def _once(every: Sequence[Held]) -> list[Held]:
    """Each session once, as the newest version tells it; one that the published version lacks may be somebody's still."""
    newest: dict[tuple[int, str, str], Held] = {}
    for one in every:
        newest.setdefault((one.version.curriculum_id, one.course.id, one.session.id), one)
    return list(newest.values())


def _one(session: Session, actor: Actor, course: str, session_id: str, *, now: datetime) -> Held:
    require(actor, Permission.ATTENDANCE)
    for version in curricula.in_use(session, calendar.today(session, now=now)):
        found = version.curriculum.course_by_id.get(course)
        if found is None or found.completion is not CompletedBy.ATTENDANCE:
            continue
        if can(actor, Permission.ATTENDANCE, About(curriculum_id=version.curriculum_id)):
            for held in _held(session, [(version, found)], now=now):
                if held.session.id == session_id:
                    return held
    raise NotFound(said("There is no such session."))


def _require_open(held: Held, *, now: datetime) -> None:
    if held.session.starts > now:
        raise Conflict(said("This session has not begun yet. Come back when it has."))
    if not held.open:
        raise Conflict(said("The list of this session opens on its last day, %(day)s.", day=held.on.isoformat()))


def _of_curriculum(session: Session, held: Held, people: Collection[int], *, now: datetime) -> frozenset[int]:
    """Those of these people who are active and for whom the version of the list is the one that counts."""
    if not people:
        return frozenset()
    offered = curricula.published(session)
    snapshots = load_people(session, people, calendar.today(session, now=now))
    return frozenset(
        number
        for number, one in snapshots.items()
        if (version := curricula.counting(session, one, offered))
        and version.curriculum_id == held.version.curriculum_id
    )


def _entries(held: Held) -> Select[Completion, Audit]:
    """The completions of the course on the day of the list, each with its audit row, of active people."""
    done = in_force(Completion).where(Completion.course == held.course.id, Completion.completed_on == held.on)
    active = done.join(Person, Person.id == Completion.person_id).where(Person.state == "active")
    return active.join(Audit, Audit.id == Completion.audit_id).add_columns(Audit)


def _is_of(audit: Audit, held: Held) -> bool:
    """Was this written by the list of the session?"""
    told = (audit.action, audit.subject_id, audit.data.get("course"), audit.data.get("session_id"))
    return told == ("attendance.recorded", held.version.curriculum_id, held.course.id, held.session.id)


def _recorded(session: Session, held: Held) -> tuple[frozenset[int], frozenset[int]]:
    """Who completed the course on the day of the list, and those of them whom this list recorded."""
    found = session.execute(_entries(held)).all()
    return frozenset(row.person_id for row, _ in found), frozenset(
        row.person_id for row, audit in found if _is_of(audit, held)
    )


def _on_list(session: Session, held: Held, *, now: datetime) -> frozenset[int]:
    """Who stands on a list: whom it recorded, who has the course on their path, and of its own curriculum who keeps a seat
    or has done the course that day.
    """
    recorded, own = _recorded(session, held)
    known = own | _on_path(session, held)
    return known | _of_curriculum(session, held, (recorded | _keep_a_seat(session, held)) - known, now=now)


def _keep_a_seat(session: Session, held: Held) -> frozenset[int]:
    kept = seats.kept().where(Enrolment.course == held.course.id, Enrolment.session == held.session.id)
    return frozenset(session.scalars(kept.with_only_columns(Enrolment.person_id)))


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
