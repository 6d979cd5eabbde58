"""JSON text to plain values: dict, list, str, int, Decimal, bool, None. Lines only on the second, slower reading."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from lms.errors import said
from lms.interop.reading.scalars import decimal_from, unwritable, whole_from
from lms.interop.reading.tokens import (
    CLOSE,
    FLAW,
    KEY,
    NESTING,
    OPEN_LIST,
    OPEN_MAP,
    VALUE,
    BrokenTextError,
    Token,
    too_deep,
)

_TOKEN = re.compile(r'[ \t\r\n:,]+|"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]]|[^\s{}\[\]:,"]+', re.DOTALL)
# An escaped NUL, or an escaped surrogate that might stand alone. Matches a little too much, never too little.
_SUSPECT = re.compile(
    r"\\u0000"
    r"|\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    r"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F]"
    r"|\\\\u[dD][89a-fA-F]"
)


class _RepeatedKeyError(Exception):
    """A mapping names one key twice."""


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise _RepeatedKeyError
    return mapping


def _first_of_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for key, value in pairs:
        mapping.setdefault(key, value)
    return mapping


def _decoder(mapping: Any) -> json.JSONDecoder:
    return json.JSONDecoder(
        object_pairs_hook=mapping, parse_float=decimal_from, parse_int=whole_from, parse_constant=Decimal
    )


_STRICT, _LENIENT = _decoder(_mapping), _decoder(_first_of_each)


def read_json(text: str) -> tuple[Any, bool]:
    """The values of a JSON text, and whether something in it is amiss that `json_tokens` will name with its line.

    Of a key that stands twice the first is kept; NaN and Infinity come as Decimals, for the shape to refuse. Raises
    BrokenTextError for what is no JSON and for what is nested too deeply.
    """
    flawed = "\\u" in text and _SUSPECT.search(text) is not None
    try:
        try:
            return _STRICT.decode(text), flawed
        except _RepeatedKeyError:
            return _LENIENT.decode(text), True
    except json.JSONDecodeError as error:
        message = f"{error.msg[0].lower()}{error.msg[1:]} (column {error.colno})"
        raise BrokenTextError(said("is not valid JSON: %(message)s", message=message), error.lineno) from None
    except RecursionError:
        raise too_deep(_line_of_depth(text)) from None


def json_tokens(text: str) -> Iterator[Token]:
    """The tokens of a text that `read_json` could read, with lines and flaws."""
    maps: list[bool] = []
    line, key_next = 1, False
    for match in _TOKEN.finditer(text):
        token = match[0]
        first = token[0]
        if first == '"':
            value = token[1:-1]
            if "\\" in value:
                value = json.loads(token)
                if why := unwritable(value):
                    yield FLAW, why, line
            yield (KEY if key_next else VALUE), value, line
            key_next = False
        elif first in " \t\r\n:,":
            if "\n" in token:
                line += token.count("\n")
            if "," in token:
                key_next = maps[-1]
        elif first in "{[":
            maps.append(first == "{")
            key_next = maps[-1]
            yield (OPEN_MAP if key_next else OPEN_LIST), None, line
        elif first in "}]":
            maps.pop()
            key_next = False
            yield CLOSE, None, line
        else:
            yield VALUE, None, line


def _line_of_depth(text: str) -> int | None:
    """The line on which the nesting passes the limit, in a text that may be no JSON beyond it."""
    depth, line = 0, 1
    for match in _TOKEN.finditer(text):
        piece = match[0]
        line += 0 if piece[0] == '"' else piece.count("\n")
        depth += (piece[0] in "{[") - (piece[0] in "}]")
        if depth > NESTING:
            return line
    return None
