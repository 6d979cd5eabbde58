"""XLSX workbooks: values as a spreadsheet shows them, first worksheet only, and nothing that a workbook can do is done."""

from __future__ import annotations

import io
import random
import struct
import tracemalloc
import zipfile
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.interop.sheets import sheet_xlsx, sheet_xml
from lms.interop.sheets.sheet import SheetLimits, read_sheet
from lms.interop.sheets.sheet_formats import date_text, is_date_format, number_text
from lms.interop.sheets.sheet_write import to_xlsx
from lms.interop.sheets.sheet_xlsx import letters
from tests.interop.sheet_files import (
    SHEET,
    a_sheet_part,
    a_workbook,
    read_or_refuse,
    refusal,
    refusals,
    repacked,
    values_of,
    with_rows,
)

BOOK = to_xlsx("People", ["a", "b"], [["x", 1], [date(2026, 10, 1), True]])
DAMAGED = "is a damaged workbook; open it in a spreadsheet and save it again as XLSX"
MIDNIGHT = datetime.combine(date(2026, 10, 1), time())
OVERWHELMING = "holds XML made to overwhelm its reader"


def read(data: bytes) -> list[tuple[str, ...]]:
    return values_of(read_sheet(data, "people.csv"))


def text_of(value: Any, number_format: str | None = None) -> str:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page["A1"] = "a"
    page["A2"] = value
    if number_format:
        page["A2"].number_format = number_format
    data = io.BytesIO()
    book.save(data)
    return read(data.getvalue())[1][0]


def test_a_workbook_is_known_by_its_content_and_not_by_its_name() -> None:
    assert read(a_workbook(["name", "mail"], ["Dana", "x"])) == [("name", "mail"), ("Dana", "x")]


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (3, None, "3"),
        (3.0, None, "3"),
        (0.1 + 0.2, None, "0.3"),
        (-0.5, None, "-0.5"),
        (1e20, None, "100000000000000000000"),
        (123456789012345, None, "123456789012345"),
        (0.93, "0%", "0.93"),
        (True, None, "true"),
        (False, None, "false"),
        (date(2026, 10, 1), None, "2026-10-01"),
        (date(2026, 10, 1), "d. mmm yy", "2026-10-01"),
        (MIDNIGHT + timedelta(hours=9.5), None, "2026-10-01T09:30:00"),
        (MIDNIGHT, None, "2026-10-01"),
        (time(18, 0), None, "18:00:00"),
        (date(1900, 1, 1), None, "1900-01-01"),
        (date(9999, 12, 31), None, "9999-12-31"),
        (46296, '0 "days"', "46296"),
        (46296, "[$-407]d/ mmmm yyyy;@", "2026-10-01"),
        ("0042", None, "0042"),
        (" x\ny ", None, " x\ny "),
        ("_x0041_", None, "A"),
        ("<b>&amp;", None, "<b>&amp;"),
    ],
)  # fmt: skip
def test_cells_become_the_text_that_a_spreadsheet_shows(value: object, number_format: str | None, text: str) -> None:
    assert text_of(value, number_format) == text


def test_days_may_count_from_1904() -> None:
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.worksheets[0].append(["on"])
    book.worksheets[0].append([date(2026, 10, 1)])
    data = io.BytesIO()
    book.save(data)
    assert read(data.getvalue())[1] == ("2026-10-01",)


