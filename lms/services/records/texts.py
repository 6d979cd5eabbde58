"""What notes, plans, actions and reviews say: personal texts about the person, by the kind of row that they belong to."""

from __future__ import annotations

import secrets
from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.errors import Said, said
from lms.services import ledger
from lms.services.organisation import lookup
from lms.storage.people import PersonalText

LONGEST = 4_000
NOTE = "one_on_one_note"
OWN_VIEW = "plan_own_view"
MANAGER_VIEW = "plan_manager_view"
SUMMARY = "plan_summary"
ACTION = "development_action"
REVIEW = "development_review"


def typed(text: str, field: str, missing: Said) -> str:
    """What somebody typed, fit to be kept: 1 to 4,000 characters. Raises Invalid for the field."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not plain:
        raise lookup.wrong(field, missing)
    if len(plain) > LONGEST:
        raise lookup.wrong(field, said("Say it in at most %(most)s characters.", most=LONGEST))
    if "\x00" in plain:
        raise lookup.wrong(field, said("This holds a character that cannot be seen. Type it again."))
    return plain


def salted(text: str) -> tuple[str, str]:
    """A new salt for a text, and its digest under it."""
    salt = secrets.token_hex(16)
    return salt, ledger.salted(salt, text)


def keep(session: Session, kind: str, about_id: int, person_id: int, text: str, salt: str = "") -> None:
    """Keep the words of a row about a person; words that were there before are replaced."""
    found = session.scalar(
        select(PersonalText).where(PersonalText.about_kind == kind, PersonalText.about_id == about_id)
    )
    salt = salt or secrets.token_hex(16)
    if found is None:
        session.add(PersonalText(person_id=person_id, about_kind=kind, about_id=about_id, salt=salt, text=text))
    else:
        found.salt, found.text = salt, text


def drop(session: Session, kind: str, about_id: int) -> None:
    """Forget the words of a row that is taken out."""
    session.execute(delete(PersonalText).where(PersonalText.about_kind == kind, PersonalText.about_id == about_id))


def of(session: Session, kind: str, rows: Collection[int]) -> dict[int, str]:
    """The words of these rows of one kind."""
    if not rows:
        return {}
    query = select(PersonalText.about_id, PersonalText.text)
    found = session.execute(query.where(PersonalText.about_kind == kind, PersonalText.about_id.in_(rows)))
    return {row.about_id: row.text for row in found}
