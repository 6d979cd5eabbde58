"""Likely dates: twenty seeded simulations of one path, each at the pace that people really keep.

A ratio is hours done to hours planned, measured elsewhere: at 0.5 a step takes twice its hours. Each simulation draws a
ratio for each study step, with replacement, and dates the path anew. A slower week may miss a session; the step then
moves to the next one, and what waits for it lets later steps go first where that helps. What is renewed is never renewed
earlier than planned. Drawing step by step makes the spread of a long path smaller than that of its steps, as it is when
delays have causes of their own. *Instead of:* one ratio for a whole simulation, which takes every delay for a trait of
the person.

This is the one module of the engine that draws random numbers. They come from a generator of its own, seeded by the
caller, so the same input gives the same dates; the import contract makes an exception for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from random import Random

from lms.engine.competency import Attainment
from lms.engine.dated import timetable_of
from lms.engine.days import Period
from lms.engine.profile import Record
from lms.engine.requirement import CourseDone, Fact, leaves
from lms.engine.schedule import Arrangement, Step
from lms.engine.timetable import Run
from lms.engine.validity import Task
from lms.engine.week import LAST, StudyDays


def likely_dates(
    record: Record,
    arrangement: Arrangement,
    *,
    weekly_hours: Fraction,
    closed: Iterable[Period] = (),
    ratios: Sequence[Fraction | float],
    seed: int,
    draws: int = 20,
) -> tuple[date | None, ...]:
    """The days on which the path may be done, one a draw, sorted; None, last, where a step finds no session any more.

    `record`, `weekly_hours` and `closed` are what the path was arranged with. With every ratio 1 each day is the path's
    own `ready_on`. Raises ValueError unless there are ratios and all are above 0.
    """
    if not ratios or min(ratios) <= 0:
        raise ValueError("the forecast needs ratios of hours done to hours planned, all above 0")
    paces = [Fraction(ratio) for ratio in ratios]
    profile, days, random = record.profile(), StudyDays(record.on, weekly_hours, closed), Random(seed)
    planned = _tasks(arrangement.steps)
    found = []
    for _ in range(draws):
        tasks = [task if task.course.sessions else _at_pace(task, random.choice(paces)) for task in planned]
        table = timetable_of(tasks, profile, days)
        run = Run(table).follow(range(len(tasks)))
        if any(run.slot(number).session != step.session for number, step in enumerate(arrangement.steps)):
            run = min(run, Run(table).overtake(range(len(tasks)), overrun=True), key=Run.key)
        found.append(run.key())
    return tuple(None if undated or day > LAST else date.fromordinal(day) for undated, day in sorted(found))


def _at_pace(task: Task, ratio: Fraction) -> Task:
    return replace(task, hours=-(-task.hours * ratio.denominator // ratio.numerator))


def _tasks(steps: Sequence[Step]) -> list[Task]:
    """The steps as tasks: renewals not before their day, and after them whatever asks for what they renew."""
    tasks = []
    for number, step in enumerate(steps):
        course, starts = step.course, step.starts
        if step.renews and starts is not None and course.sessions:
            later = tuple(session for session in course.sessions if session.starts.date() >= starts)
            course, starts = replace(course, sessions=later), None
        asked = set(leaves(course.requires))
        tasks.append(
            Task(
                course=course,
                hours=step.hours,
                key=number,
                renews=step.renews,
                not_before=starts if step.renews else None,
                after=tuple(place for place in range(number) if steps[place].renews and _gives(steps[place], asked)),
            )
        )
    return tasks


def _gives(step: Step, asked: set[Fact]) -> bool:
    levels = (
        Attainment(grant.competency, level) for grant in step.course.grants for level in range(1, grant.level + 1)
    )
    return CourseDone(step.course.id) in asked or any(level in asked for level in levels)
