"""The cells of the heat table in its three views. A table of fifty people and forty competencies has two thousand cells
of some dozen kinds: the words of each kind are made once, and a cell is its address and its kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote_plus

from markupsafe import escape

from lms.services.team.board import Row
from lms.services.team.columns import Column
from lms.web.manager.heat_rows import SOMEBODY, of_somebody
from lms.web.manager.team_words import level_title
from lms.web.translated import gettext, ngettext

DEEPEST = 4
"""The last shade of the scale; higher levels look the same."""
Kind = tuple[str, str, str]
"""Classes, text and words of a cell."""
Ends = tuple[str, str]
"""What a cell has before and after the address of the person; the second is empty without a link."""


class Cells:
    """Writes the cells of rows in one view: `level`, `gap` or `change`."""

    def __init__(self, columns: Sequence[Column], firsts: Sequence[bool], view: str) -> None:
        self.view = view
        self.columns = columns
        self.opens = [f'<td class="c{" first" if first else ""}">' for first in firsts]
        self.names = [str(escape(quote_plus(one.competency.id))) for one in columns]
        self.titles = [str(escape(one.competency.title)) for one in columns]
        self.address = of_somebody("competencies.of_one", competency="")
        self.ends: list[dict[tuple[int | None, int | None], Ends]] = [{} for _ in columns]
        self.kinds: dict[tuple[int, int, tuple[str, ...]], Kind] = {}
        words = escape(gettext("not in their curriculum"))
        self.none = f'<span class="none">–<span class="vh"> {words}</span></span></td>'

    def of(self, row: Row) -> str:
        """The cells of one person."""
        address = self.address.replace(str(SOMEBODY), str(row.member.id))
        others = row.before if self.view == "change" else row.needs
        written = []
        for place, key in enumerate(zip(row.levels, others, strict=True)):
            ends = self.ends[place].get(key)
            opens, closes = ends or self._ends(place, key)
            written.append(f"{opens}{address}{closes}" if closes else opens)
        return "".join(written)

    def _ends(self, place: int, key: tuple[int | None, int | None]) -> Ends:
        level, other = key
        if level is None:
            found = self.opens[place] + self.none, ""
        else:
            classes, text, words = self._kind(level, other or 0, self.columns[place])
            label = f"{self.titles[place]}: {words}"
            found = (
                f'{self.opens[place]}<a href="',
                f'{self.names[place]}" class="{classes}" aria-label="{label}">{text}</a></td>',
            )
        self.ends[place][key] = found
        return found

    def _kind(self, level: int, other: int, column: Column) -> Kind:
        key = (level, other, column.scale)
        if key not in self.kinds:
            write = {"gap": _gap, "change": _change}.get(self.view, _level)
            classes, text, words = write(level, other, column)
            self.kinds[key] = classes, text, str(escape(words))
        return self.kinds[key]


def _level(level: int, need: int, column: Column) -> Kind:
    """The level, marked where it is below the next role."""
    words = gettext("%(level)s, %(title)s", level=level, title=level_title(level, column))
    shade = f"l{min(level, DEEPEST)}"
    if level >= need:
        return shade, str(level), words
    return f"{shade} below", str(level), gettext("%(words)s; the next role asks %(need)s", words=words, need=need)


def _gap(level: int, need: int, _column: Column) -> Kind:
    """How far below the next role it is."""
    if not need:
        return "off", "·", gettext("the next role does not ask for it")
    if level >= need:
        return "met", "✓", gettext("as the next role asks")
    missing = need - level
    words = ngettext("%(num)s level below the next role", "%(num)s levels below the next role", missing)
    return f"g{min(missing, 3)}", f"−{missing}", words


def _change(level: int, before: int, _column: Column) -> Kind:
    """What changed in 90 days."""
    change = level - before
    if not change:
        return "off", "·", gettext("%(level)s, as 90 days ago", level=level)
    words = gettext("%(before)s before, %(level)s now", before=before, level=level)
    return ("up", f"+{change}", words) if change > 0 else ("down", f"−{-change}", words)
