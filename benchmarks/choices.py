"""The choice, as the product makes it: profile, signature, set and objective. No order, calendar or JSON.

*Cold*: a fork of a process that has imported and loaded asks its first question; what is timed reaches from the person
to the chosen set (`engine.query.Query` and its `choose`), the index of the curriculum, the net and the solver included.
*Many people*: from Person values to choices gathered in the parent, by worker processes that start, build their nets
and solvers, and send their answers back within the time taken; they are dealt out by target. Reading the people's documents is not in it (the
measure `jsonl` has that).
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from statistics import median
from typing import NamedTuple

from benchmarks.apart import Apart, certain, repeated
from benchmarks.catalogues import TODAY, Case, Catalogue, somebody
from benchmarks.peers import second_opinion
from benchmarks.people import all_different, cohort_like
from benchmarks.problem import problem_of
from benchmarks.setting import Setting
from benchmarks.table import Row, amount, verdict
from lms.engine.choose import Choice
from lms.engine.curriculum import Curriculum
from lms.engine.person import Person
from lms.engine.price import Minimise
from lms.engine.profile import profile_on, record_on
from lms.engine.query import Choosers, Query

COLD_FLOOR, COLD_AIM = 1.0, 0.05
SECOND_OPINIONS = 100

# What a worker sends back of each person: the courses' numbers in the net, and the objective.
Chosen = tuple[tuple[int, ...], int]


def cold(setting: Setting) -> None:
    """Every query of the real catalogues: each case, and somebody new on the way to each role."""
    for catalogue in setting.catalogues:
        newcomers = [Case(somebody("new", role.id), role.id, None) for role in catalogue.curriculum.roles]
        cases = [*catalogue.cases, *newcomers]
        if setting.quick:
            cases = cases[:: max(1, len(cases) // 20)]
        seconds = [_cold(setting, catalogue, case) for case in cases]
        within = [sum(s <= most for s in seconds) for most in (COLD_AIM, COLD_FLOOR)]
        setting.report.add(
            Row(
                group="targets",
                what=f"every query of {catalogue.name} proven, cold, within 50 ms",
                value=f"{within[0]} of {len(seconds)}",
                floor="all in 1 s",
                aim="all in 50 ms",
                verdict=verdict(max(seconds), COLD_FLOOR, COLD_AIM),
                note=f"median {amount(median(seconds))}, worst {amount(max(seconds))}; {within[1]} of {len(seconds)} "
                "within 1 s.",
            )
        )


def _cold(setting: Setting, catalogue: Catalogue, case: Case) -> float:
    answer = repeated(lambda: _first_choice(catalogue.curriculum, case.person), setting.runs)
    who = f"{catalogue.name}, {case.person.id} to {case.role}"
    if not answer.value.proven:
        setting.report.disagree(f"{who}: no proof")
    if case.hours is not None and answer.value.objective != case.hours:
        setting.report.disagree(f"{who}: {answer.value.objective / 100} hours, recorded are {case.hours / 100}")
    return answer.seconds


def _first_choice(curriculum: Curriculum, person: Person) -> Choice:
    choosers = Choosers(curriculum)
    choice = Query(choosers, person, TODAY, choosers.target(person), Minimise.HOURS).choose()
    assert choice is not None, "nothing is forced or forbidden"
    return choice


def cohort(setting: Setting) -> None:
    """100,000 people of cohorts, two workers."""
    _many(setting, "cohort-like", cohort_like, 100_000, workers=2, floor=10, aim=2)


def different(setting: Setting) -> None:
    """20,000 people who are all different, one worker."""
    _many(setting, "all different", all_different, 20_000, workers=1, floor=20, aim=4)


def _many(
    setting: Setting,
    kind: str,
    people_of: Callable[[Curriculum, int], list[Person]],
    count: int,
    *,
    workers: int,
    floor: float,
    aim: float,
) -> None:
    uw = setting.uw()
    if uw is None:
        return
    people = people_of(uw.curriculum, setting.people(count))
    answer = repeated(lambda: _by_workers(uw.curriculum, people, workers), setting.runs)
    seconds = answer.seconds
    signatures = certain(lambda: _signatures(uw.curriculum, people)).value
    _check(setting, uw.curriculum, people, answer.value)
    setting.report.add(
        Row(
            group="targets",
            what=f"choice for {len(people):,} people, {kind}, uw, {'one worker' if workers == 1 else 'two workers'}",
            value=amount(seconds),
            floor=amount(floor),
            aim=amount(aim),
            verdict=setting.verdict(seconds, floor, aim),
            note=f"{signatures / len(people):.1%} distinct; {answer.value.busiest:.2g} s of the busiest processor, "
            f"{1e6 * answer.value.busiest * workers / len(people):.0f} µs a person.",
        )
    )


class Many(NamedTuple):
    """The choices of many people, in their order, and the processor's seconds of the busiest worker."""

    chosen: list[Chosen]
    busiest: float


