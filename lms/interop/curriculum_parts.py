"""The parts of a curriculum document, what differs between two of them, and taking a difference back.

A part is one competency, course, role or objective, or the whole of any other key. Differences are kept by part, so
that what one trainer did can be undone while another goes on with something else.
*Instead of:* keeping whole documents, of which undoing one throws away whatever came after it.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.interop.reading.write import as_json

LISTS = ("objectives", "competencies", "courses", "roles")
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartChange:
    """How one part differs; `before` or `after` is None where there is none.

    `key` is an item's id, or None for the whole of a key; `at` is where the item stood before, or stands now when it is
    new. The order of a list that changed is a part by itself, with `key` None and lists of ids.
    """

    list: str
    key: str | None
    at: int | None
    before: Any
    after: Any


def differences(before: Document, after: Document) -> tuple[PartChange, ...]:
    """What differs between two documents of one curriculum, in the order of the keys."""
    found: list[PartChange] = []
    for name in dict.fromkeys((*before, *after)):
        if name not in LISTS:
            old, new = before.get(name), after.get(name)
            if told(old) != told(new):
                found.append(PartChange(list=name, key=None, at=None, before=old, after=new))
            continue
        old_items, new_items = _by_id(before, name), _by_id(after, name)
        for place, (key, item) in enumerate(old_items.items()):
            if told(item) != told(new_items.get(key)):
                found.append(PartChange(list=name, key=key, at=place, before=item, after=new_items.get(key)))
        for place, (key, item) in enumerate(new_items.items()):
            if key not in old_items:
                found.append(PartChange(list=name, key=key, at=place, before=None, after=item))
        kept = [key for key in old_items if key in new_items]
        if kept != [key for key in new_items if key in old_items]:
            found.append(PartChange(list=name, key=None, at=None, before=list(old_items), after=list(new_items)))
    return tuple(found)


def clashes(document: Document, changes: Sequence[PartChange]) -> tuple[PartChange, ...]:
    """The changes of which the document does not say any more what they left: something came after them."""
    return tuple(one for one in changes if _present(document, one) != told(one.after))


def reverted(document: Document, changes: Sequence[PartChange]) -> dict[str, Any]:
    """The document with these changes taken back; nothing may clash."""
    made = copy.deepcopy(dict(document))
    for one in changes:
        if one.key is None and one.list not in LISTS:
            _put_key(made, one.list, one.before)
        elif one.key is not None:
            items = made.setdefault(one.list, [])
            items[:] = [item for item in items if item["id"] != one.key or one.before is not None]
            if one.after is not None and one.before is not None:
                items[:] = [one.before if item["id"] == one.key else item for item in items]
    for one in changes:  # in the order of their places, so that each finds the ones before it
        if one.key is not None and one.after is None:
            made[one.list].insert(one.at or 0, one.before)
    for one in changes:
        if one.key is None and one.list in LISTS:
            place = {key: number for number, key in enumerate(one.before)}
            made[one.list].sort(key=lambda item: place.get(item["id"], len(place)))
    return made


def part(document: Document, name: str, key: str) -> Mapping[str, Any] | None:
    """The item with this id in that list; None when there is none."""
    return _by_id(document, name).get(key)


def seen(value: Any) -> str:
    """A short digest by which a form knows which state of a part it was filled in for."""
    return hashlib.sha256(told(value).encode()).hexdigest()[:20]


def told(value: Any) -> str:
    """A part as text, equal for equal parts whatever they were read from."""
    return as_json(value, indent=None)


def _by_id(document: Document, name: str) -> dict[str, Any]:
    return {item["id"]: item for item in document.get(name, ())}


def _present(document: Document, change: PartChange) -> str:
    if change.key is not None:
        return told(_by_id(document, change.list).get(change.key))
    if change.list in LISTS:
        return told(list(_by_id(document, change.list)))
    return told(document.get(change.list))


def _put_key(document: dict[str, Any], name: str, value: Any) -> None:
    if value is None:
        document.pop(name, None)
    else:
        document[name] = value
