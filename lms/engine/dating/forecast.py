"""Likely dates: twenty seeded runs of one path, each as somebody's weeks really go.

Each run draws, from the person's `Habits`: for every study step a ratio of hours done to hours planned (at 0.5 it takes
twice its hours), for every step that a manager or a trainer confirms the days of waiting for their word, and for every
step with a session whether that is missed. The path is then dated anew. A slower week may miss a session as well; the
step moves to the next one, and what waits for it lets later steps go first where that helps. What is renewed is never
renewed earlier than planned.

Drawing step by step makes the spread of a long path smaller than that of its steps, as it is when delays have causes of
their own. *Instead of:* one ratio for a whole run, which takes every delay for a trait of the person.

Each draw reads one number for each of these things, whatever the habits are, and the number says which share of the
samples lies below the value drawn. So the same seed compares two habits run by run, and where the order of the path is
kept, habits that are nowhere better never bring an earlier day. Each course has a stream of numbers of its own: two paths
of one person draw the same luck for the courses they share, so what differs between them is what differs in the plans.

This is the one module of the engine that draws random numbers. They come from a generator of its own, seeded by the
caller, so the same input gives the same dates; the import contract makes an exception for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from random import Random

from lms.engine.dating.habits import AS_PLANNED, CONFIRMED_BY, PER_UNIT, Habits
from lms.engine.dating.rerun import Draw, Rerun
from lms.engine.dating.week import LAST, StudyDays
from lms.engine.days import Period
from lms.engine.profile import Profile
from lms.engine.schedule import Step

DRAWS = 20


def likely_dates(
    profile: Profile,
    steps: Sequence[Step],
    on: date,
    *,
    weekly_hours: Fraction,
    closed: Iterable[Period] = (),
    habits: Habits = AS_PLANNED,
    seed: int,
    draws: int = DRAWS,
) -> tuple[date | None, ...]:
    """The days on which the path may be done, one a draw, sorted; None, last, where a step finds no session any more.

    `steps` are an arrangement's, and all else is what they were arranged with. With hours kept, no waits and nothing
    missed each day is the path's own `ready_on`. A path without steps is done on `on`.
    """
    run = Rerun(steps, profile, StudyDays(on, weekly_hours, closed))
    found = [run.as_planned] * draws
    if habits.known and steps:
        found = sorted(run.day(draw) for draw in _draws(steps, habits, seed, draws))
    return tuple(None if undated or day > LAST else date.fromordinal(day) for undated, day in found)


def _draws(steps: Sequence[Step], habits: Habits, seed: int, draws: int) -> Iterator[Draw]:
    """Of each step the numbers of its stream, by turns one for its hours or its session and one for a wait; what is not
    asked for is passed over.
    """
    stream, nothing = Random(), [0] * draws
    hours, waits, missed = [], [], []  # of each step a column, one number a draw
    paces, misses = habits.ratios.mixed(PER_UNIT), habits.misses.mixed(0)
    words = {by: habits.wait_for(by).mixed(0) for by in CONFIRMED_BY}
    for step in steps:
        course, amount = step.course, step.hours * PER_UNIT
        stream.seed(f"{seed} {course.id} {step.renews}")
        numbers = [stream.random() for _ in range(2 * draws)]
        study = not course.sessions
        hours.append([-(-amount // pace) for pace in paces.at(numbers[::2])] if study else nothing)  # rounded up
        missed.append(nothing if study else misses.at(numbers[::2]))
        waits.append(words[course.completion].at(numbers[1::2]) if course.completion in words else nothing)
    return map(Draw, map(list, zip(*hours, strict=True)), zip(*waits, strict=True), zip(*missed, strict=True))
