"""Histories as samples: how long people took, waited and what they missed, read for many at once in a fixed number of
queries. What the samples are is the engine's (`engine/habits.py`); here stand the rows that they come from.

Of a level only the newest entries are read, by their numbers in the ledger, so that reading costs the same on a large
site and two readings of the same rows agree. What a level reads of the team and the site is kept with the session until
the ledger grows, since a job plans many people in a row.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from lms.engine.curriculum import CompletedBy, Course
from lms.engine.days import Period, months_after
from lms.engine.habits import CONFIRMED_BY, Done, hours_kept, missed, waited
from lms.engine.timetable import last_day
from lms.engine.week import StudyDays
from lms.services.curricula import Published
from lms.storage.people import Away, Person, StudyPlan
from lms.storage.record import Completion, Enrolment
from lms.storage.site import Holiday
from lms.storage.snapshot import in_force
from lms.storage.steps import Confirmation

MONTHS = 24
"""How far back habits are looked at."""
BEFORE = 6
"""Months before these in which a first completion is looked for, from which on the next one's time counts."""
USUAL_WEEK = 400
NEWEST = 1_000
"""Rows of one table that a team or the site is judged by: the newest ones."""


@dataclass(frozen=True, slots=True)
class Story:
    """The samples of one person, or of many together, counted by value."""

    ratios: Counter[int] = field(default_factory=Counter)
    waits: dict[CompletedBy, Counter[int]] = field(default_factory=lambda: {by: Counter() for by in CONFIRMED_BY})
    misses: Counter[int] = field(default_factory=Counter)

    def take(self, other: Story) -> None:
        """Add the samples of somebody else."""
        self.ratios.update(other.ratios)
        self.misses.update(other.misses)
        for by, days in other.waits.items():
            self.waits[by].update(days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads stories as they are known on a day, over the curricula that count then."""

    session: Session
    on: date
    offered: Sequence[Published]

    def stories(self, scope: ColumnElement[bool] | None, newest: int | None = NEWEST) -> dict[int, Story]:
        """The story of each person of the scope who has any, from the newest rows of it (None: from all)."""
        found: dict[int, Story] = defaultdict(Story)
        for number, ratios in self._ratios(scope, newest):
            found[number].ratios.update(ratios)
        for number, by, days in self._waits(scope, newest):
            found[number].waits[by][days] += 1
        for number, one in self._misses(scope, newest):
            found[number].misses[one] += 1
        return dict(found)

    @property
    def _since(self) -> date:
        return months_after(self.on, -MONTHS) or self.on

    def _course(self, course: str) -> Course | None:
        known = (version.curriculum.course_by_id.get(course) for version in self.offered)
        return next((found for found in known if found is not None), None)

    def _newest(self, query: Any, table: Any, scope: ColumnElement[bool] | None, newest: int | None) -> list[Any]:
        """The rows of the people in the scope, the oldest first."""
        query = query.order_by(table.id.desc()).limit(newest)
        return list(reversed(self.session.execute(query if scope is None else query.where(scope)).all()))

    def _ratios(self, scope: ColumnElement[bool] | None, newest: int | None) -> Iterable[tuple[int, list[int]]]:
        query = (
            in_force(Completion)
            .with_only_columns(
                Completion.person_id, StudyPlan.weekly_hundredths, Completion.course, Completion.completed_on
            )
            .join(Person, Person.id == Completion.person_id)
            .outerjoin(StudyPlan, StudyPlan.person_id == Completion.person_id)
            .where(
                Completion.completed_on <= self.on,
                Completion.completed_on > (months_after(self.on, -MONTHS - BEFORE) or self.on),
            )
        )
        rows: dict[int, list[Any]] = defaultdict(list)
        for row in self._newest(query, Completion, scope, newest):
            course = self._course(row.course)
            if course is not None and not course.sessions:
                rows[row.person_id].append((row.completed_on, course, row.weekly_hundredths))
        closed = self._closed(rows)
        usual = None
        for number, done in rows.items():
            away = closed.get(number)
            if away is None:
                usual = usual or StudyDays(self._first, Fraction(1), closed[None])
            days = usual if away is None else StudyDays(self._first, Fraction(1), away)
            assert days is not None, "made above"
            week = Fraction(done[0][2] or USUAL_WEEK, 100)
            yield number, hours_kept(_hours(done), days, week, since=self._since)

    @property
    def _first(self) -> date:
        return months_after(self.on, -MONTHS - BEFORE) or self.on

    def _closed(self, people: Collection[int]) -> dict[int | None, list[Period]]:
        """The days on which nobody studied, under None, and of whoever was away besides those with their own."""
        if not people:
            return {None: []}
        everybody = [Period(day, day) for day in self.session.scalars(select(Holiday.day))]
        everybody += [period for version in self.offered for period in version.curriculum.blackouts]
        closed: dict[int | None, list[Period]] = {None: everybody}
        rows = select(Away.person_id, Away.first, Away.last).where(
            Away.person_id.in_(people), Away.last >= self._first, Away.first <= self.on
        )
        for row in self.session.execute(rows):
            closed.setdefault(row.person_id, everybody[:]).append(Period(row.first, row.last))
        return closed

    def _waits(self, scope: ColumnElement[bool] | None, newest: int | None) -> Iterable[tuple[int, CompletedBy, int]]:
        """From the first time somebody asked until it was confirmed, what was asked for in between included."""
        query = (
            select(
                Confirmation.person_id,
                Confirmation.course,
                Confirmation.by,
                Confirmation.state,
                Confirmation.asked_at,
                Confirmation.answered_at,
            )
            .join(Person, Person.id == Confirmation.person_id)
            .where(
                Confirmation.state != "waiting",
                Confirmation.asked_at >= datetime.combine(self._since, time.min, UTC),
            )
        )
        asked: dict[tuple[int, str], datetime] = {}
        for row in self._newest(query, Confirmation, scope, newest):
            first = asked.setdefault((row.person_id, row.course), row.asked_at)
            if row.state != "more-asked":
                del asked[row.person_id, row.course]
            if row.state == "confirmed":
                yield row.person_id, CompletedBy(row.by), waited(first.date(), row.answered_at.date())

    def _misses(self, scope: ColumnElement[bool] | None, newest: int | None) -> Iterable[tuple[int, int]]:
        query = (
            in_force(Enrolment)
            .with_only_columns(Enrolment.person_id, Enrolment.course, Enrolment.session, Enrolment.state)
            .join(Person, Person.id == Enrolment.person_id)
            .where(Enrolment.session.is_not(None), Enrolment.since >= self._since)
        )
        latest = {
            (row.person_id, row.course, row.session): row.state for row in self._newest(query, Enrolment, scope, newest)
        }
        booked = [key for key, state in latest.items() if state == "enrolled"]
        completed = self._completed({number for number, _, _ in booked}, {course for _, course, _ in booked})
        for number, name, session in booked:
            course = self._course(name)
            held = next((each for each in course.sessions if each.id == session), None) if course else None
            if held is not None:
                one = missed(held.starts.date(), last_day(held), completed[number, name], self.on)
                if one is not None:
                    yield number, one

    def _completed(self, people: Collection[int], courses: Collection[str]) -> Mapping[tuple[int, str], list[date]]:
        found: dict[tuple[int, str], list[date]] = defaultdict(list)
        if people:
            query = in_force(Completion).with_only_columns(
                Completion.person_id, Completion.course, Completion.completed_on
            )
            for row in self.session.execute(
                query.where(Completion.person_id.in_(people), Completion.course.in_(courses))
            ):
                found[row.person_id, row.course].append(row.completed_on)
        return found


def _hours(done: Iterable[tuple[date, Course, Any]]) -> Iterable[Done]:
    """What each completion took, in order of days; whoever completes a course again renews it."""
    before: set[str] = set()
    for day, course, _ in sorted(done, key=lambda one: one[0]):
        yield Done(day, course.renewal_hours if course.id in before else course.hours)
        before.add(course.id)


def marks(session: Session) -> tuple[Any, ...]:
    """How far the tables have grown that stories come from."""
    tables = (Completion, Confirmation, Enrolment)
    return tuple(session.execute(select(*(select(func.max(each.id)).scalar_subquery() for each in tables))).one())
