"""The whole path: what holds of every one, and the contract's sentences one by one."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest

from lms.engine.competency import Attainment, EvidencePolicy
from lms.engine.curriculum import AttestationGate, Curriculum, Grant, MonthsInRole, Session
from lms.engine.days import Period
from lms.engine.path import LearningPath, Planner, Status, plan_path
from lms.engine.person import Completion, Evidence, Person
from lms.engine.price import Minimise
from lms.engine.profile import profile_on
from lms.engine.reasons import Reason
from lms.engine.requirement import CourseDone, any_of, holds, top_items
from lms.errors import Invalid
from tests.build import a_course, a_curriculum, a_person, a_role, needs
from tests.engine import oracle
from tests.random_curricula import random_curriculum, random_person

TODAY = date(2026, 11, 23)


def plan(curriculum: Curriculum, person: Person | None = None, **how: object) -> LearningPath:
    person = person or a_person(targets=("r",))
    return plan_path(curriculum, replace(person, targets=person.targets or ("r",)), TODAY, **how)  # type: ignore[arg-type]


def ids(path: LearningPath) -> list[str]:
    return [step.course.id for step in path.steps]


def a_session(name: str, day: date, *, hour: int = 9, length: int = 3, seats: int = 5) -> Session:
    starts = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    return Session(id=name, starts=starts, ends=starts + timedelta(hours=length), seats=seats)


@pytest.mark.parametrize("block", range(5))
def test_every_path_agrees_with_the_oracle_on_status_objective_gaps_and_count(block: int) -> None:
    for seed in range(block * 120, (block + 1) * 120):
        rng = random.Random(seed)
        curriculum = random_curriculum(rng, roles=2)
        person = random_person(rng, curriculum, TODAY)
        profile = profile_on(curriculum, person, TODAY)
        path = plan_path(curriculum, person, TODAY)
        first = top_items(curriculum.role_by_id[person.targets[0]].requires)
        more = [i for r in person.targets[1:] for i in top_items(curriculum.role_by_id[r].requires) if i not in first]
        items = [*first, *more]
        wanted = [item for item in items if oracle.reachable(curriculum, profile, item)]
        best = oracle.best_set(curriculum, profile, wanted, Minimise.HOURS)
        assert best is not None
        gaps = [item for item in items if not holds(item, profile.holds)]
        assert sorted(path.chosen) == sorted(curriculum.courses[number].id for number in best), seed
        assert (
            path.objective
            == path.bound
            == sum(oracle.price_of(curriculum.courses[number], profile).hours for number in best)
        )
        assert [gap.requirement for gap in path.gaps] == gaps
        assert (path.met, path.required) == (len(items) - len(gaps), len(items))
        assert [unmet.requirement for unmet in path.unmet] == [item for item in items if item not in wanted]
        expected = Status.BLOCKED if path.unmet else Status.OPTIMAL if gaps else Status.READY
        assert path.status is expected, seed


def test_every_step_of_every_path_has_a_reason_and_names_the_steps_it_rests_on() -> None:
    for seed in range(300):
        rng = random.Random(seed)
        curriculum = random_curriculum(rng)
        path = plan_path(curriculum, random_person(rng, curriculum, TODAY), TODAY)
        earlier: set[str] = set()
        for step in path.steps:
            assert step.because, (seed, step.course.id)
            assert set(step.after) <= earlier
            earlier.add(step.course.id)
            for reason in step.because:
                if isinstance(reason.fact, Attainment):
                    assert any(g.competency == reason.fact.competency and g.level == reason.fact.level
                               for g in step.course.grants)  # fmt: skip
                else:
                    assert reason.fact.course == step.course.id


def test_the_same_question_gives_the_same_path_whatever_was_asked_before() -> None:
    rng = random.Random(11)
    curriculum = random_curriculum(rng, courses=25, competencies=8, roles=2)
    people = [random_person(rng, curriculum, TODAY) for _ in range(40)]
    warm = Planner(curriculum)
    for person in people:
        warm.plan(person, TODAY)
    for person in reversed(people):
        assert warm.plan(person, TODAY) == Planner(curriculum).plan(person, TODAY)


def test_following_the_path_keeps_it_the_best_one_and_asks_no_solver() -> None:
    followed = 0
    for seed in range(150):
        rng = random.Random(seed)
        curriculum = replace(random_curriculum(rng), policy=EvidencePolicy.HIGHEST)
        curriculum = replace(curriculum, competencies=tuple(replace(c, policy=None) for c in curriculum.competencies))
        person = replace(random_person(rng, curriculum, TODAY), exempt=())
        planner = Planner(curriculum)
        path = planner.plan(person, TODAY)
        if path.status is not Status.OPTIMAL:
            continue
        step = path.steps[0].course
        later = replace(person, completed=(*person.completed, Completion(course=step.id, on=TODAY)))
        fresh = Planner(curriculum).plan(later, TODAY)
        again = planner.plan(later, TODAY, previous=path)
        assert sorted(again.chosen) == sorted(fresh.chosen) == sorted(set(path.chosen) - {step.id}), seed
        assert again.objective == fresh.objective
        followed += 1
    assert followed > 50


def test_a_person_without_a_target_is_refused() -> None:
    with pytest.raises(Invalid, match="no target"):
        plan_path(a_curriculum(a_role("r")), a_person(), TODAY)


def test_a_role_that_asks_nothing_is_ready_today() -> None:
    path = plan(a_curriculum(a_role("r")))
    assert (path.status, path.ready_on, path.hours, path.required) == (Status.READY, TODAY, 0, 0)


def test_what_no_course_grants_blocks_and_the_rest_is_still_planned() -> None:
    path = plan(a_curriculum(a_course("a", 2, grants=["k:3"]), a_role("r", "k:4", "k:2")))
    assert path.status is Status.BLOCKED
    assert ids(path) == ["a"]
    assert path.objective == path.bound == 200
    assert [unmet.why for unmet in path.unmet] == ["no course grants k above level 3"]
    assert (path.ready_on, path.eligible_on) == (None, None)


def test_a_ring_that_nobody_can_enter_is_named_as_the_cause() -> None:
    curriculum = a_curriculum(
        a_course("a", needs=needs("b")), a_course("b", needs=needs("a"), grants=["k:1"]), a_role("r", "k:1")
    )
    (unmet,) = plan(curriculum).unmet
    assert "'b' needs 'a', which needs 'b'" in unmet.why


def test_two_roles_share_steps_and_an_item_of_both_counts_once() -> None:
    curriculum = a_curriculum(
        a_course("core", 4, grants=["k:1"]),
        a_course("x", 1, grants=["m:1"]),
        a_role("r", "k:1"),
        a_role("s", "k:1", "m:1", gates=(AttestationGate(by="manager", title="Seen"),)),
    )
    path = plan(curriculum, a_person(targets=("r", "s")))
    assert sorted(ids(path)) == ["core", "x"]
    assert (path.met, path.required) == (0, 3)
    core = next(step for step in path.steps if step.course.id == "core")
    assert [reason.needed_by for reason in core.because] == ["r", "s"]


def test_hours_flow_evenly_over_the_days_that_are_neither_away_nor_blacked_out() -> None:
    curriculum = a_curriculum(
        a_course("a", 2, grants=["k:1"]), a_course("b", 2, needs=needs("k:1"), grants=["k:2"]), a_role("r", "k:2"),
        blackouts=(Period(date(2026, 11, 24), date(2026, 11, 25)),),
    )  # fmt: skip
    path = plan(curriculum, a_person(targets=("r",), weekly_hours=7))
    days = [(step.starts, step.ends) for step in path.steps]
    assert days == [(TODAY, date(2026, 11, 26)), (date(2026, 11, 27), date(2026, 11, 28))]
    assert path.ready_on == date(2026, 11, 28)


def test_a_course_with_sessions_is_taken_in_the_first_one_with_seats_on_open_days() -> None:
    sessions = (
        a_session("full", date(2026, 12, 1), seats=0),
        a_session("away", date(2026, 12, 2)),
        a_session("early", date(2026, 11, 22)),
        a_session("good", date(2026, 12, 8)),
        a_session("later", date(2026, 12, 9)),
    )
    curriculum = a_curriculum(a_course("a", 3, grants=["k:1"], sessions=sessions), a_role("r", "k:1"))
    away = (Period(date(2026, 12, 2), date(2026, 12, 2)),)
    path = plan(curriculum, a_person(targets=("r",), away=away))
    (step,) = path.steps
    assert step.session is not None
    assert (step.session.id, step.starts, path.ready_on) == ("good", date(2026, 12, 8), date(2026, 12, 8))


def test_where_no_session_is_left_the_status_stays_and_the_dates_are_unknown() -> None:
    full = (a_session("full", date(2026, 12, 1), seats=0),)
    path = plan(a_curriculum(a_course("a", 3, grants=["k:1"], sessions=full), a_role("r", "k:1")))
    (step,) = path.steps
    assert path.status is Status.OPTIMAL
    assert (step.starts, step.ends, step.session, path.ready_on) == (None, None, None, None)


def test_the_earliest_date_may_cost_more_hours_than_the_fewest() -> None:
    curriculum = a_curriculum(
        a_course("seat", 2, grants=["k:1"], sessions=(a_session("s", date(2027, 3, 1)),)),
        a_course("self", 4, grants=["k:1"]),
        a_role("r", "k:1"),
    )
    fewest, earliest = plan(curriculum), plan(curriculum, minimise=Minimise.DATE)
    assert (ids(fewest), fewest.ready_on) == (["seat"], date(2027, 3, 1))
    assert (ids(earliest), earliest.ready_on) == (["self"], date(2026, 11, 29))
    assert (earliest.status, earliest.objective, earliest.bound) == (Status.OPTIMAL, 6, 6)


def test_an_undated_set_loses_to_any_dated_one() -> None:
    curriculum = a_curriculum(
        a_course("seat", 2, grants=["k:1"], sessions=(a_session("s", date(2027, 3, 1), seats=0),)),
        a_course("self", 4000, grants=["k:1"]),
        a_role("r", "k:1"),
    )
    assert ids(plan(curriculum, minimise=Minimise.DATE)) == ["self"]


def test_what_lapses_before_the_end_is_renewed_and_counts_in_hours_but_not_in_the_objective() -> None:
    brief = Grant(competency="k", level=1, valid_months=1)
    curriculum = a_curriculum(
        a_course("k1", 2, renewal_hours=1, grants=[brief]),
        a_course("long", 40, grants=["m:1"]),
        a_role("r", "k:1", "m:1"),
    )
    person = a_person(targets=("r",), completed=[("k1", date(2026, 11, 1))])
    path = plan(curriculum, person)
    assert [(step.course.id, step.renews) for step in path.steps] == [("long", False), ("k1", True)]
    assert (path.objective, path.hours, path.status) == (4000, 4100, Status.OPTIMAL)
    assert path.steps[1].because == (Reason(Attainment("k", 1), "role", "r"),)


def test_the_cheapest_course_renews_just_in_time_for_a_session_far_off_and_every_step_keeps_its_reason() -> None:
    brief = Grant(competency="k", level=1, valid_months=6)
    curriculum = a_curriculum(
        a_course("a", 3, grants=[brief]),
        a_course("z", 3, cost=9999, grants=["k:1"]),
        a_course("b", 1, needs=needs("k:1"), sessions=(a_session("s", date(2028, 4, 18)),)),
        a_role("r", "b"),
    )
    path = plan(curriculum)
    assert [(step.course.id, step.renews) for step in path.steps] == [("a", False), ("a", True), ("b", False)]
    assert path.steps[1].ends == date(2028, 4, 18)
    assert all(step.because for step in path.steps)


def test_where_no_set_has_a_date_the_best_one_is_still_proven() -> None:
    full = (a_session("full", date(2026, 12, 1), seats=0),)
    curriculum = a_curriculum(
        a_course("a", 3, grants=["k:1"], sessions=full), a_course("b", 1), a_role("r", "k:1", "b")
    )
    path = plan(curriculum, minimise=Minimise.DATE)
    assert (path.status, path.objective, path.bound) == (Status.OPTIMAL, None, None)


def test_what_lapses_and_cannot_be_renewed_is_said_and_the_status_stays() -> None:
    curriculum = a_curriculum(a_course("long", 40, grants=["m:1"]), a_role("r", "k:1", "m:1"))
    brief = Evidence(competency="k", level=1, on=date(2026, 11, 1), until=date(2026, 12, 1))
    path = plan(curriculum, a_person(targets=("r",), evidence=(brief,)))
    assert path.status is Status.OPTIMAL
    assert [(lapse.fact, lapse.on) for lapse in path.lapses] == [(Attainment("k", 1), date(2026, 12, 2))]


def test_somebody_is_eligible_when_the_last_gate_opens_and_never_while_one_has_no_date() -> None:
    role = a_role("r", "k:1", gates=(MonthsInRole(role="sdr", at_least=12),))
    curriculum = a_curriculum(a_course("a", 2, grants=["k:1"]), role, a_role("sdr"))
    path = plan(curriculum, a_person(targets=("r",), role="sdr", since=date(2026, 2, 1)))
    assert (path.ready_on, path.eligible_on) == (date(2026, 11, 26), date(2027, 2, 1))
    assert plan(curriculum).eligible_on is None


def test_a_date_past_the_year_9999_is_no_date() -> None:
    curriculum = a_curriculum(a_course("a", 10_000_000, grants=["k:1"]), a_role("r", "k:1"))
    path = plan(curriculum, replace(a_person(targets=("r",)), weekly_hours=Fraction(1, 10)))
    assert (path.status, path.ready_on, path.steps[0].ends) == (Status.OPTIMAL, None, None)


def test_the_reason_for_a_course_asked_for_by_name_is_the_course() -> None:
    curriculum = a_curriculum(a_course("a"), a_course("b", needs=needs("a")), a_role("r", any_of([CourseDone("b")])))
    path = plan(curriculum)
    assert [step.because for step in path.steps] == [
        (Reason(CourseDone("a"), "course", "b"),), (Reason(CourseDone("b"), "role", "r"),),
    ]  # fmt: skip
    assert [step.after for step in path.steps] == [(), ("a",)]
