"""Ready to promote counts as readiness does, and a month of leave makes nobody miss an outcome."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.engine.curriculum import AttestationGate, MonthsInRole, OutcomeGate
from lms.engine.days import Period
from lms.engine.gates import gate_state
from lms.engine.judging.months_worked import Verdict, over_months_worked
from lms.engine.judging.promotable import stands
from lms.engine.person import Attestation, Outcome
from lms.engine.profile import Profile
from lms.engine.readiness import readiness
from tests.build import a_person, a_role

ON = date(2026, 11, 23)
MONTHS = [date(2025 + n // 12, n % 12 + 1, 1) for n in range(22)]
"""The months before ON, from January 2025."""


def outcomes(**values: str) -> tuple[Outcome, ...]:
    """Values of the quota by month, such as m10="1.1" for October 2026."""
    return tuple(
        Outcome(metric="quota", month=date(2026, int(month[1:]), 1), value=Decimal(value))
        for month, value in values.items()
    )


def whole(month: int) -> Period:
    first = date(2026, month, 1)
    return Period(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))


@pytest.mark.parametrize(
    ("values", "away", "verdict"),
    [
        ({"m10": "1", "m9": "1", "m8": "1"}, (), Verdict.MET),
        ({"m10": "1", "m9": "0.2", "m8": "1"}, (), Verdict.MISSED),
        ({"m10": "1", "m9": "0.2", "m8": "1", "m7": "1"}, (whole(9),), Verdict.MET),  # its value is left out, too
        ({"m10": "1", "m9": "1"}, (whole(8),), Verdict.NOT_ENOUGH),
        ({"m10": "1", "m8": "1", "m7": "1"}, (), Verdict.NOT_ENOUGH),  # September was worked
        ({"m10": "1", "m8": "1", "m7": "1"}, (whole(9),), Verdict.MET),
        ({"m10": "1", "m8": "1", "m7": "1"}, (Period(date(2026, 9, 2), date(2026, 9, 30)),), Verdict.NOT_ENOUGH),
        (
            {"m10": "1", "m8": "1", "m7": "1"},
            (Period(date(2026, 8, 28), date(2026, 9, 14)), Period(date(2026, 9, 15), date(2026, 10, 3))),
            Verdict.MET,
        ),
        ({"m10": "1", "m9": "1", "m8": "1"}, (Period(date(2020, 1, 1), date.max),), Verdict.NOT_ENOUGH),
    ],
)
def test_a_gate_is_taken_over_the_months_worked(
    values: dict[str, str], away: tuple[Period, ...], verdict: Verdict
) -> None:
    gate = OutcomeGate(metric="quota", months=3, at_least=Decimal("0.9"))
    person = a_person(outcomes=outcomes(**values), away=away)
    assert over_months_worked(gate, person, ON).verdict is verdict


values_ = st.lists(st.none() | st.decimals(0, 2, places=2), min_size=22, max_size=22)


@given(values_, st.sets(st.integers(0, 21)), st.integers(1, 6))
@settings(max_examples=80, deadline=None)
def test_without_leave_it_is_the_gate_of_the_contract_and_leave_is_as_if_the_months_had_not_been(
    values: list[Decimal | None], leave: set[int], asked: int
) -> None:
    gate = OutcomeGate(metric="quota", months=asked, at_least=Decimal(1))

    def person(places: list[int], away: set[int]) -> object:
        known = [(MONTHS[n], values[n]) for n in places]
        return a_person(
            outcomes=tuple(Outcome(metric="quota", month=month, value=v) for month, v in known if v is not None),
            away=tuple(
                Period(MONTHS[n], (MONTHS[n] + timedelta(days=31)).replace(day=1) - timedelta(days=1)) for n in away
            ),
        )

    everything = list(range(22))
    plain = person(everything, set())
    assert (over_months_worked(gate, plain, ON).verdict is Verdict.MET) == gate_state(gate, "r", plain, ON).met  # type: ignore[arg-type]
    with_values = over_months_worked(gate, person(everything, leave), ON)  # type: ignore[arg-type]
    without = over_months_worked(gate, person([n for n in everything if n not in leave], leave), ON)  # type: ignore[arg-type]
    assert (with_values.verdict, with_values.mean) == (without.verdict, without.mean)
    worked = [values[n] for n in reversed(everything) if n not in leave][:asked]
    enough = len(worked) == asked and None not in worked
    assert (with_values.verdict is not Verdict.NOT_ENOUGH) == enough


def test_it_counts_what_readiness_counts() -> None:
    role = a_role(
        "closer",
        "negotiating:2",
        "talking:2",
        gates=(MonthsInRole(role="seller", at_least=3), AttestationGate(by="manager", title="Led a call")),
    )
    person = a_person(
        role="seller",
        since=date(2026, 9, 1),
        attestations=(Attestation(title="Led a call", by="manager", on=ON),),
    )
    profile = Profile(levels={"negotiating": 2, "talking": 1})
    found, counted = stands(role, person, profile, ON), readiness([role], person, profile, ON)
    assert (found.met, found.required, found.ready) == (counted.met, counted.required, False)
    assert [one.held for one in found.items] == [2, 1]
    assert [one.on for one in found.gates] == [date(2026, 12, 1), ON]
