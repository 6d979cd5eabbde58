"""What the demo's managers and their people agreed on: notes of one-to-ones, a plan that both signed, and one that waits
for the person's signature. Through the verbs; no mail is left to be sent.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.services import calendar
from lms.services.entry import sessions
from lms.services.records import contracts, notes, plans
from lms.services.records.plans import NewAction
from lms.storage.jobs import Job
from lms.storage.paths import Path
from lms.storage.people import Person, Team
from lms.storage.person_records import DevelopmentPlan

PEOPLE = 2
NOTE = "We went through last week's two calls. Next time: ask about their budget year before showing anything."
OWN = "I open calls well and people come back to me. Price talks still make me nervous."
MANAGER = "Strong with new customers. Gives discounts too early, and rarely brings a colleague in."
SUMMARY = "Confident at the start of a deal, in a hurry at its end. Holding the price is what moves everything else."
ACTIONS = (
    ("Hold the first price through two rounds in the next three deals", "person", 60),
    ("Sit in on two price talks and say afterwards what I saw", "manager", 45),
)


def write(session: Session, now: datetime) -> None:
    """For the first of those who are on their way and are led by somebody else."""
    led = (
        select(Path.person_id, Team.manager_id)
        .join(Person, Person.id == Path.person_id)
        .join(Team, Team.id == Person.team_id)
        .where(Path.met < Path.required, Person.state == "active", Team.manager_id != Person.id)
    )
    people = session.execute(led.order_by(Path.person_id).limit(PEOPLE)).all()
    for place, (person_id, manager_id) in enumerate(people):
        assert manager_id is not None, "they are led by somebody"
        manager = sessions.actor_of(session, manager_id)
        notes.add(session, manager, person_id, NOTE, private=False, now=now)
        plan = _contract(session, person_id, manager_id, now)
        contracts.sign(session, manager, plan.id, plan.contract_digest or "", now=now)
        if place == 0:
            own = sessions.actor_of(session, person_id)
            contracts.sign(session, own, plan.id, plan.contract_digest or "", now=now)
    session.execute(delete(Job).where(Job.kind == "mail.send"))


def _contract(session: Session, person_id: int, manager_id: int, now: datetime) -> DevelopmentPlan:
    own, manager = sessions.actor_of(session, person_id), sessions.actor_of(session, manager_id)
    today = calendar.today(session, now=now)
    plan = plans.begin(session, manager, person_id, now=now)
    plans.say(session, own, plan.id, OWN, now=now)
    plans.say(session, manager, plan.id, MANAGER, now=now)
    plans.go_on(session, manager, plan.id, now=now)
    plans.summarise(session, manager, plan.id, SUMMARY, now=now)
    for text, by_whom, days in ACTIONS:
        new = NewAction(text=text, by_whom=by_whom, due=today + timedelta(days=days))
        plans.add_action(session, manager, plan.id, new, now=now)
    for days in (30, 60):
        plans.add_review(session, manager, plan.id, today + timedelta(days=days), now=now)
    return plans.offer(session, manager, plan.id, now=now)
