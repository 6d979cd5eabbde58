"""Where in a text something stands: the second, slower reading, done only when there is a problem to place.

A path is the way from the document's root: `("courses", 17, "grants", 0, "level")`. A key's line is the line of the
key, an item's the line on which it begins. What stands inside an alias has the alias's line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from lms.errors import Said, said
from lms.interop.reading.tokens import ANCHOR, CLOSE, FLAW, KEY, NO_KEY, OPEN_LIST, OPEN_MAP, BrokenTextError, Token

Path = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong with the text itself within the object at a path: the complaint about it, and its line."""

    path: Path
    message: Said
    line: int


@dataclass(frozen=True, slots=True)
class Located:
    """Lines of the paths that were asked for, and the flaws met on the way."""

    lines: dict[Path, int]
    flaws: list[Flaw]


@dataclass(slots=True)
class _Open:
    """A collection being read: which key or item we are at, what is wanted below, and the keys seen so far."""

    seen: dict[Any, int] | None
    wanted: dict[Any, Any]
    key: Any = -1
    line: int = 0


@dataclass(slots=True)
class _Walk:
    """Follows the tokens of one document."""

    wanted: dict[Any, Any]
    limit: int
    lines: dict[Path, int] = field(default_factory=dict)
    flaws: list[Flaw] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)

    def follow(self, tokens: Iterator[Token]) -> None:
        stack = self.stack
        for kind, value, line in tokens:
            if kind is CLOSE:
                stack.pop()
            elif kind is KEY:
                self.key(stack[-1], value, line)
            elif kind is FLAW:
                self.flaw(value, line)
            elif kind is not ANCHOR:
                below = self.node(line)
                if kind is OPEN_MAP:
                    stack.append(_Open({}, below))
                elif kind is OPEN_LIST:
                    stack.append(_Open(None, below))
            if len(self.flaws) >= self.limit:
                return

    def key(self, top: _Open, key: Any, line: int) -> None:
        assert top.seen is not None
        top.key, top.line = key, line
        if key in top.seen:
            name = repr(str(key)[:60])
            self.flaw(
                said("has the key %(key)s twice; it stands first on line %(line)s", key=name, line=top.seen[key]), line
            )
        elif key is not NO_KEY:
            top.seen[key] = line

    def node(self, line: int) -> dict[Any, Any]:
        """A value begins on this line: note it where its path is wanted, and say what is wanted below it."""
        if not self.stack:
            self.lines[()] = line
            return self.wanted
        top = self.stack[-1]
        if top.seen is None:
            top.key += 1
        else:
            line = top.line
        below: dict[Any, Any] | None = top.wanted.get(top.key) if top.wanted else None
        if below is None:
            return {}
        self.lines.setdefault(self.path(), line)
        return below

    def path(self) -> Path:
        return tuple(frame.key for frame in self.stack)

    def flaw(self, complaint: Said, line: int) -> None:
        """Something is amiss in the mapping that is open, or in the item that a list is about to get."""
        path = self.path()
        within = (*path[:-1], path[-1] + 1) if path and self.stack[-1].seen is None else path[:-1]
        self.flaws.append(Flaw(within, complaint, line))


def locate(tokens: Iterator[Token], paths: Iterable[Path], *, limit: int = 100_000) -> Located:
    """The lines of these paths and every flaw of the text, at most `limit` of them.

    A path that the text does not have (a missing key) gets the line of the part of it that is there.
    """
    paths = list(paths)
    wanted: dict[Any, Any] = {}
    for path in paths:
        node = wanted
        for key in path:
            node = node.setdefault(key, {})
    walk = _Walk(wanted, limit)
    with suppress(BrokenTextError):  # the first reading has told it
        walk.follow(tokens)
    return Located({path: _nearest(walk.lines, path) for path in paths}, walk.flaws)


def _nearest(lines: dict[Path, int], path: Path) -> int:
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)
