"""The roster: people as a file has them, or every problem of the file with its row."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.errors import Invalid
from lms.interop.sheets.columns import suggested_mapping
from lms.interop.sheets.roster import ROSTER, RosterRow, read_roster
from lms.interop.sheets.sheet import read_sheet
from lms.interop.sheets.sheet_write import to_csv, to_xlsx
from tests.interop.sheet_files import a_workbook, refusal, refusals

DANA = RosterRow(row=2, name="Dana", mail="dana@acme.example")


def said(text: str) -> str:
    return refusal(text.encode(), read_roster)


def all_said(text: str) -> list[str]:
    return refusals(text.encode(), read_roster)


def one(column: str, text: str, delimiter: str = ",") -> RosterRow:
    """The person of a file with one more column, which says this."""
    lines = [["name", "mail", column], ["Dana", "dana@acme.example", f'"{text}"']]
    (row,) = read_roster("\n".join(map(delimiter.join, lines)).encode(), "people.csv")
    return row


def wrong(column: str, text: str) -> str:
    """What is said about that column in that file."""
    message = said(f'name,mail,{column}\nDana,dana@acme.example,"{text}"\n')
    assert message.startswith(f"2: '{column}' ")
    return message.removeprefix(f"2: '{column}' ")


def test_every_column_reaches_its_place() -> None:
    header = [column.name for column in ROSTER.columns]
    row = [
        "Dana",
        "Dana@Acme.example",
        "A-1",
        " North/Berlin ",
        "sam@acme.example",
        "Trainer, rep",
        "sdr",
        "2026-02-01",
    ]
    row += ["ae; vp", "2027-03-31", "2.5", "pt_br", "Part time"]
    for data in (to_csv(header, [row]), to_xlsx("People", header, [row])):
        assert read_roster(data, "people") == (
            RosterRow(
                row=2,
                name="Dana",
                mail="Dana@acme.example",
                number="A-1",
                team="North / Berlin",
                manager_mail="sam@acme.example",
                rights=("rep", "trainer"),
                role="sdr",
                role_since=date(2026, 2, 1),
                target=("ae", "vp"),
                aim=date(2027, 3, 31),
                weekly_hours=Fraction(5, 2),
                language="pt-BR",
                working_time="part-time",
            ),
        )


def test_name_and_mail_are_enough() -> None:
    assert read_roster(b"name,mail\nDana,dana@acme.example\n", "people.csv") == (DANA,)


def test_empty_cells_say_nothing() -> None:
    header = ",".join(column.name for column in ROSTER.columns)
    assert read_roster(f"{header}\nDana,dana@acme.example\n".encode(), "people.csv") == (DANA,)


@pytest.mark.parametrize("mail", ["E-Mail", "email", "e_mail", "E-MAIL ADDRESS", "Mail", " mail ", "Work e-mail"])
@pytest.mark.parametrize("name", ["Name", "Full Name", "full_name", "FULL-NAME", "Display name"])
def test_headers_are_known_by_their_other_names(mail: str, name: str) -> None:
    assert read_roster(f"{mail},{name}\ndana@acme.example,Dana\n".encode(), "people.csv") == (DANA,)


def test_no_two_columns_answer_to_one_name() -> None:
    words = [word for column in ROSTER.columns for word in (column.name, *column.aliases)]
    sheet = read_sheet(to_csv(words, [["x"]]), "x")
    assert suggested_mapping(sheet, ROSTER) == {
        word: column.name for column in ROSTER.columns for word in (column.name, *column.aliases)
    }


def test_47_an_unknown_column_is_a_problem_with_the_nearest_name() -> None:
    assert all_said("name,mail,weekly_hour,Foo\nDana,dana@acme.example,4,x\n") == [
        "1: unknown column 'weekly_hour' (did you mean 'weekly_hours'?)",
        "1: unknown column 'Foo'",
    ]


def test_47_missing_columns_and_columns_that_say_the_same_are_problems() -> None:
    assert all_said("number,personnel number\n1,2\n") == [
        "1: columns 'number' and 'personnel number' are both 'number'",
        "1: there is no column 'name', which is required",
        "1: there is no column 'mail', which is required",
    ]


def test_columns_can_be_mapped_by_hand() -> None:
    data = b"Wer,Wohin,Foo,number\nDana,dana@acme.example,x,7\n"
    mapping = {"Wer": "name", "Wohin": "mail", "Foo": None, "number": ""}
    assert read_roster(data, "people.csv", mapping=mapping) == (DANA,)
    assert suggested_mapping(read_sheet(data, "x"), ROSTER) == {
        "Wer": None, "Wohin": None, "Foo": None, "number": "number",
    }  # fmt: skip


def test_a_mapping_that_fits_neither_file_nor_columns_is_refused() -> None:
    mapping: dict[str, str | None] = {"Wer": "name", "Wohin": "mial", "Wann": "aim"}
    with pytest.raises(Invalid) as caught:
        read_roster(b"Wer,Wohin\nDana,x\n", "people.csv", mapping=mapping)
    assert [problem.message for problem in caught.value.problems] == [
        "there is no column 'Wann' in the file",
        "unknown column 'mial' (did you mean 'mail'?)",
        "there is no column 'mail', which is required",
    ]


def test_every_problem_is_told_at_once_in_order_of_rows() -> None:
    text = "name,mail,aim\n,dana,31.12.2026\nAna,ana@acme.example,2026-12-31\nLea,ANA@acme.example,\nx,y@acme.example,,,1\n"
    assert all_said(text) == [
        "2: 'name' is empty",
        "2: 'mail' must be a mail address such as dana@acme.example, not 'dana'",
        "2: 'aim' must be a day written YYYY-MM-DD, such as 2026-12-31, not '31.12.2026'",
        "4: mail 'ANA@acme.example' stands in row 3 and again in row 4",
        "5: has 5 cells, but the header names only 3 columns",
    ]


@pytest.mark.parametrize(
    ("one_mail", "other"),
    [("Dana@acme.example", "dana@ACME.example"), ("m\u00fcller@acme.example", "mu\u0308ller@acme.example")],
)
def test_55_a_mail_that_differs_in_case_or_unicode_form_stands_twice(one_mail: str, other: str) -> None:
    assert "stands in row 2 and again in row 3" in said(f"name,mail\nA,{one_mail}\nB,{other}\n")


def test_47_a_number_stands_once() -> None:
    message = said("name,mail,number\nA,a@acme.example,7\nB,b@acme.example,7\n")
    assert message == "3: number '7' stands in row 2 and again in row 3"


def test_a_mail_stands_twice_even_where_its_row_is_otherwise_wrong() -> None:
    assert len(all_said("name,mail\n,a@acme.example\nB,a@acme.example\n")) == 2


def test_12_a_file_makes_nobody_an_administrator() -> None:
    for rights in ("administrator", "rep, Administrator", "ADMINISTRATOR;rep"):
        assert wrong("rights", rights) == "may not be administrator: a file cannot give that right"


def test_rights_are_words_that_are_known() -> None:
    assert one("rights", "auditor; REP | rep").rights == ("rep", "auditor")
    assert wrong("rights", "trainr") == "must be among rep, trainer, auditor, not 'trainr' (did you mean 'trainer'?)"


def test_nobody_is_their_own_manager() -> None:
    text = "name,mail,manager\nDana,dana@acme.example,DANA@acme.example\n"
    assert said(text) == "2: 'dana@acme.example' cannot be their own manager"


@pytest.mark.parametrize("team", ["/", "North /", "North // Berlin", " / Berlin", "North / - / x"])
def test_a_team_has_a_name_on_every_step_of_its_path(team: str) -> None:
    assert "each team in 'team' must hold at least one letter or digit" in said(
        f"name,mail,team\nDana,dana@acme.example,{team}\n"
    )


def test_a_team_lies_at_most_ten_deep() -> None:
    assert one("team", "/".join("abcdefghij")).team == "a / b / c / d / e / f / g / h / i / j"
    assert "at most 10 teams deep" in wrong("team", "/".join("abcdefghijk"))


@pytest.mark.parametrize(
    "day", ["31.12.2026", "12/31/2026", "2026-1-1", "٢٠٢٦-01-01", "20261231", "2026-12-31T00:00:00"]
)
def test_53_a_day_is_written_one_way(day: str) -> None:
    assert wrong("aim", day) == f"must be a day written YYYY-MM-DD, such as 2026-12-31, not {day!r}"


@pytest.mark.parametrize("day", ["2026-02-30", "2026-13-01", "0000-01-01", "1900-02-29"])
def test_a_day_exists(day: str) -> None:
    assert wrong("aim", day) == f"must be a day that exists, not {day!r}"


def test_a_day_s_century_is_not_mistyped() -> None:
    assert "since 1900" in wrong("aim", "0206-10-01")


def test_a_date_of_a_workbook_is_a_day() -> None:
    data = a_workbook(["name", "mail", "aim"], ["Dana", "dana@acme.example", date(2027, 3, 31)])
    assert read_roster(data, "people.xlsx")[0].aim == date(2027, 3, 31)


@pytest.mark.parametrize(
    "hours", ["0", "-1", "168.01", "169", "1e3", "٣", "nan", "inf", "4h", "50%", "1" * 5_000, "2,5"]
)
def test_53_weekly_hours_are_a_number_of_hours(hours: str) -> None:
    assert wrong("weekly_hours", hours).startswith("must be a number")


def test_weekly_hours_may_have_a_decimal_comma_where_semicolons_separate() -> None:
    assert one("weekly_hours", "2,5", ";").weekly_hours == Fraction(5, 2)
    assert one("weekly_hours", "168").weekly_hours == 168


def test_53_a_personnel_number_is_text() -> None:
    for number in ("0", "-1", "1e3", "2**63", "0042", "1;DROP", "٣"):
        assert one("number", number).number == number
    assert "at most 64 characters" in wrong("number", "1" * 65)
    assert "must be a personnel number" in wrong("number", "dana@acme.example")


def test_a_working_time_is_full_or_part_and_nothing_else() -> None:
    for text in ("full", "Full-Time", "full_time", "fulltime"):
        assert one("working_time", text).working_time == "full-time"
    assert "must be full-time or part-time" in wrong("working_time", "80 %")


@pytest.mark.parametrize(("text", "language"), [("de", "de"), ("DE-ch", "de-CH"), ("zh_hant_TW", "zh-Hant-TW")])
def test_a_language_is_written_as_the_web_does(text: str, language: str) -> None:
    assert one("language", text).language == language


@pytest.mark.parametrize("text", ["german!", "d", "de-", "../x", "Deutsch bitte"])
def test_what_is_no_language_is_refused(text: str) -> None:
    assert "must be a language" in wrong("language", text)


def test_47_what_a_cell_says_is_cut_in_a_message() -> None:
    assert len(wrong("aim", "<script>" * 1_000)) < 200


@given(st.lists(st.lists(st.text(max_size=12), min_size=12, max_size=12), min_size=1, max_size=4))
def test_47_any_roster_is_read_or_refused(rows: list[list[str]]) -> None:
    try:
        people = read_roster(to_csv([column.name for column in ROSTER.columns], rows), "people.csv")
    except Invalid as invalid:
        lines = [problem.line or 0 for problem in invalid.problems]
        if any(later < earlier for earlier, later in pairwise(lines)):
            raise AssertionError from invalid
    else:
        assert all(person.mail for person in people)
