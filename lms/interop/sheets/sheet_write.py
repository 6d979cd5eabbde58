"""Rows to CSV and XLSX that a spreadsheet shows and does not run. `lms.interop.sheets.sheet` reads them back unchanged.

In a CSV, text that begins like a formula gets an apostrophe in front, which reading takes away again; so does text that
begins with apostrophes before such a sign, or it would lose one. Quotes are no protection: a spreadsheet calculates what
stands in them. In a workbook text is a text cell whatever it begins with, and no address becomes a link.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import xlsxwriter

from lms.interop.sheets.columns import Kind
from lms.interop.sheets.sheet import FORMULA_SIGNS, GUARDED
from lms.interop.sheets.sheet_xlsx import HINTS

Value = str | int | Decimal | Fraction | date | None
Table = tuple[str, Sequence[str], Iterable[Sequence[Value]]]  # title, header and rows of a worksheet

_SIGNS = tuple(FORMULA_SIGNS)
_QUOTED = re.compile('[",;\t\r\n]|^ | $')
_LONGEST = 32_767  # characters that a cell of a spreadsheet takes
_TITLE = re.compile(r"[\x00-\x1f\[\]:*?/\\\ud800-\udfff]")
_EXACT_DIGITS = 15  # of a number in a spreadsheet; one with more is written as text
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # the day of making, lest the same rows give other bytes tomorrow


def to_csv(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """UTF-8 with byte-order mark, commas, CRLF; text that a spreadsheet would take for a formula gets an apostrophe.

    >>> to_csv(["name", "score"], [["=1+1", -3]]).decode("utf-8-sig").splitlines()
    ['name,score', "'=1+1,-3"]
    """
    lines = (",".join(map(_csv_cell, row)) + "\r\n" for row in (header, *rows))
    return b"\xef\xbb\xbf" + "".join(lines).encode("utf-8", "replace")


def to_xlsx(title: str, header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """A workbook of one worksheet: text stays text, numbers are numbers, days are days. Same rows, same bytes.

    Text longer than the 32,767 characters that a cell takes is cut and ends in an ellipsis.
    """
    return to_workbook([(title, header, rows)])


def to_workbook(sheets: Sequence[Table]) -> bytes:
    """A workbook of several worksheets, otherwise as `to_xlsx`."""
    data = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
    }
    with xlsxwriter.Workbook(data, options) as book:
        book.set_properties({"created": _EPOCH.replace(tzinfo=None)})
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        for title, header, rows in sheets:
            page = book.add_worksheet(_sheet_title(title))
            page.freeze_panes(1, 0)
            for column, text in enumerate(header):
                page.write_string(0, column, _xlsx_text(text), bold)
                page.set_column(column, column, min(max(len(text) + 2, 12), 60))
            for number, row in enumerate(rows, 1):
                for column, value in enumerate(row):
                    _write(page, number, column, value, day)
    return data.getvalue()


def template_csv(kind: Kind) -> bytes:
    """The kind's header and one example row, which is valid and meant to be overwritten."""
    return to_csv(*_example(kind))


def template_xlsx(kind: Kind) -> bytes:
    """As the CSV, with a second worksheet that says what each column wants."""
    header, rows = _example(kind)
    hints = [
        (column.name, "required" if column.required else "optional", column.hint, ", ".join(column.aliases))
        for column in kind.columns
    ]
    return to_workbook(
        [(kind.title, header, rows), (HINTS, ("column", "needed", "what it says", "also called"), hints)]
    )


def _example(kind: Kind) -> tuple[list[str], list[list[Value]]]:
    return [column.name for column in kind.columns], [[column.example for column in kind.columns]]


def _csv_cell(value: Value) -> str:
    if not isinstance(value, str):
        return _plain(value)
    text = "'" + value if value.startswith(_SIGNS) or GUARDED.match(value) else value
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def _plain(value: int | Decimal | Fraction | date | None) -> str:
    """What is no text, as text: true and false, decimals without an exponent, YYYY-MM-DD, instants with their Z."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}" if value.is_finite() else ""
        case Fraction():
            return f"{Decimal(value.numerator) / Decimal(value.denominator):f}"
        case date():
            return value.isoformat().replace("+00:00", "Z")
    return str(value)


def _write(page: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: Value, day: object) -> None:
    if value is None or value == "":
        return
    if isinstance(value, date) and not isinstance(value, datetime) and value.year >= 1900:
        page.write_datetime(row, column, value, day)
    elif isinstance(value, str):
        page.write_string(row, column, _xlsx_text(value))
    elif isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif not isinstance(value, date) and _is_exact(plain := _plain(value)):
        page.write_number(row, column, float(plain))
    else:
        page.write_string(row, column, _plain(value))


def _xlsx_text(text: str) -> str:
    text = text.encode("utf-8", "replace").decode("utf-8")
    text = "'" + text if GUARDED.match(text) else text
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _is_exact(number: str) -> bool:
    return 0 < len(re.sub("[^0-9]", "", number).lstrip("0") or "0") <= _EXACT_DIGITS and len(number) <= 40


def _sheet_title(title: str) -> str:
    """A title that a worksheet may bear: 31 characters without a few signs."""
    cleaned = _TITLE.sub(" ", title).strip().strip("'")[:31].strip().strip("'").strip()
    return cleaned if cleaned and cleaned.lower() != "history" else "Sheet"
