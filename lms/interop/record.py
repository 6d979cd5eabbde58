"""Shapes with an inside: records of named fields, lists, and what stands for either."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from lms.interop.scalars import shown
from lms.interop.shape import Cell, Leaf, Reading, Schema, Shape, WrongError

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

    noun: str
    key: str | None = None
    of: bool = False

    def text(self, raw: Any, position: Any, key: Any) -> str | None:
        """The label; None where the message goes on to name the very thing that the label would name."""
        if self.of and key is not None and key == self.key:
            return None
        name = raw.get(self.key) if self.key and isinstance(raw, Mapping) else None
        if isinstance(name, str) or (type(name) is int and self.of):
            return f"{self.noun} of {shown(name)}" if self.of else f"{self.noun} {shown(name)}"
        if isinstance(position, int):
            return f"{self.noun} number {position + 1}"
        return self.noun if position is not None or self.of else f"the {self.noun}"


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
        self._same_as = tuple((item.name, item.same_as) for item in fields if item.same_as is not None)

    def read(self, raw: Any, reading: Reading, at: Cell) -> Any:
        """The built value, or None when a fault was noted."""
        if raw.__class__ is not dict:
            raise WrongError(f"must be a mapping of keys to values, not {shown(raw)}")
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
                    wrong.complaint += ": leave the key out where there is nothing to say"
                reading.wrong((at, key), wrong)
            else:
                if name is not None:
                    values[name] = got
        for key in self._required:
            if key not in raw:
                reading.fault((at, key), " has no ", ", which is required")
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

    def within(self, key: Any, raw: Any) -> Shape | None:  # noqa: ARG002
        """The field's shape."""
        return next((item.shape for item in self.fields if item.key == key), None)

    def label(self, raw: Any, position: Any, key: Any) -> str | None:
        """The record's name, if its kind has one."""
        return self.marked.text(raw, position, key) if self.marked else None

    def _unknown(self, key: Any, reading: Reading, at: Cell) -> None:
        if self.others:
            return
        hint = reading.suggestions.hint(key, self._by_key.keys())
        reading.fault((at, key), " has an unknown key ", hint)


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


class ListOf(Shape):
    """A list of one shape, as a tuple. `unique` is the key by which its records may not repeat.

    `check` sees the values (None where one is wrong) and the raw list, and notes what is wrong with the whole.
    """

    __slots__ = ("check", "inner", "least", "unique")

    def __init__(
        self,
        inner: Shape,
        *,
        least: int = 0,
        unique: str | None = None,
        check: Callable[[list[Any], Reading, Cell], None] | None = None,
    ) -> None:
        self.inner, self.least, self.unique, self.check = inner, least, unique, check

    def read(self, raw: Any, reading: Reading, at: Cell) -> tuple[Any, ...]:
        """The values; faults noted for those that are wrong."""
        if raw.__class__ is not list:
            raise WrongError(f"must be a list, not {shown(raw)}")
        if len(raw) < self.least:
            raise WrongError("must not be empty")
        values: list[Any] = []
        read = self.inner.read
        for index, item in enumerate(raw):
            try:
                values.append(read(item, reading, (at, index)))
            except WrongError as wrong:
                reading.wrong((at, index), wrong)
                values.append(None)
        if self.unique is not None:
            _tell_repeats(raw, self.unique, self.inner, reading, at)
        if self.check is not None:
            self.check(values, reading, at)
        return tuple(values)

    def write(self, value: Any, *, full: bool) -> list[Any]:
        """The list."""
        write = self.inner.write
        return [write(item, full=full) for item in value]

    def schema(self) -> Schema:
        """An array."""
        schema: Schema = {"type": "array", "items": self.inner.schema()}
        if self.least:
            schema["minItems"] = self.least
        return schema

    def within(self, key: Any, raw: Any) -> Shape | None:  # noqa: ARG002
        """The items' shape."""
        return self.inner


def _tell_repeats(raw: list[Any], key: str, shape: Shape, reading: Reading, at: Cell) -> None:
    ids = [item[key] for item in raw if item.__class__ is dict and item.get(key).__class__ is str]
    if len(set(ids)) == len(ids):
        return
    first: dict[str, int] = {}
    for index, item in enumerate(raw):
        name = item.get(key) if item.__class__ is dict else None
        if name.__class__ is not str:
            continue
        if name in first:
            reading.fault(((at, index), key), " stands twice", also=((at, first[name]), key))
        else:
            first[name] = index