def _by_workers(curriculum: Curriculum, people: Sequence[Person], workers: int) -> Many:
    """Deal the people out by target, the largest groups first, so that no two workers meet the same question."""
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, person in enumerate(people):
        groups[person.targets].append(number)
    dealt: list[list[int]] = [[] for _ in range(workers)]
    for group in sorted(groups.values(), key=len, reverse=True):
        min(dealt, key=len).extend(group)
    under_way = [Apart(partial(_choose_for, curriculum, [people[n] for n in numbers])) for numbers in dealt]
    chosen: list[Chosen] = [((), 0)] * len(people)
    busiest = 0.0
    for numbers, work in zip(dealt, under_way, strict=True):
        answer = work.wait()
        assert answer is not None, "there is no limit to pass"
        busiest = max(busiest, answer.value.busiest)
        for number, found in zip(numbers, answer.value.chosen, strict=True):
            chosen[number] = found
    return Many(chosen, busiest)


def _choose_for(curriculum: Curriculum, people: Sequence[Person]) -> Many:
    """The choice for each: the product's profile, net, signature and chooser, one after another."""
    begun = time.process_time()
    choosers = Choosers(curriculum)
    found = []
    for person in people:
        chooser = choosers.of(choosers.target(person), Minimise.HOURS)
        profile = record_on(curriculum, person, TODAY).profile()
        choice = chooser.choose(chooser.net.owned(profile), chooser.net.renewed(profile))
        assert choice is not None, "nothing is forced or forbidden"
        assert choice.proven, "there is no time limit"
        found.append((choice.courses, choice.objective))
    return Many(found, time.process_time() - begun)


def _signatures(curriculum: Curriculum, people: Sequence[Person]) -> int:
    """How many different questions these people make: target, what is owned in its slice, what would be renewed."""
    choosers = Choosers(curriculum)
    found = set()
    for person in people:
        net = choosers.of(choosers.target(person), Minimise.HOURS).net
        profile = profile_on(curriculum, person, TODAY)
        found.add((person.targets, *net.owned(profile), None, *net.renewed(profile)))
    return len(found)


def _check(setting: Setting, curriculum: Curriculum, people: Sequence[Person], answer: Many) -> None:
    """A second solver's word on some of the choices that many people's shared solvers made."""
    rng = random.Random(len(people))
    for number in rng.sample(range(len(people)), min(len(people), SECOND_OPINIONS)):
        person, (courses, objective) = people[number], answer.chosen[number]
        problem = problem_of(person.id, curriculum, person.targets, profile_on(curriculum, person, TODAY))
        other = second_opinion(problem, setting.limit)
        if not problem.founded(courses):
            setting.report.disagree(f"uw, {person.id} to {person.targets[0]}: the set cannot be taken")
        if other is not None and other * problem.unit != objective:
            setting.report.disagree(f"uw, {person.id}: {objective}, a second solver finds {other * problem.unit}")
