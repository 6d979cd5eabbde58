"""A trainer's own sheets of competencies, courses and roles, put into a curriculum and written from one.

A row whose id is there changes only what the sheet has columns for, an empty cell empties; other rows are added at the
end; nothing is deleted. What a sheet has no column for (sessions, gates, raters …) stays as it is.

*Errors*, each with its row, and then nothing is kept: a cell that cannot be read, an id that stands twice, an unknown
competency, course, role or parent, a level beyond the scale, something new without what the format requires.
*Findings* of `lms.engine.check`, which stop nobody here: courses that wait for each other or for themselves, what nobody
reaches, what no role needs. They are legal in the format, and a trainer may well import them in order to mend them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lms.engine.curriculum import Curriculum
from lms.errors import Invalid, said
from lms.interop.curriculum_columns import LEVEL, ROLES
from lms.interop.reading.document import uninterrupted
from lms.interop.reading.scalars import shown
from lms.interop.sheets.columns import Kind, read_values, suggested_mapping
from lms.interop.sheets.sheet import Sheet, SheetLimits, open_sheet
from lms.interop.sheets.sheet_problems import Problems
from lms.interop.systems.foreign import curriculum_in

LIMITS = SheetLimits(problems=1_000)
MOST_TEXT = 20_000_000  # characters of all cells: a workbook holds a text once however many cells show it
MOST_LISTED = 1_000_000  # of those whose every few characters become a value
_LISTS = ("needs", "asks", "grants", "next")
_KEYS = {"needs": "requires", "asks": "requires"}  # columns that the format calls something else


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of the file: its header, the column it is read as (None: passed over), the first text below it."""

    header: str
    column: str | None
    example: str


