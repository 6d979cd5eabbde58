"""A person's record as a page shows it: their path, what happened, notes, the agreed plan, what to talk about, who looked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from lms.engine.judging.talking_points import Known, Point, talking_points
from lms.engine.profile import record_on
from lms.errors import NotFound, said
from lms.services import access
from lms.services.access import About, Actor, Permission
from lms.services.learning.levels import Whose, as_they_are, lapsing
from lms.services.learning.my_path import MyPath, my_path
from lms.services.organisation import lookup, people_shown
from lms.services.organisation.people_shown import Named
from lms.services.records import notes, opened
from lms.services.records.notes import Note
from lms.services.records.opened import Opening
from lms.services.records.plan_shown import ShownPlan, plans_of
from lms.services.records.timeline import Event, events

LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Everything of one person that they and the line above them share.

    `shown` is the path, None for who may not read it; `points` are for whoever leads them, and none on one's own page.
    """

    who: Named
    own: bool
    whose: Whose
    shown: MyPath | None
    events: tuple[Event, ...]
    notes: tuple[Note, ...]
    plan: ShownPlan | None
    ended: tuple[ShownPlan, ...]
    opened: tuple[Opening, ...]
    points: tuple[Point, ...]


def record(session: Session, actor: Actor, person_id: int, *, now: datetime) -> Record:
    """The record of a person, for themselves and the line above. Raises Denied; NotFound for who is not active."""
    person = lookup.person(session, actor, Permission.RECORD_READ, person_id)
    whose = as_they_are(session, person_id, now=now)
    if whose is None:
        raise NotFound(said("This person is not active any more."))
    about = About(person_id=person_id, team_id=person.team_id)
    shown = my_path(session, actor, person_id) if access.can(actor, Permission.PATH_READ, about) else None
    own = person_id == actor.person_id
    found = events(session, person_id)
    plans = plans_of(session, person_id)
    live = next((one for one in plans if one.row.state != "ended"), None)
    return Record(
        who=people_shown.names(session, [person_id])[person_id],
        own=own,
        whose=whose,
        shown=shown,
        events=found,
        notes=notes.of(session, actor, person_id),
        plan=live,
        ended=tuple(one for one in plans if one.row.state == "ended"),
        opened=opened.openings(session, person_id, now=now),
        points=() if own else talking_points(_known(whose, shown, live, found), whose.on),
    )


def _known(whose: Whose, shown: MyPath | None, plan: ShownPlan | None, found: Sequence[Event]) -> Known:
    asked = shown.asked.values() if shown else ()
    shown_or_done = [one.day for one in found if one.kind in {"evidence", "completion"} and one.day <= whose.on]
    agreed = plan if plan and plan.row.state == "agreed" else None
    return Known(
        begun=[(course, one.since) for course, one in (shown.begun.items() if shown else ()) if one.state == "started"],
        waiting=[(one.course, one.asked_at.date()) for one in asked if one.state == "waiting"],
        sent_back=[
            (one.course, one.answered_at.date()) for one in asked if one.state == "more-asked" and one.answered_at
        ],
        lapses=list(_lapses(whose)),
        raised=list(_raised(whose)),
        actions=[(text, one.due) for one, text in agreed.actions if one.done_on is None] if agreed else (),
        reviews=[one.due for one, _, _ in agreed.reviews if one.held_on is None] if agreed else (),
        last=max(shown_or_done, default=None),
    )


def _lapses(whose: Whose) -> Iterator[tuple[str, int, date]]:
    """Every level held that falls by time alone."""
    if whose.version is None:
        return
    curriculum = whose.version.curriculum
    yield from lapsing(whose, curriculum, [one.id for one in curriculum.competencies])


def _raised(whose: Whose) -> Iterator[tuple[str, int, date]]:
    """The competencies whose level has gone up lately, with the day looked back to."""
    if whose.version is None:
        return
    then = whose.on - LATELY
    now_ = record_on(whose.version.curriculum, whose.snapshot.person, whose.on)
    before = record_on(whose.version.curriculum, whose.snapshot.person, then)
    for name in now_.entries:
        level = now_.level(name, whose.on)
        if level > before.level(name, then):
            yield name, level, then
