"""A file opened for an import: its rows, how its columns are read, and everything wrong with it so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lms.errors import Invalid
from lms.interop.sheets.columns import suggested_mapping
from lms.interop.sheets.record_sheets import facts_of
from lms.interop.sheets.roster import people_of
from lms.interop.sheets.sheet import Sheet, SheetLimits, open_sheet
from lms.interop.sheets.sheet_problems import Problems
from lms.services.imports.values import ColumnUse, History

LIMITS = SheetLimits(problems=1_000)
EXAMPLE_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Opened:
    """The rows in which nothing is wrong, in the file's order; `problems` takes what is found later."""

    rows: tuple[Any, ...]
    columns: tuple[ColumnUse, ...]
    problems: Problems


def open_file(
    history: History, data: bytes, name: str, mapping: Mapping[str, str | None] | None, most: int | None
) -> Opened:
    """Read what can be read. Raises nothing: what is wrong stands in the problems, all of it at once.

    `most` rows are taken, None for as many as any sheet may have.
    """
    try:
        sheet, problems = open_sheet(data, name, limits=LIMITS if most is None else replace(LIMITS, rows=most))
    except Invalid as refused:
        problems = Problems(name, LIMITS.problems)
        for problem in refused.problems:
            problems.add(problem.message, problem.line)
        return Opened((), (), problems)
    rows: tuple[Any, ...]
    if history is History.PEOPLE:
        rows = people_of(sheet, problems, mapping)
    else:
        rows = facts_of(sheet, problems, history.sheet, mapping)
    return Opened(rows, _columns(sheet, history, mapping or {}), problems)


def _columns(sheet: Sheet, history: History, mapping: Mapping[str, str | None]) -> tuple[ColumnUse, ...]:
    suggested = suggested_mapping(sheet, history.sheet)
    first = sheet.rows[0].cells if sheet.rows else {}
    return tuple(
        ColumnUse(
            header, (mapping[header] if header in mapping else suggested[header]) or None, _cut(first.get(header))
        )
        for header in sheet.header
    )


def _cut(text: str | None) -> str:
    text = text or ""
    return text if len(text) <= EXAMPLE_LENGTH else text[: EXAMPLE_LENGTH - 1] + "…"
