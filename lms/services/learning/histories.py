"""Histories as samples: how long people took, waited and what they missed, read for many at once in a fixed number of
queries. What the samples are is the engine's (`engine/dating/habits.py`); here stand the rows that they come from.

Of teams and the site only the newest rows are read, by their numbers, so that reading costs the same on a large site and
two readings of the same rows agree.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from fractions import Fraction
from functools import cache
from operator import attrgetter
from typing import Any

from sqlalchemy import bindparam, select, union
from sqlalchemy.orm import Session

from lms.engine.curriculum import CompletedBy, Course
from lms.engine.dating.habits import CONFIRMED_BY, Done, hours_kept, missed, waited
from lms.engine.dating.timetable import last_day
from lms.engine.dating.week import StudyDays
from lms.engine.days import Period, months_after
from lms.services.curricula import Published
from lms.storage.people import Away, Person, StudyPlan
from lms.storage.record import Completion, Enrolment
from lms.storage.snapshot import in_force
from lms.storage.steps import Confirmation

MONTHS = 24
"""How far back habits are looked at."""
BEFORE = 6
"""Months before these in which a first completion is looked for, from which on the next one's time counts."""
USUAL_WEEK = 400
NEWEST = 1_000
"""Rows of one table that some teams or the site are judged by: the newest ones."""


