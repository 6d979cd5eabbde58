"""Gates: what no course can give."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from lms.engine.curriculum import AttestationGate, MonthsInRole, OutcomeGate
from lms.engine.gates import GateState, gate_state
from lms.engine.person import Attestation, Outcome, Stint
from tests.build import a_person

TODAY = date(2026, 11, 23)


def months(at_least: int, **person: object) -> tuple[bool, date | None]:
    state = gate_state(MonthsInRole(role="sdr", at_least=at_least), "ae", a_person(**person), TODAY)  # type: ignore[arg-type]
    return state.met, state.on


def test_months_in_the_present_role_are_reached_on_the_same_day_of_a_later_month() -> None:
    assert months(9, role="sdr", since=date(2026, 2, 23)) == (True, TODAY)
    assert months(9, role="sdr", since=date(2026, 2, 24)) == (False, date(2026, 11, 24))


def test_earlier_stints_in_the_role_add_up() -> None:
    stint = Stint(role="sdr", first=date(2025, 6, 1), last=date(2026, 1, 31))
    assert months(9, role="sdr", since=date(2026, 11, 1), stints=(stint,)) == (False, date(2026, 12, 1))


def test_months_in_another_role_count_for_nothing_and_have_no_date() -> None:
    assert months(9, role="ae", since=date(2020, 1, 1)) == (False, None)


def test_months_reached_in_an_earlier_stint_stay_reached() -> None:
    stint = Stint(role="sdr", first=date(2024, 1, 15), last=date(2025, 1, 14))
    assert months(9, role="ae", since=date(2025, 1, 15), stints=(stint,)) == (True, date(2024, 10, 15))


def test_an_earlier_stint_without_an_end_counts_through_today() -> None:
    stint = Stint(role="sdr", first=date(2026, 2, 24))
    assert months(9, role="ae", stints=(stint,)) == (False, None)
    assert months(8, role="ae", stints=(stint,)) == (True, date(2026, 10, 24))


def outcome(values: dict[str, str], *, at_least: str = "0.9", on: date = TODAY) -> GateState:
    gate = OutcomeGate(metric="quota", months=3, at_least=Decimal(at_least))
    told = tuple(
        Outcome(metric="quota", month=date.fromisoformat(f"{month}-01"), value=Decimal(value))
        for month, value in values.items()
    )
    return gate_state(gate, "ae", a_person(outcomes=told), on)


def test_the_mean_of_the_last_full_months_opens_an_outcome_gate_to_the_last_digit() -> None:
    assert outcome({"2026-08": "0.9", "2026-09": "0.8", "2026-10": "1.0"}).met
    assert not outcome({"2026-08": "0.9", "2026-09": "0.8", "2026-10": "0.9999"}).met


def test_the_running_month_does_not_count_and_a_missing_one_keeps_the_gate_shut() -> None:
    full = {"2026-08": "1", "2026-09": "1", "2026-10": "1"}
    assert outcome({**full, "2026-11": "0"}).met
    assert not outcome({"2026-08": "9", "2026-10": "9", "2026-11": "9"}).met
    assert outcome({"2026-10": "1", "2026-11": "1", "2026-12": "1"}, on=date(2027, 1, 1)).met


@pytest.mark.parametrize(
    ("by", "title", "on", "met"),
    [
        ("manager", "Led a call", date(2026, 9, 12), True),
        ("peer", "Led a call", date(2026, 9, 12), False),
        ("manager", "Led a Call", date(2026, 9, 12), False),
        ("manager", "Led a call", date(2026, 11, 24), False),
    ],
)
def test_an_attestation_opens_its_gate_when_title_and_attester_are_equal(
    by: str, title: str, on: date, met: bool
) -> None:
    gate = AttestationGate(by="manager", title="Led a call")
    state = gate_state(gate, "ae", a_person(attestations=(Attestation(title=title, by=by, on=on),)), TODAY)
    assert (state.met, state.on) == (met, on if met else None)
