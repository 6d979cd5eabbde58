"""Seeded curricula of any size: the catalogues that are too large, too ringed or too nasty to be found in the wild.

The same arguments always make the same curriculum. `python -m benchmarks.generate product-lines 5000 out.json` writes
one as a document of the contract's format.

- *Product lines* look like a sales organisation: lines of business that rest on a family's platform and on a common
  core, four levels, one or two courses for each level, and rings, because courses ask for levels of their
  neighbours that those neighbours' courses ask back. A role's slice stays small, however large the catalogue.
- *Level rings*: one large ring. A course at a level needs the next competency at the level below, or at its own.
- *Adversarial*: no lines at all, everything needs anything, so that a role's slice is the whole catalogue.
- *Dense covers*: weighted set cover itself, the core of the problem's hardness: no requirement but the role's.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from lms.engine.competency import Attainment, Competency, ScaleLevel
from lms.engine.curriculum import Course, Curriculum, Grant, Role
from lms.engine.requirement import AtLeast, CourseDone, Requirement, all_of, any_of

LEVELS = 4
SUBJECTS = ("market", "discovery", "positioning", "demonstration", "pricing", "integration", "negotiation", "renewal")


def product_lines(courses: int, seed: int = 1) -> Curriculum:
    """A catalogue of about that many courses (never more), in product lines with rings; three roles for each line.

    >>> catalogue = product_lines(500)
    >>> len(catalogue.courses), catalogue.courses[0].id
    (500, 'core.market.1a')
    """
    rng = random.Random(f"product lines {courses} {seed}")
    made: list[Course] = []
    lines: list[_Line] = []
    while len(made) < courses:
        number = len(lines)
        below = [lines[0]] if number else []
        if number % 10 != 1 and number > 1:
            below.append(lines[number - (number - 1) % 10])  # the platform of this family of ten lines
        line = _Line("core" if number == 0 else f"line{number}", below)
        lines.append(line)
        made += line.courses(rng)
    cut = made[:courses]
    known = {grant.competency for course in cut for grant in course.grants}
    whole = [line for line in lines if known.issuperset(line.competencies)]
    roles = [role for line in whole[1:] for role in line.roles(rng, whole)]
    return _curriculum(f"product-lines-{courses}", cut, roles, [c for line in lines for c in line.competencies])


class _Line:
    """One product line: eight competencies with four levels each, and the lines on which it rests."""

    def __init__(self, name: str, below: Sequence[_Line]) -> None:
        self.name = name
        self.below = below
        self.competencies = [f"{name}.{subject}" for subject in SUBJECTS]

    def courses(self, rng: random.Random) -> list[Course]:
        return [
            self._course(rng, competency, level, way)
            for level in range(1, LEVELS + 1)
            for competency in self.competencies
            for way in range(rng.choice((1, 2, 2)))
        ]

    def _course(self, rng: random.Random, competency: str, level: int, way: int) -> Course:
        """The first way to a level needs lower levels only, so everything can be reached; the others close rings."""
        others = [name for name in self.competencies if name != competency]
        needed: list[Requirement] = [Attainment(competency, level - 1)] if level > 1 else []
        if level > 1:
            needed.append(Attainment(rng.choice(others), level - 1))
        if way and rng.random() < 0.5:
            needed.append(Attainment(rng.choice(others), level))
        if self.below and rng.random() < 0.4:
            named = [Attainment(rng.choice(line.competencies), min(level, 3)) for line in self.below]
            needed.append(any_of(named) if rng.random() < 0.5 else all_of(named))
        if level == LEVELS and rng.random() < 0.3:
            needed.append(AtLeast(2, tuple(Attainment(name, 3) for name in rng.sample(others, 4))))
        given = [(competency, level)]
        if way and rng.random() < 0.5:
            given.append((rng.choice(others), max(1, level - 1)))
        return _course(rng, f"{competency}.{level}{'ab'[way]}", all_of(needed), given, 6 * level)

    def roles(self, rng: random.Random, lines: Sequence[_Line]) -> list[Role]:
        """A seller, an engineer of this line, and somebody who sells it together with another one."""
        seller = [Attainment(name, rng.choice((2, 3))) for name in self.competencies]
        engineer = [Attainment(name, 4) for name in rng.sample(self.competencies, 5)]
        other = rng.choice(lines)
        both = [Attainment(name, 3) for line in (self, other) for name in rng.sample(line.competencies, 4)]
        return [
            _role(f"{self.name}-seller", seller),
            _role(f"{self.name}-engineer", engineer),
            _role(f"{self.name}-portfolio", dict.fromkeys(both)),
        ]


def level_rings(courses: int = 2440, seed: int = 1) -> Curriculum:
    """One great ring: each competency's courses need levels of the next one, and the last one's those of the first."""
    rng = random.Random(f"level rings {courses} {seed}")
    second = 0.3  # how many levels have a second course
    names = [f"k{number}" for number in range(round(courses / LEVELS / (1 + second)))]
    made = []
    for level in range(1, LEVELS + 1):
        for place, competency in enumerate(names):
            for way in range(1 + (rng.random() < second)):
                following = names[(place + 1) % len(names)]
                farther = names[(place + rng.randint(2, 4)) % len(names)]
                needed = [Attainment(competency, level - 1)] if level > 1 else []
                if way and rng.random() < 0.6:
                    needed.append(Attainment(following, level))
                elif level > 1:
                    needed.append(Attainment(rng.choice((following, farther)), level - 1))
                given = [(competency, level)]
                if rng.random() < 0.1:
                    given.append((farther, level))
                made.append(_course(rng, f"{competency}.{level}{'ab'[way]}", all_of(needed), given, 10 * level))
    wanted = [Attainment(name, LEVELS) for name in names[:: max(1, len(names) // 12)]]
    return _curriculum(f"level-rings-{courses}", made, [_role("everything", wanted)], names)


def adversarial(courses: int, seed: int = 1) -> Curriculum:
    """A catalogue in which everything needs anything: the slice behind its one role is all but the whole of it."""
    rng = random.Random(f"adversarial {courses} {seed}")
    names = [f"k{number}" for number in range(max(10, courses // 4))]
    made = []
    for number in range(courses):
        level = number * LEVELS // courses + 1
        needed: list[Requirement] = []
        if rng.random() < 0.5:
            for _ in range(rng.choice((1, 2))):
                one, other = _any_level(rng, names, level), _any_level(rng, names, level)
                needed.append(one if rng.random() < 0.5 else any_of([one, other]))
        given = [(names[number % len(names)], level)]
        given += [(name, rng.randint(1, level)) for name in rng.sample(names, rng.choice((0, 1, 1)))]
        made.append(_course(rng, f"c{number}", all_of(needed), given, 12))
    wide = [Attainment(name, LEVELS) for name in rng.sample(names, 10)]
    return _curriculum(f"adversarial-{courses}", made, [_role("everything", wide)], names)


def _any_level(rng: random.Random, names: Sequence[str], highest: int) -> Attainment:
    return Attainment(rng.choice(names), min(rng.randint(1, LEVELS), highest))


def dense_cover(facts: int = 200, courses: int = 1000, seed: int = 1) -> Curriculum:
    """Weighted set cover: each course grants a handful of competencies, the role asks for all of them."""
    rng = random.Random(f"dense cover {facts} {courses} {seed}")
    names = [f"k{number}" for number in range(facts)]
    made = []
    for number in range(courses):
        given = {names[number % facts], *rng.sample(names, rng.randint(2, 6))}
        made.append(_course(rng, f"c{number}", all_of(()), [(name, 1) for name in sorted(given)], 4 * len(given)))
    return _curriculum(f"dense-cover-{facts}x{courses}", made, [_role("everything", _at_one(names))], names)


def _at_one(names: Iterable[str]) -> list[Attainment]:
    return [Attainment(name, 1) for name in names]


def path_of(courses: int, seed: int = 1, *, wanted: int | None = None) -> Curriculum:
    """A role whose only path is every one of these courses, each needing up to three others, by name and all of them.

    The role asks for what `wanted` of them grant (default: all), and for whatever nobody else needs.
    """
    rng = random.Random(f"path {courses} {seed}")
    made: list[Course] = []
    needed_by_some: set[str] = set()
    for number in range(courses):
        earlier = [course.id for course in rng.sample(made, min(len(made), rng.choice((0, 1, 1, 2, 3))))]
        needed_by_some.update(earlier)
        needed = all_of(CourseDone(name) for name in earlier)
        made.append(_course(rng, f"c{number}", needed, [(f"k{number}", 1)], 12))
    last = [number for number, course in enumerate(made) if course.id not in needed_by_some]
    others = [number for number in range(courses) if number not in last]
    count = max(0, min(len(others), (courses if wanted is None else wanted) - len(last)))
    names = [f"k{number}" for number in sorted((*last, *rng.sample(others, count)))]
    return _curriculum(
        f"path-{courses}", made, [_role("everything", _at_one(names))], [f"k{n}" for n in range(courses)]
    )


def strands_of(courses: int, strands: int, seed: int = 1) -> Curriculum:
    """A role whose only path is all of these courses, in so many strands of which it asks for the ends.

    In a strand each course needs the one before it, and every third one a course of another strand, too.
    """
    rng = random.Random(f"strands {courses} {strands} {seed}")
    made: list[Course] = []
    for number in range(courses):
        earlier = [made[number - strands].id] if number >= strands else []
        if number >= strands and rng.random() < 1 / 3:
            earlier.append(rng.choice(made[: number - strands + 1]).id)
        needed = all_of(CourseDone(name) for name in dict.fromkeys(earlier))
        made.append(_course(rng, f"c{number}", needed, [(f"k{number}", 1)], 12))
    ends = _at_one(f"k{number}" for number in range(max(0, courses - strands), courses))
    return _curriculum(f"strands-{courses}", made, [_role("everything", ends)], [f"k{n}" for n in range(courses)])


def _course(
    rng: random.Random, course_id: str, needed: Requirement, given: Iterable[tuple[str, int]], most_hours: int
) -> Course:
    """A course of one to `most_hours` hours, by the half; the words are as long as an author's would be."""
    highest: dict[str, int] = {}
    for competency, level in given:
        highest[competency] = max(level, highest.get(competency, 0))
    hours = rng.randint(2, 2 * most_hours) * 50
    return Course(
        id=course_id,
        title=f"Course {course_id}: how it is done, step by step",
        hours=hours,
        renewal_hours=max(50, hours // 100 * 50),
        cost=rng.choice((0, 0, 5000, 12000, 49900)),
        summary="Who has taken it can say what it is for, when it matters, and does it alone on an ordinary day.",
        requires=needed,
        grants=tuple(Grant(competency=name, level=level) for name, level in highest.items()),
    )


def _role(role_id: str, items: Iterable[Requirement]) -> Role:
    return Role(id=role_id, title=f"Role {role_id}", requires=all_of(items))


def _curriculum(name: str, courses: Iterable[Course], roles: Iterable[Role], competencies: Iterable[str]) -> Curriculum:
    levels = ("Knows", "Works with help", "Works alone", "Teaches others")
    return Curriculum(
        id=name,
        title=f"Generated: {name}",
        scale=tuple(ScaleLevel(level=number, title=title) for number, title in enumerate(levels, 1)),
        competencies=tuple(Competency(id=name, title=f"Competency {name}") for name in competencies),
        courses=tuple(courses),
        roles=tuple(roles),
    )


KINDS: dict[str, Callable[[int], Curriculum]] = {
    "product-lines": product_lines,
    "level-rings": level_rings,
    "adversarial": adversarial,
    "dense-cover": lambda courses: dense_cover(courses // 5, courses),
}


def main() -> None:
    """Write one generated curriculum as a JSON document."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generate", description=main.__doc__)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("courses", type=int)
    parser.add_argument("file", type=Path)
    given = parser.parse_args()
    from lms.interop.curriculum_file import curriculum_to_document  # noqa: PLC0415

    document = curriculum_to_document(KINDS[given.kind](given.courses))
    given.file.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
