"""A curriculum's own tests: what its author asserts of made-up people, run by `check` and before publishing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from lms.engine.curriculum import Curriculum, CurriculumTest
from lms.engine.path import LearningPath, Planner, Status
from lms.errors import Said, one_after_another, said

ARRIVES = (Status.READY, Status.OPTIMAL)
STATUSES = {
    Status.READY: said("ready"),
    Status.OPTIMAL: said("optimal"),
    Status.FEASIBLE: said("feasible"),
    Status.BLOCKED: said("blocked"),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one test ended; `found` are sentences on what was found instead, none when it passed."""

    title: str
    found: tuple[Said, ...] = ()

    @property
    def passed(self) -> bool:
        """Was it as the author says?"""
        return not self.found

    @property
    def message(self) -> str:
        """What was found instead; empty when it passed."""
        return "; ".join(self.found)


def run_tests(curriculum: Curriculum, today: date) -> tuple[Outcome, ...]:
    """Run every test of the curriculum, on its own date or today."""
    planner = Planner(curriculum)
    return tuple(_run(planner, test, today) for test in curriculum.tests)


def _run(planner: Planner, test: CurriculumTest, today: date) -> Outcome:
    path = planner.plan(test.person, test.on or today, roles=test.roles)
    return Outcome(test.title, tuple(_problems(test, path)))


def _problems(test: CurriculumTest, path: LearningPath) -> Iterator[Said]:
    status, most = STATUSES[path.status], test.at_most
    if test.status is None and path.status not in ARRIVES:
        reached = said("the path is %(status)s", status=status)
        causes = [unmet.why for unmet in path.unmet]
        yield said("%(found)s (%(causes)s)", found=reached, causes=one_after_another(causes)) if causes else reached
    if test.status is not None and path.status != test.status:
        yield said("the path is %(status)s, not %(wanted)s", status=status, wanted=STATUSES[Status(test.status)])
    if most.hours is not None and path.hours > most.hours:
        yield said("it takes %(found)s hours, not at most %(most)s", found=_plain(path.hours), most=_plain(most.hours))
    if most.cost is not None and path.cost > most.cost:
        yield said("it takes %(found)s cost, not at most %(most)s", found=_plain(path.cost), most=_plain(most.cost))
    if most.courses is not None and len(path.steps) > most.courses:
        yield said("it takes %(found)s courses, not at most %(most)s", found=len(path.steps), most=most.courses)
    if most.days is not None and path.ready_on is None:
        yield said("it takes no known number of days, not at most %(most)s", most=most.days)
    elif most.days is not None and path.ready_on is not None and (days := (path.ready_on - path.on).days) > most.days:
        yield said("it takes %(found)s days, not at most %(most)s", found=days, most=most.days)


def _plain(hundredths: int) -> str:
    return f"{hundredths / 100:g}"
