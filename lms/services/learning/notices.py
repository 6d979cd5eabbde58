"""Which mails a person may do without, and who wants which. Mails about one's account and safety are always sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import NotFound, Said, said
from lms.services import access, ledger
from lms.services.access import Actor, Permission
from lms.storage.people import Contact

KINDS: Mapping[str, tuple[Said, Permission]] = {
    "lapses": (said("Something I hold lapses soon"), Permission.OWN_PATH),
    "answers": (said("What was decided about my steps and my evidence"), Permission.STEP_DO),
    "aims": (said("A rule set my target, or the day of it comes near"), Permission.OWN_PATH),
    "rules": (said("What my rules about targets did, in one mail"), Permission.RULES_EDIT),
    "waiting": (said("Something waits for my word, or somebody reminds me of it"), Permission.WAITING),
}
"""Each kind of mail that can be switched off: in words, and whom it concerns. Only what something sends stands here."""


def concerning(actor: Actor) -> tuple[str, ...]:
    """The kinds of mail that this actor may ever get."""
    return tuple(kind for kind, (_, permission) in KINDS.items() if access.can(actor, permission))


def wants(contact: Contact, kind: str) -> bool:
    """Does this person want mails of this kind?"""
    return kind not in contact.muted


def muting(session: Session, kind: str, people: Collection[int]) -> frozenset[int]:
    """Those of these people who do not want mails of this kind."""
    rows = session.scalars(select(Contact).where(Contact.person_id.in_(people)))
    return frozenset(row.person_id for row in rows if not wants(row, kind))


def wanted(session: Session, actor: Actor) -> tuple[str, ...]:
    """The kinds that one gets, of those that concern one."""
    contact = _mine(session, actor)
    return tuple(kind for kind in concerning(actor) if wants(contact, kind))


def choose(session: Session, actor: Actor, kinds: Collection[str], *, now: datetime) -> None:
    """Get these kinds of mail, and none of the others that concern one. Writes nothing when that is so already."""
    contact = _mine(session, actor)
    mine = concerning(actor)
    muted = [kind for kind in KINDS if (kind not in kinds if kind in mine else kind in contact.muted)]
    if muted != contact.muted:
        contact.muted = muted
        ledger.note(session, actor, "account.changed", now=now, subject=("person", actor.person_id), muted=muted)


def _mine(session: Session, actor: Actor) -> Contact:
    access.require(actor, Permission.ACCOUNT, access.About(person_id=actor.person_id))
    contact = session.get(Contact, actor.person_id) if actor.person_id is not None else None
    if contact is None:
        raise NotFound(said("There is nobody to write to."))
    return contact
