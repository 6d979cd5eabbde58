"""Refreshing: what lapses before it is needed is renewed as late as is safe; what cannot be is said. Contract, *Lapses*.

The choice of courses treats every fact as lasting. Here the dated path is walked again with validity: each step needs
its course's requirement on the day it starts, and the end of the path needs the wanted items on `ready_on`. Where a fact
lapsed before that, the cheapest single course that grants it is inserted with `renews`.

Decisions, where the contract leaves room:

- *As late as is safe* is right before the step that needs the fact, or at the end for `ready_on`. Earlier places are
  tried in turn where the renewal cannot be taken there, where it would make a session be missed or move `ready_on`, or
  where something needed no later would lapse for it. Where a wait for a session follows, the renewal moves to its end.
- A renewal with sessions takes the latest session that serves without moving `ready_on`, else the earliest later one, and
  the step that needs it waits for it.
- *Cheapest* compares what is minimised, then hours and cost, then the curriculum's order, and a dearer course is used
  only where no cheaper one fits in. The price is `renewal_hours` for a course completed before or standing earlier in
  the path, else `hours`. Of an any-of or at-least-k only as many items as are missing are renewed, the cheapest.
- What lapses again for a need it was renewed for is given up, and so are lapses beyond RENEWALS. A path without a date
  has no `ready_on` to hold for; its dated steps are looked after all the same.

*Instead of:* choosing with validity in mind from the start, which would tie the choice of courses to their dates, and
would let a certificate that somebody renews each year change the way to a role.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import NamedTuple

from lms.engine.curriculum import Course
from lms.engine.price import Minimise, course_price
from lms.engine.profile import Profile, Record
from lms.engine.requirement import AtLeast, CourseDone, Fact, Requirement
from lms.engine.timetable import Run, Slot, Timetable, chronological, last_day, options_of
from lms.engine.validity import Facts, Task
from lms.engine.ways import both, chosen_set, with_needs
from lms.engine.week import StudyDays

RENEWALS = 50
"""How many renewals a path gets at most."""


@dataclass(frozen=True, slots=True)
class Lapse:
    """A fact that is needed later than it holds; `on` is the first day on which it no longer does."""

    fact: Fact
    on: date


class Refreshed(NamedTuple):
    """The tasks by the day they start on, their days, and what lapses for want of a course."""

    tasks: tuple[Task, ...]
    slots: tuple[Slot, ...]
    lapses: tuple[Lapse, ...]


def may_lapse(record: Record, tasks: Sequence[Task], slots: Sequence[Slot]) -> bool:
    """Can anything at all lapse before the last step ends? A quick look that saves most paths the walk."""
    ends = [slot.ends for slot in slots if slot.ends is not None]
    if not ends:
        return False
    end = max(ends)
    if any(grant.valid_months is not None for task in tasks for grant in task.course.grants):
        return True
    lasts = [entry.last for entries in record.entries.values() for entry in entries]
    lasts += [last for levels in record.exempt_levels.values() for _, last in levels]
    return any(record.on <= last < end for last in (*lasts, *record.exempt_courses.values()))


def refresh(
    record: Record,
    tasks: Sequence[Task],
    slots: Sequence[Slot],
    wanted: Sequence[Requirement],
    days: StudyDays,
    minimise: Minimise,
    profile: Profile,
) -> Refreshed:
    """The path with its renewals and with the lapses that stay.

    `tasks` stand by the day they start on, `slots` are their days; `wanted` has to hold on the day the last one ends.
    """
    plan = _Plan(record, profile, days, tuple(wanted), tuple(tasks), tuple(slots))
    if not may_lapse(record, tasks, slots):
        return Refreshed(plan.tasks, plan.slots, ())
    refreshing = _Refreshing(plan, minimise)
    refreshing.run()
    return Refreshed(refreshing.plan.tasks, refreshing.plan.slots, refreshing.lapses())
