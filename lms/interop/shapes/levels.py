"""The shape of `levels`: a text for each of some levels, keyed by number in YAML and by its digit in JSON."""

from __future__ import annotations

from typing import Any

from lms.errors import said
from lms.interop.reading.scalars import shown
from lms.interop.shapes.leaves import not_text
from lms.interop.shapes.shape import Cell, Reading, Schema, Shape, WrongError


class LevelTexts(Shape):
    """Level -> text; a key "3" is the same as 3."""

    __slots__ = ()

    def read(self, raw: Any, reading: Reading, at: Cell) -> dict[int, str]:
        """The texts by level, lowest first."""
        if raw.__class__ is not dict:
            raise WrongError(said("must be a mapping of levels to texts, not %(value)s", value=shown(raw)))
        texts: dict[int, str] = {}
        keys: dict[int, Any] = {}
        for key, value in raw.items():
            level = int(key) if key.__class__ is str and key in "123456789" and len(key) == 1 else key
            if level.__class__ is not int or not 1 <= level <= reading.top:
                reading.wrong((at, key), WrongError(said("must be a level from 1 to %(top)s", top=reading.top)))
            elif level in keys:
                reading.fault(
                    (at, key), said("has a text for level %(level)s twice", level=level), also=(at, keys[level])
                )
            elif value.__class__ is not str:
                reading.wrong((at, key), not_text(value))
            else:
                texts[level] = value
            keys.setdefault(level, key)
        return dict(sorted(texts.items()))

    def write(self, value: Any, *, full: bool) -> dict[str, str]:
        """The texts by digit."""
        return {str(level): text for level, text in sorted(value.items())}

    def schema(self) -> Schema:
        """An object with digits as keys."""
        return {
            "type": "object",
            "patternProperties": {"^[1-9]$": {"type": "string"}},
            "additionalProperties": False,
        }
