"""Columns declared once for each kind of sheet, and a sheet's rows as the values that they declare.

A column is known by its name or an alias, whatever the case, spaces, hyphens and underscores. A header that is no column
is a problem, not passed over: a misspelt one would lose what stands below it without a word. Who maps columns by hand
passes one over by saying so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lms.errors import Invalid, Said, said
from lms.interop.reading.scalars import shown
from lms.interop.reading.suggest import Suggestions
from lms.interop.sheets.sheet import Sheet, SheetRow, heading_key
from lms.interop.sheets.sheet_problems import Problems


@dataclass(frozen=True, slots=True)
class Cell:
    """A filled cell on its way to a value: its text without outer spaces, and what a message calls its column."""

    text: str
    what: str
    decimal_comma: bool = False

    def refuse(self, wanted: Said) -> Invalid:
        """The complaint that the cell must be something else than it is."""
        return Invalid(
            said("%(what)s must be %(wanted)s, not %(value)s", what=self.what, wanted=wanted, value=shown(self.text))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. `parse` turns a filled cell into its value or raises Invalid; an empty cell is the `default`."""

    name: str
    parse: Callable[[Cell], Any]
    example: str
    hint: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    default: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of sheet, such as the roster: its columns in the template's order."""

    name: str
    title: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Values:
    """A row's values by the names of their columns; without those whose cells are wrong, of which `whole` tells."""

    row: int
    values: dict[str, Any]
    whole: bool


def suggested_mapping(sheet: Sheet, kind: Kind) -> dict[str, str | None]:
    """For each of the sheet's headers the column it names, or None: where mapping by hand begins."""
    known = {heading_key(word): column.name for column in kind.columns for word in (column.name, *column.aliases)}
    return {header: known.get(heading_key(header)) for header in sheet.header}


def read_values(
    sheet: Sheet, kind: Kind, problems: Problems, mapping: Mapping[str, str | None] | None = None
) -> Iterator[Values]:
    """Each row's values. What is wrong is added to `problems`; with the header wrong there are no rows.

    `mapping` says for headers which column they are; a header mapped to None or "" is passed over, one that it does
    not name is matched by its own name.
    """
    before = problems.count
    places = _places(sheet, kind, problems, mapping or {})
    if problems.count > before:
        return
    for row in sheet.rows:
        yield _values(row, sheet, places, problems)


Place = tuple[Column, int | None, str]  # a column, its index in the sheet or None, and what messages call it


def _places(sheet: Sheet, kind: Kind, problems: Problems, mapping: Mapping[str, str | None]) -> list[Place]:
    columns = {column.name: column for column in kind.columns}
    suggested = suggested_mapping(sheet, kind)
    suggestions, line = Suggestions(), sheet.header_row
    index_of: dict[str, int] = {}
    for header in mapping:
        if header not in suggested:
            problems.add(said("there is no column %(value)s in the file", value=shown(header)), line)
    for index, header in enumerate(sheet.header):
        name = mapping.get(header, suggested[header]) if header in mapping else suggested[header]
        if not name and header in mapping:
            continue
        if name not in columns:
            wrong = name or header
            problems.add(
                said(
                    "unknown column %(value)s%(hint)s",
                    value=shown(wrong),
                    hint=suggestions.hint(wrong.strip(), list(columns)),
                ),
                line,
            )
        elif (first := index_of.setdefault(name, index)) != index:
            problems.add(
                said(
                    "columns %(one)s and %(other)s are both %(column)s",
                    one=shown(sheet.header[first]),
                    other=shown(header),
                    column=shown(name),
                ),
                line,
            )
    for column in kind.columns:
        if column.required and column.name not in index_of:
            problems.add(said("there is no column %(value)s, which is required", value=shown(column.name)), line)
    named = {name: shown(sheet.header[index]) for name, index in index_of.items()}
    return [(column, index_of.get(column.name), named.get(column.name, column.name)) for column in kind.columns]


def _values(row: SheetRow, sheet: Sheet, places: list[Place], problems: Problems) -> Values:
    values: dict[str, Any] = {}
    whole = True
    for column, index, what in places:
        text = row.values[index].strip() if index is not None and index < len(row.values) else ""
        if not text:
            values[column.name] = column.default
            if column.required:
                whole = False
                problems.add(said("%(what)s is empty", what=what), row.row)
            continue
        try:
            values[column.name] = column.parse(Cell(text, what, sheet.decimal_comma))
        except Invalid as wrong:
            whole = False
            for problem in wrong.problems:
                problems.add(problem.message, row.row)
    if not whole:
        values = {name: value for name, value in values.items() if value is not None}
    return Values(row.row, values, whole)
