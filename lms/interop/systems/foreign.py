"""What reading another system's format has in common: a document of the contract, read by the contract's own shape.

A reader puts together the plain document and knows which part of it came from where in its file. Every rule on ids,
references and levels is then checked once, by the shape that also reads `lms-curriculum/1`. Not what a format looks like.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from lms.engine.curriculum import Curriculum
from lms.errors import Said, said
from lms.interop.curriculum_shape import CURRICULUM, reading_of
from lms.interop.reading.scalars import shown
from lms.interop.reading.sentences import sentence
from lms.interop.shapes.shape import TooManyFaultsError, path_of

NAMED = 5
"""How many names of a longer list a sentence says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A curriculum as another system's file gives it, and sentences on what of the file it does not hold."""

    curriculum: Curriculum
    left_out: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Wrong:
    """What the contract has against one place of the document; `first` is where it stands first, of what stands twice."""

    path: tuple[Any, ...]
    message: Said
    first: tuple[Any, ...] | None = None


def curriculum_in(tree: dict[str, Any]) -> tuple[Curriculum | None, list[Wrong]]:
    """The curriculum of a plain document of the contract, or None and everything that is wrong with it."""
    reading = reading_of(tree)
    value: Curriculum | None = None
    with suppress(TooManyFaultsError):  # those found so far are told
        value = CURRICULUM.read(tree, reading, None)
    wrong = []
    for fault in reading.faults:
        path = path_of(fault.at)
        first = None if fault.also is None else path_of(fault.also)
        wrong.append(Wrong(path, sentence(fault, path, CURRICULUM, tree), first))
    return (None if wrong else value), wrong


def parent_rings(parents: Mapping[str, str | None]) -> Iterator[list[str]]:
    """The rings in a tree of parents, each once, from the one of its members that comes first.

    >>> list(parent_rings({"a": "b", "b": "c", "c": "b", "d": "d"}))
    [['b', 'c'], ['d']]
    """
    place = {name: number for number, name in enumerate(parents)}
    seen: set[str] = set()
    for start in parents:
        trail: dict[str, None] = {}
        at: str | None = start
        while at in place and at not in seen:
            seen.add(at)
            trail[at] = None
            at = parents[at]
        if at in trail:
            members = list(trail)
            ring = members[members.index(at) :]
            first = ring.index(min(ring, key=place.__getitem__))
            yield ring[first:] + ring[:first]


def ring_message(ring: Sequence[str]) -> Said:
    """The complaint about a ring of parents, of a long one its beginning.

    >>> ring_message(["a", "b"])
    "competency 'a' lies under 'b', which lies under 'a': take one of these parents away"
    """
    names = [shown(name) for name in (*ring, ring[0])]
    told = names if len(names) <= NAMED + 1 else [*names[:NAMED], "…", names[-1]]
    way: str = told[-1]
    for name in reversed(told[1:-1]):
        way = said("%(parent)s, which lies under %(next)s", parent=name, next=way)
    return said(
        "competency %(competency)s lies under %(way)s: take one of these parents away", competency=told[0], way=way
    )


def names_of(names: Iterable[str]) -> str:
    """Names for a sentence in any language, of many the first few.

    >>> names_of("abcdefg")
    'a, b, c, d, e … (7)'
    """
    every = list(dict.fromkeys(names))
    few = ", ".join(name if len(name) <= 60 else name[:59] + "…" for name in every[:NAMED])
    return few if len(every) <= NAMED else f"{few} … ({len(every):,})"
