"""Whole paths on real calendars, walked day by day by a checker that knows the contract and not the planner."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import permutations

from lms.engine.competency import Attainment
from lms.engine.curriculum import Course, Curriculum, Session
from lms.engine.days import DAY, Period, last_valid_day
from lms.engine.path import LearningPath, PathStep, Planner, Status
from lms.engine.person import Person
from lms.engine.price import Minimise
from lms.engine.profile import Record, profile_on, record_on
from lms.engine.requirement import Fact, Requirement, holds, top_items
from tests.engine import oracle
from tests.random_curricula import random_curriculum, random_person

TODAY = date(2026, 11, 23)


def a_case(seed: int, *, courses: int = 8, dated: float = 0.35, brief: float = 0.3) -> tuple[Curriculum, Person]:
    """A random curriculum with sessions and grants that lapse, and somebody with days away."""
    rng = random.Random(seed)
    curriculum = random_curriculum(rng, courses=courses)
    made = tuple(_on_the_calendar(rng, course, dated, brief) for course in curriculum.courses)
    closed = tuple(_period(rng) for _ in range(rng.choice((0, 1, 2))))
    person = random_person(rng, curriculum, TODAY)
    away = tuple(_period(rng) for _ in range(rng.choice((0, 0, 1))))
    return replace(curriculum, courses=made, blackouts=closed), replace(person, away=away, targets=("r0",))


def _on_the_calendar(rng: random.Random, course: Course, dated: float, brief: float) -> Course:
    grants = tuple(
        replace(grant, valid_months=rng.randint(1, 3) if rng.random() < brief else None) for grant in course.grants
    )
    sessions = tuple(_session(rng, n) for n in range(rng.randint(1, 3))) if rng.random() < dated else ()
    return replace(course, grants=grants, sessions=sessions)


def _session(rng: random.Random, number: int) -> Session:
    starts = datetime(2026, 11, 20, 9, tzinfo=UTC) + timedelta(days=rng.randint(0, 60))
    return Session(
        id=f"s{number}", starts=starts, ends=starts + timedelta(hours=rng.choice((2, 30))), seats=rng.choice((0, 5, 5))
    )


def _period(rng: random.Random) -> Period:
    first = TODAY + timedelta(days=rng.randint(0, 40))
    return Period(first, first + timedelta(days=rng.randint(0, 10)))


class Walk:
    """What holds on each day of a path, from the ledger and from the steps that have ended."""

    def __init__(self, record: Record, path: LearningPath) -> None:
        self.record, self.path = record, path

    def holds(self, requirement: Requirement, day: date, of: PathStep | None) -> bool:
        return holds(requirement, lambda fact: self.held(fact, day, of))

    def held(self, fact: Fact, day: date, of: PathStep | None) -> bool:
        if self.record.holds(fact, day):
            return True
        return any(self._gives(step, fact, day) for step in self.path.steps if self._is_over(step, day, of))

    def _is_over(self, step: PathStep, day: date, of: PathStep | None) -> bool:
        if step is of or step.ends is None or step.ends > day:
            return False
        both = of is not None and step.session is not None and of.session is not None
        return not both or step.session.ends <= of.session.starts  # type: ignore[union-attr]

    def _gives(self, step: PathStep, fact: Fact, day: date) -> bool:
        assert step.ends is not None
        if not isinstance(fact, Attainment):
            return step.course.id == fact.course
        return any(
            grant.competency == fact.competency
            and grant.level >= fact.level
            and day <= last_valid_day(step.ends, grant.valid_months)
            for grant in step.course.grants
        )


def test_every_dated_step_can_be_taken_on_its_day_and_the_target_holds_on_the_last() -> None:
    renewed = lapsed = 0
    for seed in range(1500):
        curriculum, person = a_case(seed, courses=10, brief=0.6)
        person = replace(person, weekly_hours=Fraction(1, 2))
        path = Planner(curriculum).plan(person, TODAY)
        walk = Walk(record_on(curriculum, person, TODAY), path)
        renewed += any(step.renews for step in path.steps)
        lapsed += bool(path.lapses)
        if path.lapses:
            continue
        for step in path.steps:
            assert step.starts is None or walk.holds(step.course.requires, step.starts, step), (seed, step.course.id)
        items = top_items(curriculum.roles[0].requires)
        assert path.ready_on is None or all(walk.holds(item, path.ready_on, None) for item in items), seed
    assert (renewed > 40, lapsed > 10) == (True, True)


def test_study_takes_exactly_its_hours_of_open_days_and_sessions_are_taken_as_announced() -> None:
    for seed in range(500):
        curriculum, person = a_case(seed, brief=0)
        path = Planner(curriculum).plan(person, TODAY)
        closed = (*person.away, *curriculum.blackouts)
        share = Fraction(person.weekly_hours) / 7
        passed, at = Fraction(0), TODAY
        for step in path.steps:
            if step.starts is None or step.ends is None:
                continue
            if step.session is not None:
                assert step.session.seats > 0
                assert step.starts >= TODAY
                days = [step.starts + DAY * n for n in range((step.ends - step.starts).days + 1)]
                assert not any(day in period for day in days for period in closed), seed
                continue
            if not any(other.session for other in path.steps):
                passed += Fraction(step.hours, 100)
                while sum_of_study(TODAY, at, closed, share) < passed:
                    at += DAY
                assert step.ends == at, (seed, step.course.id)


def sum_of_study(first: date, last: date, closed: tuple[Period, ...], share: Fraction) -> Fraction:
    """The hours of study from the first day through the last."""
    days = [first + DAY * n for n in range((last - first).days + 1)]
    return share * sum(not any(day in period for period in closed) for day in days)


def test_the_order_brings_the_target_s_levels_as_early_as_any_order_could() -> None:
    tried = 0
    for seed in range(400):
        curriculum, person = a_case(seed, courses=10, dated=0, brief=0)
        path = Planner(curriculum).plan(person, TODAY)
        if not 3 <= len(path.steps) <= 6:
            continue
        tried += 1
        profile = profile_on(curriculum, person, TODAY)
        reachable = {gap.requirement for gap in path.gaps} - {unmet.requirement for unmet in path.unmet}
        levels = oracle.unmet_levels(profile, reachable)
        best = min(
            oracle.unlock_time(profile, order, levels)
            for order in permutations(path.steps)
            if oracle.takable_from_the_top(profile, [step.course for step in order])
        )
        assert path.order_is_exact
        assert oracle.unlock_time(profile, path.steps, levels) == best, seed
    assert tried > 30


def test_no_set_in_any_order_is_ready_before_a_proven_earliest_date() -> None:
    proven = 0
    for seed in range(700):
        curriculum, person = a_case(seed, courses=6, dated=0.5, brief=0)
        planner = Planner(curriculum)
        path = planner.plan(person, TODAY, minimise=Minimise.DATE)
        if path.status not in (Status.OPTIMAL, Status.FEASIBLE):
            continue
        query = planner.query(person, TODAY)
        best = oracle.earliest_day(query)
        assert path.ready_on is None or best is not None
        if path.status is Status.OPTIMAL:
            proven += 1
            assert path.ready_on == best, seed
            assert path.objective == path.bound
        else:
            assert path.bound is None or best is None or (best - TODAY).days >= path.bound, seed
    assert proven > 200
