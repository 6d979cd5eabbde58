"""What publishing would change for each person, and for how many: two paths of one day compared, and counted.

Pure: paths in, codes and numbers out. Who plans them, and who may see which numbers, is not decided here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from lms.engine.path import LearningPath, Status

Seat = tuple[str, str]
"""A course and one of its sessions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What of a path is compared: hours (hundredths), the day of being trained, requirements, status, and its steps with
    the sessions in which they are taken.
    """

    hours: int
    ready_on: date | None
    met: int
    required: int
    status: Status
    courses: tuple[str, ...]
    seats: tuple[Seat, ...]

    @property
    def reaches(self) -> bool:
        """Do courses lead there?"""
        return self.status is not Status.BLOCKED


def standing(path: LearningPath) -> Standing:
    """What of this path is compared."""
    return Standing(
        hours=path.hours,
        ready_on=path.ready_on,
        met=path.met,
        required=path.required,
        status=path.status,
        courses=tuple(step.course.id for step in path.steps),
        seats=tuple((step.course.id, step.session.id) for step in path.steps if step.session is not None),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One person before and after; None without a path. `stays`: has the version that others might get first?"""

    person: int
    before: Standing | None
    after: Standing | None
    stays: bool

    @property
    def changed(self) -> bool:
        """Would the person notice anything?"""
        return any(kind(self) != SAME for kind in KINDS.values())


SAME = "same"


def _hours(row: Row) -> str:
    a, b = row.before, row.after
    if a is None or b is None:
        return SAME if a is b else "found" if a is None else "lost"
    if a.hours != b.hours:
        return "shorter" if b.hours < a.hours else "longer"
    return SAME if (a.courses, a.seats) == (b.courses, b.seats) else "other"


def _date(row: Row) -> str:
    a = row.before.ready_on if row.before else None
    b = row.after.ready_on if row.after else None
    if a is None or b is None:
        return SAME if a is b else "found" if a is None else "lost"
    return SAME if a == b else "sooner" if b < a else "later"


def _reach(row: Row) -> str:
    a, b = (side is not None and side.reaches for side in (row.before, row.after))
    return SAME if a is b else "reachable" if b else "blocked"


def _ready(row: Row) -> str:
    a, b = (side is not None and side.met == side.required for side in (row.before, row.after))
    return SAME if a is b else "gained" if b else "lost"


def _asked(row: Row) -> str:
    a, b = (0 if side is None else side.required for side in (row.before, row.after))
    if a == b or row.before is None or row.after is None:
        return SAME
    return "more" if b > a else "fewer"


KINDS: Mapping[str, Callable[[Row], str]] = {
    "hours": _hours,
    "date": _date,
    "reach": _reach,
    "ready": _ready,
    "asked": _asked,
}
"""Each way of looking at a row; its codes are parts of one whole, of which one part is `SAME`."""
CODES: Mapping[str, Sequence[str]] = {
    "hours": ("shorter", "longer", "other", "found", "lost", SAME),
    "date": ("sooner", "later", "found", "lost", SAME),
    "reach": ("blocked", "reachable", SAME),
    "ready": ("gained", "lost", SAME),
    "asked": ("more", "fewer", SAME),
}
"""The codes of each, in the order in which they are told."""


def counted(rows: Sequence[Row], kind: str) -> dict[str, int]:
    """How many rows have each code of this kind."""
    found = Counter(map(KINDS[kind], rows))
    return {code: found[code] for code in CODES[kind]}


def typical_hours(rows: Iterable[Row], code: str) -> float:
    """The median difference in hours (hundredths) of the rows that get shorter or longer; 0 for none."""
    both = ((row.before, row.after) for row in rows if _hours(row) == code)
    return median([b.hours - a.hours for a, b in both if a and b] or [0])


def typical_days(rows: Iterable[Row], code: str) -> float:
    """The median difference in days of the rows whose day comes sooner or later; 0 for none."""
    both = ((row.before, row.after) for row in rows if _date(row) == code)
    return median([(b.ready_on - a.ready_on).days for a, b in both if a and b and a.ready_on and b.ready_on] or [0])


def demand(rows: Iterable[Row], *, others_stay: bool = False) -> tuple[Counter[Seat], Counter[Seat]]:
    """How many paths take each session, before and after; `others_stay`: whoever has the present version keeps it."""
    before: Counter[Seat] = Counter()
    after: Counter[Seat] = Counter()
    for row in rows:
        then = row.before if others_stay and row.stays else row.after
        before.update(row.before.seats if row.before else ())
        after.update(then.seats if then else ())
    return before, after
