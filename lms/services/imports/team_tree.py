"""The teams as paths, North / Berlin: those there are, and those that a file names and nobody has made yet."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from lms.services.imports.values import Difference
from lms.storage.people import Team

Place = tuple[str, ...]
"""A team by the names from the widest team down, each folded, so that north and North are one."""


@dataclass(frozen=True, slots=True)
class Existing:
    """A team that is there."""

    id: int
    path: str
    manager_id: int | None


class TeamTree:
    """Finds teams by path; remembers the paths that are new, as they were written first."""

    def __init__(self, teams: Iterable[Team]) -> None:
        by_id = {team.id: team for team in teams}
        self.existing: dict[Place, Existing] = {}
        self.new: dict[Place, str] = {}
        self._places: dict[int, Place] = {}
        for team in by_id.values():
            names = _names(team, by_id)
            place = tuple(map(folded, names))
            self.existing[place] = Existing(team.id, " / ".join(names), team.manager_id)
            self._places[team.id] = place

    def place_of(self, path: str) -> Place:
        """The place of a path as a file has it; teams on the way there that are not there yet are noted as new."""
        names = path.split(" / ")
        place = tuple(map(folded, names))
        for depth in range(1, len(place) + 1):
            above = place[: depth - 1]
            if place[:depth] not in self.existing and place[:depth] not in self.new:
                self.new[place[:depth]] = " / ".join([*([self.path(above)] if above else []), names[depth - 1]])
        return place

    def place_of_id(self, team_id: int | None) -> Place | None:
        """The place of a team that is there."""
        return None if team_id is None else self._places[team_id]

    def path(self, place: Place | None) -> str:
        """The path as people read it; "" for no team."""
        if not place:
            return ""
        return self.existing[place].path if place in self.existing else self.new[place]

    def differences(self) -> tuple[Difference, ...]:
        """The teams that would be made."""
        return tuple(Difference(row=None, who=path) for _, path in sorted(self.new.items()))


def folded(name: str) -> str:
    """What two names of one team share, whatever their case."""
    return unicodedata.normalize("NFC", name.casefold())


def _names(team: Team, by_id: dict[int, Team]) -> list[str]:
    names = [team.name]
    seen = {team.id}
    while team.parent_id is not None and team.parent_id not in seen:
        team = by_id[team.parent_id]
        seen.add(team.id)
        names.insert(0, team.name)
    return names
