"""What is kept in memory between requests and jobs: the values and planners of frozen curriculum versions, by digest.

They never change, so nothing has to be forgotten but for room. A planner holds solvers that serve one caller at a time;
whoever plans takes its lock.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, RLock
from typing import TypeVar

from lms.engine.curriculum import Curriculum
from lms.engine.path import Planner
from lms.interop.curriculum_file import parse_curriculum

ROOM = 8
Kept = TypeVar("Kept")

_GUARD = RLock()
_VALUES: OrderedDict[str, Curriculum] = OrderedDict()
_PLANNERS: OrderedDict[str, tuple[Lock, Planner]] = OrderedDict()


def curriculum(digest: str, document: Callable[[], str]) -> Curriculum:
    """The value of the document with this digest, which is asked for only when it is not kept."""
    with _GUARD:
        if digest not in _VALUES:
            _VALUES[digest] = parse_curriculum(document(), "curriculum.json")
        return _recent(_VALUES, digest)


@contextmanager
def planner(digest: str, value: Curriculum) -> Iterator[Planner]:
    """The planner of the curriculum with this digest, for this caller alone until the block ends."""
    with _GUARD:
        if digest not in _PLANNERS:
            _PLANNERS[digest] = (Lock(), Planner(value))
        lock, found = _recent(_PLANNERS, digest)
    with lock:
        yield found


def _recent(store: OrderedDict[str, Kept], digest: str) -> Kept:
    store.move_to_end(digest)
    while len(store) > ROOM:
        store.popitem(last=False)
    return store[digest]
