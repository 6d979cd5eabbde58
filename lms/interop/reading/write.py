"""Plain values to text: JSON and YAML that any reader of the format, ours included, reads back as the same values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import yaml
from yaml.events import (
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from lms.errors import Invalid, said
from lms.interop.reading.scalars import resolve

_Dumper: Any = getattr(yaml, "CDumper", yaml.Dumper)
_MARKED = re.compile(r'"\\u0000([^"]*)"')
_SHORT = 90  # characters up to which a mapping or list of plain values is written on one line
# What YAML 1.1 readers would take for a boolean, a number or a merge key.
_OLD_YAML = re.compile(r"(?i:y|n|yes|no|on|off)|[-+]?[0-9][0-9_,:.]*|=|<<")
_PLAIN_TEXT = re.compile(
    r"[^\s\x00-\x1f\x7f-\xa0\ud800-\udfff\u2028\u2029\ufeff\ufffe\uffff][^\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\t]*"
)


def as_json(document: Any, *, indent: int | None = 1) -> str:
    """The values as JSON text; a Decimal is written digit by digit. Raises Invalid for a text that begins with a NUL.

    >>> as_json({"a": [1, 0.5, Decimal("0.1234567890123456789012")]}, indent=None)
    '{"a": [1, 0.5, 0.1234567890123456789012]}'
    """
    numbers = 0

    def digits(number: Decimal) -> str:
        nonlocal numbers
        numbers += 1
        return f"\0{number:f}"

    # json knows no way to write a number from its digits: they go out as text behind a NUL, which no document has.
    text = json.dumps(document, indent=indent, ensure_ascii=False, default=digits)
    text, marked = _MARKED.subn(r"\1", text)
    if marked != numbers:
        raise Invalid(said("holds a NUL character"))
    return text if indent is None else text + "\n"


def as_yaml(document: Any) -> str:
    """The values as YAML text in block style, short collections of plain values on one line.

    >>> print(as_yaml({"id": "on", "scale": [{"level": 1, "title": "Knows"}]}), end="")
    id: "on"
    scale:
    - {level: 1, title: Knows}
    """
    text = yaml.emit(_events(document), Dumper=_Dumper, allow_unicode=True, width=1_000_000)
    assert isinstance(text, str)
    return text


def _events(document: Any) -> Iterator[Event]:
    yield StreamStartEvent()
    yield DocumentStartEvent(explicit=False)
    yield from _node(document, top=True)
    yield DocumentEndEvent(explicit=False)
    yield StreamEndEvent()


def _node(value: Any, *, top: bool = False) -> Iterator[Event]:
    if isinstance(value, dict):
        yield MappingStartEvent(None, None, implicit=True, flow_style=not top and _is_short(value.values(), value))
        for key, item in value.items():
            yield ScalarEvent(None, None, (True, True), str(key))
            yield from _node(item)
        yield MappingEndEvent()
    elif isinstance(value, list):
        yield SequenceStartEvent(None, None, implicit=True, flow_style=_is_short(value, ()))
        for item in value:
            yield from _node(item)
        yield SequenceEndEvent()
    else:
        yield _scalar(value)


def _is_short(values: Any, keys: Any) -> bool:
    length = sum(len(key) + 4 for key in keys)
    for value in values:
        if isinstance(value, dict | list) and value:
            return False
        length += len(str(value)) + 2
    return length <= _SHORT


def _scalar(value: Any) -> ScalarEvent:
    if value is None or isinstance(value, bool):
        return ScalarEvent(None, None, (True, True), {None: "null", True: "true", False: "false"}[value])
    if isinstance(value, str):
        return ScalarEvent(None, None, (True, True), value, style=_style(value))
    return ScalarEvent(None, None, (True, True), f"{value:f}" if isinstance(value, Decimal) else repr(value))


def _style(text: str) -> str | None:
    """Double quotes wherever a plain scalar might be read as something else, or not exactly."""
    if not text or resolve(text) is not text or not _PLAIN_TEXT.fullmatch(text):
        return '"'
    if "\n" in text:
        exact = text[-1] not in " \n" and " \n" not in text
        return "|" if exact else '"'
    return '"' if text[-1].isspace() or (_OLD_YAML.fullmatch(text) and text.count("-") != 2) else None
