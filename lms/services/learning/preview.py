"""One's own path at other hours a week, planned in memory exactly as it would be stored; nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from lms.errors import Invalid
from lms.services import calendar, curricula, paths
from lms.services.access import About, Actor, Permission, require
from lms.services.learning import outlook
from lms.services.learning.plan_one import PREVIEW, plan_one
from lms.services.organisation import assignments
from lms.storage.snapshot import load_people


def at_hours(session: Session, actor: Actor, weekly_hundredths: int, *, now: datetime) -> Mapping[str, Any] | None:
    """The columns of the path as `storage.paths.Path` has them; None for somebody without one.

    `weekly_hundredths` are hundredths of an hour. Raises Denied, and Invalid for hours that no week has.
    """
    require(actor, Permission.PLAN_OWN, About(person_id=actor.person_id))
    problems = assignments.plan_problems((), None, (), None, weekly_hundredths)
    if problems:
        raise Invalid(*problems)
    number, on = actor.person_id or 0, calendar.today(session, now=now)
    snapshot = load_people(session, [number], on).get(number)
    if snapshot is None:
        return None
    offered = curricula.published(session)
    version, _ = paths.version_for(session, snapshot, offered)
    if version is None:
        return None
    habits = outlook.habits_of(session, [number], on, offered)[number]
    other = replace(snapshot, person=replace(snapshot.person, weekly_hours=Fraction(weekly_hundredths, 100)))
    return plan_one(number, other, version, on, habits, patience=PREVIEW).row
