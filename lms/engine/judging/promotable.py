"""Ready to promote: every top-level requirement and every gate of a role is met on a day.

The count is that of `engine.readiness`; outcome gates are taken over the months worked (`engine.judging.months_worked`), so that
nobody misses one for their leave.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lms.engine.competency import Attainment
from lms.engine.curriculum import Gate, OutcomeGate, Role
from lms.engine.gates import gate_state
from lms.engine.judging.months_worked import OverMonths, Verdict, over_months_worked
from lms.engine.person import Person
from lms.engine.profile import Profile
from lms.engine.requirement import Requirement, holds, top_items


@dataclass(frozen=True, slots=True)
class Item:
    """A top-level requirement: met or not, and the level held where it is an attainment (else None)."""

    requirement: Requirement
    met: bool
    held: int | None


@dataclass(frozen=True, slots=True)
class GateStanding:
    """A gate: met or not, the day it was or will be met where one is known, and the months of an outcome."""

    gate: Gate
    met: bool
    on: date | None
    over: OverMonths | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands towards a role on a day."""

    items: tuple[Item, ...]
    gates: tuple[GateStanding, ...]

    @property
    def met(self) -> int:
        """How many requirements and gates are met."""
        return sum(item.met for item in self.items) + sum(gate.met for gate in self.gates)

    @property
    def required(self) -> int:
        """How many there are."""
        return len(self.items) + len(self.gates)

    @property
    def ready(self) -> bool:
        """Is everything met?"""
        return self.met == self.required


def stands(role: Role, person: Person, profile: Profile, on: date) -> Standing:
    """The standing of a person towards a role on a day, given the profile held that day.

    >>> from lms.engine.requirement import all_of
    >>> role = Role(id="ae", title="AE", requires=all_of([Attainment("negotiating", 2)]))
    >>> stands(role, Person(id="dana"), Profile(levels={"negotiating": 3}), date(2026, 11, 23)).ready
    True
    """
    items = tuple(_item(item, profile) for item in top_items(role.requires))
    return Standing(items, tuple(_gate(gate, role, person, on) for gate in role.gates))


def _item(item: Requirement, profile: Profile) -> Item:
    held = profile.levels.get(item.competency, 0) if isinstance(item, Attainment) else None
    return Item(item, holds(item, profile.holds), held)


def _gate(gate: Gate, role: Role, person: Person, on: date) -> GateStanding:
    if isinstance(gate, OutcomeGate):
        over = over_months_worked(gate, person, on)
        met = over.verdict is Verdict.MET
        return GateStanding(gate, met, on if met else None, over)
    state = gate_state(gate, role.id, person, on)
    return GateStanding(gate, state.met, state.on)
