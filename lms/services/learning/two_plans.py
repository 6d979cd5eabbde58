"""Two plans side by side: what each says, and how the other differs from the present one."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lms.engine.curriculum import Curriculum


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two plans: its document (`lms-path/1`), its likely days as `storage.paths.Path` keeps them, its
    curriculum, and the hours and aim behind it.
    """

    document: Mapping[str, Any]
    likely: Mapping[str, Any]
    curriculum: Curriculum
    weekly_hundredths: int
    aim: date | None

    @property
    def open(self) -> int:
        """Requirements not met yet."""
        asked = self.document["requirements"]
        return int(asked["required"] - asked["met"])

    def session_of(self, course: str) -> str | None:
        """The session in which this plan takes a course; None where it takes it in none."""
        steps = (step for step in self.document["steps"] if step["course"] == course and step["session"] is not None)
        step = next(steps, None)
        return None if step is None else str(step["session"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The other plan against the present one: `days` later (None: one has no date), hours, cost and open requirements
    more; steps added and gone, and the fewest that have moved where both have them in another order.
    """

    days: int | None
    hours: float
    cost: float
    open: int
    added: tuple[str, ...]
    gone: tuple[str, ...]
    moved: tuple[str, ...]


def difference(present: Side, other: Side) -> Difference:
    """How the other plan differs from the present one."""
    one, two = present.document, other.document
    old, new = _courses(one), _courses(two)
    stay, came = [course for course in old if course in new], [course for course in new if course in old]
    ends, other_ends = one["ready_on"], two["ready_on"]
    days = (date.fromisoformat(other_ends) - date.fromisoformat(ends)).days if ends and other_ends else None
    return Difference(
        days=days,
        hours=round(two["hours"] - one["hours"], 2),
        cost=round(two["cost"] - one["cost"], 2),
        open=other.open - present.open,
        added=tuple(course for course in new if course not in old),
        gone=tuple(course for course in old if course not in new),
        moved=tuple(_out_of_place(stay, came)),
    )


def _out_of_place(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    """The fewest of these that have to be moved to get from one order to the other."""
    place = {course: number for number, course in enumerate(before)}
    tops: list[int] = []
    lengths = []
    for course in after:  # patience sorting: how long a rising run can end with each
        length = bisect_left(tops, place[course])
        tops[length : length + 1] = [place[course]]
        lengths.append(length)
    staying, wanted = set(), len(tops) - 1
    for course, length in zip(reversed(after), reversed(lengths), strict=True):
        if length == wanted:
            staying.add(course)
            wanted -= 1
    yield from (course for course in after if course not in staying)


def _courses(document: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(step["course"] for step in document["steps"]))
