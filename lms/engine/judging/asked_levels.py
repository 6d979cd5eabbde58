"""Which levels a role asks of which competencies: those that every way needs, and those that are one way of several."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lms.engine.competency import Attainment
from lms.engine.requirement import Requirement, leaves, top_items


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of a competency. `firm`: without it the role is not met; else it is one of several ways."""

    level: int
    firm: bool


def asked_levels(requirements: Iterable[Requirement]) -> dict[str, Asked]:
    """By competency the highest level that every way needs, else the highest of any way, of all requirements together.

    >>> from lms.engine.requirement import all_of, any_of
    >>> found = asked_levels([all_of([Attainment("price", 2), any_of([Attainment("price", 3), Attainment("law", 1)])])])
    >>> found["price"], found["law"]
    (Asked(level=2, firm=True), Asked(level=1, firm=False))
    """
    firm: dict[str, int] = {}
    loose: dict[str, int] = {}
    for item in (item for one in requirements for item in top_items(one)):
        for leaf in leaves(item):
            if isinstance(leaf, Attainment):
                found = firm if leaf is item else loose
                found[leaf.competency] = max(leaf.level, found.get(leaf.competency, 0))
    return {name: Asked(level=level, firm=name in firm) for name, level in {**loose, **firm}.items()}
