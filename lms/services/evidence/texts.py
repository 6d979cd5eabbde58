"""What people say about a piece: kept as personal texts about the person whose piece it is, and read back by row."""

from __future__ import annotations

import secrets
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import Problem, said
from lms.storage.people import PersonalText
from lms.storage.schema import Base

LONGEST = 4_000


def clean(text: str) -> str:
    """The text with one kind of line end and nothing around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def problems(text: str, field: str) -> list[Problem]:
    """What is wrong with a text: too long, or a sign that one database keeps and the other refuses."""
    if "\x00" in text:
        return [Problem(said("This holds a character that cannot be seen. Type it again."), field=field)]
    if len(text) > LONGEST:
        return [Problem(said("Say it in at most %(most)s characters.", most=LONGEST), field=field)]
    return []


def keep(session: Session, person_id: int, table: type[Base], row: int, text: str) -> None:
    """Keep a text about a row of this person's; nothing for an empty one."""
    if text:
        salt = secrets.token_hex(16)
        session.add(
            PersonalText(person_id=person_id, about_kind=table.__tablename__, about_id=row, salt=salt, text=text)
        )


def read(session: Session, table: type[Base], rows: Collection[int]) -> dict[int, str]:
    """The texts about these rows of one table, by row."""
    if not rows:
        return {}
    asked = select(PersonalText.about_id, PersonalText.text).where(
        PersonalText.about_kind == table.__tablename__, PersonalText.about_id.in_(rows)
    )
    return dict(session.execute(asked).all())
