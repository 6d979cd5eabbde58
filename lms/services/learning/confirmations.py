"""What waits for somebody's word: confirmed, and then a completion stands in the ledger, or sent back with what is missing.

Nobody confirms their own step. Who asks for more says what; the text is kept as a personal text about the person whom it
is about and goes when they are erased. A confirmation of today can be taken back by whoever gave it.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from lms.errors import Conflict, NotFound, NotPermitted, Said, said
from lms.services import calendar, curricula, ledger
from lms.services.access import About, Actor, Permission, require
from lms.services.curricula import Published
from lms.services.learning import seats
from lms.services.learning.doing import replan
from lms.services.organisation import lookup
from lms.services.organisation.people_shown import Named, names
from lms.services.running import outbox
from lms.storage.audit import Audit
from lms.storage.people import Person, PersonalText
from lms.storage.record import Completion, Entry
from lms.storage.snapshot import in_force, pins_of
from lms.storage.steps import Confirmation

LONGEST = 2_000
MOST = 200
"""How many cards one page shows; the oldest come first, so whoever works through them sees every one."""
LOOK_BACK = timedelta(days=14)
KIND = Confirmation.__tablename__


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A step that waits for somebody's word, or has it. `version` is None where the curriculum is published no more."""

    id: int
    who: Named
    course: str
    version: Published | None
    row: Confirmation
    reversible: bool = False
    """May whoever confirmed it take that back, because it was today?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """What waits for an actor, the oldest first, how much there is in all, and what they decided lately, the latest first."""

    waiting: tuple[Waiting, ...]
    total: int
    decided: tuple[Waiting, ...]


def waiting(session: Session, actor: Actor, *, now: datetime) -> Inbox:
    """What waits for this actor and what they decided in the last 14 days, in a fixed number of queries. Raises Denied."""
    require(actor, Permission.STEP_CONFIRM)
    open_ones = _of_active().where(Confirmation.state == "waiting", _reach(actor))
    rows = session.scalars(open_ones.order_by(Confirmation.asked_at, Confirmation.id)).all()
    lately = _of_active().where(
        Confirmation.answered_by == actor.person_id, Confirmation.answered_at >= now - LOOK_BACK
    )
    decided = session.scalars(
        lately.order_by(Confirmation.answered_at.desc(), Confirmation.id.desc()).limit(MOST)
    ).all()
    known = names(session, {row.person_id for row in (*rows[:MOST], *decided)})
    zone = calendar.zone(session)
    today = now.astimezone(zone).date()
    offered, pins = curricula.published(session), pins_of(session, known, today)

    def card(row: Confirmation) -> Waiting:
        return Waiting(
            id=row.id,
            who=known[row.person_id],
            course=row.course,
            version=_version(curricula.of_person(session, pins.get(row.person_id, ()), offered), row),
            row=row,
            reversible=row.state == "confirmed"
            and row.answered_at is not None
            and row.answered_at.astimezone(zone).date() == today,
        )

    return Inbox(waiting=tuple(map(card, rows[:MOST])), total=len(rows), decided=tuple(map(card, decided)))


def count(session: Session, actor: Actor) -> int:
    """How many steps wait for this actor."""
    if not (actor.line or actor.owned):
        return 0
    open_ones = _of_active().where(Confirmation.state == "waiting", _reach(actor))
    return session.scalar(open_ones.with_only_columns(func.count())) or 0


def confirm(session: Session, actor: Actor, confirmation_id: int, *, now: datetime) -> Confirmation:
    """Confirm a step: a completion of the day it was done, and the path has moved on when this ends.

    Raises NotFound, NotPermitted for one's own step, Conflict when it waits no more.
    """
    asked = _waiting(session, actor, confirmation_id)
    same = in_force(Completion).where(
        Completion.person_id == asked.person_id,
        Completion.course == asked.course,
        Completion.completed_on == asked.done_on,
    )
    known = session.scalars(same.limit(1)).first()  # such as from a file that came in meanwhile
    row = known or Completion(person_id=asked.person_id, course=asked.course, completed_on=asked.done_on)
    ended = seats.ended_by(session, [asked.person_id], asked.course, asked.done_on, now=now)
    _note(session, actor, "step.confirmed", asked, now=now, rows=[] if known else [row, *ended])
    session.flush()  # the confirmation needs the number of the completion
    asked.state, asked.answered_at, asked.answered_by, asked.completion_id = "confirmed", now, actor.person_id, row.id
    replan(session, actor, asked.person_id, now=now)
    outbox.send(session, "confirmation-answered", asked.person_id, now=now, actor=actor, confirmation=asked.id)
    return asked


def ask_for_more(session: Session, actor: Actor, confirmation_id: int, what: str, *, now: datetime) -> Confirmation:
    """Send a step back and say what is missing, 1 to 2,000 characters.

    Raises Invalid, NotFound, NotPermitted for one's own step, Conflict when it waits no more.
    """
    asked = _waiting(session, actor, confirmation_id)
    text = what.replace("\r\n", "\n").strip()
    if not text:
        raise lookup.wrong("what", said("Say what is missing, so that they know what to do."))
    if len(text) > LONGEST:
        raise lookup.wrong("what", said("Say it in at most %(most)s characters.", most=LONGEST))
    asked.state, asked.answered_at, asked.answered_by = "more-asked", now, actor.person_id
    session.add(
        PersonalText(
            person_id=asked.person_id, about_kind=KIND, about_id=asked.id, salt=secrets.token_hex(16), text=text
        )
    )
    _note(session, actor, "step.more_asked", asked, now=now)
    outbox.send(session, "confirmation-answered", asked.person_id, now=now, actor=actor, confirmation=asked.id)
    return asked


def reopen(session: Session, actor: Actor, confirmation_id: int, *, now: datetime) -> Confirmation:
    """Take back what one confirmed today: the completion that came of it is withdrawn, and the step waits again.

    Raises NotFound, NotPermitted for one's own step; Conflict when it was somebody else's word or on another day, or
    the person has asked anew since or left.
    """
    asked = _asked(session, actor, confirmation_id)
    _require_active(session, asked)
    zone = calendar.zone(session)
    decided = asked.answered_at.astimezone(zone).date() if asked.answered_at else None
    if (asked.state, asked.answered_by, decided) != ("confirmed", actor.person_id, now.astimezone(zone).date()):
        raise Conflict(said("Only what you confirmed today can be taken back."))
    same = select(Confirmation.id).where(
        Confirmation.person_id == asked.person_id,
        Confirmation.course == asked.course,
        Confirmation.state == "waiting",
    )
    if session.scalar(same) is not None:
        raise Conflict(said("They have asked for this course anew. Answer that instead."))
    rows = _undone(session, asked, now=now)
    _note(session, actor, "step.confirmation_taken_back", asked, now=now, rows=rows)
    asked.state, asked.answered_at, asked.answered_by, asked.completion_id = "waiting", None, None, None
    replan(session, actor, asked.person_id, now=now)
    return asked


def withdraw_all(session: Session, person_id: int, *, now: datetime) -> int:
    """Withdraw what waits for a person who leaves; says how much. Part of the verb that lets them leave."""
    mine = select(Confirmation).where(Confirmation.person_id == person_id, Confirmation.state == "waiting")
    rows = session.scalars(mine.order_by(Confirmation.id).with_for_update()).all()
    for row in rows:
        row.state, row.answered_at = "withdrawn", now
    return len(rows)


def _of_active() -> Select[Confirmation]:
    return select(Confirmation).join(Person, Person.id == Confirmation.person_id).where(Person.state == "active")


def _reach(actor: Actor) -> ColumnElement[bool]:
    """The steps that this actor may confirm: of their line, of the curricula they own, never their own."""
    by_line = and_(Confirmation.by == "manager", Person.team_id.in_(actor.line))
    by_owner = and_(Confirmation.by == "trainer", Confirmation.curriculum_id.in_(actor.owned))
    return and_(Confirmation.person_id != (actor.person_id or 0), or_(by_line, by_owner))


def _asked(session: Session, actor: Actor, confirmation_id: int) -> Confirmation:
    """The confirmation, locked after its person as everywhere, if this actor may decide about it."""
    number = session.scalar(select(Confirmation.person_id).where(Confirmation.id == confirmation_id))
    if number is not None and number == actor.person_id:
        raise NotPermitted(said("Nobody confirms their own step."))
    person = session.scalar(select(Person).where(Person.id == number).with_for_update())
    same = select(Confirmation).where(Confirmation.id == confirmation_id)
    asked = session.scalar(same.with_for_update().execution_options(populate_existing=True))
    require(actor, Permission.STEP_CONFIRM, _about(asked, person))
    if asked is None:
        raise NotFound(said("There is nothing of this number to confirm."))
    return asked


def _about(asked: Confirmation | None, person: Person | None) -> About:
    if asked is None or person is None or person.state == "erased":
        return About()
    if asked.by == "trainer":
        return About(curriculum_id=asked.curriculum_id)
    return About(person_id=person.id, team_id=person.team_id)


def _waiting(session: Session, actor: Actor, confirmation_id: int) -> Confirmation:
    asked = _asked(session, actor, confirmation_id)
    if asked.state != "waiting":
        raise Conflict(_ANSWERS[asked.state])
    _require_active(session, asked)
    return asked


def _require_active(session: Session, asked: Confirmation) -> None:
    if session.scalar(select(Person.state).where(Person.id == asked.person_id)) != "active":
        raise Conflict(said("This person is not active any more. Nothing was changed."))


_ANSWERS: dict[str, Said] = {
    "confirmed": said("This was confirmed already. Nothing was changed."),
    "more-asked": said("More was asked for already. Nothing was changed."),
    "withdrawn": said("They do not ask for this to be confirmed any more. Nothing was changed."),
}


def _version(offered: Sequence[Published], asked: Confirmation) -> Published | None:
    return next((one for one in offered if one.curriculum_id == asked.curriculum_id), None)


def _undone(session: Session, asked: Confirmation, *, now: datetime) -> list[Entry]:
    """Rows that take back what confirming wrote; a completion that came in otherwise stays as it is."""
    done = session.get_one(Completion, asked.completion_id)
    audit = session.get_one(Audit, done.audit_id)
    if audit.action != "step.confirmed" or audit.data.get("confirmation") != asked.id:
        return []
    offered = curricula.offered_to(session, asked.person_id, calendar.today(session, now=now))
    version = _version(offered, asked)
    course = version.curriculum.course_by_id.get(asked.course) if version else None
    return [_withdrawal(session, done), *seats.brought_back(session, done, course.sessions if course else (), now=now)]


def _withdrawal(session: Session, completion: Completion) -> Completion:
    corrected = session.scalar(select(Completion.id).where(Completion.corrects_id == completion.id))
    if corrected is not None:
        raise Conflict(said("The completion was corrected since. Nothing was changed."))
    return ledger.withdrawal(completion)


def _note(
    session: Session, actor: Actor, action: str, asked: Confirmation, *, now: datetime, rows: Sequence[Any] = ()
) -> None:
    subject = ("person", asked.person_id)
    ledger.note(session, actor, action, now=now, subject=subject, rows=rows, course=asked.course, confirmation=asked.id)
