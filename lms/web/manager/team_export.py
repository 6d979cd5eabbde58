"""The team as worksheets: levels, gaps to the next role, changes in 90 days; a row for each person, a column for each
competency.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from lms.interop.sheets.sheet_write import Table, Value
from lms.services.team.board import Board, Row
from lms.web.manager.team_words import counted, next_role, standing
from lms.web.translated import gettext


def sheets(board: Board) -> list[Table]:
    """The worksheets of a board."""
    titles = [column.competency.title for column in board.columns]
    about = (gettext("Name"), gettext("Role"), gettext("Next role"), gettext("Requirements met"), gettext("Required"),
             gettext("Likely"), gettext("Standing"))  # fmt: skip
    return [
        (gettext("Levels"), (*about, *titles), (*_rows(board, lambda row: row.levels), *_foot(board))),
        (gettext("Gap to role"), (*about, *titles), _rows(board, _gaps)),
        (gettext("Change in 90 days"), (*about, *titles), _rows(board, _changes)),
    ]


def _rows(board: Board, cells: Callable[[Row], Sequence[Value]]) -> Iterator[Sequence[Value]]:
    for row in board.rows:
        one = row.member
        role = board.titles.get(one.role or "", one.role)
        yield (
            one.name,
            role,
            next_role(one, board),
            one.met,
            one.required,
            one.likely,
            standing(one, board.on),
            *cells(row),
        )


def _gaps(row: Row) -> Sequence[Value]:
    """Levels missing; nothing where the next role does not ask."""
    return [
        max(0, need - level) if need and level is not None else None
        for level, need in zip(row.levels, row.needs, strict=True)
    ]


def _changes(row: Row) -> Sequence[Value]:
    return [
        level - before if level is not None and before is not None else None
        for level, before in zip(row.levels, row.before, strict=True)
    ]


def _foot(board: Board) -> Iterator[Sequence[Value]]:
    blank: tuple[Value, ...] = (None,) * 6
    yield gettext("Held by"), *blank, *(column.holders for column in board.columns)
    yield gettext("Counted"), *blank, *(counted(column) for column in board.columns)
    yield gettext("At least, in each team"), *blank, *(column.least for column in board.columns)
