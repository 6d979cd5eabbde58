"""Everything that is kept about a person, for themselves: one document, private notes about them included.

Whoever wrote a note is named, as law wants it.
*Instead of:* leaving private notes out, which keeps what is written about somebody from the one whom it is about.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import NotFound, said
from lms.interop.person_file import person_to_document
from lms.services import access, calendar, ledger
from lms.services.access import About, Actor, Permission
from lms.services.cycles import results
from lms.services.organisation.people_shown import names
from lms.services.records import opened, texts
from lms.services.records.plan_shown import ShownPlan, plans_of
from lms.services.records.timeline import Event, events
from lms.storage.people import Contact, Person, RightHeld, Team
from lms.storage.person_records import OneOnOneNote
from lms.storage.snapshot import load_people

FORMAT = "cairn-own-data/1"


def own_data(session: Session, actor: Actor, *, now: datetime) -> dict[str, Any]:
    """The document of whoever asks, and an audit row that says so. Raises Denied, NotFound."""
    access.require(actor, Permission.ACCOUNT, About(person_id=actor.person_id))
    contact = session.get(Contact, actor.person_id) if actor.person_id is not None else None
    if contact is None:
        raise NotFound(said("There is nothing kept about you here."))
    number = contact.person_id
    on = calendar.today(session, now=now)
    snapshot = load_people(session, [number], on).get(number)
    ledger.note(session, actor, "record.exported", now=now, subject=("person", number))
    return {
        "format": FORMAT,
        "made": now.isoformat(),
        "contact": _contact(session, contact),
        "person": person_to_document(snapshot.person) if snapshot else None,
        "ledger": [_plain(_event(one)) for one in events(session, number)],
        "ratings": results.plain(results.of(session, actor, number)),
        "notes": _notes(session, number),
        "development_plans": [_plan(one) for one in plans_of(session, number)],
        "opened_by": [
            {"who": str(one.who.name), "at": one.at.isoformat()} for one in opened.openings(session, number, now=now)
        ],
    }


def _event(event: Event) -> dict[str, Any]:
    """What an entry of the ledger says, with the name of who rated."""
    return {
        "kind": event.kind,
        "day": event.day,
        "what": event.what,
        "level": event.level,
        "source": event.source,
        "until": event.until,
        "by": str(event.by.name) if event.by else None,
    }


def _contact(session: Session, contact: Contact) -> dict[str, Any]:
    place = select(Person.working_time, Team.name).outerjoin(Team, Person.team_id == Team.id)
    working_time, team = session.execute(place.where(Person.id == contact.person_id)).one()
    rights = session.scalars(select(RightHeld.held).where(RightHeld.person_id == contact.person_id))
    return {
        "name": contact.name,
        "mail": contact.mail,
        "number": contact.number,
        "language": contact.language,
        "time_zone": contact.time_zone,
        "team": team,
        "working_time": working_time,
        "rights": sorted(rights),
    }


def _notes(session: Session, number: int) -> list[dict[str, Any]]:
    """Every note about the person, replaced ones and private ones too."""
    rows: Sequence[OneOnOneNote] = session.scalars(
        select(OneOnOneNote).where(OneOnOneNote.person_id == number).order_by(OneOnOneNote.id)
    ).all()
    known = names(session, {row.author_id for row in rows})
    words = texts.of(session, texts.NOTE, [row.id for row in rows])
    return [
        {
            "number": row.id,
            "at": row.at.isoformat(),
            "by": str(known[row.author_id].name),
            "shared": row.shared,
            "corrects": row.corrects_id,
            "text": words.get(row.id),
        }
        for row in rows
    ]


def _plan(shown: ShownPlan) -> dict[str, Any]:
    row = shown.row
    return _plain({
        "state": row.state,
        "begun": row.opened_at,
        "own_view": shown.own_view,
        "manager_view": shown.manager_view,
        "summary": shown.summary,
        "actions": [
            _plain({"text": text, "by": one.by_whom, "competency": one.competency, "level": one.level,
                    "due": one.due, "done": one.done_on})
            for one, text in shown.actions
        ],
        "reviews": [
            _plain({"due": one.due, "held": one.held_on, "text": text}) for one, text, _ in shown.reviews
        ],
        "signed": row.person_signed_at,
        "signed_by_manager": row.manager_signed_at,
        "ended": row.ended_at,
        "outcome": row.outcome,
    })  # fmt: skip


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in values.items()}
