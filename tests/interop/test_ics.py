"""The calendar's bytes hold to RFC 5545, whatever a title holds, and are read back as they were meant."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar

from lms.interop.ics import Entry, to_ics

STAMP = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TITLES = (
    "Closing; with, signs \\ and: colons",
    "Ü" * 90 + "🏔" * 40,
    "two\r\nBEGIN:VALARM\r\nlines\x00\x07\u2028\u202e",
    "=HYPERLINK(1)",
    "",
)


@pytest.mark.parametrize("title", TITLES)
def test_lines_are_folded_and_nothing_in_a_title_becomes_a_line(title: str) -> None:
    live = Entry(uid="1@cairn", title=title, first=datetime(2026, 12, 1, 9, 30, tzinfo=UTC), last=STAMP)
    written = to_ics(title, [live], STAMP)
    assert written == to_ics(title, [live], STAMP)
    lines = written.decode().split("\r\n")
    assert lines.pop() == ""
    assert not any("\n" in line or "\r" in line for line in lines)
    assert all(len(line.encode()) <= 75 for line in lines)
    assert sum(line.startswith("BEGIN:") for line in lines) == 2
    (event,) = Calendar.from_ical(written).events
    assert str(event["summary"]) == "".join(sign if sign.isprintable() else " " for sign in title)
    assert "DTSTART:20261201T093000Z" in lines
    assert "DTSTAMP:20261123T090000Z" in lines


def test_a_day_ends_with_the_day_after_and_the_last_day_of_all_with_itself() -> None:
    days = [
        Entry(uid="1@cairn", title="Step", first=date(2026, 12, 1), last=date(2026, 12, 31)),
        Entry(uid="2@cairn", title="For good", first=date.max, last=date.max),
    ]
    written = to_ics("Cairn", days, STAMP).decode()
    assert "DTSTART;VALUE=DATE:20261201\r\nDTEND;VALUE=DATE:20270101" in written
    assert "DTEND;VALUE=DATE:99991231" in written
