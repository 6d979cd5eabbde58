"""A learning path as a `lms-path/1` document. Reading and checking one is the business of `path_json`."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from lms.engine.competency import Attainment
from lms.engine.curriculum import Gate, MonthsInRole, OutcomeGate
from lms.engine.dating.refresh import Lapse
from lms.engine.gates import GateState
from lms.engine.path import LearningPath, PathStep
from lms.engine.price import Minimise
from lms.engine.readiness import Gap
from lms.engine.reasons import Reason
from lms.engine.requirement import Fact, Requirement
from lms.engine.search.unmet import Unmet
from lms.interop.shapes.requirements import RequirementShape

FORMAT = "lms-path/1"
_REQUIREMENT = RequirementShape()


def path_text(path: LearningPath, digest: str) -> str:
    """The document in one line of JSON; `digest` is that of the curriculum. The same path gives the same text."""
    return json.dumps(path_to_document(path, digest), ensure_ascii=False)


def path_to_document(path: LearningPath, digest: str) -> dict[str, Any]:
    """The document as plain values; hours and money as numbers with at most two decimals."""
    several = len(path.roles) > 1
    return {
        "format": FORMAT,
        "curriculum": path.curriculum,
        "digest": digest,
        "person": path.person,
        "roles": list(path.roles),
        "on": path.on.isoformat(),
        "minimise": path.minimise.value,
        "status": path.status.value,
        "objective": _measure(path.objective, path.minimise),
        "bound": _measure(path.bound, path.minimise),
        "hours": path.hours / 100,
        "cost": path.cost / 100,
        "ready_on": _day(path.ready_on),
        "eligible_on": _day(path.eligible_on),
        "requirements": {"met": path.met, "required": path.required},
        "gaps": [_gap(gap) for gap in path.gaps],
        "steps": [_step(step) for step in path.steps],
        "unmet": [_unmet(unmet) for unmet in path.unmet],
        "gates": [_gate(state, several=several) for state in path.gates],
        "lapses": [_lapse(lapse) for lapse in path.lapses],
        "order_is_exact": path.order_is_exact,
    }


def _measure(value: int | None, minimise: Minimise) -> float | int | None:
    if value is None or minimise in (Minimise.COURSES, Minimise.DATE):
        return value
    return value / 100


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _fact(fact: Fact) -> dict[str, Any]:
    if isinstance(fact, Attainment):
        return {"competency": fact.competency, "level": fact.level}
    return {"course": fact.course}


def requirement_to_document(requirement: Requirement) -> Any:
    """A requirement as the document writes it."""
    return _REQUIREMENT.write(requirement, full=True)


def _gap(gap: Gap) -> dict[str, Any]:
    if isinstance(gap.requirement, Attainment):
        return {"competency": gap.requirement.competency, "required": gap.requirement.level, "held": gap.held}
    return {"requirement": requirement_to_document(gap.requirement)}


def _step(step: PathStep) -> dict[str, Any]:
    return {
        "course": step.course.id,
        "hours": step.hours / 100,
        "cost": step.cost / 100,
        "starts": _day(step.starts),
        "ends": _day(step.ends),
        "session": None if step.session is None else step.session.id,
        "renews": step.renews,
        "after": list(step.after),
        "because": [_reason(reason) for reason in step.because],
    }


def _reason(reason: Reason) -> dict[str, Any]:
    given = {"grants": _fact(reason.fact)} if isinstance(reason.fact, Attainment) else _fact(reason.fact)
    return {**given, "for": {reason.kind: reason.needed_by}}


def _unmet(unmet: Unmet) -> dict[str, Any]:
    return {
        "requirement": requirement_to_document(unmet.requirement),
        "why": unmet.why,
        "causes": [_fact(cause) for cause in unmet.causes],
    }


def _gate(state: GateState, *, several: bool) -> dict[str, Any]:
    stands: dict[str, Any] = {"met": state.met, "on": _day(state.on)}
    if several:
        stands["for"] = {"role": state.role}
    return {**gate_to_document(state.gate), **stands}


def gate_to_document(gate: Gate) -> dict[str, Any]:
    """A gate as the curriculum writes it."""
    if isinstance(gate, MonthsInRole):
        return {"kind": "months-in-role", "role": gate.role, "at_least": gate.at_least}
    if isinstance(gate, OutcomeGate):
        least = int(gate.at_least) if gate.at_least == int(gate.at_least) else float(gate.at_least)
        return {"kind": "outcome", "metric": gate.metric, "months": gate.months, "at_least": least}
    return {"kind": "attestation", "by": gate.by, "title": gate.title}


def _lapse(lapse: Lapse) -> dict[str, Any]:
    return {**_fact(lapse.fact), "on": _day(lapse.on)}
