"""Rules come to people, a batch in each transaction. However often and in whatever order it is asked for, once to each."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import Invalid
from lms.services import calendar, ledger
from lms.services.access import SITE
from lms.services.organisation import assignments
from lms.services.rules import fitting, standing
from lms.services.rules.asking import MOST, everybody_changed
from lms.services.rules.fitting import Fit
from lms.storage.people import Person, StudyPlan
from lms.storage.rules import RuleReach

WEEKLY = 400


def apply(session: Session, people: Collection[int] | None = None, *, now: datetime) -> int:
    """Let the rules come to these people (None: to all), as many as one transaction takes; says to how many they came.

    Asks for another job when some are left.
    """
    on = calendar.today(session, now=now)
    due = [one.person_id for one in fitting.fits(session, on, people) if one.outcome != fitting.NOT_YET]
    batch = due[:MOST]
    if not batch:
        return 0
    locked = select(Person.id).where(Person.id.in_(batch)).order_by(Person.id).with_for_update()
    session.scalars(locked).all()  # nobody chooses a target between what is read now and what is written
    found = [one for one in fitting.fits(session, on, batch) if one.outcome != fitting.NOT_YET]
    reached = sum(_reach(session, one, on, now=now) for one in found)
    if reached and len(due) > len(batch):
        everybody_changed(session, now=now)
    return reached


def _reach(session: Session, fit: Fit, on: date, *, now: datetime) -> bool:
    """The rule comes to one person; False when their plan refuses it, which is tried again another day."""
    if fit.outcome == fitting.SET:
        plan = session.get(StudyPlan, fit.person_id, populate_existing=True)
        hours = plan.weekly_hundredths if plan else WEEKLY
        try:
            assignments.set_plan(session, SITE, fit.person_id, [fit.rule.target], fit.aim, hours, now=now)
        except Invalid:
            return False
        standing.end(session, SITE, fit.person_id, now=now)  # a rule before this one, for the same target
        ledger.note(
            session,
            SITE,
            "rule.reached",
            now=now,
            subject=("person", fit.person_id),
            rule=fit.rule.id,
            target=fit.rule.target,
        )
    session.add(RuleReach(rule_id=fit.rule.id, person_id=fit.person_id, reached_on=on, outcome=fit.outcome))
    session.flush()  # a rule that came twice is refused here, before anything else is written
    return True
