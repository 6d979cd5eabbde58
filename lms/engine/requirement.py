"""What a course or a role asks for: attainments and completed courses, combined by all-of, any-of and at-least-k.

A requirement is monotone: more facts never make it fail. Every algorithm on this floor rests on that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from lms.engine.competency import Attainment


class CourseDone(NamedTuple):
    """The fact that a course was completed (or that its holder is exempt from it)."""

    course: str


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least `n` of `items` hold; items count by position, so an item written twice counts twice.

    `word` is how the author said it, kept so that a document comes back as it was written.
    """

    n: int
    items: tuple[Requirement, ...]
    word: Literal["all", "any", "at_least"] = "at_least"


Fact = Attainment | CourseDone
Requirement = Attainment | CourseDone | AtLeast


def all_of(items: Iterable[Requirement]) -> AtLeast:
    """Every one of the items; of none it is NOTHING, which always holds.

    >>> all_of([CourseDone("a"), CourseDone("b")]).n
    2
    """
    held = tuple(items)
    return AtLeast(len(held), held, "all")


def any_of(items: Iterable[Requirement]) -> AtLeast:
    """One of the items is enough."""
    return AtLeast(1, tuple(items), "any")


NOTHING = all_of(())


def leaves(requirement: Requirement) -> Iterator[Fact]:
    """The attainments and courses named anywhere in the requirement, in order, repeats included.

    >>> list(leaves(any_of([CourseDone("a"), all_of([Attainment("k", 2)])])))
    [CourseDone(course='a'), Attainment(competency='k', level=2)]
    """
    stack: list[Requirement] = [requirement]
    while stack:
        item = stack.pop()
        if isinstance(item, AtLeast):
            stack.extend(reversed(item.items))
        else:
            yield item


def holds(requirement: Requirement, fact_holds: Callable[[Fact], bool]) -> bool:
    """Does the requirement hold, given which facts do? At most 50 groups deep, by the format's rule.

    >>> holds(any_of([CourseDone("a"), CourseDone("b")]), lambda fact: fact == CourseDone("b"))
    True
    """
    if not isinstance(requirement, AtLeast):
        return fact_holds(requirement)
    wanted = requirement.n
    if wanted == 0:
        return True
    for item in requirement.items:
        if holds(item, fact_holds):
            wanted -= 1
            if wanted == 0:
                return True
    return False


def top_items(requirement: Requirement) -> tuple[Requirement, ...]:
    """The top-level items of a role's requirement: what *requirements met of required* counts.

    The entries of an all-of; any other requirement is one item by itself.

    >>> top_items(all_of([CourseDone("a"), any_of([CourseDone("b")])]))[0]
    CourseDone(course='a')
    """
    if isinstance(requirement, AtLeast) and requirement.word == "all":
        return requirement.items
    return (requirement,)


def without(requirement: Requirement, drop: Callable[[Fact], bool]) -> Requirement:
    """The requirement with the facts that `drop` names taken out, wherever they stand.

    A group that loses all its items goes too; one that asked for more items than are left asks for all of them. Of a
    requirement that was nothing else, NOTHING is left.

    >>> without(all_of([CourseDone("a"), any_of([CourseDone("b")])]), lambda fact: fact == CourseDone("b")).items
    (CourseDone(course='a'),)
    """
    return _without(requirement, drop) or NOTHING


def _without(requirement: Requirement, drop: Callable[[Fact], bool]) -> Requirement | None:
    if not isinstance(requirement, AtLeast):
        return None if drop(requirement) else requirement
    kept = tuple(left for item in requirement.items if (left := _without(item, drop)) is not None)
    if kept == requirement.items:
        return requirement
    if not kept:
        return None
    n = {"all": len(kept), "any": 1}.get(requirement.word, min(requirement.n, len(kept)))
    return AtLeast(n, kept, requirement.word)
