"""Jobs about rules: letting them come to people, and the mails of the morning."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from lms.jobs.work import Effect, Handler, Work, nothing
from lms.services import calendar
from lms.services.rules import asking, reaching, telling


def come(_session: Session, work: Work, now: datetime) -> Effect:
    """`rules.apply`: the rules come to the people named, else to everybody they are for."""
    return lambda unit: reaching.apply(unit, work.args.get("people"), now=now)


def tell(session: Session, _work: Work, now: datetime) -> Effect:
    """`clock.rules`: on working days, tell people what rules set and when its day comes near."""
    if not calendar.works_on(session, calendar.today(session, now=now)):
        return nothing
    return lambda unit: telling.tell(unit, now=now)


HANDLERS: Mapping[str, Handler] = {asking.KIND: come, "clock.rules": tell}
