"""Aggregate counts of a selection as CSV: group, applied, selected; read into values and kept nowhere."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from lms.engine.judging.adverse_impact import Counts
from lms.errors import Invalid, Problem, said

COLUMNS = ("group", "applied", "selected")
MOST = 50
"""How many groups a table has at most."""
LONGEST = 100
DIGITS = 9


def read_counts(data: bytes) -> tuple[Counts, ...]:
    r"""The counts of a file with these columns in any order; commas or semicolons. Raises Invalid with every problem.

    >>> read_counts(b"group,applied,selected\nA,100,48")
    (Counts(group='A', applied=100, selected=48),)
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(said("The file is not text in UTF-8. Save it as CSV.")) from None
    lines = text.replace("\x00", "").splitlines()
    first = lines[0] if lines else ""
    delimiter = ";" if first.count(";") > first.count(",") else ","
    rows = [row for row in csv.reader(lines[: MOST + 2], delimiter=delimiter, strict=False) if any(row)]
    head = [cell.strip().casefold() for cell in rows[0]] if rows else []
    if not set(COLUMNS) <= set(head) or len(rows) < 2:
        raise Invalid(said("The file needs the columns group, applied and selected, and a line for each group."))
    if len(rows) > MOST + 1:
        raise Invalid(said("A table has at most %(most)s groups.", most=MOST))
    problems: list[Problem] = []
    found = [
        one
        for line, row in enumerate(rows[1:], 2)
        for one in _counts(dict(zip(head, row, strict=False)), line, problems)
    ]
    if len({one.group for one in found}) < len(found):
        problems.append(Problem(said("Each group stands there once.")))
    if problems:
        raise Invalid(*problems)
    return tuple(found)


def _counts(row: dict[str, str], line: int, problems: list[Problem]) -> Iterator[Counts]:
    group = row.get("group", "").strip()
    applied, selected = (_number(row.get(name, "")) for name in ("applied", "selected"))
    if not group or len(group) > LONGEST or not group.isprintable():
        problems.append(
            Problem(said("Give each group a name of at most %(most)s characters.", most=LONGEST), line=line)
        )
    elif applied is None or selected is None or selected > applied:
        problems.append(
            Problem(said("Both counts are whole numbers, and no more are selected than applied."), line=line)
        )
    else:
        yield Counts(group=group, applied=applied, selected=selected)


def _number(text: str) -> int | None:
    plain = text.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= DIGITS else None
