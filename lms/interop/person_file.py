"""Person documents, `lms-person/1`: a file, or one line of many, to a Person and back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lms.engine.curriculum import Curriculum
from lms.engine.person import Person
from lms.interop.person_shape import PERSON
from lms.interop.reading.document import document_from, open_file
from lms.interop.reading.reader import read_by
from lms.interop.shapes.shape import Reading


@dataclass(frozen=True, slots=True)
class Known:
    """The ids and the highest level to which a person document may refer; made once, used for many people."""

    competencies: Collection[str]
    courses: Collection[str]
    roles: Collection[str]
    equivalent: Collection[str]
    top: int


def known_to(*curricula: Curriculum) -> Known:
    """What any of these curricula knows."""
    if len(curricula) == 1:
        (one,) = curricula
        return Known(one.competency_by_id, one.course_by_id, one.role_by_id, _equivalent(one), len(one.scale))
    return Known(
        {name for one in curricula for name in one.competency_by_id},
        {name for one in curricula for name in one.course_by_id},
        {name for one in curricula for name in one.role_by_id},
        frozenset().union(*map(_equivalent, curricula)),
        max(len(one.scale) for one in curricula),
    )


def read_person(path: Path, curriculum: Curriculum | Known) -> Person:
    """The person in this file, checked against the curriculum. Raises Invalid with every problem at once."""
    person: Person = read_by(PERSON, open_file(path), _reading(curriculum))
    return person


def parse_person(data: bytes | str, curriculum: Curriculum | Known, *, name: str = "person.json") -> Person:
    """The person in this text, checked against the curriculum. Raises Invalid with every problem at once.

    Of many people hand in `known_to(curriculum)`, made once. A name without an ending is read as JSON or YAML by its
    first character.
    """
    person: Person = read_by(PERSON, document_from(data, name), _reading(curriculum))
    return person


def person_to_document(person: Person) -> dict[str, Any]:
    """The person as plain values in the format's order of keys, what is at its default left out."""
    return PERSON.write(person, full=False)


def _reading(curriculum: Curriculum | Known) -> Reading:
    known = known_to(curriculum) if isinstance(curriculum, Curriculum) else curriculum
    return Reading(known.competencies, known.courses, known.roles, known.equivalent, known.top)


def _equivalent(curriculum: Curriculum) -> frozenset[str]:
    return frozenset(equivalence.course for equivalence in curriculum.equivalences)
