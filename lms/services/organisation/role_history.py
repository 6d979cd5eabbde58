"""Where a role with its first day fits among those a person held: the one rule, for a page and for a file of thousands.

The role in force on that day needs no entry. A role from the same day on, or the same role from an earlier day on,
corrects the entry that is there; any other is a new one beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lms.storage.record import RoleAssignment


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A role to be entered; `corrects_id` names the entry it replaces, `before` says what was held on that day."""

    role: str | None
    curriculum_id: int | None
    starts: date
    corrects_id: int | None
    before: str


def placed(held: Sequence[RoleAssignment], role: str | None, curriculum_id: int | None, starts: date) -> Placed | None:
    """The entry that is needed (a role of None: none from then on), or None when it is so already.

    `held` are the entries that count, the earliest first.
    """
    before = next((row for row in reversed(held) if row.starts <= starts), None)
    after = next((row for row in held if row.starts > starts), None)
    if (before.role, before.curriculum_id) == (role, curriculum_id) if before else role is None:
        return None
    if before is not None and before.starts == starts:
        corrected: RoleAssignment | None = before
    else:
        corrected = after if after is not None and after.role == role is not None else None
    told = before or corrected
    said = f"{told.role}, {told.starts}" if told is not None and told.role else ""
    corrects_id = corrected.id if corrected else None
    return Placed(role=role, curriculum_id=curriculum_id, starts=starts, corrects_id=corrects_id, before=said)
