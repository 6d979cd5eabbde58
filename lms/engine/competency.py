"""Competencies and the scale of proficiency they are held on. Not who holds them: that is the profile's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What a competency is made of."""

    KNOWLEDGE = "knowledge"
    SKILL = "skill"
    ABILITY = "ability"


class EvidencePolicy(StrEnum):
    """How several valid pieces of evidence become one level; the default is the highest."""

    HIGHEST = "highest"
    LATEST = "latest"
    BY_SOURCE = "by-source"


class Attainment(NamedTuple):
    """A competency at a proficiency level; whoever holds level N holds every lower level.

    >>> Attainment("negotiating", 3)
    Attainment(competency='negotiating', level=3)
    """

    competency: str
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleLevel:
    """One proficiency level of the scale: 1, 2, 3 … without a gap, compared by number, never by title."""

    level: int
    title: str
    indicator: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holders:
    """How many people of each team should hold the competency at this level or above."""

    level: int
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where something was imported from."""

    system: str | None = None
    id: str | None = None
    uri: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Competency:
    """Knowledge, a skill or an ability that roles ask for and courses grant.

    `levels` says the behaviour seen at a level; `policy` overrides the curriculum's; `parent` makes a tree for
    reading and exchange and is never a prerequisite.
    """

    id: str
    title: str
    kind: Kind = Kind.SKILL
    cluster: str | None = None
    description: str | None = None
    levels: Mapping[int, str] = field(default_factory=dict)
    policy: EvidencePolicy | None = None
    raters: tuple[str, ...] = ("manager", "trainer", "assessor")
    holders: Holders | None = None
    parent: str | None = None
    related: tuple[str, ...] = ()
    source: Origin | None = None
