"""Completions, evidence and outcomes as a file has them, or every problem of the file with its row."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.interop.sheets.columns import Kind, suggested_mapping
from lms.interop.sheets.record_sheets import (
    CompletionRow,
    EvidenceRow,
    OutcomeRow,
    read_completions,
    read_evidence,
    read_outcomes,
)
from lms.interop.sheets.sheet import read_sheet
from lms.interop.sheets.sheet_kinds import KINDS
from lms.interop.sheets.sheet_write import Value, to_csv, to_xlsx
from tests.interop.sheet_files import a_workbook, refusal, refusals

DANA = "dana@acme.example"


def value(text: str, delimiter: str = ",") -> Decimal:
    data = delimiter.join(["person", "metric", "month", "value"]) + "\n"
    data += delimiter.join([DANA, "quota", "2026-10", f'"{text}"']) + "\n"
    (row,) = read_outcomes(data.encode(), "outcomes.csv")
    return row.value


def wrong_value(text: str, delimiter: str = ",") -> str:
    data = delimiter.join(["person", "metric", "month", "value"]) + "\n"
    data += delimiter.join([DANA, "quota", "2026-10", f'"{text}"']) + "\n"
    return refusal(data.encode(), read_outcomes).removeprefix("2: 'value' ")


def month(text: str) -> date:
    (row,) = read_outcomes(f"person,metric,month,value\n{DANA},quota,{text},1\n".encode(), "outcomes.csv")
    return row.month


def test_a_completion_reaches_its_place() -> None:
    data = f"E-Mail,Course ID,Completed on,Comment\n{DANA},holding-price,2026-10-05,fine\nA-7, x ,2026-10-06,\n"
    assert read_completions(data.encode(), "c.csv") == (
        CompletionRow(row=2, person=DANA, course="holding-price", on=date(2026, 10, 5), note="fine"),
        CompletionRow(row=3, person="A-7", course="x", on=date(2026, 10, 6)),
    )


def test_evidence_reaches_its_place() -> None:
    header = ["person", "competency", "level", "on", "until", "source", "note"]
    full: list[Value] = [DANA, "negotiating", 3, date(2026, 10, 5), date(2028, 10, 4), "manager", "two\nlines"]
    bare: list[Value] = [DANA, "discovery", 0, date(2026, 10, 5)]
    expected = (
        EvidenceRow(
            row=2,
            person=DANA,
            competency="negotiating",
            level=3,
            on=date(2026, 10, 5),
            until=date(2028, 10, 4),
            source="manager",
            note="two\nlines",
        ),
        EvidenceRow(row=3, person=DANA, competency="discovery", level=0, on=date(2026, 10, 5)),
    )
    assert read_evidence(to_csv(header, [full, bare]), "e.csv") == expected
    assert read_evidence(to_xlsx("Evidence", header, [full, bare]), "e.xlsx") == expected
    assert read_evidence(a_workbook(header, full, bare), "e.xlsx") == expected


def test_an_outcome_reaches_its_place() -> None:
    data = f"person,metric,month,value,source\n{DANA},quota-attainment,2026-10,1.04,crm\n"
    assert read_outcomes(data.encode(), "o.csv") == (
        OutcomeRow(
            row=2, person=DANA, metric="quota-attainment", month=date(2026, 10, 1), value=Decimal("1.04"), source="crm"
        ),
    )


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_no_two_columns_of_a_kind_answer_to_one_name(kind: Kind) -> None:
    named = {word: column.name for column in kind.columns for word in (column.name, *column.aliases)}
    assert suggested_mapping(read_sheet(to_csv(list(named), [["x"]]), "x"), kind) == named


def test_columns_can_be_mapped_by_hand() -> None:
    data = f"Wer,Was,Wann,Foo\n{DANA},x,2026-10-05,y\n".encode()
    mapping = {"Wer": "person", "Was": "course", "Wann": "on", "Foo": None}
    assert read_completions(data, "c.csv", mapping=mapping)[0].course == "x"


def test_every_problem_is_told_at_once() -> None:
    data = f"person,competency,level,on,until\n,,10,5.10.2026,\n{DANA},x,1,2026-10-05,2026-10-04\n"
    assert refusals(data.encode(), read_evidence) == [
        "2: 'person' is empty",
        "2: 'competency' is empty",
        "2: 'level' must be a level from 0 to 9, not '10'",
        "2: 'on' must be a day written YYYY-MM-DD, such as 2026-12-31, not '5.10.2026'",
        "3: 'until' must not be before 'on', which is 2026-10-05",
    ]


def test_47_the_same_fact_twice_names_both_rows() -> None:
    data = f"person,metric,month,value\n{DANA},quota,2026-10,1\n{DANA.upper()},quota,2026-10-01,2\n"
    assert refusal(data.encode(), read_outcomes) == (
        "3: says the same as row 2: 'DANA@acme.example' 'quota' '2026-10-01'; keep one of the two"
    )
    data = "person,course,on\n7,x,2026-10-05\n8,x,2026-10-05\n7,x,2026-10-06\n7,X,2026-10-05\n"
    assert len(read_completions(data.encode(), "c.csv")) == 4


def test_a_rating_by_somebody_else_on_the_same_day_is_another_fact() -> None:
    data = f"person,competency,level,on,source\n{DANA},x,1,2026-10-05,manager\n{DANA},x,2,2026-10-05,\n"
    assert [row.source for row in read_evidence(data.encode(), "e.csv")] == ["manager", "self"]


@pytest.mark.parametrize("text", ["2026-10", "2026-10-01"])
def test_a_month_is_written_as_iso_does(text: str) -> None:
    assert month(text) == date(2026, 10, 1)


def test_a_date_of_a_workbook_is_a_month_when_it_is_its_first_day() -> None:
    header = ["person", "metric", "month", "value"]
    data = a_workbook(header, [DANA, "quota", date(2026, 10, 1), 0.93])
    assert read_outcomes(data, "o.xlsx")[0].month == date(2026, 10, 1)
    assert "must be a month written" in refusal(a_workbook(header, [DANA, "q", date(2026, 10, 2), 1]), read_outcomes)


@pytest.mark.parametrize(
    "text", ["Oct 2026", "10/2026", "2026-10-02", "2026-1", "٢٠٢٦-10", "2026-10-01T00:00:00", "202610"]
)
def test_53_what_is_no_month_is_refused(text: str) -> None:
    data = f"person,metric,month,value\n{DANA},quota,{text},1\n"
    assert refusal(data.encode(), read_outcomes) == (
        f"2: 'month' must be a month written YYYY-MM, such as 2026-10, not {text!r}"
    )


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "0000-01", "1899-12"])
def test_a_month_exists(text: str) -> None:
    data = f"person,metric,month,value\n{DANA},quota,{text},1\n"
    assert "must be a month that exists" in refusal(data.encode(), read_outcomes)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0.93", "0.93"), ("93%", "0.93"), ("93 %", "0.93"), ("104.25%", "1.0425"), ("-3", "-3"), ("+3", "3"), ("3.0000", "3"),
        ("0.12340", "0.1234"), ("1000000000", "1000000000"), ("-1000000000", "-1000000000"), ("007", "7"), ("-0", "0"),
        ("100", "100"),
    ],
)  # fmt: skip
def test_values_are_decimal_numbers(text: str, number: str) -> None:
    assert value(text) == Decimal(number)
    assert str(value(text)) == number


@pytest.mark.parametrize(
    "text",
    ["", "nan", "NaN", "inf", "-Infinity", "1e3", "٣", "0x1", "1_000", "1 000", "1,000", "0,93", "--1", ".5", "1.", "%", "5 €",
     "1000000000.1", "1" * 13, "1" * 30_000, "0.00001", "1.23456%", "0." + "1" * 21, "=1+1", "1\t"],
)  # fmt: skip
def test_53_what_is_no_value_is_refused(text: str) -> None:
    if text.strip() == "1":
        assert value(text) == 1
    else:
        assert wrong_value(text).startswith(("must be a number", "is empty"))


def test_a_decimal_comma_counts_only_where_commas_do_not_separate() -> None:
    assert value("0,93", ";") == value("0,93", "\t") == Decimal("0.93")
    assert value("-93,5%", ";") == Decimal("-0.935")
    assert "with a decimal point" in wrong_value("0,93")
    assert "must be a number" in wrong_value("1.234,5", ";")
    assert "must be a number" in wrong_value("1,2,3", ";")


def test_a_number_that_may_mean_two_is_refused_where_commas_are_decimal() -> None:
    assert wrong_value("1.234", ";") == "may mean two numbers: write 1234 or 1,2340, not '1.234'"
    assert value("0.934", ";") == Decimal("0.934")
    assert value("1.234") == Decimal("1.234")


def test_a_percentage_of_a_workbook_is_its_value() -> None:
    data = a_workbook(["person", "metric", "month", "value"], [7, "quota", "2026-10", 0.93])
    assert read_outcomes(data, "o.xlsx")[0] == OutcomeRow(
        row=2, person="7", metric="quota", month=date(2026, 10, 1), value=Decimal("0.93")
    )


@pytest.mark.parametrize("level", ["-1", "10", "1.5", "٣", "³", "01", "x", "1e0"])
def test_53_a_level_is_one_digit(level: str) -> None:
    data = f"person,competency,level,on\n{DANA},x,{level},2026-10-05\n"
    assert refusal(data.encode(), read_evidence) == f"2: 'level' must be a level from 0 to 9, not {level!r}"


def test_ids_are_kept_exactly_as_they_are_written() -> None:
    for course in ("Holding Price", "a,b;c", "=x", "mu\u0308ller", "<b>"):
        data = to_csv(["person", "course", "on"], [[DANA, course, "2026-10-05"]])
        assert read_completions(data, "c.csv")[0].course == course


@pytest.mark.parametrize("course", ["a\tb", "a\nb", "a\u202eb", "a\u00a0b", "x" * 201])
def test_54_ids_have_printable_characters(course: str) -> None:
    data = to_csv(["person", "course", "on"], [[DANA, course, "2026-10-05"]])
    assert refusal(data, read_completions).startswith("2: 'course' must have")


def test_a_person_is_a_mail_address_where_there_is_an_at_sign() -> None:
    data = "person,course,on\ndana@,x,2026-10-05\n"
    assert "'person' must be a mail address" in refusal(data.encode(), read_completions)


@given(
    st.lists(
        st.tuples(st.decimals(places=4, min_value=-(10**9), max_value=10**9), st.dates(min_value=date(1900, 1, 1))),
        min_size=1,
        max_size=4,
    )
)
def test_outcomes_come_back(facts: list[tuple[Decimal, date]]) -> None:
    rows: list[list[Value]] = [
        [str(person), "m", day.strftime("%Y-%m").zfill(7), number] for person, (number, day) in enumerate(facts)
    ]
    header = ["person", "metric", "month", "value"]
    for data in (to_csv(header, rows), to_xlsx("x", header, rows)):
        read = read_outcomes(data, "o")
        assert [(row.value, row.month) for row in read] == [(number, day.replace(day=1)) for number, day in facts]
