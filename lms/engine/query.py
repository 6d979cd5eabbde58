"""One question to the engine: a person, a target, a day and what to minimise; and what all answers to it share.

Paths, explanations and the earliest date all start from the same profile, slice and prices. Nothing is chosen here
that the choosers did not choose, and nothing is kept but what does not depend on a person.

Most people of an organisation stand where somebody else stands already. What follows from where they stand alone is
worked out once for each `Start`: what can be reached, the gaps, the order of a set of courses, the reasons of its steps.
The calendar, the gates and the history are each person's own. Two people start alike when they have the same target and
hold the same of the slice's facts, completed the same of its courses, and stand at the same level of what the target asks
for: of a competency wanted at level 3 the slice may name no lower level, yet whether somebody is at 1 or at 2 says how
much an early course is worth, and is what their gap tells.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, NamedTuple, TypeVar

from lms.engine.choose import Choice, Chooser
from lms.engine.competency import Attainment
from lms.engine.curriculum import Course, Curriculum, Role
from lms.engine.dating.elevation import risen_with
from lms.engine.days import Period
from lms.engine.forks import forks
from lms.engine.person import Person
from lms.engine.price import Minimise
from lms.engine.profile import Profile, Record, record_on
from lms.engine.readiness import Gap, gaps_of, roles_of, target_items
from lms.engine.reasons import Reason, reasons
from lms.engine.requirement import Fact, Requirement, leaves
from lms.engine.schedule import Arrangement, Earliest, Ordered, earliest_ready, on_the_calendar, ordered
from lms.engine.search.net import Net, NetBuilder
from lms.errors import Invalid

KEPT = 64
REMEMBERED = 4096
Known = TypeVar("Known")


class Memory(Generic[Known]):
    """What was worked out before, by what it depends on; all of it is forgotten when it grows too large."""

    def __init__(self, room: int = REMEMBERED) -> None:
        self._room = room
        self._known: dict[object, Known] = {}

    def get(self, key: object, work_out: Callable[[], Known]) -> Known:
        """What is known for this key, worked out where it is not."""
        if key not in self._known:
            if len(self._known) >= self._room:
                self._known.clear()
            self._known[key] = work_out()
        return self._known[key]


class Asked(NamedTuple):
    """What a target asks: its top-level items, and of each competency named in them the highest level."""

    items: tuple[Requirement, ...]
    highest: Mapping[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """Where people start alike: `reached` says of each node of the net whether it can hold, `wanted` are the top-level
    items that hold or can be reached, `gaps` those that do not hold. Compared by identity, so that it is a quick key.
    """

    reached: Sequence[bool]
    wanted: tuple[Requirement, ...]
    gaps: tuple[Gap, ...]


class Told(NamedTuple):
    """Of one step: the ids of the earlier steps that it rests on, and its reasons."""

    after: tuple[str, ...]
    because: tuple[Reason, ...]


class Choosers:
    """The nets and solvers of a curriculum's targets, built when first asked for."""

    def __init__(self, curriculum: Curriculum) -> None:
        self.curriculum = curriculum
        self.builder = NetBuilder(curriculum)
        self._kept: dict[tuple[tuple[str, ...], Minimise, bool], Chooser] = {}
        self._asked: Memory[Asked] = Memory(KEPT)
        self.starts: Memory[Start] = Memory()
        self.orders: Memory[Ordered] = Memory()
        self.reasons: Memory[tuple[Told, ...]] = Memory()
        self.risen: Memory[tuple[int, ...]] = Memory()
        self.forks: Memory[Mapping[str, tuple[str, ...]]] = Memory()

    def target(self, person: Person, roles: Sequence[str] = ()) -> tuple[Role, ...]:
        """The roles to plan for: those named, else the person's targets.

        Raises Invalid when there is none, or one that the curriculum does not have.
        """
        named = tuple(roles) or person.targets
        if not named:
            raise Invalid(f"person '{person.id}' has no target role: name one in `target` or with --role")
        unknown = [role for role in named if role not in self.curriculum.role_by_id]
        if unknown:
            raise Invalid(*(f"curriculum '{self.curriculum.id}' has no role '{role}'" for role in unknown))
        return roles_of(self.curriculum, named)

    def asked(self, target: tuple[Role, ...]) -> Asked:
        """What these roles ask together."""
        return self._asked.get(tuple(role.id for role in target), lambda: _asked(target_items(target)))

    def of(self, target: tuple[Role, ...], minimise: Minimise, *, keeping: bool = False) -> Chooser:
        """The chooser of a target; the least recently built ones are forgotten beyond KEPT."""
        key = (tuple(role.id for role in target), minimise, keeping)
        if key not in self._kept:
            if len(self._kept) >= KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = Chooser(self.builder.net(self.asked(target).items), minimise, keeping=keeping)
        return self._kept[key]


