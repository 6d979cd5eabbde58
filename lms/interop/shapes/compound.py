"""Shapes made of other shapes: lists, one or many, a value in a wrapper, variants of a record, a value or null."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lms.errors import Said, said
from lms.interop.reading.scalars import shown
from lms.interop.shapes.leaves import not_among
from lms.interop.shapes.record import Field, Record
from lms.interop.shapes.shape import KEY_NAME, Cell, Leaf, Reading, Schema, Shape, WrongError


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
            raise WrongError(said("must be a list, not %(value)s", value=shown(raw)))
        if len(raw) < self.least:
            raise WrongError(said("must not be empty"))
        values: list[Any] = []
        read = self.inner.read
        for index, item in enumerate(raw):
            try:
                values.append(read(item, reading, (at, index)))
            except WrongError as wrong:
                reading.wrong((at, index), wrong)
                values.append(None)
        if self.unique is not None:
            _tell_repeats(raw, self.unique, reading, at)
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

    def within(self, key: Any, raw: Any) -> Shape | None:
        """The items' shape."""
        return self.inner


def _tell_repeats(raw: list[Any], key: str, reading: Reading, at: Cell) -> None:
    ids = [item[key] for item in raw if item.__class__ is dict and item.get(key).__class__ is str]
    if len(set(ids)) == len(ids):
        return
    first: dict[str, int] = {}
    for index, item in enumerate(raw):
        name = item.get(key) if item.__class__ is dict else None
        if name.__class__ is not str:
            continue
        if name in first:
            reading.fault(((at, index), key), said("stands twice"), also=((at, first[name]), key))
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
        self.kinds = tuple(by_kind)

    def read(self, raw: Any, reading: Reading, at: Cell) -> Any:
        """What the kind's record reads."""
        if raw.__class__ is not dict:
            raise WrongError(said("must be a mapping of keys to values, not %(value)s", value=shown(raw)))
        if self.key not in raw:
            kinds = ", ".join(self.kinds)
            wrong = said("has no %(key)s, which is required: %(choices)s", key=KEY_NAME, choices=kinds)
            reading.fault((at, self.key), wrong)
            return None
        kind = raw[self.key]
        if kind.__class__ is not str or kind not in self.by_kind:
            hint = reading.suggestions.hint(kind, self.kinds)
            reading.wrong((at, self.key), WrongError(not_among(kind, self.kinds, hint)))
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

    def label(self, raw: Any, position: Any, key: Any) -> Said | None:
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
