"""Spreadsheets as bytes to a header and rows of text: CSV and XLSX, told apart by content. Not what a column means."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLimits:
    """What a file may hold; beyond it the file is refused, quickly and in little memory.

    `line` is the longest row of a CSV in characters, `cells` the filled and empty cells of all rows together,
    `unpacked` the bytes of a workbook once unpacked, `problems` how many problems are listed one by one.
    """

    size: int = 20 * MEGABYTE
    unpacked: int = 128 * MEGABYTE
    rows: int = 100_000
    columns: int = 200
    cells: int = 1_000_000
    cell: int = 32_767
    line: int = MEGABYTE
    problems: int = 200


LIMITS = SheetLimits()


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row that is not blank: its number as a spreadsheet shows it, and its cells under the header's names."""

    row: int
    header: tuple[str, ...]
    values: tuple[str, ...]

    @property
    def cells(self) -> dict[str, str]:
        """Every column's text, empty where the row says nothing."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What was read. `notes` are sentences for the person who sent it, such as that other worksheets were left out.

    `decimal_comma`: may a number be written 0,93 here? Only where commas do not separate the columns.
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    notes: tuple[str, ...] = ()
    decimal_comma: bool = False


def read_sheet(data: bytes, name: str, *, limits: SheetLimits = LIMITS) -> Sheet:
    """The rows of a CSV or XLSX file; `name` stands before each problem. Raises Invalid with every problem at once."""
    raise NotImplementedError
