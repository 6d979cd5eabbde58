"""Where people stall: steps that stand longer than they were planned to take, and confirmations that let people wait.

A step stands since the person began it; where they have begun none, their next step stands since they last did
something. What waits for a session or for somebody's word is not theirs to do, and does not stand. *Instead of:* how
long a course has been the next step, which no path remembers: it is planned anew with each change.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import NamedTuple

from lms.engine.days import DAY
from lms.engine.insight.ways import Vague, Way, WayStep, part_of
from lms.engine.small_numbers import LEAST, told_of

TIMES, DAYS_MORE = 2, 7
"""A step has stalled when it stands so many times its planned length, and so many days more than that length."""


class Standing(NamedTuple):
    """One person's step that is theirs to do: the days it has stood, and those that its path plans for it."""

    course: str
    days: int
    planned: int
    begun: bool

    @property
    def stalled(self) -> bool:
        """Does it stand so long that something must hold it up?"""
        return self.days >= max(TIMES * self.planned, self.planned + DAYS_MORE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stall:
    """How a course stands with everybody whose step it is: people, of them those who began it and those who stalled.

    The medians are of days; like every number of fewer than five people they are None.
    """

    course: str
    people: int | None
    begun: int | Vague | None
    stalled: int | Vague | None
    stood: int | None
    planned: int | None


class Asked(NamedTuple):
    """Somebody asked for a confirmation; `days` until it was answered, or until now where it still waits."""

    person: int
    course: str
    days: int
    waits: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """How long people waited for a word about a course, and how long those wait who have none yet, both as medians.

    None where it would be told of fewer than five people.
    """

    course: str
    people: int | None
    waited: int | None
    waiting: int | None
    since: int | None


def standing(
    way: Way, begun: Mapping[str, date], waiting: Collection[str], last_did: date | None, on: date
) -> Iterator[Standing]:
    """The steps of one person that stand on the day `on`.

    `begun` says since when they have been at a course, `waiting` which of them wait for somebody's word, `last_did` when
    they last did something.
    """
    mine = [step for step in way.steps if step.course not in waiting and step.session is None]
    at_it = [step for step in mine if step.course in begun]
    if at_it:
        for step in at_it:
            yield from _standing(step, begun[step.course], on, begun=True)
    elif last_did is not None:
        planned_till = [step.ends for step in way.steps if step.course in waiting and step.ends is not None]
        due = max([on, *(day + DAY for day in planned_till)])  # what waits still has its days on the path
        for step in mine[:1]:
            if step.starts is not None and step.starts <= due and not set(step.after) & set(waiting):
                yield from _standing(step, last_did, on, begun=False)


def _standing(step: WayStep, since: date, on: date, *, begun: bool) -> Iterator[Standing]:
    if step.starts is not None and step.ends is not None:
        yield Standing(step.course, max(0, (on - since).days), (step.ends - step.starts).days + 1, begun)


def stalls(found: Iterable[Standing]) -> tuple[Stall, ...]:
    """Every course that stands with somebody, most stalled people first.

    >>> stalls([Standing("basics", 40, 3, begun=True)] * 5 + [Standing("next", 1, 3, begun=False)] * 2)[0]
    Stall(course='basics', people=5, begun=5, stalled=5, stood=40, planned=3)
    """
    of: dict[str, list[Standing]] = defaultdict(list)
    for one in found:
        of[one.course].append(one)
    ranked = sorted(of.items(), key=lambda pair: (-sum(s.stalled for s in pair[1]), -len(pair[1]), pair[0]))
    return tuple(
        Stall(
            course=course,
            people=told_of(len(steps)),
            begun=part_of(sum(step.begun for step in steps), len(steps)),
            stalled=part_of(sum(step.stalled for step in steps), len(steps)),
            stood=_middle([step.days for step in steps]),
            planned=_middle([step.planned for step in steps]),
        )
        for course, steps in ranked
    )


def waits(asked: Iterable[Asked]) -> tuple[Wait, ...]:
    """Every course that somebody asked to be confirmed, the longest wait first.

    >>> waits(Asked(person, "pitch", person, waits=False) for person in range(1, 8))
    (Wait(course='pitch', people=7, waited=4, waiting=0, since=None),)
    """
    of: dict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        of[one.course].append(one)
    found = [_wait(course, rows) for course, rows in of.items()]
    return tuple(
        sorted(found, key=lambda wait: (-(wait.waited or 0), -(wait.since or 0), -(wait.people or 0), wait.course))
    )


def _wait(course: str, rows: Sequence[Asked]) -> Wait:
    open_, over = ([row for row in rows if row.waits is waits] for waits in (True, False))
    return Wait(
        course=course,
        people=told_of(_people(rows)),
        waited=_middle([row.days for row in over], _people(over)),
        waiting=told_of(_people(open_)),
        since=_middle([row.days for row in open_], _people(open_)),
    )


def _people(rows: Iterable[Asked]) -> int:
    return len({row.person for row in rows})


def _middle(days: Sequence[int], people: int | None = None) -> int | None:
    """The median of days, of at least five people."""
    enough = (len(days) if people is None else people) >= LEAST
    return round(median(days)) if enough else None
