"""The heat table of a team: its heads, rows and foot. Rows are written here and not by the template, for there are many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote_plus

from markupsafe import Markup

from lms.services.team.board import Board
from lms.services.team.columns import Column
from lms.web.assets import here
from lms.web.manager.heat_cells import Cells
from lms.web.manager.heat_rows import Rows
from lms.web.manager.team_rows import BY_COMPETENCY
from lms.web.manager.team_words import counted
from lms.web.translated import gettext, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A competency as the head of its column: its address sorts by it."""

    title: str
    first: bool
    href: str
    sorted: str
    """`ascending`, `descending` or empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foot:
    """How many hold a competency, what that counts, and whether it is too few."""

    holders: int
    thin: bool
    words: str
    first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """The table: clusters with how many columns each spans, headings, the rows as written, and the foot."""

    clusters: tuple[tuple[str, int], ...]
    headings: tuple[Heading, ...]
    rows: Markup
    foot: tuple[Foot, ...]
    legend: tuple[str, ...]
    """What the levels are called, from 0."""


def heat(board: Board, view: str, sort: str) -> Heat:
    """The table of a board in one of the views `level`, `gap` and `change`, sorted as `sort` says."""
    columns = board.columns
    firsts = [place == 0 or _cluster(one) != _cluster(columns[place - 1]) for place, one in enumerate(columns)]
    cells, rows = Cells(columns, firsts, view), Rows(board)
    return Heat(
        clusters=tuple((title, len(list(some))) for (_, title), some in groupby(columns, _cluster)),
        headings=tuple(_headings(columns, firsts, sort)),
        rows=Markup("").join(rows.row(row, cells.of(row)) for row in board.rows),
        foot=tuple(
            Foot(holders=one.holders, thin=one.thin, words=_footed(one), first=first)
            for one, first in zip(columns, firsts, strict=True)
        ),
        legend=(gettext("no evidence yet"), *(columns[0].scale if columns else ())),
    )


def _cluster(column: Column) -> tuple[int, str]:
    return column.curriculum_id, column.competency.cluster or gettext("Other competencies")


def _headings(columns: Sequence[Column], firsts: Sequence[bool], sort: str) -> Iterator[Heading]:
    plain = here(sort=None)
    base = f"{plain}{'&' if '?' in plain else '?'}sort="
    for column, first in zip(columns, firsts, strict=True):
        by = BY_COMPETENCY + column.competency.id
        now = {by: "ascending", f"-{by}": "descending"}.get(sort, "")
        way = "" if now == "descending" else "-"
        yield Heading(title=column.competency.title, first=first, href=f"{base}{way}{quote_plus(by)}", sorted=now)


def _footed(column: Column) -> str:
    words = counted(column)
    if column.least is None:
        return words
    least = ngettext("at least %(num)s person in each team", "at least %(num)s people in each team", column.least)
    return gettext("%(what)s; %(least)s", what=words, least=least)
