"""What waits for somebody's word: confirmed, and then a completion stands in the ledger, or sent back with what is missing.

Nobody confirms their own step. Whoever stands in for somebody who is away gives their word for them: what they may
confirm is what the other may, and the row names both. Who asks for more says what; the text is kept as a personal text about the person whom it
is about and goes when they are erased. A confirmation of today can be taken back by whoever gave it.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from lms.errors import Conflict, NotFound, NotPermitted, Said, said
from lms.services import calendar, curricula, ledger
from lms.services.access import About, Actor, Permission, Right, require
from lms.services.curricula import Published
from lms.services.entry import sessions
from lms.services.evidence import routing
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
    for_: Named | None = None
    """For whom the actor stands in, or stood in when they answered."""
    reversible: bool = False
    """May whoever confirmed it take that back, because it was today?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """What waits for an actor, the oldest first, how much there is in all, and what they decided lately, the latest first."""

    waiting: tuple[Waiting, ...]
    total: int
    decided: tuple[Waiting, ...]


def waiting(session: Session, actor: Actor, *, now: datetime, most: int = MOST) -> Inbox:
    """What waits for this actor, the oldest so many, and what they decided in the last 14 days, in a fixed number of queries
    and one for each person for whom they stand in.
    """
    zone = calendar.zone(session)
    today = now.astimezone(zone).date()
    acting = _acting(session, actor, today)
    open_ones = _waits_for(actor, acting)
    oldest = open_ones.order_by(Confirmation.asked_at, Confirmation.id).limit(most)
    rows = session.execute(oldest.add_columns(Person.team_id)).all()
    lately = _of_active().where(
        Confirmation.answered_by == actor.person_id, Confirmation.answered_at >= now - LOOK_BACK
    )
    decided = session.scalars(
        lately.order_by(Confirmation.answered_at.desc(), Confirmation.id.desc()).limit(MOST)
    ).all()
    stood_in = {row.answered_for for row in decided if row.answered_for} | {one.person_id or 0 for one in acting}
    people = {row.person_id for row in (*(row for row, _ in rows), *decided)}
    known = names(session, people | stood_in)
    offered, pins = curricula.published(session), pins_of(session, people, today)

    def card(row: Confirmation, for_: int | None) -> Waiting:
        return Waiting(
            id=row.id,
            who=known[row.person_id],
            course=row.course,
            version=_version(curricula.of_person(session, pins.get(row.person_id, ()), offered), row),
            row=row,
            for_=known[for_] if for_ else None,
            reversible=row.state == "confirmed"
            and row.answered_at is not None
            and row.answered_at.astimezone(zone).date() == today,
        )

    return Inbox(
        waiting=tuple(card(row, _for(actor, acting, row, team)) for row, team in rows),
        total=_number(session, open_ones),
        decided=tuple(card(row, row.answered_for) for row in decided),
    )


def count(session: Session, actor: Actor, *, now: datetime) -> int:
    """How many steps wait for this actor."""
    acting = _acting(session, actor, calendar.today(session, now=now))
    if not (acting or actor.line or actor.owned or Right.ADMINISTRATOR in actor.rights):
        return 0
    return _number(session, _waits_for(actor, acting))


def confirm(session: Session, actor: Actor, confirmation_id: int, *, now: datetime) -> Confirmation:
    """Confirm a step: a completion of the day it was done, and the path has moved on when this ends.

    Raises NotFound, NotPermitted for one's own step, Conflict when it waits no more.
    """
    asked, for_ = _waiting(session, actor, confirmation_id, now=now)
    same = in_force(Completion).where(
        Completion.person_id == asked.person_id,
        Completion.course == asked.course,
        Completion.completed_on == asked.done_on,
    )
    known = session.scalars(same.limit(1)).first()  # such as from a file that came in meanwhile
    row = known or Completion(person_id=asked.person_id, course=asked.course, completed_on=asked.done_on)
    ended = seats.ended_by(session, [asked.person_id], asked.course, asked.done_on, now=now)
    _note(session, actor, "step.confirmed", asked, for_, now=now, rows=[] if known else [row, *ended])
    session.flush()  # the confirmation needs the number of the completion
    asked.state, asked.answered_at, asked.completion_id = "confirmed", now, row.id
    asked.answered_by, asked.answered_for = actor.person_id, for_
    replan(session, actor, asked.person_id, now=now)
    outbox.send(session, "confirmation-answered", asked.person_id, now=now, actor=actor, confirmation=asked.id)
    return asked


def ask_for_more(session: Session, actor: Actor, confirmation_id: int, what: str, *, now: datetime) -> Confirmation:
    """Send a step back and say what is missing, 1 to 2,000 characters.

    Raises Invalid, NotFound, NotPermitted for one's own step, Conflict when it waits no more.
    """
    asked, for_ = _waiting(session, actor, confirmation_id, now=now)
    text = what.replace("\r\n", "\n").strip()
    if not text:
        raise lookup.wrong("what", said("Say what is missing, so that they know what to do."))
    if len(text) > LONGEST:
        raise lookup.wrong("what", said("Say it in at most %(most)s characters.", most=LONGEST))
    asked.state, asked.answered_at = "more-asked", now
    asked.answered_by, asked.answered_for = actor.person_id, for_
    session.add(
        PersonalText(
            person_id=asked.person_id, about_kind=KIND, about_id=asked.id, salt=secrets.token_hex(16), text=text
        )
    )
    _note(session, actor, "step.more_asked", asked, for_, now=now)
    outbox.send(session, "confirmation-answered", asked.person_id, now=now, actor=actor, confirmation=asked.id)
    return asked


