"""Who manages which team, from a column that says who manages each person.

The manager that the people of a team name manages the team. The one row in a team that names somebody else is that of
the manager, who answers to the team above: what they say counts there, unless people of that team say otherwise
themselves. So an ordinary staff list, in which everybody has a boss, sets the line.
*Instead of:* a sheet of teams beside that of people, which no personnel system exports.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lms.errors import Said, said
from lms.interop.reading.scalars import shown
from lms.interop.sheets.sheet_problems import Problems
from lms.services.imports.team_tree import Place

Who = int | tuple[str, int]
"""Somebody by number, or by the row of the file that brings them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One row's word: `who` works at `place` and answers to `manager`, written `mail`."""

    row: int
    who: Who
    place: Place
    manager: Who
    mail: str


def managers_of(
    votes: Iterable[Vote],
    present: Callable[[Place], Who | None],
    path: Callable[[Place], str],
    problems: Problems,
    warnings: Problems,
) -> dict[Place, Vote]:
    """For each team that the rows speak of, one vote that names its manager. `present` gives the manager there is.

    Rows of one team that disagree are problems; what has no team to apply to is a warning.
    """
    own: defaultdict[Place, list[Vote]] = defaultdict(list)
    for vote in votes:
        own[vote.place].append(vote)
    from_below: defaultdict[Place, list[Vote]] = defaultdict(list)
    chosen: dict[Place, Vote] = {}
    deepest = max(map(len, own), default=0)
    for depth in range(deepest, 0, -1):
        for place in sorted({place for place in (*own, *from_below) if len(place) == depth}):
            leading, members = _split(own[place], from_below[place], present(place))
            decided = _agreed(members or from_below[place], path(place), problems)
            if decided is not None:
                chosen[place] = decided
            elif leading and not members and not from_below[place] and len(leading) > 1:
                _each_other(leading, path(place), problems)
            for vote in from_below[place] if members else ():
                if decided is not None and vote.manager != decided.manager:
                    warnings.add(_outvoted(vote, path(place)), vote.row)
            for vote in leading:
                if depth > 1:
                    from_below[place[:-1]].append(vote)
                else:
                    warnings.add(_nothing_above(vote, path(place)), vote.row)
    return chosen


def _split(own: list[Vote], from_below: list[Vote], present: Who | None) -> tuple[list[Vote], list[Vote]]:
    """The rows of those who lead the team themselves, and of everybody else in it."""
    named = {vote.manager for vote in (*own, *from_below)}
    members = [vote for vote in own if vote.who not in named]
    if [vote.who for vote in own] == [present]:  # a file of one row in which the manager there is names their own
        members = []
    return [vote for vote in own if vote not in members], members


def _agreed(votes: list[Vote], path: str, problems: Problems) -> Vote | None:
    if not votes:
        return None
    first = votes[0]
    for vote in votes:
        if vote.manager != first.manager:
            problems.add(
                said(
                    "names %(mail)s as manager of %(team)s, row %(row)s names %(other)s; a team has one manager",
                    mail=shown(vote.mail), team=shown(path), row=first.row, other=shown(first.mail),
                ),
                vote.row,
            )  # fmt: skip
    return first


def _each_other(leading: list[Vote], path: str, problems: Problems) -> None:
    for vote in leading:
        problems.add(
            said(
                "everybody in %(team)s whose manager the file names is somebody's manager there; say who leads it",
                team=shown(path),
            ),
            vote.row,
        )


def _outvoted(vote: Vote, path: str) -> Said:
    return said(
        "the people of %(team)s name another manager than %(mail)s, so this was passed over",
        team=shown(path), mail=shown(vote.mail),
    )  # fmt: skip


def _nothing_above(vote: Vote, path: str) -> Said:
    return said(
        "no team stands above %(team)s that %(mail)s could manage, so this was passed over",
        team=shown(path), mail=shown(vote.mail),
    )  # fmt: skip
