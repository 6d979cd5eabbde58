"""Why each step stands on a path: which of its grants is needed first, by which role or later course.

A step is the reason for a fact when it is the first to give it. In a group only as many items count as the group
needs, those that hold earliest. Since no step of a best path can be dropped, every step has a reason: without one, the
others could be taken in the same order and nothing would be missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from lms.engine.competency import Attainment
from lms.engine.curriculum import Course, Role
from lms.engine.profile import Profile
from lms.engine.requirement import AtLeast, CourseDone, Fact, Requirement, top_items

AT_THE_START = -1
NEVER = 1 << 60


class Reason(NamedTuple):
    """One reason of a step: the fact it gives, and the role or course that needs it."""

    fact: Fact
    kind: Literal["role", "course"]
    needed_by: str


@dataclass(slots=True)
class StepReasons:
    """Of one step: its reasons, and the earlier steps (by position) whose facts its own requirement rests on."""

    because: list[Reason] = field(default_factory=list)
    after: list[int] = field(default_factory=list)


def reasons(profile: Profile, steps: Sequence[tuple[Course, bool]], roles: Sequence[Role]) -> tuple[StepReasons, ...]:
    """For each step (course, is it a renewal) in an order that can be taken, why it is there and what it rests on.

    The choice treats what is held as lasting, so chosen steps have the reasons that they have without renewals.
    """
    found = _walk(profile, steps, roles)
    chosen = [number for number, (_, renews) in enumerate(steps) if not renews]
    if len(chosen) < len(steps):
        lasting = _walk(profile, [steps[number] for number in chosen], roles)
        for number, step in zip(chosen, lasting, strict=True):
            found[number].because = step.because
    return found


def _walk(profile: Profile, steps: Sequence[tuple[Course, bool]], roles: Sequence[Role]) -> tuple[StepReasons, ...]:
    trail = _Trail(profile)
    found = tuple(StepReasons() for _ in steps)
    for turn, (course, renews) in enumerate(steps):
        for fact, giver in trail.support(course.requires):
            _note(found, steps, giver, fact, Reason(fact, "course", course.id))
            if giver >= 0 and giver not in found[turn].after:
                found[turn].after.append(giver)
        found[turn].after.sort()
        trail.take(course, turn, renews=renews)
    for role in roles:
        for item in top_items(role.requires):
            for fact, giver in trail.support(item):
                _note(found, steps, giver, fact, Reason(fact, "role", role.id))
    for step in found:
        step.because.sort(key=lambda reason: reason.kind != "role")
    return found


def _note(
    found: Sequence[StepReasons], steps: Sequence[tuple[Course, bool]], giver: int, fact: Fact, reason: Reason
) -> None:
    if giver < 0:
        return
    if isinstance(fact, Attainment):
        grant = next(g for g in steps[giver][0].grants if g.competency == fact.competency)
        reason = reason._replace(fact=Attainment(grant.competency, grant.level))
    if reason not in found[giver].because:
        found[giver].because.append(reason)


class _Trail:
    """Which step gave a fact first; a renewal gives it anew."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._given: dict[Fact, int] = {}

    def take(self, course: Course, turn: int, *, renews: bool) -> None:
        facts: list[Fact] = [CourseDone(course.id)]
        facts += [Attainment(grant.competency, level) for grant in course.grants for level in range(1, grant.level + 1)]
        for fact in facts:
            if renews:
                self._given[fact] = turn
            elif not self._profile.holds(fact):
                self._given.setdefault(fact, turn)

    def _giver(self, fact: Fact) -> int:
        if fact in self._given:
            return self._given[fact]
        return AT_THE_START if self._profile.holds(fact) else NEVER

    def support(self, requirement: Requirement) -> list[tuple[Fact, int]]:
        """The facts that make the requirement hold, earliest first, with the step that gave each; [] if it fails."""
        when, facts = self._support(requirement)
        return facts if when < NEVER else []

    def _support(self, requirement: Requirement) -> tuple[int, list[tuple[Fact, int]]]:
        if not isinstance(requirement, AtLeast):
            giver = self._giver(requirement)
            return giver, [(requirement, giver)]
        items = sorted((self._support(item) for item in requirement.items), key=lambda pair: pair[0])
        used = items[: requirement.n]
        when = max((when for when, _ in used), default=AT_THE_START)
        return when, [pair for _, facts in used for pair in facts]
