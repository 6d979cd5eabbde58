"""How promotions were decided, by group, so that nobody can be told from it: no figure rests on few people or raters.

A figure is shown of a group of at least five people whom at least three people decided about. Groups that are smaller
stand together with those most like them, so that every table is whole and no row of it is hidden; so do groups of which
sums and differences of figures, of any number of tables, would tell (`subtraction`). What is left says:

- No arithmetic with the numbers of people, of those approved and of those overridden tells of a set of fewer than five
  people or three raters, not even somebody who knows who is in which group.
- Bounds do not either. A row that names several groups has more people than groups, so that being named does not say
  how many a group has; and where people are known, because all of a row went one way, what is left of the other rows is judged as
  if these people were not there (`outcomes`).
- The median of the days is one of five spans. It follows from the numbers of people in each span, of which the first
  sentence holds, and says less than they would.

Its limits: where all of a row of five people and three raters went one way, who knows somebody to be in it knows how
that one fared, and where everybody did, nothing hides it. Whoever saw the figures before and after a decision can set
them against each other. *Instead of:* hiding cells, which leaves the same sums and says less; noise, which nobody
believes; and a linear program for each cell, which finds no more than the last bounds, at a price.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median_low

from lms.engine.judging.outcomes import withheld
from lms.engine.judging.rows_together import Cells, most_alike, rows_of, smallest_of
from lms.engine.judging.subtraction import told_of_few
from lms.engine.small_numbers import LEAST, RATERS

SPANS = {"to-2": 2, "to-7": 7, "to-14": 14, "to-28": 28}
"""Days up to which each span reaches; what is longer is `over`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The case of one person: who decided, how long it waited, how it ended, and its group in each dimension."""

    rater: int
    days: int
    approved: bool
    overridden: bool
    groups: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The figures of some groups together: how many people, of them approved and overridden, and the median days.

    Without groups it is of everybody. None where a number is withheld; `days` is one of `SPANS`, or `over`.
    """

    groups: tuple[str, ...]
    people: int
    approved: int | None
    overridden: int | None
    days: str


def tables(
    decided: Sequence[Decided], dimensions: Sequence[str], within: Mapping[str, str] | None = None
) -> dict[str, tuple[Row, ...]]:
    """A table of each dimension, the largest row first; empty where all people together are too few.

    `decided` has one case of each person; `within` says whose groups lie each in one of another, as teams do in a site.

    >>> few = [Decided(rater=1, days=3, approved=True, overridden=False, groups={"team": "North"})] * 9
    >>> tables(few, ["team"])
    {}
    """
    if not _safe(decided, range(len(decided))):
        return {}
    cells = {name: {one.groups[name]: one.groups[name] for one in decided} for name in dimensions}
    groups = [one.groups for one in decided]
    raters = [one.rater for one in decided]
    for name in dimensions:
        _make_large_enough(decided, cells, name)
    while found := told_of_few(rows_of(groups, cells), raters):
        for some in found:
            put_together = smallest_of(groups, cells, some)
            if put_together is not None:
                most_alike(groups, cells, *put_together)
    hidden = {
        "approved": withheld(groups, raters, [one.approved for one in decided], cells, within or {}),
        "overridden": withheld(groups, raters, [one.overridden for one in decided], cells, within or {}),
    }
    return {name: tuple(_rows(decided, name, cells[name], hidden)) for name in dimensions}


def _safe(decided: Sequence[Decided], some: Sequence[int]) -> bool:
    return len(some) >= LEAST and len({decided[one].rater for one in some}) >= RATERS


def _make_large_enough(decided: Sequence[Decided], cells: dict[str, Cells], name: str) -> None:
    """Put rows of a dimension together until each is of enough people and raters, and of more people than groups."""
    groups = [one.groups for one in decided]
    while True:
        members = _members(decided, name, cells[name])
        named = list(cells[name].values())
        small = [
            row
            for row, some in members.items()
            if not _safe(decided, some) or 1 < named.count(row) >= len(some)
        ]  # fmt: skip
        if not small or len(members) == 1:
            return
        most_alike(groups, cells, name, min(small, key=lambda row: (len(members[row]), row)))


def _members(decided: Sequence[Decided], name: str, cells: Cells) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(decided):
        found[cells[one.groups[name]]].append(place)
    return found


def _rows(
    decided: Sequence[Decided], name: str, cells: Cells, hidden: Mapping[str, frozenset[tuple[str, str]]]
) -> Iterator[Row]:
    groups: dict[str, list[str]] = defaultdict(list)
    for group, row in sorted(cells.items()):
        groups[row].append(group)
    members = _members(decided, name, cells)
    for row in sorted(members, key=lambda row: (-len(members[row]), row)):
        some = [decided[one] for one in members[row]]
        middle = median_low(one.days for one in some)
        yield Row(
            groups=tuple(groups[row]) if len(members) > 1 or len(groups[row]) == 1 else (),
            people=len(some),
            approved=None if (name, row) in hidden["approved"] else sum(one.approved for one in some),
            overridden=None if (name, row) in hidden["overridden"] else sum(one.overridden for one in some),
            days=next((span for span, most in SPANS.items() if middle <= most), "over"),
        )
