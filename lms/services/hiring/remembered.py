"""Standings towards a role, kept in memory between looks: what somebody has shown and achieved on a day is worked out once.

A standing is a pure function of a frozen version, a role, a day and a person with no name and nothing of their own but
entries (`ranking.comparable`), so nothing has to be forgotten but for room, and nothing kept here says whose it is.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from threading import Lock

from lms.engine.judging.ranking import Standing
from lms.engine.person import Person

ROOM = 10_000

_GUARD = Lock()
_KEPT: OrderedDict[tuple[str, str, date, Person], Standing] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Remembered:
    """The standings towards one role of one version on one day."""

    digest: str
    role: str
    on: date

    def knows(self, person: Person) -> bool:
        """Was this standing worked out before?"""
        return (self.digest, self.role, self.on, person) in _KEPT

    def __call__(self, person: Person, work_out: Callable[[], Standing]) -> Standing:
        """The standing, worked out where it is not known yet."""
        key = (self.digest, self.role, self.on, person)
        with _GUARD:
            if key in _KEPT:
                _KEPT.move_to_end(key)
                return _KEPT[key]
        found = work_out()
        with _GUARD:
            _KEPT[key] = found
            while len(_KEPT) > ROOM:
                _KEPT.popitem(last=False)
        return found
