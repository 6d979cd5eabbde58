"""The choice against a brute-force oracle, a second solver, and what has to hold of every best set."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date

import pytest

from lms.engine.choose import Choice, Chooser
from lms.engine.curriculum import Curriculum
from lms.engine.price import Minimise, single_weights
from lms.engine.profile import Profile, profile_on
from lms.engine.replay import replay
from lms.engine.requirement import top_items
from lms.engine.search.hitting import choose_by_hitting_sets
from lms.engine.search.landmarks import landmarks
from lms.engine.search.net import NetBuilder
from tests.build import a_course, a_curriculum, a_role, needs
from tests.engine import oracle
from tests.random_curricula import random_curriculum, random_person

TODAY = date(2026, 11, 23)
CRITERIA = (Minimise.HOURS, Minimise.COST, Minimise.COURSES)


def choose(
    curriculum: Curriculum,
    role: str,
    profile: Profile | None = None,
    minimise: Minimise = Minimise.HOURS,
    **how: object,
) -> tuple[str, ...]:
    """The ids of the courses chosen on the way to a role."""
    profile = profile or Profile()
    net = NetBuilder(curriculum).net(top_items(curriculum.role_by_id[role].requires))
    choice = Chooser(net, minimise).choose(net.owned(profile), net.renewed(profile), **how)  # type: ignore[arg-type]
    assert choice is not None
    return tuple(net.courses[course].id for course in choice.courses)


class Case:
    """A seeded random curriculum with somebody in it."""

    def __init__(self, seed: int, courses: int = 8, competencies: int = 4) -> None:
        rng = random.Random(seed)
        self.curriculum = random_curriculum(rng, courses=courses, competencies=competencies)
        person = random_person(rng, self.curriculum, TODAY)
        roles = [self.curriculum.role_by_id[role] for role in person.targets]
        self.items = [item for role in roles for item in top_items(role.requires)]
        self.profile = profile_on(self.curriculum, person, TODAY)
        self.net = NetBuilder(self.curriculum).net(self.items)
        self.owned, self.renewed = self.net.owned(self.profile), self.net.renewed(self.profile)
        self.wanted = [item for item in self.items if oracle.reachable(self.curriculum, self.profile, item)]
        held = self.net.reach(self.owned).held
        self.goals = [node for node in dict.fromkeys(self.net.wanted) if held[node]]

    def choose(self, minimise: Minimise = Minimise.HOURS) -> Choice:
        choice = Chooser(self.net, minimise).choose(self.owned, self.renewed)
        assert choice is not None
        return choice

    def names(self, numbers: Iterable[int]) -> list[str]:
        return [self.net.courses[number].id for number in numbers]


@pytest.mark.parametrize("block", range(10))
def test_no_set_of_courses_is_better_than_the_one_chosen(block: int) -> None:
    for seed in range(block * 250, (block + 1) * 250):
        case, minimise = Case(seed), CRITERIA[seed % 3]
        best = oracle.best_set(case.curriculum, case.profile, case.wanted, minimise)
        assert best is not None
        choice = case.choose(minimise)
        assert choice.proven
        assert case.names(choice.courses) == [case.curriculum.courses[number].id for number in best], seed


def test_a_previous_path_is_changed_as_little_as_the_price_allows() -> None:
    for seed in range(300):
        case, rng = Case(seed), random.Random(seed)
        kept = [number for number in range(len(case.net.courses)) if rng.random() < 0.5]
        steady = [case.curriculum.courses.index(case.net.courses[number]) for number in kept]
        choice = Chooser(case.net, Minimise.HOURS, keeping=True).choose(case.owned, case.renewed, kept=kept)
        best = oracle.best_set(case.curriculum, case.profile, case.wanted, Minimise.HOURS, steady)
        assert choice is not None
        assert best is not None
        assert case.names(choice.courses) == [case.curriculum.courses[number].id for number in best], seed


def test_a_second_solver_that_shares_only_the_net_agrees_on_mid_sized_curricula() -> None:
    for seed in range(60):
        case = Case(seed, courses=40, competencies=15)
        weights = single_weights(Chooser(case.net, Minimise.HOURS).prices(case.renewed), Minimise.HOURS)
        courses, proven = choose_by_hitting_sets(case.net, case.owned, case.goals, weights)
        assert proven
        assert courses == case.choose().courses, seed


@pytest.mark.parametrize("minimise", CRITERIA)
def test_one_control_for_many_people_chooses_as_a_fresh_one_does(minimise: Minimise) -> None:
    rng = random.Random(7)
    curriculum = random_curriculum(rng, courses=30, competencies=10)
    net = NetBuilder(curriculum).net(top_items(curriculum.roles[0].requires))
    shared = Chooser(net, minimise)
    for _ in range(150):
        profile = profile_on(curriculum, random_person(rng, curriculum, TODAY), TODAY)
        owned, renewed = net.owned(profile), net.renewed(profile)
        assert shared.choose(owned, renewed) == Chooser(net, minimise).choose(owned, renewed)


def test_dropping_any_chosen_course_breaks_the_goal() -> None:
    for seed in range(400):
        case = Case(seed)
        chosen = [case.net.courses[number] for number in case.choose().courses]
        assert oracle.closes(case.profile, chosen, case.wanted)
        for left_out in chosen:
            rest = [course for course in chosen if course is not left_out]
            assert not oracle.closes(case.profile, rest, case.wanted), (seed, left_out.id)


def test_the_price_is_at_least_that_of_the_courses_nobody_can_avoid() -> None:
    for seed in range(400):
        case = Case(seed)
        choice = case.choose()
        mandatory = landmarks(case.net, case.owned).of_goal(case.goals)
        prices = Chooser(case.net, Minimise.HOURS).prices(case.renewed)
        assert set(mandatory) <= set(choice.courses), seed
        assert sum(prices[course].hours for course in mandatory) <= choice.objective


def test_owning_more_never_costs_more_while_the_same_can_be_reached() -> None:
    for seed in range(400):
        case, rng = Case(seed), random.Random(seed)
        more = sorted({*case.owned, *rng.sample(range(len(case.net.facts)), min(2, len(case.net.facts)))})
        richer = case.net.reach(more).held
        poorer = case.net.reach(case.owned).held
        if [richer[node] for node in case.net.wanted] != [poorer[node] for node in case.net.wanted]:
            continue
        choice = Chooser(case.net, Minimise.HOURS).choose(more, case.renewed)
        assert choice is not None
        assert choice.objective <= case.choose().objective, seed


def test_amounts_too_large_for_the_solver_are_still_counted_exactly() -> None:
    curriculum = a_curriculum(
        a_course("dear", 9_999_999.99, grants=["k:1"]),
        a_course("dearer", 10_000_000, grants=["k:1"]),
        a_course("step", 9_999_999.98, grants=["m:1"]),
        a_role("r", "k:1", "m:1"),
    )
    assert choose(curriculum, "r") == ("dear", "step")


def test_a_cost_beyond_32_bits_decides_to_the_cent() -> None:
    curriculum = a_curriculum(
        a_course("a", 1, grants=["k:1"], cost=99_999_999_999),
        a_course("b", 1, grants=["k:1"], cost=100_000_000_000),
        a_role("r", "k:1"),
    )
    assert choose(curriculum, "r", minimise=Minimise.COST) == ("a",)


def test_two_courses_that_lift_each_other_are_never_chosen() -> None:
    curriculum = a_curriculum(
        a_course("a", 1, needs=needs("k:2"), grants=["k:1"]),
        a_course("b", 1, needs=needs("k:1"), grants=["k:2"]),
        a_course("honest", 9, grants=["k:1"]),
        a_role("r", "k:2"),
    )
    assert choose(curriculum, "r") == ("b", "honest")


def test_one_course_of_a_cheap_pair_that_serves_twice_beats_two_single_ones() -> None:
    curriculum = a_curriculum(
        a_course("one", 2, grants=["k:1"]),
        a_course("other", 2, grants=["m:1"]),
        a_course("both", 3, grants=["k:1", "m:1"]),
        a_role("r", "k:1", "m:1"),
    )
    assert choose(curriculum, "r") == ("both",)


def test_of_two_equal_sets_the_one_first_in_the_curriculum_is_taken() -> None:
    curriculum = a_curriculum(a_course("z", 2, grants=["k:1"]), a_course("a", 2, grants=["k:1"]), a_role("r", "k:1"))
    assert choose(curriculum, "r") == ("z",)


def test_somebody_who_completed_a_course_before_pays_for_its_renewal_only() -> None:
    curriculum = a_curriculum(
        a_course("old", 8, renewal_hours=1, grants=["k:1"]), a_course("new", 3, grants=["k:1"]), a_role("r", "k:1")
    )
    assert choose(curriculum, "r") == ("new",)
    before = Profile(done=frozenset({"old"}), completed=frozenset({"old"}))
    assert choose(curriculum, "r", before) == ("old",)
    exempt = Profile(done=frozenset({"old"}))
    assert choose(curriculum, "r", exempt) == ("new",)


def test_what_nobody_can_reach_does_not_keep_the_rest_from_being_planned() -> None:
    curriculum = a_curriculum(a_course("a", 1, grants=["k:1"]), a_role("r", "k:1", "m:4"))
    assert choose(curriculum, "r") == ("a",)


def test_forcing_and_forbidding_a_course_ask_what_if() -> None:
    curriculum = a_curriculum(
        a_course("cheap", 1, grants=["k:1"]), a_course("dear", 5, grants=["k:1"]), a_role("r", "k:1")
    )
    net = NetBuilder(curriculum).net(top_items(curriculum.roles[0].requires))
    chooser = Chooser(net, Minimise.HOURS)
    with_dear, without_cheap = chooser.choose((), force=[1]), chooser.choose((), forbid=[0])
    assert with_dear is not None
    assert without_cheap is not None
    assert chooser.choose(()) == Choice((0,), 100, 100, proven=True)
    assert (with_dear.courses, without_cheap.courses) == ((1,), (1,))
    assert chooser.choose((), forbid=[0, 1]) is None


def test_a_search_that_is_stopped_gives_a_plan_that_works_and_a_bound_that_holds() -> None:
    rng = random.Random(3)
    courses = [
        a_course(f"c{n}", rng.randint(5, 9), grants=[f"k{k}:1" for k in rng.sample(range(60), 5)]) for n in range(150)
    ]
    role = a_role("r", *(f"k{k}:1" for k in range(60)), "must:1")
    curriculum = a_curriculum(*courses, a_course("must", 3, grants=["must:1"]), role)
    net = NetBuilder(curriculum).net(top_items(role.requires))
    stopped = Chooser(net, Minimise.HOURS).choose((), time_limit=0.001)
    assert stopped is not None
    assert not stopped.proven
    assert 300 <= stopped.bound <= stopped.objective
    replay(Profile(), [net.courses[number] for number in stopped.courses], top_items(role.requires))


def test_somebody_who_may_take_nothing_but_one_course_is_answered() -> None:
    """A literal and its complement in two priorities once sent the solver into a search without end."""
    curriculum = a_curriculum(a_course("only", 1), a_role("r", "only"))
    assert choose(curriculum, "r") == ("only",)
