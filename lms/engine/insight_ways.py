"""What insight looks at of one person's stored path: its steps and what is still lacking, without a name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from lms.engine.competency import Attainment
from lms.engine.small_numbers import at_least_five


class WayStep(NamedTuple):
    """A step of a stored path; `after` are the courses of earlier steps that it directly needs. Its days are None where
    no session is left.
    """

    course: str
    starts: date | None
    ends: date | None
    session: str | None = None
    renews: bool = False
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A stored path: the day it was planned on, its steps, and the levels that its target asks for and nobody holds."""

    on: date
    steps: tuple[WayStep, ...]
    lacking: tuple[Attainment, ...] = ()


def told(people: int) -> int | None:
    """A number of people as it may be shown: None for one to four, of whom only is told that they are there.

    >>> told(0), told(3), told(5)
    (0, None, 5)
    """
    return at_least_five(people) if people else 0
