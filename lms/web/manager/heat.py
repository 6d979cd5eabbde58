"""The heat table of a team: what stands in each cell, in three views. Cells are written here and not by the template.

A table of fifty people and forty competencies has two thousand cells of some dozen kinds: each kind is made once, and a
cell is its address and its kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote_plus

from flask import url_for
from markupsafe import Markup, escape

from lms.services.team.board import Board, Row
from lms.services.team.columns import Column
from lms.web.assets import here
from lms.web.manager.team_rows import BY_COMPETENCY
from lms.web.manager.team_words import counted, level_title
from lms.web.translated import gettext, ngettext

DEEPEST = 4
"""The last shade of the scale; higher levels look the same."""
SOMEBODY = 999_999_999_999_999_999
"""Stands for the number of a person while the address of their competency is made."""
NOTHING = '<td class="c{first}"><span class="none">–<span class="vh"> {words}</span></span></td>'


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
    """The table: clusters with how many columns each spans, headings, rows with their cells, and the foot."""

    clusters: tuple[tuple[str, int], ...]
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Row, Markup], ...]
    foot: tuple[Foot, ...]
    legend: tuple[str, ...]
    """What the levels are called, from 0."""


def heat(board: Board, view: str, sort: str = "") -> Heat:
    """The table of a board in one of the views `level`, `gap` and `change`."""
    columns = board.columns
    firsts = [place == 0 or _cluster(one) != _cluster(columns[place - 1]) for place, one in enumerate(columns)]
    cells = _Cells(columns, firsts, view)
    return Heat(
        clusters=tuple((title, len(list(some))) for (_, title), some in groupby(columns, _cluster)),
        headings=tuple(_headings(columns, firsts, sort)),
        rows=tuple((row, cells.of(row)) for row in board.rows),
        foot=tuple(
            Foot(holders=one.holders, thin=one.thin, words=_footed(one), first=first)
            for one, first in zip(columns, firsts, strict=True)
        ),
        legend=(gettext("no evidence yet"), *(columns[0].scale if columns else ())),
    )


def _cluster(column: Column) -> tuple[int, str]:
    return column.curriculum_id, column.competency.cluster or gettext("Other competencies")


def _headings(columns: tuple[Column, ...], firsts: list[bool], sort: str) -> Iterator[Heading]:
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


class _Cells:
    """Writes the cells of rows; each kind of cell of a column is made when it is first needed."""

    def __init__(self, columns: tuple[Column, ...], firsts: list[bool], view: str) -> None:
        self.columns, self.firsts = columns, firsts
        self.write = {"gap": _gap, "change": _change}.get(view, _level)
        self.address = str(escape(url_for("competencies.of_one", person_id=SOMEBODY, competency="")))
        self.kinds: list[dict[tuple[int | None, int | None, int], tuple[str, str]]] = [{} for _ in columns]

    def of(self, row: Row) -> Markup:
        """The cells of one person."""
        address = self.address.replace(str(SOMEBODY), str(row.member.id))
        written = []
        for place, key in enumerate(zip(row.levels, row.before, row.needs, strict=True)):
            kinds = self.kinds[place]
            if key not in kinds:
                kinds[key] = self._kind(place, *key)
            opens, closes = kinds[key]
            written.append(f"{opens}{address}{closes}" if closes else opens)
        return Markup("".join(written))  # noqa: S704 - every part is escaped or ours

    def _kind(self, place: int, level: int | None, before: int | None, need: int) -> tuple[str, str]:
        """What stands before and after the address of a person in such a cell; the second is empty without a link."""
        column, first = self.columns[place], " first" if self.firsts[place] else ""
        if level is None:
            return NOTHING.format(first=first, words=escape(gettext("not in their curriculum"))), ""
        classes, text, words = self.write(level, before or 0, need, column)
        label = escape(gettext("%(competency)s: %(words)s", competency=column.competency.title, words=words))
        name = escape(quote_plus(column.competency.id))
        return (
            f'<td class="c{first}"><a href="',
            f'{name}" class="{classes}" aria-label="{label}">{escape(text)}</a></td>',
        )


def _level(level: int, _before: int, need: int, column: Column) -> tuple[str, str, str]:
    """Classes, text and words of a cell: the level, marked where it is below the next role."""
    words = gettext("%(level)s, %(title)s", level=level, title=level_title(level, column))
    if level >= need:
        return f"l{min(level, DEEPEST)}", str(level), words
    return (
        f"l{min(level, DEEPEST)} below",
        str(level),
        gettext("%(words)s; the next role asks %(need)s", words=words, need=need),
    )


def _gap(level: int, _before: int, need: int, _column: Column) -> tuple[str, str, str]:
    """How far below the next role it is."""
    if not need:
        return "off", "·", gettext("the next role does not ask for it")
    if level >= need:
        return "met", "✓", gettext("as the next role asks")
    missing = need - level
    return (
        f"g{min(missing, 3)}",
        f"−{missing}",
        ngettext("%(num)s level below the next role", "%(num)s levels below the next role", missing),
    )


def _change(level: int, before: int, _need: int, _column: Column) -> tuple[str, str, str]:
    """What changed in 90 days."""
    change = level - before
    if not change:
        return "off", "·", gettext("%(level)s, as 90 days ago", level=level)
    words = gettext("%(before)s before, %(level)s now", before=before, level=level)
    return ("up", f"+{change}", words) if change > 0 else ("down", f"−{-change}", words)
