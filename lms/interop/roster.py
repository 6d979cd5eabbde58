"""The roster: one row for each person of a sales organisation, from CSV or XLSX. Who may send one, services decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterRow:
    """One person as the file has them. None and () mean that the cell is empty or the column missing.

    `team` is a path such as "North / Berlin"; `rights` are among rep, trainer and auditor; `role` and `target` are
    role ids and are not looked up here.
    """

    row: int
    name: str
    mail: str
    number: str | None = None
    team: str | None = None
    manager_mail: str | None = None
    rights: tuple[str, ...] = ()
    role: str | None = None
    role_since: date | None = None
    target: tuple[str, ...] = ()
    aim: date | None = None
    weekly_hours: Fraction | None = None
    language: str | None = None


def read_roster(data: bytes, name: str, *, mapping: Mapping[str, str | None] | None = None) -> tuple[RosterRow, ...]:
    """The people of a CSV or XLSX file. Raises Invalid with every problem at once, each with its row.

    `mapping` says which column each of the sheet's headers is; a header mapped to None or "" is passed over.
    """
    raise NotImplementedError
