"""YAML 1.2 text to plain values: dict, list, str, int, Decimal, bool, None.

Built from the event stream of libyaml, never by PyYAML's loaders: those are YAML 1.1 (the key `on` is True, 0123 is
83, dates become objects, `<<` merges), recurse on deep input, and expand aliases without asking how far.
*Instead of:* ruamel.yaml, which reads 1.2 but takes five seconds for 5,000 courses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from lms.errors import said
from lms.interop.reading.scalars import resolve, unwritable
from lms.interop.reading.tokens import (
    ALIAS,
    ANCHOR,
    CLOSE,
    FLAW,
    KEY,
    NESTING,
    NO_KEY,
    OPEN_LIST,
    OPEN_MAP,
    VALUE,
    BrokenTextError,
    Token,
    too_deep,
)

EXPANSION = 10 * 1024 * 1024  # what all aliases together may stand for, in characters

Loader: Any = getattr(yaml, "CLoader", yaml.Loader)
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_yaml(text: str, loader: Any = Loader) -> tuple[Any, bool]:
    """The values of a YAML text, and whether something in it is amiss that `yaml_tokens` will name with its line.

    Of a key that stands twice the first is kept. Raises BrokenTextError for what is no YAML, is nested too deeply, or
    whose aliases stand for more than 10 MB.
    """
    return _Builder().build(yaml_tokens(text, loader))


def yaml_tokens(text: str, loader: Any = Loader) -> Iterator[Token]:
    """The tokens of the text's one document, with lines and flaws. Raises BrokenTextError where it cannot go on."""
    try:
        yield from _tokens(loader(text))
    except yaml.reader.ReaderError:
        found = _FORBIDDEN.search(text)
        line = text.count("\n", 0, found.start()) + 1 if found else None
        raise BrokenTextError(said("holds a control character, which YAML does not allow"), line) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        why = ", ".join(filter(None, (error.problem, error.context)))
        last = text.count("\n") + (not text.endswith("\n"))  # what is missing at the end is missing on the last line
        raise BrokenTextError(
            said("is not valid YAML: %(why)s", why=why), min(mark.line + 1, last) if mark else None
        ) from None


def _tokens(loader: Any) -> Iterator[Token]:
    next_event = loader.get_event
    maps: list[bool] = []  # the collections that are open: is it a mapping?
    key_next = False
    documents = 0
    names: dict[str, Any] = {}  # anchored scalars, for an alias that stands as a key
    while True:
        event = next_event()
        kind = event.__class__
        line = event.start_mark.line + 1
        if kind is ScalarEvent:
            value = event.value
            if event.tag is not None:
                yield _tag(event.tag, line)
            elif not event.style:
                value = resolve(value)
            elif event.style == '"' and (why := unwritable(value)):
                yield FLAW, why, line
            if event.anchor is not None:
                yield ANCHOR, event.anchor, line
                names[event.anchor] = value
            if key_next:
                key_next = False
                yield from _key(value, line)
            else:
                key_next = bool(maps) and maps[-1]
                yield VALUE, value, line
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            if event.tag is not None:
                yield _tag(event.tag, line)
            if key_next:
                _skip(next_event, line)
                key_next = False
                yield from _key([], line)
                continue
            if event.anchor is not None:
                yield ANCHOR, event.anchor, line
            key_next = kind is MappingStartEvent
            maps.append(key_next)
            if len(maps) > NESTING:
                raise too_deep(line)
            yield (OPEN_MAP if key_next else OPEN_LIST), None, line
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            maps.pop()
            key_next = bool(maps) and maps[-1]
            yield CLOSE, None, line
        elif kind is AliasEvent:
            if key_next:
                key_next = False
                yield from _key(names.get(event.anchor, []), line)
            else:
                key_next = bool(maps) and maps[-1]
                yield ALIAS, event.anchor, line
        elif kind is DocumentStartEvent:
            documents += 1
            if documents == 2:
                yield FLAW, said("holds more than one document; keep one, without a line '---' between"), line
                return
        elif kind is StreamEndEvent:
            if not documents:
                raise BrokenTextError(said("is empty: there are only comments in it"), 1)
            return


def _tag(tag: str, line: int) -> Token:
    short = tag.replace("tag:yaml.org,2002:", "!!")
    return FLAW, said("uses the YAML tag %(tag)s; tags are not allowed, leave it out", tag=repr(short[:60])), line


def _key(value: Any, line: int) -> Iterator[Token]:
    if value.__class__ is str or value.__class__ is int:
        yield KEY, value, line
        return
    yield FLAW, said("has a key that is not text; put it in quotes"), line
    yield KEY, NO_KEY, line


def _skip(next_event: Any, line: int) -> None:
    """Read past the collection that has just been opened."""
    depth = 1
    while depth:
        kind = next_event().__class__
        depth += (kind in {MappingStartEvent, SequenceStartEvent}) - (kind in {MappingEndEvent, SequenceEndEvent})
        if depth > NESTING:
            raise too_deep(line)


class _Builder:
    """Puts tokens together into values, and counts how much the aliases stand for."""

    def __init__(self) -> None:
        self.anchors: dict[str, tuple[Any, int]] = {}  # name -> (value, characters it stands for)
        self.expanded = 0

    def build(self, tokens: Iterator[Token]) -> tuple[Any, bool]:
        root: list[Any] = []
        container: Any = root
        key: Any = None
        flawed = False
        size = 0
        anchor: str | None = None
        stack: list[tuple[Any, Any, str | None, int]] = []
        for kind, value, line in tokens:
            if kind is KEY:
                key = value
                size += 2 + len(value) if value.__class__ is str else 4
                if value is NO_KEY or value in container:
                    flawed, key = True, NO_KEY
                continue
            if kind is VALUE:
                size += 2 + len(value) if value.__class__ is str else 4
                if anchor is not None:
                    self.anchors[anchor] = value, 2 + len(str(value))
                    anchor = None
            elif kind is OPEN_MAP or kind is OPEN_LIST:
                value = {} if kind is OPEN_MAP else []
                stack.append((container, key, anchor, size))
                if anchor is not None:
                    self.anchors.pop(anchor, None)
                    anchor = None
                size += 2
                container, key = value, None
                continue
            elif kind is CLOSE:
                value = container
                container, key, closing, before = stack.pop()
                if closing is not None:
                    self.anchors[closing] = value, size - before
            elif kind is ALIAS:
                value, more = self._alias(value, stack, line)
                size += more
            else:
                if kind is ANCHOR:
                    anchor = value
                else:
                    flawed = True
                continue
            if container.__class__ is list:
                container.append(value)
            elif key is not NO_KEY:
                container[key] = value
        return (root[0] if root else None), flawed

    def _alias(self, name: str, stack: list[Any], line: int) -> tuple[Any, int]:
        if name not in self.anchors:
            if any(name == frame[2] for frame in stack):
                raise BrokenTextError(said("uses the alias *%(name)s inside of what it stands for", name=name), line)
            raise BrokenTextError(
                said("uses the alias *%(name)s, but no anchor &%(name)s stands before it", name=name), line
            )
        value, size = self.anchors[name]
        self.expanded += size
        if self.expanded > EXPANSION:
            raise BrokenTextError(said("has aliases that expand past 10 MB"), line)
        return value, size
