"""Who has to be told that something they hold lapses soon. Each lapse is told once; the mail is sent by a job.

A lapse is a day after which the policy gives a lower level than on the day itself, as the ledger stands now: evidence
that another entry outlives is none. *Instead of:* one mail a day until it is renewed, which people learn to delete.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lms.engine.days import DAY
from lms.engine.profile import record_on
from lms.services import calendar, curricula
from lms.services.curricula import Published
from lms.services.learning import notices
from lms.services.running import outbox
from lms.storage.bulk import insert_into
from lms.storage.jobs import Reminder
from lms.storage.paths import Planning
from lms.storage.people import Person
from lms.storage.site import Site
from lms.storage.snapshot import Snapshot, load_people

BATCH = 100
DEFAULT_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapse:
    """A person holds a level of a competency through its last day, and a lower one after it."""

    person_id: int
    version_id: int
    """The version of the curriculum whose competency it is."""
    competency: str
    level: int
    last: date


def due(session: Session, *, now: datetime, beat: Callable[[int], None]) -> Sequence[Lapse]:
    """What lapses within the site's days of warning and has not been told, in the order of people and days."""
    on = calendar.today(session, now=now)
    days = session.scalar(select(Site.warn_days))
    until = on + timedelta(days=DEFAULT_DAYS if days is None else days)
    offered = curricula.published(session)
    people = _perhaps(session, until)
    told = {
        (one.person_id, one.competency, one.last)
        for one in session.scalars(select(Reminder).where(Reminder.last >= on, Reminder.last <= until))
    }
    found: list[Lapse] = []
    for start in range(0, len(people), BATCH):
        for number, one in _readable(session, people[start : start + BATCH], on):
            found += _lapses(session, number, one, offered, on, until)
        beat(0)
    return [one for one in found if (one.person_id, one.competency, one.last) not in told]


def ask(session: Session, lapses: Iterable[Lapse], *, now: datetime) -> int:
    """Note what is told, and ask for one mail for each person who is told something; says how many.

    Who wants no such mails is not told, and nothing is noted: should they want them again, they are told then.
    """
    insert = insert_into(session, Reminder)
    mails = 0
    lapses = list(lapses)
    muted = notices.muting(session, "lapses", {one.person_id for one in lapses})
    lapses = [one for one in lapses if one.person_id not in muted]
    for person, theirs in groupby(lapses, lambda lapse: lapse.person_id):
        new: list[Lapse] = []
        for one in theirs:
            row = {"person_id": person, "competency": one.competency, "last": one.last}
            noted = insert.values(**row, level=one.level, told_at=now).on_conflict_do_nothing()
            if session.scalar(noted.returning(Reminder.level)) is not None:
                new.append(one)
        if new:
            said = [[one.competency, one.level, one.last.isoformat()] for one in new]
            outbox.send(session, "lapse-reminder", person, now=now, version=new[0].version_id, lapses=said)
            mails += 1
    return mails


def _perhaps(session: Session, until: date) -> Sequence[int]:
    """The active people of whom something may lapse by then: who has a path says when to look at it again."""
    soon = Planning.look_again_on <= until + DAY
    unsaid = or_(Planning.person_id.is_(None), Planning.why_none.is_not(None), Planning.planned < Planning.wanted)
    asked = select(Person.id).outerjoin(Planning, Planning.person_id == Person.id)
    return session.scalars(asked.where(Person.state == "active", or_(soon, unsaid)).order_by(Person.id)).all()


def _readable(session: Session, people: Sequence[int], on: date) -> Iterator[tuple[int, Snapshot]]:
    """Snapshots of these people; whose rows cannot be read is left out, so that nobody else goes without a reminder.

    Their own planning fails too, and that shows among the jobs.
    """
    try:
        yield from load_people(session, people, on).items()
    except (TypeError, ValueError, LookupError):
        if len(people) > 1:
            for person in people:
                yield from _readable(session, [person], on)


def _lapses(
    session: Session, number: int, one: Snapshot, offered: Sequence[Published], on: date, until: date
) -> Iterator[Lapse]:
    version = curricula.counting(session, one, offered)
    if version is None:
        return
    record = record_on(version.curriculum, one.person, on)
    lasts = {(name, entry.last) for name, entries in record.entries.items() for entry in entries}
    lasts |= {(name, last) for name, levels in record.exempt_levels.items() for _, last in levels}
    for competency, last in sorted(lasts, key=lambda lapse: (lapse[1], lapse[0])):
        if on <= last <= until:
            level = record.level(competency, last)
            if level > record.level(competency, last + DAY):
                yield Lapse(
                    person_id=number, version_id=version.version_id, competency=competency, level=level, last=last
                )
