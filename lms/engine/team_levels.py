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
from lms.engine.profile import Record, record_on


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
    entries, exempt = record.entries, record.exempt_levels
    now, before = [], []
    shown = valid = lapsing = 0
    for name in competencies:
        known = entries.get(name)
        level = record.level(name, on) if known or name in exempt else 0
        now.append(level)
        if past is not None:
            before.append(past.level(name, then))
        else:
            before.append(record.rated(name, then) if known else 0)
        if known:
            shown += 1
            valid += level > 0 or any(one.first <= on <= one.last for one in known)
        if level and _falls(record, name, level, until):
            lapsing += 1
    return Levels(now=tuple(now), then=tuple(before), shown=shown, valid=valid, lapsing=lapsing)


def _falls(record: Record, name: str, level: int, until: date) -> bool:
    """Is the level lower on the day `until`, because something has lapsed by then?"""
    ends = any(one.last < until for one in record.entries.get(name, ()))
    ends = ends or any(last < until for _, last in record.exempt_levels.get(name, ()))
    return ends and record.level(name, until) < level
