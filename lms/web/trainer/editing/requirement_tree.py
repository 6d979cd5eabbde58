"""A requirement while it is being built: a tree of plain mappings in which groups may still be empty.

A place is the way down from the top, `0.2`; the top itself is "". Nothing here knows whether the tree makes sense: the
document's reader says so when it is saved.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lms.engine.competency import Attainment
from lms.engine.requirement import AtLeast, CourseDone, Fact, Requirement, all_of, any_of
from lms.interop.reading.write import as_json

Tree = Mapping[str, Any]
WORDS = ("all", "any", "at_least")
DEEPEST = 50
"""So many groups inside each other a document may have."""
LONGEST = 400_000
NOTHING: Tree = {"all": []}


def tree_of(requires: Any) -> Tree:
    """The tree of a requirement of a document, in which a list means all of it."""
    if isinstance(requires, Mapping):
        return (
            _group(word_of(requires), [tree_of(one) for one in items_of(requires)], requires.get("at_least", 1))
            if (is_group(requires))
            else dict(requires)
        )
    return {"all": [tree_of(one) for one in requires or ()]}


def document_of(tree: Tree) -> Any:
    """The requirement as a document says it, groups without anything in them left out; an empty list of nothing.

    >>> document_of({"all": [{"course": "a"}, {"any": []}]}), document_of({"all": []})
    ([{'course': 'a'}], [])
    """
    kept = _pruned(tree)
    if kept is None:
        return []
    return kept.get("all", kept)


def told(tree: Tree) -> str:
    """The tree as text for a hidden field."""
    return as_json(tree, indent=None)


def read(text: str) -> Tree | None:
    """The tree in a hidden field; None of anything that no page of ours sends."""
    try:
        return _checked(json.loads(text), 0) if len(text) <= LONGEST else None
    except (ValueError, RecursionError):
        return None


def is_group(tree: Tree) -> bool:
    """Is it a group, and no fact?"""
    return not ("competency" in tree or "course" in tree)


def word_of(tree: Tree) -> str:
    """How a group was meant: all, any or at_least."""
    return "at_least" if "of" in tree else "any" if "any" in tree else "all"


def items_of(tree: Tree) -> list[Any]:
    """The items of a group; of a fact at the top itself."""
    if not is_group(tree):
        return [tree]
    return list(tree["of"] if "of" in tree else tree[word_of(tree)])


def places(tree: Tree, at: str = "") -> Iterator[tuple[str, Tree]]:
    """Every place below the top with what stands there."""
    for number, item in enumerate(items_of(tree)):
        place = f"{at}.{number}" if at else str(number)
        yield place, item
        if is_group(item):
            yield from places(item, place)


def added(tree: Tree, at: str, item: Tree) -> Tree:
    """The tree with one more item at the end of the group at this place."""
    return _changed(tree, at, lambda group: with_items(group, [*items_of(group), item]))


def removed(tree: Tree, at: str) -> Tree:
    """The tree without what stands at this place."""
    number = _number(at)

    def take_out(group: Tree) -> Tree:
        return with_items(group, [one for place, one in enumerate(items_of(group)) if place != number])

    return _changed(tree, above(at), take_out)


def inserted(tree: Tree, at: str, item: Tree, n: int) -> Tree:
    """The tree with something put back where it was taken out, of a group that asked for at least `n`."""
    number = _number(at)

    def put_in(group: Tree) -> Tree:
        items = items_of(group)
        made = with_items(group, [*items[:number], item, *items[number:]])
        return meant(made, "at_least", max(n, made["at_least"])) if "of" in made else made

    return _changed(tree, above(at), put_in)


def at_place(tree: Tree, at: str) -> Tree | None:
    """What stands at a place; None where nothing does."""
    return tree if not at else next((item for place, item in places(tree) if place == at), None)


def above(at: str) -> str:
    """The place of the group in which this place lies."""
    return at.rpartition(".")[0]


def depth(at: str) -> int:
    """How many groups lie around what stands in the group at this place, that group included."""
    return at.count(".") + 2 if at else 1


def put(tree: Tree, at: str, item: Tree) -> Tree:
    """The tree with this in the place of what stands there."""
    return _changed(tree, at, lambda _there: item)


def meant(group: Tree, word: str, n: int) -> Tree:
    """The group with another word; `n` counts for at_least alone, and lies within what there is."""
    return _group(word if word in WORDS else "all", items_of(group), n)


def with_items(group: Tree, items: list[Any]) -> Tree:
    """The group with other items; a fact at the top becomes all of them."""
    return _group(word_of(group), items, group.get("at_least", 1))


def requirement(tree: Tree) -> Requirement:
    """The tree as the engine's value, groups without anything in them left out."""
    kept = _pruned(tree)
    return all_of(()) if kept is None else _value(kept)


def fact_of(tree: Tree) -> Fact:
    """The fact that stands there."""
    return Attainment(tree["competency"], tree["level"]) if "competency" in tree else CourseDone(tree["course"])


def _value(tree: Tree) -> Requirement:
    if not is_group(tree):
        return fact_of(tree)
    items = tuple(map(_value, items_of(tree)))
    if "of" in tree:
        return AtLeast(tree["at_least"], items)
    return any_of(items) if "any" in tree else all_of(items)


def _group(word: str, items: list[Any], n: int) -> Tree:
    if word == "at_least":
        return {"at_least": max(1, min(n, len(items) or 1)), "of": items}
    return {word: items}


def _changed(tree: Tree, at: str, change: Callable[[Tree], Tree]) -> Tree:
    """The tree with one place changed; what is not there is left alone."""
    if not at:
        return change(tree)
    if not is_group(tree):  # a fact alone at the top
        made = _changed({"all": [tree]}, at, change)
        left = items_of(made)
        return left[0] if len(left) == 1 and not is_group(left[0]) else made
    first, _, rest = at.partition(".")
    items = items_of(tree)
    number = int(first)
    if number >= len(items) or (rest and not is_group(items[number])):
        return tree
    items[number] = _changed(items[number], rest, change)
    return with_items(tree, items)


def _number(at: str) -> int:
    return int(at.rpartition(".")[2])


def _pruned(tree: Tree) -> Tree | None:
    if not is_group(tree):
        return tree
    items = [kept for one in items_of(tree) if (kept := _pruned(one)) is not None]
    return with_items(tree, items) if items else None


def _checked(raw: Any, depth: int) -> Tree:
    """The tree if it is one; raises ValueError."""
    if not isinstance(raw, dict) or depth > DEEPEST:
        raise ValueError
    keys = raw.keys()
    if keys == {"course"} and isinstance(raw["course"], str):
        return raw
    if keys == {"competency", "level"} and isinstance(raw["competency"], str) and raw["level"].__class__ is int:
        return raw
    if keys in ({"all"}, {"any"}) or (keys == {"at_least", "of"} and raw["at_least"].__class__ is int):
        listed = items_of(raw) if isinstance(raw.get("of", raw.get("all", raw.get("any"))), list) else None
        if listed is not None:
            return with_items(raw, [_checked(one, depth + 1) for one in listed])
    raise ValueError
