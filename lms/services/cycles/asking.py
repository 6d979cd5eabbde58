"""Who takes part in a cycle, and who is asked about whom: found anew until it is opened, and kept from then on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.engine.competency import Attainment
from lms.engine.curriculum import Curriculum, Role
from lms.engine.judging.peers import colleagues_asked
from lms.engine.requirement import leaves
from lms.services import curricula
from lms.services.curricula import Published
from lms.services.entry.sessions import teams_below
from lms.services.promotions.deciders import Line, line
from lms.storage.cycles import Cycle
from lms.storage.people import Person
from lms.storage.snapshot import load_people

BATCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Somebody who takes part: the version and the role that say which competencies are asked about."""

    person_id: int
    team_id: int | None
    version: Published
    competencies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Somebody is asked about a person, in a capacity."""

    part: Part
    rater_id: int
    capacity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Everybody who takes part and every ask; and how many people take no part, have no manager, no colleagues."""

    parts: tuple[Part, ...]
    asks: tuple[Ask, ...]
    left_out: int
    """Without a role, with another one, or with a role that asks for no competency."""
    without_manager: int
    without_peers: int

    @property
    def by_capacity(self) -> Counter[str]:
        """How many are asked in each capacity."""
        return Counter(one.capacity for one in self.asks)

    @property
    def raters(self) -> int:
        """How many people are asked at all."""
        return len({one.rater_id for one in self.asks})


def asked(session: Session, cycle: Cycle, on: date, peers: Sequence[int] = ()) -> Asked:
    """Who would be asked if the cycle were opened on this day; `peers` are the colleagues chosen for a round."""
    people = _people(session, cycle)
    parts = list(_parts(session, cycle, people, on))
    standing = line(session)
    colleagues = {parts[0].person_id: tuple(peers)} if peers and parts else _colleagues(cycle, parts, standing)
    asks = [one for part in parts for one in _asks(cycle, part, standing, colleagues.get(part.person_id, ()))]
    by = Counter((one.part.person_id, one.capacity) for one in asks)
    return Asked(
        parts=tuple(parts),
        asks=tuple(asks),
        left_out=len(people) - len(parts),
        without_manager=sum(cycle.asks_manager and not by[part.person_id, "manager"] for part in parts),
        without_peers=sum(cycle.peers > 0 and not by[part.person_id, "peer"] for part in parts),
    )


def rated(curriculum: Curriculum, role: Role) -> tuple[str, ...]:
    """The competencies that a role asks for, by any of its ways, in the order of the curriculum."""
    named = {leaf.competency for leaf in leaves(role.requires) if isinstance(leaf, Attainment)}
    return tuple(one.id for one in curriculum.competencies if one.id in named)


def key_of(curriculum_id: int, role: str) -> str:
    """How a cycle names a role.

    >>> key_of(3, "sdr")
    '3:sdr'
    """
    return f"{curriculum_id}:{role}"


def _people(session: Session, cycle: Cycle) -> dict[int, int | None]:
    """The active people of the scope with their teams, in the order of numbers."""
    some = select(Person.id, Person.team_id).where(Person.state == "active").order_by(Person.id)
    if cycle.scope == "team":
        some = some.where(Person.team_id.in_(teams_below(session, frozenset({cycle.team_id or 0}))))
    elif cycle.scope == "person":
        some = some.where(Person.id == cycle.person_id)
    return dict(session.execute(some).all())


def _parts(session: Session, cycle: Cycle, people: dict[int, int | None], on: date) -> Iterator[Part]:
    offered, wanted, numbers = curricula.published(session), frozenset(cycle.roles), list(people)
    for start in range(0, len(numbers), BATCH):
        for number, one in load_people(session, numbers[start : start + BATCH], on).items():
            version = curricula.counting(session, one, offered)
            names = [one.person.role] if cycle.kind == "cycle" else [one.person.role, *one.person.targets]
            if version is None:
                continue
            fit = (name for name in names if name and (not wanted or key_of(version.curriculum_id, name) in wanted))
            role = version.curriculum.role_by_id.get(next(fit, ""))
            competencies = rated(version.curriculum, role) if role else ()
            if competencies:
                yield Part(person_id=number, team_id=people[number], version=version, competencies=competencies)


def _colleagues(cycle: Cycle, parts: Sequence[Part], standing: Line) -> dict[int, tuple[int, ...]]:
    """Of each team those who work in it, without who manages it."""
    teams: dict[int, list[int]] = defaultdict(list)
    for part in parts:
        if part.team_id is not None and standing.managers.get(part.team_id) != part.person_id:
            teams[part.team_id].append(part.person_id)
    found: dict[int, tuple[int, ...]] = {}
    for group in teams.values():
        found |= colleagues_asked(group, cycle.peers, cycle.id or 0)
    return found


def _asks(cycle: Cycle, part: Part, standing: Line, peers: Sequence[int]) -> Iterator[Ask]:
    if cycle.asks_self:
        yield Ask(part=part, rater_id=part.person_id, capacity="self")
    manager = next(iter(standing.above(part.person_id, part.team_id)), None) if cycle.asks_manager else None
    if manager is not None:
        yield Ask(part=part, rater_id=manager, capacity="manager")
    for peer in peers:
        if peer not in {manager, part.person_id}:
            yield Ask(part=part, rater_id=peer, capacity="peer")
