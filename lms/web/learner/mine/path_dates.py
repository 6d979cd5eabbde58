"""The dates of a path as its page says them: twenty likely days against the aim, their median, and the plan's own day.

Likely days are of the training. Where every gate has its day they become days of the promotion, which nobody gets before
the last gate opens; where a gate has no day, such as somebody's word, they stay days of the training, and the page says
how many such gates there are. The plan's own day is `ready_on`, always. *Instead of:* moving every day to the last gate,
which calls somebody trained on a day that has nothing to do with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """When a path may be done. `days` are sorted; draws that never end stand in `draws` alone."""

    on: date
    days: tuple[date, ...]
    draws: int
    plan: date | None
    """The day on which the training ends if all goes to plan, `ready_on`."""
    opens: date
    """The day on which the last dated gate opens; `date.min` where all of them are open."""
    aim: date | None
    without_a_day: int
    """Unmet gates of which nobody knows when they open."""

    def of_twenty(self, place: int) -> date | None:
        """The day by which so many of the draws are done (1 is the first); None where that many never are."""
        return self.days[place - 1] if place <= len(self.days) else None

    @property
    def big(self) -> date | None:
        """The median; without likely days the plan's own."""
        if self.draws:
            return self.of_twenty((self.draws + 1) // 2)
        return max(self.plan, self.opens) if self.plan and not self.without_a_day else self.plan

    @property
    def early(self) -> date | None:
        """Four times out of five it is not before this day …"""
        return self.of_twenty(round(self.draws * 0.1) + 1)

    @property
    def late(self) -> date | None:
        """… and not after this one."""
        return self.of_twenty(round(self.draws * 0.9))

    @property
    def by_aim(self) -> int:
        """How many of the draws are done by the aim."""
        return sum(self.aim is not None and day <= self.aim for day in self.days)


def dates_of(document: Mapping[str, Any], likely: Mapping[str, Any], aim: date | None) -> Dates:
    """The dates of a `lms-path/1` document with its likely days as `path.likely` keeps them."""
    gates = [gate for gate in document["gates"] if not gate["met"]]
    opens = max((date.fromisoformat(gate["on"]) for gate in gates if gate["on"]), default=date.min)
    without = sum(gate["on"] is None for gate in gates)
    first = date.min if without else opens
    ready = document["ready_on"]
    return Dates(
        on=date.fromisoformat(document["on"]),
        days=tuple(max(first, date.fromisoformat(day)) for day in likely.get("days", ())),
        draws=likely.get("draws", 0),
        plan=date.fromisoformat(ready) if ready else None,
        opens=opens,
        aim=aim,
        without_a_day=without,
    )
