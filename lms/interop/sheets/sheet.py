"""Spreadsheets as bytes to a header and rows of text: CSV and XLSX, told apart by content. Not what a column means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from unicodedata import normalize

from lms.errors import Figure, said
from lms.interop.reading.scalars import shown
from lms.interop.sheets.sheet_csv import CsvRows
from lms.interop.sheets.sheet_problems import Problems, RefusedError
from lms.interop.sheets.sheet_texts import Texts
from lms.interop.sheets.sheet_xlsx import XlsxRows

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLimits:
    """What a file may hold; beyond it the file is refused, quickly and in little memory.

    `line` is the longest row of a CSV in characters, `cells` the filled and empty cells of all rows together, `text`
    the bytes of memory for all texts, `unpacked` the bytes of a workbook once unpacked, `problems` how many problems
    are listed one by one.
    """

    size: int = 20 * MEGABYTE
    unpacked: int = 128 * MEGABYTE
    rows: int = 100_000
    columns: int = 200
    cells: int = 1_000_000
    cell: int = 32_767
    line: int = MEGABYTE
    text: int = 50 * MEGABYTE
    problems: int = 200


LIMITS = SheetLimits()
FORMULA_SIGNS = "=+-@\t\r＝＋－＠"  # what makes a spreadsheet calculate, in full width too
GUARDED = re.compile(f"'+[{re.escape(FORMULA_SIGNS)}]")

_ZIPS = (b"PK\x03\x04", b"PK\x05\x06")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_LONGEST_HEADER = 200


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row that is not blank: its number as a spreadsheet shows it, and its cells under the header's names."""

    row: int
    header: tuple[str, ...]
    values: tuple[str, ...]

    @property
    def cells(self) -> dict[str, str]:
        """Every column's text, empty where the row says nothing."""
        return dict(zip_longest(self.header, self.values, fillvalue=""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What was read. `notes` are sentences for the person who sent it, such as that other worksheets were left out.

    `decimal_comma`: may a number be written 0,93 here? Only where commas do not separate the columns.
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    notes: tuple[str, ...] = ()
    decimal_comma: bool = False
    header_row: int = 1


def read_sheet(data: bytes, name: str, *, limits: SheetLimits = LIMITS) -> Sheet:
    """The rows of a CSV or XLSX file; `name` stands before each problem. Raises Invalid with every problem at once."""
    sheet, problems = open_sheet(data, name, limits=limits)
    problems.check()
    return sheet


def open_sheet(data: bytes, name: str, *, limits: SheetLimits = LIMITS, title: str = "") -> tuple[Sheet, Problems]:
    """The sheet without the rows in which something is wrong, and the problems so far, for a reader to add its own.

    Of a workbook the worksheet with this title is read, if there is one in which something stands, else the first.
    Raises Invalid, with everything found until then, where there is no reading on or no telling the columns apart.
    """
    problems, texts = Problems(name, limits.problems), Texts(limits.text)
    try:
        _check_bytes(data, limits)
        if data.startswith(_ZIPS):
            book = XlsxRows(data, limits.unpacked, limits.columns, limits.cell, texts, problems, title)
            return _sheet(book, problems, limits, texts, book.notes(), decimal_comma=False), problems
        text = CsvRows(data, limits.line, problems)
        return _sheet(text, problems, limits, texts, (), decimal_comma=text.delimiter != ","), problems
    except RefusedError as refused:
        problems.refuse(refused.why, refused.row)


def heading_key(header: str) -> str:
    """What two headers share when they name the same column: letters and digits without their case.

    >>> heading_key("E-Mail address"), heading_key("email_address")
    ('emailaddress', 'emailaddress')
    """
    return re.sub(r"[\s_-]", "", normalize("NFC", header).casefold())


def _check_bytes(data: bytes, limits: SheetLimits) -> None:
    if len(data) > limits.size:
        raise RefusedError(
            said(
                "is %(count)s bytes large, of at most %(size)s; split it",
                count=Figure(len(data)),
                size=Figure(limits.size),
            )
        )
    if not data.strip():
        raise RefusedError(said("is empty"))
    if data.startswith(_OLD_OFFICE):
        raise RefusedError(
            said("is an old XLS workbook or has a password; save it as XLSX without a password, or as CSV")
        )


def _sheet(
    rows: Iterable[tuple[int, list[str]]],
    problems: Problems,
    limits: SheetLimits,
    texts: Texts,
    notes: tuple[str, ...],
    *,
    decimal_comma: bool,
) -> Sheet:
    filled = _filled(rows, limits)
    header_row, first = next(filled, (1, []))
    header = _header(first, header_row, problems, limits)
    body = tuple(_body(filled, header, problems, limits, texts))
    if not header or header_row in problems.rows:
        problems.check()
    if not body and not problems.count:
        problems.add(said("has column names and no row below them"), header_row)
    return Sheet(
        name=problems.name,
        header=header,
        rows=body,
        notes=notes,
        decimal_comma=decimal_comma,
        header_row=header_row,
    )


def _filled(rows: Iterable[tuple[int, list[str]]], limits: SheetLimits) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, without the blank cells at their ends. Raises RefusedError past the limits."""
    count = cells = 0
    for number, values in rows:
        while values and (not values[-1] or values[-1].isspace()):
            values.pop()
        if not values:
            continue
        count += 1
        cells += len(values)
        if count > limits.rows + 1:
            raise RefusedError(said("has more than %(rows)s rows; split it", rows=Figure(limits.rows)), number)
        if cells > limits.cells + limits.columns:
            raise RefusedError(said("has more than %(cells)s cells; split it", cells=Figure(limits.cells)), number)
        yield number, values


def _header(values: list[str], row: int, problems: Problems, limits: SheetLimits) -> tuple[str, ...]:
    if not values:
        raise RefusedError(said("is empty"))
    if len(values) > limits.columns:
        raise RefusedError(
            said(
                "has %(count)s columns, of at most %(columns)s",
                count=Figure(len(values)),
                columns=Figure(limits.columns),
            ),
            row,
        )
    header = tuple(_restored(value).strip() for value in values)
    seen: dict[str, int] = {}
    for column, title in enumerate(header, 1):
        if not title:
            problems.add(
                said("column %(column)s has no name in the first row; name it or clear it", column=column), row
            )
        elif len(title) > _LONGEST_HEADER or not title.isprintable():
            problems.add(
                said("column %(column)s has a name that cannot be one: %(value)s", column=column, value=shown(title)),
                row,
            )
        elif (first := seen.setdefault(normalize("NFC", title).casefold(), column)) != column:
            problems.add(
                said(
                    "column %(column)s has the same name as column %(first)s: %(value)s",
                    column=column,
                    first=first,
                    value=shown(title),
                ),
                row,
            )
    return header


def _body(
    rows: Iterator[tuple[int, list[str]]],
    header: tuple[str, ...],
    problems: Problems,
    limits: SheetLimits,
    texts: Texts,
) -> Iterator[SheetRow]:
    width = len(header)
    for number, values in rows:
        if len(values) > width:
            problems.add(
                said(
                    "has %(count)s cells, but the header names only %(width)s columns",
                    count=Figure(len(values)),
                    width=Figure(width),
                ),
                number,
            )
        longest = max(map(len, values))
        if longest > limits.cell:
            problems.add(
                said(
                    "has a cell of %(longest)s characters, of at most %(cell)s",
                    longest=Figure(longest),
                    cell=Figure(limits.cell),
                ),
                number,
            )
        if number not in problems.rows:
            yield SheetRow(number, header, tuple([texts.keep(_restored(value)) for value in values]))


def _restored(value: str) -> str:
    """The text as it was before a writer put an apostrophe in front, lest a spreadsheet take it for a formula."""
    return value[1:] if value[:1] == "'" and GUARDED.match(value) else value
