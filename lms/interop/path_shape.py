"""The shape of a training path document, `lms-path/1`. Writers may add keys, readers pass over those they don't know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lms.errors import said
from lms.interop.person_shape import format_field
from lms.interop.reading.scalars import shown
from lms.interop.shapes.compound import ListOf, OrNull, Variants
from lms.interop.shapes.dates import Day
from lms.interop.shapes.leaves import Choice, Identifier, Text
from lms.interop.shapes.numbers import Amount, Level, Number, Whole
from lms.interop.shapes.record import Field, Label, Record
from lms.interop.shapes.requirements import RequirementShape
from lms.interop.shapes.shape import Cell, Leaf, Reading, Schema, Shape, WrongError

FORMAT = "lms-path/1"

_COUNT = Whole(0, 1_000_000_000)
_AMOUNT = Amount(10**17)
_TEXT, _ID, _DAY, _REQUIREMENT = Text(), Identifier(), Day(), RequirementShape()


class _Flag(Leaf):
    """True or false."""

    __slots__ = ()

    def parse(self, raw: Any, reading: Reading) -> bool:
        """The boolean."""
        if raw.__class__ is bool:
            return raw
        raise WrongError(said("must be true or false, not %(value)s", value=shown(raw)))

    def schema(self) -> Schema:
        """A boolean."""
        return {"type": "boolean"}


class _Forms(Shape):
    """A record of one of several forms; which one is told by the key that only it has."""

    __slots__ = ("by_key",)

    def __init__(self, by_key: Mapping[str, Record]) -> None:
        self.by_key = by_key

    def read(self, raw: Any, reading: Reading, at: Cell) -> Any:
        """What the form reads whose key is there."""
        if raw.__class__ is not dict:
            raise WrongError(said("must be a mapping of keys to values, not %(value)s", value=shown(raw)))
        for key, record in self.by_key.items():
            if key in raw:
                return record.read(raw, reading, at)
        raise WrongError(said("must have one of the keys %(names)s", names=", ".join(self.by_key)))

    def schema(self) -> Schema:
        """Any of the forms."""
        return {"anyOf": [record.schema() for record in self.by_key.values()]}


def _record(*fields: Field, label: Label | None = None) -> Record:
    return Record(dict, *fields, label=label, others=True)


def _must(key: str, shape: Shape) -> Field:
    return Field(key, shape, required=True)


_ATTAINMENT = _record(_must("competency", _ID), _must("level", Level()))
_FOR_ROLE = _record(_must("role", _ID))
_FOR = _Forms({"role": _FOR_ROLE, "course": _record(_must("course", _ID))})
_BECAUSE = _Forms(
    {
        "grants": _record(_must("grants", _ATTAINMENT), _must("for", _FOR)),
        "course": _record(_must("course", _ID), _must("for", _FOR)),
    }
)
_STEP = _record(
    _must("course", _ID),
    _must("hours", _AMOUNT),
    _must("cost", _AMOUNT),
    _must("starts", OrNull(_DAY)),
    _must("ends", OrNull(_DAY)),
    _must("session", OrNull(_ID)),
    _must("renews", _Flag()),
    _must("after", ListOf(_ID)),
    _must("because", ListOf(_BECAUSE)),
    label=Label(said("step"), "course", of=True),
)
_GAP = _Forms(
    {
        "competency": _record(_must("competency", _ID), _must("required", Level()), _must("held", Level(0))),
        "requirement": _record(_must("requirement", _REQUIREMENT)),
    }
)


def _gate(kind: str, *fields: Field) -> tuple[str, Record]:
    more = (_must("met", _Flag()), _must("on", OrNull(_DAY)), Field("for", _FOR_ROLE))
    return kind, _record(_must("kind", Choice([kind])), *fields, *more, label=Label(said("gate")))


_GATE = Variants(
    "kind",
    dict(
        [
            _gate("months-in-role", _must("role", _ID), _must("at_least", _COUNT)),
            _gate("outcome", _must("metric", _TEXT), _must("months", _COUNT), _must("at_least", Number())),
            _gate("attestation", _must("by", _TEXT), _must("title", _TEXT)),
        ]
    ),
)

_LAPSE = _Forms(
    {
        "competency": _record(_must("competency", _ID), _must("level", Level()), _must("on", _DAY)),
        "course": _record(_must("course", _ID), _must("on", _DAY)),  # an exemption that ends
    }
)

PATH = _record(
    format_field(FORMAT),
    _must("curriculum", _ID),
    _must("digest", _TEXT),
    _must("person", _ID),
    _must("roles", ListOf(_ID)),
    _must("on", _DAY),
    _must("minimise", Choice(["hours", "cost", "courses", "date"])),
    _must("status", Choice(["ready", "optimal", "feasible", "blocked"])),
    _must("objective", OrNull(Number())),
    _must("bound", OrNull(Number())),
    _must("hours", _AMOUNT),
    _must("cost", _AMOUNT),
    _must("ready_on", OrNull(_DAY)),
    _must("eligible_on", OrNull(_DAY)),
    _must("requirements", _record(_must("met", _COUNT), _must("required", _COUNT))),
    _must("gaps", ListOf(_GAP)),
    _must("steps", ListOf(_STEP)),
    _must("unmet", ListOf(_record(_must("requirement", _REQUIREMENT), _must("why", _TEXT)))),
    _must("gates", ListOf(_GATE)),
    Field("lapses", ListOf(_LAPSE)),
    label=Label(said("path")),
)
