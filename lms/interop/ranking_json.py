"""A ranking as JSON: for the record of a decision, and to show that nothing else enters it. The same ranking, the same bytes."""

from __future__ import annotations

from typing import Any

from lms.engine.competency import Attainment
from lms.engine.judging.ranking import Ranking, Standing
from lms.engine.readiness import Gap
from lms.interop.path_document import gate_to_document, requirement_to_document

FORMAT = "lms-ranking/1"


def ranking_to_document(ranking: Ranking, digest: str) -> dict[str, Any]:
    """The ranking as plain values; hours and money as numbers with at most two decimals."""
    return {
        "format": FORMAT,
        "rule": ranking.rule,
        "curriculum": ranking.curriculum,
        "digest": digest,
        "role": ranking.role,
        "on": ranking.on.isoformat(),
        "weekly_hours": float(ranking.weekly_hours),
        "standings": [{"key": one.key, **standing_to_document(one)} for one in ranking.standings],
    }


def standing_to_document(one: Standing) -> dict[str, Any]:
    """How one of them stands, without saying who it is."""
    return {
        "met": one.met,
        "required": one.required,
        "missing": [_gap(gap) for gap in one.missing],
        "gates": [gate_to_document(gate) for gate in one.gates],
        "unreachable": [requirement_to_document(asked) for asked in one.unreachable],
        "hours": one.hours / 100,
        "cost": one.cost / 100,
        "ready_on": one.ready_on.isoformat() if one.ready_on else None,
        "by_requirements": one.by_requirements,
        "by_ramp": one.by_ramp,
    }


def _gap(gap: Gap) -> dict[str, Any]:
    asked = gap.requirement
    if isinstance(asked, Attainment):
        return {"competency": asked.competency, "required": asked.level, "held": gap.held}
    return {"requirement": requirement_to_document(asked)}
