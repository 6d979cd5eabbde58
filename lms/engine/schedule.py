"""The calendar of a path: the chosen courses in order, each with its days, and what has to be renewed on the way.

Three questions, asked one after the other: which order unlocks earliest (`engine/ordering/order.py`), or keeps the person's own;
which days follow from it (`engine/dating/timetable.py`) and, with sessions, which order ends earliest (`engine/dating/fastest.py`);
and what lapses before it is needed (`engine/dating/refresh.py`).

Decisions. With sessions the earliest `ready_on` comes first, then the earliest unlock. A person's own order is kept even
where another one would end earlier, but for waits, which later steps fill; only where the date itself is minimised does
the date come first, and then as few pairs of steps as possible change places. *Instead of:* sorting a person's own order
anew with each session that is announced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import combinations
from typing import NamedTuple

from lms.engine.curriculum import Course, Session
from lms.engine.dating.dated import Dated
from lms.engine.dating.fastest import NODES, Measure, fastest
from lms.engine.dating.refresh import Lapse, refresh
from lms.engine.dating.timetable import Run, Slot, Timetable, chronological
from lms.engine.dating.validity import Task
from lms.engine.dating.week import StudyDays
from lms.engine.days import Period
from lms.engine.ordering.order import Order, Targets, earliest_unlock, keeping, targets_of
from lms.engine.ordering.ways import Chosen, all_ways, chosen_set, takable_order
from lms.engine.price import Minimise
from lms.engine.profile import Record
from lms.engine.requirement import Fact, Requirement
from lms.engine.search.bitsets import positions


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One course on the calendar; hours and cost in hundredths. Its days are None where no session is left, or past
    the year 9999.
    """

    course: Course
    hours: int
    cost: int
    starts: date | None
    ends: date | None
    session: Session | None
    renews: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """Steps by the day they start on, undated ones last; they can be taken from the top.

    `ready_on` is the day the last step ends, the planning date when there is none, None when one is undated.
    `order_is_exact`: no order unlocks earlier, and no session moved a step away from it. `date_is_exact`: it is proven
    that in no order these courses end earlier, renewals left out.
    """

    steps: tuple[Step, ...]
    ready_on: date | None
    lapses: tuple[Lapse, ...]
    order_is_exact: bool
    date_is_exact: bool


class Earliest(NamedTuple):
    """The earliest day on which a set of courses can be done, None when never; `proven`: no order does it earlier."""

    ready_on: date | None
    proven: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """Chosen courses in order, before any calendar. It follows from the courses, from what is held and from the person's
    own order, so everybody who shares these shares it.

    `hours` are hundredths, one a course of `chosen`; `own` says that `order` keeps to an order of the person's own.
    """

    chosen: Chosen
    hours: tuple[int, ...]
    targets: Targets
    order: Order
    own: bool


def ordered(
    courses: Sequence[Course],
    hours: Mapping[str, int],
    wanted: Iterable[Requirement],
    holds: Callable[[Fact], bool],
    previous: Sequence[str] | None = None,
) -> Ordered:
    """Chosen courses, given in the curriculum's order, in the order that unlocks earliest or keeps to `previous`.

    `holds` says which facts hold at the start; all else is as of `arrange`. Raises ValueError when the courses cannot be
    taken in any order.
    """
    chosen = chosen_set(courses, holds)
    amounts = tuple(hours[course.id] for course in courses)
    targets = targets_of(wanted, chosen, holds)
    kept = keeping(chosen, previous) if previous else chosen
    times = [0 if course.sessions else amount for course, amount in zip(courses, amounts, strict=True)]
    order = earliest_unlock(kept, all_ways(kept), times, targets)
    return Ordered(chosen=chosen, hours=amounts, targets=targets, order=order, own=bool(previous))


