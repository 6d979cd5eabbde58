"""Insight counts people, never names them, and says of a course what stands in its way."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.engine.competency import Attainment
from lms.engine.curriculum import Curriculum, Delivery, Session
from lms.engine.explain import Explainer, Verdict
from lms.engine.insight.bottlenecks import bottlenecks, on_paths
from lms.engine.insight.providers import Thread, thin_competencies
from lms.engine.insight.seats import Supply, seat_demand
from lms.engine.insight.stalls import Asked, Standing, stalls, standing, waits
from lms.engine.insight.unchosen import Answer, Because, Unchosen, in_order, use_of, why_unchosen
from lms.engine.insight.ways import Way, WayStep
from lms.engine.mending.rings import whole
from lms.engine.path import Planner
from lms.engine.requirement import any_of
from tests.build import TODAY, a_course, a_curriculum, a_person, a_role, fact, needs
from tests.random_curricula import random_curriculum

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def a_step(course: str, days: int = 3, *, after: tuple[str, ...] = (), session: str | None = None) -> WayStep:
    """A step from today on."""
    return WayStep(course, TODAY, TODAY + (days - 1) * DAY, session=session, after=after)


def a_way(*steps: WayStep, lacking: tuple[Attainment, ...] = ()) -> Way:
    return Way(on=TODAY, steps=steps, lacking=lacking)


def a_meeting(starts: datetime, seats: int = 6) -> Session:
    return Session(id=starts.isoformat(), starts=starts, ends=starts + timedelta(hours=2), seats=seats)


def test_what_was_begun_stands_since_then_and_else_the_next_step_since_somebody_last_did_something() -> None:
    way, long_ago = a_way(a_step("one"), a_step("two", 5)), TODAY - 30 * DAY
    assert list(standing(way, {"two": TODAY - 8 * DAY}, (), long_ago, TODAY)) == [Standing("two", 8, 5, begun=True)]
    assert list(standing(way, {}, (), long_ago, TODAY)) == [Standing("one", 30, 3, begun=False)]
    assert list(standing(way, {}, {"one"}, long_ago, TODAY)) == [Standing("two", 30, 5, begun=False)]
    assert list(standing(a_way(a_step("one", session="s")), {}, (), long_ago, TODAY)) == []
    assert list(standing(a_way(), {}, (), long_ago, TODAY)) == []
    assert list(standing(way, {}, (), None, TODAY)) == []


def test_a_step_stalls_at_twice_its_length_and_a_week_more() -> None:
    assert [Standing("c", days, 3, begun=True).stalled for days in (9, 10)] == [False, True]
    assert [Standing("c", days, 20, begun=True).stalled for days in (39, 40)] == [False, True]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 90), st.integers(1, 20), st.booleans())))
@settings(max_examples=50)
def test_no_number_is_told_of_fewer_than_five_people(rows: list[tuple[str, int, int, bool]]) -> None:
    standing_ = [Standing(course, days, planned, begun) for course, days, planned, begun in rows]
    for found in stalls(standing_):
        mine = [one for one in standing_ if one.course == found.course]
        assert found.people == (len(mine) if len(mine) >= 5 else None)
        assert (found.stood is None) == (found.planned is None) == (found.people is None)
        for part in (found.begun, found.stalled):
            assert not isinstance(part, int) or part in {0, len(mine)} or min(part, len(mine) - part) >= 5
    asked = [Asked(planned % 7, course, days, waits=begun) for course, days, planned, begun in rows]
    for wait in waits(asked):
        answered = {one.person for one in asked if one.course == wait.course and not one.waits}
        assert (wait.waited is not None) == (len(answered) >= 5)
        assert {wait.people, wait.waiting}.isdisjoint(range(1, 5))


def test_a_level_hangs_by_no_course_one_course_or_one_provider() -> None:
    curriculum = a_curriculum(
        a_course("lone", grants=["k:1"]),
        *(a_course(name, grants=["m:2"], provider="Acme") for name in ("left", "right")),
        *(a_course(name, grants=["n:2"], provider=name) for name in ("north", "south")),
        *(a_course(name, grants=["o:1"]) for name in ("inside", "outside")),
        a_role("rep", "k:2", "k:1", "m:2", "n:2", "o:1"),
    )
    ways = [a_way(lacking=(Attainment("k", 1), Attainment("k", 2)))] * 5 + [a_way(lacking=(Attainment("m", 2),))] * 4
    found = [(thin.attainment, thin.thread, thin.provider, thin.people) for thin in thin_competencies(curriculum, ways)]
    assert found == [
        (Attainment("k", 2), Thread.NO_COURSE, None, 5),
        (Attainment("k", 1), Thread.ONE_COURSE, None, 5),
        (Attainment("m", 2), Thread.ONE_PROVIDER, "Acme", None),
    ]


def test_people_come_when_what_they_need_is_done_and_wait_for_the_month_with_a_session() -> None:
    january, march = date(2027, 1, 1), date(2027, 3, 1)
    curriculum = a_curriculum(
        a_course("before"),
        a_course("clinic", sessions=(a_meeting(NOW - DAY), a_meeting(datetime(2027, 3, 9, 9, tzinfo=UTC)))),
        a_course("talk", delivery=Delivery.VIRTUAL),
    )
    before = WayStep("before", TODAY, date(2027, 1, 12))
    clinic = WayStep("clinic", date(2027, 3, 9), date(2027, 3, 9), session="s", after=("before",))
    talk = WayStep("talk", date(2027, 1, 13), date(2027, 1, 20))
    seats, virtual = seat_demand(curriculum, [a_way(before, clinic, talk)] * 7, NOW, TODAY)
    assert [(one.month, one.could, one.planned, one.seats, one.supply) for one in seats.months] == [
        (january, 7, 0, 0, Supply.NO_SESSION),
        (march, 0, 7, 6, Supply.SHORT),
    ]
    assert [(gap.month.month, gap.until, gap.weight) for gap in seats.gaps] == [(january, march, 14)]
    assert [(one.month, one.could, one.planned, one.supply) for one in virtual.months] == [
        (january, 7, 7, Supply.NO_SESSION)
    ]
    assert virtual.gaps[0].until is None


def test_who_finds_no_session_any_more_is_counted_and_empty_sessions_are_told() -> None:
    course = a_course("clinic", sessions=(a_meeting(NOW + 40 * DAY), a_meeting(NOW + 80 * DAY, seats=0)))
    never = WayStep("clinic", None, None, after=("before",))
    after = WayStep("before", None, None)
    (found,) = seat_demand(a_curriculum(course), [a_way(never)] * 5 + [a_way(after, never)] * 3, NOW, TODAY)
    assert found.unserved == 8
    assert [(one.month.month, one.could, one.supply) for one in found.months] == [
        (11, 5, Supply.NO_SESSION),
        (1, 0, Supply.EMPTY),
        (2, 0, Supply.FULL),
    ]


def test_a_course_holds_up_what_nobody_reaches_without_it_whatever_the_alternatives() -> None:
    curriculum = a_curriculum(
        a_course("first"),
        a_course("left", needs=needs("first"), grants=["k:1"]),
        a_course("right", needs=needs("first"), grants=["k:1"]),
        a_course("last", needs=needs("k:1")),
        a_role("rep", "last", "k:1"),
        a_role("lead", any_of([fact("left"), fact("right")])),
    )
    people = on_paths([a_way(a_step("first"), a_step("left"))] * 6 + [a_way(a_step("right"))] * 2)
    found = bottlenecks(whole(curriculum), people)
    assert [(one.course, one.courses, one.requirements, one.roles, one.people) for one in found] == [
        ("first", 3, 3, ("rep", "lead"), 6),
        ("last", 0, 1, ("rep",), 0),
    ]


@pytest.mark.parametrize("seed", range(20))
def test_what_a_bottleneck_holds_up_is_what_chaining_without_it_does_not_reach(seed: int) -> None:
    compiled = whole(random_curriculum(random.Random(seed)))
    free = set(compiled.net.reach(()).taken)
    held_up = {one.course: one.courses for one in bottlenecks(compiled, {})}
    for number, course in enumerate(compiled.net.courses):
        if number in free:
            allowed = [other != number for other in range(len(compiled.net.courses))]
            left = set(compiled.net.reach((), allowed).taken)
            assert held_up.get(course.id, 0) == len(free - left) - 1


def reason(curriculum: Curriculum, course: str, *, people: int = 1, **more: Any) -> Unchosen:
    """Why a course is on nobody's path, where everybody is alike and on the way to `rep`."""
    planner, person, compiled = Planner(curriculum), a_person(targets=("rep",), **more), whole(curriculum)
    path = planner.plan(person, TODAY)
    said = Explainer(planner.query(person, TODAY)).why_not(course)
    answers = [Answer(path.minimise, said)] * (0 if said.verdict is Verdict.OUTSIDE else people)
    use = use_of(compiled, path.chosen, {"rep"})
    return why_unchosen(compiled, curriculum.course_by_id[course], use, answers, NOW)


