"""Shapes of words: text, identifiers, choices and references to what the curriculum defines."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

from lms.errors import Figure, Said, said
from lms.interop.reading.scalars import shown
from lms.interop.shapes.shape import Leaf, Reading, Schema, WrongError

_CONTROL = r"\u0000-\u001f\u007f-\u00a0"


def not_text(raw: Any) -> WrongError:
    """The complaint about a value that is no text, with the mend where quotes are one."""
    if isinstance(raw, bool):
        return WrongError(said("must be text, not %(value)s: put it in quotes", value=shown(raw)))
    if isinstance(raw, int | Decimal):
        text = shown(raw)
        if text[-1].isdigit():
            return WrongError(said("must be text, not the number %(number)s: put it in quotes", number=text))
        return WrongError(said("must be text, not %(value)s: put it in quotes", value=text))
    return WrongError(said("must be text, not %(value)s", value=shown(raw)))


class Text(Leaf):
    """Any text, the empty one included."""

    __slots__ = ()

    def parse(self, raw: Any, reading: Reading) -> str:
        """The text itself."""
        if raw.__class__ is str:
            return raw
        raise not_text(raw)

    def schema(self) -> Schema:
        """A string."""
        return {"type": "string"}


class Identifier(Leaf):
    """1 to 200 printable characters without a space at either end, compared exactly."""

    __slots__ = ()

    def parse(self, raw: Any, reading: Reading) -> str:
        """The identifier itself."""
        if raw.__class__ is not str:
            raise not_text(raw)
        if 0 < len(raw) <= 200 and raw.isprintable() and raw[0] != " " != raw[-1]:
            return raw
        raise WrongError(_why_no_identifier(raw))

    def schema(self) -> Schema:
        """A reference to the one definition."""
        return {"$ref": "#/$defs/identifier"}


def _why_no_identifier(text: str) -> Said:
    if not text:
        return said("must not be empty")
    if len(text) > 200:
        return said("must have at most 200 characters, not %(count)s", count=Figure(len(text)))
    if text[0] == " " or text[-1] == " ":
        return said("must not begin or end with a space: %(value)s", value=shown(text))
    strange = ascii(next(character for character in text if not character.isprintable()))
    return said(
        "must have printable characters only, without %(character)s: %(value)s", character=strange, value=shown(text)
    )


def not_among(raw: Any, words: Sequence[str], hint: str) -> Said:
    """The complaint that a value is none of these words."""
    return said(
        "must be one of %(choices)s, not %(value)s%(hint)s", choices=", ".join(words), value=shown(raw), hint=hint
    )


class Choice(Leaf):
    """One of a few words; of an enumeration, the member."""

    __slots__ = ("members",)

    def __init__(self, words: type[StrEnum] | Collection[str]) -> None:
        members: Mapping[str, str] = {str(getattr(word, "value", word)): word for word in words}
        self.members = members

    def parse(self, raw: Any, reading: Reading) -> str:
        """The word or the member it names."""
        if raw.__class__ is str and raw in self.members:
            return self.members[raw]
        words = list(self.members)
        hint = reading.suggestions.hint(raw, words)
        if len(words) > 1:
            raise WrongError(not_among(raw, words, hint))
        raise WrongError(said("must be %(word)s, not %(value)s%(hint)s", word=words[0], value=shown(raw), hint=hint))

    def write(self, value: Any, *, full: bool) -> str:
        """The plain word."""
        return str(getattr(value, "value", value))

    def schema(self) -> Schema:
        """An enumeration, or a constant."""
        words = list(self.members)
        return {"const": words[0]} if len(words) == 1 else {"enum": words}


class CompetencyId(Leaf):
    """The id of a competency of the curriculum; `verb` is how a message says what is done with it."""

    __slots__ = ("verb",)

    def __init__(self, verb: Said) -> None:
        self.verb = verb

    def parse(self, raw: Any, reading: Reading) -> str:
        """The id itself."""
        if raw.__class__ is str and raw in reading.competencies:
            return raw
        raise unknown(raw, "competency", self.verb, reading.competencies, reading)

    def schema(self) -> Schema:
        """An identifier."""
        return {"$ref": "#/$defs/identifier"}


class CourseId(Leaf):
    """The id of a course of the curriculum or, with `equivalent`, of one that its equivalences name."""

    __slots__ = ("equivalent", "verb")

    def __init__(self, verb: Said, *, equivalent: bool = False) -> None:
        self.verb, self.equivalent = verb, equivalent

    def parse(self, raw: Any, reading: Reading) -> str:
        """The id itself."""
        if raw.__class__ is str and (raw in reading.courses or (self.equivalent and raw in reading.equivalent)):
            return raw
        raise unknown(raw, "course", self.verb, reading.courses, reading)

    def schema(self) -> Schema:
        """An identifier."""
        return {"$ref": "#/$defs/identifier"}


class RoleId(Leaf):
    """The id of a role of the curriculum."""

    __slots__ = ("verb",)

    def __init__(self, verb: Said) -> None:
        self.verb = verb

    def parse(self, raw: Any, reading: Reading) -> str:
        """The id itself."""
        if raw.__class__ is str and raw in reading.roles:
            return raw
        raise unknown(raw, "role", self.verb, reading.roles, reading)

    def schema(self) -> Schema:
        """An identifier."""
        return {"$ref": "#/$defs/identifier"}


def unknown(
    raw: Any, noun: Literal["competency", "course", "role"], verb: Said, known: Collection[str], reading: Reading
) -> WrongError:
    """The complaint about a reference that leads nowhere, with the nearest id that would lead somewhere."""
    if raw.__class__ is not str:
        return not_text(raw)
    wrong = {"verb": verb, "id": shown(raw), "hint": reading.suggestions.hint(raw, known)}
    if noun == "competency":
        return WrongError(said("%(verb)s unknown competency %(id)s%(hint)s", **wrong), of_key=False)
    if noun == "course":
        return WrongError(said("%(verb)s unknown course %(id)s%(hint)s", **wrong), of_key=False)
    return WrongError(said("%(verb)s unknown role %(id)s%(hint)s", **wrong), of_key=False)


def identifier_definition() -> Schema:
    """What a schema with identifiers in it has to define; what is printable it says only roughly."""
    pattern = f"^[^ {_CONTROL}]([^{_CONTROL}]*[^ {_CONTROL}])?$"
    return {"type": "string", "minLength": 1, "maxLength": 200, "pattern": pattern}
