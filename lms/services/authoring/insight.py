"""Insight: what a curriculum's stored paths and the ledger say about its courses, in numbers of people and no names.

Everybody's path is read once, as it is stored; nobody is planned anew but a bounded sample, whose questions tell why
nobody's path takes a course. The answers are about the published version; paths over an earlier one, which people are
pinned to or have not been planned from yet, count as the people they are, for the courses that it still has.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from lms.engine.competency import Attainment
from lms.engine.insight.bottlenecks import Bottleneck, bottlenecks, on_paths
from lms.engine.insight.providers import Thin, thin_competencies
from lms.engine.insight.seats import SeatDemand, seat_demand
from lms.engine.insight.stalls import Asked, Stall, Standing, Wait, stalls, standing, waits
from lms.engine.insight.unchosen import Unchosen
from lms.engine.insight.ways import Vague, Way, WayStep, part_of
from lms.engine.mending.rings import whole
from lms.engine.small_numbers import told_of
from lms.services import calendar, curricula
from lms.services.access import About, Actor, Permission, require
from lms.services.authoring.insight_unchosen import StoredPath, unchosen
from lms.services.curricula import Published
from lms.storage.curricula import Curriculum, CurriculumVersion
from lms.storage.paths import Path
from lms.storage.people import Person
from lms.storage.record import Completion, Enrolment, Entry, RoleAssignment
from lms.storage.snapshot import in_force
from lms.storage.steps import Confirmation

LOOKED_BACK = timedelta(days=365)
"""How old a confirmation may be to say how long people wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Insight:
    """What is known about the courses of a published version. Numbers of one to four people are None.

    `people` are on the way over the curriculum, of whom `older` follow an earlier version.
    """

    published: Published
    on: date
    people: int | None
    older: int | Vague | None
    stalls: tuple[Stall, ...]
    waits: tuple[Wait, ...]
    unchosen: tuple[Unchosen, ...]
    thin: tuple[Thin, ...]
    seats: tuple[SeatDemand, ...]
    bottlenecks: tuple[Bottleneck, ...]


def insight(session: Session, actor: Actor, curriculum_id: int, *, now: datetime) -> Insight | None:
    """What paths and ledger say about a curriculum; None while nothing of it is published. Raises Denied, NotFound."""
    require(actor, Permission.INSIGHT_READ, About(curriculum_id=curriculum_id))
    found = curricula.readable(session, actor, curriculum_id)
    if found.published_id is None:
        return None
    published, on = curricula.version(session, found.published_id), calendar.today(session, now=now)
    stored = _stored(session, found)
    ways = {path.person_id: _way(path.document) for path in stored}
    confirmations = _confirmations(session, curriculum_id, now)
    compiled, people = whole(published.curriculum), on_paths(ways.values())
    known = published.curriculum.course_by_id
    return Insight(
        published=published,
        on=on,
        people=told_of(len(stored)),
        older=part_of(sum(path.version_id != published.version_id for path in stored), len(stored)),
        stalls=stalls(one for one in _standing(session, curriculum_id, ways, confirmations, on) if one.course in known),
        waits=waits(asked for asked in confirmations if asked.course in known),
        unchosen=unchosen(session, published, compiled, stored, people.keys(), now=now, on=on),
        thin=thin_competencies(published.curriculum, ways.values()),
        seats=seat_demand(published.curriculum, ways.values(), now, on),
        bottlenecks=bottlenecks(compiled, people),
    )


def _stored(session: Session, curriculum: Curriculum) -> Sequence[StoredPath]:
    columns = (Path.person_id, Path.version_id, Path.hours_left, Path.document)
    rows = _of_it(curriculum.id).with_only_columns(*columns).order_by(Path.person_id)
    return [
        StoredPath(person_id=number, version_id=version, hours_left=hours, document=json.loads(document))
        for number, version, hours, document in session.execute(rows)
    ]


