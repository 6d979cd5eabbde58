"""The card with the date: of the stored path, or of one at other hours a week beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from markupsafe import Markup

from lms.services.learning.my_path import MyPath
from lms.web.learner.mine import spread
from lms.web.learner.mine.path_chart import chart
from lms.web.learner.mine.path_dates import Dates, dates_of
from lms.web.translated import gettext, ngettext
from lms.web.wording import hours, plain_day

WEEK = 7
STEP = 50
"""Hundredths of an hour between two places of the slider."""
LONG = 4 * WEEK
"""Days from which a difference is told in weeks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Climb:
    """What the card shows. `weekly` are hours; `difference` says how far a preview is from the stored path, with its
    tone; None where the stored path itself is shown.
    """

    heading: str
    big: date | None
    """The day in large; None where there is none, and `instead` stands there."""
    instead: str
    dates: Dates
    chart: Markup
    weekly: float
    least: float
    """Where the slider begins: whole steps of half an hour below the person's own hours, whatever these are."""
    rests_on: str
    spread: str | None
    """What the likely days rest on; None where there are none."""
    studies: bool
    """Is there anything left to learn, so that hours a week matter?"""
    difference: str | None = None
    tone: str = "done"


def climb(shown: MyPath) -> Climb:
    """The card of the stored path."""
    assert shown.path is not None
    assert shown.document is not None
    weekly = shown.plan.weekly_hundredths if shown.plan else 400
    return _climb(shown, shown.document, shown.path.likely, shown.path.elevation, weekly)


def preview(shown: MyPath, other: Mapping[str, Any], weekly_hundredths: int) -> Climb:
    """The card of a path at other hours a week, as it would be stored, with what differs."""
    now = climb(shown).dates
    made = _climb(shown, json.loads(other["document"]), other["likely"], other["elevation"], weekly_hundredths)
    words, tone = _difference(now, made.dates)
    return replace(made, difference=words, tone=tone)


def _climb(
    shown: MyPath,
    document: Mapping[str, Any],
    likely: Mapping[str, Any],
    elevation: Mapping[str, Any],
    weekly_hundredths: int,
) -> Climb:
    dates = dates_of(document, likely, shown.plan.aim if shown.plan else None)
    heading, big, instead = _heading(document, dates)
    return Climb(
        heading=heading,
        big=big,
        instead=instead,
        studies=bool(document["steps"]),
        dates=dates,
        chart=chart(elevation, document["requirements"]["required"], dates),
        weekly=weekly_hundredths / 100,
        least=((shown.plan.weekly_hundredths if shown.plan else 400) % STEP or STEP) / 100,
        rests_on=_rests_on(document),
        spread=spread.rests_on(likely.get("basis")) if dates.draws else None,
    )


def _heading(document: Mapping[str, Any], dates: Dates) -> tuple[str, date | None, str]:
    """What the day in large is, the day, and what stands there without one."""
    asked = document["requirements"]
    if asked["met"] == asked["required"]:
        return gettext("Ready for promotion"), None, gettext("Now")
    if document["status"] == "ready":
        if dates.without_a_day:
            return gettext("Nothing is left to learn"), None, gettext("No date yet")
        return gettext("Ready for promotion"), dates.big, gettext("No date yet")
    if dates.without_a_day:
        return gettext("Likely trained"), dates.big, gettext("No date yet")
    return gettext("Likely ready for promotion"), dates.big, gettext("No date yet")


def _rests_on(document: Mapping[str, Any]) -> str:
    """What the date is made of: hours left, sessions."""
    days = [step["starts"] for step in document["steps"] if step["session"]]
    left = gettext("%(hours)s left to learn", hours=hours(document["hours"]))
    if not days:
        return left
    sessions = ngettext(
        "%(num)s session, on %(day)s", "%(num)s sessions, the first on %(day)s", len(days), day=plain_day(min(days))
    )
    return gettext("%(left)s, %(sessions)s", left=left, sessions=sessions)


def _difference(now: Dates, other: Dates) -> tuple[str, str]:
    before, after = now.big, other.big
    if before is None or after is None:
        return gettext("There is no date to compare with."), "go"
    if before == after:
        if after == other.opens:
            return gettext("The same date as now: a requirement opens with time, and not before that day."), "go"
        return gettext("The same date as now: the days of sessions decide it."), "go"
    days = abs((after - before).days)
    sooner = after < before
    if days >= LONG:
        weeks = round(days / WEEK)
        words = (
            ngettext("%(num)s week sooner than now.", "%(num)s weeks sooner than now.", weeks)
            if sooner
            else ngettext("%(num)s week later than now.", "%(num)s weeks later than now.", weeks)
        )
    else:
        words = (
            ngettext("%(num)s day sooner than now.", "%(num)s days sooner than now.", days)
            if sooner
            else ngettext("%(num)s day later than now.", "%(num)s days later than now.", days)
        )
    return words, "done" if sooner else "wait"
