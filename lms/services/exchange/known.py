"""Curricula by the id of their document, as commands name them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import NotFound, said
from lms.interop.reading.scalars import shown
from lms.interop.reading.suggest import Suggestions
from lms.storage.curricula import Curriculum


def number_of(session: Session, key: str) -> int:
    """The number of the curriculum with this id. Raises NotFound with the likeliest one meant."""
    numbers = {known: number for number, known in session.execute(select(Curriculum.id, Curriculum.key))}
    if key not in numbers:
        told = shown(key) + Suggestions().hint(key, list(numbers))
        raise NotFound(said("There is no curriculum %(name)s", name=told))
    return numbers[key]
