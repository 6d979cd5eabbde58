"""The competencies of a person on a day: the level held by the policy, the level a role asks, and what lapses.

Levels are those of the engine's profile over the version that counts for the person, so they are the ones the path is
planned from. How one level came about is `level_history`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.engine.competency import Attainment, Competency
from lms.engine.curriculum import Curriculum, Role
from lms.engine.days import DAY
from lms.engine.judging.asked_levels import Asked, asked_levels
from lms.engine.profile import Record, record_on
from lms.errors import NotFound, said
from lms.services import calendar, curricula
from lms.services.access import Actor, Permission
from lms.services.curricula import Published
from lms.services.organisation import lookup
from lms.services.running.reminders import DEFAULT_DAYS
from lms.storage.site import Site
from lms.storage.snapshot import Snapshot, load_people


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """A person as they are on a day, and the version of the curriculum that says what their evidence means."""

    person_id: int
    on: date
    snapshot: Snapshot
    version: Published | None
    """None while they have neither a role nor a target of a published curriculum."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A competency and how a person stands in it.

    `lapses`: the last day of the level held, where a lower one follows. `lapsed`: the last day of a higher level that
    was held before, and that level.
    """

    competency: Competency
    level: int
    asked: Asked | None
    lapses: date | None
    soon: bool
    """Does it lapse within the site's days of warning?"""
    lapsed: tuple[date, int] | None

    @property
    def below(self) -> bool:
        """Is it below what the role asks without an alternative?"""
        return self.asked is not None and self.asked.firm and self.level < self.asked.level


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """The competencies of one cluster in the curriculum's order; `title` None for those without one."""

    title: str | None
    held: tuple[Held, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The competencies of a person against a role: what it asks by cluster, and all others."""

    whose: Whose
    role: Role | None
    roles: tuple[Role, ...]
    """The roles that it can be held against."""
    asked: tuple[Cluster, ...]
    others: tuple[Cluster, ...]
    firm: int
    """How many competencies the role asks without an alternative, and of those `met`."""
    met: int


def whose(session: Session, actor: Actor, person_id: int, *, now: datetime) -> Whose:
    """The person, for themselves and the line above. Raises NotFound, Denied; NotFound for who is not active."""
    lookup.person(session, actor, Permission.PATH_READ, person_id)
    found = as_they_are(session, person_id, now=now)
    if found is None:
        raise NotFound(said("This person is not active any more."))
    return found


def as_they_are(session: Session, person_id: int, *, now: datetime) -> Whose | None:
    """The person on the day that it is where the site is; None when not active. Asks nobody's permission."""
    on = calendar.today(session, now=now)
    snapshot = load_people(session, [person_id], on).get(person_id)
    if snapshot is None:
        return None
    version = curricula.counting(session, snapshot, curricula.published(session))
    return Whose(person_id=person_id, on=on, snapshot=snapshot, version=version)


def board(session: Session, actor: Actor, person_id: int, role: str | None = None, *, now: datetime) -> Board:
    """The competencies of a person against a role (default: the first target, else the present role).

    Raises NotFound for somebody the actor may not see and for a role that is not there.
    """
    who = whose(session, actor, person_id, now=now)
    if who.version is None:
        if role:
            raise NotFound(said("There is no such role."))
        return Board(whose=who, role=None, roles=(), asked=(), others=(), firm=0, met=0)
    curriculum = who.version.curriculum
    against = _against(who, role)
    asked = asked_levels([against.requires]) if against else {}
    days = session.scalar(select(Site.warn_days))
    until = who.on + timedelta(days=DEFAULT_DAYS if days is None else days)
    record = record_on(curriculum, who.snapshot.person, who.on)
    held = [_held(one, record, who, asked.get(one.id), until) for one in curriculum.competencies]
    firm = [one for one in held if one.asked is not None and one.asked.firm]
    return Board(
        whose=who,
        role=against,
        roles=curriculum.roles,
        asked=tuple(_clusters([one for one in held if one.asked is not None])),
        others=tuple(_clusters([one for one in held if one.asked is None])),
        firm=len(firm),
        met=sum(not one.below for one in firm),
    )


def lapsing(who: Whose, curriculum: Curriculum, competencies: Iterable[str]) -> Iterator[tuple[str, int, date]]:
    """Of these competencies those whose level falls by time alone: with the level held, and its last day."""
    record = record_on(curriculum, who.snapshot.person, who.on)
    for competency in competencies:
        level = record.level(competency, who.on)
        if (last := _lapses(competency, level, record, who.on)) is not None:
            yield competency, level, last


def _against(who: Whose, role: str | None) -> Role | None:
    assert who.version is not None, "asked only where there is a version"
    roles = who.version.curriculum.role_by_id
    if role:
        if role not in roles:
            raise NotFound(said("There is no such role."))
        return roles[role]
    person = who.snapshot.person
    wanted = (*person.targets, *([person.role] if person.role else []))
    return next((roles[one] for one in wanted if one in roles), None)


def _held(one: Competency, record: Record, who: Whose, asked: Asked | None, until: date) -> Held:
    level = record.level(one.id, who.on)
    lapses = _lapses(one.id, level, record, who.on)
    return Held(
        competency=one,
        level=level,
        asked=asked,
        lapses=lapses,
        soon=lapses is not None and lapses <= until,
        lapsed=_lapsed(one.id, level, record, who),
    )


def _lapses(competency: str, level: int, record: Record, on: date) -> date | None:
    """The last day of the level held, where a lower one follows by time alone."""
    if not level:
        return None
    lasts = {entry.last for entry in record.entries.get(competency, ())}
    lasts |= {last for _, last in record.exempt_levels.get(competency, ())}
    return next(
        (last for last in sorted(lasts) if on <= last < date.max and record.level(competency, last + DAY) < level), None
    )


def _lapsed(competency: str, level: int, record: Record, who: Whose) -> tuple[date, int] | None:
    """The latest day on which a level above the present one ran out, and that level; as it is known by now."""
    over = [
        (one.until, one.fact.level, one.on)
        for one in who.snapshot.person.exempt
        if isinstance(one.fact, Attainment) and one.fact.competency == competency and one.until and one.until < who.on
    ]

    def then(day: date) -> int:
        exempt = (spared for until, spared, first in over if (first or day) <= day <= until)
        return max((record.rated(competency, day), *exempt))

    lasts = {entry.last for entry in record.entries.get(competency, ())} | {until for until, _, _ in over}
    for last in sorted((one for one in lasts if one < who.on), reverse=True):
        if then(last) > max(level, then(last + DAY)):
            return last, then(last)
    return None


def _clusters(held: Sequence[Held]) -> Iterator[Cluster]:
    """By cluster, in the order in which the curriculum first names each; those without one come last."""
    grouped: dict[str | None, list[Held]] = {}
    for one in held:
        grouped.setdefault(one.competency.cluster or None, []).append(one)
    for title in sorted(grouped, key=lambda title: title is None):
        yield Cluster(title=title, held=tuple(grouped[title]))
