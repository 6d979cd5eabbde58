"""Faults in words: which object, named by its id and not by its list index, what is wrong there, and the mend."""

from __future__ import annotations

from typing import Any

from lms.interop.shape import Fault, Shape

Path = tuple[Any, ...]


def sentence(fault: Fault, path: Path, shape: Shape, tree: Any) -> str:
    """The fault at this path of the document `tree` as a plain sentence, without its file and line."""
    subject, rest = _subject(path, shape, tree)
    if fault.after is None:
        return subject + fault.before
    if fault.before == ": " and len(rest) == len(path):
        return _where(rest, "the document") + fault.after
    return subject + fault.before + _where(rest, "it") + fault.after


def named(path: Path, shape: Shape, tree: Any) -> str:
    """What a message calls the object at this path."""
    return _subject((*path, None), shape, tree)[0]


def _subject(path: Path, shape: Shape, tree: Any) -> tuple[str, Path]:
    """The names of the objects that stand around a path, and the path's keys inside the last of them."""
    whole = shape.label(tree, None, None) or "the document"
    labels: list[str] = []
    rest = path
    here: Shape | None = shape
    for depth, key in enumerate(path[:-1]):
        here = here.within(key, tree) if here else None
        if here is None:
            break
        tree = _at(tree, key)
        label = here.label(tree, key, path[depth + 1])
        if label is not None:
            labels.append(label)
            rest = path[depth + 1 :]
    return ", ".join(labels) or whole, rest


def _at(tree: Any, key: Any) -> Any:
    try:
        return tree[key]
    except (KeyError, IndexError, TypeError):
        return None


def _where(keys: Path, nothing: str) -> str:
    """The keys as a message names them: 'source.uri', item 3 of 'next'."""
    names = ".".join(key for key in keys if isinstance(key, str)) or ".".join(map(str, keys))
    if not keys:
        return nothing
    if len(keys) > 1 and isinstance(keys[-1], int):
        return f"item {keys[-1] + 1} of '{names}'"
    return repr(names[:80])
