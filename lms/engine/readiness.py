"""Readiness: what a target asks, what of it is met on a day, and what blocks the promotion. One number for everybody.

*Requirements met of required*: each top-level item of the role and each gate counts one. An item that two target
roles share counts once; gates count for each role that has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lms.engine.competency import Attainment
from lms.engine.curriculum import Curriculum, Role
from lms.engine.gates import GateState, gate_state
from lms.engine.person import Person
from lms.engine.profile import Profile
from lms.engine.requirement import Requirement, holds, top_items


@dataclass(frozen=True, slots=True)
class Gap:
    """A top-level item that does not hold; `held` is the level held where the item is an attainment, else None."""

    requirement: Requirement
    held: int | None


@dataclass(frozen=True, slots=True)
class Readiness:
    """How somebody stands towards a target: *requirements met of required*, the gaps in order, and the gates."""

    met: int
    required: int
    gaps: tuple[Gap, ...]
    gates: tuple[GateState, ...]


def target_items(roles: Sequence[Role]) -> tuple[Requirement, ...]:
    """The top-level items of the roles in order; an item that an earlier role has too is not repeated."""
    items: list[Requirement] = []
    for role in roles:
        earlier = set(items) if items else ()  # hashing what one role asks costs more than the rest of its readiness
        items += [item for item in top_items(role.requires) if item not in earlier]
    return tuple(items)


def readiness(roles: Sequence[Role], person: Person, profile: Profile, on: date) -> Readiness:
    """The readiness of a person for these roles on a day, given the profile held that day."""
    items = target_items(roles)
    return stands(len(items), gaps_of(items, profile), gates_of(roles, person, on))


def stands(items: int, gaps: tuple[Gap, ...], gates: tuple[GateState, ...]) -> Readiness:
    """The readiness of somebody for whom so many top-level items have these gaps, and the gates stand like this."""
    met = items - len(gaps) + sum(gate.met for gate in gates)
    return Readiness(met, items + len(gates), gaps, gates)


def gaps_of(items: Sequence[Requirement], profile: Profile) -> tuple[Gap, ...]:
    """The items that do not hold in a profile."""
    return tuple(_gap(item, profile) for item in items if not holds(item, profile.holds))


def gates_of(roles: Sequence[Role], person: Person, on: date) -> tuple[GateState, ...]:
    """The gates of these roles as they stand for a person on a day."""
    return tuple(gate_state(gate, role.id, person, on) for role in roles for gate in role.gates)


def _gap(item: Requirement, profile: Profile) -> Gap:
    held = profile.levels.get(item.competency, 0) if isinstance(item, Attainment) else None
    return Gap(item, held)


def roles_of(curriculum: Curriculum, role_ids: Sequence[str]) -> tuple[Role, ...]:
    """The roles with these ids, each once, in the order given. Raises KeyError for one that is unknown."""
    return tuple(curriculum.role_by_id[role] for role in dict.fromkeys(role_ids))