def test_the_reason_is_what_the_planner_says_and_by_how_much() -> None:
    over = (a_meeting(NOW - DAY),)
    curriculum = a_curriculum(
        a_course("short", 2, grants=["k:1"]),
        a_course("long", 5, grants=["k:1"], sessions=over),
        a_course("before", 3),
        a_course("quick", 1, needs=needs("before"), grants=["k:1"]),
        a_course("both", 4, grants=["m:1", "n:1"]),
        a_course("part", 1, grants=["m:1"]),
        a_course("twin", 4, grants=["m:1", "n:1"]),
        a_course("apart", 1),
        a_course("later", 1, grants=["z:1"]),
        a_course("never", 1, needs=needs("y:1"), grants=["k:1"]),
        a_role("rep", "k:1", "m:1", "n:1"),
        a_role("lead", "z:1"),
    )
    found = {
        course.id: reason(curriculum, course.id) for course in curriculum.courses if course.id not in {"short", "both"}
    }
    assert {name: (one.because, one.excess, one.instead, one.extra, one.over) for name, one in found.items()} == {
        "long": (Because.DEARER, 300, ("short",), (), True),
        "before": (Because.DEARER, 200, ("short",), ("quick",), False),
        "quick": (Because.NEEDS_DEAR, 200, ("short",), ("before",), False),
        "part": (Because.COMES_ANYWAY, 100, ("both",), (), False),
        "twin": (Because.LEVEL, 0, ("both",), (), False),
        "apart": (Because.NEEDED_BY_NONE, None, (), (), False),
        "later": (Because.AIMED_AT_BY_NONE, None, (), (), False),
        "never": (Because.UNREACHABLE, None, (), (), False),
    }
    assert [one.course for one in in_order(found.values())][:3] == ["never", "apart", "later"]


def test_that_people_hold_something_already_is_told_only_of_five() -> None:
    curriculum = a_curriculum(
        a_course("basics", grants=["k:1"]), a_course("more", grants=["k:1"]), a_role("rep", "k:1")
    )
    for people, because in ((4, Because.UNKNOWN), (5, Because.HELD)):
        assert reason(curriculum, "more", people=people, completed=["basics"]).because is because
