"""Faults in words: which object, named by its id and not by its list index, what is wrong there, and the mend.

A sentence is put together of parts that are sentences themselves (`lms.errors.Said`): English wherever it is written as
it is, and in any language where a page says it.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

from lms.errors import Said, said
from lms.interop.shapes.shape import KEY_NAME, Fault, Shape

Path = tuple[Any, ...]


def sentence(fault: Fault, path: Path, shape: Shape, tree: Any) -> Said:
    """The fault at this path of the document `tree` as a plain sentence, without its file and line."""
    subject, rest, in_list = _subject(path, shape, tree)
    key = _key(rest, in_list=in_list)
    complaint = fault.complaint
    if "key" in complaint.values and complaint.values["key"] == KEY_NAME:
        complaint = Said(complaint.template, {**complaint.values, "key": key})
    if not fault.of_key:
        return said("%(subject)s %(complaint)s", subject=subject, complaint=complaint)
    if len(rest) == len(path):
        return said("%(subject)s %(complaint)s", subject=key, complaint=complaint)
    return said("%(subject)s: %(key)s %(complaint)s", subject=subject, key=key, complaint=complaint)


def flaw(path: Path, complaint: Said, shape: Shape, tree: Any) -> Said:
    """What is amiss with the text of the object at this path, as a plain sentence."""
    return said("%(subject)s %(complaint)s", subject=_subject((*path, None), shape, tree)[0], complaint=complaint)


def _subject(path: Path, shape: Shape, tree: Any) -> tuple[Said, Path, bool]:
    """The names of the objects around a path, the path's keys inside the last of them, and does it end in a list?"""
    whole = shape.label(tree, None, None) or said("the document")
    labels: list[Said] = []
    rest = path
    here: Shape | None = shape
    for depth, key in enumerate(path[:-1]):
        here = here.within(key, tree) if here else None
        tree = _at(tree, key)
        label = here.label(tree, key, path[depth + 1]) if here else None
        if label is not None:
            labels.append(label)
            rest = path[depth + 1 :]
    return (reduce(_inside, labels) if labels else whole), rest, isinstance(tree, list)


def _inside(outer: Said, inner: Said) -> Said:
    return said("%(outer)s, %(inner)s", outer=outer, inner=inner)


def _at(tree: Any, key: Any) -> Any:
    try:
        return tree[key]
    except (KeyError, IndexError, TypeError):
        return None


def _key(keys: Path, *, in_list: bool) -> str:
    """The keys as a message names them: 'source.uri', item 3 of 'next'."""
    if not keys:
        return said("the document")
    named = [str(key)[:60] for key in keys if isinstance(key, str)]
    if in_list:
        number = keys[-1] + 1
        if not named:
            return said("item %(number)s", number=number)
        return said("item %(number)s of %(list)s", number=number, list=repr(".".join(named)))
    if not isinstance(keys[-1], str):
        named.append(str(keys[-1])[:60])
    return repr(".".join(named))
