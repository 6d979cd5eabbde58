"""Rules of the organisation: one in force, one switched off, and the address by which a third is looked at ahead."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.services.entry import sessions
from lms.services.organisation import people_list
from lms.services.rules import making, reaching
from lms.services.rules.making import Terms
from lms.storage.people import Person, Team


def rules(session: Session, who: dict[str, int], now: datetime) -> dict[str, str]:
    """Made by the rep's manager for the rep's team and role."""
    manager = sessions.actor_of(session, who["manager"])
    team = session.scalars(select(Team.id).join(Person, Person.team_id == Team.id).where(Person.id == who["rep"])).one()
    held = people_list.roles_of(session, [who["rep"]], now.date())[who["rep"]]
    aim = now.date() + timedelta(days=180)
    terms = [
        Terms(team_ids=frozenset({team}), curriculum_id=held.curriculum_id, role=held.id, target=target, aim=aim)
        for target in ("team-lead", "sales-manager")
    ]
    off, on = (making.make(session, manager, one, now=now) for one in terms)
    making.switch_off(session, manager, off.id, now=now)
    reaching.apply(session, now=now)
    number = held.curriculum_id
    asked = f"teams={team}&role={number}%3A{held.id}&target={number}%3Asales-manager&aim={aim}"
    return {"rule_id": str(on.id), "rule_asked": asked}
