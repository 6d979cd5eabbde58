"""Who stays on an older version of a curriculum, and until when: an entry of the ledger for each, and its end.

A person with such an entry plans over that version, and everything about their path and role speaks of it
(`services.curricula.counting`). Evidence and completions count in every version, so nobody loses what they earned.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import Conflict, said
from lms.services import calendar, curricula, ledger, paths
from lms.services.access import About, Actor, Permission, require
from lms.services.curricula import Published
from lms.services.organisation import lookup
from lms.services.replanning import input_changed
from lms.storage.people import Person
from lms.storage.record import VersionPin
from lms.storage.snapshot import Pin, load_people, people_in, pins_of

BATCH = 500


def staying(session: Session, before: Published, until: date, *, now: datetime) -> list[VersionPin]:
    """Entries by which everybody for whom this version counts now stays on it through a day; not yet written.

    Whoever stays on an older one already goes on doing so.
    """
    return [
        VersionPin(person_id=person, curriculum_id=before.curriculum_id, version_id=before.version_id, until=until)
        for person in there(session, people_in(session, before.curriculum_id), before, now=now)
    ]


def there(session: Session, people: Collection[int], version: Published, *, now: datetime) -> Iterator[int]:
    """Those of these people for whom this version counts now."""
    on, offered, numbers = calendar.today(session, now=now), curricula.published(session), list(people)
    for start in range(0, len(numbers), BATCH):
        for number, one in load_people(session, numbers[start : start + BATCH], on).items():
            counts = curricula.counting(session, one, offered)
            if counts is not None and counts.version_id == version.version_id:
                yield number


def pin_of(session: Session, person_id: int, curriculum_id: int, *, now: datetime) -> Pin | None:
    """The older version on which a person stays; None when the published one counts."""
    found = pins_of(session, [person_id], calendar.today(session, now=now)).get(person_id, ())
    return next((pin for pin in found if pin.curriculum_id == curriculum_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Staying:
    """An older version on which somebody stays, the curriculum's title, and the number of the version published."""

    pin: Pin
    title: str
    newest: int


def stays(session: Session, actor: Actor, person_id: int, *, now: datetime) -> tuple[Staying, ...]:
    """The older versions on which a person stays, where there is no path to say so. Raises Denied."""
    team = session.scalar(select(Person.team_id).where(Person.id == person_id))
    require(actor, Permission.PATH_READ, About(person_id=person_id, team_id=team))
    found = pins_of(session, [person_id], calendar.today(session, now=now)).get(person_id, ())
    titles = {one.curriculum_id: one for one in curricula.published(session)} if found else {}
    return tuple(
        Staying(pin=pin, title=newest.curriculum.title, newest=newest.number)
        for pin in found
        if (newest := titles.get(pin.curriculum_id)) and newest.version_id != pin.version_id
    )


def move_on(session: Session, actor: Actor, curriculum_id: int, *, now: datetime) -> None:
    """Stay no longer on an older version: the entry is taken back, and the path is planned over the published one.

    Raises Denied; Conflict when the published version counts already.
    """
    me = lookup.active(session, actor, Permission.PLAN_OWN, actor.person_id or 0)
    pin = pin_of(session, me.id, curriculum_id, now=now)
    if pin is None:
        raise Conflict(said("The newest version counts for you already. Nothing was changed."))
    back = ledger.withdrawal(session.get_one(VersionPin, pin.entry_id))
    subject = ("person", me.id)
    ledger.note(
        session, actor, "version.left", now=now, subject=subject, rows=[back], curriculum=curriculum_id, was=pin.number
    )
    input_changed(session, [me.id], now=now, actor=actor)
    paths.replan_now(session, [me.id], now=now)
