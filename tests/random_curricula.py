"""Seeded random curricula and people, small and nasty, for properties that have to hold of every curriculum.

They are legal documents (every reference known, levels on the scale) and say nothing about being sensible: there are
rings, courses that need each other, groups within groups, courses nobody can reach, items that ask twice.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from lms.engine.competency import Attainment, Competency, EvidencePolicy, ScaleLevel
from lms.engine.curriculum import Course, Curriculum, Equivalence, Grant, Role
from lms.engine.person import Completion, Evidence, Exemption, Person
from lms.engine.requirement import NOTHING, AtLeast, CourseDone, Fact, Requirement, all_of, any_of

SOURCES = ("assessor", "manager", "assessment", "course", "peer", "self")
FORMER_COURSE = "former"  # stands in no curriculum; some count it as another course


def random_curriculum(
    rng: random.Random, *, courses: int = 8, competencies: int = 4, levels: int = 3, roles: int = 1
) -> Curriculum:
    """A legal curriculum of courses c0, c1 …, competencies k0, k1 … and roles r0, r1 …; the same for the same seed.

    About half the roles of the default size can be reached from nothing.
    """
    maker = _Maker(rng, courses, competencies, levels)
    made = [maker.course(number) for number in range(courses)]
    if courses >= 2 and rng.random() < 0.15:
        _need_each_other(rng, made)
    return Curriculum(
        id="random",
        title="Random",
        scale=tuple(ScaleLevel(level=n, title=f"Level {n}") for n in range(1, levels + 1)),
        competencies=tuple(maker.competency(number) for number in range(competencies)),
        courses=tuple(made),
        roles=tuple(maker.role(number) for number in range(roles)),
        policy=rng.choice(list(EvidencePolicy)),
        sources=SOURCES,
        equivalences=_equivalences(rng, made),
    )


class _Maker:
    """Draws the parts of one curriculum."""

    def __init__(self, rng: random.Random, courses: int, competencies: int, levels: int) -> None:
        self.rng = rng
        self.courses = [f"c{n}" for n in range(courses)]
        self.competencies = [f"k{n}" for n in range(competencies)]
        self.levels = levels

    def competency(self, number: int) -> Competency:
        policy = self.rng.choice(list(EvidencePolicy)) if self.rng.random() < 0.2 else None
        return Competency(id=f"k{number}", title=f"Competency {number}", policy=policy)

    def course(self, number: int) -> Course:
        rng = self.rng
        hours = rng.randint(1, 6) * 100 if rng.random() < 0.6 else rng.randint(25, 600)
        requires = NOTHING if rng.random() < 0.3 else self.requirement(rng.choice((1, 1, 2)))
        return Course(
            id=f"c{number}",
            title=f"Course {number}",
            hours=hours,
            renewal_hours=rng.randint(1, hours) if rng.random() < 0.3 else hours,
            cost=rng.choice((0, 0, 5000, 12050, rng.randint(1, 30000))),
            requires=requires,
            grants=self.grants(),
        )

    def role(self, number: int) -> Role:
        items = [self.requirement(self.rng.choice((0, 0, 1, 2))) for _ in range(self.rng.randint(1, 3))]
        return Role(id=f"r{number}", title=f"Role {number}", requires=all_of(items))

    def grants(self) -> tuple[Grant, ...]:
        count = min(self.rng.choice((0, 1, 1, 1, 2)), len(self.competencies))
        return tuple(
            Grant(
                competency=competency,
                level=self.rng.randint(1, self.levels),
                valid_months=self.rng.randint(1, 30) if self.rng.random() < 0.2 else None,
            )
            for competency in self.rng.sample(self.competencies, count)
        )

    def fact(self) -> Fact:
        if self.competencies and (not self.courses or self.rng.random() < 0.7):
            # Low levels are asked for more often than high ones, as in real catalogues.
            level = min(self.rng.randint(1, self.levels), self.rng.randint(1, self.levels))
            return Attainment(self.rng.choice(self.competencies), level)
        return CourseDone(self.rng.choice(self.courses))

    def requirement(self, depth: int) -> Requirement:
        if depth == 0 or self.rng.random() < 0.3:
            return self.fact()
        items = [self.requirement(depth - 1) for _ in range(self.rng.randint(1, 3))]
        if self.rng.random() < 0.15:
            items.append(items[0])  # items count by position
        match self.rng.choice(("all", "any", "any", "at_least")):
            case "all":
                return all_of(items)
            case "any":
                return any_of(items)
            case _:
                return AtLeast(self.rng.randint(1, len(items)), tuple(items))


def _need_each_other(rng: random.Random, courses: list[Course]) -> None:
    one, other = rng.sample(range(len(courses)), 2)
    for mine, theirs in ((one, other), (other, one)):
        asked = () if courses[mine].requires == NOTHING else (courses[mine].requires,)
        courses[mine] = replace(courses[mine], requires=all_of([CourseDone(courses[theirs].id), *asked]))


def _equivalences(rng: random.Random, courses: Sequence[Course]) -> tuple[Equivalence, ...]:
    if not courses or rng.random() < 0.7:
        return ()
    until = date(2026, 6, 30) if rng.random() < 0.5 else None
    return (Equivalence(course=FORMER_COURSE, counts_as=rng.choice(courses).id, until=until),)


def random_person(rng: random.Random, curriculum: Curriculum, on: date) -> Person:
    """A person with a history around the day `on`, heading for one or two of the curriculum's roles.

    Evidence may be of level 0, expired or dated after `on`; completions stand in any order, possible or not, and some
    have lapsed; exemptions spare courses and levels, some no longer.
    """
    targets = [role.id for role in curriculum.roles]
    ratings = rng.choice((0, 0, 1, 2, 3)) if curriculum.competencies else 0
    return Person(
        id=f"p{rng.randrange(10**6)}",
        targets=tuple(rng.sample(targets, min(len(targets), rng.choice((1, 1, 1, 2))))),
        weekly_hours=Fraction(rng.choice((1, 2, 4, 4, 8, "5/2"))),
        evidence=tuple(_evidence(rng, curriculum, on) for _ in range(ratings)),
        completed=tuple(_completions(rng, curriculum, on)),
        exempt=tuple(_exemption(rng, curriculum, on) for _ in range(rng.choice((0, 0, 0, 1)))),
    )


def _evidence(rng: random.Random, curriculum: Curriculum, on: date) -> Evidence:
    day = _day(rng, on)
    return Evidence(
        competency=rng.choice(curriculum.competencies).id,
        level=rng.randint(0, len(curriculum.scale)),
        on=day,
        until=day + timedelta(days=rng.randint(0, 900)) if rng.random() < 0.4 else None,
        source=rng.choice(SOURCES),
    )


def _completions(rng: random.Random, curriculum: Curriculum, on: date) -> list[Completion]:
    known = [course.id for course in curriculum.courses] + [e.course for e in curriculum.equivalences]
    count = min(len(known), rng.choice((0, 0, 1, 2, len(known) // 3)))
    done = [Completion(course=course, on=_day(rng, on)) for course in rng.sample(known, count)]
    if done and rng.random() < 0.2:
        done.append(Completion(course=done[0].course, on=_day(rng, on)))  # taken twice
    return done


def _exemption(rng: random.Random, curriculum: Curriculum, on: date) -> Exemption:
    fact: Fact = CourseDone(rng.choice(curriculum.courses).id)
    if curriculum.competencies and rng.random() < 0.5:
        fact = Attainment(rng.choice(curriculum.competencies).id, rng.randint(1, len(curriculum.scale)))
    first = _day(rng, on) if rng.random() < 0.5 else None
    until = (first or on) + timedelta(days=rng.randint(-100, 900)) if rng.random() < 0.5 else None
    if first is not None and until is not None:
        until = max(first, until)
    return Exemption(fact=fact, on=first, until=until, reason="known to the assessor", by="priya")


def _day(rng: random.Random, on: date) -> date:
    """Mostly in the two years before `on`; now and then the day itself, or after it."""
    return on - timedelta(days=rng.choice((0, -rng.randint(1, 90), *(rng.randint(1, 730) for _ in range(8)))))
