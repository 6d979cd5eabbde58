"""The gates of a role: what no course can give, whether it is there, and since when or from when on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from lms.engine.curriculum import AttestationGate, Gate, MonthsInRole, OutcomeGate
from lms.engine.days import DAY, full_months, months_after
from lms.engine.person import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class GateState:
    """One gate on one day. `on` is the day it was or will be met; None where no day is known."""

    gate: Gate
    role: str
    met: bool
    on: date | None


def gate_state(gate: Gate, role: str, person: Person, on: date) -> GateState:
    """How a gate of a role stands for a person on a day; what is dated later does not count."""
    if isinstance(gate, MonthsInRole):
        reached = _months_reached(gate, person, on)
        return GateState(gate=gate, role=role, met=reached is not None and reached <= on, on=reached)
    if isinstance(gate, OutcomeGate):
        met = _outcome_met(gate, person, on)
        return GateState(gate=gate, role=role, met=met, on=on if met else None)
    return _attestation(gate, role, person, on)


def _months_reached(gate: MonthsInRole, person: Person, on: date) -> date | None:
    """The day on which the full months of all stints together reach the gate; earlier stints count first."""
    missing = gate.at_least
    for stint in sorted(person.stints, key=lambda stint: stint.first):
        if stint.role != gate.role:
            continue
        over = on if stint.last is None or stint.last >= on else stint.last + DAY
        months = full_months(stint.first, over)
        if months >= missing:
            return months_after(stint.first, missing)
        missing -= months
    if person.role == gate.role and person.since is not None:
        return months_after(person.since, missing)
    return None


def _outcome_met(gate: OutcomeGate, person: Person, on: date) -> bool:
    values = {o.month: o.value for o in person.outcomes if o.metric == gate.metric}
    total = Fraction(0)
    year, month = on.year, on.month
    for _ in range(gate.months):
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
        value = values.get(date(year, month, 1)) if year >= 1 else None
        if value is None:
            return False
        total += Fraction(value)
    return total >= Fraction(gate.at_least) * gate.months


def _attestation(gate: AttestationGate, role: str, person: Person, on: date) -> GateState:
    days = [a.on for a in person.attestations if a.title == gate.title and a.by == gate.by and a.on <= on]
    return GateState(gate=gate, role=role, met=bool(days), on=min(days, default=None))
