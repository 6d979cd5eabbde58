"""Closing a cycle: what would be written, and writing it, once.

Of each capacity one result about each competency of a person: the own view, the manager's, and of at least three
colleagues the lower median. What the curriculum lets the source rate becomes an entry of the ledger, shown on the day on
which it was said; the audit has one row for all of it. What was not handed in by then is dropped unread.
That it happens once is held by the lock, by the state, and by the unique results.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median_low

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.errors import Conflict, said
from lms.services import calendar, curricula
from lms.services.access import Actor, Permission
from lms.services.cycles import finding, settling
from lms.services.cycles.rating import forget
from lms.services.evidence import ratings, texts
from lms.services.evidence.ratings import Rating
from lms.services.running import outbox
from lms.storage.cycles import FEWEST_PEERS, Cycle, CycleResult, Sheet, SheetRating
from lms.storage.people import Person, PersonalText


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A level that was handed in: on which sheet, about which competency, and on which day."""

    sheet: Sheet
    rating: SheetRating
    level: int
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a capacity says about a competency of a person; `counts`: the curriculum lets this source rate it."""

    person_id: int
    version_id: int
    competency: str
    capacity: str
    level: int
    said: tuple[Said, ...]
    counts: bool

    @property
    def rater_id(self) -> int | None:
        """Who said it; None for colleagues, who are not named."""
        return None if self.capacity == "peer" else self.said[-1].sheet.rater_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What closing now would write, and what it would leave."""

    cycle: Cycle
    results: tuple[Result, ...]
    waiting: int
    """How many sheets are not handed in, and would be dropped."""
    too_few: int
    """How many competencies fewer than three colleagues said something about."""


def preview(session: Session, actor: Actor, cycle_id: int) -> Preview:
    """What closing would write; nothing is. Raises NotFound, Denied, Conflict, NotPermitted for one's own round."""
    cycle = finding.readable(session, actor, cycle_id)
    if finding.is_own(actor, cycle):
        finding.locked(session, actor, cycle_id, Permission.CYCLE_CLOSE, "open")
    finding.require_state(cycle, "open")
    return _preview(session, cycle, _sheets(session, cycle))


def close(session: Session, actor: Actor, cycle_id: int, *, now: datetime) -> Cycle:
    """Freeze the results into the ledger, for good. Raises NotFound, Denied, NotPermitted for one's own round; Conflict
    when it is closed, and while one's own ratings by others are awaited and their day is not over.
    """
    _lock_people(session, cycle_id)
    cycle = finding.locked(session, actor, cycle_id, Permission.CYCLE_CLOSE, "open")
    settling.settle(session, now=now, cycle_id=cycle_id)
    sheets = _sheets(session, cycle)
    waiting = [sheet for sheet in sheets if sheet.state == "waiting"]
    today = calendar.today(session, now=now)
    if cycle.due >= today and any(sheet.person_id == actor.person_id for sheet in waiting):
        raise Conflict(said("You are rated in this cycle yourself. Until its day is over, wait for what others say."))
    found = _preview(session, cycle, sheets)
    forget(session, [sheet.id for sheet in waiting])
    for sheet in waiting:
        sheet.state, sheet.why_dropped = "dropped", "closed"
    cycle.state, cycle.closed_at, cycle.closed_by = "closed", now, actor.person_id
    _write(session, actor, cycle, found.results, dropped=len(waiting), now=now)
    for person in sorted({one.person_id for one in found.results}):
        outbox.send(session, "ratings-closed", person, now=now, actor=actor, cycle=cycle.id)
    return cycle


def _lock_people(session: Session, cycle_id: int) -> None:
    """Lock whom it is about, before the cycle: whoever decides something about them waits, or comes first."""
    people = select(Sheet.person_id).where(Sheet.cycle_id == cycle_id)
    these = select(Person.id).where(Person.id.in_(people)).order_by(Person.id)
    session.execute(these.with_for_update(key_share=True)).all()


def _sheets(session: Session, cycle: Cycle) -> Sequence[Sheet]:
    asked = select(Sheet).where(Sheet.cycle_id == cycle.id).order_by(Sheet.id)
    return session.scalars(asked.execution_options(populate_existing=True)).all()


