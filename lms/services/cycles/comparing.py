"""How the managers of a cycle use the scale beside each other, before it is closed and after.

Shown to administrators, auditors and the line, of those who manage below them; the numbers are made of the whole cycle.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.engine.judging.calibration_of_raters import Calibration, Given, Use, calibrate
from lms.errors import NotFound, said
from lms.services.access import ANYTHING, Actor, Permission, can
from lms.services.cycles import finding
from lms.services.organisation.people_shown import Named, names
from lms.storage.curricula import CurriculumVersion
from lms.storage.cycles import Cycle, Sheet, SheetRating
from lms.storage.people import Team


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A cycle, the managers whom this actor may see in it with their numbers, and the spread of all of them together."""

    cycle: Cycle
    raters: tuple[tuple[Named, Use], ...]
    spread: float | None
    hidden: int
    """How many more managers rated whom this actor does not see."""


def show(session: Session, actor: Actor, cycle_id: int) -> Compared:
    """The comparison of a cycle; a round has none. Raises NotFound, Denied."""
    cycle = finding.readable(session, actor, cycle_id)
    if cycle.kind == "round" or cycle.state == "draft":
        raise NotFound(said("There is nobody to compare in it."))
    found = _calibrated(session, cycle)
    visible = None if can(actor, Permission.CYCLE_READ, ANYTHING) else _managers_below(session, actor)
    seen = [one for one in found.raters if visible is None or one.rater in visible]
    known = names(session, {one.rater for one in seen})
    ordered = sorted(seen, key=lambda one: (str(known[one.rater].name).casefold(), one.rater))
    return Compared(
        cycle=cycle,
        raters=tuple((known[one.rater], one) for one in ordered),
        spread=found.spread,
        hidden=len(found.raters) - len(seen),
    )


def _calibrated(session: Session, cycle: Cycle) -> Calibration:
    """Competencies are compared within their curriculum."""
    asked = (
        select(
            Sheet.rater_id,
            Sheet.person_id,
            CurriculumVersion.curriculum_id,
            SheetRating.competency,
            SheetRating.level,
            Sheet.capacity,
        )
        .join(Sheet, Sheet.id == SheetRating.sheet_id)
        .join(CurriculumVersion, CurriculumVersion.id == Sheet.version_id)
        .where(Sheet.cycle_id == cycle.id, Sheet.state == "submitted", SheetRating.level.is_not(None))
        .order_by(SheetRating.id)
    )
    return calibrate(
        Given(
            rater=row.rater_id,
            person=row.person_id,
            competency=f"{row.curriculum_id}/{row.competency}",
            level=row.level,
            compared=row.capacity == "manager",
        )
        for row in session.execute(asked)
    )


def _managers_below(session: Session, actor: Actor) -> frozenset[int]:
    """Who manages a team of the line below the actor, and the actor."""
    managing = select(Team.manager_id).where(Team.id.in_(actor.line), Team.manager_id.is_not(None))
    return frozenset(one for one in (*session.scalars(managing), actor.person_id) if one is not None)
