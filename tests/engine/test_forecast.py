"""Likely dates: what a forecast may say, and that it says the same twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import pytest

from lms.engine.curriculum import Course
from lms.engine.days import DAY, Period
from lms.engine.forecast import likely_dates
from lms.engine.person import Evidence
from lms.engine.profile import Record, record_on
from lms.engine.requirement import Requirement
from lms.engine.schedule import Arrangement, arrange
from tests.build import TODAY, a_course, a_curriculum, a_person, fact, needs
from tests.engine.naive_calendar import at

WEEK = Fraction(7)  # an hour a day


def day(number: int) -> date:
    """A day counted from the planning date, which is day 0."""
    return TODAY + DAY * number


CLOSED = (Period(day(3), day(4)),)
STUDY = [a_course(f"c{n}", 5, grants=[f"k{n}:1"]) for n in range(6)]


def planned(
    courses: Sequence[Course], *, record: Record | None = None, wanted: Sequence[Requirement] = ()
) -> tuple[Record, Arrangement]:
    record = record or record_on(a_curriculum(*courses), a_person(), TODAY)
    hours = {course.id: course.hours for course in courses}
    return record, arrange(record, courses, hours, wanted, weekly_hours=WEEK, closed=CLOSED)


def dates(
    courses: Sequence[Course], *ratios: Fraction | float, seed: int = 1, draws: int = 20
) -> tuple[date | None, ...]:
    record, path = planned(courses)
    return likely_dates(record, path, weekly_hours=WEEK, closed=CLOSED, ratios=ratios, seed=seed, draws=draws)


def test_there_are_twenty_dates_in_order() -> None:
    found = [ready for ready in dates(STUDY, 0.5, 0.8, 1, 1.25) if ready]
    assert (len(found), found) == (20, sorted(found))
    assert len(set(found)) > 5


def test_the_same_seed_gives_the_same_dates_and_another_seed_gives_others() -> None:
    assert dates(STUDY, 0.5, 0.8, 1, seed=7) == dates(STUDY, 0.5, 0.8, 1, seed=7)
    assert dates(STUDY, 0.5, 0.8, 1, seed=7) != dates(STUDY, 0.5, 0.8, 1, seed=8)


def test_whoever_keeps_to_the_plan_is_ready_on_the_planned_day() -> None:
    _, path = planned(STUDY)
    assert set(dates(STUDY, 1)) == {path.ready_on}
    assert path.ready_on == day(31)


def test_half_the_hours_take_twice_the_days() -> None:
    assert set(dates([STUDY[0]], Fraction(1, 2))) == {day(11)}
    assert set(dates([STUDY[0]], 2.0)) == {day(2)}


def test_hours_are_rounded_up_never_down() -> None:
    assert set(dates([a_course("c", 3)], Fraction(3, 3), Fraction(1))) == {day(2)}
    assert set(dates([a_course("c", 3)], Fraction(299, 300))) == {day(5)}


def test_a_slower_week_misses_the_session_and_takes_the_next() -> None:
    workshop = a_course("workshop", 1, needs=needs("c0"), sessions=(at(day(7)), at(day(40))))
    assert set(dates([STUDY[0], workshop], 1)) == {day(7)}
    assert set(dates([STUDY[0], workshop], 1, 0.5)) == {day(7), day(40)}


def test_where_the_last_session_is_missed_there_is_no_date_and_it_stands_last() -> None:
    workshop = a_course("workshop", 1, needs=needs("c0"), sessions=(at(day(7)),))
    found = dates([STUDY[0], workshop], 1, 0.5)
    dated = found.index(None)
    assert 0 < dated < 20
    assert found == (day(7),) * dated + (None,) * (20 - dated)


def test_while_a_missed_session_is_waited_for_other_steps_go_on() -> None:
    workshop = a_course("workshop", 1, needs=needs("c0"), sessions=(at(day(7)), at(day(30))))
    after = a_course("after", 1, needs=needs("workshop"))
    assert set(dates([STUDY[0], workshop, after, STUDY[1]], Fraction(1, 2))) == {day(31)}


def test_a_renewal_is_simulated_where_the_path_has_it() -> None:
    courses = [a_course("long", 40, grants=["l:1"]), a_course("refresher", 2, grants=["k:2"])]
    person = a_person(evidence=[Evidence(competency="k", level=2, on=day(-9), until=day(9))])
    record = record_on(a_curriculum(*courses), person, TODAY)
    _, path = planned(courses[:1], record=record, wanted=[fact("l:1"), fact("k:2")])
    assert [step.renews for step in path.steps] == [False, True]
    found = likely_dates(record, path, weekly_hours=WEEK, closed=CLOSED, ratios=[1, 0.5], seed=2)
    assert (min(day for day in found if day), len(set(found))) == (path.ready_on, 4)


def test_a_path_without_steps_is_ready_at_once() -> None:
    assert set(dates([], 0.5)) == {TODAY}


@pytest.mark.parametrize("ratios", [(), (1, 0), (0.5, -1)])
def test_ratios_have_to_be_above_0(ratios: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="above 0"):
        dates(STUDY, *ratios)