def reopen(session: Session, actor: Actor, confirmation_id: int, *, now: datetime) -> Confirmation:
    """Take back what one confirmed today: the completion that came of it is withdrawn, and the step waits again.

    Raises NotFound, NotPermitted for one's own step; Conflict when it was somebody else's word or on another day, or
    the person has asked anew since or left.
    """
    asked, _ = _asked(session, actor, confirmation_id, now=now)
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
    _note(session, actor, "step.confirmation_taken_back", asked, asked.answered_for, now=now, rows=rows)
    asked.state, asked.answered_at, asked.completion_id = "waiting", None, None
    asked.answered_by, asked.answered_for = None, None
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


def _number(session: Session, rows: Select[Confirmation]) -> int:
    return session.scalar(rows.with_only_columns(func.count())) or 0


def _acting(session: Session, actor: Actor, on: date) -> tuple[Actor, ...]:
    """Those for whom this actor stands in on a day."""
    absent = routing.principals(session, actor.person_id, on) if actor.person_id else ()
    return tuple(sessions.actor_of(session, one) for one in sorted(absent))


def _waits_for(actor: Actor, acting: Sequence[Actor]) -> Select[Confirmation]:
    """What an actor may confirm themselves or for others, never their own."""
    reach = or_(*map(_reach, (actor, *acting)))
    mine = Confirmation.person_id == (actor.person_id or 0)
    return _of_active().where(Confirmation.state == "waiting", ~mine, reach)


def _reach(actor: Actor) -> ColumnElement[bool]:
    """The steps that somebody may confirm: of their line, of the curricula they own, as an administrator what is with
    those; never their own.
    """
    by_line = and_(Confirmation.by == "manager", Person.team_id.in_(actor.line))
    by_owner = and_(Confirmation.by == "trainer", Confirmation.curriculum_id.in_(actor.owned))
    last = and_(Confirmation.with_administrators, literal(Right.ADMINISTRATOR in actor.rights))
    return and_(Confirmation.person_id != (actor.person_id or 0), or_(by_line, by_owner, last))


def _may(actor: Actor, asked: Confirmation, team_id: int | None) -> bool:
    """`_reach`, asked of one step."""
    if asked.person_id == actor.person_id:
        return False
    if asked.with_administrators and Right.ADMINISTRATOR in actor.rights:
        return True
    return asked.curriculum_id in actor.owned if asked.by == "trainer" else team_id in actor.line


def _for(actor: Actor, acting: Sequence[Actor], asked: Confirmation, team_id: int | None) -> int | None:
    """For whom an actor answers a step that they may not confirm themselves."""
    if _may(actor, asked, team_id):
        return None
    return next((one.person_id for one in acting if _may(one, asked, team_id)), None)


def _asked(session: Session, actor: Actor, confirmation_id: int, *, now: datetime) -> tuple[Confirmation, int | None]:
    """The confirmation, locked after its person as everywhere, if this actor may decide about it; and for whom they do."""
    number = session.scalar(select(Confirmation.person_id).where(Confirmation.id == confirmation_id))
    if number is not None and number == actor.person_id:
        raise NotPermitted(said("Nobody confirms their own step."))
    person = session.scalar(select(Person).where(Person.id == number).with_for_update())
    same = select(Confirmation).where(Confirmation.id == confirmation_id)
    asked = session.scalar(same.with_for_update().execution_options(populate_existing=True))
    acting = _acting(session, actor, calendar.today(session, now=now)) if asked is not None else ()
    about, for_ = _about(actor, acting, asked, person)
    require(actor, Permission.STEP_CONFIRM, about)
    if asked is None:
        raise NotFound(said("There is nothing of this number to confirm."))
    return asked, for_


def _about(
    actor: Actor, acting: Sequence[Actor], asked: Confirmation | None, person: Person | None
) -> tuple[About, int | None]:
    """What permission is asked about, and for whom the actor would answer."""
    if asked is None or person is None or person.state == "erased":
        return About(), None
    for_ = _for(actor, acting, asked, person.team_id)
    handed = for_ is not None or _may(actor, asked, person.team_id)
    to = frozenset([actor.person_id]) if handed and actor.person_id else frozenset[int]()
    if asked.by == "trainer":
        return About(curriculum_id=asked.curriculum_id, handed_to=to), for_
    return About(person_id=person.id, team_id=person.team_id, handed_to=to), for_


def _waiting(session: Session, actor: Actor, confirmation_id: int, *, now: datetime) -> tuple[Confirmation, int | None]:
    asked, for_ = _asked(session, actor, confirmation_id, now=now)
    if asked.state != "waiting":
        raise Conflict(_ANSWERS[asked.state])
    _require_active(session, asked)
    return asked, for_


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
    session: Session,
    actor: Actor,
    action: str,
    asked: Confirmation,
    for_: int | None,
    *,
    now: datetime,
    rows: Sequence[Any] = (),
) -> None:
    data: dict[str, Any] = {"course": asked.course, "confirmation": asked.id} | ({"for": for_} if for_ else {})
    ledger.note(session, actor, action, now=now, subject=("person", asked.person_id), rows=rows, **data)
