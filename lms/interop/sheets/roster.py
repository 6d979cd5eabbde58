"""The roster: one row for each person of a sales organisation, from CSV or XLSX. Who may send one, services decide.

Nobody becomes an administrator by a file: that right is given by name, by an administrator, and is seen in the audit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from lms.errors import said
from lms.interop.reading.scalars import shown
from lms.interop.reading.text_rules import mail_key
from lms.interop.sheets import cells
from lms.interop.sheets.columns import Column, Kind, read_values
from lms.interop.sheets.sheet import Sheet, open_sheet
from lms.interop.sheets.sheet_problems import Problems

RIGHTS = ("rep", "trainer", "auditor")

_NO_ADMINISTRATOR = {"administrator": said("may not be administrator: a file cannot give that right")}

ROSTER = Kind(
    name="roster",
    title="People",
    columns=(
        Column(
            name="name",
            parse=cells.name,
            required=True,
            example="Dana Rivera",
            hint=said("The person's name, at most 200 characters"),
            aliases=("full name", "display name", "person", "employee"),
        ),
        Column(
            name="mail",
            parse=cells.mail,
            required=True,
            example="dana.rivera@acme.example",
            hint=said("The mail address the person signs in with; one account for each"),
            aliases=("e-mail", "e-mail address", "mail address", "work e-mail"),
        ),
        Column(
            name="number",
            parse=cells.personnel_number,
            example="A-1042",
            hint=said("The personnel number, at most 64 characters"),
            aliases=("personnel number", "employee number", "employee id", "staff number"),
        ),
        Column(
            name="team",
            parse=cells.team,
            example="North / Berlin",
            hint=said("The team, below the teams it belongs to, the widest first: North / Berlin"),
            aliases=("team path", "department", "org unit"),
        ),
        Column(
            name="manager_mail",
            parse=cells.mail,
            example="sam.okafor@acme.example",
            hint=said("The mail address of the person's manager"),
            aliases=("manager", "manager e-mail", "manager's mail", "manager's e-mail", "reports to"),
        ),
        Column(
            name="rights",
            parse=cells.words_of(RIGHTS, _NO_ADMINISTRATOR),
            default=(),
            example="rep",
            hint=said("rep, trainer, auditor; several with commas between. A file cannot make an administrator"),
            aliases=("right", "permissions", "access"),
        ),
        Column(
            name="role",
            parse=cells.identifier,
            example="sdr",
            hint=said("The id of the role that the person is in, as in the curriculum"),
            aliases=("role id", "current role"),
        ),
        Column(
            name="role_since",
            parse=cells.day,
            example="2026-02-01",
            hint=said("The day on which the person began in that role, YYYY-MM-DD"),
            aliases=("since", "in role since", "role start"),
        ),
        Column(
            name="target",
            parse=cells.identifiers,
            default=(),
            example="account-executive",
            hint=said("The id of the role that the person is on the way to; several with semicolons between"),
            aliases=("targets", "target role", "next role"),
        ),
        Column(
            name="aim",
            parse=cells.day,
            example="2027-03-31",
            hint=said("The date hoped for, YYYY-MM-DD"),
            aliases=("aim date", "target date"),
        ),
        Column(
            name="weekly_hours",
            parse=cells.weekly_hours,
            example="4",
            hint=said("Hours of study a week, above 0 and at most 168"),
            aliases=("hours a week", "hours per week", "study hours"),
        ),
        Column(
            name="language",
            parse=cells.language,
            example="en",
            hint=said("The language of the pages, such as en or de"),
            aliases=("lang", "locale"),
        ),
        Column(
            name="working_time",
            parse=cells.working_time,
            example="full-time",
            hint=said("full-time or part-time; empty where it is not stated. It is told only of groups"),
            aliases=("full or part time", "employment type"),
        ),
    ),
)


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
    working_time: str | None = None


def read_roster(data: bytes, name: str, *, mapping: Mapping[str, str | None] | None = None) -> tuple[RosterRow, ...]:
    """The people of a CSV or XLSX file. Raises Invalid with every problem at once, each with its row.

    `mapping` says which column each of the sheet's headers is; a header mapped to None or "" is passed over.
    """
    sheet, problems = open_sheet(data, name)
    people = people_of(sheet, problems, mapping)
    problems.check()
    return people


def people_of(
    sheet: Sheet, problems: Problems, mapping: Mapping[str, str | None] | None = None
) -> tuple[RosterRow, ...]:
    """The rows of an open sheet in which nothing is wrong; what is wrong in the others is added to `problems`."""
    people: list[RosterRow] = []
    mails: dict[str, int] = {}
    numbers: dict[str, int] = {}
    for read in read_values(sheet, ROSTER, problems, mapping):
        row, values = read.row, read.values
        alone = _is_first(row, values, "mail", mails, problems) & _is_first(row, values, "number", numbers, problems)
        if alone and _is_own_manager(values):
            alone = False
            problems.add(said("%(value)s cannot be their own manager", value=shown(values["mail"])), row)
        if alone and read.whole:
            people.append(RosterRow(row=row, **values))
    return tuple(people)


def _is_first(row: int, values: Mapping[str, Any], column: str, rows: dict[str, int], problems: Problems) -> bool:
    """Is this the first row with that mail or number? The second is a problem that names both."""
    value = values.get(column)
    if value is None:
        return True
    first = rows.setdefault(mail_key(value) if column == "mail" else value, row)
    if first != row:
        problems.add(
            said(
                "%(column)s %(value)s stands in row %(first)s and again in row %(row)s",
                column=column,
                value=shown(value),
                first=first,
                row=row,
            ),
            row,
        )
    return first == row


def _is_own_manager(values: Mapping[str, Any]) -> bool:
    mail, manager = values.get("mail"), values.get("manager_mail")
    return mail is not None and manager is not None and mail_key(mail) == mail_key(manager)