class OneOrMany(Shape):
    """One value or a list of them, as a tuple without repeats."""

    __slots__ = ("inner", "least", "many")

    def __init__(self, inner: Leaf, *, least: int = 0) -> None:
        self.inner, self.least, self.many = inner, least, ListOf(inner, least=least)

    def read(self, raw: Any, reading: Reading, at: Cell) -> tuple[Any, ...]:
        """The values in order, each once."""
        if raw.__class__ is list:
            return tuple(dict.fromkeys(self.many.read(raw, reading, at)))
        return (self.inner.parse(raw, reading),)

    def write(self, value: Any, *, full: bool) -> Any:
        """One value by itself, else the list."""
        items = self.many.write(value, full=full)
        return items[0] if len(items) == 1 else items

    def schema(self) -> Schema:
        """Either of the two."""
        return {"anyOf": [self.inner.schema(), self.many.schema()]}


class Wrapped(Shape):
    """A mapping of which the engine keeps one thing, such as `policy: {evidence: highest}`."""

    __slots__ = ("default", "key", "record")

    def __init__(self, key: str, shape: Shape, default: Any) -> None:
        self.key, self.default = key, default
        self.record = Record(lambda **got: got.get(key, default), Field(key, shape, default=default, get=_itself))

    def read(self, raw: Any, reading: Reading, at: Cell) -> Any:
        """The value under the key, or the default."""
        return self.record.read(raw, reading, at)

    def write(self, value: Any, *, full: bool) -> Any:
        """The mapping with its one key."""
        return self.record.write(value, full=full)

    def schema(self) -> Schema:
        """An object of one property."""
        return self.record.schema()

    def within(self, key: Any, raw: Any) -> Shape | None:
        """The shape under the key."""
        return self.record.within(key, raw)


def _itself(value: Any) -> Any:
    return value


class Variants(Shape):
    """Records of several kinds, told apart by one key that says which."""

    __slots__ = ("by_kind", "by_type", "key", "kinds")

    def __init__(self, key: str, by_kind: Mapping[str, Record]) -> None:
        self.key, self.by_kind = key, by_kind
        self.by_type = {record.build: kind for kind, record in by_kind.items()}
        self.kinds: Collection[str] = by_kind.keys()

    def read(self, raw: Any, reading: Reading, at: Cell) -> Any:
        """What the kind's record reads."""
        if raw.__class__ is not dict:
            raise WrongError(f"must be a mapping of keys to values, not {shown(raw)}")
        if self.key not in raw:
            reading.fault((at, self.key), " has no ", f", which is required: {', '.join(self.kinds)}")
            return None
        kind = raw[self.key]
        if kind.__class__ is not str or kind not in self.by_kind:
            hint = reading.suggestions.hint(kind, self.kinds)
            reading.fault((at, self.key), ": ", f" must be one of {', '.join(self.kinds)}, not {shown(kind)}{hint}")
            return None
        return self.by_kind[kind].read(raw, reading, at)

    def write(self, value: Any, *, full: bool) -> Any:
        """The record of the value's kind."""
        return self.by_kind[self.by_type[value.__class__]].write(value, full=full)

    def schema(self) -> Schema:
        """One of the kinds."""
        return {"oneOf": [record.schema() for record in self.by_kind.values()]}

    def within(self, key: Any, raw: Any) -> Shape | None:
        """The shape under the key, in a mapping of this kind."""
        return self._record(raw).within(key, raw)

    def label(self, raw: Any, position: Any, key: Any) -> str | None:
        """The kind's name for it."""
        return self._record(raw).label(raw, position, key)

    def _record(self, raw: Any) -> Record:
        kind = raw.get(self.key) if isinstance(raw, dict) else None
        return self.by_kind.get(kind if isinstance(kind, str) else "", next(iter(self.by_kind.values())))


class OrNull(Shape):
    """A shape or null."""

    __slots__ = ("inner",)

    def __init__(self, inner: Shape) -> None:
        self.inner = inner

    def read(self, raw: Any, reading: Reading, at: Cell) -> Any:
        """None, or what the shape reads."""
        return None if raw is None else self.inner.read(raw, reading, at)

    def write(self, value: Any, *, full: bool) -> Any:
        """Null, or what the shape writes."""
        return None if value is None else self.inner.write(value, full=full)

    def schema(self) -> Schema:
        """Either of the two."""
        return {"anyOf": [self.inner.schema(), {"type": "null"}]}

    def within(self, key: Any, raw: Any) -> Shape | None:
        """What stands inside the shape."""
        return self.inner.within(key, raw)
