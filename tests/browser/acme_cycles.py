"""Cycles of the organisation that the browser tests look at: a draft, one open and begun, one closed, and a rep's round."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.services.access import Actor, Right
from lms.services.cycles import closing, opening, rating
from lms.services.cycles.opening import Terms
from lms.services.cycles.rating import Answer
from lms.services.entry import sessions
from lms.storage.cycles import Cycle, Sheet
from lms.storage.people import Person, RightHeld
from lms.storage.record import RoleAssignment

WORDS = "Asks before she offers, and waits for the answer.\nThe summary at the end is still missing."


def cycles(session: Session, who: dict[str, int], now: datetime) -> dict[str, str]:
    """Their numbers, and those of sheets that wait for the one with most rights and for the manager."""
    admin, manager = (sessions.actor_of(session, who[one]) for one in ("everything", "manager"))
    team = min(manager.managed)
    before, due = now - timedelta(days=10), now.date() + timedelta(days=10)
    closed = opening.draft(
        session, admin, Terms(title="Spring", team_id=None, due=before.date() + timedelta(days=5), peers=4), now=before
    )
    opening.open_(session, admin, closed.id, now=before)
    for sheet in session.scalars(select(Sheet).where(Sheet.cycle_id == closed.id)):
        _say(session, sheet, before)
    closing.close(session, admin, closed.id, now=before + timedelta(days=6))
    terms = Terms(title="Autumn, North", team_id=team, due=due, peers=3)
    begun = opening.open_(session, manager, opening.draft(session, manager, terms, now=now).id, now=now)
    asked = session.scalars(select(Sheet).where(Sheet.cycle_id == begun.id).order_by(Sheet.id)).all()
    for sheet in asked[::3]:
        _say(session, sheet, now)
    waiting = next(one for one in asked if one.rater_id == manager.person_id and one.state == "waiting")
    draft = opening.draft(session, manager, Terms(title="Winter", team_id=team, due=due, peers=4), now=now)
    round_ = _round(session, who, now)
    mine = session.scalars(select(Sheet).where(Sheet.cycle_id == round_.id, Sheet.rater_id == who["everything"])).one()
    return {
        "cycle_id": str(begun.id),
        "sheet_id": str(mine.id),
        "draft_cycle": str(draft.id),
        "closed_cycle": str(closed.id),
        "round": str(round_.id),
        "manager_sheet": str(waiting.id),
    }


def _say(session: Session, sheet: Sheet, now: datetime) -> None:
    """Levels that differ a little by rater and competency, and a word on the first of them."""
    rater = Actor(person_id=sheet.rater_id, rights=frozenset({Right.EVERYBODY}))
    answers = {
        name: Answer(level=1 + (sheet.rater_id + place) % 3, text=WORDS if place == 0 else "")
        for place, name in enumerate(sheet.competencies)
    }
    rating.submit(session, rater, sheet.id, answers, now=now)


def _round(session: Session, who: dict[str, int], now: datetime) -> Cycle:
    rep = sessions.actor_of(session, who["rep"])
    held = select(RoleAssignment).where(RoleAssignment.person_id == who["rep"]).order_by(RoleAssignment.id.desc())
    role = session.scalars(held).first()
    assert role is not None
    others = select(Person.id).join(RightHeld).where(RightHeld.held == "rep", Person.state == "active")
    far = session.scalars(others.where(Person.id.not_in(who.values())).order_by(Person.id).limit(3)).all()
    peers = [who["everything"], *far]
    key = f"{role.curriculum_id}:{role.role}"
    due = now.date() + timedelta(days=7)
    return opening.open_round(session, rep, who["rep"], role=key, peers=peers, due=due, now=now)
