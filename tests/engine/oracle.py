"""What the engine has to find, found by trying everything: no nets, no solver, only the contract's words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations

from lms.engine.competency import Attainment
from lms.engine.curriculum import Course, Curriculum
from lms.engine.price import Minimise, Price, rank
from lms.engine.profile import Profile
from lms.engine.requirement import AtLeast, Fact, Requirement, holds


def reached(profile: Profile, courses: Iterable[Course]) -> tuple[dict[str, int], set[str], set[str]]:
    """Levels, courses done, and courses taken, when every one of the courses is taken that can be."""
    levels, done, taken = dict(profile.levels), set(profile.done), set()
    waiting = list(courses)

    def held(fact: Fact) -> bool:
        if isinstance(fact, Attainment):
            return levels.get(fact.competency, 0) >= fact.level
        return fact.course in done

    moved = True
    while moved:
        moved = False
        for course in list(waiting):
            if holds(course.requires, held):
                waiting.remove(course)
                taken.add(course.id)
                done.add(course.id)
                for grant in course.grants:
                    levels[grant.competency] = max(grant.level, levels.get(grant.competency, 0))
                moved = True
    return levels, done, taken


def closes(profile: Profile, courses: Iterable[Course], wanted: Iterable[Requirement]) -> bool:
    """Can all these courses be taken, and do the wanted requirements hold then?"""
    courses = list(courses)
    levels, done, taken = reached(profile, courses)
    if len(taken) < len(courses):
        return False

    def held(fact: Fact) -> bool:
        if isinstance(fact, Attainment):
            return levels.get(fact.competency, 0) >= fact.level
        return fact.course in done

    return all(holds(item, held) for item in wanted)


def reachable(curriculum: Curriculum, profile: Profile, item: Requirement) -> bool:
    """Can some order of courses make the requirement hold?"""
    levels, done, _ = reached(profile, curriculum.courses)

    def held(fact: Fact) -> bool:
        if isinstance(fact, Attainment):
            return levels.get(fact.competency, 0) >= fact.level
        return fact.course in done

    return holds(item, held)


def price_of(course: Course, profile: Profile) -> Price:
    """What a course costs this person by the contract."""
    hours = course.renewal_hours if course.id in profile.completed else course.hours
    return Price(hours, course.cost, 1)


def takable(course: Course, profile: Profile) -> bool:
    """May it be chosen at all? A completed course only where a level that it grants is not held."""
    if course.id not in profile.done:
        return True
    return any(profile.levels.get(grant.competency, 0) < grant.level for grant in course.grants)


def best_set(
    curriculum: Curriculum,
    profile: Profile,
    wanted: Iterable[Requirement],
    minimise: Minimise,
    kept: Iterable[int] | None = None,
) -> tuple[int, ...] | None:
    """The best set (course numbers in the curriculum) in the contract's total order, by trying every set."""
    items = list(wanted)
    prices = [price_of(course, profile) for course in curriculum.courses]
    usable = [number for number, course in enumerate(curriculum.courses) if takable(course, profile)]
    steady = None if kept is None else set(kept)
    sets = [chosen for size in range(len(usable) + 1) for chosen in combinations(usable, size)]
    sets.sort(key=lambda chosen: rank(chosen, prices, minimise, steady))
    for chosen in sets:
        if closes(profile, [curriculum.courses[number] for number in chosen], items):
            return chosen
    return None


def flat(requirement: Requirement) -> str:
    """A requirement in one line, for failure messages."""
    if isinstance(requirement, AtLeast):
        return f"{requirement.n} of ({', '.join(flat(item) for item in requirement.items)})"
    return str(tuple(requirement))


def without(curriculum: Curriculum, course: Course) -> Curriculum:
    """The curriculum with one course that nobody can take, in its place but gone."""
    return replace(curriculum, courses=tuple(other for other in curriculum.courses if other is not course))
