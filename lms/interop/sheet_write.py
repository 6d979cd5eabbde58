"""Rows to CSV and XLSX that a spreadsheet shows and does not run. `lms.interop.sheet` reads them back unchanged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from lms.interop.columns import Kind

Value = str | int | Decimal | Fraction | date | None


def to_csv(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """UTF-8 with byte-order mark, commas, CRLF; text that a spreadsheet would take for a formula gets an apostrophe."""
    raise NotImplementedError


def to_xlsx(title: str, header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """A workbook of one worksheet: text stays text, numbers are numbers, days are days. Same rows, same bytes."""
    raise NotImplementedError


def template_csv(kind: Kind) -> bytes:
    """The kind's header and one example row, which is valid and meant to be overwritten."""
    raise NotImplementedError


def template_xlsx(kind: Kind) -> bytes:
    """As the CSV, with a second worksheet that says what each column wants."""
    raise NotImplementedError
