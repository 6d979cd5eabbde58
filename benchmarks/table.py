"""The one table: rows in groups, aligned plain text, each target with its verdict. No measuring here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

HEADINGS = ("", "ours", "MaxSAT RC2", "HiGHS", "CP-SAT", "floor", "aim", "verdict")
NO_PROOF = "–"


@dataclass(frozen=True)
class Row:
    """A line of the table. `value` is what was measured of ours, `peers` the same of others, in their fixed order.

    A target has a `verdict`; `note` is printed below the table.
    """

    group: str
    what: str
    value: str
    peers: tuple[str, str, str] = ("", "", "")
    floor: str = ""
    aim: str = ""
    verdict: str = ""
    note: str = ""


def verdict(value: float, floor: float, aim: float) -> str:
    """How a value, of which less is better, stands to its floor and its aim.

    >>> verdict(12, 50, 10)
    'PASS floor'
    """
    if value <= aim:
        return "PASS aim"
    return "PASS floor" if value <= floor else "MISS"


def amount(seconds: float) -> str:
    """A duration with the unit that suits it and about three digits.

    >>> amount(0.000456), amount(0.0456), amount(4.567)
    ('0.46 ms', '45.6 ms', '4.57 s')
    """
    if seconds >= 1:
        return f"{seconds:.3g} s" if seconds < 100 else f"{seconds:.0f} s"
    return f"{seconds * 1000:.2f} ms" if seconds < 0.001 else f"{seconds * 1000:.3g} ms"


@dataclass
class Report:
    """Rows as they come in, and what was found to be wrong on the way."""

    rows: list[Row] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def add(self, *rows: Row) -> None:
        """Take in rows; each is printed at once, for whoever waits."""
        self.rows += rows
        for row in rows:
            peers = "  ".join(peer for peer in row.peers if peer)
            print(f"  {row.what}: {row.value}  {peers}  {row.verdict}".rstrip(), flush=True)

    def disagree(self, sentence: str) -> None:
        """An answer that is not what another solver, or the catalogue's own record, says it must be."""
        self.wrong.append(sentence)
        print(f"WRONG: {sentence}", flush=True)

    def text(self) -> str:
        """The table, its notes, and what was wrong."""
        cells = [[row.what, row.value, *row.peers, row.floor, row.aim, row.verdict] for row in self.rows]
        width = [max(map(len, column)) for column in zip(HEADINGS, *cells, strict=True)]
        lines = [_line(HEADINGS, width)]
        placed = zip(self.rows, cells, strict=True)
        for group, members in groupby(placed, key=lambda pair: pair[0].group):
            lines += ["", group.upper()]
            lines += [_line(shown, width) for _, shown in members]
        notes = [f"{row.what}: {row.note}" for row in self.rows if row.note]
        wrong = [f"WRONG: {sentence}" for sentence in self.wrong] or [
            "Wherever two solvers answered, their optima are equal."
        ]
        return "\n".join([*lines, "", *notes, "", *wrong]) + "\n"


def _line(cells: Sequence[str], width: Iterable[int]) -> str:
    first, *rest = zip(cells, width, strict=True)
    return "  ".join([first[0].ljust(first[1]), *(cell.rjust(size) for cell, size in rest)]).rstrip()
