"""Earliest unlock: every order of small random sets as the judge, and what a person can see of it in larger ones."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from itertools import permutations

import pytest

from lms.engine.competency import Attainment
from lms.engine.curriculum import Course, Grant
from lms.engine.ordering import legs, settle
from lms.engine.ordering.order import Order, earliest_unlock, keeping, targets_of
from lms.engine.ordering.sidney import closure
from lms.engine.ordering.ways import all_ways, chosen_set
from lms.engine.profile import Profile
from lms.engine.requirement import AtLeast, CourseDone, Fact, Requirement, all_of, any_of, holds
from lms.engine.search.bitsets import positions
from tests.build import a_course, fact, needs

NOBODY = Profile()


def unlock(
    courses: Sequence[Course], *wanted: str, profile: Profile = NOBODY, previous: Sequence[str] = ()
) -> tuple[list[str], bool]:
    """The ids of the courses in the order of earliest unlock, and whether it is exact."""
    order = order_of(courses, [fact(item) for item in wanted], profile, previous)
    return [courses[number].id for number in order.numbers], order.exact


def order_of(
    courses: Sequence[Course], wanted: Iterable[Requirement], profile: Profile = NOBODY, previous: Sequence[str] = ()
) -> Order:
    chosen = chosen_set(courses, profile.holds)
    targets = targets_of(wanted, chosen, profile.holds)
    chosen = keeping(chosen, previous)
    times = [0 if course.sessions else course.hours for course in courses]
    return earliest_unlock(chosen, all_ways(chosen), times, targets)


# -- a judge that shares nothing with the engine's masks and programmes


def can_be_taken(order: Sequence[Course], profile: Profile = NOBODY) -> bool:
    levels, done = dict(profile.levels), set(profile.done)

    def held(item: Fact) -> bool:
        if isinstance(item, CourseDone):
            return item.course in done
        return levels.get(item.competency, 0) >= item.level

    for course in order:
        if not holds(course.requires, held):
            return False
        done.add(course.id)
        for grant in course.grants:
            levels[grant.competency] = max(grant.level, levels.get(grant.competency, 0))
    return True


def lateness(order: Sequence[Course], wanted: Sequence[Fact], profile: Profile = NOBODY) -> tuple[int, int]:
    """The hours at which each unmet wanted level is first granted, added up; then the same of courses named."""
    asked: dict[str, int] = {}
    for item in wanted:
        if isinstance(item, Attainment):
            asked[item.competency] = max(item.level, asked.get(item.competency, 0))
    named = {item.course for item in wanted if isinstance(item, CourseDone)}
    levels, now, of_levels, of_names = dict(profile.levels), 0, 0, 0
    for course in order:
        now += 0 if course.sessions else course.hours
        for grant in course.grants:
            held = levels.get(grant.competency, 0)
            of_levels += now * max(0, min(grant.level, asked.get(grant.competency, 0)) - held)
            levels[grant.competency] = max(held, grant.level)
        of_names += now if course.id in named else 0
    return of_levels, of_names


def random_set(
    rng: random.Random, size: int, *, choices: float = 0.3, shared: float = 0.3
) -> tuple[list[Course], list[Fact]]:
    """Courses that can all be taken, and facts wanted of them; `choices` and `shared` are how often any-of groups and
    competencies granted twice come up.
    """
    courses = []
    for number in range(size):
        before = [CourseDone(f"c{n}") for n in range(number) if rng.random() < 2 / size]
        items: list[Requirement] = []
        while before:
            group = [before.pop() for _ in range(rng.randint(1, len(before)) if rng.random() < choices else 1)]
            items.append(AtLeast(rng.randint(1, len(group)), tuple(group)))
        name = f"s{rng.randint(0, 2)}" if rng.random() < shared else f"k{number}"
        grants = [Grant(competency=name, level=rng.randint(1, 3))] if rng.random() < 0.7 else []
        hours = rng.choice([1, 1, 2, 2.5, 4, 8])
        courses.append(a_course(f"c{number}", hours, needs=all_of(items), grants=grants))
    rng.shuffle(courses)
    wanted: list[Fact] = []
    for course in courses:
        if rng.random() < 0.15:
            wanted.append(CourseDone(course.id))
        wanted += [Attainment(g.competency, rng.randint(1, g.level)) for g in course.grants if rng.random() < 0.7]
    return courses, wanted


@pytest.mark.parametrize("choices", [0.0, 0.4])
@pytest.mark.parametrize("seed", range(60))
def test_no_order_of_a_small_set_unlocks_earlier(seed: int, choices: float) -> None:
    rng = random.Random(seed)
    courses, wanted = random_set(rng, rng.randint(1, 6), choices=choices, shared=choices)
    order = order_of(courses, wanted)
    ours = [courses[number] for number in order.numbers]
    assert order.exact
    assert can_be_taken(ours)
    assert lateness(ours, wanted) == min(lateness(p, wanted) for p in permutations(courses) if can_be_taken(p))


@pytest.mark.parametrize("seed", range(12))
def test_settling_choices_and_the_programme_over_takable_sets_find_equally_early_orders(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    courses, wanted = random_set(random.Random(seed), 14)
    monkeypatch.setattr(legs, "UNCUT_STATES", 100_000)
    programme = order_of(courses, wanted)
    monkeypatch.setattr(legs, "UNCUT_STATES", 1)
    settling = order_of(courses, wanted)
    early = [lateness([courses[n] for n in order.numbers], wanted) for order in (programme, settling) if order.exact]
    assert len(early) == 2
    assert early[0] == early[1]


@pytest.mark.parametrize(("size", "choices"), [(40, 0.0), (60, 0.0), (40, 0.05)])
def test_long_paths_are_ordered_exactly(size: int, choices: float) -> None:
    for seed in range(5):
        courses, wanted = random_set(random.Random(seed), size, choices=choices, shared=choices)
        order = order_of(courses, wanted)
        assert order.exact
        assert can_be_taken([courses[number] for number in order.numbers])


def test_beyond_its_reach_an_order_can_be_taken_and_says_that_it_is_not_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    courses, wanted = random_set(random.Random(3), 16, choices=0.5, shared=0.5)
    best = order_of(courses, wanted)
    monkeypatch.setattr(legs, "UNCUT_STATES", 1)
    monkeypatch.setattr(settle, "TRIALS", 0)
    order = order_of(courses, wanted)
    assert not order.exact
    assert can_be_taken([courses[number] for number in order.numbers])
    late, least = (lateness([courses[n] for n in o.numbers], wanted)[0] for o in (order, best))
    assert least <= late <= 1.2 * least


def test_a_short_way_to_two_levels_comes_before_a_long_way_to_one() -> None:
    courses = [a_course("long", 9, grants=["a:1"]), a_course("short", 3, grants=["b:2"])]
    assert unlock(courses, "a:1", "b:2") == (["short", "long"], True)


def test_a_course_is_worth_what_comes_after_it() -> None:
    courses = [
        a_course("quick", 2, grants=["a:1"]),
        a_course("basics", 1),
        a_course("jackpot", 1, needs=needs("basics"), grants=["b:4"]),
    ]
    assert unlock(courses, "a:1", "b:4")[0] == ["basics", "jackpot", "quick"]


def test_only_levels_not_held_yet_count() -> None:
    courses = [a_course("a", 2, grants=["a:3"]), a_course("b", 2, grants=["b:2"])]
    assert unlock(courses, "a:3", "b:2")[0] == ["a", "b"]
    assert unlock(courses, "a:3", "b:2", profile=Profile({"a": 2}))[0] == ["b", "a"]


def test_a_level_granted_by_an_earlier_step_counts_no_second_time() -> None:
    courses = [
        a_course("again", 1, needs=needs("first"), grants=["a:2"]),
        a_course("other", 2, grants=["b:1"]),
        a_course("first", 1, grants=["a:2"]),
    ]
    assert unlock(courses, "a:2", "b:1", "again")[0] == ["first", "other", "again"]


def test_courses_that_nothing_wanted_needs_come_last() -> None:
    courses = [a_course("aside", 1), a_course("wanted", 5, grants=["a:1"])]
    assert unlock(courses, "a:1")[0] == ["wanted", "aside"]


def test_courses_asked_for_by_name_come_after_levels_and_before_the_rest() -> None:
    courses = [a_course("aside", 1), a_course("named", 1), a_course("level", 8, grants=["a:1"])]
    assert unlock(courses, "a:1", "named")[0] == ["level", "named", "aside"]


def test_a_tie_goes_to_the_course_that_stands_first_in_the_curriculum() -> None:
    courses = [a_course(name, 2, grants=[f"{name}:1"]) for name in "dbca"]
    assert unlock(courses, "a:1", "b:1", "c:1", "d:1")[0] == ["d", "b", "c", "a"]


def test_one_of_two_chosen_supporters_is_enough_to_go_on() -> None:
    courses = [
        a_course("slow", 9, grants=["a:1"]),
        a_course("fast", 1, grants=["b:1"]),
        a_course("goal", 1, needs=any_of([CourseDone("slow"), CourseDone("fast")]), grants=["c:3"]),
    ]
    assert unlock(courses, "a:1", "b:1", "c:3") == (["fast", "goal", "slow"], True)


def test_two_courses_that_grant_one_level_are_both_placed_by_who_brings_it_sooner() -> None:
    courses = [
        a_course("broad", 4, grants=["a:1", "b:1"]),
        a_course("narrow", 1, grants=["a:1"]),
        a_course("third", 3, grants=["c:1"]),
    ]
    assert unlock(courses, "a:1", "b:1", "c:1") == (["narrow", "third", "broad"], True)


def test_courses_that_need_each_other_are_refused() -> None:
    ring = [a_course("lab", needs=needs("lecture")), a_course("lecture", needs=needs("lab"))]
    with pytest.raises(ValueError, match="cannot be taken in any order"):
        unlock(ring, "lab")


def test_a_ring_that_one_of_two_courses_opens_is_ordered() -> None:
    courses = [
        a_course("up", 1, needs=needs("k:1"), grants=["m:1"]),
        a_course("side", 1, needs=needs("m:1"), grants=["k:1"]),
        a_course("start", 5, grants=["k:1"]),
    ]
    assert unlock(courses, "m:1", "side") == (["start", "up", "side"], True)


# -- a person's own order


OWN = [
    a_course("a", 5, grants=["a:1"]),
    a_course("b", 1, grants=["b:4"]),
    a_course("c", 3, grants=["c:1"]),
    a_course("new", 1, grants=["d:2"]),
]


def test_a_persons_own_order_is_kept_and_new_courses_go_where_they_unlock_earliest() -> None:
    wanted = ("a:1", "b:4", "c:1", "d:2")
    assert unlock(OWN, *wanted)[0] == ["b", "new", "c", "a"]
    assert unlock(OWN, *wanted, previous=["c", "a", "b"]) == (["new", "c", "a", "b"], True)


def test_only_a_prerequisite_moves_a_step_of_a_persons_own_order() -> None:
    courses = [
        a_course("a", 1, needs=needs("c"), grants=["a:1"]),
        a_course("b", 1, grants=["b:1"]),
        a_course("c", 1, grants=["c:1"]),
        a_course("d", 1, grants=["d:1"]),
    ]
    assert unlock(courses, "a:1", "b:1", "c:1", "d:1", previous=["a", "b", "c", "d"])[0] == ["b", "c", "a", "d"]


def test_a_new_prerequisite_goes_before_the_step_that_needs_it_without_moving_that_step() -> None:
    courses = [
        a_course("a", 1, needs=needs("new"), grants=["a:1"]),
        a_course("b", 1, grants=["b:1"]),
        a_course("new", 9),
    ]
    assert unlock(courses, "a:1", "b:1", previous=["a", "b"])[0] == ["new", "a", "b"]


def test_courses_no_longer_chosen_leave_no_trace_in_a_persons_own_order() -> None:
    assert unlock(OWN[:2], "a:1", "b:4", previous=["gone", "a", "gone", "b", "a"])[0] == ["a", "b"]


@pytest.mark.parametrize("seed", range(20))
def test_an_order_that_can_be_taken_is_kept_as_it_is(seed: int) -> None:
    rng = random.Random(seed)
    courses, wanted = random_set(rng, 6)
    taken = next(p for p in permutations(rng.sample(courses, 6)) if can_be_taken(p))
    order = order_of(courses, wanted, previous=[course.id for course in taken])
    assert [courses[number] for number in order.numbers] == list(taken)


# -- the maximum closure behind Sidney's blocks


@pytest.mark.parametrize("seed", range(40))
def test_a_closure_is_the_least_of_the_closed_sets_of_greatest_gain(seed: int) -> None:
    rng = random.Random(seed)
    size = rng.randint(1, 7)
    before = [0] * size
    for job in range(size):
        for earlier in range(job):
            if rng.random() < 0.3:
                before[job] |= 1 << earlier | before[earlier]
    gains = [rng.randint(-5, 5) for _ in range(size)]
    closed = [jobs for jobs in range(1 << size) if all(not before[job] & ~jobs for job in positions(jobs))]
    worth = {jobs: sum(gains[job] for job in positions(jobs)) for jobs in closed}
    best = max(worth.values())
    found = closure((1 << size) - 1, before, gains)
    assert worth[found] == best
    assert all(found & jobs == found for jobs in closed if worth[jobs] == best)