@given(st.dates(min_value=date(1900, 3, 1)))
def test_every_day_comes_back(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    assert date_text(str(serial), since_1904=False) == day.isoformat()


def test_a_day_that_never_was_stays_one() -> None:
    assert date_text("60", since_1904=False) == "1900-02-29"
    assert date_text("59", since_1904=False) == "1900-02-28"
    assert date_text("61", since_1904=False) == "1900-03-01"


@pytest.mark.parametrize("digits", ["", "nan", "inf", "1e999", "٣", "1_0", "0x1", "--1", "1" * 401])
def test_53_what_is_no_number_is_none(digits: str) -> None:
    assert number_text(digits) is None
    assert date_text(digits, since_1904=False) is None


@pytest.mark.parametrize("digits", ["-1", "2958466", "1e300"])
def test_days_out_of_reach_are_none(digits: str) -> None:
    assert date_text(digits, since_1904=False) is None


def test_letters_in_quotes_and_brackets_make_no_date_format() -> None:
    assert not is_date_format(164, '[Red]0.0 "dmy";0')
    assert is_date_format(164, "[hh]:mm")
    assert not is_date_format(0, None)


def test_blank_rows_are_skipped_and_rows_keep_their_numbers() -> None:
    sheet = read_sheet(a_workbook(["a", "b"], [], [None, " "], [None, "x"]), "people.xlsx")
    assert [(row.row, row.values) for row in sheet.rows] == [(4, ("", "x"))]


def test_rows_and_cells_need_no_references_and_may_carry_a_prefix() -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    part = (
        f'<x:worksheet xmlns:x="{main}"><x:sheetData><x:row><x:c t="str"><x:v>a</x:v></x:c><x:c t="inlineStr"><x:is>'
        "<x:r><x:t>b</x:t></x:r><x:r><x:t>c</x:t></x:r><x:rPh><x:t>spoken</x:t></x:rPh></x:is></x:c></x:row>"
        "<x:row><x:c><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    )
    data = repacked(a_workbook(["a"]), {SHEET: part.encode()})
    assert read(data) == [("a", "bc"), ("1", "")]


def test_other_worksheets_are_left_out_and_said_to_be() -> None:
    data = a_workbook(["a"], [1], also={"Old": [["b"], [2]], "Empty": [], "Hints": [["x"]]})
    sheet = read_sheet(data, "people.xlsx")
    assert values_of(sheet) == [("a",), ("1",)]
    assert sheet.notes == ("only the first worksheet, 'People', was read; left out: 'Old'",)
    assert read_sheet(a_workbook(["a"], [1], also={"Empty": []}), "x").notes == ()


def test_a_hidden_worksheet_is_not_the_first() -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["secret"])
    book.worksheets[0].sheet_state = "hidden"
    shown = book.create_sheet("Shown")
    shown.append(["a"])
    shown.append([1])
    data = io.BytesIO()
    book.save(data)
    assert read(data.getvalue()) == [("a",), ("1",)]


def test_formulas_are_not_run_and_one_without_a_value_is_named() -> None:
    rows = b'<row r="1"><c r="A1" t="str"><v>a</v></c></row><row r="2"><c r="A2"><f>1+1</f><v>2</v></c></row>'
    assert read(with_rows(rows)) == [("a",), ("2",)]
    assert refusal(a_workbook(["a"], ["=1+1"])) == (
        "2: cell A2 holds a formula without its value; save it again in a spreadsheet"
    )


def test_cells_that_show_an_error_are_named() -> None:
    assert refusal(a_workbook(["a", "b"], [1, "#N/A"])) == "2: cell B2 holds the error #N/A"


def test_54_a_nul_that_a_cell_spells_out_is_refused() -> None:
    assert refusal(a_workbook(["a"], ["x_x0000_y"])) == "2: cell A2 holds a NUL character"
    assert "half a character" in refusal(a_workbook(["a"], ["x_xD800_y"]))


@pytest.mark.parametrize("value", ["99999999999999999999", "-1", "1e3", "٣", "x", "7"])
def test_53_a_text_that_is_not_there_is_refused(value: str) -> None:
    row = f'<row r="1"><c r="A1" t="s"><v>{value}</v></c></row>'.encode()
    assert refusals(with_rows(row))[0] == "1: cell A1 refers to a text that the workbook does not hold"


@pytest.mark.parametrize("number", ["0", "-1", "1e3", "1048577", "9" * 5_000, "x"])
def test_53_a_row_number_that_cannot_be_is_refused(number: str) -> None:
    assert "out of place" in refusal(with_rows(f'<row r="{number}"><c><v>1</v></c></row>'.encode()))


@pytest.mark.parametrize("reference", ["1", "a1", "ZZZZ1", "XFE1", "Ä1"])
def test_a_column_that_cannot_be_is_refused(reference: str) -> None:
    assert "out of place" in refusal(with_rows(f'<row r="1"><c r="{reference}"><v>1</v></c></row>'.encode()))


def test_rows_and_cells_that_stand_twice_are_refused() -> None:
    assert "out of place" in refusal(with_rows(b'<row r="2"><c><v>1</v></c></row><row r="2"/>'))
    assert "out of place" in refusal(with_rows(b'<row><c r="B1"><v>1</v></c><c r="B1"><v>1</v></c></row>'))


def test_a_value_in_a_far_column_is_refused_and_empty_cells_there_are_not() -> None:
    assert refusal(with_rows(b'<row r="1"><c r="GS1"><v>1</v></c></row>')) == "1: has more than 200 columns"
    rows = b'<row><c><v>1</v></c><c r="XFD1" s="1"/></row><row><c><v>2</v></c></row>'
    assert read(with_rows(rows)) == [("1",), ("2",)]


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"PK\x03\x04" + bytes(1_000)])
def test_47_a_broken_archive_is_refused(data: bytes) -> None:
    assert refusal(data) in {DAMAGED, "is an archive, but no XLSX workbook; save it as XLSX or CSV"}


