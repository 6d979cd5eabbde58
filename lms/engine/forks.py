"""Forks: where a step could be another course as well, so that a person may choose.

A course serves in a step's place when it gives a level that the step is on the path for, and when the path with it
instead can still be taken from the top and still reaches every goal: that is tried with the independent checker. It may
take more hours than the step: what the path costs then is said beside it, and which one is cheapest stays the planner's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from lms.engine.competency import Attainment
from lms.engine.curriculum import Course
from lms.engine.profile import Profile
from lms.engine.reasons import Reason
from lms.engine.replay import UnsoundPathError, replay
from lms.engine.requirement import Requirement
from lms.engine.search.net import NetBuilder

WAYS = 2
"""How many other courses are offered at one fork."""
TRIED = 6
"""How many are tried for one step, the shortest first."""


def forks(
    builder: NetBuilder,
    profile: Profile,
    wanted: Sequence[Requirement],
    steps: Sequence[tuple[Course, bool, Sequence[Reason]]],
    on: date,
) -> Mapping[str, tuple[str, ...]]:
    """For steps (course, is it a renewal, its reasons) that could be another course as well: the ids of those courses.

    `wanted` are the target's items that the path reaches. Renewals have no forks, and a course with sessions none of
    which is left from the day `on` is no way.
    """
    path = [course for course, _, _ in steps]
    found = {}
    for place, (course, renews, because) in enumerate(steps):
        if renews:
            continue
        ways = [
            other.id
            for other in _candidates(builder, profile, path, because, on)
            if _serves(profile, [*path[:place], other, *path[place + 1 :]], wanted)
        ]
        if ways:
            found[course.id] = tuple(ways[:WAYS])
    return found


def _candidates(
    builder: NetBuilder, profile: Profile, path: Sequence[Course], because: Sequence[Reason], on: date
) -> Iterator[Course]:
    """Courses that give a level the step is there for, the shortest first."""
    given = [reason.fact for reason in because if isinstance(reason.fact, Attainment)]
    taken = {one.id for one in path} | profile.done
    numbers = {number for fact in given for number in builder.granting(fact)}
    others = [builder.curriculum.courses[number] for number in sorted(numbers)]
    open_ = (other for other in others if other.id not in taken and _offered(other, on))
    yield from sorted(open_, key=lambda one: one.hours)[:TRIED]


def _offered(course: Course, on: date) -> bool:
    return not course.sessions or any(one.seats > 0 and one.starts.date() >= on for one in course.sessions)


def _serves(profile: Profile, path: Sequence[Course], wanted: Sequence[Requirement]) -> bool:
    try:
        replay(profile, path, wanted)
    except UnsoundPathError:
        return False
    return True
