"""Items of an all-of that another item of it already implies.

An item is implied when it is unavoidable for another one, from nothing (its landmark), when it is a group of which
enough items are, or when it is a lower level of a competency asked for higher up. Somebody who holds the other item by
evidence may lack the implied one, so this is something to look at, not an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import NamedTuple

from lms.engine.competency import Attainment
from lms.engine.search.bitsets import UNREACHABLE, at_least, tally
from lms.engine.search.landmarks import Landmarks, landmarks
from lms.engine.search.net import Net

BATCH = 8192
"""Nodes asked about at a time, which bounds the memory: a bit for each, in every node of the net."""


class Redundancy(NamedTuple):
    """In one all-of, `item` is implied by `by` (nodes of the net); `twice` when both ask for the same competency.

    An item that is written twice is implied by itself.
    """

    item: int
    by: int
    twice: bool


def redundancies(net: Net) -> dict[int, list[Redundancy]]:
    """Node of each all-of group that has them -> its redundant items, in their order.

    >>> from lms.engine.curriculum import Course, Curriculum, Role
    >>> from lms.engine.search.net import NetBuilder
    >>> from lms.engine.requirement import CourseDone, all_of
    >>> first = Course(id="first", title="First", hours=100, renewal_hours=100)
    >>> then = Course(id="then", title="Then", hours=100, renewal_hours=100, requires=CourseDone("first"))
    >>> made = Curriculum(id="x", title="X", scale=(), competencies=(), courses=(first, then), roles=())
    >>> net = NetBuilder(made).net([all_of([CourseDone("first"), CourseDone("then")])])
    >>> redundancies(net)[net.wanted[0]]
    [Redundancy(item=0, by=1, twice=False)]
    """
    found: dict[int, list[Redundancy]] = {}
    for groups, asked in _batches(net):
        marks = landmarks(net, nodes=asked, courses=())
        for group in groups:
            if items := list(_of_group(marks, net.groups[group].items)):
                found[len(net.facts) + group] = items
    return found


def _batches(net: Net) -> Iterator[tuple[list[int], set[int]]]:
    """The all-of groups with more than one item, and the nodes whose bits they need."""
    groups: list[int] = []
    asked: set[int] = set()
    for number, group in enumerate(net.groups):
        if group.n == len(group.items) > 1:
            groups.append(number)
            for item in group.items:
                asked.add(item)
                if item >= len(net.facts):
                    asked.update(net.groups[item - len(net.facts)].items)
        if len(asked) >= BATCH:
            yield groups, asked
            groups, asked = [], set()
    if groups:
        yield groups, asked


def _of_group(marks: Landmarks, items: tuple[int, ...]) -> Iterator[Redundancy]:
    net = marks.net
    highest: dict[str, tuple[int, int]] = {}
    for item in items:
        if isinstance(fact := _fact(net, item), Attainment):
            highest[fact.competency] = max(highest.get(fact.competency, (0, item)), (fact.level, item))
    known = [marks.of_node[item] for item in items]
    often = at_least(2, tally(bits for bits in known if bits != UNREACHABLE))
    by = _first_by(marks, items, known, often)
    seen: set[int] = set()
    for item in items:
        fact = _fact(net, item)
        if isinstance(fact, Attainment) and highest[fact.competency][1] != item:
            yield Redundancy(item, highest[fact.competency][1], twice=True)
        elif item in seen:
            yield Redundancy(item, item, twice=True)
        elif fact is not None and marks.node_bit[item] in by:
            yield Redundancy(item, by[marks.node_bit[item]], twice=False)
        elif fact is None:
            for other, bits in zip(items, known, strict=True):
                if other != item and bits != UNREACHABLE and _implied(marks, item, bits):
                    yield Redundancy(item, other, twice=False)
                    break
        seen.add(item)


def _first_by(marks: Landmarks, items: tuple[int, ...], known: list[int], wanted: int) -> dict[int, int]:
    """The bit of each fact that another item implies -> the first item that does.

    Each item's bits are looked through once: a look at every pair takes minutes where everything needs everything.
    """
    facts = (marks.node_bit[item] for item in items if item < len(marks.net.facts))
    left = reduce(or_, facts, 0) & wanted
    by: dict[int, int] = {}
    for other, bits in zip(items, known, strict=True):
        fresh = 0 if bits == UNREACHABLE else bits & left & ~marks.node_bit[other]
        left ^= fresh
        while fresh:
            bit = fresh & -fresh
            by[bit] = other
            fresh ^= bit
    return by


def _fact(net: Net, node: int) -> object:
    return net.facts[node] if node < len(net.facts) else None


def _implied(marks: Landmarks, item: int, bits: int) -> bool:
    """Does the group hold for whoever has held everything in the bitset?"""
    if marks.node_bit[item] & bits:
        return True
    group = marks.net.groups[item - len(marks.net.facts)]
    return sum(1 for inner in group.items if marks.node_bit[inner] & bits) >= group.n
