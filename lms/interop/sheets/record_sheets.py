"""Sheets of the record: completions, evidence and outcomes, one fact a row. Ids are not looked up here.

The same fact twice in one file is a problem that names both rows: of two ratings or two values only one can be meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

from lms.errors import Said, said
from lms.interop.reading.scalars import shown
from lms.interop.reading.text_rules import mail_key
from lms.interop.sheets import cells
from lms.interop.sheets.columns import Column, Kind, read_values
from lms.interop.sheets.sheet import Sheet, open_sheet
from lms.interop.sheets.sheet_problems import Problems

_PERSON = Column(
    name="person",
    parse=cells.person,
    required=True,
    example="dana.rivera@acme.example",
    hint=said("The person's mail address or personnel number"),
    aliases=("mail", "e-mail", "e-mail address", "number", "personnel number", "employee number", "employee id"),
)
_NOTE = Column(
    name="note", parse=cells.note, example="", hint=said("Anything worth knowing"), aliases=("comment", "remark")
)

COMPLETIONS = Kind(
    name="completions",
    title="Completions",
    columns=(
        _PERSON,
        Column(
            name="course",
            parse=cells.identifier,
            required=True,
            example="holding-price",
            hint=said("The course's id, as in the curriculum"),
            aliases=("course id",),
        ),
        Column(
            name="on",
            parse=cells.day,
            required=True,
            example="2026-10-05",
            hint=said("The day on which it was completed, YYYY-MM-DD"),
            aliases=("date", "day", "completed", "completed on", "completion date"),
        ),
        _NOTE,
    ),
)
EVIDENCE = Kind(
    name="evidence",
    title="Evidence",
    columns=(
        _PERSON,
        Column(
            name="competency",
            parse=cells.identifier,
            required=True,
            example="negotiating",
            hint=said("The competency's id, as in the curriculum"),
            aliases=("competency id", "skill"),
        ),
        Column(
            name="level",
            parse=cells.level,
            required=True,
            example="2",
            hint=said("The level on the curriculum's scale; 0 says that it was shown absent"),
            aliases=("rating", "proficiency", "proficiency level"),
        ),
        Column(
            name="on",
            parse=cells.day,
            required=True,
            example="2026-10-05",
            hint=said("The day of the rating, YYYY-MM-DD"),
            aliases=("date", "day", "rated on", "from"),
        ),
        Column(
            name="until",
            parse=cells.day,
            example="2028-10-04",
            hint=said("The last day on which it counts, YYYY-MM-DD; without it, for good"),
            aliases=("valid until", "expires"),
        ),
        Column(
            name="source",
            parse=cells.name,
            default="self",
            example="manager",
            hint=said("Who rated, as the curriculum names its sources; without it, self"),
            aliases=("rated by", "rater"),
        ),
        _NOTE,
    ),
)
OUTCOMES = Kind(
    name="outcomes",
    title="Outcomes",
    columns=(
        _PERSON,
        Column(
            name="metric",
            parse=cells.identifier,
            required=True,
            example="quota-attainment",
            hint=said("The metric's name, as the curriculum's gates have it"),
            aliases=("measure", "kpi"),
        ),
        Column(
            name="month",
            parse=cells.month,
            required=True,
            example="2026-10",
            hint=said("The month, YYYY-MM"),
            aliases=("period",),
        ),
        Column(
            name="value",
            parse=cells.decimal,
            required=True,
            example="1.04",
            hint=said("A number with at most four decimals; 93% is 0.93"),
            aliases=("result", "amount"),
        ),
        Column(
            name="source",
            parse=cells.name,
            example="crm",
            hint=said("The system that it comes from"),
            aliases=("system",),
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionRow:
    """A course completed on a day. `person` is a mail address or a personnel number, as the file has it."""

    row: int
    person: str
    course: str
    on: date
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """A rating of a competency, level 0 to 9, counting from `on` through `until`."""

    row: int
    person: str
    competency: str
    level: int
    on: date
    until: date | None = None
    source: str = "self"
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRow:
    """The value of a metric in one month; `month` is its first day, `value` has at most four decimals."""

    row: int
    person: str
    metric: str
    month: date
    value: Decimal
    source: str | None = None


Mapped = Mapping[str, str | None]
Fact = CompletionRow | EvidenceRow | OutcomeRow
_FACTS: dict[str, tuple[type[Fact], tuple[str, ...]]] = {
    COMPLETIONS.name: (CompletionRow, ("course", "on")),
    EVIDENCE.name: (EvidenceRow, ("competency", "on", "source")),
    OUTCOMES.name: (OutcomeRow, ("metric", "month")),
}
"""What a row of each kind becomes, and the columns in which, beside the person, two rows may not agree."""


def read_completions(data: bytes, name: str, *, mapping: Mapped | None = None) -> tuple[CompletionRow, ...]:
    """The completions of a CSV or XLSX file. Raises Invalid with every problem at once, each with its row."""
    return cast("tuple[CompletionRow, ...]", _read(data, name, mapping, COMPLETIONS))


def read_evidence(data: bytes, name: str, *, mapping: Mapped | None = None) -> tuple[EvidenceRow, ...]:
    """The ratings of a CSV or XLSX file. Raises Invalid with every problem at once, each with its row."""
    return cast("tuple[EvidenceRow, ...]", _read(data, name, mapping, EVIDENCE))


def read_outcomes(data: bytes, name: str, *, mapping: Mapped | None = None) -> tuple[OutcomeRow, ...]:
    """The outcomes of a CSV or XLSX file. Raises Invalid with every problem at once, each with its row."""
    return cast("tuple[OutcomeRow, ...]", _read(data, name, mapping, OUTCOMES))


def _read(data: bytes, name: str, mapping: Mapped | None, kind: Kind) -> tuple[Fact, ...]:
    sheet, problems = open_sheet(data, name)
    rows = facts_of(sheet, problems, kind, mapping)
    problems.check()
    return rows


def facts_of(sheet: Sheet, problems: Problems, kind: Kind, mapping: Mapped | None = None) -> tuple[Fact, ...]:
    """The rows of an open sheet in which nothing is wrong; what is wrong in the others is added to `problems`.

    Two rows that agree in what tells facts of this kind apart are one fact told twice.
    """
    make, same = _FACTS[kind.name]
    rows: list[Fact] = []
    first: dict[tuple[Any, ...], int] = {}
    for read in read_values(sheet, kind, problems, mapping):
        if not read.whole:
            continue
        key = (_person_key(read.values["person"]), *(read.values[column] for column in same))
        earlier = first.setdefault(key, read.row)
        if earlier != read.row:
            problems.add(told_twice(earlier, *(str(read.values[column]) for column in ("person", *same))), read.row)
        elif _in_order(read.row, read.values, problems):
            rows.append(make(row=read.row, **read.values))
    return tuple(rows)


def told_twice(earlier: int, *fact: str) -> Said:
    """The complaint that a row says what an earlier one says."""
    told = " ".join(map(shown, fact))
    return said("says the same as row %(row)s: %(fact)s; keep one of the two", row=earlier, fact=told)


def _person_key(person: str) -> str:
    return mail_key(person) if "@" in person else person


def _in_order(row: int, values: Mapping[str, Any], problems: Problems) -> bool:
    on, until = values.get("on"), values.get("until")
    if on is None or until is None or on <= until:
        return True
    problems.add(said("'until' must not be before 'on', which is %(on)s", on=on), row)
    return False
