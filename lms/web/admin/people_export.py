"""The list of people as rows of a file, in the columns of the roster, so that the import reads it again unchanged.

The right of an administrator is left out: a file cannot give it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from lms.interop.sheets.roster import RIGHTS, ROSTER
from lms.interop.sheets.sheet_write import Value
from lms.services.organisation.people_list import Listed

HEADER = tuple(column.name for column in ROSTER.columns if column.name != "manager_mail")


def rows_of(people: Iterable[Listed], teams: Mapping[int, str]) -> Iterator[list[Value]]:
    """A row for each person who has a name; `teams` are the paths of the teams, the widest first."""
    for one in people:
        if one.name is None:
            continue
        values: dict[str, Value] = {
            "name": one.name,
            "mail": one.mail,
            "number": one.number,
            "team": teams.get(one.team_id or 0),
            "rights": ", ".join(right for right in one.rights if right in RIGHTS),
            "role": one.role.id if one.role else None,
            "role_since": one.role.since if one.role else None,
            "target": "; ".join(one.targets),
            "aim": one.aim,
            "weekly_hours": Decimal(one.weekly_hundredths) / 100 if one.weekly_hundredths else None,
            "language": one.language,
            "working_time": one.working_time,
        }
        yield [values[column] for column in HEADER]
