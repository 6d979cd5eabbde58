"""What to talk about with a person, from what is known: what stands still, lapses, waits, is late, or went well.

Only days and ids go in and out; a door has the words. The gravest first, and of one kind the oldest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

STANDS_AFTER = timedelta(days=14)
"""A step that was begun and not ended stands still after so long."""
AHEAD = timedelta(days=60)
"""How far ahead something that lapses is worth a word."""
QUIET_AFTER = timedelta(days=45)
PRAISED = 3
"""How many levels that went up are named; whoever is rated all at once has many."""


class About(StrEnum):
    """What a point is about, in the order in which points are told."""

    SENT_BACK = "sent-back"
    """More was asked for, and has not come."""
    OVERDUE = "overdue"
    """An action of the agreed plan is past its day."""
    LAPSES = "lapses"
    STANDS = "stands"
    WAITS = "waits"
    """The step waits for somebody else's word."""
    REVIEW = "review"
    """A review of the agreed plan is due."""
    QUIET = "quiet"
    """Nothing was shown or completed for a while."""
    RAISED = "raised"
    """A level went up lately."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Something to talk about: `what` is the id of a course or competency, or a text; `day` since or by when."""

    about: About
    what: str
    day: date
    level: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known: courses begun, waiting and sent back with the day since; lapses as competency, level and last day;
    levels gone up as competency, level and day; actions of the agreed plan still to be done, and reviews to be held, by
    their day; the last day on which anything was shown or completed.
    """

    begun: Iterable[tuple[str, date]] = ()
    waiting: Iterable[tuple[str, date]] = ()
    sent_back: Iterable[tuple[str, date]] = ()
    lapses: Iterable[tuple[str, int, date]] = ()
    raised: Iterable[tuple[str, int, date]] = ()
    actions: Iterable[tuple[str, date]] = ()
    reviews: Iterable[date] = ()
    last: date | None = None


def talking_points(known: Known, on: date) -> tuple[Point, ...]:
    """The points on a day.

    >>> known = Known(begun=[("procurement-call", date(2026, 11, 2)), ("talk", date(2026, 11, 20))])
    >>> [(point.about.value, point.what) for point in talking_points(known, date(2026, 11, 23))]
    [('stands', 'procurement-call')]
    """
    order = list(About)
    return tuple(sorted(_points(known, on), key=lambda one: (order.index(one.about), one.day, one.what)))


def _points(known: Known, on: date) -> Iterator[Point]:
    for course, day in known.sent_back:
        yield Point(about=About.SENT_BACK, what=course, day=day)
    for text, day in known.actions:
        if day < on:
            yield Point(about=About.OVERDUE, what=text, day=day)
    for competency, level, day in known.lapses:
        if day <= on + AHEAD:
            yield Point(about=About.LAPSES, what=competency, day=day, level=level)
    for course, day in known.begun:
        if on - day >= STANDS_AFTER:
            yield Point(about=About.STANDS, what=course, day=day)
    for course, day in known.waiting:
        yield Point(about=About.WAITS, what=course, day=day)
    for day in known.reviews:
        if day <= on + timedelta(days=7):
            yield Point(about=About.REVIEW, what="", day=day)
    if known.last is not None and on - known.last >= QUIET_AFTER:
        yield Point(about=About.QUIET, what="", day=known.last)
    for competency, level, day in sorted(known.raised, key=lambda one: (-one[1], one[0]))[:PRAISED]:
        yield Point(about=About.RAISED, what=competency, day=day, level=level)
