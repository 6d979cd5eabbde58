"""A sheet of who was there: one person a row, by mail address or personnel number. Whom that means is not looked up here."""

from __future__ import annotations

from dataclasses import dataclass

from lms.interop.sheets import cells
from lms.interop.sheets.columns import Column, Kind, read_values, suggested_mapping
from lms.interop.sheets.sheet import Sheet
from lms.interop.sheets.sheet_problems import Problems

ATTENDANCE = Kind(
    name="attendance",
    title="Attendance",
    columns=(
        Column(
            name="person",
            parse=cells.person,
            required=True,
            example="dana.rivera@acme.example",
            hint="The person's mail address or personnel number",
            aliases=(
                "mail",
                "e-mail",
                "e-mail address",
                "number",
                "personnel number",
                "employee number",
                "employee id",
            ),
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """Somebody who was there, as the file names them."""

    row: int
    person: str


def present_of(sheet: Sheet, problems: Problems) -> tuple[Present, ...]:
    """The rows in which nothing is wrong. The first column that names people is read; all others are passed over, for
    lists of who was there come from meeting tools with many more. The same person twice is there once.
    """
    suggested = suggested_mapping(sheet, ATTENDANCE)
    first = next((header for header, name in suggested.items() if name), None)
    mapping = {header: "person" if header == first else None for header in sheet.header}
    found: dict[str, Present] = {}
    for read in read_values(sheet, ATTENDANCE, problems, mapping):
        if read.whole:
            found.setdefault(read.values["person"], Present(row=read.row, person=read.values["person"]))
    return tuple(found.values())
