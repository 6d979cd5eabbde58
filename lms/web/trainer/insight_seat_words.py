"""What the seats of a curriculum say, in sentences and in the cells of a heat of months."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from lms.engine.insight.seats import Gap, SeatDemand, SeatMonth, Supply
from lms.services.authoring.insight import Insight
from lms.web.trainer.insight_words import number
from lms.web.translated import decimal, gettext, skeleton
from lms.web.wording import Wording


def month(first: date) -> str:
    """A month in words."""
    return skeleton("yMMM", first)


def seating(found: Insight, words: Wording) -> list[str]:
    """Where people come and no seat is, and where more come than fit; nothing where neither can be told."""
    return [*_missing(found.seats, words), *_short(found.seats, words)]


def _missing(seats: Iterable[SeatDemand], words: Wording) -> Iterable[str]:
    gaps = sorted((gap for one in seats for gap in one.gaps if gap.month.could), key=lambda gap: -gap.weight)
    for gap in gaps[:1]:
        yield gap_said(gap, words)


def gap_said(gap: Gap, words: Wording) -> str:
    """A month in which people come and no seat is."""
    people = number(gap.month.could)
    course, when = words.course(gap.course), month(gap.month.month)
    if gap.until is None:
        return gettext(
            "%(people)s people could take %(course)s in %(month)s, and no session has a seat, then or later.",
            people=people, course=course, month=when,
        )  # fmt: skip
    return gettext(
        "%(people)s people could take %(course)s in %(month)s; the next session with a seat is in %(until)s.",
        people=people,
        course=course,
        month=when,
        until=month(gap.until),
    )


def _short(seats: Sequence[SeatDemand], words: Wording) -> Iterable[str]:
    over = [
        ((one.planned or 0) - one.seats, demand.course, one)
        for demand in seats
        for one in demand.months
        if one.supply is Supply.SHORT
    ]
    for _, course, one in sorted(over, key=lambda found: (-found[0], found[1]))[:1]:
        yield gettext(
            "%(people)s people's paths take %(course)s in %(month)s, where there are %(seats)s seats.",
            people=number(one.planned),
            course=words.course(course),
            month=month(one.month),
            seats=one.seats,
        )


def short_month(first: date) -> str:
    """A month at the head of a narrow column: its name, and the year where it begins."""
    return skeleton("yMMM" if first.month == 1 else "MMM", first)


def by_month(demand: SeatDemand) -> dict[date, SeatMonth]:
    """The months of a course in which there is anything to tell."""
    return {one.month: one for one in demand.months if one.sessions or one.could != 0 or one.planned != 0}


def by_need(seats: Iterable[SeatDemand]) -> list[SeatDemand]:
    """The courses, those first whose people wait longest or do not fit."""

    def need(demand: SeatDemand) -> int:
        missing = sum((one.planned or 0) - one.seats for one in demand.months if one.supply is Supply.SHORT)
        return missing + max((gap.weight for gap in demand.gaps), default=0)

    return sorted(seats, key=need, reverse=True)


def tight(seats: Iterable[SeatDemand], months: Sequence[date]) -> list[SeatDemand]:
    """The courses of which more people come in one of these months than there are seats."""
    return [one for one in seats if any(at.supply is Supply.SHORT and at.month in months for at in one.months)]


def busiest(seats: Iterable[SeatDemand], months: Sequence[date]) -> int:
    """The most people that come, or could, in one of these months."""
    return max((_crowd(at) for one in seats for at in one.months if at.month in months), default=0)


def heat(one: SeatMonth, most: int) -> int:
    """How dark a month is painted, 0 to 4: by its people beside the busiest."""
    return -(-4 * _crowd(one) // most) if most else 0


def _crowd(one: SeatMonth) -> int:
    return max(1 if people is None else people for people in (one.could, one.planned))


def cell(one: SeatMonth) -> str:
    """A month of a course in as few signs as may be: 12/16, or 12 where there is no seat."""
    if one.supply in {Supply.NO_SESSION, Supply.FULL}:
        return _brief(one.could if one.could != 0 else one.planned)
    return f"{_brief(one.planned)}/{decimal(one.seats)}"


def _brief(people: int | None) -> str:
    return "<5" if people is None else decimal(people)


def cell_said(one: SeatMonth) -> str:
    """The same in words."""
    if one.supply is Supply.NO_SESSION:
        people = number(one.could if one.could != 0 else one.planned)
        return gettext("%(people)s could come, no session", people=people)
    if one.supply is Supply.FULL:
        return gettext("%(people)s could come, no seat left", people=number(one.could))
    return gettext("%(people)s for %(seats)s seats", people=number(one.planned), seats=one.seats)
