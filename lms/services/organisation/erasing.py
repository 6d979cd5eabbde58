"""Erasing a person for good: whatever names them goes, what the organisation has to be able to show stays.

Deleted are contact, account, sessions, links, rights, notes with their salts, days away, the plan, the path, the address
of the calendar, what they handed in as evidence, and a file they sent that nobody decided about. The ledger and the audit keep the person's number, so
that the chain still verifies and sums still add up; pages say *Former colleague 17*. A note that somebody wrote about
another person belongs to that person and goes with them.
*Instead of:* overwriting names in place, which leaves the notes, and a flag `hidden`, which leaves everything.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from lms.errors import Conflict, said
from lms.services import ledger
from lms.services.access import Actor, Permission
from lms.services.entry import accounts
from lms.services.hiring import openings, retention
from lms.services.learning import confirmations
from lms.services.organisation import lookup
from lms.services.organisation.leaving import open_items
from lms.services.promotions import opening
from lms.storage.cycles import Cycle, CycleResult, Sheet, SheetRating
from lms.storage.evidence_pieces import Deputy, Part, Piece, Review, StoredFile
from lms.storage.paths import Path, Planning
from lms.storage.people import Away, Contact, Person, PersonalText, RightHeld, StudyPlan
from lms.storage.person_records import DevelopmentAction, DevelopmentPlan, DevelopmentReview, OneOnOneNote
from lms.storage.rules import RuleReach
from lms.storage.steps import CalendarFeed
from lms.storage.uploads import Upload

EVIDENCE = (StoredFile, Part, Review, Piece, Deputy)
AGREED = (DevelopmentReview, DevelopmentAction, DevelopmentPlan, OneOnOneNote)
RATINGS = (CycleResult, SheetRating, Sheet, Cycle)
GONE = (
    *EVIDENCE,
    *RATINGS,
    *AGREED,
    PersonalText,
    Away,
    CalendarFeed,
    RuleReach,
    StudyPlan,
    Path,
    Planning,
    RightHeld,
    Upload,
    Contact,
)
"""The tables whose rows of the person are deleted, in this order; every one has `person_id`."""


def erase(session: Session, actor: Actor, person_id: int, confirmation: str, *, now: datetime) -> None:
    """Erase a deactivated person; `confirmation` is their number as somebody typed it. Cannot be undone.

    Raises Invalid for another number, NotFound; Conflict while they are active or something waits on them.
    """
    person = lookup.person(session, actor, Permission.ERASE, person_id, lock=True)
    require_erasable(session, actor, person)
    if confirmation.strip() != str(person_id):
        raise lookup.wrong("confirmation", said("Type the number %(number)s to erase this person.", number=person_id))
    accounts.forget(session, person_id)
    confirmations.withdraw_all(session, person_id, now=now)
    opening.withdraw_all(session, person_id, now=now)
    openings.hand_over(session, person_id)
    retention.forget_person(session, person_id)
    for table in GONE:
        session.execute(delete(table).where(table.person_id == person_id))
    person.state, person.team_id, person.working_time = "erased", None, None
    ledger.note(session, actor, "person.erased", now=now, subject=("person", person_id))


def require_erasable(session: Session, actor: Actor, person: Person) -> None:
    """Go on only if the person is deactivated and nothing waits on them. Raises Conflict."""
    if person.state == "active":
        raise Conflict(said("Only somebody deactivated can be erased. Let them leave first."))
    if person.state == "erased":
        raise Conflict(said("This person was erased already."))
    if open_items(session, actor, person.id):
        raise Conflict(said("This person still manages teams or owns curricula. Hand them over first."))
