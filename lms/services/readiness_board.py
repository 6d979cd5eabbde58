"""The readiness of many people for every next role, from the ledger to the answer: nothing is stored for it beforehand.

A next role is one that the present role names, and one that the person aims at. Numbers are those of
`engine.readiness`, so they are the ones that a path would show on that day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.engine.profile import profile_on
from lms.engine.readiness import readiness
from lms.services import curricula
from lms.services.access import Actor, Permission, require
from lms.services.curricula import Published
from lms.storage.people import Person, StudyPlan
from lms.storage.standings import Standing, load_standings

CHUNK = 500
"""So many people are read at once, so that the memory of an answer does not grow with them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """How far somebody is from a role: requirements and gates met of required."""

    role: str
    met: int
    required: int

    @property
    def ready(self) -> bool:
        """Is everything met?"""
        return self.met == self.required


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings:
    """Everybody's readiness by person, the nearest role first; who follows no curriculum has none."""

    on: date
    people: Mapping[int, tuple[Ready, ...]]

    def ready_for(self, role: str) -> tuple[int, ...]:
        """Who meets everything that a role asks, in the order of their numbers."""
        return tuple(
            number
            for number, roles in sorted(self.people.items())
            if any(one.ready and one.role == role for one in roles)
        )


def readiness_of(session: Session, actor: Actor, people: Collection[int] | None = None, *, on: date) -> Standings:
    """The readiness of the active people of the actor's line (None: all of them; for the site everybody), on a day.

    Raises Denied for who leads nobody.
    """
    require(actor, Permission.TEAM_READ)
    targets = _targets(session, actor, people)
    by_curriculum = {one.curriculum_id: one for one in curricula.published(session)}
    found: dict[int, tuple[Ready, ...]] = {}
    numbers = list(targets)
    for at in range(0, len(numbers), CHUNK):
        standings = load_standings(session, on, numbers[at : at + CHUNK], gates=True)
        for number, standing in standings.items():
            if (version := _version(session, standing, by_curriculum)) is not None:
                found[number] = tuple(_ready(standing, version, targets[number], on))
    return Standings(on=on, people=found)


def _targets(session: Session, actor: Actor, people: Collection[int] | None) -> dict[int, tuple[str, ...]]:
    """The active people whom the actor may see, with the roles they aim at."""
    query = select(Person.id, StudyPlan.targets).join(StudyPlan, StudyPlan.person_id == Person.id)
    query = query.where(Person.state == "active")
    if not actor.is_site:
        query = query.where(Person.team_id.in_(actor.line), Person.id != actor.person_id)
    if people is not None:
        query = query.where(Person.id.in_(people))
    return {number: tuple(targets) for number, targets in session.execute(query)}


def _version(session: Session, standing: Standing, offered: Mapping[int, Published]) -> Published | None:
    """The version that counts for somebody with a role: the one on which they stay, else the published one."""
    if standing.curriculum_id is None:
        return None
    one = offered.get(standing.curriculum_id)
    pin = next((pin for pin in standing.pins if one and pin.curriculum_id == one.curriculum_id), None)
    if pin is None:
        return one
    return curricula.of_row(session, pin.version_id, pin.curriculum_id, pin.number, pin.digest)


def _ready(standing: Standing, version: Published, targets: tuple[str, ...], on: date) -> Iterator[Ready]:
    roles = version.curriculum.role_by_id
    present = roles.get(standing.person.role or "")
    wanted = dict.fromkeys((*targets, *(present.next if present else ())))
    known = [roles[role] for role in wanted if role in roles]
    if not known:
        return
    profile = profile_on(version.curriculum, standing.person, on)
    found = [(role.id, readiness([role], standing.person, profile, on)) for role in known]
    yield from sorted(
        (Ready(role=role, met=one.met, required=one.required) for role, one in found),
        key=lambda one: (one.required - one.met, one.role),
    )
