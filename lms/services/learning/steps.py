"""One step as its page shows it: the course, where the person stands in it, what opens it and who confirms it.

Doing the step is `doing`; nothing here writes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.engine.curriculum import CompletedBy, Course
from lms.engine.curriculum import Session as Meeting
from lms.engine.days import last_valid_day
from lms.engine.requirement import Requirement
from lms.errors import NotFound, said
from lms.services import calendar
from lms.services.access import Actor, Permission
from lms.services.curricula import Published
from lms.services.learning import confirmers, seats
from lms.services.learning.standing import Standing, stands
from lms.services.organisation import lookup
from lms.services.organisation.people_shown import Named, names
from lms.storage.audit import Audit
from lms.storage.paths import Path
from lms.storage.people import PersonalText
from lms.storage.record import Completion, Enrolment
from lms.storage.snapshot import in_force
from lms.storage.steps import Confirmation

DONE_BY_ONESELF = "step.done"
"""The audit entry of a completion that somebody entered for themselves."""


class State(StrEnum):
    """Where a person stands in a course."""

    NEW = "new"
    STARTED = "started"
    SEAT = "seat"
    WAITS = "waits"
    MORE = "more"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A day on which the course was completed, and who confirmed or recorded it (None: the person, or a file).

    `until`: the last day on which everything that it gives counts (None: for good). `revocable`: the person entered it
    today and may still take it back.
    """

    on: date
    until: date | None
    by: Named | None
    revocable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked of somebody: done on which day, since when it waits and for how many days where the site is, and
    whether they may be reminded today.

    For a step that was sent back: `answered_at`, by whom, and what more is asked for.
    """

    done_on: date
    since: datetime
    days: int
    nudged_at: datetime | None
    may_nudge: bool
    answered_at: datetime | None = None
    by: Named | None = None
    more: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A session to come and the seats left in it; `kept` when the person keeps one."""

    session: Meeting
    left: int
    kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """Everything that the page of a step says. `place` counts from 1 on the stored path; None when it is not on it."""

    person_id: int
    course: Course
    version: Published
    on: date
    state: State
    since: date | None
    """The day on which it was started or the seat was kept; None in every other state."""
    seat: Meeting | None
    begun: bool
    """Has the session of the seat begun? Then it cannot be given back any more."""
    asked: Asked | None
    done: tuple[Done, ...]
    opens: tuple[Requirement, ...]
    """What still has to hold before it may be taken; empty when it may."""
    may_mark: bool
    """Can it be marked as done: open, by no attendance list, and a session was held where it has some?"""
    again: bool
    """May a course that was done be taken once more: because it lapses, or the path asks for it?"""
    confirmers: tuple[Named, ...]
    sessions: tuple[Offer, ...]
    place: int | None
    of: int
    step: Mapping[str, Any] | None
    """The step as the stored path has it."""
    next_course: str | None
    """The next other step of the stored path that waits for nobody."""


