"""Within a set of chosen courses: what each one waits for, and the ways of coming to it. Not which courses to choose.

Courses are small integers here, their places in the set; sets of courses are bit masks. A *way* to a course is a least
set of courses, itself included, that can be taken in some order from what is held at the start. Under all-of alone
every course has exactly one way, its ancestors; an any-of or at-least-k that keeps more than one chosen supporter gives
it several. So the ways say at once what must come before what, and whether precedence is pure AND.

The number of ways can explode; a course keeps the `WAYS` least ones and the set says that it is not `complete`.

*Instead of:* a precedence graph, which cannot say *either of these two*, and would call the lower level of a competency
a choice between the course that grants it and the one that builds on it.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from lms.engine.curriculum import Course
from lms.engine.requirement import AtLeast, CourseDone, Fact, Requirement
from lms.engine.search.bitsets import positions

WAYS = 64
NEVER = 1 << 80
"""Later than every instant there is."""


class Of(NamedTuple):
    """At least `n` of the items; an item is a course's number or a group again."""

    n: int
    items: tuple[Need, ...]


Need = int | Of
OPEN = Of(0, ())
NEVER_MET = Of(1, ())


@dataclass(frozen=True, slots=True)
class Chosen:
    """The chosen courses and, for each, what it waits for, what is held at the start left out.

    `users[i]` are the courses whose need names course i.
    """

    courses: tuple[Course, ...]
    needs: tuple[Need, ...]
    users: tuple[tuple[int, ...], ...]


class Ways(NamedTuple):
    """The ways to each course, least first; `complete` unless some had to be left out."""

    to: tuple[tuple[int, ...], ...]
    complete: bool


def chosen_set(courses: Iterable[Course], holds: Callable[[Fact], bool]) -> Chosen:
    """The set in small integers; `holds` says which facts hold at the start. A course may stand twice."""
    courses = tuple(courses)
    giving: dict[str, list[tuple[int, int]]] = defaultdict(list)
    done: dict[str, list[int]] = defaultdict(list)
    for number, course in enumerate(courses):
        done[course.id].append(number)
        for grant in course.grants:
            giving[grant.competency].append((grant.level, number))

    def need(requirement: Requirement) -> Need:
        if isinstance(requirement, AtLeast):
            return _group(requirement.n, [need(item) for item in requirement.items])
        if holds(requirement):
            return OPEN
        if isinstance(requirement, CourseDone):
            return _group(1, done.get(requirement.course, []))
        return _group(1, [c for level, c in giving.get(requirement.competency, ()) if level >= requirement.level])

    return with_needs(courses, [need(course.requires) for course in courses])


def with_needs(courses: tuple[Course, ...], needs: Sequence[Need]) -> Chosen:
    """The same set under these needs."""
    users: list[dict[int, None]] = [{} for _ in courses]
    for user, need in enumerate(needs):
        for number in named(need):
            users[number][user] = None
    return Chosen(courses, tuple(needs), tuple(map(tuple, users)))


def _group(n: int, items: Sequence[Need]) -> Need:
    """At least `n` of the items, told as shortly as it can be."""
    n -= items.count(OPEN)
    if n <= 0:
        return OPEN
    items = [item for item in items if item not in (OPEN, NEVER_MET)]
    if len(items) < n:
        return NEVER_MET
    return items[0] if len(items) == 1 else Of(n, tuple(items))


def both(first: Need, second: Need) -> Need:
    """What holds when both do."""
    return _group(2, [first, second])


def named(need: Need) -> Iterator[int]:
    """The courses that a need names, repeats included."""
    if isinstance(need, int):
        yield need
    else:
        for item in need.items:
            yield from named(item)


def met(need: Need, taken: int) -> bool:
    """Does the need hold once the courses of the mask are taken?

    >>> met(Of(1, (0, Of(2, (1, 2)))), 0b110), met(Of(1, (0, Of(2, (1, 2)))), 0b010)
    (True, False)
    """
    if isinstance(need, int):
        return bool(taken >> need & 1)
    return sum(met(item, taken) for item in need.items) >= need.n


