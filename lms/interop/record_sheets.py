"""Sheets of the record: completions, evidence and outcomes, one fact a row. Ids are not looked up here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


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


def read_completions(
    data: bytes, name: str, *, mapping: Mapping[str, str | None] | None = None
) -> tuple[CompletionRow, ...]:
    """The completions of a CSV or XLSX file. Raises Invalid with every problem at once, each with its row."""
    raise NotImplementedError


def read_evidence(
    data: bytes, name: str, *, mapping: Mapping[str, str | None] | None = None
) -> tuple[EvidenceRow, ...]:
    """The ratings of a CSV or XLSX file. Raises Invalid with every problem at once, each with its row."""
    raise NotImplementedError


def read_outcomes(data: bytes, name: str, *, mapping: Mapping[str, str | None] | None = None) -> tuple[OutcomeRow, ...]:
    """The outcomes of a CSV or XLSX file. Raises Invalid with every problem at once, each with its row."""
    raise NotImplementedError
