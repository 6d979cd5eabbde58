"""Sheets of the record: completions, evidence and outcomes, one fact a row. Ids are not looked up here.

The same fact twice in one file is a problem that names both rows: of two ratings or two values only one can be meant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from lms.interop import cells
from lms.interop.columns import Column, Kind, read_values
from lms.interop.scalars import shown
from lms.interop.sheet import open_sheet
from lms.interop.sheet_problems import Problems
from lms.interop.text_rules import mail_key

_PERSON = Column(
    name="person",
    parse=cells.person,
    required=True,
    example="dana.rivera@acme.example",
    hint="The person's mail address or personnel number",
    aliases=("mail", "e-mail", "e-mail address", "number", "personnel number", "employee number", "employee id"),
)
_NOTE = Column(name="note", parse=cells.note, example="", hint="Anything worth knowing", aliases=("comment", "remark"))

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
            hint="The course's id, as in the curriculum",
            aliases=("course id",),
        ),
        Column(
            name="on",
            parse=cells.day,
            required=True,
            example="2026-10-05",
            hint="The day on which it was completed, YYYY-MM-DD",
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
            hint="The competency's id, as in the curriculum",
            aliases=("competency id", "skill"),
        ),
        Column(
            name="level",
            parse=cells.level,
            required=True,
            example="2",
            hint="The level on the curriculum's scale; 0 says that it was shown absent",
            aliases=("rating", "proficiency", "proficiency level"),
        ),
        Column(
            name="on",
            parse=cells.day,
            required=True,
            example="2026-10-05",
            hint="The day of the rating, YYYY-MM-DD",
            aliases=("date", "day", "rated on", "from"),
        ),
        Column(
            name="until",
            parse=cells.day,
            example="2028-10-04",
            hint="The last day on which it counts, YYYY-MM-DD; without it, for good",
            aliases=("valid until", "expires"),
        ),
        Column(
            name="source",
            parse=cells.name,
            default="self",
            example="manager",
            hint="Who rated, as the curriculum names its sources; without it, self",
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
            hint="The metric's name, as the curriculum's gates have it",
            aliases=("measure", "kpi"),
        ),
        Column(
            name="month",
            parse=cells.month,
            required=True,
            example="2026-10",
            hint="The month, YYYY-MM",
            aliases=("period",),
        ),
        Column(
            name="value",
            parse=cells.decimal,
            required=True,
            example="1.04",
            hint="A number with at most four decimals; 93% is 0.93",
            aliases=("result", "amount"),
        ),
        Column(
            name="source",
            parse=cells.name,
            example="crm",
            hint="The system that it comes from",
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
_Row = TypeVar("_Row")


def read_completions(data: bytes, name: str, *, mapping: Mapped | None = None) -> tuple[CompletionRow, ...]:
    """The completions of a CSV or XLSX file. Raises Invalid with every problem at once, each with its row."""
    return _read(data, name, mapping, COMPLETIONS, CompletionRow, ("course", "on"))


def read_evidence(data: bytes, name: str, *, mapping: Mapped | None = None) -> tuple[EvidenceRow, ...]:
    """The ratings of a CSV or XLSX file. Raises Invalid with every problem at once, each with its row."""
    return _read(data, name, mapping, EVIDENCE, EvidenceRow, ("competency", "on", "source"))


def read_outcomes(data: bytes, name: str, *, mapping: Mapped | None = None) -> tuple[OutcomeRow, ...]:
    """The outcomes of a CSV or XLSX file. Raises Invalid with every problem at once, each with its row."""
    return _read(data, name, mapping, OUTCOMES, OutcomeRow, ("metric", "month"))


def _read(
    data: bytes, name: str, mapping: Mapped | None, kind: Kind, make: Callable[..., _Row], same: tuple[str, ...]
) -> tuple[_Row, ...]:
    """The rows of this kind; two that agree in the person and all of `same` are one fact told twice."""
    sheet, problems = open_sheet(data, name)
    rows: list[_Row] = []
    first: dict[tuple[Any, ...], int] = {}
    for read in read_values(sheet, kind, problems, mapping):
        if not read.whole:
            continue
        key = (_person_key(read.values["person"]), *(read.values[column] for column in same))
        earlier = first.setdefault(key, read.row)
        if earlier != read.row:
            told = " ".join(shown(str(read.values[column])) for column in ("person", *same))
            problems.add(f"says the same as row {earlier}: {told}; keep one of the two", read.row)
        elif _in_order(read.row, read.values, problems):
            rows.append(make(row=read.row, **read.values))
    problems.check()
    return tuple(rows)


def _person_key(person: str) -> str:
    return mail_key(person) if "@" in person else person


def _in_order(row: int, values: Mapping[str, Any], problems: Problems) -> bool:
    on, until = values.get("on"), values.get("until")
    if on is None or until is None or on <= until:
        return True
    problems.add(f"'until' must not be before 'on', which is {on}", row)
    return False