def when(need: Need, times: Sequence[int]) -> int:
    """The first moment at which the need holds, given the moment from which each course counts (or NEVER).

    >>> when(Of(1, (0, Of(2, (1, 2)))), [9, 3, 5])
    5
    """
    if isinstance(need, int):
        return times[need]
    if need.n <= 0:
        return 0
    found = sorted([when(item, times) for item in need.items])
    return found[need.n - 1] if need.n <= len(found) else NEVER


def takable_order(chosen: Chosen, within: int, done: int = 0) -> list[int]:
    """The courses of `within` in an order that can be taken once `done` is: always the first in the set that can be.

    Courses that cannot be taken are left out.
    """
    needs, order = chosen.needs, []
    ready = [number for number in positions(within) if met(needs[number], done)]
    heapify(ready)
    waiting = within
    for number in ready:
        waiting ^= 1 << number
    while ready:
        number = heappop(ready)
        order.append(number)
        done |= 1 << number
        for user in chosen.users[number]:
            if waiting >> user & 1 and met(needs[user], done):
                waiting ^= 1 << user
                heappush(ready, user)
    return order


def all_ways(chosen: Chosen, limit: int = WAYS) -> Ways:
    """The ways to every course of the set, by the least fixpoint over what each one waits for.

    Courses are visited in an order that can be taken, and again when one that they wait for found another way.

    >>> a, b, c = (Course(id=name, title=name, hours=100, renewal_hours=100) for name in "abc")
    >>> all_ways(with_needs((a, b, c), [OPEN, OPEN, Of(1, (0, 1))])).to[2] == (0b101, 0b110)
    True
    """
    search = _Search(len(chosen.courses), limit)
    queue = deque(takable_order(chosen, (1 << len(chosen.courses)) - 1))
    queued = set(queue)
    while queue:
        number = queue.popleft()
        queued.discard(number)
        if search.extend(number, chosen.needs[number]):
            new = [user for user in chosen.users[number] if user not in queued]
            queued.update(new)
            queue.extend(new)
    return Ways(tuple(search.found), search.complete)


class _Search:
    """The ways found so far, and whether any had to be left out."""

    def __init__(self, size: int, limit: int) -> None:
        self.found: list[tuple[int, ...]] = [()] * size
        self.limit = limit
        self.complete = True

    def extend(self, number: int, need: Need) -> bool:
        """Look again for the ways to a course; were there new ones?"""
        own = 1 << number
        ways = self.least([mask | own for mask in self.making(need) if not mask & own])
        changed = ways != self.found[number]
        self.found[number] = ways
        return changed

    def making(self, need: Need) -> tuple[int, ...]:
        """The least sets of courses that make the need hold, as far as ways are found yet."""
        if isinstance(need, int):
            return self.found[need]
        if need.n == 1:
            return self.least([mask for item in need.items for mask in self.making(item)])
        by_count: list[tuple[int, ...]] = [(0,), *[()] * need.n]
        for left, item in zip(reversed(range(len(need.items))), need.items, strict=True):
            ways = self.making(item)
            for count in range(need.n, max(0, need.n - left - 1), -1):
                joined = [one | other for one in by_count[count - 1] for other in ways]
                if joined:
                    by_count[count] = self.least([*by_count[count], *joined])
        return by_count[need.n]

    def least(self, masks: list[int]) -> tuple[int, ...]:
        """The masks that contain no other, smallest first, no more than the limit."""
        if len(masks) < 2:
            return tuple(masks)
        kept: list[int] = []
        for mask in sorted(set(masks), key=lambda m: (m.bit_count(), m)):
            if not any(other & mask == other for other in kept):
                kept.append(mask)
        if len(kept) > self.limit:
            self.complete = False
        return tuple(kept[: self.limit])
