"""Finding a person or a team for a verb: one query, under a lock where it will be changed, and the permission asked.

What does not exist and what the actor may not see answer alike: NotFound.
"""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import Conflict, Invalid, NotFound, Problem, Said, said
from lms.interop.reading.text_rules import mail_key
from lms.services.access import About, Actor, Permission, require
from lms.storage.people import Contact, Person, Team, folded

FIRST_DAY = date(1950, 1, 1)
LAST_DAY = date(2099, 12, 31)
Row = TypeVar("Row", Person, Team)


def person(session: Session, actor: Actor, permission: Permission, person_id: int, *, lock: bool = False) -> Person:
    """The person, if this actor may do this to them. Raises NotFound, Denied when the actor may not."""
    found = _row(session, Person, person_id, lock=lock)
    require(actor, permission, About(person_id=person_id, team_id=found.team_id if found else None))
    if found is None:
        raise NotFound(said("There is nobody with the number %(number)s.", number=person_id))
    return found


def active(session: Session, actor: Actor, permission: Permission, person_id: int) -> Person:
    """The person, locked, if they are active. Raises NotFound, Denied, Conflict."""
    found = person(session, actor, permission, person_id, lock=True)
    if found.state != "active":
        raise Conflict(said("This person is not active any more. Nothing was changed."))
    return found


def team(session: Session, actor: Actor, permission: Permission, team_id: int, *, lock: bool = False) -> Team:
    """The team, if this actor may do this to it. Raises NotFound, Denied."""
    require(actor, permission, About(team_id=team_id))
    found = _row(session, Team, team_id, lock=lock)
    if found is None:
        raise NotFound(said("There is no team with the number %(number)s.", number=team_id))
    return found


def somebody(session: Session, text: str, *, field: str) -> int | None:
    """The number of the active person whom somebody typed: by mail address, personnel number, or a name only they have.

    None for nothing typed. Raises Invalid for the field.
    """
    typed = " ".join(text.split())
    if not typed:
        return None
    if not typed.isprintable():
        raise wrong(field, said("Nobody active is called that. Choose somebody from the list, or type a mail address."))
    by_name = Contact.found_by.like(literal(folded(typed)) + "\n%", escape="\\")
    found = session.execute(
        select(Person.id, Contact.mail_key, Contact.number)
        .join(Contact)
        .where(Person.state == "active", (Contact.mail_key == mail_key(typed)) | (Contact.number == typed) | by_name)
        .order_by((Contact.mail_key == mail_key(typed)).desc(), Person.id)
        .limit(2)
    ).all()
    exact: list[int] = [row.id for row in found if row.mail_key == mail_key(typed)] or [row.id for row in found]
    if not exact:
        raise wrong(field, said("Nobody active is called that. Choose somebody from the list, or type a mail address."))
    if len(exact) > 1:
        raise wrong(field, said("Several people are called that. Type the mail address."))
    return exact[0]


def literal(text: str) -> str:
    r"""Text for a LIKE pattern with the escape sign \, in which every sign stands for itself.

    >>> literal("50%_")
    '50\\%\\_'
    """
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def on_the_calendar(day: date | None, field: str) -> list[Problem]:
    """The problem of a day that is a slip of the pen, such as one in the year 0026; none for a day that can be."""
    if day is None or FIRST_DAY <= day <= LAST_DAY:
        return []
    return [Problem(said("The day must lie between 1950 and 2099."), field=field)]


def wrong(field: str, sentence: Said) -> Invalid:
    """The refusal of one field."""
    return Invalid(Problem(sentence, field=field))


def _row(session: Session, table: type[Row], number: int, *, lock: bool) -> Row | None:
    asked = select(table).where(table.id == number).execution_options(populate_existing=True)
    return session.scalar(asked.with_for_update() if lock else asked)
