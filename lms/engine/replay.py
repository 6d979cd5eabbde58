"""The independent checker: takes a path from the top, step by step, and believes nothing the planner says.

It walks requirements as the author wrote them, with none of the planner's nets, numbers or shortcuts. Every path is
replayed before it is shown or stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lms.engine.competency import Attainment
from lms.engine.curriculum import Course
from lms.engine.profile import Profile
from lms.engine.requirement import Fact, Requirement, holds
from lms.errors import LmsError


class UnsoundPathError(LmsError):
    """A planned path does not do what it says. Never a user's fault: it must not leave the engine."""

    code = "unsound-path"


def replay(profile: Profile, steps: Iterable[Course], wanted: Sequence[Requirement]) -> None:
    """Take the steps in order from the profile; at the end every wanted requirement has to hold.

    Raises UnsoundPathError naming the first step whose requirement does not hold when its turn comes, or the first
    wanted requirement that stays open.
    """
    levels = dict(profile.levels)
    done = set(profile.done)

    def held(fact: Fact) -> bool:
        if isinstance(fact, Attainment):
            return levels.get(fact.competency, 0) >= fact.level
        return fact.course in done

    for turn, course in enumerate(steps, 1):
        if not holds(course.requires, held):
            raise UnsoundPathError(f"step {turn}, '{course.id}', cannot be taken: its requirement does not hold")
        done.add(course.id)
        for grant in course.grants:
            levels[grant.competency] = max(grant.level, levels.get(grant.competency, 0))
    for requirement in wanted:
        if not holds(requirement, held):
            raise UnsoundPathError(f"the path ends without {requirement}")
