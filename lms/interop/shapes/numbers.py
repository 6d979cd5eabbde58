"""Shapes of numbers. A boolean is no number; a whole number may be written 2.0; NaN and infinity are refused."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import Any

from lms.errors import Figure, said
from lms.interop.reading.scalars import shown
from lms.interop.shapes.shape import Leaf, Reading, Schema, WrongError

_CENT = Decimal("0.01")
_EXACT = Context(prec=100, rounding=ROUND_HALF_EVEN, Emax=999_999_999, Emin=-999_999_999)


class Whole(Leaf):
    """A whole number from `low` through `high`."""

    __slots__ = ("high", "low")

    def __init__(self, low: int, high: int) -> None:
        self.low, self.high = low, high

    def parse(self, raw: Any, reading: Reading) -> int:
        """The number."""
        if raw.__class__ is int and self.low <= raw <= self.high:
            return raw
        return whole(raw, self.low, self.high)

    def schema(self) -> Schema:
        """An integer within the bounds."""
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


class Level(Leaf):
    """A proficiency level of the curriculum's scale, or 0 where `low` says so."""

    __slots__ = ("low",)

    def __init__(self, low: int = 1) -> None:
        self.low = low

    def parse(self, raw: Any, reading: Reading) -> int:
        """The level."""
        if raw.__class__ is int and self.low <= raw <= reading.top:
            return raw
        return whole(raw, self.low, reading.top, said(" (the scale's levels)") if self.low else "")

    def schema(self) -> Schema:
        """An integer; the scale's own end is beyond a schema."""
        return {"type": "integer", "minimum": self.low, "maximum": 9}


def whole(raw: Any, low: int, high: int, which: str = "") -> int:
    """The whole number that `raw` is, within the bounds. Raises WrongError."""
    value = _finite(raw)
    if value is not None and low <= value <= high and value == value.to_integral_value(context=_EXACT):
        return int(value)
    raise WrongError(
        said(
            "must be a whole number from %(low)s to %(high)s%(which)s, not %(value)s",
            low=Figure(low),
            high=Figure(high),
            which=which,
            value=shown(raw),
        )
    )


class Amount(Leaf):
    """Hours or money with at most two decimals, in the engine whole hundredths; the bounds are hundredths too."""

    __slots__ = ("above", "high", "low")

    def __init__(self, high: int, *, above_zero: bool = False) -> None:
        self.low, self.high, self.above = int(above_zero), high, above_zero

    def parse(self, raw: Any, reading: Reading) -> int:
        """The hundredths."""
        if raw.__class__ is int and self.low <= raw * 100 <= self.high:
            return raw * 100
        value = _finite(raw)
        if value is None or not (0 <= value <= self.high // 100) or (self.above and not value):
            most = Figure(self.high // 100)
            if self.above:
                raise WrongError(
                    said("must be a number above 0 and at most %(high)s, not %(value)s", high=most, value=shown(raw))
                )
            raise WrongError(said("must be a number from 0 to %(high)s, not %(value)s", high=most, value=shown(raw)))
        cents = value.quantize(_CENT, context=_EXACT)
        if cents != value:
            raise WrongError(said("must have at most two decimals, not %(value)s", value=shown(raw)))
        return int(cents.scaleb(2, context=_EXACT))

    def write(self, value: int, *, full: bool) -> Any:
        """A number with as many decimals as it needs."""
        whole_part, rest = divmod(value, 100)
        return plain_number(Decimal(value).scaleb(-2, context=_EXACT)) if rest else whole_part

    def schema(self) -> Schema:
        """A number; *at most two decimals* is beyond a schema, floats being what they are."""
        floor = {"exclusiveMinimum": 0} if self.above else {"minimum": 0}
        return {"type": "number", **floor, "maximum": self.high // 100, "description": "at most two decimals"}


class Number(Leaf):
    """A finite number with any decimals; with `above_zero`, a positive one."""

    __slots__ = ("above",)

    def __init__(self, *, above_zero: bool = False) -> None:
        self.above = above_zero

    def parse(self, raw: Any, reading: Reading) -> Decimal:
        """The number, exactly."""
        return number(raw, above_zero=self.above)

    def write(self, value: Decimal, *, full: bool) -> Any:
        """The number as plainly as it goes."""
        return plain_number(value)

    def schema(self) -> Schema:
        """A number."""
        return {"type": "number", "exclusiveMinimum": 0} if self.above else {"type": "number"}


class WeeklyHours(Leaf):
    """Hours of study a week: above 0, at most 168, any decimals."""

    __slots__ = ()

    def parse(self, raw: Any, reading: Reading) -> Fraction:
        """The hours, exactly."""
        value = _finite(raw)
        if value is None or not 0 < value <= 168:
            raise WrongError(said("must be a number of hours above 0 and at most 168, not %(value)s", value=shown(raw)))
        return Fraction(number(raw))

    def write(self, value: Fraction, *, full: bool) -> Any:
        """The hours as a decimal number; exact for whatever was read, else to a hundred digits."""
        return plain_number(_EXACT.divide(Decimal(value.numerator), Decimal(value.denominator)))

    def schema(self) -> Schema:
        """A number."""
        return {"type": "number", "exclusiveMinimum": 0, "maximum": 168}


def number(raw: Any, *, above_zero: bool = False) -> Decimal:
    """The finite number that `raw` is, of a size that can be reckoned with. Raises WrongError."""
    value = _finite(raw)
    if above_zero and (value is None or value <= 0):
        raise WrongError(said("must be a number above 0, not %(value)s", value=shown(raw)))
    if value is None:
        raise WrongError(said("must be a number, not %(value)s", value=shown(raw)))
    if not value:
        return Decimal(0)
    if abs(value.adjusted()) > 100 or len(value.as_tuple().digits) > 100:
        raise WrongError(said("must be a number of at most a hundred digits, not %(value)s", value=shown(raw)))
    return value


def plain_number(value: Decimal) -> int | float | Decimal:
    """The number as JSON and YAML write it: an int, a float where that is exact, else the Decimal itself.

    >>> plain_number(Decimal("3.00")), plain_number(Decimal("0.9")), plain_number(Decimal("0.12345678901234567890123"))
    (3, 0.9, Decimal('0.12345678901234567890123'))
    """
    if value == value.to_integral_value(context=_EXACT) and value.adjusted() < 40:
        return int(value)
    near = float(value)
    return near if Decimal(repr(near)) == value else value


def _finite(raw: Any) -> Decimal | None:
    """The value as a Decimal if it is a finite number; a boolean is none."""
    if raw.__class__ is int:
        return Decimal(raw)
    if raw.__class__ is Decimal and raw.is_finite():
        return raw
    return None
