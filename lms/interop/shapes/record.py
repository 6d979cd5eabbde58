"""The shape of a record: a mapping with named fields, one engine value."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from lms.errors import Said, said
from lms.interop.reading.scalars import shown
from lms.interop.shapes.shape import KEY_NAME, Cell, Leaf, Reading, Schema, Shape, WrongError

_NONE: Any = object()  # no default: the field is always written


class Field:
    """One key of a record.

    `name` is the engine's name for it (default: the key; None: checked but not kept), `default` what the engine value
    is where the key is missing (default: the dataclass's own), `same_as` another field whose value it then takes.
    """

    __slots__ = ("default", "get", "key", "name", "note", "required", "same_as", "shape")

    def __init__(
        self,
        key: str,
        shape: Shape,
        *,
        name: str | None = "",
        required: bool = False,
        default: Any = _NONE,
        same_as: str | None = None,
        get: Callable[[Any], Any] | None = None,
        note: str | None = None,
    ) -> None:
        self.key, self.shape, self.required, self.default = key, shape, required, default
        self.name = key if name == "" else name
        self.same_as, self.note = same_as, note
        self.get = get or attrgetter(self.name or key)

    def is_default(self, value: Any, owner: Any) -> bool:
        """May the key be left out where the owner has this value?"""
        if self.required:
            return False
        if self.same_as is not None:
            return bool(value == getattr(owner, self.same_as))
        return self.default is not _NONE and bool(value == self.default)


@dataclass(frozen=True, slots=True)
class Label:
    """How a record is called: `course 'x'` by its own `key`, or with `of`, `grant of 'x'` by what it is about."""

    noun: Said
    key: str | None = None
    of: bool = False

    def text(self, raw: Any, position: Any, key: Any) -> Said | None:
        """The label; None where the message goes on to name the very thing that the label would name."""
        name = raw.get(self.key) if self.key and isinstance(raw, Mapping) else None
        if self.of and name is not None and key == self.key:
            return None
        if isinstance(name, str) or (type(name) is int and self.of):
            if self.of:
                return said("%(noun)s of %(name)s", noun=self.noun, name=shown(name))
            return said("%(noun)s %(name)s", noun=self.noun, name=shown(name))
        if isinstance(position, int):
            return said("%(noun)s number %(number)s", noun=self.noun, number=position + 1)
        return self.noun if position is not None or self.of else said("the %(noun)s", noun=self.noun)


Check = Callable[[dict[str, Any], Reading, Cell], None]


class Record(Shape):
    """A mapping with known keys. `build` makes the engine value of the fields' values by name.

    `check` sees the values read so far (some may be missing) and notes faults that concern several of them.
    `others` lets keys pass that the format does not name.
    """

    __slots__ = ("_by_key", "_required", "_same_as", "build", "check", "fields", "marked", "others")

    def __init__(
        self,
        build: Callable[..., Any],
        *fields: Field,
        label: Label | None = None,
        check: Check | None = None,
        others: bool = False,
    ) -> None:
        self.build, self.fields, self.marked, self.check, self.others = build, fields, label, check, others
        defaults = _defaults(build)
        for item in fields:
            if item.default is _NONE and item.name in defaults:
                item.default = defaults[item.name]
        self._by_key = {
            item.key: (item.name, item.shape.parse if isinstance(item.shape, Leaf) else None, item.shape.read)
            for item in fields
        }
        self._required = tuple(item.key for item in fields if item.required)
        self._same_as = tuple((item.name or "", item.same_as) for item in fields if item.same_as is not None)

    def read(self, raw: Any, reading: Reading, at: Cell) -> Any:
        """The built value, or None when a fault was noted."""
        if raw.__class__ is not dict:
            raise WrongError(said("must be a mapping of keys to values, not %(value)s", value=shown(raw)))
        before = len(reading.faults)
        by_key = self._by_key
        values: dict[str, Any] = {}
        for key, value in raw.items():
            if key not in by_key:
                self._unknown(key, reading, at)
                continue
            name, parse, read = by_key[key]
            try:
                got = read(value, reading, (at, key)) if parse is None else parse(value, reading)
            except WrongError as wrong:
                if value is None and key not in self._required:
                    wrong.complaint = said(
                        "%(complaint)s: leave the key out where there is nothing to say", complaint=wrong.complaint
                    )
                reading.wrong((at, key), wrong)
            else:
                if name is not None:
                    values[name] = got
        for key in self._required:
            if key not in raw:
                reading.fault((at, key), said("has no %(key)s, which is required", key=KEY_NAME))
        if self.check is not None:
            self.check(values, reading, at)
        if len(reading.faults) != before:
            return None
        for name, other in self._same_as:
            if name not in values and other in values:
                values[name] = values[other]
        return self.build(**values)

    def write(self, value: Any, *, full: bool) -> dict[str, Any]:
        """The mapping, keys in the format's order, without those at their default unless `full`."""
        document: dict[str, Any] = {}
        for item in self.fields:
            got = item.get(value)
            if got is None or (not full and item.is_default(got, value)):
                continue
            document[item.key] = item.shape.write(got, full=full)
        return document

    def schema(self) -> Schema:
        """An object with these properties and, unless others may stand there, no further ones."""
        properties: Schema = {}
        for item in self.fields:
            properties[item.key] = dict(item.shape.schema())
            if item.note:
                properties[item.key]["description"] = item.note
            if not item.required and item.default is not _NONE and item.default not in (None, (), {}):
                properties[item.key]["default"] = item.shape.write(item.default, full=False)
        schema: Schema = {"type": "object", "properties": properties}
        if self._required:
            schema["required"] = list(self._required)
        if not self.others:
            schema["additionalProperties"] = False
        return schema

    def within(self, key: Any, raw: Any) -> Shape | None:
        """The field's shape."""
        return next((item.shape for item in self.fields if item.key == key), None)

    def label(self, raw: Any, position: Any, key: Any) -> Said | None:
        """The record's name, if its kind has one."""
        return self.marked.text(raw, position, key) if self.marked else None

    def _unknown(self, key: Any, reading: Reading, at: Cell) -> None:
        if self.others:
            return
        hint = reading.suggestions.hint(key, self._by_key.keys())
        reading.fault((at, key), said("has an unknown key %(key)s%(hint)s", key=KEY_NAME, hint=hint))


def _defaults(build: Callable[..., Any]) -> dict[str | None, Any]:
    """Defaults of a dataclass's fields."""
    if not dataclasses.is_dataclass(build):
        return {}
    found: dict[str | None, Any] = {}
    for item in dataclasses.fields(build):
        if item.default is not dataclasses.MISSING:
            found[item.name] = item.default
        elif item.default_factory is not dataclasses.MISSING:
            found[item.name] = item.default_factory()
    return found
