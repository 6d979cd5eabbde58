"""Likely dates: what a forecast may say, that it says the same twice, and that a run is the timetable's."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest

from lms.engine.curriculum import CompletedBy, Course
from lms.engine.dating.dated import timetable_of
from lms.engine.dating.forecast import likely_dates
from lms.engine.dating.habits import AS_PLANNED, Done, Habits, Levels, by_hours, hours_kept
from lms.engine.dating.rerun import Draw, Rerun, tasks_of
from lms.engine.dating.timetable import Run
from lms.engine.dating.week import StudyDays
from lms.engine.days import DAY, Period
from lms.engine.path import Planner
from lms.engine.person import Evidence
from lms.engine.profile import Profile, Record, record_on
from lms.engine.requirement import Requirement
from lms.engine.schedule import Arrangement, Step, arrange
from tests.build import TODAY, a_course, a_curriculum, a_person, fact, needs
from tests.engine.naive_calendar import at
from tests.random_curricula import random_curriculum, random_person

WEEK = Fraction(7)  # an hour a day
MANY = 95
"""So many samples that a level has 95 of 100 draws."""


def day(number: int) -> date:
    """A day counted from the planning date, which is day 0."""
    return TODAY + DAY * number


CLOSED = (Period(day(3), day(4)),)
STUDY = [a_course(f"c{n}", 5, grants=[f"k{n}:1"]) for n in range(6)]
ASSESSED = a_course("assessed", 5, grants=["m:1"], completion=CompletedBy.MANAGER)


def pace(*ratios: float) -> Habits:
    """Somebody with many samples of each of these ratios."""
    return Habits(ratios=Levels(own={round(ratio * 20): MANY * 20 for ratio in ratios}))


def wait(days: int) -> Habits:
    """Somebody whose manager always took so many days."""
    return Habits(waits={CompletedBy.MANAGER: Levels(own={days: 10**9})})


MISSES = Habits(misses=Levels(own={1: 10**9}))


def planned(
    courses: Sequence[Course],
    *,
    record: Record | None = None,
    wanted: Sequence[Requirement] = (),
    closed: Sequence[Period] = CLOSED,
) -> tuple[Profile, Arrangement]:
    record = record or record_on(a_curriculum(*courses), a_person(), TODAY)
    hours = {course.id: course.hours for course in courses}
    names = None if any(course.sessions for course in courses) else [course.id for course in courses]
    path = arrange(record, courses, hours, wanted, weekly_hours=WEEK, closed=closed, previous=names)
    return record.profile(), path


def dates(
    courses: Sequence[Course], habits: Habits = AS_PLANNED, *, seed: int = 1, closed: Sequence[Period] = CLOSED
) -> tuple[date | None, ...]:
    profile, path = planned(courses, closed=closed)
    return likely_dates(profile, path.steps, TODAY, weekly_hours=WEEK, closed=closed, habits=habits, seed=seed)


def test_there_are_twenty_dates_in_order() -> None:
    found = [ready for ready in dates(STUDY, pace(0.5, 0.8, 1, 1.25)) if ready]
    assert (len(found), found) == (20, sorted(found))
    assert len(set(found)) > 5


def test_the_same_seed_gives_the_same_dates_and_another_seed_gives_others() -> None:
    assert dates(STUDY, pace(0.5, 0.8, 1), seed=7) == dates(STUDY, pace(0.5, 0.8, 1), seed=7)
    assert dates(STUDY, pace(0.5, 0.8, 1), seed=7) != dates(STUDY, pace(0.5, 0.8, 1), seed=8)


def test_whoever_keeps_to_the_plan_is_ready_on_the_planned_day() -> None:
    _, path = planned(STUDY)
    assert set(dates(STUDY)) == {path.ready_on} == {day(31)}


def test_half_the_hours_take_twice_the_days_and_hours_are_rounded_up_never_down() -> None:
    assert max(filter(None, dates([STUDY[0]], pace(0.5)))) == day(11)
    assert min(filter(None, dates([STUDY[0]], pace(2.0)))) == day(2)
    assert max(filter(None, dates([a_course("c", 3)], pace(0.95)))) == day(5)


def test_a_slower_week_misses_the_session_and_takes_the_next() -> None:
    workshop = a_course("workshop", 1, needs=needs("c0"), sessions=(at(day(7)), at(day(40))))
    assert set(dates([STUDY[0], workshop])) == {day(7)}
    assert set(dates([STUDY[0], workshop], pace(1, 0.5))) == {day(7), day(40)}


def test_where_the_last_session_is_missed_there_is_no_date_and_it_stands_last() -> None:
    workshop = a_course("workshop", 1, needs=needs("c0"), sessions=(at(day(7)),))
    found = dates([STUDY[0], workshop], pace(1, 0.5))
    dated = found.index(None)
    assert 0 < dated < 20
    assert found == (day(7),) * dated + (None,) * (20 - dated)


def test_while_a_missed_session_is_waited_for_other_steps_go_on() -> None:
    workshop = a_course("workshop", 1, needs=needs("c0"), sessions=(at(day(7)), at(day(30))))
    after = a_course("after", 1, needs=needs("workshop"))
    assert max(filter(None, dates([STUDY[0], workshop, after, STUDY[1]], pace(0.5)))) == day(31)


def test_a_missed_session_moves_its_step_to_the_next_one_and_nothing_else() -> None:
    workshop = a_course("workshop", 1, sessions=(at(day(7)), at(day(9)), at(day(30))))
    assert set(dates([workshop, STUDY[0]], MISSES)) == {day(9)}
    assert set(dates([workshop, *STUDY], MISSES)) == {day(31)}
    assert set(dates([a_course("once", 1, sessions=(at(day(7)),))], MISSES)) == {None}


def test_a_wait_delays_what_depends_on_it_and_the_end_and_no_other_study() -> None:
    after = a_course("after", 2, needs=needs("assessed"))
    assert set(dates([ASSESSED, STUDY[0]], wait(3))) == {day(11)}  # its five days are over on the sixth
    assert set(dates([STUDY[0], ASSESSED], wait(3))) == {day(14)}
    assert set(dates([ASSESSED, after], wait(3), closed=())) == {day(8)}
    assert set(dates([ASSESSED, after, STUDY[0]], wait(3), closed=())) == {day(11)}
    workshop = a_course("workshop", 1, needs=needs("assessed"), sessions=(at(day(7)), at(day(9))))
    assert set(dates([ASSESSED, workshop], wait(3))) == {day(9)}
    assert set(dates([STUDY[0], replace(ASSESSED, completion=CompletedBy.TRAINER)], wait(3))) == {day(11)}


def test_a_step_after_a_session_waits_for_the_word_on_it_too() -> None:
    workshop = a_course("workshop", 1, sessions=(at(day(7)),), grants=["w:1"], completion=CompletedBy.MANAGER)
    after = a_course("after", 2, needs=needs("w:1"))
    assert set(dates([workshop, after])) == {day(8)}
    assert set(dates([workshop, after], wait(5))) == {day(13)}
    assert set(dates([workshop], wait(5))) == {day(12)}


def test_a_renewal_is_simulated_where_the_path_has_it() -> None:
    courses = [a_course("long", 40, grants=["l:1"]), a_course("refresher", 2, grants=["k:2"])]
    person = a_person(evidence=[Evidence(competency="k", level=2, on=day(-9), until=day(9))])
    record = record_on(a_curriculum(*courses), person, TODAY)
    profile, path = planned(courses[:1], record=record, wanted=[fact("l:1"), fact("k:2")])
    assert [step.renews for step in path.steps] == [False, True]
    found = likely_dates(profile, path.steps, TODAY, weekly_hours=WEEK, closed=CLOSED, habits=pace(1, 0.5), seed=2)
    assert min(filter(None, found)) == path.ready_on
    assert 1 < len(set(found)) < 5


def test_a_path_without_steps_is_ready_at_once() -> None:
    assert set(dates([], pace(0.5))) == {TODAY}


@pytest.mark.parametrize(
    "wrong", [{"ratios": Levels(own={0: 1})}, {"waits": {CompletedBy.MANAGER: Levels(site={-1: 1})}}]
)
def test_ratios_are_above_0_and_waits_not_below(wrong: dict[str, Levels]) -> None:
    with pytest.raises(ValueError, match=r"all above 0|less than no day"):
        Habits(**wrong)  # type: ignore[arg-type]


def test_own_samples_outweigh_the_team_s_which_outweigh_the_site_s_and_none_leave_the_plan() -> None:
    assert Levels().weights() == (0, 0, 0, 1)
    assert Levels(own={20: 5}, team={20: 15}, site={20: 5}).weights() == (0.5, 0.375, 0.0625, 0.0625)
    mixed = Levels(own={10: 5}, site={30: 5}).mixed(20)
    assert mixed.values == (10, 20, 30)
    assert mixed.up_to == (0.5, 0.75, 1)


def test_drawn_by_their_hours_all_steps_together_take_as_long_as_they_did_before() -> None:
    """Half an hour that took three weeks of 4 h says little of thirty hours."""
    days = StudyDays(TODAY, Fraction(4))
    story = [Done(day(0), 100), Done(day(7), 400), Done(day(28), 240), Done(day(35), 480), Done(day(49), 1000)]
    ratios = hours_kept(story, days, Fraction(4), since=TODAY)
    assert ratios == [(20, 400), (4, 240), (24, 480), (25, 1000)]
    mixed = by_hours(dict(ratios), len(ratios))
    taken = sum(weight / 4 * 20 / ratio for ratio, weight in mixed.items())
    assert taken == pytest.approx(28 / 21.2)  # seven weeks of 4 h for 21.2 h


# -- properties


def random_paths(seeds: range) -> Iterator[tuple[random.Random, Profile, tuple[Step, ...], StudyDays, Arrangement]]:
    """Paths over random curricula, half of whose courses have up to three sessions."""
    for seed in seeds:
        rng = random.Random(seed)
        drawn = random_curriculum(rng, courses=9)
        courses = tuple(
            replace(course, sessions=tuple(sorted((at(day(rng.randint(1, 60))) for _ in range(3)), key=str)))
            if rng.random() < 0.5
            else replace(course, completion=rng.choice(list(CompletedBy)))
            for course in drawn.courses
        )
        curriculum = replace(drawn, courses=courses)
        person = replace(random_person(rng, curriculum, TODAY), away=CLOSED)
        query = Planner(curriculum).query(person, TODAY)
        choice = query.choose()
        assert choice is not None
        path = query.arrange(choice.courses)
        if path.steps:
            yield rng, query.profile, path.steps, StudyDays(TODAY, person.weekly_hours, query.closed), path


def a_draw(rng: random.Random, steps: Sequence[Step], *, waits: int = 0, missed: float = 0) -> Draw:
    """Amounts around the planned ones."""
    return Draw(
        [round(step.hours * rng.choice((0.5, 1, 1, 2, 3))) for step in steps],
        [rng.randint(0, waits) for _ in steps],
        [int(rng.random() < missed) for _ in steps],
    )


def test_when_all_goes_to_plan_each_day_is_the_path_s_own() -> None:
    for _, profile, steps, days, path in random_paths(range(150)):
        as_planned = Draw([step.hours for step in steps], [0] * len(steps), [0] * len(steps))
        run = Rerun(steps, profile, days)
        assert run.day(as_planned) == run.walk.day(as_planned) == run.walk.in_order(as_planned)
        undated, last = run.day(as_planned)
        assert (None if undated else date.fromordinal(last)) == path.ready_on


def test_a_run_is_what_the_timetable_gives_for_the_same_amounts() -> None:
    """An oracle: the timetable built anew, in the order of the path or with later steps going first."""
    for rng, profile, steps, days, _ in random_paths(range(150)):
        run = Rerun(steps, profile, days)
        for _ in range(4):
            draw = a_draw(rng, steps)
            tasks = [replace(task, hours=hours) for task, hours in zip(tasks_of(steps), draw.hours, strict=True)]
            table = timetable_of(tasks, profile, days)
            kept = Run(table).follow(range(len(tasks)))
            free = Run(table).overtake(range(len(tasks)), overrun=True)
            assert run.day(draw) in {kept.key(), min(kept.key(), free.key())}
            assert run.day(draw) == run.walk.day(draw)
            if any(kept.slot(number).session != step.session for number, step in enumerate(steps)):
                assert run.day(draw) == min(kept.key(), free.key())


def test_in_the_order_of_the_path_more_of_anything_never_brings_an_earlier_day() -> None:
    for rng, profile, steps, days, _ in random_paths(range(150)):
        run = Rerun(steps, profile, days)
        for _ in range(4):
            less = a_draw(rng, steps, waits=9, missed=0.2)
            more = Draw(
                [hours + rng.randint(0, 300) for hours in less.hours],
                [days_ + rng.choice((0, 0, 9)) for days_ in less.waits],
                [missed or int(rng.random() < 0.2) for missed in less.missed],
            )
            assert run.walk.in_order(less) <= run.walk.in_order(more)
            assert run.day(more) <= run.walk.in_order(more)


def test_slower_habits_give_later_dates_draw_by_draw_where_no_session_is_in_the_way() -> None:
    habits = [
        pace(2),
        pace(1.5, 1),
        pace(1),
        pace(1, 0.8),
        pace(0.5),
        Habits(ratios=pace(0.5).ratios, waits=wait(9).waits),
    ]
    found = [dates([*STUDY, ASSESSED], one, seed=5) for one in habits]
    for fast, slow in pairwise(found):
        assert all(one <= other for one, other in zip(fast, slow, strict=True) if one and other)
