"""How people are shown: by their names while they have one, by their number when they were erased."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import Said, said
from lms.storage.people import Contact


@dataclass(frozen=True, slots=True)
class Named:
    """A person's number, and their name or what stands for it."""

    id: int
    name: str | Said

    @property
    def initials(self) -> str:
        """The first letters of the first and the last word."""
        words = str(self.name).split()
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def names(session: Session, people: Collection[int]) -> dict[int, Named]:
    """The people by number; whoever has no contact any more is a former colleague."""
    found = session.execute(select(Contact.person_id, Contact.name).where(Contact.person_id.in_(people)))
    known = {number: Named(number, name) for number, name in found}
    return {number: known.get(number) or named(number, None) for number in people}


def named(number: int, name: str | None) -> Named:
    """The person by number; without a name a former colleague."""
    return Named(number, name or said("Former colleague %(number)s", number=number))
