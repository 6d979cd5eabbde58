"""Plain values of a document: numbers from their digits, the YAML 1.2 core schema, and how a value is shown to people.

A document's numbers are `int` and `Decimal`, never `float`, so that *at most two decimals* is exact. Numbers that no
rule could accept (thousands of digits, exponents in the billions) become HUGE or TINY at once: such a Decimal costs
nothing until somebody turns it into an integer.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from lms.errors import Said, said

HUGE = Decimal("1E+999999")
TINY = Decimal("1E-999999")

_WORDS: dict[str, Any] = {
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), Decimal("Infinity")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), Decimal("-Infinity")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), Decimal("NaN")),
}
_STARTS = frozenset("-+.0123456789~nNtTfF")
_WHOLE = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_DECIMAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_SURROGATE = re.compile("[\ud800-\udfff]")


def whole_from(digits: str) -> int | Decimal:
    """The integer written so; one of more than 110 digits is as good as HUGE.

    >>> whole_from("-007"), whole_from("9" * 5000)
    (-7, Decimal('1E+999999'))
    """
    if len(digits) <= 110:
        return int(digits)
    return -HUGE if digits[0] == "-" else HUGE


def decimal_from(digits: str) -> Decimal:
    """The decimal number written so, exactly; HUGE or TINY where its exponent is beyond reason.

    >>> decimal_from("2.50"), decimal_from("1e99999999999999999999")
    (Decimal('2.50'), Decimal('1E+999999'))
    """
    if len(digits) <= 1100:  # the longest exact decimal form of a double has 1,079 characters
        try:
            return Decimal(digits)
        except InvalidOperation:
            return TINY if "e-" in digits or "E-" in digits else HUGE
    return -HUGE if digits[0] == "-" else HUGE


def resolve(plain: str) -> Any:
    """What an unquoted YAML scalar means under the 1.2 core schema: null, a boolean, a number, else the text itself.

    >>> [resolve(text) for text in ("on", "0123", "0o17", "2026-01-01", "~", "1e3")]
    ['on', 123, 15, '2026-01-01', None, Decimal('1E+3')]
    """
    if plain and plain[0] not in _STARTS:
        return plain
    if plain in _WORDS:
        return _WORDS[plain]
    if _WHOLE.fullmatch(plain):
        return whole_from(plain)
    if _DECIMAL.fullmatch(plain):
        return decimal_from(plain)
    if _BASED.fullmatch(plain):
        return int(plain, 0) if len(plain) <= 40 else HUGE
    return plain


def unwritable(text: str) -> Said | None:
    """Why this text cannot stand in a document (a NUL, half a character), or None."""
    if "\0" in text:
        return said("holds a NUL character")
    if not text.isascii() and _SURROGATE.search(text):
        return said("holds half a character (a lone surrogate)")
    return None


def shown(value: Any, limit: int = 60) -> str:
    """A value as a message names it, cut to a readable length.

    >>> shown("x"), shown(True), shown(Decimal("2.50")), shown([1])
    ("'x'", 'true', '2.5', 'a list')
    """
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return repr(value if len(value) <= limit else value[: limit - 1] + "…")
        case int():
            return str(value)
        case Decimal():
            return _shown_decimal(value)
        case list():
            return said("a list")
    return said("a mapping")


def _shown_decimal(value: Decimal) -> str:
    if value.is_nan():
        return "NaN"
    if value.is_infinite():
        return said("infinity")
    if abs(value.adjusted()) > 40 or len(text := f"{value:f}") > 50:
        return said("a number of that many digits")
    return text.rstrip("0").rstrip(".") if "." in text else text
