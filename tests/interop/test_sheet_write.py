"""Sheets written: a spreadsheet shows them and runs nothing, and they are read back as they were."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.interop.sheets.columns import Kind
from lms.interop.sheets.record_sheets import read_completions, read_evidence, read_outcomes
from lms.interop.sheets.roster import read_roster
from lms.interop.sheets.sheet import FORMULA_SIGNS, read_sheet
from lms.interop.sheets.sheet_kinds import KINDS
from lms.interop.sheets.sheet_write import Value, template_csv, template_xlsx, to_csv, to_xlsx
from tests.interop.sheet_files import values_of

DANGEROUS = [
    '=cmd|"/c calc"!A1',
    "+1",
    "-1+2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "=",
    "'=1",
    "''-",
]
READERS: dict[str, Callable[[bytes, str], tuple[Any, ...]]] = {
    "roster": read_roster,
    "completions": read_completions,
    "evidence": read_evidence,
    "outcomes": read_outcomes,
}

texts = st.text(
    st.characters(codec="utf-8", exclude_characters="\0") | st.sampled_from("'=+-@\t\r\n＝＠\",;_x"), max_size=20
)


def cells_of(data: bytes) -> list[list[openpyxl.cell.cell.Cell]]:
    return [list(row) for row in openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows()]


@pytest.mark.parametrize("text", DANGEROUS)
def test_48_text_that_begins_like_a_formula_is_guarded_in_csv_and_comes_back(text: str) -> None:
    data = to_csv(["name", "x"], [[text, "x"]])
    written = data.decode("utf-8-sig").split("\r\n", 1)[1].lstrip('"')
    assert written[0] == "'"
    assert read_sheet(data, "x.csv").rows[0].values == (text, "x")


@pytest.mark.parametrize("text", DANGEROUS)
def test_48_text_that_begins_like_a_formula_is_text_in_a_workbook_and_comes_back(text: str) -> None:
    data = to_xlsx("People", ["name", "x"], [[text, "x"]])
    assert [cell.data_type for cell in cells_of(data)[1]] == ["s", "s"]
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    assert read_sheet(data, "x.xlsx").rows[0].values == (text, "x")


def test_48_headers_are_guarded_too() -> None:
    for data in (to_csv(["=1+1"], [["x"]]), to_xlsx("x", ["=1+1"], [["x"]])):
        assert read_sheet(data, "x").header == ("=1+1",)
    assert to_csv(["=1+1"], []).startswith(b"\xef\xbb\xbf'=")


def test_48_numbers_stay_numbers() -> None:
    row: list[Value] = [-3, Decimal("-0.50"), Fraction(5, 2), Decimal("1E+3"), date(2026, 10, 1), True, None, ""]
    header = list("abcdefgh")
    assert to_csv(header, [row]).decode("utf-8-sig").splitlines()[1] == "-3,-0.50,2.5,1000,2026-10-01,true,,"
    cells = cells_of(to_xlsx("x", header, [row]))[1]
    assert [cell.value for cell in cells[:6]] == [-3, -0.5, 2.5, 1000, datetime(2026, 10, 1), True]  # noqa: DTZ001
    assert cells[4].number_format == "yyyy-mm-dd"
    assert read_sheet(to_xlsx("x", header, [row]), "x").rows[0].values == (
        "-3", "-0.5", "2.5", "1000", "2026-10-01", "true",
    )  # fmt: skip


def test_numbers_beyond_a_spreadsheet_s_digits_are_text_lest_they_change() -> None:
    rows: list[list[Value]] = [[10**15 + 1], [123_456_789_012_345], [Decimal("0.1234567890123456")], [0]]
    assert [row.values[0] for row in read_sheet(to_xlsx("x", ["a"], rows), "x").rows] == [
        "1000000000000001",
        "123456789012345",
        "0.1234567890123456",
        "0",
    ]


def test_instants_and_days_before_1900_are_written_as_text() -> None:
    rows: list[list[Value]] = [[datetime(2026, 10, 1, 9, tzinfo=UTC)], [date(1850, 1, 1)]]
    for data in (to_csv(["a"], rows), to_xlsx("x", ["a"], rows)):
        assert [row.values[0] for row in read_sheet(data, "x").rows] == ["2026-10-01T09:00:00Z", "1850-01-01"]


def test_no_address_becomes_a_link() -> None:
    data = to_xlsx("x", ["a"], [["https://evil.example"], ["mailto:x@y.example"], ["internal:Sheet1!A1"]])
    assert all(cell.hyperlink is None for row in cells_of(data) for cell in row)


def test_the_same_rows_give_the_same_bytes() -> None:
    rows: list[list[Value]] = [["Dana", 1, date(2026, 10, 1)]]
    assert to_xlsx("People", ["a", "b", "c"], rows) == to_xlsx("People", ["a", "b", "c"], rows)
    assert b"2000-01-01" in zipfile.ZipFile(io.BytesIO(to_xlsx("x", ["a"], []))).read("docProps/core.xml")


@pytest.mark.parametrize("title", ["", "History", "a" * 50, "[x]:*?/\\", "'x'", "\0", "Zoë's team", " ' "])
def test_44_any_title_becomes_one_that_a_worksheet_may_bear(title: str) -> None:
    assert openpyxl.load_workbook(io.BytesIO(to_xlsx(title, ["a"], []))).sheetnames[0]


def test_half_characters_and_long_text_do_not_stop_an_export() -> None:
    assert "?" in to_csv(["a"], [["\ud800"]]).decode()
    assert read_sheet(to_xlsx("x", ["a"], [["\ud800"]]), "x").rows[0].values == ("?",)
    (cut,) = read_sheet(to_xlsx("x", ["a"], [["x" * 40_000]]), "x").rows[0].values
    assert (len(cut), cut[-1]) == (32_767, "…")


def test_csv_has_a_byte_order_mark_and_line_ends_of_rfc_4180() -> None:
    assert to_csv(["a", "b"], [["x", 'y"']]) == b'\xef\xbb\xbfa,b\r\nx,"y"""\r\n'


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=5))
def test_48_any_text_comes_back_from_csv(rows: list[tuple[str, str]]) -> None:
    filled = [("x" + first, second or "y") for first, second in rows] + [(second or "z", "y") for _, second in rows]
    visible = [row for row in filled if not row[1].isspace()]
    sheet = read_sheet(to_csv(["a", "b"], visible or [("x", "y")]), "x.csv")
    assert values_of(sheet)[1:] == (visible or [("x", "y")])


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=5))
def test_48_any_text_comes_back_from_a_workbook(rows: list[tuple[str, str]]) -> None:
    filled = [(first or "x", second + "y") for first, second in rows]
    assert values_of(read_sheet(to_xlsx("x", ["a", "b"], filled), "x"))[1:] == filled


@given(st.lists(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9)))
def test_any_number_comes_back(numbers: list[Decimal]) -> None:
    rows: list[list[Value]] = [["x", number] for number in [*numbers, Decimal(0)]]
    for data in (to_csv(["a", "b"], rows), to_xlsx("x", ["a", "b"], rows)):
        assert [Decimal(row.values[1]) for row in read_sheet(data, "x").rows] == [*numbers, Decimal(0)]


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_a_template_is_read_as_one_valid_row(kind: Kind) -> None:
    for data in (template_csv(kind), template_xlsx(kind)):
        (row,) = READERS[kind.name](data, "template")
        assert row.row == 2
        assert read_sheet(data, "template").notes == ()


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_a_template_of_a_workbook_says_what_each_column_wants(kind: Kind) -> None:
    hints = openpyxl.load_workbook(io.BytesIO(template_xlsx(kind))).worksheets[1]
    rows = list(hints.iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in rows] == [column.name for column in kind.columns]
    assert [row[1] for row in rows] == ["required" if column.required else "optional" for column in kind.columns]
    assert all(row[2] for row in rows)


def test_every_sign_that_guards_is_tried() -> None:
    assert {text.lstrip("'")[0] for text in DANGEROUS} == set(FORMULA_SIGNS)
