"""A curriculum's own tests: what its author asserts of made-up people, run by `check` and before publishing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from lms.engine.curriculum import Curriculum, CurriculumTest
from lms.engine.path import LearningPath, Planner, Status

ARRIVES = (Status.READY, Status.OPTIMAL)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one test ended; `message` says what was found instead, and is empty when it passed."""

    title: str
    passed: bool
    message: str


def run_tests(curriculum: Curriculum, today: date) -> tuple[Outcome, ...]:
    """Run every test of the curriculum, on its own date or today."""
    planner = Planner(curriculum)
    return tuple(_run(planner, test, today) for test in curriculum.tests)


def _run(planner: Planner, test: CurriculumTest, today: date) -> Outcome:
    path = planner.plan(test.person, test.on or today, roles=test.roles)
    problems = list(_problems(test, path))
    return Outcome(test.title, not problems, "; ".join(problems))


def _problems(test: CurriculumTest, path: LearningPath) -> Iterator[str]:
    if test.status is None and path.status not in ARRIVES:
        causes = "; ".join(unmet.why for unmet in path.unmet)
        yield f"the path is {path.status.value}" + (f" ({causes})" if causes else "")
    if test.status is not None and path.status != test.status:
        yield f"the path is {path.status.value}, not {test.status}"
    most = test.at_most
    for name, limit, found in (("hours", most.hours, path.hours), ("cost", most.cost, path.cost)):
        if limit is not None and found > limit:
            yield f"it takes {found / 100:g} {name}, not at most {limit / 100:g}"
    if most.courses is not None and len(path.steps) > most.courses:
        yield f"it takes {len(path.steps)} courses, not at most {most.courses}"
    if most.days is not None:
        days = None if path.ready_on is None else (path.ready_on - path.on).days
        if days is None or days > most.days:
            yield f"it takes {'no known number of' if days is None else days} days, not at most {most.days}"
