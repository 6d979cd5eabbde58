"""Doing a step: start it or keep a seat, say that it is done, take that back, remind who confirms it.

What a person does about their own path is planned within the same transaction, so that the path has moved on when the
page answers. Each verb locks the person first, so that two clicks at once are one after the other.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.engine.curriculum import CompletedBy
from lms.engine.curriculum import Session as Meeting
from lms.errors import Conflict, NotFound, Said, said
from lms.services import calendar, ledger, paths
from lms.services.access import Actor, Permission
from lms.services.learning import confirmers, seats
from lms.services.learning.standing import Standing, stands, titles
from lms.services.learning.steps import DONE_BY_ONESELF, is_own_of_today, latest, may_nudge, may_repeat, on_path
from lms.services.organisation import lookup
from lms.services.replanning import input_changed
from lms.services.running import outbox
from lms.storage.audit import Audit
from lms.storage.people import Person
from lms.storage.record import Completion, Enrolment, Entry
from lms.storage.snapshot import in_force
from lms.storage.steps import Confirmation


def start(session: Session, actor: Actor, course: str, *, session_id: str | None = None, now: datetime) -> None:
    """Begin a course, or keep a seat in one of its sessions; a seat in another session is given back by that.

    A seat may be kept before the course opens, for a path leads there by its day. Nothing happens where all that is so
    already. Raises NotFound, Conflict: not open yet, no seat left, begun already, done for good.
    """
    me = _me(session, actor)
    here = stands(session, me.id, course, now=now)
    meeting = _meeting(here, session_id, now=now)
    held = seats.open_one(session, me.id, course, here.done_on)
    if held is not None and held.session == session_id:
        return
    _require_use(session, here, me.id)
    if meeting is None:
        _require_open(here, here.on)
    else:
        seats.one_at_a_time(session, course, now=now)
        if seats.taken(session, [course]).get((course, meeting.id), 0) >= meeting.seats:
            raise Conflict(said("The last seat of this session is gone. Choose another date."))
    state = "started" if meeting is None else "enrolled"
    if held is None:
        row = Enrolment(person_id=me.id, course=course, session=session_id, state=state, since=here.on)
    else:
        row = seats.again(held, state, here.on, session_id=session_id)
    _note(session, actor, "step.started" if meeting is None else "seat.kept", now=now, row=row, session_id=session_id)


def give_back(session: Session, actor: Actor, course: str, *, now: datetime) -> None:
    """Give the seat in a session back. Raises NotFound, Conflict when none is kept, or the session has begun."""
    me = _me(session, actor)
    here = stands(session, me.id, course, now=now)
    held = seats.open_one(session, me.id, course, here.done_on)
    if held is None or held.session is None:
        raise Conflict(said("You keep no seat in this course. Nothing was changed."))
    meeting = next((one for one in here.course.sessions if one.id == held.session), None)
    if meeting is not None and meeting.starts <= now:
        raise Conflict(said("This session has begun: its attendance list says who was there."))
    row = seats.again(held, "withdrawn", here.on, session_id=held.session)
    _note(session, actor, "seat.given_back", now=now, row=row, session_id=held.session)


def mark_done(session: Session, actor: Actor, course: str, done_on: date, *, now: datetime) -> bool:
    """Say that a course was completed on a day; True when it counts at once, False when it waits for somebody's word.

    The same day said twice changes nothing. Raises NotFound; Invalid for a day that cannot be, such as one before the
    first session of the course was held; Conflict when the course was not open that day, was done before and does not
    lapse, waits already, nobody can confirm it, or an attendance list says it.
    """
    me = _me(session, actor)
    here = stands(session, me.id, course, now=now)
    if here.course.completion is CompletedBy.ATTENDANCE:
        raise Conflict(said("The attendance list of the session says who was there. You have nothing to mark here."))
    waiting = _waiting(session, me.id, course)
    if done_on in here.done_on or (waiting is not None and waiting.done_on == done_on):
        return waiting is None
    _require_day(here, done_on, seats.open_one(session, me.id, course, here.done_on))
    if waiting is not None:
        raise Conflict(said("This waits to be confirmed already. Withdraw it first to change the day."))
    _require_use(session, here, me.id, after=done_on)
    _require_open(here, done_on)
    if here.course.completion is CompletedBy.SELF:
        _complete(session, actor, me.id, course, done_on, now=now)
        return True
    _ask(session, actor, me.id, here, done_on, now=now)
    return False


def take_back(session: Session, actor: Actor, course: str, *, now: datetime) -> None:
    """Take back what one marked as done today, where that counted at once. Raises NotFound, Conflict."""
    me = _me(session, actor)
    here = stands(session, me.id, course, now=now)
    mine = in_force(Completion).where(Completion.person_id == me.id, Completion.course == course)
    last = mine.join(Audit, Audit.id == Completion.audit_id).add_columns(Audit).order_by(Completion.id.desc()).limit(1)
    found = session.execute(last).one_or_none()
    if found is None or here.course.completion is not CompletedBy.SELF or not is_own_of_today(session, *found, now=now):
        raise Conflict(said("Only what you marked as done today can be taken back."))
    rows: list[Entry] = [
        ledger.withdrawal(found[0]),
        *seats.brought_back(session, found[0], here.course.sessions, now=now),
    ]
    ledger.note(session, actor, "step.taken_back", now=now, subject=("person", me.id), rows=rows, course=course)
    replan(session, actor, me.id, now=now)


def withdraw(session: Session, actor: Actor, course: str, *, now: datetime) -> None:
    """Ask nobody to confirm the course any more. Raises NotFound, Conflict when nothing waits."""
    waiting = _require_waiting(session, _me(session, actor).id, course)
    waiting.state, waiting.answered_at = "withdrawn", now
    ledger.note(session, actor, "confirmation.withdrawn", now=now, subject=("person", waiting.person_id), course=course)


def nudge(session: Session, actor: Actor, course: str, *, now: datetime) -> None:
    """Remind who confirms the course, at most once a day. Raises NotFound, Conflict."""
    waiting = _require_waiting(session, _me(session, actor).id, course)
    today = calendar.today(session, now=now)
    whom = _require_somebody(confirmers.of_one(session, waiting, today).people)
    if not may_nudge(session, waiting, now=now):
        raise Conflict(said("They were written to today. You can remind them again tomorrow."))
    waiting.nudged_at = now
    ledger.note(session, actor, "confirmation.nudged", now=now, subject=("person", waiting.person_id), course=course)
    for number in whom:
        outbox.send(session, "confirmation-nudge", number, now=now, actor=actor, confirmation=waiting.id)


def replan(session: Session, actor: Actor, person_id: int, *, now: datetime) -> None:
    """Plan a person whose ledger has just changed, in this transaction."""
    input_changed(session, [person_id], now=now, actor=actor)
    paths.replan_now(session, [person_id], now=now)


def _me(session: Session, actor: Actor) -> Person:
    return lookup.active(session, actor, Permission.STEP_DO, actor.person_id or 0)


def _require_open(here: Standing, day: date) -> None:
    missing = here.opens(day)
    if not missing:
        return
    after = titles(here.version.curriculum, missing)
    if day == here.on:
        raise Conflict(said("This opens after: %(what)s.", what=after))
    raise Conflict(said("On %(day)s this was not open yet. It opens after: %(what)s.", day=day.isoformat(), what=after))


def _require_use(session: Session, here: Standing, person_id: int, *, after: date = date.max) -> None:
    """Refuse a course that was done before, where doing it once more or earlier would change nothing."""
    if not here.done_on:
        return
    last = here.done_on[-1]
    if after < last or not may_repeat(here, on_path=on_path(session, person_id, here.course.id)):
        raise Conflict(said("You have done this already, on %(day)s.", day=last.isoformat()))


def _require_day(here: Standing, done_on: date, booked: Enrolment | None) -> None:
    wrong: Said | None = None
    held_from = here.held_from(booked.session if booked else None)
    if lookup.on_the_calendar(done_on, "done_on"):
        wrong = said("The day must lie between 1950 and 2099.")
    elif done_on > here.on:
        wrong = said("The day lies ahead. Choose today or an earlier one.")
    elif held_from is not None and done_on < held_from:
        wrong = said("The first session of this course ends on %(day)s.", day=held_from.isoformat())
    elif here.began is not None and done_on < here.began:
        wrong = said("The day lies before your first role here, which began on %(day)s.", day=here.began.isoformat())
    if wrong is not None:
        raise lookup.wrong("done_on", wrong)


def _meeting(here: Standing, session_id: str | None, *, now: datetime) -> Meeting | None:
    """The session to keep a seat in; None for a course that has none."""
    if session_id is None:
        if here.course.sessions:
            raise Conflict(said("This course is held in sessions. Choose one and keep a seat in it."))
        return None
    found = next((one for one in here.course.sessions if one.id == session_id), None)
    if found is None:
        raise NotFound(said("There is no such session."))
    if found.starts <= now:
        raise Conflict(said("This session has begun. Choose another date."))
    return found


def _complete(session: Session, actor: Actor, person_id: int, course: str, done_on: date, *, now: datetime) -> None:
    row = Completion(person_id=person_id, course=course, completed_on=done_on)
    ended = seats.ended_by(session, [person_id], course, done_on, now=now)
    ledger.note(
        session, actor, DONE_BY_ONESELF, now=now, subject=("person", person_id), rows=[row, *ended], course=course
    )
    replan(session, actor, person_id, now=now)


def _ask(session: Session, actor: Actor, person_id: int, here: Standing, done_on: date, *, now: datetime) -> None:
    by, course, curriculum = here.course.completion.value, here.course.id, here.version.curriculum_id
    turn = confirmers.of(session, by, person_id, curriculum, here.on)
    whom = _require_somebody(turn.people)
    asked = _withdrawn_today(session, person_id, here, now=now)
    if asked is not None:  # who confirms has the mail of before, and gets no second one
        asked.state, asked.answered_at, asked.done_on, asked.asked_at = "waiting", None, done_on, now
        asked.passed_up, asked.with_administrators = 0, turn.administrators
        whom = ()
    else:
        asked = Confirmation(
            person_id=person_id,
            course=course,
            curriculum_id=curriculum,
            by=by,
            done_on=done_on,
            asked_at=now,
            with_administrators=turn.administrators,
        )
        session.add(asked)
        session.flush()  # the mails need its number
    ledger.note(session, actor, "confirmation.asked", now=now, subject=("person", person_id), course=course, by=by)
    for number in whom:
        outbox.send(session, "confirmation-asked", number, now=now, actor=actor, confirmation=asked.id)


def _withdrawn_today(session: Session, person_id: int, here: Standing, *, now: datetime) -> Confirmation | None:
    """What was asked of the same people, who were written to today, and was withdrawn."""
    last = latest(session, person_id, here.course.id)
    if last is None or last.state != "withdrawn" or may_nudge(session, last, now=now):
        return None
    same = (last.by, last.curriculum_id) == (here.course.completion, here.version.curriculum_id)
    return last if same else None


def _require_somebody(whom: tuple[int, ...]) -> tuple[int, ...]:
    if not whom:
        raise Conflict(said("Nobody can confirm this yet. Tell your administrator."))
    return whom


def _waiting(session: Session, person_id: int, course: str) -> Confirmation | None:
    asked = select(Confirmation).where(Confirmation.person_id == person_id, Confirmation.course == course)
    found: Confirmation | None = session.scalar(
        asked.where(Confirmation.state == "waiting").with_for_update().execution_options(populate_existing=True)
    )
    return found


def _require_waiting(session: Session, person_id: int, course: str) -> Confirmation:
    waiting = _waiting(session, person_id, course)
    if waiting is None:
        raise Conflict(said("Nothing waits to be confirmed here any more."))
    return waiting


def _note(
    session: Session,
    actor: Actor,
    action: str,
    *,
    now: datetime,
    row: Enrolment,
    session_id: str | None = None,
) -> None:
    data: dict[str, Any] = {"course": row.course} | ({"session_id": session_id} if session_id else {})
    ledger.note(session, actor, action, now=now, subject=("person", row.person_id), rows=[row], **data)
