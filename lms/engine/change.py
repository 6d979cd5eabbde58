"""What changed between two curricula or two paths, and whom a change can touch at all.

A path stays the best one unless something inside its slice moves (`engine.md`, section 5): a chosen course withdrawn
or altered, an unchosen one of the slice made cheaper, altered in what it demands or grants, or added, the role itself,
or a rule that applies to everybody. A course outside the slice, or an unchosen one withdrawn or made dearer, cannot
make another set better: the best set is still there, unchanged, and nothing overtook it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Literal

from lms.engine.curriculum import Course, Curriculum
from lms.engine.path import LearningPath, Status
from lms.engine.price import Minimise, course_price
from lms.engine.query import Choosers

Kind = Literal["competency", "course", "role", "objective", "curriculum"]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs: `was` and `now` are None for what was added or withdrawn; `what` names the fields."""

    kind: Kind
    id: str
    how: Literal["added", "withdrawn", "changed"]
    what: tuple[str, ...] = ()


def compare_curricula(old: Curriculum, new: Curriculum) -> tuple[Change, ...]:
    """Every competency, course, role and objective that was added, withdrawn or changed, and the rules for all."""
    changes: list[Change] = []
    rules = ("title", "scale", "policy", "sources", "blackouts", "equivalences", "tests")
    what = tuple(name for name in rules if getattr(old, name) != getattr(new, name))
    if what:
        changes.append(Change("curriculum", new.id, "changed", what))
    parts: tuple[tuple[Kind, Sequence[Any], Sequence[Any]], ...] = (
        ("competency", old.competencies, new.competencies),
        ("course", old.courses, new.courses),
        ("role", old.roles, new.roles),
        ("objective", old.objectives, new.objectives),
    )
    for kind, before, after in parts:
        changes += _compare(kind, {part.id: part for part in before}, {part.id: part for part in after})
    return tuple(changes)


def _compare(kind: Kind, old: dict[str, Any], new: dict[str, Any]) -> Iterable[Change]:
    for name, part in old.items():
        if name not in new:
            yield Change(kind, name, "withdrawn")
        elif part != new[name]:
            differs = tuple(f.name for f in fields(part) if getattr(part, f.name) != getattr(new[name], f.name))
            yield Change(kind, name, "changed", differs)
    yield from (Change(kind, name, "added") for name in new if name not in old)


class Touch:
    """Says of paths over the old curriculum whether they have to be planned again over the new one."""

    def __init__(self, old: Choosers, new: Choosers) -> None:
        self._old, self._new = old, new
        a, b = old.curriculum, new.curriculum
        shared = ("scale", "policy", "sources", "blackouts", "equivalences")
        self._rules = any(getattr(a, name) != getattr(b, name) for name in shared)
        self._policies = {c.id: c.policy for c in a.competencies} != {c.id: c.policy for c in b.competencies}
        self._courses = {change.id: change for change in compare_curricula(a, b) if change.kind == "course"}
        place = {course.id: number for number, course in enumerate(b.courses)}
        places = [place[course.id] for course in a.courses if course.id in place]
        self._reordered = places != sorted(places)
        self._slices: dict[tuple[str, ...], frozenset[str]] = {}

    def touches(self, path: LearningPath) -> bool:
        """Could the path be another one over the new curriculum? False is certain, True is a reason to plan again."""
        if self._rules or self._policies or self._reordered:
            return True
        roles = [(self._old.curriculum.role_by_id.get(r), self._new.curriculum.role_by_id.get(r)) for r in path.roles]
        if any(old != new or old is None for old, new in roles):
            return True
        taken = {step.course.id for step in path.steps}
        settled = path.status in (Status.READY, Status.OPTIMAL) and path.minimise is not Minimise.DATE
        if not settled or path.lapses or len(path.steps) > len(path.chosen):
            return any(course in self._slice(path.roles) for course in self._courses)
        return any(self._matters(change, taken, path) for change in self._courses.values())

    def _slice(self, roles: tuple[str, ...]) -> frozenset[str]:
        """The courses that paths to these roles can see, in the old curriculum or the new one."""
        if roles not in self._slices:
            found: set[str] = set()
            for side in (self._old, self._new):
                target = tuple(side.curriculum.role_by_id[role] for role in roles)
                found.update(course.id for course in side.of(target, Minimise.HOURS).net.courses)
            self._slices[roles] = frozenset(found)
        return self._slices[roles]

    def _matters(self, change: Change, taken: set[str], path: LearningPath) -> bool:
        if change.id not in self._slice(path.roles):
            return False
        if change.how != "changed":
            return change.how == "added" or change.id in taken or change.id in path.basis.done
        old = self._old.curriculum.course_by_id[change.id]
        new = self._new.curriculum.course_by_id[change.id]
        if change.id in taken:
            return _plan_fields(old) != _plan_fields(new)
        cheaper = any(
            b < a
            for renewal in (False, True)
            for a, b in zip(course_price(old, renewal=renewal), course_price(new, renewal=renewal), strict=True)
        )
        return cheaper or (old.requires, old.grants) != (new.requires, new.grants)


def _plan_fields(course: Course) -> tuple[Any, ...]:
    """What of a course a path depends on; texts may change without a path noticing."""
    return (course.hours, course.renewal_hours, course.cost, course.requires, course.grants, course.sessions)


@dataclass(frozen=True, slots=True, kw_only=True)
class PathChange:
    """How one person's path differs: ids of courses, hundredths of hours and money, days later (None: no date)."""

    added: tuple[str, ...]
    dropped: tuple[str, ...]
    hours: int
    cost: int
    days: int | None
    status: tuple[Status, Status]
    ready_on: tuple[date | None, date | None]
    eligible_on: tuple[date | None, date | None]
    requirements: tuple[tuple[int, int], tuple[int, int]]  # met and required, before and after

    @property
    def changed(self) -> bool:
        """Does anything differ that a person would notice?"""
        pairs = (self.ready_on, self.eligible_on, self.status, self.requirements)
        moved = any(before != after for before, after in pairs)
        return bool(self.added or self.dropped or self.hours or self.cost or moved)


def compare_paths(old: LearningPath, new: LearningPath) -> PathChange:
    """What a person sees differ between two paths."""
    before, after = set(old.chosen), set(new.chosen)
    both = old.ready_on is not None and new.ready_on is not None
    return PathChange(
        added=tuple(course for course in new.chosen if course not in before),
        dropped=tuple(course for course in old.chosen if course not in after),
        hours=new.hours - old.hours,
        cost=new.cost - old.cost,
        days=(new.ready_on - old.ready_on).days if both and new.ready_on and old.ready_on else None,
        status=(old.status, new.status),
        ready_on=(old.ready_on, new.ready_on),
        eligible_on=(old.eligible_on, new.eligible_on),
        requirements=((old.met, old.required), (new.met, new.required)),
    )
