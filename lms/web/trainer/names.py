"""Competencies, courses and roles as trainers name them: by title. Ids are for the document and for doubles."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from lms.engine.curriculum import Curriculum


class Titles:
    """The items of one list by what a form shows of them; a title that stands twice gets its id beside it.

    >>> from lms.engine.competency import Competency
    >>> titles = Titles([Competency(id="a", title="Listening"), Competency(id="b", title="Listening")])
    >>> titles.label("a"), titles.find("Listening (b)"), titles.find("A"), titles.find("listening")
    ('Listening (a)', 'b', 'a', None)
    """

    def __init__(self, items: Iterable[Any]) -> None:
        titles = {item.id: " ".join(item.title.split()) for item in items}
        often = Counter(title.casefold() for title in titles.values())
        long = {
            key: title if often[title.casefold()] == 1 and title not in titles else f"{title} ({key})".strip()
            for key, title in titles.items()
        }
        again = Counter(long.values())
        self._labels = {key: label if again[label] == 1 and label not in titles else key for key, label in long.items()}
        self._exact = {label: key for key, label in self._labels.items()} | {key: key for key in titles}
        self._any_case = {label.casefold(): key for label, key in self._exact.items()}

    def label(self, key: str) -> str:
        """What a form shows, by which it is found again; the id itself of what is not there."""
        return self._labels.get(key, key)

    def find(self, text: str) -> str | None:
        """The id of what was typed: a title in any case, or an id."""
        typed = text.strip()
        return self._exact.get(typed) or self._any_case.get(typed.casefold())

    @property
    def labels(self) -> Collection[str]:
        """What can be chosen, in the order of the document."""
        return self._labels.values()


@dataclass(frozen=True, slots=True)
class Names:
    """The titles of a draft, and its levels."""

    competency: Titles
    course: Titles
    role: Titles
    levels: tuple[tuple[str, str], ...]
    """Number and title of each level of the scale."""

    @classmethod
    def of(cls, curriculum: Curriculum) -> Names:
        """Those of a draft."""
        return cls(
            Titles(curriculum.competencies),
            Titles(curriculum.courses),
            Titles(curriculum.roles),
            tuple((str(one.level), f"{one.level}, {one.title}") for one in curriculum.scale),
        )


def id_from(title: str, taken: Collection[str]) -> str:
    """An id made of a title, and of a number where others have it.

    >>> id_from("Größe & Übung: Teil 2", ()), id_from("Selling", {"selling"}), id_from("…", ())
    ('grosse-ubung-teil-2', 'selling-2', 'item')
    """
    plain = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    made = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].strip("-") or "item"
    number, name = 1, made
    while name in taken:
        number += 1
        name = f"{made}-{number}"
    return name
