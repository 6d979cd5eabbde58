"""The career map: which role leads to which, in layers from left to right. Not how far anybody is from one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lms.engine.curriculum import Role

Edge = tuple[str, str]


def career_edges(roles: Sequence[Role]) -> tuple[Edge, ...]:
    """From each role to the roles that come next, as the curriculum says it; a role never leads to itself."""
    known = {role.id for role in roles}
    return tuple(
        (role.id, after) for role in roles for after in dict.fromkeys(role.next) if after in known and after != role.id
    )


def career_layers(roles: Sequence[Role]) -> tuple[tuple[str, ...], ...]:
    """Role ids in layers: each role stands in a later layer than all that lead to it, however far round they come.

    Where roles lead to each other in a ring, the step back to a role seen earlier is left out. Within a layer a role
    stands near those that lead to it; ties keep the order of the curriculum.

    >>> from lms.engine.requirement import NOTHING
    >>> ways = {"a": ("b", "c"), "c": ("b",), "b": ("a",)}
    >>> career_layers([Role(id=i, title=i, requires=NOTHING, next=n) for i, n in ways.items()])
    (('a',), ('c',), ('b',))
    """
    after: dict[str, list[str]] = {role.id: [] for role in roles}
    for role, later in career_edges(roles):
        after[role].append(later)
    forward, finished = _without_rings(after)
    layer = dict.fromkeys(after, 0)
    before: dict[str, list[str]] = {role: [] for role in after}
    for role, later in sorted(forward, key=lambda edge: -finished[edge[0]]):
        layer[later] = max(layer[later], layer[role] + 1)
        before[later].append(role)
    return tuple(_near_those_before(layer, before))


def reachable(roles: Sequence[Role], start: str) -> frozenset[str]:
    """The roles that a career may come to from here, step by step."""
    after: dict[str, list[str]] = {}
    for role, later in career_edges(roles):
        after.setdefault(role, []).append(later)
    found: set[str] = set()
    left = [start]
    while left:
        new = [later for later in after.get(left.pop(), ()) if later not in found]
        found.update(new)
        left += new
    return frozenset(found)


def _without_rings(after: dict[str, list[str]]) -> tuple[list[Edge], dict[str, int]]:
    """The edges but for those that close a ring, and when a walk in depth is finished with each role."""
    forward: list[Edge] = []
    finished: dict[str, int] = {}
    begun: set[str] = set()
    for root, first in after.items():
        stack = [] if root in begun else [(root, iter(first))]
        begun.add(root)
        while stack:
            role, left = stack[-1]
            later = next(left, None)
            if later is None:
                finished[role] = len(finished)
                stack.pop()
            elif later in finished or later not in begun:  # else it is on the way that led here
                forward.append((role, later))
                if later not in begun:
                    begun.add(later)
                    stack.append((later, iter(after[later])))
    return forward, finished


def _near_those_before(layer: dict[str, int], before: dict[str, list[str]]) -> Iterator[tuple[str, ...]]:
    row: dict[str, float] = {}
    members_of: dict[int, list[str]] = {}
    for role, number in layer.items():
        members_of.setdefault(number, []).append(role)
    for number in sorted(members_of):
        members = members_of[number]
        middle = {
            role: sum(row[one] for one in before[role]) / len(before[role]) if before[role] else 0.0 for role in members
        }
        members.sort(key=lambda role: middle[role])
        row |= {role: place - (len(members) - 1) / 2 for place, role in enumerate(members)}
        yield tuple(members)
