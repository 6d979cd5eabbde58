"""Shapes of time: days, months and instants. All of them exist, and all of them are written one way."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

from lms.errors import said
from lms.interop.reading.scalars import shown
from lms.interop.shapes.record import Check
from lms.interop.shapes.shape import Cell, Leaf, Reading, Schema, WrongError

_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?)([Zz]|[-+][0-9]{2}:[0-9]{2})?"
)


class Day(Leaf):
    """A day that exists, YYYY-MM-DD."""

    __slots__ = ()

    def parse(self, raw: Any, reading: Reading) -> date:
        """The day."""
        if raw.__class__ is str and len(raw) == 10 and raw[4] == raw[7] == "-":
            try:
                return date.fromisoformat(raw)
            except ValueError:
                raise WrongError(
                    said("must be a day that exists, written YYYY-MM-DD, not %(value)s", value=shown(raw))
                ) from None
        raise WrongError(said("must be a day written YYYY-MM-DD, not %(value)s", value=shown(raw)))

    def write(self, value: date, *, full: bool) -> str:
        """YYYY-MM-DD."""
        return value.isoformat()

    def schema(self) -> Schema:
        """A string of the format `date`."""
        return {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}


class Month(Leaf):
    """A month, YYYY-MM; in the engine its first day."""

    __slots__ = ()

    def parse(self, raw: Any, reading: Reading) -> date:
        """The month's first day."""
        if raw.__class__ is str and len(raw) == 7 and raw[4] == "-":
            try:
                return date.fromisoformat(raw + "-01")
            except ValueError:
                pass
        raise WrongError(said("must be a month written YYYY-MM, not %(value)s", value=shown(raw)))

    def write(self, value: date, *, full: bool) -> str:
        """YYYY-MM."""
        return value.isoformat()[:7]

    def schema(self) -> Schema:
        """A string by its pattern."""
        return {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"}


class Instant(Leaf):
    """A point in time with its offset (RFC 3339), in the engine in UTC."""

    __slots__ = ()

    def parse(self, raw: Any, reading: Reading) -> datetime:
        """The instant in UTC."""
        found = _INSTANT.fullmatch(raw) if raw.__class__ is str else None
        if found is None:
            raise WrongError(
                said("must be a point in time such as 2027-01-14T09:00:00Z, not %(value)s", value=shown(raw))
            )
        day, time, offset = found.groups()
        if offset is None:
            raise WrongError(
                said("must say its offset from UTC: put Z (for UTC) or +01:00 behind %(value)s", value=shown(raw))
            )
        try:
            return datetime.fromisoformat(f"{day}T{time}{offset.upper()}").astimezone(UTC)
        except (ValueError, OverflowError):
            raise WrongError(said("must be a point in time that exists, not %(value)s", value=shown(raw))) from None

    def write(self, value: datetime, *, full: bool) -> str:
        """In UTC, with Z."""
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")

    def schema(self) -> Schema:
        """A string of the format `date-time`."""
        return {"type": "string", "format": "date-time", "pattern": "[0-9]([Zz]|[-+][0-9]{2}:[0-9]{2})$"}


def in_order(first: str, last: str, key: str, other: str) -> Check:
    """A record's check that the value named `last` (under `key`) does not lie before the one named `first`."""

    def check(values: dict[str, Any], reading: Reading, at: Cell) -> None:
        begin, end = values.get(first), values.get(last)
        if begin is not None and end is not None and end < begin:
            text = begin.isoformat().replace("+00:00", "Z")
            wrong = said("must not be before '%(other)s', which is %(when)s", other=other, when=text)
            reading.wrong((at, key), WrongError(wrong))

    return check
