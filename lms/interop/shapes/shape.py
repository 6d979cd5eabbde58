"""Shapes: what a format's values look like, said once, and used to read, to write and to publish a JSON Schema.

A shape is a small value (`Text()`, `Amount(...)`, `ListOf(...)`, `Record(...)`). Reading goes on after a problem, so
that a person sees all of them; what is read is only handed out when there was none. The good way is kept lean: a
place is a chain of (parent, key) pairs, made into a path and a line only when something is wrong there.

*Instead of:* pydantic. Its messages speak of list positions and validators, ours name the course by its id and the
mend; one wrong requirement would be reported once for every branch of the union; it knows neither duplicate keys nor
lines nor *at most two decimals* exactly; and it would be one more compiled dependency for three formats.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lms.errors import Said
from lms.interop.reading.suggest import Suggestions

Cell = tuple[Any, Any] | None  # (the parent's cell, key); None is the document itself
Schema = dict[str, Any]

MOST_FAULTS = 100_000
KEY_NAME = ""
"""Stands among the values of a complaint for what its key is called, until the sentence is put together."""


class Fault(NamedTuple):
    """A problem whose sentence and line are still to be put together (`sentences`, `document`).

    It reads: the object around it, for a value that is wrong also its key (`of_key`), and the complaint. `also` is a
    second place whose line is told at the end, the first of two that clash.
    """

    at: Cell
    complaint: Said
    of_key: bool = False
    also: Cell = None


class WrongError(Exception):
    """A value is not what its key asks for.

    The complaint goes on after the key (*'title' must be text, not 3*) or, unless it is `of_key`, after the object's
    name (*role 'sdr'* leads to unknown role *'ea'*).
    """

    def __init__(self, complaint: Said, *, of_key: bool = True) -> None:
        super().__init__(complaint)
        self.complaint = complaint
        self.of_key = of_key


class TooManyFaultsError(Exception):
    """Nobody reads on after a hundred thousand problems."""


class Anything(Collection[str]):
    """Stands for ids that are not known to anybody: every reference is taken as good."""

    def __contains__(self, item: object) -> bool:
        return True

    def __iter__(self) -> Any:
        return iter(())

    def __len__(self) -> int:
        return 0


ANYTHING = Anything()


@dataclass(slots=True)
class Reading:
    """What reading one document needs to know, and the faults it has found so far.

    `competencies`, `courses` and `roles` are the known ids; `equivalent` are further course ids that only the
    equivalences name; `top` is the highest level of the scale.
    """

    competencies: Collection[str] = ANYTHING
    courses: Collection[str] = ANYTHING
    roles: Collection[str] = ANYTHING
    equivalent: Collection[str] = ()
    top: int = 9
    faults: list[Fault] = field(default_factory=list)
    suggestions: Suggestions = field(default_factory=Suggestions)

    def fault(self, at: Cell, complaint: Said, *, of_key: bool = False, also: Cell = None) -> None:
        """Note a problem and read on. A complaint that names the key itself has `KEY_NAME` among its values."""
        if len(self.faults) >= MOST_FAULTS:
            raise TooManyFaultsError
        self.faults.append(Fault(at, complaint, of_key, also))

    def wrong(self, at: Cell, wrong: WrongError) -> None:
        """Note that the value at this place is wrong."""
        self.fault(at, wrong.complaint, of_key=wrong.of_key)


class Shape(ABC):
    """What a value looks like in a document, and how it turns into an engine value and back."""

    __slots__ = ()

    @abstractmethod
    def read(self, raw: Any, reading: Reading, at: Cell) -> Any:
        """The engine value; raises WrongError for the value as a whole, notes faults for what is inside it."""

    @abstractmethod
    def schema(self) -> Schema:
        """The shape as JSON Schema (draft 2020-12)."""

    def write(self, value: Any, *, full: bool) -> Any:
        """The value as it stands in a document; `full` writes defaults too."""
        return value

    def within(self, key: Any, raw: Any) -> Shape | None:
        """The shape of what stands under this key, for naming the place of a fault."""
        return None

    def label(self, raw: Any, position: Any, key: Any) -> Said | None:
        """What a message calls this object (*course 'holding-price'*), None when it has no name of its own.

        `position` is the key or index at which it stands, `key` what the message goes on to speak of.
        """
        return None


class Leaf(Shape):
    """A shape without an inside."""

    __slots__ = ()

    def read(self, raw: Any, reading: Reading, at: Cell) -> Any:
        """The engine value; raises WrongError."""
        return self.parse(raw, reading)

    @abstractmethod
    def parse(self, raw: Any, reading: Reading) -> Any:
        """The engine value; raises WrongError."""


def path_of(cell: Cell) -> tuple[Any, ...]:
    """The way from the document's root to a cell.

    >>> path_of(((None, "courses"), 17))
    ('courses', 17)
    """
    keys: list[Any] = []
    while cell is not None:
        cell, key = cell
        keys.append(key)
    return tuple(reversed(keys))
