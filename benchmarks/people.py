"""Seeded people on their way to the roles of one catalogue: cohorts that learn alike, and people who are all different.

Everybody's completions can be taken in the order given, since that is how they are drawn.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter

from benchmarks.catalogues import BEFORE
from lms.engine.curriculum import Course, Curriculum
from lms.engine.person import Completion, Person
from lms.engine.requirement import top_items
from lms.engine.search.net import Net, NetBuilder

SameCourses = tuple[Completion, ...]
WAYS = 20


def cohort_like(curriculum: Curriculum, count: int, seed: int = 1, *, roles: int | None = None) -> list[Person]:
    """People of cohorts: each role has twenty common ways to it, and a person stands somewhere on one of them.

    `roles` takes so many of the roles, those with the largest slices; None all of them. Two in five have taken a course or two beside it, mostly outside what the role needs; some of it inside.
    """
    rng = random.Random(f"cohorts {count} {seed}")
    nets = sorted(_nets(curriculum), key=lambda one: -len(one[1].courses))[:roles]
    ways = {
        role: [_way(rng, net, len(net.courses)) for _ in range(WAYS)] for role, net in sorted(nets, key=itemgetter(0))
    }
    offered = sorted(ways)
    once = _Once()
    found = []
    for number in range(count):
        role = rng.choice(offered)
        way = rng.choice(ways[role][: 1 + number % WAYS])  # some ways are far more common than others
        taken = way[: rng.randint(0, max(1, len(way) // 2))]
        if rng.random() < 0.4:
            taken = [*taken, *(rng.choice(curriculum.courses) for _ in range(rng.choice((1, 2))))]
        found.append(Person(id=f"p{number}", targets=(role,), completed=once(taken)))
    return found


def all_different(curriculum: Curriculum, count: int, seed: int = 1) -> list[Person]:
    """People of whom no two share both a role and what they hold inside its slice."""
    rng = random.Random(f"different {count} {seed}")
    nets = list(_nets(curriculum))
    once = _Once()
    seen: set[tuple[str, frozenset[str]]] = set()
    found: list[Person] = []
    ways: dict[str, list[Course]] = {}
    while len(found) < count:
        role, net = rng.choice(nets)
        if role not in ways or rng.random() < 0.1:
            ways[role] = _way(rng, net, len(net.courses))
        taken = ways[role][: rng.randint(1, len(ways[role]))]
        key = (role, frozenset(course.id for course in taken))
        if key in seen:
            del ways[role]
            continue
        seen.add(key)
        found.append(Person(id=f"p{len(found)}", targets=(role,), completed=once(taken)))
    return found


def _nets(curriculum: Curriculum) -> Iterator[tuple[str, Net]]:
    builder = NetBuilder(curriculum)
    for role in curriculum.roles:
        net = builder.net(top_items(role.requires))
        if net.reach(()).taken:
            yield role.id, net


def _way(rng: random.Random, net: Net, most: int) -> list[Course]:
    """Courses of the slice, one after the other, each drawn from those that can be taken by then."""
    missing = [group.n for group in net.groups]
    held = [False] * (len(net.facts) + len(net.groups))
    ready: list[int] = []

    def hold(node: int) -> None:
        if held[node]:
            return
        held[node] = True
        ready.extend(net.unlocks[node])
        for number in net.parents[node]:
            missing[number] -= 1
            if missing[number] == 0:
                hold(len(net.facts) + number)

    for number, lacking in enumerate(missing):
        if lacking <= 0:
            hold(len(net.facts) + number)
    taken: list[int] = []
    while ready and len(taken) < most:
        place = rng.randrange(len(ready))
        ready[place], ready[-1] = ready[-1], ready[place]
        course = ready.pop()
        taken.append(course)
        for node in net.gives[course]:
            hold(node)
    return [net.courses[course] for course in taken]


class _Once:
    """Makes each completion once, so that many people take little memory."""

    def __init__(self) -> None:
        self._made: dict[str, Completion] = {}

    def __call__(self, courses: Sequence[Course]) -> SameCourses:
        return tuple(self._completion(course.id) for course in courses)

    def _completion(self, course: str) -> Completion:
        if course not in self._made:
            self._made[course] = Completion(course=course, on=BEFORE)
        return self._made[course]


def shuffled(people: Sequence[Person], seed: int = 1) -> list[Person]:
    """The same people in a seeded order."""
    found = list(people)
    random.Random(seed).shuffle(found)
    return found


Maker = Callable[[Curriculum, int], list[Person]]