@dataclass(frozen=True, slots=True)
class Item:
    """One row: what it says of one competency, course or role, by the format's keys.

    Keys without a column in the sheet are missing; None is an empty cell. `levels` has the levels with a column only.
    """

    row: int
    values: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The id in the row."""
        return str(self.values["id"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """What was read of a file, and everything that is wrong so far; rows in which something is wrong lack that.

    `notes` are sentences such as that other worksheets were left out.
    """

    kind: Kind
    items: tuple[Item, ...]
    columns: tuple[Heading, ...]
    problems: Problems
    notes: tuple[str, ...] = ()


def read_rows(
    kind: Kind, data: bytes, name: str, mapping: Mapping[str, str | None] | None = None, *, limits: SheetLimits = LIMITS
) -> Rows:
    """The rows of a CSV or XLSX file; of a workbook those of the worksheet called as the kind, else of the first.

    Raises nothing, so that columns can be mapped by hand after all: what is wrong stands in `problems`.
    """
    try:
        sheet, problems = open_sheet(data, name, limits=limits, title=kind.title)
    except Invalid as refused:
        problems = Problems(name, limits.problems)
        for problem in refused.problems:
            problems.add(problem.message, problem.line)
        return Rows(kind=kind, items=(), columns=(), problems=problems)
    headings = _headings(sheet, kind, mapping or {})
    items = _items(sheet, kind, problems, mapping, headings) if _is_bounded(sheet, headings, problems) else ()
    return Rows(kind=kind, items=tuple(items), columns=headings, problems=problems, notes=sheet.notes)


def merged(document: Mapping[str, Any], kind: Kind, items: Sequence[Item]) -> dict[str, Any]:
    """The `lms-curriculum/1` document with the rows in it. The document given is not changed."""
    rows = {item.id: item for item in items}
    there: list[Any] = list(document.get(kind.name) or ())
    made = [_changed(one, rows.pop(one["id"])) if one["id"] in rows else one for one in there]
    made += [_changed({"requires": []} if kind is ROLES else {}, item) for item in rows.values()]
    return {**document, kind.name: made}


def curriculum_with(document: Mapping[str, Any], rows: Rows) -> Curriculum:
    """The curriculum with the rows in it. Raises Invalid with every problem of the rows and of the whole at once.

    A problem of a competency, course or role that a row speaks of has that row; a row that could not be read as it
    stands is not complained about a second time.
    """
    with uninterrupted():
        tree = _as_read(merged(document, rows.kind, rows.items))
        curriculum, wrong = curriculum_in(tree)
    row_of = {item.id: item.row for item in rows.items}
    broken = frozenset(rows.problems.rows)
    for one in wrong:
        section, place = (*one.path, None, None)[:2]
        here = section == rows.kind.name and isinstance(place, int)
        row = row_of.get(tree[section][place]["id"]) if here else None
        if row is None or row not in broken:
            rows.problems.add(one.message, row)
    rows.problems.check()
    assert curriculum is not None, "without a problem there is a curriculum"
    return curriculum


def _headings(sheet: Sheet, kind: Kind, mapping: Mapping[str, str | None]) -> tuple[Heading, ...]:
    suggested = suggested_mapping(sheet, kind)
    first = sheet.rows[0].cells if sheet.rows else {}
    return tuple(
        Heading(header, (mapping[header] if header in mapping else suggested[header]) or None, _cut(first.get(header)))
        for header in sheet.header
    )


def _cut(text: str | None, most: int = 80) -> str:
    text = text or ""
    return text if len(text) <= most else text[: most - 1] + "…"


def _is_bounded(sheet: Sheet, headings: Sequence[Heading], problems: Problems) -> bool:
    listed = [index for index, heading in enumerate(headings) if heading.column in _LISTS]
    text, lists = 0, 0
    for row in sheet.rows:
        text += sum(map(len, row.values))
        lists += sum(len(row.values[index]) for index in listed if index < len(row.values))
        if text > MOST_TEXT or lists > MOST_LISTED:
            problems.add(said("says too much with the rows above it; split the file"), row.row)
            return False
    return True


def _items(
    sheet: Sheet,
    kind: Kind,
    problems: Problems,
    mapping: Mapping[str, str | None] | None,
    headings: Sequence[Heading],
) -> list[Item]:
    columns = {heading.column for heading in headings}
    items = []
    first: dict[str, int] = {}
    for read in read_values(sheet, kind, problems, mapping):
        name = read.values.get("id")
        if name is not None and first.setdefault(name, read.row) != read.row:
            problems.add(
                said(
                    "id %(value)s stands in row %(first)s and again in row %(row)s",
                    value=shown(name),
                    first=first[name],
                    row=read.row,
                ),
                read.row,
            )
        elif name is not None:
            items.append(Item(read.row, _keyed(read.values, columns)))
    return items


def _keyed(values: Mapping[str, Any], columns: Collection[str | None]) -> dict[str, Any]:
    """The values of these columns by the format's keys, in its order."""
    item: dict[str, Any] = {}
    for column, value in values.items():
        if column not in columns:
            continue
        if column.startswith(LEVEL):
            item.setdefault("levels", {})[column.removeprefix(LEVEL)] = value
        else:
            item[_KEYS.get(column, column)] = value
    return item


def _changed(there: Mapping[str, Any], item: Item) -> dict[str, Any]:
    """What is there with the row's values. A cell that reads as what is there would read leaves it as it is."""
    made = dict(there)
    for key, value in item.values.items():
        if key == "levels":
            _put(made, "levels", _levels(made.get("levels") or {}, value) or None)
        elif not _is_same(made.get(key), value):
            _put(made, key, value)
    return made


def _levels(there: Mapping[Any, str], said: Mapping[str, str | None]) -> dict[str, str]:
    levels = {str(level): text for level, text in there.items()}
    for level, text in said.items():
        if not _is_same(levels.get(level), text):
            _put(levels, level, text)
    return levels


def _is_same(there: Any, said: Any) -> bool:
    """Texts lose outer spaces and the kind of their line ends on the way through a cell; an empty one is none."""
    return isinstance(there, str) and (there.strip().replace("\r\n", "\n") or None) == said


def _put(values: dict[str, Any], key: str, value: Any) -> None:
    if value is None:
        values.pop(key, None)
    else:
        values[key] = value


def _as_read(value: Any) -> Any:
    """Plain values as the readers of JSON and YAML make them: lists for tuples, exact numbers for floats."""
    match value:
        case Mapping():
            return {key: _as_read(item) for key, item in value.items()}
        case list() | tuple():
            return [_as_read(item) for item in value]
        case float():
            return Decimal(repr(value))
    return value