def _preview(session: Session, cycle: Cycle, sheets: Sequence[Sheet]) -> Preview:
    people = {sheet.person_id for sheet in sheets}
    active = set(session.scalars(select(Person.id).where(Person.id.in_(people), Person.state == "active")))
    by = _said(session, [sheet for sheet in sheets if sheet.state == "submitted" and sheet.person_id in active])
    few = [key for key, some in by.items() if key[2] == "peer" and len(some) < FEWEST_PEERS]
    results = tuple(_result(session, *key, some) for key, some in sorted(by.items()) if key not in few)
    waiting = sum(sheet.state == "waiting" for sheet in sheets)
    return Preview(cycle=cycle, results=results, waiting=waiting, too_few=len(few))


def _said(session: Session, sheets: Sequence[Sheet]) -> dict[tuple[int, str, str], tuple[Said, ...]]:
    """The levels handed in, by person, competency and capacity, in the order in which they were."""
    zone = calendar.zone(session)
    by_sheet = {sheet.id: sheet for sheet in sheets}
    found: dict[tuple[int, str, str], list[Said]] = defaultdict(list)
    rows = select(SheetRating).where(SheetRating.sheet_id.in_(by_sheet), SheetRating.level.is_not(None))
    for row in session.scalars(rows.order_by(SheetRating.id)):
        sheet = by_sheet[row.sheet_id]
        if row.level is not None and sheet.answered_at is not None:
            told = Said(sheet=sheet, rating=row, level=row.level, on=sheet.answered_at.astimezone(zone).date())
            found[row.person_id, row.competency, sheet.capacity].append(told)
    return {key: tuple(sorted(some, key=lambda one: (one.on, one.sheet.id))) for key, some in found.items()}


def _result(session: Session, person_id: int, competency: str, capacity: str, some: tuple[Said, ...]) -> Result:
    version_id = some[-1].sheet.version_id
    curriculum = curricula.version(session, version_id).curriculum
    return Result(
        person_id=person_id,
        version_id=version_id,
        competency=competency,
        capacity=capacity,
        level=median_low([one.level for one in some]) if capacity == "peer" else some[-1].level,
        said=some if capacity == "peer" else some[-1:],
        counts=capacity in curriculum.competency_by_id[competency].raters,
    )


def _write(
    session: Session, actor: Actor, cycle: Cycle, results: Sequence[Result], *, dropped: int, now: datetime
) -> None:
    counting = [one for one in results if one.counts]
    named = [one.said[-1].rating.id for one in counting if one.capacity != "peer"]
    words = texts.read(session, SheetRating, named)
    entries = [_entry(session, one, words) for one in counting]
    subject = (finding.SUBJECT, cycle.id)
    rows = ratings.rate(
        session, actor, entries, action="cycle.closed", subject=subject, now=now, results=len(results), dropped=dropped
    )
    about = PersonalText.about_kind == SheetRating.__tablename__
    session.execute(delete(PersonalText).where(about, PersonalText.about_id.in_(named)))  # the ledger has them now
    numbers = dict(zip(map(id, counting), rows, strict=True))
    session.add_all(_frozen(cycle, results, {key: row.id for key, row in numbers.items()}))
    session.flush()  # a second closing, however it came about, is found out here


def _entry(session: Session, one: Result, words: dict[int, str]) -> Rating:
    curriculum = curricula.version(session, one.version_id).curriculum
    shown_on = one.said[-1].on
    return Rating(
        person_id=one.person_id,
        competency=one.competency,
        level=one.level,
        source=one.capacity,
        rater_id=one.rater_id,
        shown_on=shown_on,
        until=ratings.lasts(curriculum, one.competency, one.level, shown_on),
        text="" if one.capacity == "peer" else words.get(one.said[-1].rating.id, ""),
    )


def _frozen(cycle: Cycle, results: Sequence[Result], entries: dict[int, int]) -> Iterator[CycleResult]:
    for one in results:
        yield CycleResult(
            cycle_id=cycle.id,
            person_id=one.person_id,
            version_id=one.version_id,
            competency=one.competency,
            capacity=one.capacity,
            level=one.level,
            raters=len(one.said),
            rater_id=one.rater_id,
            evidence_id=entries.get(id(one)),
        )
