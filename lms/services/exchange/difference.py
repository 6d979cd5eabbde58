"""The difference between two states of a curriculum as people read it: item by item, field by field, old and new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Literal

from lms.engine.curriculum import Curriculum
from lms.interop.curriculum_parts import LISTS, PartChange, told
from lms.interop.needs_text import grants_text, ids_text, needs_text
from lms.services.imports.values import Change

KIND_OF = dict(zip(LISTS, ("objective", "competency", "course", "role"), strict=True))
LONGEST = 200
"""Characters of a text that are shown; of a longer one those where it differs."""
_BEFORE = 40

How = Literal["added", "changed", "withdrawn", "reordered"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartDifference:
    """What becomes of one item, or (`kind` is curriculum) of a key of the whole.

    `row` is where a sheet says it; `changes` are empty but for what is changed; `title` is None for a key of the whole.
    """

    how: How
    kind: str
    key: str
    title: str | None = None
    row: int | None = None
    changes: tuple[Change, ...] = ()


def told_as(
    changes: Sequence[PartChange], old: Curriculum, new: Curriculum, rows: Mapping[str, int]
) -> tuple[PartDifference, ...]:
    """The changes between two curricula for people; `rows` says where in a sheet an item stands."""
    owners = {
        "courses": (old.course_by_id, new.course_by_id),
        "roles": (old.role_by_id, new.role_by_id),
    }
    return tuple(_part(one, owners.get(one.list), rows) for one in changes)


def _part(one: PartChange, owners: Any, rows: Mapping[str, int]) -> PartDifference:
    if one.key is None and one.list in LISTS:
        return PartDifference(how="reordered", kind="curriculum", key=one.list)
    if one.key is None:
        change = Change(one.list, *_cut(_text(one.before), _text(one.after)))
        return PartDifference(how="changed", kind="curriculum", key=one.list, changes=(change,))
    before, after = one.before or {}, one.after or {}
    how: How = "changed" if before and after else "added" if after else "withdrawn"
    items = [known.get(one.key) for known in owners] if owners else [None, None]
    return PartDifference(
        how=how,
        kind=KIND_OF[one.list],
        key=one.key,
        title=str((after or before)["title"]),
        row=rows.get(one.key),
        changes=tuple(_fields(before, after, *items)) if how == "changed" else (),
    )


def _fields(before: Mapping[str, Any], after: Mapping[str, Any], old: Any, new: Any) -> Iterator[Change]:
    for field in dict.fromkeys((*before, *after)):
        was, now = before.get(field), after.get(field)
        if told(was) == told(now):
            continue
        if field == "levels":
            levels = [{str(level): text for level, text in (one or {}).items()} for one in (was, now)]
            for level in sorted({*levels[0], *levels[1]}):
                pair = levels[0].get(level, ""), levels[1].get(level, "")
                if pair[0] != pair[1]:
                    yield Change(f"level_{level}", *_cut(*pair))
        elif field == "requires":
            yield Change(field, *_cut(needs_text(old.requires), needs_text(new.requires)))
        elif field == "grants":
            yield Change(field, *_cut(grants_text(old.grants), grants_text(new.grants)))
        else:
            yield Change(field, *_cut(_text(was), _text(now)))


def _text(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ids_text(tuple(value))
    return told(value)


def _cut(old: str, new: str) -> tuple[str, str]:
    """Both texts, of long ones what they differ in.

    >>> _cut("a" * 300 + "b", "a" * 300 + "c")[1] == "…" + "a" * 40 + "c"
    True
    """
    if max(len(old), len(new)) <= LONGEST:
        return old, new
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    begin = max(0, same - _BEFORE)
    return _piece(old, begin), _piece(new, begin)


def _piece(text: str, begin: int) -> str:
    end = begin + LONGEST
    return ("…" if begin else "") + text[begin:end] + ("…" if end < len(text) else "")
