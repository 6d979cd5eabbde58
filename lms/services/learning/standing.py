"""Where a person stands towards one course: the version that counts for them, their record on a day, what opens the course.

Read by the page of a step and by the verbs that do one; nothing here writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from lms.engine.competency import Attainment
from lms.engine.curriculum import Course, Curriculum
from lms.engine.curriculum import Session as Meeting
from lms.engine.person import Person
from lms.engine.profile import record_on
from lms.engine.requirement import Requirement, holds, leaves, top_items
from lms.errors import NotFound, said
from lms.services import calendar, curricula
from lms.services.curricula import Published
from lms.storage.snapshot import load_people


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A person and a course of the version that counts for them, today where the site is."""

    person: Person
    version: Published
    course: Course
    on: date

    def opens(self, day: date | None = None) -> tuple[Requirement, ...]:
        """What did not hold on the day (None: today) of what the course requires; empty when it may be taken."""
        day = day or self.on
        record = record_on(self.version.curriculum, self.person, day)

        def held(item: Requirement) -> bool:
            return holds(item, lambda fact: record.holds(fact, day))

        if held(self.course.requires):
            return ()
        return tuple(item for item in top_items(self.course.requires) if not held(item))

    @property
    def began(self) -> date | None:
        """The day on which the person's first known role began; None when they never held one."""
        return min((*(stint.first for stint in self.person.stints), *filter(None, [self.person.since])), default=None)

    @property
    def done_on(self) -> tuple[date, ...]:
        """The days on which the course was completed, the earliest first; none that is still to come."""
        days = (done.on for done in self.person.completed if done.course == self.course.id)
        return tuple(sorted(day for day in days if day <= self.on))

    def held_from(self, booked: str | None) -> date | None:
        """The day on which the first session of the course ends; None without sessions, or where the person keeps a
        seat in one that is offered no more: it may have been held.
        """
        days = {one.id: last_day(one) for one in self.course.sessions}
        return None if booked and booked not in days else min(days.values(), default=None)


def stands(session: Session, person_id: int, course: str, *, now: datetime) -> Standing:
    """Where an active person stands towards a course of the version that counts for them. Raises NotFound."""
    on = calendar.today(session, now=now)
    snapshot = load_people(session, [person_id], on).get(person_id)
    version = curricula.counting(session, snapshot, curricula.published(session)) if snapshot else None
    found = version.curriculum.course_by_id.get(course) if version else None
    if snapshot is None or version is None or found is None:
        raise NotFound(said("There is no such course in your curriculum."))
    return Standing(person=snapshot.person, version=version, course=found, on=on)


def last_day(meeting: Meeting) -> date:
    """The day on which whoever was in a session has completed the course: its last one, in UTC."""
    return meeting.ends.astimezone(UTC).date()


def titles(curriculum: Curriculum, missing: Sequence[Requirement]) -> str:
    """What a course opens after, in titles alone, which need no other language: Discovery calls; Qualifying (2)."""
    named = dict.fromkeys(_title(curriculum, fact) for item in missing for fact in leaves(item))
    return "; ".join(named)


def _title(curriculum: Curriculum, fact: Requirement) -> str:
    if isinstance(fact, Attainment):
        return f"{curriculum.competency_by_id[fact.competency].title} ({fact.level})"
    course: str = fact.course  # type: ignore[union-attr]
    return curriculum.course_by_id[course].title
