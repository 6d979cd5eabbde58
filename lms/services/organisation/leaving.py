"""Leaving: handed over, signed out and deactivated in one transaction; or deactivated at once; and coming back.

A leaver keeps their history; only the ways in end. Their teams and curricula go to whoever takes over, in the same
transaction, so that nothing is ever left with somebody who cannot sign in unless somebody chose so. A draft belongs to
its curriculum and goes with it. *Instead of:* a leave planned for a later day: the person would be shown out by a clock
while somebody still needed them; whoever sees them off presses the button.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lms.errors import Conflict, said
from lms.services import calendar, ledger
from lms.services.access import Actor, Permission, Right
from lms.services.cycles import settling
from lms.services.entry import sessions
from lms.services.entry.rights import lock_administrators, require_another
from lms.services.evidence import handing_in, routing
from lms.services.hiring import interviews, openings
from lms.services.learning import confirmations, passing, seats
from lms.services.organisation import lookup
from lms.services.organisation.teams import lock_tree
from lms.services.promotions import opening
from lms.services.replanning import input_changed
from lms.services.rules import asking
from lms.storage.accounts import OneTimeLink
from lms.storage.curricula import Curriculum, CurriculumDraft, CurriculumOwner
from lms.storage.people import Person, RightHeld, Team
from lms.storage.steps import CalendarFeed


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedCurriculum:
    """A curriculum that somebody owns: alone or with others, with a draft or without."""

    id: int
    title: str
    alone: bool
    draft: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItems:
    """What waits on a person: the teams they manage (number and name), and the curricula they own."""

    teams: tuple[tuple[int, str], ...]
    curricula: tuple[OwnedCurriculum, ...]

    def __bool__(self) -> bool:
        return bool(self.teams or self.curricula)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """The last day at work, and the numbers of those who take over; None leaves the teams to the manager above, and
    the curricula to their other owners and the administrators.
    """

    last_day: date
    teams_to: int | None = None
    curricula_to: int | None = None


def open_items(session: Session, actor: Actor, person_id: int) -> OpenItems:
    """What somebody has to take over before this person leaves. Raises NotFound."""
    lookup.person(session, actor, Permission.PEOPLE_READ, person_id)
    return _open_items(session, person_id)


def leave(session: Session, actor: Actor, person_id: int, handover: Handover, *, now: datetime) -> None:
    """Hand over what waits on the person, withdraw what they asked to be confirmed or handed in, give back their seats,
    end their sessions and links, and deactivate them with their last day.

    Serves too for somebody deactivated at once before. Raises Invalid, NotFound; Conflict for oneself, for the last
    administrator, and for somebody erased.
    """
    person = _to_end(session, actor, person_id)
    if person.state == "erased":
        raise Conflict(said("This person was erased. Nothing was changed."))
    today = calendar.today(session, now=now)
    if handover.last_day > today:
        sentence = said("The last day must be today or earlier: the person is signed out at once.")
        raise lookup.wrong("last_day", sentence)
    wrong = lookup.on_the_calendar(handover.last_day, "last_day")
    if wrong:
        raise lookup.wrong("last_day", said("The day must lie between 1950 and 2099."))
    items = _open_items(session, person_id)
    data = _hand_over(session, person_id, items, handover)
    data["sessions"] = _end_ways_in(session, person_id)
    data["confirmations"] = confirmations.withdraw_all(session, person_id, now=now)
    data["promotions"] = opening.withdraw_all(session, person_id, now=now)
    data["evidence"] = handing_in.withdraw_all(session, person_id, now=now)
    data["interviews"] = interviews.hand_back(session, person_id, now=now)
    openings.hand_over(session, person_id)
    person.state, person.left_on = "deactivated", handover.last_day
    ledger.note(
        session,
        actor,
        "person.left",
        now=now,
        subject=("person", person_id),
        rows=seats.given_up(session, person_id, today, now=now),
        last_day=handover.last_day.isoformat(),
        **data,
    )
    routing.settle(session, now=now)
    passing.settle(session, now=now)
    settling.settle(session, now=now)


def deactivate(session: Session, actor: Actor, person_id: int, *, now: datetime) -> None:
    """Shut the person out at once: sessions and links end, seats to come are free, interviews they were asked to hold are
    called off; nothing is handed over.

    Raises NotFound, Conflict.
    """
    person = _to_end(session, actor, person_id)
    if person.state != "active":
        raise Conflict(said("This person is not active any more. Nothing was changed."))
    ended = _end_ways_in(session, person_id)
    interviews.hand_back(session, person_id, now=now)
    person.state = "deactivated"
    rows = seats.given_up(session, person_id, calendar.today(session, now=now), now=now)
    ledger.note(session, actor, "person.deactivated", now=now, subject=("person", person_id), rows=rows, sessions=ended)
    routing.settle(session, now=now)
    passing.settle(session, now=now)
    settling.settle(session, now=now)


def reactivate(session: Session, actor: Actor, person_id: int, *, now: datetime) -> None:
    """Let a deactivated person in again, with the rights they had; their path is planned anew.

    What was handed over stays where it is, and seats given back are not kept anew. Raises NotFound, Conflict.
    """
    person = lookup.person(session, actor, Permission.PEOPLE_EDIT, person_id, lock=True)
    if person.state != "deactivated":
        raise Conflict(said("Only somebody deactivated can come back. Nothing was changed."))
    sessions.end_all(session, person_id)  # one may have begun in the moment of the deactivation
    person.state, person.left_on = "active", None
    ledger.note(session, actor, "person.reactivated", now=now, subject=("person", person_id))
    input_changed(session, [person_id], now=now, actor=actor)
    asking.people_changed(session, [person_id], now=now, actor=actor)


def _to_end(session: Session, actor: Actor, person_id: int) -> Person:
    """The person to be shut out, after the locks that this takes: the teams, the administrators, the person."""
    lock_tree(session)
    administrators = lock_administrators(session)
    person = lookup.person(session, actor, Permission.PEOPLE_EDIT, person_id, lock=True)
    require_another(administrators, person_id)
    if person_id == actor.person_id:
        raise Conflict(said("Nobody deactivates themselves. Ask another administrator."))
    return person


def _open_items(session: Session, person_id: int) -> OpenItems:
    teams = session.execute(select(Team.id, Team.name).where(Team.manager_id == person_id).order_by(Team.name))
    mine = select(CurriculumOwner.curriculum_id).where(CurriculumOwner.person_id == person_id)
    others = select(CurriculumOwner.curriculum_id).where(
        CurriculumOwner.person_id != person_id, CurriculumOwner.curriculum_id == Curriculum.id
    )
    owned = session.execute(
        select(Curriculum.id, Curriculum.title, others.exists().label("shared"), CurriculumDraft.curriculum_id)
        .outerjoin(CurriculumDraft, CurriculumDraft.curriculum_id == Curriculum.id)
        .where(Curriculum.id.in_(mine))
        .order_by(Curriculum.title)
    )
    return OpenItems(
        teams=tuple(teams),
        curricula=tuple(
            OwnedCurriculum(id=number, title=title, alone=not shared, draft=draft is not None)
            for number, title, shared, draft in owned
        ),
    )


def _hand_over(session: Session, person_id: int, items: OpenItems, handover: Handover) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if items.teams:
        _require_heir(session, person_id, handover.teams_to, field="teams_to")
        numbers = [number for number, _ in items.teams]
        session.execute(
            update(Team)
            .where(Team.id.in_(numbers))
            .values(manager_id=handover.teams_to, version=Team.version + 1)
            .execution_options(synchronize_session="fetch")
        )
        data |= {"teams": numbers, "teams_to": handover.teams_to}
    if items.curricula:
        _require_heir(
            session,
            person_id,
            handover.curricula_to,
            field="curricula_to",
            among=(Right.TRAINER, Right.ADMINISTRATOR),
        )
        numbers = [one.id for one in items.curricula]
        session.execute(delete(CurriculumOwner).where(CurriculumOwner.person_id == person_id))
        _own(session, handover.curricula_to, numbers)
        data |= {"curricula": numbers, "curricula_to": handover.curricula_to}
    return data


def _own(session: Session, person_id: int | None, curricula: Iterable[int]) -> None:
    if person_id is None:
        return
    owned = set(session.scalars(select(CurriculumOwner.curriculum_id).where(CurriculumOwner.person_id == person_id)))
    session.add_all(
        CurriculumOwner(curriculum_id=number, person_id=person_id) for number in curricula if number not in owned
    )


def _require_heir(
    session: Session, person_id: int, heir: int | None, *, field: str, among: tuple[Right, ...] = ()
) -> None:
    """Whoever takes over must be active, somebody else, and hold one of these rights where there are any."""
    if heir is None:
        return
    state = session.scalar(select(Person.state).where(Person.id == heir).with_for_update())
    if heir == person_id or state != "active":
        raise lookup.wrong(field, said("Choose somebody else who is active."))
    held = session.scalars(select(RightHeld.held).where(RightHeld.person_id == heir)).all()
    if among and not {right.value for right in among} & set(held):
        sentence = said(
            "Only a trainer or an administrator can take over curricula. Choose one, or give the right first."
        )
        raise lookup.wrong(field, sentence)


def _end_ways_in(session: Session, person_id: int) -> int:
    """End every session, every link that was sent and the address of the calendar; says how many sessions there were."""
    session.execute(delete(OneTimeLink).where(OneTimeLink.person_id == person_id))
    session.execute(delete(CalendarFeed).where(CalendarFeed.person_id == person_id))
    return sessions.end_all(session, person_id)
