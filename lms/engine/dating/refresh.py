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
- What lapses again for a need it was renewed for is given up, and so are lapses beyond RENEWALS; a renewal that turns
  out to help nobody is left out again. A path without a date has no `ready_on` to hold for; its dated steps are looked
  after all the same.
- A course fact that lapses (an exemption that ends) is renewed by taking the course.

*Instead of:* choosing with validity in mind from the start, which would tie the choice of courses to their dates, and
would let a certificate that somebody renews each year change the way to a role.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from lms.engine.curriculum import Course
from lms.engine.dating.dated import Dated
from lms.engine.dating.renewal import Placing
from lms.engine.days import last_valid_day
from lms.engine.price import Minimise, course_price
from lms.engine.requirement import AtLeast, CourseDone, Fact, Requirement

RENEWALS = 50
"""How many renewals a path gets at most."""


@dataclass(frozen=True, slots=True)
class Lapse:
    """A fact that is needed later than it holds; `on` is the first day on which it no longer does."""

    fact: Fact
    on: date


class Lack(NamedTuple):
    """What a need lacks: the facts to renew, at what price, and those that no course can renew any more."""

    price: tuple[int, int, int]
    renew: tuple[Fact, ...]
    lost: tuple[Fact, ...]


NO_LACK = Lack((0, 0, 0), (), ())


def may_lapse(path: Dated) -> bool:
    """Can anything at all lapse before the last step ends? A quick look that saves most paths the walk."""
    record = path.record
    end = max((slot.ends for slot in path.slots if slot.ends is not None), default=date.min)
    for task, slot in zip(path.tasks, path.slots, strict=True):
        for grant in task.course.grants:
            if grant.valid_months is not None and slot.ends and last_valid_day(slot.ends, grant.valid_months) < end:
                return True
    lasts = [entry.last for entries in record.entries.values() for entry in entries]
    lasts += [last for levels in record.exempt_levels.values() for _, last in levels]
    return any(record.on <= last < end for last in (*lasts, *record.exempt_courses.values()))


def refresh(path: Dated, wanted: Sequence[Requirement], minimise: Minimise) -> tuple[Dated, tuple[Lapse, ...]]:
    """The path with its renewals, and what lapses for want of a course. `wanted` has to hold on the day it ends."""
    if not may_lapse(path):
        return path, ()
    refreshing = _Refreshing(path, tuple(wanted), minimise)
    refreshing.run()
    return refreshing.path, refreshing.lapses()


