"""What waits for somebody's word, of every kind in one list, the oldest first; and how much it is.

Each kind is asked for by a function of its own, and whoever brings another kind adds it to `gather` and `count`. A door
knows the address of a kind. *Instead of:* a list for each kind, of which people look at the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from lms.errors import Said, said
from lms.services.access import Actor
from lms.services.cycles import inbox as cycles
from lms.services.evidence import reading
from lms.services.hiring import inbox as hiring
from lms.services.learning import confirmations
from lms.services.organisation.people_shown import Named
from lms.services.promotions import inbox as promotions
from lms.services.records import plan_shown

PAGE = 50
"""How many items are shown at first, and how many more each time."""


class Kind(StrEnum):
    """What waits: each has a page of its own, or a card in the list."""

    STEP = "step"
    EVIDENCE = "evidence"
    INTERVIEW = "interview"
    CANDIDATE = "candidate"
    PROMOTION = "promotion"
    RATINGS = "ratings"
    CYCLE = "cycle"
    PLAN = "plan"
    """A development plan to be signed or reviewed; its number is that of the person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something that waits for an actor: of whom, what it is about, what is asked, and since when."""

    kind: Kind
    id: int
    who: Named
    title: str | Said
    asked: Said
    since: datetime
    due: date | None = None
    """The day by which it is wanted; None where none was said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The oldest items, the oldest first, how many there are in all, and the inbox of steps, whose cards hold more."""

    items: tuple[Item, ...]
    total: int
    steps: confirmations.Inbox


def gather(session: Session, actor: Actor, *, now: datetime, most: int = PAGE) -> Waiting:
    """The oldest so many of what waits for this actor, in a fixed number of queries for each kind."""
    steps = confirmations.waiting(session, actor, now=now, most=most)
    evidence = list(_evidence(session, actor, now, most))
    more = [*_promotions(session, actor), *_hiring(session, actor), *_cycles(session, actor, now)]
    more += _plans(session, actor, now)
    pieces = len(evidence) if len(evidence) < most else reading.count(session, actor, now=now)
    found = sorted([*_steps(steps), *evidence, *more], key=lambda one: (one.since, one.kind, one.id))
    return Waiting(items=tuple(found[:most]), total=steps.total + pieces + len(more), steps=steps)


def count(session: Session, actor: Actor, *, now: datetime) -> int:
    """How much waits for this actor, in a fixed number of queries for each kind."""
    cases = len(promotions.waiting_of(session, actor))
    return (
        confirmations.count(session, actor, now=now)
        + reading.count(session, actor, now=now)
        + cases
        + hiring.count(session, actor)
        + cycles.count(session, actor, now=now)
        + len(plan_shown.waiting_of(session, actor, now=now))
    )


def _steps(inbox: confirmations.Inbox) -> Iterator[Item]:
    for one in inbox.waiting:
        course = one.version.curriculum.course_by_id.get(one.course) if one.version else None
        yield Item(
            kind=Kind.STEP,
            id=one.id,
            who=one.who,
            title=course.title if course else one.course,
            asked=said("has completed a course"),
            since=one.row.asked_at,
        )


def _evidence(session: Session, actor: Actor, now: datetime, most: int) -> Iterator[Item]:
    for card in reading.waiting(session, actor, now=now, most=most):
        yield Item(
            kind=Kind.EVIDENCE,
            id=card.row.id,
            who=card.who,
            title=card.competency.title if card.competency else card.row.competency,
            asked=said("shows it at level %(level)s", level=card.row.level),
            since=card.row.since,
        )


ASKED_OF_A_CASE = {
    "review": said("waits to be reviewed"),
    "decision": said("waits to be decided"),
    "appeal": said("the decision was appealed"),
    "mark": said("an entry of the case was marked as wrong"),
}


def _promotions(session: Session, actor: Actor) -> Iterator[Item]:
    for one in promotions.waiting_of(session, actor):
        yield Item(
            kind=Kind.PROMOTION,
            id=one.case.id,
            who=one.who,
            title=said("Promotion"),
            asked=ASKED_OF_A_CASE[one.what],
            since=one.since,
        )


ASKED_OF_HIRING = {
    "interview": said("waits to be interviewed"),
    "correction": said("asks for something to be put right"),
    "accommodation": said("asks for something to be made possible"),
}


def _hiring(session: Session, actor: Actor) -> Iterator[Item]:
    for one in hiring.waiting_of(session, actor):
        yield Item(
            kind=Kind.INTERVIEW if one.what == "interview" else Kind.CANDIDATE,
            id=one.id,
            who=one.who,
            title=one.role,
            asked=ASKED_OF_HIRING[one.what],
            since=one.since,
            due=one.due,
        )


def _cycles(session: Session, actor: Actor, now: datetime) -> Iterator[Item]:
    for one in cycles.sheets_of(session, actor):
        yield Item(
            kind=Kind.RATINGS,
            id=one.row.id,
            who=one.who,
            title=one.title or said("Round"),
            asked=said("your ratings are asked for"),
            since=one.row.asked_at,
            due=one.due,
        )
    for ready in cycles.to_close(session, actor, now=now):
        yield Item(
            kind=Kind.CYCLE,
            id=ready.row.id,
            who=ready.who,
            title=ready.row.title or said("Round"),
            asked=said("can be closed"),
            since=ready.since,
            due=ready.row.due,
        )


ASKED_OF_A_PLAN = {"sign": said("waits to be signed"), "review": said("is to be reviewed")}


def _plans(session: Session, actor: Actor, now: datetime) -> Iterator[Item]:
    for one in plan_shown.waiting_of(session, actor, now=now):
        yield Item(
            kind=Kind.PLAN,
            id=one.plan.person_id,
            who=one.who,
            title=said("Development plan"),
            asked=ASKED_OF_A_PLAN[one.what],
            since=one.since,
            due=one.due,
        )
