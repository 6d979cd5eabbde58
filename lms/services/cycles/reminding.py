"""Reminding those who have not answered: of everything they are asked in one mail, and at most one a day.

Somebody who runs a cycle can have everybody reminded once a day. The clock does so by itself once shortly before the day
is over and once after it. Whoever wants no such mails gets none (`services.learning.notices`).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from lms.errors import Conflict, said
from lms.services import calendar
from lms.services.access import SITE, Actor, Permission
from lms.services.cycles import finding
from lms.services.running import outbox
from lms.storage.cycles import Cycle, Sheet
from lms.storage.people import Person

AHEAD = timedelta(days=3)
"""So long before the day is over people are reminded by the clock."""


def remind(session: Session, actor: Actor, cycle_id: int, *, now: datetime) -> int:
    """Remind everybody who has not answered and was not reminded of anything today; says how many.

    Raises NotFound, Denied; Conflict when somebody did so today.
    """
    cycle = finding.locked(session, actor, cycle_id, Permission.CYCLE_REMIND, "open")
    on = calendar.today(session, now=now)
    if cycle.nudged_on == on:
        raise Conflict(said("Everybody was reminded today. Wait until tomorrow."))
    cycle.nudged_on = on
    waiting = select(Sheet.rater_id).where(Sheet.cycle_id == cycle.id, Sheet.state == "waiting").distinct()
    people = _mail(session, session.scalars(waiting).all(), on, now=now, actor=actor)
    finding.note(session, actor, "cycle.reminded", cycle, now=now, people=people)
    return people


def remind_late(session: Session, *, now: datetime) -> int:
    """Remind those whose day is near or just over and who were not reminded since then; says how many."""
    on = calendar.today(session, now=now)
    not_since = or_(
        Sheet.reminded_on.is_(None),
        (Cycle.due < on) & (Sheet.reminded_on <= Cycle.due),
        (Cycle.due >= on) & (Sheet.reminded_on < on - AHEAD),
    )
    late = (
        select(Sheet.rater_id)
        .join(Cycle, Cycle.id == Sheet.cycle_id)
        .where(Cycle.state == "open", Sheet.state == "waiting", Cycle.due <= on + AHEAD, not_since)
    )
    return _mail(session, session.scalars(late.distinct()).all(), on, now=now)


def _mail(session: Session, raters: Collection[int], on: date, *, now: datetime, actor: Actor = SITE) -> int:
    """One mail for each of these who is active and got none today; all that waits for them counts as reminded of."""
    waiting = select(Sheet.rater_id).where(Sheet.state == "waiting", Sheet.rater_id.in_(raters))
    had = set(session.scalars(waiting.where(Sheet.reminded_on == on)))
    active = select(Person.id).where(Person.id.in_(set(raters) - had), Person.state == "active").order_by(Person.id)
    people = session.scalars(active).all()
    session.execute(
        update(Sheet)
        .where(Sheet.state == "waiting", Sheet.rater_id.in_(people))
        .values(reminded_on=on)
        .execution_options(synchronize_session="fetch")
    )
    for number in people:
        outbox.send(session, "ratings-nudge", number, now=now, actor=actor)
    return len(people)
