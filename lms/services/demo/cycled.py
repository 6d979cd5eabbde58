"""A cycle of the demo: opened by whoever manages everybody, half answered, so that there is something to see and to do.

Through the verbs, so that the audit says who did what. Raters see what the ledger holds, some a little more or less.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.engine.profile import profile_on
from lms.services import curricula
from lms.services.access import Actor, Right
from lms.services.cycles import opening, rating
from lms.services.cycles.opening import Terms
from lms.services.cycles.rating import Answer
from lms.services.entry import sessions
from lms.storage.cycles import Sheet
from lms.storage.people import Person, Team
from lms.storage.snapshot import load_people

ANSWERED = 60
"""How many sheets are handed in: every second one, as long as so many last."""
LARGEST = 120
"""Of a larger organisation only one of the teams at the top's next level takes part."""
WORDS = (
    "Asks first and listens. The summary at the end of a call is what I would work on.",
    "Clear and calm with difficult customers. More of that in writing.",
)


def write(session: Session, now: datetime) -> None:
    """The cycle, with the first answers."""
    team = _team(session)
    if team is None or team.manager_id is None:
        return
    manager = sessions.actor_of(session, team.manager_id)
    terms = Terms(title=f"{now:%Y}", team_id=team.id, due=now.date() + timedelta(days=12), peers=3)
    cycle = opening.open_(session, manager, opening.draft(session, manager, terms, now=now).id, now=now)
    asked = session.scalars(select(Sheet).where(Sheet.cycle_id == cycle.id).order_by(Sheet.capacity, Sheet.id)).all()
    answered = asked[::2][:ANSWERED]
    held = load_people(session, {sheet.person_id for sheet in answered}, now.date())
    for place, sheet in enumerate(answered):
        curriculum = curricula.version(session, sheet.version_id).curriculum
        levels = profile_on(curriculum, held[sheet.person_id].person, now.date()).levels
        _say(
            session,
            sheet,
            {name: levels.get(name, 0) for name in sheet.competencies},
            len(curriculum.scale),
            place,
            now,
        )


def _team(session: Session) -> Team | None:
    """The team of everybody; of a large organisation the first one below it."""
    top = session.scalars(select(Team).where(Team.parent_id.is_(None)).order_by(Team.id)).first()
    people = session.scalar(select(func.count()).where(Person.state == "active")) or 0
    if top is None or people <= LARGEST:
        return top
    below = select(Team).where(Team.parent_id == top.id, Team.manager_id.is_not(None)).order_by(Team.id)
    return session.scalars(below).first()


def _say(session: Session, sheet: Sheet, levels: dict[str, int], highest: int, place: int, now: datetime) -> None:
    lean = sheet.rater_id % 3 - 1
    answers = {
        name: Answer(
            level=min(highest, max(0, level + (lean if (place + n) % 3 == 0 else 0))),
            text=WORDS[place % len(WORDS)] if n == 0 and sheet.capacity != "self" else "",
        )
        for n, (name, level) in enumerate(levels.items())
    }
    rater = Actor(person_id=sheet.rater_id, rights=frozenset({Right.EVERYBODY}))
    rating.submit(session, rater, sheet.id, answers, now=now)
