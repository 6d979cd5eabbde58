"""Elevation: *requirements met* by date, behind a person and ahead of them. It plots evidence, never activity.

Behind are the facts of the ledger, each on the days on which it counted, as they are known by now; ahead are the path's
steps on the days on which they end, and the gates on the days on which they open. What lapses ahead the path renews in
time, so nothing falls there. The number on the planning date is that of `readiness`: it comes from the same facts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from lms.engine.competency import Attainment
from lms.engine.curriculum import AttestationGate, Course, Gate, MonthsInRole
from lms.engine.days import DAY
from lms.engine.gates import GateState, gate_state
from lms.engine.person import Exemption, Person
from lms.engine.profile import Profile, Record, completions
from lms.engine.requirement import CourseDone, Fact, Requirement, holds, leaves
from lms.engine.schedule import Step

BEHIND = timedelta(days=365)
"""How far it looks back."""
Point = tuple[date, int]
Risen = Callable[[Sequence[Course]], Sequence[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Elevation:
    """Requirements met by date, each point holding until the next: `behind` through the planning date, `ahead` after.

    `behind` begins with the first day shown and ends with the planning date.
    """

    behind: tuple[Point, ...]
    ahead: tuple[Point, ...]


def elevation(
    record: Record,
    person: Person,
    items: Sequence[Requirement],
    gates: Sequence[GateState],
    steps: Sequence[Step],
    *,
    risen: Risen | None = None,
) -> Elevation:
    """When how many requirements were met, and will be: the top-level `items` of the target and its `gates`.

    `gates` are their states on the planning date, `record.on`; `steps` those of the path. `risen` may know already what
    `risen_with` says of this profile and these items.
    """
    on = record.on
    first = on - BEHIND if on.toordinal() > BEHIND.days else date.min
    past = _Past(record, person)
    changes: Counter[date] = Counter({first: 0, on: 0})
    for item in items:
        _count(changes, first, past.days_of(item), partial(past.met, item))
    for state in gates:
        days = _days_of(state.gate, person, first, on)
        _count(changes, first, days, partial(_open, state, person))
    behind = _summed(changes, 0)
    dated = sorted((step for step in steps if step.ends), key=lambda step: step.ends or date.max)
    courses = [step.course for step in dated]
    counts = risen(courses) if risen else risen_with(record.profile(), items, courses)
    ahead = _summed(_coming(gates, dated, counts), behind[-1][1])
    return Elevation(behind=behind, ahead=ahead)


def _open(state: GateState, person: Person, day: date) -> bool:
    return gate_state(state.gate, state.role, person, day).met


def _count(changes: Counter[date], first: date, days: Iterable[date], met: Callable[[date], bool]) -> None:
    """Add to `changes` the days on which one requirement began (+1) and ceased (-1) to be met."""
    before = False
    for day in sorted({max(first, day) for day in days} | {first}):
        if met(day) != before:
            before = not before
            changes[day] += 1 if before else -1


def _summed(changes: Counter[date], start: int) -> tuple[Point, ...]:
    points = []
    for day in sorted(changes):
        start += changes[day]
        points.append((day, start))
    return tuple(points)


class _Past:
    """What held on the days up to the planning date."""

    def __init__(self, record: Record, person: Person) -> None:
        self._record = record
        self._exempt = [exemption for exemption in person.exempt if exemption.in_force(record.on)]
        self._done: dict[str, date] = {}
        for course, day in completions(record.curriculum, person, record.on):
            self._done[course] = min(day, self._done.get(course, day))

    def days_of(self, item: Requirement) -> Iterator[date]:
        """The days on which whether it is met may have changed."""
        for fact in leaves(item):
            yield from (exemption.on for exemption in self._exempt if exemption.on and _covers(exemption, fact))
            if isinstance(fact, CourseDone):
                yield from (self._done[course] for course in (fact.course,) if course in self._done)
                continue
            for entry in self._record.entries.get(fact.competency, ()):
                yield entry.first
                if entry.last < self._record.on:
                    yield entry.last + DAY

    def met(self, item: Requirement, day: date) -> bool:
        """Did it hold on this day?"""
        return holds(item, lambda fact: self._held(fact, day))

    def _held(self, fact: Fact, day: date) -> bool:
        if any(_covers(exemption, fact) and exemption.in_force(day) for exemption in self._exempt):
            return True
        if isinstance(fact, CourseDone):
            return self._done.get(fact.course, date.max) <= day
        return self._record.rated(fact.competency, day) >= fact.level


def _covers(exemption: Exemption, fact: Fact) -> bool:
    if isinstance(fact, Attainment) and isinstance(exemption.fact, Attainment):
        return exemption.fact.competency == fact.competency and exemption.fact.level >= fact.level
    return exemption.fact == fact


def _days_of(gate: Gate, person: Person, first: date, on: date) -> Iterator[date]:
    """The days up to `on` on which a gate may have opened or closed."""
    if isinstance(gate, AttestationGate):
        yield from (word.on for word in person.attestations if word.on <= on)
    elif isinstance(gate, MonthsInRole):
        reached = gate_state(gate, "", person, on).on
        yield from (reached,) if reached and reached <= on else ()
    else:
        day = on.replace(day=1)
        while day > first:
            yield day
            day = (day - DAY).replace(day=1)


def _coming(gates: Sequence[GateState], dated: Sequence[Step], risen: Sequence[int]) -> Counter[date]:
    """How many requirements become met on which of the days to come."""
    changes = Counter(state.on for state in gates if not state.met and state.on)
    for step, count in zip(dated, risen, strict=True):
        if count and step.ends is not None:
            changes[step.ends] += count
    return changes


def risen_with(profile: Profile, items: Iterable[Requirement], courses: Iterable[Course]) -> tuple[int, ...]:
    """For each of these courses, taken in turn from the profile, how many of the items become met with it."""
    levels, done = dict(profile.levels), set(profile.done)

    def held(fact: Fact) -> bool:
        if isinstance(fact, Attainment):
            return levels.get(fact.competency, 0) >= fact.level
        return fact.course in done

    risen = []
    waiting = [item for item in items if not holds(item, held)]
    for course in courses:
        done.add(course.id)
        for grant in course.grants:
            levels[grant.competency] = max(grant.level, levels.get(grant.competency, 0))
        still = [item for item in waiting if not holds(item, held)]
        risen.append(len(waiting) - len(still))
        waiting = still
    return tuple(risen)
