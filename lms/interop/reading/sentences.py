"""Faults in words: which object, named by its id and not by its list index, what is wrong there, and the mend."""

from __future__ import annotations

from typing import Any

from lms.interop.shapes.shape import Fault, Shape

Path = tuple[Any, ...]


def sentence(fault: Fault, path: Path, shape: Shape, tree: Any) -> str:
    """The fault at this path of the document `tree` as a plain sentence, without its file and line."""
    subject, rest, in_list = _subject(path, shape, tree)
    if fault.after is None:
        return subject + fault.before
    where = _where(rest, in_list=in_list)
    if fault.before == ": " and len(rest) == len(path):
        return where + fault.after
    return subject + fault.before + where + fault.after


def named(path: Path, shape: Shape, tree: Any) -> str:
    """What a message calls the object at this path."""
    return _subject((*path, None), shape, tree)[0]


def _subject(path: Path, shape: Shape, tree: Any) -> tuple[str, Path, bool]:
    """The names of the objects around a path, the path's keys inside the last of them, and does it end in a list?"""
    whole = shape.label(tree, None, None) or "the document"
    labels: list[str] = []
    rest = path
    here: Shape | None = shape
    for depth, key in enumerate(path[:-1]):
        here = here.within(key, tree) if here else None
        tree = _at(tree, key)
        label = here.label(tree, key, path[depth + 1]) if here else None
        if label is not None:
            labels.append(label)
            rest = path[depth + 1 :]
    return ", ".join(labels) or whole, rest, isinstance(tree, list)


def _at(tree: Any, key: Any) -> Any:
    try:
        return tree[key]
    except (KeyError, IndexError, TypeError):
        return None


def _where(keys: Path, *, in_list: bool) -> str:
    """The keys as a message names them: 'source.uri', item 3 of 'next'."""
    if not keys:
        return "the document"
    named = [str(key)[:60] for key in keys if isinstance(key, str)]
    if in_list:
        return f"item {keys[-1] + 1} of {'.'.join(named)!r}" if named else f"item {keys[-1] + 1}"
    if not isinstance(keys[-1], str):
        named.append(str(keys[-1])[:60])
    return repr(".".join(named))
