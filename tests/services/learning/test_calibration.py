"""Forecasts are kept once a month, closed when the goal is reached or changed, and counted once their day has passed."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from lms.engine.dating.habits import AS_PLANNED
from lms.services import paths, replanning
from lms.services.access import Actor, Right
from lms.services.learning import outlook
from lms.services.learning.calibration import Calibration, calibration, own_basis
from lms.services.learning.forecasts import Foretold, record_forecasts
from lms.storage.paths import Forecast
from lms.storage.people import Person
from tests.organisation import NOW, a_published_curriculum, somebody, who_holds

ON = date(2026, 11, 23)
DAY = timedelta(days=1)
ANYBODY = Actor(person_id=1, rights=frozenset({Right.EVERYBODY}))
DAYS = [(ON + n * DAY).isoformat() for n in range(1, 21)]


def told(person: Person, *roles: str, status: str = "optimal", days: list[str] = DAYS) -> Foretold:
    """What a path that was just stored foretells."""
    return Foretold(person.id, roles, status, {"days": days, "draws": 20})


def kept(session: Session, person: Person) -> list[tuple[date, str, date | None]]:
    rows = session.scalars(
        select(Forecast)
        .where(Forecast.person_id == person.id)
        .order_by(Forecast.made_on)
        .execution_options(populate_existing=True)
    )
    return [(row.made_on, row.state, row.reached_on) for row in rows]


def a_forecast(session: Session, person: Person, made_on: date, tenth: int, **more: Any) -> None:
    """One whose tenth of twenty days lies so many days ahead; the others follow and precede it day by day."""
    days = [(made_on + (tenth - 10 + n) * DAY).isoformat() for n in range(1, 21)]
    values = {"roles": ["r"], "days": days, "draws": 20, **more}
    session.add(Forecast(person_id=person.id, made_on=made_on, **values))
    session.flush()


def counted(session: Session, on: date = ON) -> Calibration:
    return calibration(session, ANYBODY, on=on)


def test_of_a_person_and_target_the_first_forecast_of_a_month_is_kept_and_today_s_is_made_again(
    session: Session,
) -> None:
    one, other = somebody(session), somebody(session)
    for on, days in ((ON, DAYS[:1]), (ON, DAYS), (ON + DAY, DAYS[:2]), (ON + 20 * DAY, DAYS[:3])):
        record_forecasts(session, [told(one, "r", days=days), told(other, "r", days=[])], on=on)
    assert kept(session, one) == [(ON, "open", None), (ON + 20 * DAY, "open", None)]
    assert kept(session, other) == []
    first = session.scalars(select(Forecast).order_by(Forecast.made_on)).first()
    assert first is not None
    assert first.days == DAYS


def test_a_goal_that_is_reached_closes_its_forecasts_and_another_target_drops_them(session: Session) -> None:
    one, other, left = somebody(session), somebody(session), somebody(session)
    for on in (ON, ON + 20 * DAY):
        record_forecasts(session, [told(one, "r"), told(other, "r"), told(left, "r")], on=on)
    later = ON + 30 * DAY
    changed = [told(one, "r", status="ready"), told(other, "s"), told(left, status="", days=[])]
    record_forecasts(session, changed, on=later)
    assert kept(session, one) == [(ON, "reached", later), (ON + 20 * DAY, "reached", later)]
    assert [state for _, state, _ in kept(session, other)] == ["dropped", "dropped", "open"]
    assert [state for _, state, _ in kept(session, left)] == ["dropped", "dropped"]
    record_forecasts(session, [told(one, "s")], on=later)
    assert [state for _, state, _ in kept(session, one)] == ["reached", "reached", "open"]


def test_a_target_changed_and_changed_back_within_a_day_leaves_one_forecast_of_that_day(session: Session) -> None:
    one = somebody(session)
    for roles in (("r",), ("s",), ("r",)):
        record_forecasts(session, [told(one, *roles)], on=ON)
    assert kept(session, one) == [(ON, "open", None)]


def test_keeping_many_takes_four_statements_and_storing_a_path_keeps_its_forecast(session: Session) -> None:
    people = [somebody(session) for _ in range(9)]
    record_forecasts(session, [told(one, "r") for one in people], on=ON)
    statements: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *given: statements.append(given[2]))
    kinds = itertools.cycle((("r", "ready"), ("s", "optimal"), ("r", "optimal")))
    record_forecasts(
        session, [told(one, role, status=s) for one, (role, s) in zip(people, kinds, strict=False)], on=ON + 20 * DAY
    )
    assert len(statements) == 4
    rep = people[0]
    who_holds(
        session, rep, "sdr", a_published_curriculum(session), since=date(2026, 1, 5), targets=["account-executive"]
    )
    replanning.input_changed(session, [rep.id], now=NOW)
    paths.replan_now(session, [rep.id], now=NOW)
    assert [state for made, state, _ in kept(session, rep) if made == ON] == ["reached"]
    basis = own_basis(session, Actor(person_id=rep.id, rights=frozenset({Right.EVERYBODY})))
    assert basis == outlook.basis(AS_PLANNED)


def test_a_date_holds_when_the_goal_is_reached_by_then_and_is_decided_on_the_day_after_it(session: Session) -> None:
    made = ON - 60 * DAY
    people = [somebody(session) for _ in range(4)]
    a_forecast(session, people[0], made, 20, state="reached", reached_on=made + 20 * DAY)
    a_forecast(session, people[1], made, 20, state="reached", reached_on=made + 21 * DAY)
    a_forecast(session, people[2], made, 20)
    a_forecast(session, people[3], ON - 10 * DAY, 10)  # its tenth day is today, its sixteenth to come
    lines = [(line.called, line.decided, line.held) for line in counted(session).lines]
    assert lines == [(50, 3, 1), (80, 3, 2), (90, 3, 2)]
    assert [line.decided for line in counted(session, ON + DAY).lines] == [4, 3, 3]


def test_dropped_ones_those_of_leavers_and_later_ones_of_a_month_do_not_count_and_it_is_said_how_many_were_dropped(
    session: Session,
) -> None:
    made = date(2026, 9, 1)
    one, leaver, done = somebody(session), somebody(session), somebody(session)
    for days in range(4):
        a_forecast(session, one, made + days * DAY, 20)
    a_forecast(session, one, made + 9 * DAY, 20, state="dropped", roles=["s"])
    a_forecast(session, one, date(2024, 10, 1), 20)
    a_forecast(session, done, made, 20, days=DAYS[:3], state="reached", reached_on=made + DAY)
    a_forecast(session, leaver, made, 20)
    leaver.state = "deactivated"
    session.flush()
    found = counted(session)
    assert (found.kept, found.open, found.dropped) == (3, 1, 1)
    assert [line.decided for line in found.lines] == [1, 1, 1]  # with three days of twenty nothing was called 50 %


@pytest.mark.parametrize(
    ("held", "verdict"), [(20, "careful"), (19, "fair"), (13, "fair"), (12, "hopeful"), (16, "fair")]
)
def test_of_twenty_decided_dates_the_share_that_held_is_told_and_of_fewer_none(
    session: Session, held: int, verdict: str
) -> None:
    made = date(2026, 9, 1)
    for number in range(20):
        if number == 19:
            assert not counted(session).enough
        reached = {"state": "reached", "reached_on": made + DAY} if number < held else {}
        a_forecast(session, somebody(session), made, 20, **reached)
    line = counted(session).lines[1]
    assert (line.called, line.decided, line.held, line.share) == (80, 20, held, 5 * held)
    assert line.verdict == verdict
