"""Answers to "why?": why this step, why not that course, what a piece of evidence would save, what nobody can avoid.

Each answer is the same question solved once more with one thing changed (a course forbidden, a course forced, a fact
added), so it is exact; with the solver already grounded that takes about a millisecond.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from lms.engine.choose import Choice
from lms.engine.competency import Attainment
from lms.engine.query import Query
from lms.engine.reasons import Reason, reasons
from lms.engine.requirement import CourseDone
from lms.engine.search.landmarks import Landmarks, Link, landmarks
from lms.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why a course stands on the best path.

    `regret` is what the best path without it would cost more, in the unit of what is minimised (hundredths of hours or
    money, or courses); None when nobody can do without it, and then `chain` leads from the target to the course.
    `instead` are the ids of the courses that would take its place, `dropped` those that would go with it.
    """

    course: str
    because: tuple[Reason, ...]
    regret: int | None
    instead: tuple[str, ...]
    dropped: tuple[str, ...]
    chain: tuple[Link, ...]


class Verdict(StrEnum):
    """Why a course is not on the best path."""

    ON_THE_PATH = "on-the-path"
    NOTHING_NEW = "nothing-new"
    OUTSIDE = "outside"
    UNREACHABLE = "unreachable"
    DEARER = "dearer"


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """Why a course is not on the best path.

    With DEARER, `excess` says by how much the best path with it is worse in the unit of what is minimised (0: only the
    tie-break spoke against it), `dropped` which courses it would spare and `extra` which it would bring along.
    """

    course: str
    verdict: Verdict
    excess: int | None = None
    dropped: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Saving:
    """What would be saved, in the unit of what is minimised, if evidence for this attainment were accepted."""

    attainment: Attainment
    saved: int
    dropped: tuple[str, ...]


class Explainer:
    """Explains one question's best path. The choice is made once, on construction; of equals, that of `own_order`.

    `time_limit` in seconds stops each search; what was stopped explains the best path found by then.
    """

    def __init__(self, query: Query, own_order: Sequence[str] = (), *, time_limit: float | None = None) -> None:
        self.query = query
        self.kept, self.time_limit = query.kept(own_order), time_limit
        choice = self._choose()
        assert choice is not None, "only forced or forbidden courses can leave no choice"
        self.choice: Choice = choice

    def why(self, course: str) -> Why:
        """Why a course is on the path. Raises NotFound when it is not."""
        number = self._number(course)
        if number not in self.choice.courses:
            raise NotFound(f"course '{course}' is not on this path; ask with --why-not")
        without = self._choose(forbid=[number])
        chain = tuple(self.unavoidable().chain(number)) if without is None else ()
        return Why(
            course=course,
            because=self._because(number),
            regret=None if without is None else without.objective - self.choice.objective,
            instead=() if without is None else self._ids(set(without.courses) - set(self.choice.courses)),
            dropped=() if without is None else self._ids(set(self.choice.courses) - set(without.courses) - {number}),
            chain=chain,
        )

    def why_not(self, course: str) -> WhyNot:
        """Why a course is not on the path. Raises NotFound for one that the curriculum does not have."""
        known = self.query.choosers.curriculum.course_by_id.get(course)
        if known is None:
            raise NotFound(f"the curriculum has no course '{course}'")
        profile = self.query.profile
        held = all(profile.levels.get(grant.competency, 0) >= grant.level for grant in known.grants)
        named = course not in profile.done and CourseDone(course) in self.query.net.fact_index
        if held and not named and (known.grants or course in profile.done):
            return WhyNot(course=course, verdict=Verdict.NOTHING_NEW)
        number = self.query.net.course_index.get(course)
        if number is None:
            return WhyNot(course=course, verdict=Verdict.OUTSIDE)
        if number in self.choice.courses:
            return WhyNot(course=course, verdict=Verdict.ON_THE_PATH)
        forced = self._choose(force=[number])
        if forced is None:
            return WhyNot(course=course, verdict=Verdict.UNREACHABLE)
        return WhyNot(
            course=course,
            verdict=Verdict.DEARER,
            excess=forced.objective - self.choice.objective,
            dropped=self._ids(set(self.choice.courses) - set(forced.courses)),
            extra=self._ids(set(forced.courses) - set(self.choice.courses) - {number}),
        )

    def savings(self, of: str | None = None, among: Collection[str] | None = None) -> tuple[Saving, ...]:
        """What evidence would save: attainments of the slice not held yet, the greatest saving first.

        `of` asks only for evidence by which this course would drop out, `among` only for evidence of these competencies
        (each attainment is a search of its own).
        """
        query, found = self.query, []
        for node, fact in enumerate(query.net.facts):
            if not isinstance(fact, Attainment) or query.profile.holds(fact) or not query.reached[node]:
                continue
            if among is not None and fact.competency not in among:
                continue
            more = {n for level, n in query.net.levels[fact.competency] if level <= fact.level}
            choice = query.chooser().choose(sorted({*query.owned, *more}), query.renewed, time_limit=self.time_limit)
            assert choice is not None, "nothing was forced or forbidden"
            if choice.objective < self.choice.objective:
                dropped = self._ids(set(self.choice.courses) - set(choice.courses))
                found.append(Saving(fact, self.choice.objective - choice.objective, dropped))
        if of is not None:
            found = [saving for saving in found if of in saving.dropped]
        return tuple(sorted(found, key=lambda saving: (-saving.saved, saving.attainment)))

    def unavoidable(self) -> Landmarks:
        """What this person cannot do without on any path to the target."""
        return landmarks(self.query.net, self.query.owned)

    def mandatory(self) -> tuple[str, ...]:
        """The ids of the courses on the path that nobody with this profile can avoid."""
        goals = [node for node in self.query.net.wanted if self.query.reached[node]]
        return self._ids(self.unavoidable().of_goal(goals))

    def _choose(self, *, force: Collection[int] = (), forbid: Collection[int] = ()) -> Choice | None:
        return self.query.choose(self.kept, force=force, forbid=forbid, time_limit=self.time_limit)

    def _because(self, number: int) -> tuple[Reason, ...]:
        steps = self.query.arrange(self.choice.courses).steps
        why = reasons(self.query.profile, [(step.course, step.renews) for step in steps], self.query.target)
        course = self.query.net.courses[number].id
        place = next(i for i, step in enumerate(steps) if step.course.id == course and not step.renews)
        return tuple(why[place].because)

    def _number(self, course: str) -> int:
        if course not in self.query.choosers.curriculum.course_by_id:
            raise NotFound(f"the curriculum has no course '{course}'")
        return self.query.net.course_index.get(course, -1)

    def _ids(self, courses: Collection[int]) -> tuple[str, ...]:
        return tuple(self.query.net.courses[course].id for course in sorted(courses))
