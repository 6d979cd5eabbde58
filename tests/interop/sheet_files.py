"""Makers of spreadsheet files for the tests, honest and hostile ones, and what is said about them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import openpyxl
import pytest

from lms.errors import Invalid
from lms.interop.sheets.sheet import Sheet, read_sheet

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = "xl/worksheets/sheet1.xml"


def a_workbook(*rows: Sequence[Any], also: Mapping[str, Sequence[Sequence[Any]]] | None = None) -> bytes:
    """A workbook as openpyxl, which this project does not use, writes it."""
    book = openpyxl.Workbook()
    pages = {"People": rows, **(also or {})}
    book.remove(book.worksheets[0])
    for title, content in pages.items():
        page = book.create_sheet(title)
        for row in content:
            page.append(list(row))
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def repacked(data: bytes, changed: Mapping[str, bytes | None], *, also: Mapping[str, bytes] | None = None) -> bytes:
    """The archive with some parts replaced, removed (None) or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = changed.get(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name, content in (also or {}).items():
            new.writestr(name, content)
    return out.getvalue()


def a_sheet_part(rows: bytes) -> bytes:
    """The XML of a worksheet with these rows."""
    return f'<worksheet xmlns="{MAIN}"><sheetData>'.encode() + rows + b"</sheetData></worksheet>"


def with_rows(rows: bytes) -> bytes:
    """A workbook whose one worksheet has this XML for its rows."""
    return repacked(a_workbook(["a"]), {SHEET: a_sheet_part(rows)})


def values_of(sheet: Sheet) -> list[tuple[str, ...]]:
    """Header and rows, each with all its columns."""
    return [sheet.header, *(tuple(row.cells.values()) for row in sheet.rows)]


def refusals(data: bytes, read: Callable[[bytes, str], object] = read_sheet) -> list[str]:
    """What is said about a file that is refused, each with its row."""
    with pytest.raises(Invalid) as caught:
        read(data, "people.csv")
    assert {problem.file for problem in caught.value.problems} == {"people.csv"}
    return [f"{p.line}: {p.message}" if p.line is not None else p.message for p in caught.value.problems]


def refusal(data: bytes, read: Callable[[bytes, str], object] = read_sheet) -> str:
    """The one thing that is said."""
    (said,) = refusals(data, read)
    return said


def read_or_refuse(data: bytes) -> Sheet | None:
    """The sheet, or None when it is refused with a reason; anything else that is raised fails the test."""
    try:
        return read_sheet(data, "any")
    except Invalid as invalid:
        if not all(map(str, invalid.problems)):
            raise AssertionError from invalid
        return None