def test_an_archive_of_something_else_is_refused() -> None:
    assert "no XLSX workbook" in refusal(repacked(a_workbook(["a"]), {"xl/workbook.xml": None}))
    assert refusal(repacked(a_workbook(["a"]), {SHEET: None})) == "has no worksheet"


def test_a_workbook_with_a_password_or_in_the_old_format_is_refused() -> None:
    assert "has a password" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    data = bytearray(a_workbook(["a"], [1]))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    assert refusal(bytes(data)) == "is encrypted; save it without a password"


def test_macros_and_links_to_other_workbooks_are_refused() -> None:
    book = a_workbook(["a"], [1])
    assert "holds macros" in refusal(repacked(book, {}, also={"xl/vbaProject.bin": b"x"}))
    linked = repacked(book, {}, also={"xl/externalLinks/externalLink1.xml": b"<a/>"})
    assert "refers to other workbooks" in refusal(linked)


def test_a_worksheet_outside_of_the_archive_is_not_looked_for() -> None:
    book = a_workbook(["a"], [1])
    rels = zipfile.ZipFile(io.BytesIO(book)).read("xl/_rels/workbook.xml.rels")
    for target in (b"../../../etc/passwd", b"file:///etc/passwd", b"http://127.0.0.1/x"):
        changed = rels.replace(b"/xl/worksheets/sheet1.xml", target)
        assert changed != rels
        assert refusal(repacked(book, {"xl/_rels/workbook.xml.rels": changed})) == "has no worksheet"


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"])
def test_47_entities_are_refused_in_every_part(part: str) -> None:
    book = to_xlsx("People", ["a"], [["x"]])
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
    assert "document type" in refusal(repacked(book, {part: bomb}))
    outside = b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'
    assert "document type" in refusal(repacked(book, {part: outside}))


def test_47_a_zip_bomb_is_refused_by_the_size_it_states() -> None:
    assert "bytes large once unpacked" in refusal(repacked(a_workbook(["a"]), {SHEET: bytes(130_000_000)}))
    beside = repacked(a_workbook(["a"]), {}, also={"xl/media/image.png": bytes(130_000_000)})
    assert "bytes large once unpacked" in refusal(beside)


def test_47_a_size_that_lies_is_refused() -> None:
    data = bytearray(with_rows(b"<row><c><v>1</v></c></row>" * 50_000))
    at = data.index(SHEET.encode(), data.index(b"PK\x01\x02")) - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    data[at + 24 : at + 28] = struct.pack("<L", 1_000)
    assert refusal(bytes(data)) == DAMAGED


def test_47_parts_read_more_than_once_count_each_time() -> None:
    book = with_rows(b"<row><c><v>1</v></c></row>" * 500)
    limits = SheetLimits(unpacked=sum(part.file_size for part in zipfile.ZipFile(io.BytesIO(book)).infolist()))
    assert len(read_sheet(book, "x", limits=limits).rows) == 499


def test_47_an_archive_of_very_many_parts_is_refused_before_its_list_is_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(10_000):
            archive.writestr(f"{number}", b"")
    assert refusal(out.getvalue()) == DAMAGED


