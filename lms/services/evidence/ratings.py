"""Recording ratings in the ledger: one audit entry, one entry for each rating, and the paths of those rated replanned.

Whoever asks others for ratings (rounds, cycles, interviews) records them here too. The policy of the curriculum makes a
level of them; a rating may be lower than what was held, or 0, which says that it was shown absent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.engine.curriculum import Curriculum
from lms.engine.days import last_valid_day
from lms.services import ledger
from lms.services.access import Actor
from lms.services.replanning import input_changed
from lms.storage.record import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """Somebody's word about a competency of a person: its level, who says so in what capacity, and what they say."""

    person_id: int
    competency: str
    level: int
    source: str
    """Self, peer, manager, trainer, assessor … as the curriculum ranks them."""
    rater_id: int | None
    shown_on: date
    until: date | None = None
    text: str = ""


def rate(
    session: Session,
    actor: Actor,
    ratings: Sequence[Rating],
    *,
    action: str = "evidence.rated",
    subject: tuple[str, int] | None = None,
    now: datetime,
    **data: Any,
) -> list[Evidence]:
    """Append these ratings, and have the paths of those rated planned again; the rest as `append`."""
    rows = append(session, actor, ratings, action=action, subject=subject, now=now, **data)
    input_changed(session, sorted({one.person_id for one in ratings}), now=now, actor=actor)
    return rows


def append(
    session: Session,
    actor: Actor,
    ratings: Sequence[Rating],
    *,
    action: str,
    subject: tuple[str, int] | None = None,
    now: datetime,
    **data: Any,
) -> list[Evidence]:
    """Append these ratings; whoever calls has asked for permission, and says that the input of paths has changed.

    `action`, `subject` (else the person, where it is one) and `data` are those of the audit entry.
    """
    rows = {
        Evidence(
            person_id=one.person_id,
            competency=one.competency,
            level=one.level,
            shown_on=one.shown_on,
            until=one.until,
            source=one.source,
            rater_id=one.rater_id,
        ): one.text
        for one in ratings
    }
    people = sorted({one.person_id for one in ratings})
    about = ("person", people[0]) if len(people) == 1 else None
    ledger.note(session, actor, action, now=now, subject=subject or about, rows=list(rows), texts=rows, **data)
    session.flush()  # whoever keeps a reference needs the numbers
    return list(rows)


def lasts(
    curriculum: Curriculum, competency: str, level: int, shown_on: date, until: date | None = None
) -> date | None:
    """The last day on which a rating counts: as long as what courses grant at this level, or `until` where that is
    earlier; None for good. Where one course grants the level for good, so does a rating.
    """
    months = [
        grant.valid_months
        for course in curriculum.courses
        for grant in course.grants
        if grant.competency == competency and grant.level == level
    ]
    limits = [one for one in months if one is not None]
    if level == 0 or not months or len(limits) < len(months):
        return until
    last = last_valid_day(shown_on, max(limits))
    return last if until is None else min(last, until)
