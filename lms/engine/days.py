"""Days, months and periods, all in UTC. No clock: whoever calls says which day it is."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day through the last, both included."""

    first: date
    last: date
    title: str | None = None

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def months_after(day: date, months: int) -> date | None:
    """The first day after `months` full months that begin on `day`; None past the year 9999.

    It is the same day of the later month or, where that month has no such day, the first of the next one: a month
    from 31 January runs through 28 February, so a month is over on 1 March.

    >>> months_after(date(2026, 1, 31), 1), months_after(date(2026, 1, 15), 24)
    (datetime.date(2026, 3, 1), datetime.date(2028, 1, 15))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    if day.day > calendar.monthrange(min(year, 9999), month)[1]:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        return date(year, month, 1) if year <= 9999 else None
    return date(year, month, day.day) if year <= 9999 else None


@lru_cache(maxsize=20_000)  # the same few days and months are asked about for everybody
def last_valid_day(granted: date, valid_months: int | None) -> date:
    """The last day on which something granted on `granted` holds; `date.max` when it holds for good.

    >>> last_valid_day(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    over = months_after(granted, valid_months) if valid_months is not None else None
    return date.max if over is None else over - DAY


def full_months(first: date, until: date) -> int:
    """How many full months lie between the day `first` and the day `until`, which itself is not counted.

    >>> full_months(date(2025, 6, 1), date(2026, 2, 1)), full_months(date(2026, 1, 31), date(2026, 2, 28))
    (8, 0)
    """
    if until < first:
        return 0
    return (until.year - first.year) * 12 + until.month - first.month - (until.day < first.day)
