"""The rows of a team in the order and of the kind that an address asks for. What it cannot ask for changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from lms.services.team.board import Board, Row
from lms.services.team.members import State

ONLY: Mapping[str, frozenset[State]] = {
    "ready": frozenset({State.READY}),
    "near": frozenset({State.NEAR}),
    "later": frozenset({State.LATER, State.BEHIND}),
    "still": frozenset({State.WAITS, State.BLOCKED, State.NONE}),
}
"""The kinds that the list is narrowed to: who stands still has no date, whatever the reason."""
NEAREST = (State.READY, State.NEAR, State.LATER, State.WAITS, State.BEHIND, State.BLOCKED, State.NONE)
BY_COMPETENCY = "c."
"""Before the id of a competency in `sort`."""


def narrowed(rows: Iterable[Row], only: str) -> list[Row]:
    """The rows of this kind; all of them for a kind that is none."""
    wanted = ONLY.get(only)
    return [row for row in rows if wanted is None or row.member.state in wanted]


def ordered(rows: Sequence[Row], sort: str, board: Board) -> list[Row]:
    """The rows by `name` (as they come), `role`, `next` (nearest first), `below` or the level of a competency `c.ID`;
    a minus before it turns the order round.
    """
    key = _key(sort.removeprefix("-"), board)
    return sorted(rows, key=key, reverse=sort.startswith("-")) if key else list(rows)


def _key(by: str, board: Board) -> Callable[[Row], Any] | None:
    if by.startswith(BY_COMPETENCY):
        names = [column.competency.id for column in board.columns]
        name = by.removeprefix(BY_COMPETENCY)
        if name not in names:
            return None
        place = names.index(name)
        return lambda row: -1 if row.levels[place] is None else row.levels[place]
    keys: dict[str, Callable[[Row], Any]] = {
        "name": lambda row: row.member.name.casefold(),
        "role": lambda row: board.titles.get(row.member.role or "", "").casefold(),
        "next": lambda row: (NEAREST.index(row.member.state), row.member.likely or date.max),
        "below": lambda row: row.below,
    }
    return keys.get(by)
