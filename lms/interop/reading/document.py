"""A document: one file, or the merged files of a folder, as plain values. Not what the values should look like."""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lms.errors import Invalid, Problem, said
from lms.interop.reading.json_tree import json_tokens, read_json
from lms.interop.reading.locate import locate
from lms.interop.reading.source import Source, is_folder, read_folder, read_source, shown_name, source_from
from lms.interop.reading.tokens import BrokenTextError, Token
from lms.interop.reading.yaml_tree import read_yaml, yaml_tokens

_BRACKET = re.compile(r"\s*[{\[]")


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One file: its values, and whether its text has flaws that only a slow reading of its `tokens` names."""

    name: str
    text: str
    tree: Any
    flawed: bool
    tokens: Callable[[str], Iterator[Token]]


@dataclass(frozen=True, slots=True)
class Document:
    """The values of all files together, and what is needed to find a value's file again.

    `homes`: top-level key -> the parts that hold it, each with how many items of the merged list stand before its own.
    `clashes`: (part, key) where a key stands in a second part though it may not.
    """

    name: str
    parts: tuple[Part, ...]
    tree: Any
    homes: dict[Any, list[tuple[Part, int]]] = field(default_factory=dict)
    clashes: tuple[tuple[Part, Any], ...] = ()
    warnings: tuple[Problem, ...] = ()

    def place(self, path: tuple[Any, ...]) -> tuple[Part | None, tuple[Any, ...]]:
        """The part in which a path of the whole lies, and the path there; no part for the root of several."""
        if len(self.parts) == 1:
            return self.parts[0], path
        if not path or path[0] not in self.homes:
            return None, path
        homes = self.homes[path[0]]
        if len(path) == 1 or not isinstance(path[1], int):
            return homes[0][0], path
        part, before = next((part, before) for part, before in reversed(homes) if before <= path[1])
        return part, (path[0], path[1] - before, *path[2:])


def open_document(path: Path) -> Document:
    """The document in this file or folder. Raises Invalid with every file that cannot be read as text or values."""
    if not is_folder(path):
        return open_file(path)
    sources, warnings = read_folder(path)
    return joined(shown_name(path.name or str(path)), sources, warnings)


def joined(name: str, sources: Iterable[Source | Invalid], warnings: Iterable[Problem]) -> Document:
    """The document of a folder's files. Raises Invalid with every file that cannot be read as text or values."""
    parts: list[Part] = []
    problems: list[Problem] = []
    for source in sources:
        if isinstance(source, Invalid):
            problems += source.problems
            continue
        try:
            parts.append(_part(source))
        except Invalid as invalid:
            problems += invalid.problems
    problems += [_no_mapping(part) for part in parts if not isinstance(part.tree, dict)]
    if problems:
        problems += [problem for part in parts if part.flawed for problem in _flaws(part)]
        raise Invalid(*sorted(problems, key=by_place))
    return _merged(name, parts, tuple(warnings))


def document_from(data: bytes | str, name: str) -> Document:
    """The document in these bytes; the name says the syntax and what problems call the file. Raises Invalid."""
    return _single(source_from(data, name if name.isprintable() else shown_name(name)))


def open_file(path: Path) -> Document:
    """The document in this one file. Raises Invalid, also where it is a folder."""
    return _single(read_source(path))


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold the garbage collector back while a large document is built: nothing of it is garbage yet.

    It would walk over all that has been built again and again, which doubles the time for a large catalogue.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def by_place(problem: Problem) -> tuple[bytes, int]:
    """The order in which problems are told: by file, then line."""
    return os.fsencode(problem.file or ""), problem.line or 0


def _single(source: Source) -> Document:
    part = _part(source)
    return Document(part.name, (part,), part.tree)


def _part(source: Source) -> Part:
    try:
        (tree, flawed), tokens = _read(source)
    except BrokenTextError as broken:
        raise Invalid(Problem(broken.message, source.name, broken.line)) from None
    return Part(source.name, source.text, tree, flawed, tokens)


def _read(source: Source) -> tuple[tuple[Any, bool], Callable[[str], Iterator[Token]]]:
    """Values by the file's name, else by its first character: much that is called YAML was written as JSON."""
    name = source.name.lower()
    if name.endswith(".json"):
        return read_json(source.text), json_tokens
    if not _BRACKET.match(source.text):
        return read_yaml(source.text), yaml_tokens
    try:
        return read_json(source.text), json_tokens
    except BrokenTextError as as_json:
        try:
            return read_yaml(source.text), yaml_tokens
        except BrokenTextError as as_yaml:
            raise (as_yaml if name.endswith((".yaml", ".yml")) else as_json) from None


def _merged(name: str, parts: list[Part], warnings: tuple[Problem, ...]) -> Document:
    """One mapping of all parts' keys: lists are joined, anything else may stand in one part only."""
    if len(parts) == 1:
        return Document(name, tuple(parts), parts[0].tree, warnings=warnings)
    tree: dict[Any, Any] = {}
    homes: dict[Any, list[tuple[Part, int]]] = {}
    clashes: list[tuple[Part, Any]] = []
    for part in parts:
        for key, value in part.tree.items():
            if key not in tree:
                tree[key] = list(value) if isinstance(value, list) else value
                homes[key] = [(part, 0)]
            elif isinstance(value, list) and isinstance(tree[key], list):
                homes[key].append((part, len(tree[key])))
                tree[key] += value
            else:
                clashes.append((part, key))
    return Document(name, tuple(parts), tree, homes, tuple(clashes), warnings)


def _no_mapping(part: Part) -> Problem:
    line = locate(part.tokens(part.text), [()]).lines[()]
    return Problem(said("must be a mapping of keys to values, like every file of a document's folder"), part.name, line)


def _flaws(part: Part) -> Iterator[Problem]:
    for flaw in locate(part.tokens(part.text), ()).flaws:
        yield Problem(said("the document %(complaint)s", complaint=flaw.message), part.name, flaw.line)
