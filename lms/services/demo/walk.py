"""Following a path as a person would: course after course at their own pace, with the ratings that come of it.

The path is the planner's, from the record as it stood that day. Whatever comes in between, such as a prerequisite that
lapsed, makes the person plan anew, as everybody does.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from lms.engine import person as values
from lms.engine.curriculum import CompletedBy, Course
from lms.engine.days import DAY, last_valid_day
from lms.engine.path import PathStep
from lms.engine.profile import record_on
from lms.engine.requirement import holds
from lms.services.demo.diary import Diary, Rating
from lms.services.demo.organisation import Member
from lms.services.demo.world import World

PLANS = 6
SATURDAY = 5
NOTES = (
    "Held the price through two rounds and traded the concession for a longer term.",
    "Asked before answering; the customer did most of the talking.",
    "The next step was agreed before the call ended. That is new.",
    "Prepared well. The summary mail went out the same day.",
    "Let the silence work. Good.",
    "Needs a nudge to bring in the technical buyer earlier.",
    "Shown in the pipeline review with two live deals.",
    "Observed on three calls in the same week; steady.",
)


@dataclass(slots=True, kw_only=True)
class Walker:
    """A member on the way through their two years."""

    world: World
    member: Member
    diary: Diary
    draw: random.Random
    rated: bool = field(default=True)
    """Do ratings follow completions? Not in the last days, when only what lapsed is refreshed."""

    @property
    def yesterday(self) -> date:
        """The last day on which something can have happened."""
        return self.world.today - DAY

    def follow(
        self,
        roles: Sequence[str],
        start: date,
        *,
        finish: date | None = None,
        idle: float = 1.0,
        until: date | None = None,
        keep: Callable[[Sequence[PathStep]], int] = len,
    ) -> date:
        """Complete the courses of the path to these roles from `start` on; gives the day of the last one.

        `finish` is the day by which they want to be through: they take their time when there is plenty. `idle` is how
        many times longer than their hours it takes them. `until` is where they stop; `keep` says how many of the
        steps they take.
        """
        until = min(until or self.yesterday, self.yesterday)
        for _ in range(PLANS):
            if start >= until:
                return start
            path = self.world.past.plan(self.diary.person(), start, roles=roles)
            steps = path.steps[: keep(path.steps)]
            reached = self._take(steps, start, finish, idle, until)
            if reached is None:
                return self.diary.completions[-1].on if self.diary.completions else start
            start = reached
        return start

    def _take(
        self, steps: Sequence[PathStep], start: date, finish: date | None, idle: float, until: date
    ) -> date | None:
        """Take the steps; the day on which a new plan is needed, None when there is nothing more to do."""
        days = [step.hours / self.diary.weekly_hundredths * 7 for step in steps]
        if finish is not None and days:
            idle = max(1.0, (finish - start).days / max(sum(days), 1))
        elapsed = 0.0
        for step, took in zip(steps, days, strict=True):
            elapsed += took * idle
            done = self.at_work(start + timedelta(days=int(elapsed) + 1))
            if done > until:
                return None
            if not self.may_take(step.course, done):
                return done if done > start else None
            self.complete(step.course, done)
        return None

    def at_work(self, day: date) -> date:
        """This day, or the next one that is neither at a weekend nor away."""
        while day.weekday() >= SATURDAY or any(day in period for period in self.diary.away):
            day += DAY
        return day

    def may_take(self, course: Course, day: date) -> bool:
        """Does what the course requires hold that day?"""
        record = record_on(self.world.curriculum, self.diary.person(), day)
        return holds(course.requires, lambda fact: record.holds(fact, day))

    def complete(self, course: Course, day: date) -> None:
        """A completion, and now and then a rating of what was learnt."""
        self.diary.completions.append(values.Completion(course=course.id, on=day))
        if not self.rated:
            return
        for grant in course.grants:
            if grant.valid_months is not None:
                continue  # a rating for good would hide that the course has to be taken again
            if self.draw.random() < 0.3:
                self.rate(grant.competency, grant.level, day + self.draw.randint(0, 3) * DAY, "assessment")
            if self.draw.random() < 0.3:
                self.rate(grant.competency, grant.level, day + self.draw.randint(14, 60) * DAY, "manager")
            if self.draw.random() < 0.12:
                self.rate(grant.competency, max(1, grant.level - self.draw.randint(0, 1)), day, "self")
            if self.draw.random() < 0.06:
                self.rate(grant.competency, grant.level, day + self.draw.randint(10, 40) * DAY, "peer")
            if course.completion is CompletedBy.TRAINER and self.draw.random() < 0.3:
                self.rate(grant.competency, grant.level, day + self.draw.randint(0, 7) * DAY, "trainer")

    def rate(self, competency: str, level: int, day: date, source: str, until: date | None = None) -> None:
        """A rating, unless its day is still to come; by whoever rates in this capacity."""
        if day > self.yesterday:
            return
        rater = self.rater(source, day)
        if rater is None and source == "manager":  # nobody stands above the head of sales
            source = "assessor"
            rater = self.rater(source, day)
        note = self.draw.choice(NOTES) if source in {"manager", "trainer"} and self.draw.random() < 0.25 else ""
        evidence = values.Evidence(competency=competency, level=level, on=day, until=until, source=source)
        self.diary.ratings.append(Rating(evidence=evidence, rater=rater, note=note))

    def rater(self, source: str, day: date) -> int | None:
        """Who rates, or attests, in this capacity on that day; None where it is nobody of the organisation."""
        organisation = self.world.organisation
        if source == "self":
            return self.member.number
        if source == "manager":
            return organisation.manager_of(self.member, day)
        if source in {"trainer", "assessor"}:
            return None if organisation.trainer == self.member.number else organisation.trainer
        if source == "peer":
            peers = organisation.reps.get(self.member.unit or 0, [])
            return next((one for one in peers if one != self.member.number), None)
        return None

    def renew(self, chance: float) -> None:
        """Take again, with this chance each, the courses whose grants have lapsed or will within three weeks."""
        course_by_id = self.world.curriculum.course_by_id
        waiting = list(self.diary.completions)
        soon = self.world.today + timedelta(days=21)
        while waiting:
            done = waiting.pop()
            course = course_by_id.get(done.course)
            months = (
                min((grant.valid_months for grant in course.grants if grant.valid_months), default=0) if course else 0
            )
            if course is None or not months or (lapses := last_valid_day(done.on, months)) > soon:
                continue
            if any(other.course == done.course and other.on > done.on for other in self.diary.completions):
                continue
            day = self.at_work(lapses - self.draw.randint(8, 30) * DAY)
            if self.draw.random() < chance and done.on < day <= self.yesterday and self.may_take(course, day):
                self.diary.completions.append(values.Completion(course=course.id, on=day))
                waiting.append(self.diary.completions[-1])

    def refresh(self, roles: Sequence[str]) -> None:
        """In the last two weeks, take what the path still asks for: what has lapsed meanwhile, and what that needs."""
        self.rated = False
        for day in (self.world.today - timedelta(days=back) for back in (12, 9, 6, 4, 2)):
            path = self.world.past.plan(self.diary.person(), self.world.today, roles=roles)
            done = self.at_work(day)
            for step in path.steps:
                if done <= self.yesterday and self.may_take(step.course, done):
                    self.complete(step.course, done)
        self.rated = True
