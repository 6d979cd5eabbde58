"""What closed cycles say of a person, by competency and capacity, as the person and the line above read it alike.

Of colleagues there is the lower median and their words, without names, where at least three said something.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.engine.competency import Competency
from lms.services import curricula
from lms.services.access import About, Actor, Permission, require
from lms.services.evidence import texts
from lms.services.organisation import lookup
from lms.services.organisation.people_shown import Named, names
from lms.storage.cycles import CAPACITIES, Cycle, CycleResult, Sheet, SheetRating
from lms.storage.record import Evidence

Place = tuple[int, str, str]
"""The cycle, the competency and the capacity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one capacity said: the level with its title, of how many, by whom where that is told, and in which words."""

    row: CycleResult
    title: str
    by: Named | None
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """A competency and what was said about it, the manager first."""

    competency: Competency
    told: tuple[Told, ...]

    @property
    def by(self) -> dict[str, Told]:
        """What each capacity said."""
        return {one.row.capacity: one for one in self.told}


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A closed cycle and what it says of the person."""

    cycle: Cycle
    closed_at: datetime
    competencies: tuple[Rated, ...]

    @property
    def capacities(self) -> frozenset[str]:
        """Which capacities said anything."""
        return frozenset(one for rated in self.competencies for one in rated.by)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedOfMe:
    """A sheet that somebody is asked to fill, or has handed in while its cycle is open."""

    row: Sheet
    cycle: Cycle
    who: Named


def of(session: Session, actor: Actor, person_id: int) -> tuple[Closed, ...]:
    """What closed cycles say of a person, the latest first. Raises NotFound, Denied."""
    lookup.person(session, actor, Permission.RESULTS_READ, person_id)
    asked = select(CycleResult, Cycle).join(Cycle, Cycle.id == CycleResult.cycle_id)
    rows = session.execute(
        asked.where(CycleResult.person_id == person_id).order_by(Cycle.closed_at.desc(), CycleResult.id)
    ).all()
    words = _words(session, person_id, [row for row, _ in rows])
    known = names(session, {row.rater_id for row, _ in rows if row.rater_id})
    cycles: dict[int, tuple[Cycle, list[CycleResult]]] = {}
    for row, cycle in rows:
        cycles.setdefault(cycle.id, (cycle, []))[1].append(row)
    return tuple(
        Closed(
            cycle=cycle,
            closed_at=cycle.closed_at or cycle.made_at,
            competencies=tuple(_by_competency(session, some, known, words)),
        )
        for cycle, some in cycles.values()
    )


def rounds_of(session: Session, actor: Actor, person_id: int) -> Sequence[Cycle]:
    """The open rounds about a person. Raises Denied, NotFound."""
    lookup.person(session, actor, Permission.RESULTS_READ, person_id)
    return session.scalars(select(Cycle).where(Cycle.person_id == person_id, Cycle.state == "open")).all()


def asked_of(session: Session, actor: Actor) -> tuple[AskedOfMe, ...]:
    """What one is asked to rate in open cycles, what waits first, by day. Raises Denied."""
    require(actor, Permission.RATE, About(person_id=actor.person_id))
    asked = select(Sheet, Cycle).join(Cycle, Cycle.id == Sheet.cycle_id)
    mine = asked.where(Sheet.rater_id == actor.person_id, Sheet.state != "dropped", Cycle.state == "open")
    rows = session.execute(mine.order_by(Sheet.state.desc(), Cycle.due, Sheet.id)).all()
    known = names(session, {row.person_id for row, _ in rows})
    return tuple(AskedOfMe(row=row, cycle=cycle, who=known[row.person_id]) for row, cycle in rows)


def plain(found: Sequence[Closed]) -> list[dict[str, Any]]:
    """What closed cycles say of a person as plain values, for whoever takes their data with them."""
    return [
        {
            "cycle": one.cycle.title,
            "closed": one.closed_at.isoformat(),
            "competency": rated.competency.title,
            "by": told.row.capacity,
            "name": str(told.by.name) if told.by else None,
            "raters": told.row.raters,
            "level": told.row.level,
            "words": list(told.words),
            "counts": told.row.evidence_id is not None,
        }
        for one in found
        for rated in one.competencies
        for told in rated.told
    ]


def _by_competency(
    session: Session, rows: Sequence[CycleResult], known: dict[int, Named], words: dict[Place, tuple[str, ...]]
) -> list[Rated]:
    curriculum = curricula.version(session, rows[0].version_id).curriculum
    titles = {one.level: one.title for one in curriculum.scale}
    found: dict[str, list[CycleResult]] = defaultdict(list)
    for row in rows:
        found[row.competency].append(row)
    order = ("manager", "peer", "self")
    assert set(order) == set(CAPACITIES)
    return [
        Rated(
            competency=one,
            told=tuple(
                Told(
                    row=row,
                    title=titles.get(row.level, ""),
                    by=known.get(row.rater_id or 0),
                    words=words.get((row.cycle_id, row.competency, row.capacity), ()),
                )
                for row in sorted(found[one.id], key=lambda row: order.index(row.capacity))
            ),
        )
        for one in curriculum.competencies
        if one.id in found
    ]


def _words(session: Session, person_id: int, rows: Sequence[CycleResult]) -> dict[Place, tuple[str, ...]]:
    """The words that belong to these results: of the ledger where an entry has them, else of the sheets, in no order."""
    if not rows:
        return {}
    noted = texts.read(session, Evidence, [row.evidence_id for row in rows if row.evidence_id])
    found: dict[Place, list[str]] = defaultdict(list)
    said_by = {(row.cycle_id, row.competency, row.capacity): row.rater_id for row in rows}
    for row in rows:
        if text := noted.get(row.evidence_id or 0):
            found[row.cycle_id, row.competency, row.capacity].append(text)
    asked = select(SheetRating, Sheet).join(Sheet, Sheet.id == SheetRating.sheet_id)
    handed_in = asked.where(Sheet.person_id == person_id, Sheet.state == "submitted", SheetRating.level.is_not(None))
    sheets = session.execute(handed_in.where(Sheet.cycle_id.in_({row.cycle_id for row in rows}))).all()
    said = texts.read(session, SheetRating, [rating.id for rating, _ in sheets])
    for rating, sheet in sheets:
        place = (sheet.cycle_id, rating.competency, sheet.capacity)
        frozen = said_by.get(place, 0) in {None, sheet.rater_id}
        if frozen and (text := said.get(rating.id)):
            found[place].append(text)
    return {place: tuple(sorted(some)) for place, some in found.items()}
