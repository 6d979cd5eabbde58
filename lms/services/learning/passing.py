"""Where steps go that wait to be confirmed: to the administrators where nobody else is left, and up after a while.

`settle` runs in every verb that ends what somebody may do and with the clock, `overdue` with the clock alone. Whoever
could confirm a step before still can; those whom it is passed to are asked, and those who let it wait are told.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.services import calendar, ledger
from lms.services.access import SITE, Actor
from lms.services.evidence import routing
from lms.services.evidence.desk import Desk
from lms.services.learning import confirmers
from lms.services.learning.confirmers import Levels, Turn
from lms.services.running import outbox
from lms.storage.people import Person
from lms.storage.steps import Confirmation


def settle(session: Session, *, now: datetime, actor: Actor = SITE) -> int:
    """See that every waiting step is with somebody; says how many went to the administrators or came back from them."""
    moved = 0
    for row, found, here in _waiting(session, now=now):
        turn = confirmers.turn(here, found, row.passed_up, row.person_id)
        if found and row.with_administrators != turn.administrators:
            _pass(session, row, turn, "passed_over", now=now, actor=actor)
            moved += 1
    return moved


def overdue(session: Session, *, now: datetime) -> int:
    """Pass what has waited for too long to the next level, and tell both; says how much."""
    moved = 0
    for row, found, here in _waiting(session, now=now):
        if now - row.asked_at < routing.WAITS * (row.passed_up + 1) or row.passed_up + 1 >= len(found):
            continue
        before = confirmers.turn(here, found, row.passed_up, row.person_id)
        row.passed_up += 1
        above = confirmers.turn(here, found, row.passed_up, row.person_id)
        _pass(session, row, above, "passed_up", now=now, actor=SITE)
        for number in before.people:
            if number not in above.people:
                outbox.send(session, "confirmation-passed-up", number, now=now, confirmation=row.id)
        moved += 1
    return moved


def _pass(session: Session, row: Confirmation, to: Turn, how: str, *, now: datetime, actor: Actor) -> None:
    row.with_administrators = to.administrators
    data: dict[str, Any] = {"confirmation": row.id, "course": row.course, "to": list(to.people)}
    ledger.note(session, actor, f"confirmation.{how}", now=now, subject=("person", row.person_id), **data)
    for number in to.people:
        outbox.send(session, "confirmation-asked", number, now=now, actor=actor, confirmation=row.id)


def _waiting(session: Session, *, now: datetime) -> Iterator[tuple[Confirmation, Levels, Desk]]:
    """The waiting steps of active people, locked, the oldest first, with those who can confirm each."""
    asked = select(Confirmation, Person.team_id).join(Person, Person.id == Confirmation.person_id)
    asked = asked.where(Confirmation.state == "waiting", Person.state == "active").order_by(Confirmation.id)
    rows = session.execute(asked.with_for_update(of=Confirmation)).all()
    if not rows:
        return
    here = routing.desk(session, calendar.today(session, now=now))
    for row, team in rows:
        yield row, confirmers.levels(here, row.by, row.person_id, team, row.curriculum_id), here
