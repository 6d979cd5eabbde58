"""The people whom a file's rows may mean, found by personnel number or address in a fixed number of queries a chunk."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from lms.interop.reading.text_rules import mail_key
from lms.storage.people import Contact, Person

CHUNK = 500
"""How many keys one query asks for."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A person who is here already, as their contact says."""

    id: int
    state: str
    team_id: int | None
    name: str
    mail: str
    mail_key: str
    number: str | None
    language: str | None
    working_time: str | None


@dataclass(frozen=True, slots=True)
class Directory:
    """People by the two ways in which a file names them."""

    by_mail: dict[str, Known]
    by_number: dict[str, Known]

    @classmethod
    def load(cls, session: Session, mails: Iterable[str], numbers: Iterable[str]) -> Self:
        """Everybody with one of these addresses, in any spelling, or personnel numbers."""
        keys = sorted({mail_key(mail) for mail in mails})
        found = [*_known(session, Contact.mail_key, keys), *_known(session, Contact.number, sorted(set(numbers)))]
        return cls({one.mail_key: one for one in found}, {one.number: one for one in found if one.number})

    def find(self, person: str) -> Known | None:
        """Whom a mail address or a personnel number means."""
        return self.by_mail.get(mail_key(person)) if "@" in person else self.by_number.get(person)


def chunks(items: Collection[Item]) -> Iterator[Sequence[Item]]:
    """The items in portions that one query can name."""
    listed = list(items)
    for start in range(0, len(listed), CHUNK):
        yield listed[start : start + CHUNK]


def _known(session: Session, column: Any, keys: Collection[str]) -> Iterator[Known]:
    for chunk in chunks(keys):
        named: ColumnElement[bool] = column.in_(chunk)
        rows = session.execute(
            select(
                Person.id,
                Person.state,
                Person.team_id,
                Contact.name,
                Contact.mail,
                Contact.mail_key,
                Contact.number,
                Contact.language,
                Person.working_time,
            )
            .join(Contact, Contact.person_id == Person.id)
            .where(named)
        )
        for row in rows:
            yield Known(**row._mapping)  # noqa: SLF001 - the public way from a row to its columns by name
