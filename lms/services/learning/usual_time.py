"""How long people usually hold a role before the next one: the median of the site's own history, without names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from statistics import median
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.storage.record import RoleAssignment
from lms.storage.snapshot import in_force

ENOUGH = 5
"""People; of fewer, a median could say something about one of them."""
MONTH = 365.25 / 12


@dataclass(frozen=True, slots=True)
class Usual:
    """The median months in a role before the next, and of how many people; None where they are too few to say."""

    people: int
    months: float | None


def usual_time(session: Session, curriculum_id: int, role: str) -> Usual:
    """How long people held this role of this curriculum before they began another. Who left without one is not counted.

    Of somebody who held it more than once the last time counts.
    """
    held = select(RoleAssignment.person_id).where(
        RoleAssignment.curriculum_id == curriculum_id, RoleAssignment.role == role
    )
    rows = (
        in_force(RoleAssignment)
        .with_only_columns(
            RoleAssignment.person_id, RoleAssignment.role, RoleAssignment.curriculum_id, RoleAssignment.starts
        )
        .where(RoleAssignment.person_id.in_(held))
        .order_by(RoleAssignment.person_id, RoleAssignment.starts, RoleAssignment.id)
    )
    people: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(rows):
        people[row.person_id].append(row)
    lengths = [days for theirs in people.values() if (days := _days(theirs, curriculum_id, role)) is not None]
    enough = len(lengths) >= ENOUGH
    return Usual(len(lengths), median(lengths) / MONTH if enough else None)


def _days(rows: Iterable[Any], curriculum_id: int, role: str) -> int | None:
    """The days from the start of the role to the next one, the last time that there was a next one."""
    found = None
    for run, after in pairwise(_runs(sorted(rows, key=attrgetter("starts")))):
        if (run.curriculum_id, run.role) == (curriculum_id, role) and after.role is not None:
            found = (after.starts - run.starts).days
    return found


def _runs(rows: Sequence[Any]) -> Sequence[Any]:
    """The first assignment of each run of one role; of two on one day the later entry counts."""
    runs: list[Any] = []
    for row in rows:
        if runs and runs[-1].starts == row.starts:
            runs.pop()
        if not runs or (runs[-1].role, runs[-1].curriculum_id) != (row.role, row.curriculum_id):
            runs.append(row)
    return runs