def view(session: Session, actor: Actor, person_id: int, course: str, *, now: datetime) -> StepView:
    """The step of a person, for themselves and the line above. Raises Denied, NotFound for a course not theirs."""
    lookup.person(session, actor, Permission.PATH_READ, person_id)
    here = stands(session, person_id, course, now=now)
    enrolment = seats.open_one(session, person_id, course, here.done_on)
    meetings = {meeting.id: meeting for meeting in here.course.sessions}
    last = latest(session, person_id, course)
    confirming = _confirming(session, person_id, here, last)
    entries = _entries(session, person_id, course)
    spoke = {number for entry in entries if (number := entry.by) is not None}
    known = names(session, {*confirming, *_answered_by(last), *spoke})
    asked = _asked(session, last, known, now=now)
    steps = _stored(session, person_id)
    place = next((number for number, one in enumerate(steps, 1) if one["course"] == course), None)
    waits = {course, *_waits(session, person_id)}
    state = _state(last if asked else None, enrolment, here)
    seat = meetings.get(enrolment.session) if enrolment and enrolment.session else None
    return StepView(
        person_id=person_id,
        course=here.course,
        version=here.version,
        on=here.on,
        state=state,
        since=enrolment.since if enrolment and state in {State.STARTED, State.SEAT} else None,
        seat=seat,
        begun=seat is not None and seat.starts <= now,
        asked=asked,
        done=tuple(_done(session, entry, known, here, now=now) for entry in entries),
        opens=here.opens(),
        may_mark=_may_mark(here, enrolment),
        again=may_repeat(here, on_path=place is not None),
        confirmers=tuple(known[number] for number in confirming),
        sessions=_offers(session, here, enrolment, now=now),
        place=place,
        of=len(steps),
        step=steps[place - 1] if place else None,
        next_course=next((one["course"] for one in steps[place or 0 :] if one["course"] not in waits), None),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GoneView:
    """A step that waits for somebody's word while its course is in the person's curriculum no more."""

    person_id: int
    course: str
    asked: Asked
    confirmers: tuple[Named, ...]


def gone(session: Session, actor: Actor, person_id: int, course: str, *, now: datetime) -> GoneView:
    """What waits of a course for which there is no view any more. Raises Denied, NotFound when nothing waits."""
    lookup.person(session, actor, Permission.PATH_READ, person_id)
    last = latest(session, person_id, course)
    asked = _asked(session, last, {}, now=now)
    if last is None or asked is None or last.state != "waiting":
        raise NotFound(said("There is no such course in your curriculum."))
    whom = confirmers.of_one(session, last, calendar.today(session, now=now)).people
    known = names(session, whom)
    return GoneView(person_id=person_id, course=course, asked=asked, confirmers=tuple(known[number] for number in whom))


def may_repeat(here: Standing, *, on_path: bool) -> bool:
    """May a course that was done before be done once more? Where what it gives lapses, or the path asks for it."""
    return on_path or any(grant.valid_months for grant in here.course.grants)


def on_path(session: Session, person_id: int, course: str) -> bool:
    """Is the course on the person's stored path?"""
    return any(one["course"] == course for one in _stored(session, person_id))


def _stored(session: Session, person_id: int) -> Sequence[Mapping[str, Any]]:
    document = session.scalar(select(Path.document).where(Path.person_id == person_id))
    steps: Sequence[Mapping[str, Any]] = json.loads(document)["steps"] if document else ()
    return steps


def latest(session: Session, person_id: int, course: str) -> Confirmation | None:
    """The last time somebody was asked to confirm the course."""
    mine = select(Confirmation).where(Confirmation.person_id == person_id, Confirmation.course == course)
    return session.scalars(mine.order_by(Confirmation.id.desc()).limit(1)).first()


def _waits(session: Session, person_id: int) -> Sequence[str]:
    """The courses of the person that wait for somebody's word."""
    mine = select(Confirmation.course).where(Confirmation.person_id == person_id, Confirmation.state == "waiting")
    return session.scalars(mine).all()


def _answered_by(last: Confirmation | None) -> tuple[int, ...]:
    return (last.answered_by,) if last and last.answered_by else ()


def _confirming(session: Session, person_id: int, here: Standing, last: Confirmation | None) -> tuple[int, ...]:
    if last is not None and last.state == "waiting":
        return confirmers.of_one(session, last, here.on).people
    if here.course.completion not in confirmers.BY_SOMEBODY:
        return ()
    return confirmers.of(session, here.course.completion, person_id, here.version.curriculum_id, here.on).people


def _asked(session: Session, last: Confirmation | None, known: Mapping[int, Named], *, now: datetime) -> Asked | None:
    """What waits, or what more is asked for; None once it was confirmed or withdrawn."""
    if last is None or last.state not in {"waiting", "more-asked"}:
        return None
    more = select(PersonalText.text).where(
        PersonalText.about_kind == Confirmation.__tablename__, PersonalText.about_id == last.id
    )
    return Asked(
        done_on=last.done_on,
        since=last.asked_at,
        days=(calendar.today(session, now=now) - last.asked_at.astimezone(calendar.zone(session)).date()).days,
        nudged_at=last.nudged_at,
        may_nudge=may_nudge(session, last, now=now),
        answered_at=last.answered_at,
        by=known.get(last.answered_by) if last.answered_by else None,
        more=session.scalar(more) if last.state == "more-asked" else None,
    )


def may_nudge(session: Session, waiting: Confirmation, *, now: datetime) -> bool:
    """Was who confirms not written to today?"""
    zone = calendar.zone(session)
    return (waiting.nudged_at or waiting.asked_at).astimezone(zone).date() < now.astimezone(zone).date()


def _may_mark(here: Standing, enrolment: Enrolment | None) -> bool:
    held_from = here.held_from(enrolment.session if enrolment else None)
    by_list = here.course.completion is CompletedBy.ATTENDANCE
    return not by_list and not here.opens() and (held_from is None or held_from <= here.on)


def _state(last: Confirmation | None, enrolment: Enrolment | None, here: Standing) -> State:
    if last is not None and last.state == "waiting":
        return State.WAITS
    done = here.done_on
    if last is not None and not any(day >= last.done_on for day in done):
        return State.MORE
    if enrolment is not None and not enrolment.session:
        return State.STARTED
    if enrolment is not None and here.course.sessions:  # without any the seat has gone with them
        return State.SEAT
    return State.DONE if done else State.NEW


@dataclass(frozen=True, slots=True)
class _Entry:
    """A completion that counts, its audit row, and who gave their word for it or recorded it."""

    row: Completion
    audit: Audit
    by: int | None


def _entries(session: Session, person_id: int, course: str) -> Sequence[_Entry]:
    mine = in_force(Completion).where(Completion.person_id == person_id, Completion.course == course)
    found = session.execute(
        mine.join(Audit, Audit.id == Completion.audit_id)
        .outerjoin(Confirmation, Confirmation.completion_id == Completion.id)
        .add_columns(Audit, Confirmation.answered_by)
        .order_by(Completion.completed_on.desc(), Completion.id.desc())
    )
    return [
        _Entry(row, audit, by or (audit.actor_id if audit.actor_id != person_id else None)) for row, audit, by in found
    ]


def _done(session: Session, entry: _Entry, known: Mapping[int, Named], here: Standing, *, now: datetime) -> Done:
    own = here.course.completion is CompletedBy.SELF and is_own_of_today(session, entry.row, entry.audit, now=now)
    on, months = entry.row.completed_on, [grant.valid_months for grant in here.course.grants if grant.valid_months]
    until = last_valid_day(on, min(months)) if months else None
    return Done(on=on, until=until, by=known.get(entry.by) if entry.by else None, revocable=own)


def is_own_of_today(session: Session, row: Completion, audit: Audit, *, now: datetime) -> bool:
    """Did the person enter this completion themselves, and today?"""
    zone = calendar.zone(session)
    return (
        audit.action == DONE_BY_ONESELF
        and audit.actor_id == row.person_id
        and audit.at.astimezone(zone).date() == now.astimezone(zone).date()
    )


def _offers(session: Session, here: Standing, enrolment: Enrolment | None, *, now: datetime) -> tuple[Offer, ...]:
    ahead = sorted((one for one in here.course.sessions if one.starts > now), key=lambda one: (one.starts, one.id))
    taken = seats.taken(session, [here.course.id]) if ahead else {}
    kept = enrolment.session if enrolment else None
    return tuple(
        Offer(session=one, left=max(0, one.seats - taken.get((here.course.id, one.id), 0)), kept=one.id == kept)
        for one in ahead
    )
