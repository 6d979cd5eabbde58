"""A CASE package as the plain document of a curriculum: what CASE's own fields say, then what our extension adds.

| CASE | becomes |
|---|---|
| CFDocument identifier, title | the curriculum's id and title |
| CFItem humanCodingScheme, else identifier | a competency's id: the code where no other item has it |
| abbreviatedStatement, fullStatement, notes | title, and description; without a short form the statement is the title, a long one its first line |
| CFItemType | its kind where it says knowledge, skill or ability, else skill |
| the first subject | its cluster |
| isChildOf, isRelatedTo | parent (none under the document itself), related; sequence numbers order what lies under one parent |
| CFRubrics | the first criterion whose levels are numbered 1, 2, 3 … is the scale; one of an item says its behaviour at them |
| identifier, uri | `source: {system: case, id, uri}` |

The extension (`extensions`, under the format's name) holds, in the words of `lms-curriculum/1`, exactly those keys of the
package and of each item that the fields above do not give; null takes one away. It is made by comparing, so whatever a
curriculum holds comes back, and what another system changed in CASE's own fields counts as changed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lms.engine.competency import Kind
from lms.interop.curriculum_shape import FORMAT
from lms.interop.systems.case_shape import CHILD, RELATED, Association, Criterion, Item, Package

SYSTEM = "case"
ACHIEVED = ({"level": 1, "title": "Achieved"},)
"""The scale of a framework that says no levels: it is met or not."""

_LONGEST_TITLE = 200
_KINDS = frozenset(map(str, Kind))


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A document drawn from a package, and what its makers and complainers need to know.

    `order`: for each competency the index of its item. `lost`: indexes of associations that found no place. `astray`:
    of those whose parent is nowhere. `scaled`: does the package say a scale? `unread`: how many criteria found no place.
    """

    tree: dict[str, Any]
    order: Sequence[int]
    lost: Sequence[int]
    astray: Sequence[int]
    scaled: bool
    unread: int


@dataclass(slots=True)
class _Ties:
    """The associations between a package's own items, by the index of the item."""

    parent: dict[int, int] = field(default_factory=dict)
    related: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    number: dict[tuple[int, int | None], int] = field(default_factory=dict)
    lost: list[int] = field(default_factory=list)
    astray: list[int] = field(default_factory=list)


def draw(package: Package) -> Drawn:
    """The document, every part of it as the package says it, right or wrong."""
    items = package.items or ()
    index_of = {item.identifier: index for index, item in enumerate(items)}
    ties = _ties(package, index_of)
    ids = _ids(items)
    scale, criteria, unread = _levels(package, index_of)
    order = _in_sequence(len(items), ties)
    competencies = []
    for index in order:
        own = _competency(items[index], ids[index])
        if index in criteria:
            own["levels"] = criteria[index]
        if index in ties.parent:
            own["parent"] = ids[ties.parent[index]]
        if index in ties.related:
            own["related"] = [ids[other] for other in ties.related[index]]
        competencies.append(_overlaid(own, items[index].more))
    own = {"id": package.framework.identifier, "title": package.framework.title, "scale": scale or list(ACHIEVED)}
    tree = _overlaid({"format": FORMAT, **own, "courses": [], "roles": []}, package.more)
    return Drawn(
        tree={**tree, "competencies": competencies},
        order=order,
        lost=ties.lost,
        astray=ties.astray,
        scaled=bool(scale),
        unread=unread,
    )


