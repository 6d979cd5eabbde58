"""What a person did about the steps of their path: what they began, and whose word they asked for. One question for both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, null, select, type_coerce
from sqlalchemy.orm import Session

from lms.storage.record import Enrolment
from lms.storage.snapshot import in_force
from lms.storage.steps import Confirmation

_AROUND = (
    select(
        Confirmation.course,
        Confirmation.state,
        Confirmation.by,
        Confirmation.asked_at,
        Confirmation.answered_at,
        type_coerce(null(), Enrolment.session.type).label("session"),
        type_coerce(null(), Enrolment.since.type).label("since"),
        Confirmation.id.label("number"),
    )
    .where(Confirmation.person_id == bindparam("person_id"))
    .union_all(
        in_force(Enrolment)
        .with_only_columns(
            Enrolment.course,
            Enrolment.state,
            null(),
            null(),
            null(),
            Enrolment.session,
            Enrolment.since,
            Enrolment.id,
        )
        .where(Enrolment.person_id == bindparam("person_id"))
    )
    .order_by("since", "number")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Somebody's word that was asked for: of a manager or a trainer (`by`). It waits, or more was asked for."""

    course: str
    state: str
    by: str
    asked_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What a person began of a course: started on a day, or a seat kept in a session."""

    state: str
    session: str | None
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """By course the newest word asked for that is still open, and what was begun and not given back."""

    asked: Mapping[str, Asked]
    begun: Mapping[str, Begun]


NOTHING = Around(asked={}, begun={})


def around(session: Session, person_id: int) -> Around:
    """What a person began and asked for."""
    rows: list[Any] = list(session.execute(_AROUND, {"person_id": person_id}))
    asked = {row.course: row for row in rows if row.by is not None}
    begun = {row.course: row for row in rows if row.by is None}
    return Around(
        asked={course: _asked(row) for course, row in asked.items() if row.state in {"waiting", "more-asked"}},
        begun={
            course: Begun(state=row.state, session=row.session, since=row.since)
            for course, row in begun.items()
            if row.state != "withdrawn"
        },
    )


def _asked(row: Any) -> Asked:
    return Asked(course=row.course, state=row.state, by=row.by, asked_at=row.asked_at, answered_at=row.answered_at)
