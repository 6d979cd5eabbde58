"""How the application says no. Codes and data only: doors turn them into exit codes and HTTP answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self


class Said(str):
    """A sentence that a door may say in another language: the English text, its template and the values in it."""

    __slots__ = ("template", "values")

    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, values: dict[str, Any]) -> Self:
        sentence = super().__new__(cls, template % values if values else template)
        sentence.template, sentence.values = template, values
        return sentence


class Figure(int):
    """A count in a sentence: in English with commas between thousands, on a page as its language writes it."""

    def __str__(self) -> str:
        return f"{self:,}"


def said(template: str, **values: Any) -> Said:
    """A refusal in English that can be translated; `%(name)s` stands for a value. Catalogues collect its templates.

    A value may be such a sentence itself, and a `Figure`.

    >>> said("There is no team %(name)s.", name="North")
    'There is no team North.'
    """
    return Said(template, values)


def one_after_another(sentences: Sequence[str]) -> Said:
    """Sentences in one, with semicolons between; at least one.

    >>> one_after_another([said("it is late"), said("it is cold")])
    'it is late; it is cold'
    """
    first, *others = sentences
    told = said("%(only)s", only=first)
    for sentence in others:
        told = said("%(before)s; %(next)s", before=told, next=sentence)
    return told


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input: where it stands, and a sentence that names the mend.

    `file`, `line` (counted from 1) and `field` (of a form) are None where the input has no such place.
    """

    message: str
    file: str | None = None
    line: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        return f"{place}: {self.message}" if place else self.message


class LmsError(Exception):
    """Whatever the application refuses; `code` is stable, the text is for people."""

    code = "error"


class Invalid(LmsError):
    """The input is not what it has to be; carries every problem found, not only the first."""

    code = "invalid"

    def __init__(self, *problems: Problem | str) -> None:
        self.problems = tuple(p if isinstance(p, Problem) else Problem(p) for p in problems)
        super().__init__("\n".join(map(str, self.problems)))


class NotFound(LmsError):
    """What was named does not exist (or the caller may not know that it does)."""

    code = "not-found"


class NotPermitted(LmsError):
    """The actor may know of the thing but not do this to it, whatever its state."""

    code = "not-permitted"


class Conflict(LmsError):
    """The thing is not in the state in which this can be done, or somebody else was quicker."""

    code = "conflict"


class TooMany(LmsError):
    """Too many tries in a window of time; `wait` is the number of seconds until the next one may pass."""

    code = "too-many"

    def __init__(self, message: str, *, wait: int) -> None:
        self.wait = wait
        super().__init__(message)


class Busy(LmsError):
    """Another writer has held the database for too long; the same request may pass in a moment."""

    code = "busy"
