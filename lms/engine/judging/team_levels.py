"""The levels of one person across many competencies, on two days at once, and how well what was shown still holds.

Made for a table of many people: a record is gathered once and read for both days. Whose evidence it is and what a role
asks of it is known to whoever calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lms.engine.curriculum import Curriculum
from lms.engine.person import Person
from lms.engine.profile import Entry, Record, record_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """Levels in the order of the competencies asked about: today, and on the day looked back to.

    `shown` counts the competencies of which anything was ever shown by now, `valid` those of them where something is
    valid today, `lapsing` those whose level falls by time alone before the day looked ahead to.
    """

    now: tuple[int, ...]
    then: tuple[int, ...]
    shown: int
    valid: int
    lapsing: int


def levels_on(
    curriculum: Curriculum, person: Person, competencies: Sequence[str], *, on: date, then: date, until: date
) -> Levels:
    """The levels on the day `on` and on the earlier day `then`, and what lapses before `until`.

    The earlier day is told by what is known by now: an entry of that day which came in later counts.

    >>> from tests.build import a_course, a_curriculum, a_person
    >>> course = a_course("law", grants=["law:2"])
    >>> found = levels_on(
    ...     a_curriculum(course),
    ...     a_person(completed=[("law", date(2026, 11, 1))]),
    ...     ["law"],
    ...     on=date(2026, 11, 26),
    ...     then=date(2026, 8, 28),
    ...     until=date(2027, 1, 1),
    ... )
    >>> found.now, found.then, found.shown, found.lapsing
    ((2,), (0,), 1, 0)
    """
    record = record_on(curriculum, person, on)
    past = record_on(curriculum, person, then) if person.exempt else None
    now, before = [], []
    shown = valid = lapsing = 0
    for name in competencies:
        known = record.entries.get(name, ())
        if not known and name not in record.exempt_levels and past is None:
            now.append(0)
            before.append(0)
            continue
        counts = [one for one in known if one.first <= on <= one.last]
        level = record.by_policy(name, counts) if counts else 0
        if past is not None:
            level = record.level(name, on)
            before.append(past.level(name, then))
        else:
            counted = [one for one in known if one.first <= then <= one.last]
            before.append(level if counted == counts else record.by_policy(name, counted) if counted else 0)
        now.append(level)
        if known:
            shown += 1
            valid += bool(counts)
        if level and _ends(record, name, counts, until):
            lapsing += record.level(name, until) < level
    return Levels(now=tuple(now), then=tuple(before), shown=shown, valid=valid, lapsing=lapsing)


def _ends(record: Record, name: str, counts: Sequence[Entry], until: date) -> bool:
    """Does anything that counts today end before the day `until`?"""
    if name in record.exempt_levels:
        return True
    return any([one.last < until for one in counts])  # noqa: C419 - a list of one or two is quicker than a generator
