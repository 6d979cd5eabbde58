"""Where a step of a stored path may be moved to: one place among the steps that can be moved, where prerequisites allow.

Reads the document of a path alone; the verb that moves a step is `study_plan.move`. Sessions have their dates and
renewals stand where they are due, so neither can be moved; others go past them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from lms.engine.curriculum import Curriculum
from lms.errors import Said, said

Way = Literal["earlier", "later"]
Steps = Sequence[Mapping[str, Any]]


def movable(document: Mapping[str, Any], curriculum: Curriculum) -> dict[str, tuple[bool, bool]]:
    """For each step that has no date of its own, by course: can it be taken one place earlier, one place later?"""
    steps = document["steps"]
    return {
        step["course"]: (
            not isinstance(moved(steps, step["course"], "earlier", curriculum), Said),
            not isinstance(moved(steps, step["course"], "later", curriculum), Said),
        )
        for step in steps
        if why_fixed(step, curriculum) is None
    }


def moved(steps: Steps, course: str, way: Way, curriculum: Curriculum) -> list[str] | Said:
    """The courses of the path, renewals left out, in the order with this step moved one place; or why it cannot be.

    The course stands on the path.
    """
    place = next(number for number, step in enumerate(steps) if step["course"] == course and not step["renews"])
    fixed = why_fixed(steps[place], curriculum)
    if fixed is not None:
        return fixed
    ahead = range(place - 1, -1, -1) if way == "earlier" else range(place + 1, len(steps))
    other = next((number for number in ahead if why_fixed(steps[number], curriculum) is None), None)
    if other is None:
        return said("It is the first step already.") if way == "earlier" else said("It is the last step already.")
    waits = _waits(steps, place, other, curriculum)
    if waits is not None:
        return waits
    order = [step["course"] for step in steps if not step["renews"]]
    one, two = order.index(course), order.index(steps[other]["course"])
    order[one], order[two] = order[two], order[one]
    return order


def why_fixed(step: Mapping[str, Any], curriculum: Curriculum) -> Said | None:
    """Why a step stands where it stands, whatever the order; None for one that can be moved."""
    known = curriculum.course_by_id.get(step["course"])
    if step["renews"]:
        return said("A renewal stands where it is due and cannot be moved.")
    if step["session"] is not None or (known is not None and known.sessions):
        return said("A session has its own date and cannot be moved.")
    return None


def _waits(steps: Steps, place: int, other: int, curriculum: Curriculum) -> Said | None:
    """What stands in the way between two places: a step that the later one rests on, directly."""

    def title(course: str) -> str:
        known = curriculum.course_by_id.get(course)
        return known.title if known else course

    if other < place:
        needed = [step["course"] for step in steps[other:place] if step["course"] in steps[place]["after"]]
        return said("It needs %(course)s first.", course=title(needed[-1])) if needed else None
    held = [step["course"] for step in steps[place + 1 : other + 1] if steps[place]["course"] in step["after"]]
    return said("%(course)s needs it first.", course=title(held[0])) if held else None