def _of_it(curriculum_id: int) -> Select[Any]:
    """The paths of active people over any version of the curriculum."""
    return (
        select(Path.person_id)
        .join(CurriculumVersion, CurriculumVersion.id == Path.version_id)
        .join(Person, Person.id == Path.person_id)
        .where(CurriculumVersion.curriculum_id == curriculum_id, Person.state == "active")
    )


def _way(document: Mapping[str, Any]) -> Way:
    return Way(
        on=date.fromisoformat(document["on"]),
        steps=tuple(
            WayStep(
                course=step["course"],
                starts=_day(step["starts"]),
                ends=_day(step["ends"]),
                session=step["session"],
                renews=step["renews"],
                after=tuple(step["after"]),
            )
            for step in document["steps"]
        ),
        lacking=tuple(
            Attainment(gap["competency"], level)
            for gap in document["gaps"]
            if "competency" in gap
            for level in range(gap["held"] + 1, gap["required"] + 1)
        ),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _confirmations(session: Session, curriculum_id: int, now: datetime) -> list[Asked]:
    """What people asked to be confirmed in the last year, and what still waits; withdrawn ones say nothing."""
    columns = (Confirmation.person_id, Confirmation.course, Confirmation.asked_at, Confirmation.answered_at)
    waits_still = Confirmation.state == "waiting"
    rows = (
        select(*columns)
        .join(Person, Person.id == Confirmation.person_id)
        .where(Confirmation.curriculum_id == curriculum_id, Confirmation.state != "withdrawn")
        .where(
            or_(waits_still & (Person.state == "active"), ~waits_still & (Confirmation.asked_at > now - LOOKED_BACK))
        )
        .order_by(Confirmation.id)
    )
    return [
        Asked(person, course, ((answered_at or now) - asked_at).days, waits=answered_at is None)
        for person, course, asked_at, answered_at in session.execute(rows)
    ]


def _standing(
    session: Session, curriculum_id: int, ways: Mapping[int, Way], confirmations: Sequence[Asked], on: date
) -> Iterator[Standing]:
    begun, last_did = _begun(session, curriculum_id), _last_did(session, curriculum_id, on)
    waiting: dict[int, set[str]] = {}
    for asked in confirmations:
        if asked.waits:
            waiting.setdefault(asked.person, set()).add(asked.course)
    for number, way in ways.items():
        yield from standing(way, begun.get(number, {}), waiting.get(number, set()), last_did.get(number), on)


def _begun(session: Session, curriculum_id: int) -> Mapping[int, Mapping[str, date]]:
    """Since when people have been at a course that they have not completed since, by person and course."""
    done = in_force(Completion).where(
        Completion.person_id == Enrolment.person_id,
        Completion.course == Enrolment.course,
        Completion.completed_on >= Enrolment.since,
    )
    rows = (
        _about(Enrolment, curriculum_id)
        .where(Enrolment.state == "started", ~done.exists())
        .with_only_columns(Enrolment.person_id, Enrolment.course, Enrolment.since)
        .order_by(Enrolment.id)
    )
    found: dict[int, dict[str, date]] = {}
    for number, course, since in session.execute(rows):
        found.setdefault(number, {})[course] = since
    return found


def _last_did(session: Session, curriculum_id: int, on: date) -> Mapping[int, date]:
    """When each person last completed a course or came into a role, up to the day `on`."""
    found: dict[int, date] = {}
    for table, day in ((Completion, Completion.completed_on), (RoleAssignment, RoleAssignment.starts)):
        rows = _about(table, curriculum_id).where(day <= on).with_only_columns(table.person_id, func.max(day))
        for number, last in session.execute(rows.group_by(table.person_id)):
            found[number] = max(last, found.get(number, last))
    return found


def _about(table: type[Entry], curriculum_id: int) -> Select[Any]:
    """The entries that count of those who are on the way over the curriculum."""
    entries = in_force(table)  # type: ignore[arg-type]  # a class can be hashed; mypy looks at its instances
    return entries.where(table.person_id.in_(_of_it(curriculum_id)))
