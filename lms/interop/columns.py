"""Columns declared once for each kind of sheet: names, how a cell is read, an example and a hint for the template."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lms.interop.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Cell:
    """A filled cell on its way to a value: its text without outer spaces, and what a message calls its column."""

    text: str
    what: str
    decimal_comma: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. `parse` turns a filled cell into its value or raises Invalid; an empty cell is the `default`."""

    name: str
    parse: Callable[[Cell], Any]
    example: str
    hint: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    default: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of sheet, such as the roster: its columns in the template's order."""

    name: str
    title: str
    columns: tuple[Column, ...]


def suggested_mapping(sheet: Sheet, kind: Kind) -> dict[str, str | None]:
    """For each of the sheet's headers the column it names, or None: where mapping by hand begins."""
    raise NotImplementedError


def read_values(sheet: Sheet, kind: Kind, mapping: Mapping[str, str | None] | None = None) -> None:
    """Work in progress."""
    raise NotImplementedError
