"""The words of a case: reasons, conditions, marks and answers, kept as personal texts about its rows.

They belong to the person whom the case is about and go when they are erased; the audit keeps their salted digests.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import Said, said
from lms.services import ledger
from lms.services.organisation import lookup
from lms.storage.people import PersonalText

LONGEST = 2_000
REASONS = "promotion_reasons"
CHANGE = "promotion_change"
CONDITION = "promotion_condition"
OVERRIDE = "promotion_override"
APPEAL = "promotion_appeal"
MARK = "promotion_mark"
ANSWER = "promotion_answer"


def asked(text: str, field: str, missing: Said) -> str:
    """What somebody typed, fit to be kept: 1 to 2,000 characters. Raises Invalid for the field."""
    plain = text.replace("\r\n", "\n").strip()
    if not plain:
        raise lookup.wrong(field, missing)
    if len(plain) > LONGEST:
        raise lookup.wrong(field, said("Say it in at most %(most)s characters.", most=LONGEST))
    if "\x00" in plain:
        raise lookup.wrong(field, said("This holds a character that cannot be seen. Type it again."))
    return plain


def keep(session: Session, kind: str, about_id: int, person_id: int, text: str) -> str:
    """Keep the words of a row about a person; gives the digest for the audit."""
    salt = secrets.token_hex(16)
    session.add(PersonalText(person_id=person_id, about_kind=kind, about_id=about_id, salt=salt, text=text))
    return ledger.salted(salt, text)


def of(session: Session, kind: str, rows: Collection[int]) -> dict[int, str]:
    """The words of these rows; those of somebody erased are gone."""
    if not rows:
        return {}
    query = select(PersonalText.about_id, PersonalText.text)
    found = session.execute(query.where(PersonalText.about_kind == kind, PersonalText.about_id.in_(rows)))
    return {row.about_id: row.text for row in found}
