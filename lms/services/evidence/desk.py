"""Whose turn it is to look at somebody's evidence: the levels of those who can, and who stands in for whom. A pure value.

First the managers of the line, each a level of its own, the nearest first; then the trainers who own the curriculum;
then the assessors; each only where the curriculum lets them rate the competency. The administrators are always the last
level, so that nothing is ever with nobody. Nobody is asked about themselves, and who cannot sign in is passed over.
*Instead of:* asking whoever has least to do, which puts a rating further and further from those who saw the work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple


class Chair(NamedTuple):
    """Somebody who can review, in the capacity in which they do."""

    person_id: int
    capacity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whose evidence it is, where they work, of which curriculum, and who may rate the competency."""

    person_id: int
    team_id: int | None
    curriculum_id: int
    raters: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Who there is, on a day: only people who can sign in."""

    parents: Mapping[int, int | None]
    """The team above each team."""
    managers: Mapping[int, int]
    trainers: Mapping[int, Sequence[int]]
    """The owners of each curriculum."""
    assessors: Sequence[int] = ()
    administrators: Sequence[int] = ()
    deputies: Mapping[int, int] = field(default_factory=dict)
    """Who stands in for whom that day."""
    load: Mapping[int, int] = field(default_factory=dict)
    """How many pieces wait for each."""

    def levels(self, about: Subject) -> tuple[tuple[Chair, ...], ...]:
        """Who can review this, level by level; within one, whoever has least waiting comes first."""
        found: list[tuple[Chair, ...]] = []
        if "manager" in about.raters:
            found += [(Chair(one, "manager"),) for one in self._line(about.team_id)]
        if "trainer" in about.raters:
            found.append(self._chairs(self.trainers.get(about.curriculum_id, ()), "trainer"))
        if "assessor" in about.raters:
            found.append(self._chairs(self.assessors, "assessor"))
        found.append(self._chairs(self.administrators, "administrator"))
        others = (tuple(chair for chair in level if chair.person_id != about.person_id) for level in found)
        return tuple(level for level in others if level)

    def first(self, about: Subject) -> Chair | None:
        """Whose turn it is at first; None only where the organisation has nobody but the person."""
        return next((level[0] for level in self.levels(about)), None)

    def able(self, about: Subject) -> tuple[Chair, ...]:
        """Everybody who can review this, each once, in the first capacity in which they can."""
        once: dict[int, Chair] = {}
        for level in self.levels(about):
            for chair in level:
                once.setdefault(chair.person_id, chair)
        return tuple(once.values())

    def above(self, about: Subject, chair: Chair) -> Chair | None:
        """Whose turn it is after this one has let it wait: the next level, never back; None at the end of it."""
        levels = self.levels(about)
        place = next((number for number, level in enumerate(levels) if chair in level), -1)
        later = (one for level in levels[place + 1 :] for one in level if one.person_id != chair.person_id)
        return next(later, None)

    def acting(self, reviewer: int, about: int) -> int:
        """Who looks at it now: the deputy of that day, unless it is theirs."""
        deputy = self.deputies.get(reviewer, reviewer)
        return reviewer if deputy == about else deputy

    def _line(self, team: int | None) -> list[int]:
        """The managers above a team, the nearest first, each once."""
        found: dict[int, None] = {}
        seen: set[int] = set()
        while team is not None and team not in seen:
            seen.add(team)
            if (manager := self.managers.get(team)) is not None:
                found[manager] = None
            team = self.parents.get(team)
        return list(found)

    def _chairs(self, people: Sequence[int], capacity: str) -> tuple[Chair, ...]:
        ordered = sorted(people, key=lambda one: (self.load.get(one, 0), one))
        return tuple(Chair(one, capacity) for one in ordered)