def difference(own: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What laid over the first gives the second; null where it lacks a key."""
    keys = dict.fromkeys((*wanted, *own))
    return {key: wanted.get(key) for key in keys if wanted.get(key) != own.get(key)}


def _overlaid(own: dict[str, Any], more: Mapping[str, Any] | None) -> dict[str, Any]:
    both = {**own, **(more or {})}
    return {key: value for key, value in both.items() if value is not None}


def _competency(item: Item, id_: str) -> dict[str, Any]:
    title, text = _title(item)
    texts = [part for part in (text, item.notes) if part]
    kind = (item.type or "").casefold()
    made: dict[str, Any] = {"id": id_, "title": title, "kind": kind if kind in _KINDS else str(Kind.SKILL)}
    if item.subject:
        made["cluster"] = item.subject[0]
    if texts:
        made["description"] = "\n\n".join(texts)
    made["source"] = {"system": SYSTEM, "id": item.identifier, **({"uri": item.uri} if item.uri else {})}
    return made


def _title(item: Item) -> tuple[str, str | None]:
    """A title, and the statement where the title is not all of it."""
    statement = item.statement
    if item.short:
        return item.short, statement if statement != item.short else None
    lines = statement.strip().splitlines() or [""]
    title = lines[0].strip()
    if len(title) > _LONGEST_TITLE:
        title = title[: _LONGEST_TITLE - 1] + "…"
    return (statement, None) if title == statement else (title, statement if title != statement.strip() else None)


def _ids(items: Sequence[Item]) -> list[str]:
    codes = [(item.code or "").strip() for item in items]
    count = Counter(codes)
    return [
        code if count[code] == 1 and 0 < len(code) <= 200 and code.isprintable() else item.identifier
        for item, code in zip(items, codes, strict=True)
    ]


def _ties(package: Package, index_of: Mapping[str, int]) -> _Ties:
    ties = _Ties()
    for number, one in enumerate(package.associations or ()):
        origin, destination = index_of.get(one.origin.identifier), index_of.get(one.destination.identifier)
        if one.type == CHILD and origin is not None:
            _child(ties, number, one, origin, destination, package.framework.identifier)
        elif one.type == RELATED and origin is not None and destination is not None:
            ties.related[origin].append(destination)
        else:
            ties.lost.append(number)
    return ties


def _child(ties: _Ties, number: int, one: Association, child: int, parent: int | None, document: str) -> None:
    if parent is None and one.destination.identifier != document:
        ties.astray.append(number)
        return
    if parent is not None and ties.parent.setdefault(child, parent) != parent:
        ties.lost.append(number)
        return
    if one.number.__class__ is int:
        ties.number.setdefault((child, parent), one.number)


def _in_sequence(count: int, ties: _Ties) -> list[int]:
    """The items as they stand in the file, those with numbers under one parent changing places to follow them."""
    under: dict[int | None, dict[int, int]] = defaultdict(dict)
    for (child, parent), number in ties.number.items():
        if ties.parent.get(child) == parent:  # an item may be told to lie under the document too
            under[parent][child] = number
    order = list(range(count))
    for numbers in under.values():
        places = sorted(numbers)
        for place, index in zip(places, sorted(places, key=numbers.__getitem__), strict=True):
            order[place] = index
    return order


def _levels(
    package: Package, index_of: Mapping[str, int]
) -> tuple[list[dict[str, Any]], dict[int, dict[str, str]], int]:
    """The scale (empty where there is none), each item's behaviour by level, and how many criteria say something else."""
    every = [one for rubric in package.rubrics or () for one in rubric.criteria or ()]
    scale: list[dict[str, Any]] = []
    source: Criterion | None = None
    for one in sorted(every, key=lambda criterion: criterion.item is not None):
        if scale := _scale(one):
            source = one
            break
    titles = {level["level"]: level["title"] for level in scale}
    found: dict[int, dict[str, str]] = {}
    unread = 0
    for one in every:
        index = index_of.get(one.item.identifier) if one.item else None
        fits = all(
            _position(level.position) in titles and level.quality in {None, titles[level.position]}
            for level in one.levels or ()
        )
        if index is not None and index not in found and fits:
            found[index] = {
                str(level.position): level.description for level in one.levels or () if level.description is not None
            }
        elif one is not source:
            unread += 1
    return scale, {index: texts for index, texts in found.items() if texts}, unread


def _scale(one: Criterion) -> list[dict[str, Any]]:
    levels = sorted(one.levels or (), key=lambda level: _position(level.position))
    if not 1 <= len(levels) <= 9 or [_position(level.position) for level in levels] != list(range(1, len(levels) + 1)):
        return []
    if any(level.quality is None for level in levels):
        return []
    made: list[dict[str, Any]] = [{"level": level.position, "title": level.quality} for level in levels]
    if one.item is None:
        for entry, level in zip(made, levels, strict=True):
            if level.description is not None:
                entry["indicator"] = level.description
    return made


def _position(value: Any) -> int:
    return value if value.__class__ is int else 0


def kinds_of(associations: Iterable[Association]) -> list[str]:
    """The kinds of some associations, each with how many there are."""
    return [f"{kind} ({count:,})" for kind, count in Counter(one.type for one in associations).most_common()]