def test_47_parts_that_stand_twice_are_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = repacked(a_workbook(["a"], [1]), {}, also={SHEET: a_sheet_part(b"")})
    assert refusal(twice) == DAMAGED


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (b"<a>" * 100_000, OVERWHELMING),
        (b"<a>" + b"".join(b"<b%d/>" % number for number in range(100_000)), OVERWHELMING),
        (b"<a>" + b"".join(b'<b c%d=""/>' % number for number in range(100_000)), OVERWHELMING),
        (b'<a b="' + b">" * 5_000_000 + b'"/>', OVERWHELMING),
        (b"<a><!--" + b"x>" * 5_000_000 + b"--></a>", OVERWHELMING),
        (b"<" + b"a" * 5_000_000, OVERWHELMING),
        (a_sheet_part(b"<row>" + b"<c/>" * 20_000 + b"</row>"), "1: has cells that are out of place"),
        (a_sheet_part(b"<row>"), "holds XML that is not well-formed"),
        (b"", "holds XML that is not well-formed"),
        (b'<?xml version="1.0" encoding="rot13"?><a/>', "holds XML that is not well-formed"),
        (b"\0" * 100, "holds XML that is not well-formed"),
    ],
    ids=["depth", "names", "attributes", "tag", "comment", "name", "row", "open", "none", "code", "0"],
)  # fmt: skip
def test_47_hostile_xml_is_refused_in_little_memory(part: bytes, said: str) -> None:
    data = repacked(a_workbook(["a"]), {SHEET: part})
    tracemalloc.start()
    assert refusal(data).startswith(said)
    assert tracemalloc.get_traced_memory()[1] < 30_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("kind", ["str", "inlineStr"])
def test_47_cells_of_many_characters_are_not_gathered(kind: str) -> None:
    tag = b"<v>%s</v>" if kind == "str" else b"<is><t>%s</t></is>"
    cell = b'<c t="' + kind.encode() + b'">' + tag % (b"x" * 30_000_000) + b"</c>"
    data = with_rows(b'<row><c t="str"><v>a</v></c></row><row>' + cell + b"</row>")
    tracemalloc.start()
    assert "2: has a cell of" in refusal(data)
    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()


def test_47_shared_texts_are_bounded_together() -> None:
    book = to_xlsx("People", ["a"], [["x"]])
    long = b"".join(b"<si><t>%030000d</t></si>" % number for number in range(1_700))
    bomb = repacked(book, {"xl/sharedStrings.xml": b"<sst>" + long + b"</sst>"})
    assert refusal(bomb) == "holds too much text; split it"


def test_47_shared_texts_count_by_the_memory_they_take_and_not_by_their_characters() -> None:
    book, limits = to_xlsx("People", ["a"], [["x"]]), SheetLimits(text=5_000_000)
    many = b"".join(b"<si><t>%06d</t></si>" % number for number in range(120_000))
    bomb = repacked(book, {"xl/sharedStrings.xml": b"<sst>" + many + b"</sst>"})
    assert refusal(bomb, partial(read_sheet, limits=limits)) == "holds too much text; split it"


def test_47_a_shared_text_that_never_ends_is_not_gathered() -> None:
    book = to_xlsx("People", ["a"], [["x"]])
    long = b"<sst><si><t>a</t></si><si><t>" + b"x" * 30_000_000 + b"</t></si></sst>"
    tracemalloc.start()
    assert "2: has a cell of" in refusal(repacked(book, {"xl/sharedStrings.xml": long}))
    assert tracemalloc.get_traced_memory()[1] < 50_000_000  # the test's own 30 MB in it
    tracemalloc.stop()


def test_47_elements_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_xml, "MOST_ELEMENTS", 1_000)
    assert refusal(with_rows(b"<x/>" * 1_000)) == OVERWHELMING


def test_47_empty_cells_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_xlsx, "MOST_CELLS", 1_000)
    rows = (b"<row>" + b"<c/>" * 100 + b"</row>") * 11
    assert refusal(with_rows(rows)) == "11: has too many empty cells; copy its rows into a new workbook"


def test_columns_have_the_letters_of_a_spreadsheet() -> None:
    assert [letters(number) for number in (1, 26, 27, 702, 703, 16_384)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]


@given(st.randoms(use_true_random=False))
def test_47_a_workbook_with_changed_bytes_is_read_or_refused(draw: random.Random) -> None:
    data = bytearray(BOOK)
    for _ in range(draw.randint(1, 8)):
        at = draw.randrange(4, len(data))
        data[at : at + draw.randint(0, 2)] = draw.randbytes(draw.randint(0, 2))
    read_or_refuse(bytes(data))


@given(st.sampled_from([SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"]), st.randoms())
def test_47_a_workbook_with_changed_xml_is_read_or_refused(part: str, draw: random.Random) -> None:
    content = bytearray(zipfile.ZipFile(io.BytesIO(BOOK)).read(part))
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(len(content))
        content[at : at + draw.randint(0, 3)] = draw.choice([b"", b"9", b"-", b"<c/>", b'"', b">", b"\xff", b"</row>"])
    read_or_refuse(repacked(BOOK, {part: bytes(content)}))