def _asked(items: tuple[Requirement, ...]) -> Asked:
    highest: dict[str, int] = {}
    for item in items:
        for fact in leaves(item):
            if isinstance(fact, Attainment):
                highest[fact.competency] = max(fact.level, highest.get(fact.competency, 0))
    return Asked(items, highest)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a choice rested on, inside the target's slice: facts held, courses completed before, and those counting as
    done (exempt ones included), over one version of the curriculum.
    """

    curriculum: Curriculum = field(repr=False, compare=False)
    held: frozenset[Fact]
    completed: frozenset[str]
    done: frozenset[str]


class Query:
    """What a person holds on a day, seen from a target.

    `items` are the target's top-level items and `wanted` those that hold or can be reached; `owned` are the fact nodes
    of the net that hold, `renewed` its courses completed before, and `start` is what the person shares with others.
    """

    def __init__(
        self, choosers: Choosers, person: Person, on: date, target: tuple[Role, ...], minimise: Minimise
    ) -> None:
        self.choosers, self.person, self.on, self.target, self.minimise = choosers, person, on, target, minimise
        self.record: Record = record_on(choosers.curriculum, person, on)
        self.profile: Profile = self.record.profile()
        asked = choosers.asked(target)
        self.items: tuple[Requirement, ...] = asked.items
        self.net: Net = self.chooser().net
        self.owned = self.net.owned(self.profile)
        self.renewed = self.net.renewed(self.profile)
        levels = tuple(min(self.profile.levels.get(name, 0), top) for name, top in asked.highest.items())
        roles = tuple(role.id for role in target)
        same = (roles, minimise, tuple(self.owned), tuple(self.renewed), levels)
        self.start = choosers.starts.get(same, self._start)
        self.reached, self.wanted = self.start.reached, self.start.wanted

    def _start(self) -> Start:
        reached = self.net.reach(self.owned).held
        wanted = tuple(item for item, node in zip(self.items, self.net.wanted, strict=True) if reached[node])
        return Start(reached, wanted, gaps_of(self.items, self.profile))

    def chooser(self, *, keeping: bool = False) -> Chooser:
        """The chooser of this target. The earliest date is searched among sets in the order of hours."""
        by = Minimise.HOURS if self.minimise is Minimise.DATE else self.minimise
        return self.choosers.of(self.target, by, keeping=keeping)

    def basis(self) -> Basis:
        """What the choice for this question rests on."""
        slice_ids = self.net.course_index.keys()
        return Basis(
            curriculum=self.choosers.curriculum,
            held=frozenset(self.net.facts[node] for node in self.owned),
            completed=self.profile.completed & slice_ids,
            done=self.profile.done & slice_ids,
        )

    def kept(self, own_order: Sequence[str], previous: Sequence[str] | None = None) -> Sequence[str] | None:
        """What a plan keeps to: the person's own order as far as the target knows it, then a path before; else None."""
        own = tuple(dict.fromkeys(course for course in own_order if course in self.net.course_index))
        return tuple(dict.fromkeys((*own, *(previous or ())))) if own else previous

    def choose(
        self,
        previous: Sequence[str] | None = None,
        *,
        force: Collection[int] = (),
        forbid: Collection[int] = (),
        time_limit: float | None = None,
    ) -> Choice | None:
        """The best set of courses, whatever the calendar says; None only when `force` or `forbid` leave none."""
        index = self.net.course_index
        kept = None if previous is None else [index[course] for course in previous if course in index]
        return self.chooser(keeping=kept is not None).choose(
            self.owned, self.renewed, kept=kept, force=force, forbid=forbid, time_limit=time_limit
        )

    @property
    def closed(self) -> tuple[Period, ...]:
        """The periods on which this person does not study."""
        return (*self.person.away, *self.choosers.curriculum.blackouts)

    def arrange(self, courses: Iterable[int], previous: Sequence[str] | None = None) -> Arrangement:
        """Courses of the net in order, on the person's calendar, with what has to be renewed on the way."""
        chosen = tuple(sorted(courses))

        def order() -> Ordered:
            return ordered(*self._priced(chosen), self.wanted, self.profile.holds, previous)

        key = (self.start, chosen, None if previous is None else tuple(previous))
        return on_the_calendar(
            self.record,
            self.choosers.orders.get(key, order),
            self.wanted,
            weekly_hours=self.person.weekly_hours,
            closed=self.closed,
            minimise=self.minimise,
        )

    def why(self, steps: Sequence[tuple[Course, bool]]) -> tuple[Told, ...]:
        """What steps (course, is it a renewal) in the order of the path rest on, and why they are there."""

        def work_out() -> tuple[Told, ...]:
            ids = [course.id for course, _ in steps]
            found = reasons(self.profile, steps, self.target)
            return tuple(Told(tuple(dict.fromkeys(ids[n] for n in one.after)), tuple(one.because)) for one in found)

        key = (self.start, tuple((course.id, renews) for course, renews in steps))
        return self.choosers.reasons.get(key, work_out)

    def risen(self, courses: Sequence[Course]) -> tuple[int, ...]:
        """For each of these courses of the net, taken in turn, how many of the target's items become met with it."""
        key = (self.start, tuple(course.id for course in courses))
        return self.choosers.risen.get(key, lambda: risen_with(self.profile, self.items, courses))

    def forks(self, steps: Sequence[tuple[Course, bool, Sequence[Reason]]]) -> Mapping[str, tuple[str, ...]]:
        """Which other courses would serve as well as the steps (course, is it a renewal, reasons) of a path.

        Whatever gives what a step is there for belongs to the slice. Who is exempt from such a course does not start
        elsewhere, but is not offered it; so what is done, and the day for sessions, are part of the key.
        """
        key = (self.start, self.profile.done, self.on, tuple((course.id, renews) for course, renews, _ in steps))
        return self.choosers.forks.get(
            key, lambda: forks(self.choosers.builder, self.profile, self.wanted, steps, self.on)
        )

    def earliest_ready(self, courses: Iterable[int]) -> Earliest:
        """The earliest day on which all of these courses can be done, renewals left out."""
        chosen, hours = self._priced(tuple(sorted(courses)))
        return earliest_ready(self.record, chosen, hours, weekly_hours=self.person.weekly_hours, closed=self.closed)

    def _priced(self, chosen: Sequence[int]) -> tuple[list[Course], dict[str, int]]:
        prices = self.chooser().prices(self.renewed)
        found = [self.net.courses[course] for course in chosen]
        return found, {course.id: prices[number].hours for number, course in zip(chosen, found, strict=True)}