class _Refreshing:
    """A path while renewals are inserted into it; `renewed` and `hopeless` hold (need's key, fact)."""

    def __init__(self, path: Dated, wanted: tuple[Requirement, ...], minimise: Minimise) -> None:
        self.path, self.wanted, self.minimise = path, wanted, minimise
        self.renewed: set[tuple[int, Fact]] = set()
        self.hopeless: set[tuple[int, Fact]] = set()
        self._granting: dict[Fact, list[Course]] = {}

    def run(self) -> None:
        """Renew one fact after the other, the earliest need first, until nothing more can be done."""
        while (found := self._first_lapsed()) is not None:
            need, fact = found
            name = (self.path.key(need), fact)
            path = None
            if name not in self.renewed and len(self.renewed) < RENEWALS:
                path = self._renewed(need, fact)
            if path is None:
                self.hopeless.add(name)
            else:
                self.path = path
                self.renewed.add(name)
        self._drop_needless()

    def _drop_needless(self) -> None:
        """Leave out renewals that help nobody, such as those for a need that was given up later; the last ones first."""
        for task in [task for task in reversed(self.path.tasks) if task.renews]:
            path = self.path.without(task.key)
            lapsed = self._lapsed_by(path, None)
            if path.undated <= self.path.undated and lapsed <= self._lapsed_by(self.path, None):
                self.path = path

    def _first_lapsed(self) -> tuple[int | None, Fact] | None:
        for need in self.path.needs():
            for fact in self._lack(self.path, need).renew:
                return need, fact
        return None

    def _renewed(self, need: int | None, fact: Fact) -> Dated | None:
        """The path with the cheapest course that renews the fact and fits in; None when none does."""
        for course in self._candidates(self.path, need, fact):
            path = Placing(self.path, need, fact, course, self._lapsed_by).best()
            if path is not None:
                return path
        return None

    def lapses(self) -> tuple[Lapse, ...]:
        """What lapses in the path as it stands, by day."""
        found: dict[Lapse, None] = {}
        for need in self.path.needs():
            day, lack = self.path.day(need), self._lack(self.path, need)
            assert day is not None, "a need has a day"
            for fact in (*lack.renew, *lack.lost):
                found[Lapse(fact, self.path.facts.lapsed_on(fact, need, day))] = None
        return tuple(sorted(found, key=lambda lapse: lapse.on))

    # -- what a need lacks

    def _lack(self, path: Dated, need: int | None) -> Lack:
        """What has to be renewed for a need, as far as it holds once nothing lapses."""
        day = path.day(need)
        assert day is not None, "only dated needs are looked after"
        requirements = self.wanted if need is None else (path.tasks[need].course.requires,)
        lacks = (self._lack_of(path, need, day, item) for item in requirements)
        return _together([lack for lack in lacks if lack is not None])

    def _lack_of(self, path: Dated, need: int | None, day: date, requirement: Requirement) -> Lack | None:
        """What has to be renewed for a requirement, at the least price; None when it would not hold even then."""
        if isinstance(requirement, AtLeast):
            lacks = [self._lack_of(path, need, day, item) for item in requirement.items]
            known = sorted((lack for lack in lacks if lack is not None), key=lambda lack: (len(lack.lost), lack.price))
            return _together(known[: requirement.n]) if len(known) >= requirement.n else None
        if path.facts.held(requirement, need, day):
            return NO_LACK
        if not path.facts.lasting(requirement, need, day):
            return None
        candidates = self._candidates(path, need, requirement)
        if not candidates or (path.key(need), requirement) in self.hopeless:
            return Lack((0, 0, 0), (), (requirement,))
        return Lack(self._price(path, need, candidates[0]), (requirement,), ())

    def _lapsed_by(self, path: Dated, need: int | None) -> set[tuple[int, Fact]]:
        """What lapses by a need, that need included."""
        found: set[tuple[int, Fact]] = set()
        for earlier in path.needs():
            lack = self._lack(path, earlier)
            found |= {(path.key(earlier), fact) for fact in (*lack.renew, *lack.lost)}
            if earlier == need:
                break
        return found

    # -- what renews a fact

    def _candidates(self, path: Dated, need: int | None, fact: Fact) -> list[Course]:
        """The courses that make the fact hold, the cheapest first as seen from the need."""
        if fact not in self._granting:
            self._granting[fact] = [course for course in path.record.curriculum.courses if _grants(course, fact)]
        return sorted(self._granting[fact], key=lambda course: self._price(path, need, course))

    def _price(self, path: Dated, need: int | None, course: Course) -> tuple[int, int, int]:
        again = course.id in path.record.completed or any(task.course.id == course.id for task in path.tasks[:need])
        return course_price(course, renewal=again).by(self.minimise)


def _grants(course: Course, fact: Fact) -> bool:
    if isinstance(fact, CourseDone):
        return course.id == fact.course
    return any(grant.competency == fact.competency and grant.level >= fact.level for grant in course.grants)


def _together(lacks: Sequence[Lack]) -> Lack:
    """Several lacks as one."""
    hours, cost, courses = (sum(column) for column in zip(NO_LACK.price, *(lack.price for lack in lacks), strict=True))
    renew = dict.fromkeys(fact for lack in lacks for fact in lack.renew)
    lost = dict.fromkeys(fact for lack in lacks for fact in lack.lost)
    return Lack((hours, cost, courses), tuple(renew), tuple(lost))
