"""The shape of a CASE 1.0 or 1.1 package (CFPackage) as far as a curriculum can hold it: every key that is read.

Other keys may stand there and are passed over. What version 1.0's tools write null for is as good as missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lms.errors import Said, said
from lms.interop.reading.scalars import shown
from lms.interop.shapes.compound import ListOf, OrNull
from lms.interop.shapes.leaves import Text
from lms.interop.shapes.record import Field, Label, Record
from lms.interop.shapes.shape import Cell, Leaf, Reading, Schema, Shape, WrongError

EXTENSION = "lms-curriculum/1"
"""The key under `extensions` that holds, in the contract's words, what CASE's own fields do not say."""
CHILD, RELATED, PRECEDES = "isChildOf", "isRelatedTo", "precedes"

_LARGEST = 2**63


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A reference to an item, a document, or to something in another system."""

    identifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """The CFDocument: what the framework is called."""

    identifier: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A CFItem: a competency, or a heading over some."""

    identifier: str
    statement: str
    uri: str | None = None
    short: str | None = None
    code: str | None = None
    notes: str | None = None
    type: str | None = None
    subject: tuple[str, ...] | None = None
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Association:
    """A CFAssociation: `origin` is the child of, is related to, precedes … `destination`."""

    type: str
    origin: Link
    destination: Link
    number: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricLevel:
    """What is seen at one position of a criterion."""

    position: Any = None
    quality: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """The levels of one item, or without an item, of all."""

    item: Link | None = None
    levels: tuple[RubricLevel, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    """A CFRubric: criteria with their levels."""

    criteria: tuple[Criterion, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A CFPackage. `more` is what an export of ours says beyond CASE; None in a package of another system."""

    framework: Framework
    items: tuple[Item, ...] | None = None
    associations: tuple[Association, ...] | None = None
    rubrics: tuple[Rubric, ...] | None = None
    more: Mapping[str, Any] | None = None


class _AsItIs(Leaf):
    """Any value, for a reader that takes what it can use."""

    __slots__ = ()

    def parse(self, raw: Any, reading: Reading) -> Any:
        """The value itself."""
        return raw

    def schema(self) -> Schema:
        """Anything."""
        return {}


class _More(Leaf):
    """`extensions`: the mapping under our own key, None where there is none."""

    __slots__ = ()

    def parse(self, raw: Any, reading: Reading) -> Mapping[str, Any] | None:
        """What stands under our key."""
        if raw is None or raw.__class__ is list:  # OpenCASE writes an empty list
            return None
        if raw.__class__ is not dict:
            raise WrongError(said("must be a mapping of keys to values, not %(value)s", value=shown(raw)))
        more = raw.get(EXTENSION)
        if more is not None and more.__class__ is not dict:
            raise WrongError(
                said(
                    "must hold a mapping under %(extension)s, not %(value)s",
                    extension=repr(EXTENSION),
                    value=shown(more),
                )
            )
        return more

    def schema(self) -> Schema:
        """An object."""
        return {"type": "object"}


class _Finite(Shape):
    """A shape within which, ours aside, no number is beyond JSON: no NaN, no infinity, no integer past 64 bits."""

    __slots__ = ("inner",)

    def __init__(self, inner: Record) -> None:
        self.inner = inner

    def read(self, raw: Any, reading: Reading, at: Cell) -> Any:
        """What the shape reads, every such number noted as a fault."""
        stack: list[tuple[Any, Cell]] = [(raw, at)]
        while stack:
            value, cell = stack.pop()
            if value.__class__ is dict:
                stack += [(item, (cell, key)) for key, item in value.items() if key != EXTENSION]
            elif value.__class__ is list:
                stack += [(item, (cell, index)) for index, item in enumerate(value)]
            elif _is_beyond(value):
                reading.wrong(
                    cell,
                    WrongError(said("must be a number that other systems can read, not %(value)s", value=shown(value))),
                )
        return self.inner.read(raw, reading, at)

    def schema(self) -> Schema:
        """The shape's own."""
        return self.inner.schema()

    def within(self, key: Any, raw: Any) -> Shape | None:
        """What stands inside the shape."""
        return self.inner.within(key, raw)

    def label(self, raw: Any, position: Any, key: Any) -> Said | None:
        """The shape's own."""
        return self.inner.label(raw, position, key)


def _is_beyond(value: Any) -> bool:
    if value.__class__ is Decimal:
        return not value.is_finite() or abs(value.adjusted()) > 308
    return value.__class__ is int and not -_LARGEST <= value < _LARGEST


_TEXT, _TEXT_OR_NULL = Text(), OrNull(Text())
_LINK = Record(Link, Field("identifier", _TEXT, required=True), others=True)
_FRAMEWORK = Record(
    Framework,
    Field("identifier", _TEXT, required=True),
    Field("title", _TEXT, required=True),
    label=Label(said("framework")),
    others=True,
)
_ITEM = Record(
    Item,
    Field("identifier", _TEXT, required=True),
    Field("fullStatement", _TEXT, name="statement", required=True),
    Field("uri", _TEXT_OR_NULL),
    Field("abbreviatedStatement", _TEXT_OR_NULL, name="short"),
    Field("humanCodingScheme", _TEXT_OR_NULL, name="code"),
    Field("notes", _TEXT_OR_NULL),
    Field("CFItemType", _TEXT_OR_NULL, name="type"),
    Field("subject", OrNull(ListOf(_TEXT))),
    Field("extensions", _More(), name="more"),
    label=Label(said("item"), "identifier"),
    others=True,
)
_ASSOCIATION = Record(
    Association,
    Field("associationType", _TEXT, name="type", required=True),
    Field("originNodeURI", _LINK, name="origin", required=True),
    Field("destinationNodeURI", _LINK, name="destination", required=True),
    Field("sequenceNumber", _AsItIs(), name="number"),
    label=Label(said("association"), "identifier"),
    others=True,
)
_LEVEL = Record(
    RubricLevel,
    Field("position", _AsItIs()),
    Field("quality", _TEXT_OR_NULL),
    Field("description", _TEXT_OR_NULL),
    label=Label(said("level of a rubric")),
    others=True,
)
_CRITERION = Record(
    Criterion,
    Field("CFItemURI", OrNull(_LINK), name="item"),
    Field("CFRubricCriterionLevels", OrNull(ListOf(_LEVEL)), name="levels"),
    label=Label(said("criterion")),
    others=True,
)
_RUBRIC = Record(
    Rubric,
    Field("CFRubricCriteria", OrNull(ListOf(_CRITERION)), name="criteria"),
    label=Label(said("rubric")),
    others=True,
)
PACKAGE = _Finite(
    Record(
        Package,
        Field("CFDocument", _FRAMEWORK, name="framework", required=True),
        Field("CFItems", OrNull(ListOf(_ITEM, unique="identifier")), name="items"),
        Field("CFAssociations", OrNull(ListOf(_ASSOCIATION)), name="associations"),
        Field("CFRubrics", OrNull(ListOf(_RUBRIC)), name="rubrics"),
        Field("extensions", _More(), name="more"),
        label=Label(said("package")),
        others=True,
    )
)
