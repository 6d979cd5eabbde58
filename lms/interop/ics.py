"""A calendar as bytes that other programs subscribe to, by RFC 5545. The same entries give the same bytes.

What a line may hold, how it folds and what has to be escaped is the business of the icalendar library; here stands what
an entry of ours is. *Instead of:* writing the lines ourselves, which every calendar program would find its own fault in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

MEDIA_TYPE = "text/calendar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something in a calendar: whole days from `first` through `last`, or a time from `first` to `last` in UTC.

    `uid` stays the same while the entry moves, so that a program moves it too.
    """

    uid: str
    title: str
    first: date
    last: date


def to_ics(name: str, entries: Iterable[Entry], stamp: datetime) -> bytes:
    r"""The calendar; `stamp` is when what it tells was written down.

    >>> from datetime import UTC
    >>> day = Entry(uid="1@cairn", title="Closing; live", first=date(2026, 12, 1), last=date(2026, 12, 1))
    >>> text = to_ics("Cairn", [day], datetime(2026, 11, 23, 9, 0, tzinfo=UTC)).decode()
    >>> [line for line in text.split("\r\n") if line.startswith(("SUMMARY", "DTEND"))]
    ['SUMMARY:Closing\\; live', 'DTEND;VALUE=DATE:20261202']
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Cairn//Learning path//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _shown(name))
    calendar.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    for entry in entries:
        calendar.add_component(_event(entry, stamp))
    written: bytes = calendar.to_ical()
    return written


def _event(entry: Entry, stamp: datetime) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", stamp)
    event.add("summary", _shown(entry.title))
    event.add("dtstart", entry.first)
    timed = isinstance(entry.last, datetime)
    event.add("dtend", entry.last if timed or entry.last == date.max else entry.last + timedelta(days=1))
    event.add("transp", "OPAQUE" if timed else "TRANSPARENT")
    return event


def _shown(text: str) -> str:
    """The text on one line, without signs that a calendar may not hold."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
