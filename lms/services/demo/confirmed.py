"""Who confirmed the courses that need somebody's word, and how long that took: each manager and the trainer in their way.

The waits are what the forecast of a path learns from, so they differ by who confirms, not by whom it is about.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.orm import Session

from lms.engine.curriculum import CompletedBy
from lms.services.demo.diary import Asked, Diary
from lms.services.demo.organisation import Member, Organisation
from lms.services.demo.world import World
from lms.storage.bulk import number_ahead
from lms.storage.record import Completion
from lms.storage.snapshot import in_force
from lms.storage.steps import Confirmation

USUAL_DAYS = (0.8, 1.5, 2.5, 4.0, 7.0)
"""How long somebody takes to confirm, on average: some the same day, some only after a week."""
LONGEST = 30
ASKED_AT, ANSWERED_AT = time(14, 30, tzinfo=UTC), time(16, 10, tzinfo=UTC)


def confirm(made: World, member: Member, diary: Diary) -> None:
    """Add to the diary who confirmed each completed course that a manager or a trainer confirms, and on which day."""
    draw = random.Random(f"confirmations:{made.seed}:{member.number}")
    last = diary.left or made.today - timedelta(days=1)
    for done in diary.completions:
        course = made.curriculum.course_by_id.get(done.course)
        if course is None or course.completion not in {CompletedBy.MANAGER, CompletedBy.TRAINER}:
            continue
        who = _who(made.organisation, member, course.completion, done.on)
        if who is not None:
            usual = random.Random(f"confirmer:{made.seed}:{who}").choice(USUAL_DAYS)
            answered = min(done.on + timedelta(days=min(LONGEST, int(draw.expovariate(1 / usual)))), last)
            diary.asked.append(
                Asked(
                    course=course.id, by=course.completion.value, done_on=done.on, answered_on=answered, answered_by=who
                )
            )


def _who(organisation: Organisation, member: Member, by: CompletedBy, day: date) -> int | None:
    """Who confirmed in this capacity on the day; None where nobody else could."""
    who = organisation.manager_of(member, day) if by is CompletedBy.MANAGER else organisation.trainer
    return None if who == member.number else who


def write(session: Session, diaries: Mapping[int, Diary], person_of: Mapping[int, int], curriculum_id: int) -> None:
    """The rows of what was confirmed and of what waits, once everybody's ledger is written."""
    completed = in_force(Completion).with_only_columns(
        Completion.id, Completion.person_id, Completion.course, Completion.completed_on
    )
    known = {(row.person_id, row.course, row.completed_on): row.id for row in session.execute(completed)}
    rows = [
        row
        for number, diary in sorted(diaries.items())
        for row in _rows(person_of[number], diary, person_of, known, curriculum_id)
    ]
    number_ahead(session, rows)
    session.add_all(rows)


def _rows(
    person_id: int,
    diary: Diary,
    person_of: Mapping[int, int],
    known: Mapping[tuple[int, str, date], int],
    curriculum_id: int,
) -> Iterator[Confirmation]:
    for asked in diary.asked:
        answered = asked.answered_on and datetime.combine(asked.answered_on, ANSWERED_AT)
        yield Confirmation(
            person_id=person_id,
            course=asked.course,
            curriculum_id=curriculum_id,
            by=asked.by,
            done_on=asked.done_on,
            asked_at=datetime.combine(asked.done_on, ASKED_AT),
            state="confirmed" if answered else "waiting",
            answered_at=answered or None,
            answered_by=None if asked.answered_by is None else person_of[asked.answered_by],
            completion_id=known[person_id, asked.course, asked.done_on] if answered else None,
        )
