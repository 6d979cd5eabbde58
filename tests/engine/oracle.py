"""What the engine has to find, found by trying everything: no nets, no solver, only the contract's words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from itertools import combinations, permutations

from lms.engine.competency import Attainment
from lms.engine.curriculum import Course, Curriculum, Session
from lms.engine.days import DAY
from lms.engine.path import PathStep
from lms.engine.price import Minimise, Price, rank
from lms.engine.profile import Profile
from lms.engine.query import Query
from lms.engine.requirement import Fact, Requirement, holds, leaves


def reached(profile: Profile, courses: Iterable[Course]) -> tuple[dict[str, int], set[str], set[str]]:
    """Levels, courses done, and courses taken, when every one of the courses is taken that can be."""
    levels, done, taken = dict(profile.levels), set(profile.done), set()
    waiting = list(courses)
    held = _held(levels, done)
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
    return len(taken) == len(courses) and all(holds(item, _held(levels, done)) for item in wanted)


def reachable(curriculum: Curriculum, profile: Profile, item: Requirement) -> bool:
    """Can some order of courses make the requirement hold?"""
    levels, done, _ = reached(profile, curriculum.courses)
    return holds(item, _held(levels, done))


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


def without(curriculum: Curriculum, course: Course) -> Curriculum:
    """The curriculum with one course that nobody can take, in its place but gone."""
    return replace(curriculum, courses=tuple(other for other in curriculum.courses if other is not course))


def unmet_levels(profile: Profile, items: Iterable[Requirement]) -> set[Attainment]:
    """The levels, one by one, that the items ask for and the profile lacks."""
    asked = [leaf for item in items for leaf in leaves(item) if isinstance(leaf, Attainment)]
    every = {Attainment(leaf.competency, level) for leaf in asked for level in range(1, leaf.level + 1)}
    return {level for level in every if not profile.holds(level)}


def unlock_time(profile: Profile, steps: Sequence[PathStep], levels: set[Attainment]) -> int:
    """The sum over the unmet levels of the hours of study that have passed when a step first grants them."""
    passed, total, open_ones = 0, 0, set(levels)
    for step in steps:
        passed += step.hours
        for grant in step.course.grants:
            now = {level for level in open_ones if level.competency == grant.competency and level.level <= grant.level}
            total += passed * len(now)
            open_ones -= now
    return total


def takable_from_the_top(profile: Profile, courses: Sequence[Course]) -> bool:
    """Does each course's requirement hold when its turn comes?"""
    levels, done = dict(profile.levels), set(profile.done)
    for course in courses:
        if not holds(course.requires, _held(levels, done)):
            return False
        done.add(course.id)
        for grant in course.grants:
            levels[grant.competency] = max(grant.level, levels.get(grant.competency, 0))
    return True


def _held(levels: dict[str, int], done: set[str]) -> Callable[[Fact], bool]:
    def held(fact: Fact) -> bool:
        if isinstance(fact, Attainment):
            return levels.get(fact.competency, 0) >= fact.level
        return fact.course in done

    return held


def earliest_day(query: Query) -> date | None:
    """The earliest day on which any set of courses, in any order of study, closes what can be closed."""
    usable = [course for course in query.choosers.curriculum.courses if takable(course, query.profile)]
    days = [
        day
        for size in range(len(usable) + 1)
        for chosen in combinations(usable, size)
        if closes(query.profile, chosen, query.wanted)
        for order in permutations(course for course in chosen if not course.sessions)
        if (day := _Days(query, chosen).last(order)) is not None
    ]
    return min(days, default=None)


class _Days:
    """One set on the calendar, study in one order: each step as early as its requirement and the one before allow."""

    def __init__(self, query: Query, chosen: Sequence[Course]) -> None:
        self.query, self.dated = query, [course for course in chosen if course.sessions]
        self.share = Fraction(query.person.weekly_hours) / 7
        self.ends: dict[str, tuple[Course, datetime]] = {}  # study counts from the beginning of its last day

    def last(self, order: Sequence[Course]) -> date | None:
        day, left = self.query.on, self.share
        self._sit()
        for course in order:
            if not self._opens(course, datetime.max.replace(tzinfo=UTC)):
                return None
            while not self._opens(course, datetime.combine(day, datetime.max.time(), UTC)):
                day, left = day + DAY, self.share
            hours = Fraction(price_of(course, self.query.profile).hours, 100)
            while hours:
                if left == 0 or self._closed(day):
                    day, left = day + DAY, self.share
                    continue
                spent = min(hours, left)
                hours, left = hours - spent, left - spent
            self.ends[course.id] = (course, datetime.combine(day, datetime.min.time(), UTC))
            self._sit()
        if len(self.ends) < len(order) + len(self.dated):
            return None
        return max((end.date() for _, end in self.ends.values()), default=self.query.on)

    def _sit(self) -> None:
        """Give each dated course its first session that it can have by now, until none moves."""
        moved = True
        while moved:
            moved = False
            for course in self.dated:
                options = [s for s in course.sessions if self._open(s) and self._opens(course, s.starts)]
                ends = min((s.ends for s in options), default=None)
                if ends is not None and (course.id not in self.ends or ends < self.ends[course.id][1]):
                    self.ends[course.id], moved = (course, ends), True

    def _open(self, session: Session) -> bool:
        days = (session.ends.date() - session.starts.date()).days + 1
        held = [session.starts.date() + DAY * n for n in range(days)]
        return session.seats > 0 and held[0] >= self.query.on and not any(self._closed(day) for day in held)

    def _closed(self, day: date) -> bool:
        return any(day in period for period in self.query.closed)

    def _opens(self, course: Course, moment: datetime) -> bool:
        levels, done = dict(self.query.profile.levels), set(self.query.profile.done)
        for other, end in self.ends.values():
            if other is not course and end <= moment:
                done.add(other.id)
                for grant in other.grants:
                    levels[grant.competency] = max(grant.level, levels.get(grant.competency, 0))
        return holds(course.requires, _held(levels, done))
