"""Needs told shortly: what a step waits for within a set, for asking twenty times over. What waits for what is
`engine/ordering/ways.py`'s; here nothing is decided, only left out where the rest says it already.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import reduce
from operator import and_, or_

from lms.engine.ordering.ways import NEVER, NEVER_MET, OPEN, Need, Of, when

Plain = int | tuple[int | frozenset[int], ...] | Of
"""A need told for speed: one step; all of some, each a step or any of some steps; or a group of any kind."""


def plainly(need: Need) -> Plain:
    """The need in the plainest form there is.

    >>> plainly(3), plainly(Of(2, (1, Of(1, (4, 5))))), plainly(OPEN)
    (3, (1, frozenset({4, 5})), ())
    """
    if isinstance(need, int):
        return need
    items = need.items if need.n == len(need.items) else (need,)
    told = tuple(_any_of(item) for item in items)
    plain = tuple(item for item in told if item is not None)
    return plain if len(plain) == len(told) else need


def _any_of(need: Need) -> int | frozenset[int] | None:
    if isinstance(need, int):
        return need
    steps = frozenset(item for item in need.items if isinstance(item, int))
    return steps if need.n == 1 and len(steps) == len(need.items) else None


def since_of(need: Plain, times: Sequence[int]) -> int:
    """The moment from which what a step needs holds."""
    if isinstance(need, int | Of):
        return when(need, times)
    latest = 0
    for item in need:
        since = times[item] if isinstance(item, int) else min(map(times.__getitem__, item), default=NEVER)
        latest = max(latest, since)
    return latest


def shortened(needs: Sequence[Need], dated: Collection[int]) -> tuple[Need, ...]:
    """The same needs, what follows from the rest of them left out: of two courses of which one always comes after the
    other, an all-of waits for the later one, and an any-of for the earlier one.

    A study step that follows a session may end on the day of that session, and then counts from that day's first moment;
    so a session never counts as followed by it.
    """
    before = _always_before(needs)

    def after(late: Need, early: Need) -> bool:
        return (
            isinstance(late, int)
            and isinstance(early, int)
            and before[late] >> early & 1 == 1
            and (late in dated or early not in dated)
        )

    def short(need: Need, user: int) -> Need:
        if isinstance(need, int) or need in (OPEN, NEVER_MET):
            return need
        if need.n not in (1, len(need.items)):
            return need
        items = list(dict.fromkeys(_flat(need.n == 1, (short(item, user) for item in need.items))))
        if need.n == 1:
            items = [item for item in items if not after(item, user)] or items
            items = [one for one in items if not any(after(one, other) for other in items if other != one)]
        else:
            items = [one for one in items if not any(after(other, one) for other in items if other != one)]
        return items[0] if len(items) == 1 else Of(1 if need.n == 1 else len(items), tuple(items))

    return tuple(short(need, user) for user, need in enumerate(needs))


def _flat(any_: bool, items: Iterable[Need]) -> Iterator[Need]:
    """The items, those of a group of the same kind within the group by themselves."""
    for item in items:
        if isinstance(item, Of) and item.items and (item.n == 1 if any_ else item.n == len(item.items)):
            yield from item.items
        else:
            yield item


def _always_before(needs: Sequence[Need]) -> list[int]:
    """Of each course, itself included, the mask of those that are taken before it in every order."""
    everything = (1 << len(needs)) - 1
    masks = [everything] * len(needs)

    def of(need: Need) -> int:
        if isinstance(need, int):
            return masks[need]
        if need.n == len(need.items):
            return reduce(or_, map(of, need.items), 0)
        return reduce(and_, map(of, need.items), everything)

    found: list[int] = []
    while found != masks:
        found = masks[:]
        for number, need in enumerate(needs):
            masks[number] &= of(need) | 1 << number
    return masks
