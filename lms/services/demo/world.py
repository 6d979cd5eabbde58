"""What every career of the demo is lived in: the curriculum, its planners, the organisation and the calendar."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date

from lms.engine.curriculum import Curriculum, MonthsInRole
from lms.engine.path import Planner
from lms.services.demo.organisation import Organisation

YEARS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """`past` plans over the curriculum without its dated sessions: those that were held are in no document any more."""

    curriculum: Curriculum
    now: Planner
    past: Planner
    organisation: Organisation
    today: date
    begins: date
    """The day the academy opened: nothing was recorded before, but for the roles people held."""
    seed: int

    def months_asked(self, role: str, target: str) -> int:
        """How many months in a role a target asks for; 0 when none."""
        gates = self.curriculum.role_by_id[target].gates
        return next((gate.at_least for gate in gates if isinstance(gate, MonthsInRole) and gate.role == role), 0)


def world(curriculum: Curriculum, organisation: Organisation, today: date, seed: int) -> World:
    """The world of these two years."""
    undated = dataclasses.replace(
        curriculum, courses=tuple(dataclasses.replace(course, sessions=()) for course in curriculum.courses)
    )
    return World(
        curriculum=curriculum,
        now=Planner(curriculum),
        past=Planner(undated),
        organisation=organisation,
        today=today,
        begins=date(today.year - YEARS, today.month, 1),
        seed=seed,
    )
