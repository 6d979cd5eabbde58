"""The calendar: worked boundaries, a day-by-day judge, and sessions against every order there is."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import permutations

import pytest

from lms.engine.curriculum import Course
from lms.engine.dating import fastest
from lms.engine.dating.week import StudyDays
from lms.engine.days import DAY, Period
from lms.engine.price import Minimise
from lms.engine.profile import record_on
from lms.engine.requirement import CourseDone, any_of
from lms.engine.schedule import Arrangement, Earliest, arrange, earliest_ready
from tests.build import TODAY, a_course, a_curriculum, a_person, fact, needs
from tests.engine.naive_calendar import NaiveCalendar, at
from tests.engine.test_order import can_be_taken, random_set

WEEK = Fraction(7)  # an hour a day


def day(number: int) -> date:
    """A day counted from the planning date, which is day 0."""
    return TODAY + DAY * number


def away(first: int, last: int) -> Period:
    return Period(day(first), day(last))


def plan(
    courses: Sequence[Course],
    *wanted: str,
    weekly_hours: Fraction = WEEK,
    closed: Sequence[Period] = (),
    minimise: Minimise = Minimise.HOURS,
    previous: Sequence[str] | None = None,
) -> Arrangement:
    """The courses on the calendar of somebody who holds nothing."""
    return arrange(
        record_on(a_curriculum(*courses), a_person(), TODAY),
        courses,
        {course.id: course.hours for course in courses},
        [fact(item) for item in wanted],
        weekly_hours=weekly_hours,
        closed=closed,
        minimise=minimise,
        previous=previous,
    )


def earliest(courses: Sequence[Course], *, weekly_hours: Fraction = WEEK, closed: Sequence[Period] = ()) -> Earliest:
    record = record_on(a_curriculum(*courses), a_person(), TODAY)
    hours = {course.id: course.hours for course in courses}
    return earliest_ready(record, courses, hours, weekly_hours=weekly_hours, closed=closed)


def span(arrangement: Arrangement, course: str) -> tuple[int | None, int | None]:
    """The first and the last day of a step, counted from the planning date."""
    step = next(step for step in arrangement.steps if step.course.id == course)
    return tuple(d and (d - TODAY).days for d in (step.starts, step.ends))  # type: ignore[return-value]


def ids(arrangement: Arrangement) -> list[str]:
    return [step.course.id for step in arrangement.steps]


# -- pace


def test_study_starts_on_the_planning_date_itself() -> None:
    assert span(plan([a_course("a", 1)]), "a") == (0, 0)


def test_hours_that_fill_a_day_exactly_end_on_it_and_the_next_step_starts_the_day_after() -> None:
    path = plan([a_course("a", 3), a_course("b", 1)])
    assert (span(path, "a"), span(path, "b")) == ((0, 2), (3, 3))


def test_a_step_that_ends_within_a_day_shares_it_with_the_next() -> None:
    path = plan([a_course("a", 2.99), a_course("b", 1)])
    assert (span(path, "a"), span(path, "b")) == ((0, 2), (2, 3))


def test_one_hundredth_of_an_hour_more_than_fits_takes_another_day() -> None:
    assert span(plan([a_course("a", 3.01)]), "a") == (0, 3)


def test_four_hours_a_week_are_spread_evenly_over_seven_days() -> None:
    path = plan([a_course("a", 4), a_course("b", 0.57), a_course("c", 0.01)], weekly_hours=Fraction(4))
    assert (span(path, "a"), span(path, "b"), span(path, "c")) == ((0, 6), (7, 7), (7, 8))


def test_nobody_studies_on_days_away_not_even_on_the_first() -> None:
    path = plan([a_course("a", 2), a_course("b", 1)], closed=[away(0, 1), away(3, 4), away(4, 9), away(-5, -3)])
    assert (span(path, "a"), span(path, "b")) == ((2, 10), (11, 11))


def test_a_step_may_start_on_the_planning_date_and_end_after_a_break() -> None:
    assert span(plan([a_course("a", 1.5)], closed=[away(1, 30)]), "a") == (0, 31)


def test_no_courses_are_ready_on_the_planning_date() -> None:
    path = plan([], closed=[away(0, 9)])
    assert (path.steps, path.ready_on, path.order_is_exact, path.date_is_exact) == ((), TODAY, True, True)


def test_dates_past_the_year_9999_are_none_and_the_order_stays() -> None:
    path = plan([a_course("a", 1), a_course("b", 10_000_000), a_course("c", 1)], "a", weekly_hours=Fraction(1, 100))
    assert [(step.starts, step.ends) for step in path.steps][1:] == [(day(700), None), (None, None)]
    assert (ids(path), path.ready_on) == (["a", "b", "c"], None)


def test_somebody_away_for_good_never_studies() -> None:
    path = plan([a_course("a", 2)], closed=[Period(day(1), date.max)])
    assert (span(path, "a"), path.ready_on) == ((0, None), None)


def test_the_longest_course_is_dated_without_looking_at_its_days() -> None:
    path = plan([a_course("a", 10_000_000)], weekly_hours=Fraction(168))
    assert path.ready_on == TODAY + timedelta(days=-(-10_000_000 * 7 // 168) - 1)


@pytest.mark.parametrize("seed", range(60))
def test_every_step_falls_on_the_days_that_a_day_by_day_walk_gives_it(seed: int) -> None:
    rng = random.Random(seed)
    courses = [a_course(f"c{n}", rng.randint(1, 900) / 100, grants=[f"k{n}:1"]) for n in range(rng.randint(1, 6))]
    closed = [away(first := rng.randint(-4, 30), first + rng.randint(0, 6)) for _ in range(rng.randint(0, 4))]
    weekly = Fraction(rng.randint(50, 2000), 100)
    path = plan(courses, *(f"k{n}:1" for n in range(len(courses))), weekly_hours=weekly, closed=closed)
    naive = NaiveCalendar(courses, TODAY, weekly, closed)
    for step in path.steps:
        naive.study(step.course)
        assert (step.starts, step.ends) == (naive.starts[step.course.id], naive.ends[step.course.id])
    assert path.ready_on == naive.ready_on


@pytest.mark.parametrize("seed", range(20))
def test_study_days_are_numbered_as_a_walk_over_the_days_counts_them(seed: int) -> None:
    rng = random.Random(seed)
    closed = [away(first := rng.randint(-4, 40), first + rng.randint(0, 9)) for _ in range(rng.randint(0, 5))]
    days = StudyDays(TODAY, WEEK, closed)
    walked = [day(n) for n in range(80) if not any(day(n) in period for period in closed)]
    assert [days.day(index) for index in range(len(walked))] == walked
    for n in range(60):
        assert days.index(day(n)) == sum(open_day < day(n) for open_day in walked)
        assert days.open(day(n), day(n + 2)) == all(day(m) in walked for m in range(n, n + 3))


# -- sessions


def test_the_session_that_ends_earliest_is_taken_and_uses_no_weekly_hours() -> None:
    talk = a_course(
        "talk", 3, sessions=(at(day(9), name="late"), at(day(4), plus=30, name="long"), at(day(5), 1, name="short"))
    )
    path = plan([talk, a_course("study", 7)])
    assert (span(path, "talk"), span(path, "study")) == ((5, 5), (0, 6))
    assert path.steps[1].session == talk.sessions[2]


def test_sessions_that_are_full_or_begin_too_soon_or_touch_a_day_away_are_not_taken() -> None:
    courses = [
        a_course("full", 1, sessions=(at(day(1), seats=0), at(day(7)))),
        a_course("past", 1, sessions=(at(day(-1), 23, plus=2), at(day(8)))),
        a_course("away", 1, sessions=(at(day(2), plus=30), at(day(9)))),
    ]
    path = plan(courses, closed=[away(3, 3)])
    assert [span(path, name)[0] for name in ("full", "past", "away")] == [7, 8, 9]


def test_a_session_on_the_planning_date_itself_can_be_taken() -> None:
    assert span(plan([a_course("a", 1, sessions=(at(TODAY, 0),))]), "a") == (0, 0)


def test_a_session_that_ends_at_midnight_ends_on_the_day_before() -> None:
    path = plan([a_course("a", 1, sessions=(at(day(2), 20, plus=4),))], closed=[away(3, 3)])
    assert span(path, "a") == (2, 2)


def test_study_that_ends_on_a_day_counts_for_a_session_of_that_day() -> None:
    workshop = a_course("workshop", 1, needs=needs("basics"), sessions=(at(day(2), 8), at(day(5))))
    assert span(plan([a_course("basics", 3), workshop]), "workshop") == (2, 2)
    assert span(plan([a_course("basics", 3.01), workshop]), "workshop") == (5, 5)


def test_study_after_a_session_starts_again_on_the_day_that_it_ends() -> None:
    workshop = a_course("workshop", 1, sessions=(at(day(4), 15),))
    path = plan([workshop, a_course("practice", 1, needs=needs("workshop"))])
    assert (span(path, "practice"), ids(path)) == ((4, 4), ["workshop", "practice"])


def test_between_two_sessions_the_hour_decides() -> None:
    first = a_course("first", 1, sessions=(at(day(3), 9),))
    second = a_course("second", 1, needs=needs("first"), sessions=(at(day(3), 11, plus=1), at(day(3), 12), at(day(9))))
    path = plan([second, first])
    assert path.steps[1].session == second.sessions[1]
    assert ids(path) == ["first", "second"]


def test_other_steps_fill_the_wait_for_a_session() -> None:
    courses = [
        a_course("workshop", 1, sessions=(at(day(3)),)),
        a_course("practice", 2, needs=needs("workshop"), grants=["k:4"]),
        a_course("reading", 2, grants=["m:1"]),
    ]
    path = plan(courses, "k:4", "m:1")
    assert (span(path, "reading"), span(path, "practice"), path.ready_on) == ((0, 1), (3, 4), day(4))


def test_where_no_session_is_left_the_step_and_what_depends_on_it_are_undated_and_last() -> None:
    courses = [
        a_course("gone", 1, grants=["k:1"], sessions=(at(day(-3)),)),
        a_course("after", 1, needs=needs("k:1")),
        a_course("apart", 1),
    ]
    path = plan(courses, "k:1")
    assert ids(path) == ["apart", "gone", "after"]
    assert [(step.starts, step.ends, step.session) for step in path.steps[1:]] == [(None, None, None)] * 2
    assert (span(path, "apart"), path.ready_on) == ((0, 0), None)


def test_an_alternative_that_is_not_waiting_is_enough() -> None:
    courses = [
        a_course("gone", 1, sessions=(at(day(-3)),)),
        a_course("open", 1),
        a_course("after", 1, needs=any_of([CourseDone("gone"), CourseDone("open")])),
    ]
    assert span(plan(courses), "after") == (1, 1)


def test_the_order_that_is_ready_first_wins_over_the_one_that_unlocks_first() -> None:
    courses = [
        a_course("quick", 2, grants=["a:4"]),
        a_course("basics", 2, grants=["b:1"]),
        a_course("workshop", 1, needs=needs("basics"), sessions=(at(day(2)), at(day(30)))),
    ]
    path = plan(courses, "a:4", "b:1")
    assert (ids(path), path.ready_on, path.date_is_exact, path.order_is_exact) == (
        ["basics", "workshop", "quick"],
        day(3),
        True,
        False,
    )


def test_where_the_date_allows_it_what_unlocks_first_comes_first() -> None:
    courses = [
        a_course("quick", 1, grants=["a:4"]),
        a_course("slow", 5, grants=["c:1"]),
        a_course("basics", 2, grants=["b:1"]),
        a_course("workshop", 1, needs=needs("basics"), sessions=(at(day(3)), at(day(30)))),
    ]
    path = plan(courses, "a:4", "b:1", "c:2")
    assert (ids(path)[:2], path.ready_on) == (["quick", "basics"], day(7))


def test_a_persons_own_order_is_kept_though_another_would_be_ready_first_unless_the_date_is_what_matters() -> None:
    courses = [
        a_course("basics", 2, grants=["b:1"]),
        a_course("workshop", 1, needs=needs("basics"), sessions=(at(day(2)), at(day(30)))),
        a_course("reading", 2, grants=["a:1"]),
        a_course("writing", 2, grants=["c:1"]),
    ]
    own = ["writing", "reading", "basics", "workshop"]
    kept = plan(courses, "a:1", "b:1", "c:1", previous=own)
    assert (ids(kept), kept.ready_on) == (own, day(30))
    dated = plan(courses, "a:1", "b:1", "c:1", previous=own, minimise=Minimise.DATE)
    assert (ids(dated), dated.ready_on) == (["basics", "workshop", "writing", "reading"], day(5))


def test_a_wait_in_a_persons_own_order_is_filled() -> None:
    courses = [
        a_course("workshop", 1, sessions=(at(day(5)),)),
        a_course("practice", 2, needs=needs("workshop")),
        a_course("reading", 2),
    ]
    path = plan(courses, "practice", "reading", previous=["workshop", "practice", "reading"])
    assert ids(path) == ["reading", "workshop", "practice"]


def test_study_waits_for_a_session_when_that_brings_the_last_day_forward() -> None:
    courses = [
        a_course("first", 1, sessions=(at(day(1)),)),
        a_course("between", 1, needs=needs("first")),
        a_course("second", 1, needs=needs("between"), sessions=(at(day(2)), at(day(90)))),
        a_course("long", 20),
    ]
    path = plan(courses)
    assert (span(path, "between"), path.ready_on, path.date_is_exact) == ((1, 1), day(21), True)


def with_sessions(rng: random.Random, courses: Sequence[Course], *, reach: int) -> list[Course]:
    """The courses, some of them with sessions within `reach` days."""
    made = []
    for course in courses:
        sessions = tuple(
            at(
                day(rng.randint(-1, reach)),
                rng.choice([0, 9, 20]),
                plus=rng.choice([0, 4, 24, 40]),
                seats=rng.choice([0, 5, 5]),
            )
            for _ in range(rng.randint(1, 4) if rng.random() < 0.4 else 0)
        )
        made.append(replace(course, sessions=sessions))
    return made


@pytest.mark.parametrize("seed", range(150))
def test_no_order_of_a_small_set_with_sessions_is_ready_earlier(seed: int) -> None:
    rng = random.Random(seed)
    plain, wanted = random_set(rng, rng.randint(2, 5))
    courses = with_sessions(rng, plain, reach=rng.choice([6, 25]))
    closed = [away(first := rng.randint(0, 20), first + rng.randint(0, 3)) for _ in range(rng.randint(0, 2))]
    weekly = Fraction(rng.choice([3, 7, 20]))
    judged: list[date | None] = []
    for order in permutations([course for course in courses if not course.sessions]):
        naive = NaiveCalendar(courses, TODAY, weekly, closed)
        for course in order:
            naive.study(course)
        judged.append(naive.ready_on)
    best = min((ready for ready in judged if ready), default=None)
    assert earliest(courses, weekly_hours=weekly, closed=closed) == (best, True)
    path = arrange(
        record_on(a_curriculum(*courses), a_person(), TODAY),
        courses,
        {course.id: course.hours for course in courses},
        wanted,
        weekly_hours=weekly,
        closed=closed,
    )
    assert (path.ready_on, path.date_is_exact) == (best, True)
    assert_follows_the_contract(path, courses, weekly, closed)


def assert_follows_the_contract(
    path: Arrangement, courses: Sequence[Course], weekly: Fraction, closed: Sequence[Period]
) -> None:
    """The days are those of a walk that studies in the path's order, and the path can be taken from the top."""
    naive = NaiveCalendar(courses, TODAY, weekly, closed)
    for step in path.steps:
        if not step.course.sessions and step.starts:
            naive.study(step.course)
    for step in path.steps:
        assert (step.starts, step.ends) == (naive.starts.get(step.course.id), naive.ends.get(step.course.id))
        assert step.session == naive.sessions.get(step.course.id)
    starts = [step.starts or date.max for step in path.steps]
    assert starts == sorted(starts)
    assert can_be_taken([step.course for step in path.steps])


def test_a_search_that_runs_out_of_trials_says_that_the_date_is_not_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fastest, "READYING", 0)
    unproven = 0
    for seed in range(60):
        rng = random.Random(seed)
        courses = with_sessions(rng, random_set(rng, 7, choices=0.5)[0], reach=25)
        record = record_on(a_curriculum(*courses), a_person(), TODAY)
        hours = {course.id: course.hours for course in courses}
        quick = earliest_ready(record, courses, hours, weekly_hours=WEEK, nodes=0)
        best = earliest(courses)
        unproven += not quick.proven
        if quick.proven:
            assert quick.ready_on == best.ready_on
        elif quick.ready_on:
            assert best.ready_on
            assert best.ready_on <= quick.ready_on
    assert unproven
