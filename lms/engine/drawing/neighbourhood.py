"""A part of the map: the cards around some of them. The whole stays as it is; the part is a map by itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from lms.engine.drawing.course_map import CourseMap


def around(whole: CourseMap, starts: Iterable[int], steps: int) -> frozenset[int]:
    """The cards within so many steps of some nodes, up and down the arrows; a joint is passed without a step.

    >>> from lms.engine.drawing.course_map import course_map
    >>> from lms.engine.curriculum import Course, Curriculum
    >>> from lms.engine.requirement import NOTHING, CourseDone
    >>> needs = {"a": NOTHING, "b": CourseDone("a"), "c": CourseDone("b"), "d": CourseDone("a")}
    >>> courses = tuple(Course(id=i, title=i, hours=1, renewal_hours=1, requires=r) for i, r in needs.items())
    >>> drawn = course_map(Curriculum(id="x", title="X", scale=(), competencies=(), courses=courses, roles=()))
    >>> sorted(around(drawn, [1], 1)), sorted(around(drawn, [2], 2))
    ([0, 1, 2], [0, 1, 2])
    """
    begun = set(starts)
    found = set(begun)
    for up in (True, False):
        beside: dict[int, list[int]] = {}
        for source, target in whole.edges:
            beside.setdefault(target if up else source, []).append(source if up else target)
        wave, seen = begun, set(begun)
        for _ in range(steps):
            wave = _next(whole, wave, beside, seen)
        found |= seen
    return frozenset(number for number in found if number < len(whole.cards))


def _next(whole: CourseMap, wave: Collection[int], beside: dict[int, list[int]], seen: set[int]) -> set[int]:
    """The cards one step on, not seen before."""
    cards = len(whole.cards)
    found: set[int] = set()
    stack = list(wave)
    while stack:
        for number in beside.get(stack.pop(), ()):
            if number not in seen:
                seen.add(number)
                if number < cards:
                    found.add(number)
                else:
                    stack.append(number)
    return found


def part_of(whole: CourseMap, cards: Collection[int]) -> CourseMap:
    """The map of these cards and of what joins them, without the lanes and columns that nothing else needs."""
    kept = sorted(cards)
    joints = _joints(whole, set(kept))
    number = {old: new for new, old in enumerate([*kept, *joints])}
    lanes = sorted({whole.nodes[card].lane for card in kept})
    ranks = sorted({whole.nodes[card].rank for card in kept})
    lane = {old: new for new, old in enumerate(lanes)}
    rank = {old: new for new, old in enumerate(ranks)}
    edges = tuple((number[a], number[b]) for a, b in whole.edges if a in number and b in number)
    moved = {(a, b): (number[a], number[b]) for a, b in (*whole.ring, *whole.cut) if a in number and b in number}
    return replace(
        whole,
        cards=tuple(whole.cards[card] for card in kept),
        joints=tuple(whole.joints[joint - len(whole.cards)] for joint in joints),
        nodes=tuple(
            node._replace(lane=lane.get(node.lane, 0), rank=rank.get(node.rank, 0))
            for node in (whole.nodes[old] for old in number)
        ),
        edges=edges,
        leans=tuple({number[one]: steps for one, steps in whole.leans[card].items() if one in number} for card in kept),
        lanes=tuple(whole.lanes[old] for old in lanes),
        ring=frozenset(moved[edge] for edge in whole.ring if edge in moved),
        cut=frozenset(moved[edge] for edge in whole.cut if edge in moved),
        number={whole.cards[card].key: number[card] for card in kept},
    )


def _joints(whole: CourseMap, cards: set[int]) -> list[int]:
    """The joints with a way in from these cards and a way out to them, straight or through other joints."""
    count = len(whole.cards)
    passed: list[set[int]] = []
    for up in (True, False):
        reached = set(cards)
        grown = True
        while grown:
            more = {
                (source if up else target)
                for source, target in whole.edges
                if (target if up else source) in reached and (source if up else target) >= count
            } - reached
            reached |= more
            grown = bool(more)
        passed.append(reached)
    return sorted(number for number in passed[0] & passed[1] if number >= count)