@dataclass(slots=True)
class Story:
    """The samples of one person, or of many together: `hours` of study by the ratio at which they were done, from so many
    `steps`; the others counted by value.
    """

    hours: Counter[int] = field(default_factory=Counter)
    steps: int = 0
    waits: dict[CompletedBy, Counter[int]] = field(default_factory=lambda: {by: Counter() for by in CONFIRMED_BY})
    misses: Counter[int] = field(default_factory=Counter)

    def take(self, other: Story) -> None:
        """Add the samples of somebody else."""
        self.hours.update(other.hours)
        self.steps += other.steps
        self.misses.update(other.misses)
        for by, days in other.waits.items():
            self.waits[by].update(days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads stories as they are known on a day, over the curricula that count then. `closed` are the days on which
    nobody studies.
    """

    session: Session
    on: date
    offered: Sequence[Published]
    closed: Sequence[Period]

    def site(self) -> Story:
        """The story of everybody together, from the newest rows."""
        whole = Story()
        for story in self._stories("site", {}).values():
            whole.take(story)
        return whole

    def near(self, people: Collection[int], teams: Collection[int]) -> dict[int, Story]:
        """The story of each of these people, whole, and of whoever works in these teams, from the newest rows."""
        return self._stories("near", {"people": list(people), "teams": list(teams)})

    def _stories(self, scope: str, of: Mapping[str, Any]) -> dict[int, Story]:
        asked = {
            **of,
            "on": self.on,
            "since": _months_before(self.on, MONTHS),
            "first": _months_before(self.on, MONTHS + BEFORE),
            "asked": datetime.combine(_months_before(self.on, MONTHS), time.min, UTC),
            "newest": NEWEST,
        }
        found: dict[int, Story] = defaultdict(Story)
        self._ratios(found, self._rows(completions(scope), asked))
        self._waits(found, self._rows(confirmations(scope), asked))
        self._misses(found, self._rows(enrolments(scope), asked))
        return found

    def _rows(self, statement: Any, asked: Mapping[str, Any]) -> list[Any]:
        """The rows, the oldest first."""
        return sorted(self.session.execute(statement, asked), key=attrgetter("id"))

    def _ratios(self, found: dict[int, Story], rows: Iterable[Any]) -> None:
        first, since = _months_before(self.on, MONTHS + BEFORE), _months_before(self.on, MONTHS)
        done: dict[int, list[Any]] = defaultdict(list)
        for row in rows:
            course = self._course(row.course)
            if course is not None and not course.sessions:
                done[row.person_id].append((row.completed_on, course, row.weekly_hundredths))
        away = self._away(done)
        usual = StudyDays(first, Fraction(1), self.closed)
        for number, story in done.items():
            own = away.get(number)
            days = usual if own is None else StudyDays(first, Fraction(1), (*self.closed, *own))
            week = Fraction(story[0][2] or USUAL_WEEK, 100)
            for ratio, hours in hours_kept(_hours(story), days, week, since=since):
                found[number].hours[ratio] += hours
                found[number].steps += 1

    def _away(self, people: Collection[int]) -> Mapping[int, Sequence[Period]]:
        found: dict[int, list[Period]] = defaultdict(list)
        if people:
            for row in self.session.execute(days_away(), {"people": list(people)}):
                found[row.person_id].append(Period(row.first, row.last))
        return found

    def _waits(self, found: dict[int, Story], rows: Iterable[Any]) -> None:
        """From the first time somebody asked until it was confirmed, what was asked for in between included."""
        asked: dict[tuple[int, str], datetime] = {}
        for row in rows:
            first = asked.setdefault((row.person_id, row.course), row.asked_at)
            if row.state != "more-asked":
                del asked[row.person_id, row.course]
            if row.state == "confirmed":
                days = waited(first.date(), row.answered_at.date())
                found[row.person_id].waits[CompletedBy(row.by)][days] += 1

    def _misses(self, found: dict[int, Story], rows: Iterable[Any]) -> None:
        latest = {(row.person_id, row.course, row.session): row.state for row in rows}
        booked = [key for key, state in latest.items() if state == "enrolled"]
        completed = self._completed({number for number, _, _ in booked}, {course for _, course, _ in booked})
        for number, name, session in booked:
            course = self._course(name)
            held = next((each for each in course.sessions if each.id == session), None) if course else None
            if held is not None:
                one = missed(held.starts.date(), last_day(held), completed[number, name], self.on)
                if one is not None:
                    found[number].misses[one] += 1

    def _completed(self, people: Collection[int], courses: Collection[str]) -> Mapping[tuple[int, str], list[date]]:
        found: dict[tuple[int, str], list[date]] = defaultdict(list)
        if people:
            columns = (Completion.person_id, Completion.course, Completion.completed_on)
            of = (Completion.person_id.in_(people), Completion.course.in_(courses))
            for row in self.session.execute(in_force(Completion).with_only_columns(*columns).where(*of)):
                found[row.person_id, row.course].append(row.completed_on)
        return found

    def _course(self, course: str) -> Course | None:
        for version in self.offered:
            found = version.curriculum.course_by_id.get(course)
            if found is not None:
                return found
        return None


@cache  # building a statement costs as much as running it
def days_away() -> Any:
    """The days away of these people."""
    these = Away.person_id.in_(bindparam("people", expanding=True))
    return select(Away.person_id, Away.first, Away.last).where(these)


@cache
def completions(scope: str) -> Any:
    """The completions that count, with the week of whoever completed."""
    query = (
        in_force(Completion)
        .with_only_columns(
            Completion.id, Completion.person_id, Completion.course, Completion.completed_on, StudyPlan.weekly_hundredths
        )
        .join(Person, Person.id == Completion.person_id)
        .outerjoin(StudyPlan, StudyPlan.person_id == Completion.person_id)
        .where(Completion.completed_on <= bindparam("on"), Completion.completed_on > bindparam("first"))
    )
    return _scoped(query, Completion, scope)


@cache
def confirmations(scope: str) -> Any:
    """What was asked to be confirmed, and was answered or withdrawn."""
    query = (
        select(
            Confirmation.id,
            Confirmation.person_id,
            Confirmation.course,
            Confirmation.by,
            Confirmation.state,
            Confirmation.asked_at,
            Confirmation.answered_at,
        )
        .join(Person, Person.id == Confirmation.person_id)
        .where(Confirmation.state != "waiting", Confirmation.asked_at >= bindparam("asked"))
    )
    return _scoped(query, Confirmation, scope)


@cache
def enrolments(scope: str) -> Any:
    """What people said of sessions: that they come, have begun, or do not come after all."""
    query = (
        in_force(Enrolment)
        .with_only_columns(Enrolment.id, Enrolment.person_id, Enrolment.course, Enrolment.session, Enrolment.state)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.session.is_not(None), Enrolment.since >= bindparam("since"))
    )
    return _scoped(query, Enrolment, scope)


def _scoped(query: Any, table: Any, scope: str) -> Any:
    """Of the site the newest rows; `near`: of these people every row, and of these teams the newest."""
    if scope == "site":
        return query.order_by(table.id.desc()).limit(bindparam("newest"))
    own = query.where(Person.id.in_(bindparam("people", expanding=True))).subquery()
    team = query.where(Person.team_id.in_(bindparam("teams", expanding=True)))
    team = team.order_by(table.id.desc()).limit(bindparam("newest")).subquery()
    return union(select(own), select(team))


def _hours(done: Iterable[tuple[date, Course, Any]]) -> Iterable[Done]:
    """What each completion took, in order of days; whoever completes a course again renews it."""
    before: set[str] = set()
    for day, course, _ in sorted(done, key=lambda one: one[0]):
        yield Done(day, course.renewal_hours if course.id in before else course.hours)
        before.add(course.id)


def _months_before(day: date, months: int) -> date:
    return months_after(day, -months) or day
