"""What insight looks at of one person's stored path: its steps and what is still lacking, without a name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from lms.engine.competency import Attainment
from lms.engine.small_numbers import LEAST, told_of


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


class Vague(StrEnum):
    """What is told of a part where its number, or that of the rest, would be told of one to four people."""

    SOME = "some"
    FEW = "few"
    ALL_BUT_FEW = "all-but-few"


def part_of(part: int, whole: int) -> int | Vague | None:
    """How many of so many people, as it may be shown beside the whole; None where the whole itself may not.

    >>> part_of(6, 12), part_of(3, 12), part_of(9, 12), part_of(6, 8), part_of(8, 8), part_of(2, 3)
    (6, <Vague.FEW: 'few'>, <Vague.ALL_BUT_FEW: 'all-but-few'>, <Vague.SOME: 'some'>, 8, None)
    """
    if told_of(whole) is None:
        return None
    if part in {0, whole}:
        return part
    if whole < 2 * LEAST:
        return Vague.SOME
    if part < LEAST:
        return Vague.FEW
    return Vague.ALL_BUT_FEW if whole - part < LEAST else part
