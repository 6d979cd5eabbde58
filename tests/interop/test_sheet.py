"""CSV files as people send them: read whatever their dialect, or refused with the row and the mend."""

from __future__ import annotations

import tracemalloc
from itertools import count, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.errors import Invalid
from lms.interop.sheets.sheet import SheetLimits, heading_key, open_sheet, read_sheet
from tests.interop.sheet_files import read_or_refuse, refusal, refusals, values_of

PEOPLE = "name,mail\r\nDana,dana@acme.example\r\nAna Müller,ana@acme.example\r\n"


def read(data: bytes | str) -> list[tuple[str, ...]]:
    return values_of(read_sheet(data.encode() if isinstance(data, str) else data, "people.csv"))


SIGNS = [b'"', b",", b";", b"\r", b"\n", b"\t", b"'", b"=", b"a", b"\xef\xbb\xbf", b"\xff\xfe", b"sep="]
EXPECTED = [("name", "mail"), ("Dana", "dana@acme.example"), ("Ana Müller", "ana@acme.example")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_47_a_byte_order_mark_and_utf_16_are_read(encoding: str) -> None:
    assert read(PEOPLE.encode(encoding)) == EXPECTED


def test_47_utf_16_of_either_byte_order_is_read() -> None:
    assert read(b"\xfe\xff" + PEOPLE.encode("utf-16-be")) == EXPECTED


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_47_every_delimiter_and_line_end_is_read(delimiter: str, end: str) -> None:
    assert read(PEOPLE.replace(",", delimiter).replace("\r\n", end)) == EXPECTED


@pytest.mark.parametrize(
    ("header", "delimiter"),
    [("name;mail,or;number", ";"), ('"a,b,c,d";e', ";"), ("a,b;c", ","), ("a\tb,c\td", "\t"), ("name", ",")],
)
def test_what_separates_the_columns_is_counted_outside_of_quotes(header: str, delimiter: str) -> None:
    sheet = read_sheet(f"{header}\nx\n".encode(), "people.csv")
    assert delimiter.join(sheet.header) == header.replace('"', "")


def test_a_line_that_tells_excel_the_separator_is_no_header() -> None:
    sheet = read_sheet(b"sep=;\r\nname;a,b,c\r\nDana;1\r\n", "people.csv")
    assert sheet.header == ("name", "a,b,c")
    assert [(row.row, row.cells["name"]) for row in sheet.rows] == [(3, "Dana")]


def test_a_decimal_comma_is_possible_only_where_commas_do_not_separate() -> None:
    assert read_sheet(b"a;b\n1;2\n", "x.csv").decimal_comma
    assert read_sheet(b"a\tb\n1\t2\n", "x.csv").decimal_comma
    assert not read_sheet(b"a,b\n1,2\n", "x.csv").decimal_comma


def test_quotes_hold_delimiters_line_ends_and_quotes() -> None:
    assert read('name,note\nDana,"a, ""b""\nc"\n') == [("name", "note"), ("Dana", 'a, "b"\nc')]


def test_rows_are_numbered_as_a_spreadsheet_does_with_blank_rows_and_quoted_line_ends() -> None:
    sheet = read_sheet(b'name,mail\n\nDana,"x\ny"\n , \n,,\nAna,z\n', "people.csv")
    assert [row.row for row in sheet.rows] == [3, 6]


def test_a_short_row_has_empty_cells() -> None:
    assert read("name,mail,number\nDana\n") == [("name", "mail", "number"), ("Dana", "", "")]


def test_cells_that_are_empty_at_the_end_of_a_row_are_no_columns() -> None:
    assert read("name,mail,,\nDana,x,, ,\n") == [("name", "mail"), ("Dana", "x")]


def test_47_an_unclosed_quote_is_a_row_numbered_error() -> None:
    assert refusal(b'name,mail\nDana,x\nAna,"y\n\n\nLea,z\n') == "3: a quote is opened in this row and never closed"


def test_47_an_unclosed_quote_before_many_rows_is_noticed_early() -> None:
    assert "is a quote opened in it and not closed" in refusal(b'name,mail\nAna,"y\n' + b"Lea,z\n" * 100_000)


def test_47_every_quote_that_closes_too_early_is_named() -> None:
    said = refusals(b'name,mail\n"Da"na,x\nAna,y\n"L"ea,z\n')
    assert [line.split(":")[0] for line in said] == ["2", "4"]


@pytest.mark.parametrize("data", [b"name,mail\nDa\0na,x\n", "name,mail\nDana,x\n".encode("utf-16-le")])
def test_47_nul_characters_are_refused_with_their_row(data: bytes) -> None:
    assert refusal(data).endswith("there is a NUL character in it; save the file as UTF-8 text")
    assert refusal(data)[:2] in {"1:", "2:"}


def test_47_text_that_is_not_utf_8_is_refused_with_the_byte_s_position() -> None:
    assert refusal("name\nMüller\n".encode("latin-1")) == (
        "is not UTF-8 text: byte 6 (0xfc) does not belong; save it as CSV UTF-8"
    )


@pytest.mark.parametrize("before", [0, 3, 65_533, 65_535, 65_536, 131_072])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_the_position_counts_from_the_file_s_first_byte_wherever_it_is(before: int, mark: bytes) -> None:
    data = mark + b"a" * before + "ä".encode() + b"\xff"
    assert f"byte {len(data) - 1:,} (0xff)" in refusal(data)


def test_47_utf_16_cut_short_is_refused() -> None:
    assert "UTF-16" in refusal(b"\xff\xfea\0b")


@pytest.mark.parametrize("data", [b"", b"\r\n \n\n", b"\xef\xbb\xbf", b"\xff\xfe", b",,,,\n , \n"])
def test_47_an_empty_file_is_refused(data: bytes) -> None:
    assert refusal(data).endswith("is empty")


def test_47_a_header_alone_is_refused() -> None:
    assert refusal(b"name,mail\n") == "1: has column names and no row below them"


def test_47_headers_that_are_blank_or_stand_twice_are_all_named() -> None:
    assert refusals("Name,,name,Müller,MÜLLER\nx,y\n".encode()) == [
        "1: column 2 has no name in the first row; name it or clear it",
        "1: column 3 has the same name as column 1: 'name'",
        "1: column 5 has the same name as column 4: 'MÜLLER'",
    ]


def test_47_a_header_that_differs_only_in_unicode_form_stands_twice() -> None:
    assert "same name" in refusal("M\u00fcller,Mu\u0308ller\nx,y\n".encode())


def test_47_a_row_longer_than_the_header_is_refused() -> None:
    assert refusals(b"a,b\n1,2\n1,2,3\n1,2,,\n1,2,,4\n") == [
        "3: has 3 cells, but the header names only 2 columns",
        "5: has 4 cells, but the header names only 2 columns",
    ]


def test_47_a_million_columns_are_refused() -> None:
    assert "longer than 1,000,000 characters" in refusal(b",".join([b"ab"] * 1_000_000))
    assert refusal(b",".join([b"a"] * 300_000) + b"\nx\n") == "1: has 300,000 columns, of at most 200"


def test_47_a_line_of_a_hundred_megabytes_is_refused_unread() -> None:
    assert "is 100,000,000 bytes large, of at most 20,000,000" in refusal(b"a" * 100_000_000)


def test_47_a_row_of_many_quoted_lines_is_not_gathered_without_end() -> None:
    assert refusal(b"a,b\n" + b'"x\n",' * 1_000_000).startswith("2: a row is longer than 1,000,000 characters")


def test_47_a_cell_too_long_is_named_with_its_row() -> None:
    assert refusal(b"a\n" + b"x" * 32_768 + b"\n") == "2: has a cell of 32,768 characters, of at most 32,767"
    assert len(read(b"a\n" + b"x" * 32_767)[1][0]) == 32_767


def test_47_too_many_rows_or_cells_are_refused() -> None:
    assert refusal(b"a\n" + b"x\n" * 100_001) == "100002: has more than 100,000 rows; split it"
    wide = ",".join(map(str, range(200))).encode() + b"\n"
    assert "has more than 1,000,000 cells" in refusal(wide + (b"1," * 199 + b"2\n") * 5_100)
    assert "has more than 1,048,576 rows" in refusal(b"a\n" + b"\n" * 1_100_000 + b"x\n")
    assert "has more than 1,048,576 rows" in refusal(b"\n" * 1_100_000 + b"x\n")


def test_47_of_many_problems_the_first_two_hundred_are_told_and_the_rest_counted() -> None:
    said = refusals(b"a\n" + b"1,2\n" * 1_000)
    assert len(said) == 201
    assert said[-1] == "and 800 more"


def test_47_reading_hostile_text_takes_little_memory() -> None:
    astral = "a\n" + "x" * 4_000_000 + "\U0001f600"
    hostile = [astral.encode(), b"a\n" + b'"aa\n",' * 3_000_000, b"aa," * 6_000_000, b'a\n"' + b"x\n" * 9_000_000]
    for data in hostile:
        tracemalloc.start()
        refusals(data)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 48_000_000


def test_problems_of_rows_are_kept_for_a_reader_to_add_its_own() -> None:
    sheet, problems = open_sheet(b"a\n1\n1,2\n3\n", "people.csv")
    assert [row.row for row in sheet.rows] == [2, 4]
    assert problems.rows == {3}


def test_an_apostrophe_that_guards_a_formula_is_taken_away_and_others_stay() -> None:
    cells = ["'=1", "''=1", "'", "'t Hooft", "''", "'＝1", "=1", "'-x", "O'=1"]
    assert [row[0] for row in read("a\n" + "\n".join(cells))[1:]] == [
        "=1", "'=1", "'", "'t Hooft", "''", "＝1", "=1", "-x", "O'=1",
    ]  # fmt: skip


def test_headers_are_the_same_whatever_their_case_spaces_and_hyphens() -> None:
    assert heading_key(" E-Mail  Address") == heading_key("email_address")


@given(
    st.binary(max_size=400)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
    | st.lists(st.sampled_from(SIGNS)).map(b"".join)
)
def test_47_any_bytes_are_read_or_refused(data: bytes) -> None:
    sheet = read_or_refuse(data)
    if sheet:
        assert all(len(row.values) <= len(sheet.header) for row in sheet.rows)
        assert all(later.row > earlier.row for earlier, later in pairwise(sheet.rows))


def test_limits_can_be_given() -> None:
    rows = "".join(f"{number}\n" for number, _ in zip(count(), range(10), strict=False))
    with pytest.raises(Invalid, match="more than 3 rows"):
        read_sheet(f"a\n{rows}".encode(), "x", limits=SheetLimits(rows=3))


def test_47_texts_are_bounded_in_memory_and_repeats_are_kept_once() -> None:
    limits = SheetLimits(text=10_000)
    assert len(read_sheet(b"a\n" + b"the same\n" * 1_000, "x", limits=limits).rows) == 1_000
    with pytest.raises(Invalid, match="too much text"):
        read_sheet(b"a\n" + b"".join(b"other %d\n" % number for number in range(1_000)), "x", limits=limits)