def arrange(
    record: Record,
    courses: Sequence[Course],
    hours: Mapping[str, int],
    wanted: Sequence[Requirement],
    *,
    weekly_hours: Fraction,
    closed: Iterable[Period] = (),
    minimise: Minimise = Minimise.HOURS,
    previous: Sequence[str] | None = None,
) -> Arrangement:
    """Put chosen courses, given in the curriculum's order, in order and on the calendar from `record.on`.

    `hours` are hundredths for this person, by course id; `wanted` the top-level items that the courses reach or that
    hold already; `closed` the days away and the blackouts; `previous` the course ids of the person's own order. Raises
    ValueError when the courses cannot be taken in any order.

    >>> from lms.engine.curriculum import Curriculum
    >>> from lms.engine.person import Person
    >>> from lms.engine.profile import record_on
    >>> from lms.engine.requirement import CourseDone
    >>> course = Course(id="intro", title="Intro", hours=300, renewal_hours=300)
    >>> curriculum = Curriculum(id="c", title="C", scale=(), competencies=(), courses=(course,), roles=())
    >>> record = record_on(curriculum, Person(id="dana"), date(2026, 11, 23))
    >>> arrange(record, [course], {"intro": 300}, [CourseDone("intro")], weekly_hours=Fraction(7)).ready_on
    datetime.date(2026, 11, 25)
    """
    found = ordered(courses, hours, wanted, record.profile().holds, previous)
    return on_the_calendar(record, found, wanted, weekly_hours=weekly_hours, closed=closed, minimise=minimise)


def on_the_calendar(
    record: Record,
    found: Ordered,
    wanted: Sequence[Requirement],
    *,
    weekly_hours: Fraction,
    closed: Iterable[Period] = (),
    minimise: Minimise = Minimise.HOURS,
) -> Arrangement:
    """The second half of `arrange`: courses that are in order already, on this person's calendar."""
    profile, chosen, order = record.profile(), found.chosen, found.order
    days = StudyDays(record.on, weekly_hours, closed)
    table = Timetable(chosen, found.hours, days)
    if table.options and found.own and minimise is not Minimise.DATE:
        run, proven = Run(table).overtake(order.numbers, overrun=True), False
    else:
        measure = _moved(order.numbers) if found.own else _unlocked(found.targets)
        run, proven = fastest(table, order.numbers, measure)
    slots = [run.slot(number) for number in range(len(chosen.courses))]
    turns: Sequence[int] = order.numbers
    if table.options:  # without sessions study flows in this very order
        turns = chronological(chosen, slots, dict.fromkeys((*run.order, *order.numbers)))
    tasks = [Task(course=chosen.courses[number], hours=found.hours[number], key=number) for number in turns]
    dated = Dated(record, profile, days, tasks, [slots[number] for number in turns])
    path, lapses = refresh(dated, wanted, minimise)
    return Arrangement(
        steps=tuple(_step(task, slot) for task, slot in zip(path.tasks, path.slots, strict=True)),
        ready_on=path.ready_on,
        lapses=lapses,
        order_is_exact=order.exact and run.order == [n for n in order.numbers if n not in table.options],
        date_is_exact=proven,
    )


def earliest_ready(
    record: Record,
    courses: Sequence[Course],
    hours: Mapping[str, int],
    *,
    weekly_hours: Fraction,
    closed: Iterable[Period] = (),
    nodes: int = NODES,
) -> Earliest:
    """The earliest day on which all of the courses can be done, whatever their order; renewals are left out.

    Arguments as of `arrange`. `nodes` bounds the search among orders; beyond it the day found is not proven.
    """
    chosen = chosen_set(courses, record.profile().holds)
    table = Timetable(chosen, [hours[course.id] for course in courses], StudyDays(record.on, weekly_hours, closed))
    any_order = takable_order(chosen, (1 << len(courses)) - 1)
    run, proven = fastest(table, any_order, lambda _: (), nodes=nodes)
    undated, last = run.key()
    return Earliest(None if undated else date.fromordinal(last), proven)


def _unlocked(targets: Targets) -> Measure:
    """How late a run brings the wanted levels, then the courses asked for by name, then everything."""

    def measure(run: Run) -> tuple[int, ...]:
        levels = sum(min(run.times[number] for number in positions(givers)) for givers in targets.levels)
        return levels, sum(run.times[number] for number in positions(targets.named)), sum(run.times)

    return measure


def _moved(order: Sequence[int]) -> Measure:
    """How many pairs of study steps a run takes the other way round than this order."""
    place = {number: place for place, number in enumerate(order)}

    def measure(run: Run) -> tuple[int, ...]:
        places = [place[number] for number in run.order]
        return sum(one > other for one, other in combinations(places, 2)), sum(run.times)

    return measure


def _step(task: Task, slot: Slot) -> Step:
    return Step(
        course=task.course,
        hours=task.hours,
        cost=task.course.cost,
        starts=slot.starts,
        ends=slot.ends,
        session=slot.session,
        renews=task.renews,
    )
