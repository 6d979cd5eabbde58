"""A step in the words of its page: its state, what it gives and what it takes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask_babel import format_currency, gettext, lazy_gettext, ngettext, to_user_timezone

from lms.engine.curriculum import CompletedBy, Course
from lms.engine.curriculum import Session as Meeting
from lms.engine.requirement import all_of
from lms.services.learning.steps import State, StepView
from lms.services.organisation.people_shown import Named
from lms.web.context import site
from lms.web.i18n import say
from lms.web.learner.mine.path_trail import TAUGHT
from lms.web.translated import in_words
from lms.web.wording import Wording, hours

COUNTS = {
    CompletedBy.SELF: lazy_gettext("as soon as you mark it as done"),
    CompletedBy.ATTENDANCE: lazy_gettext("when the attendance list of the session says that you were there"),
}


def state(view: StepView, wording: Wording) -> tuple[str, str]:
    """The pill of a step: one of the seven states and its words."""
    if view.state is State.DONE and view.done:
        return "done", gettext("Done on %(day)s", day=in_words(view.done[0].on))
    if view.state is State.WAITS and view.asked is not None:
        return "waits", waits_for(view.confirmers, view.asked.days)
    if view.state is State.MORE:
        return "waits", gettext("More is asked for")
    if view.state is State.SEAT:
        if view.seat is None:
            return "progress", gettext("You keep a seat")
        if view.begun and view.course.completion is CompletedBy.ATTENDANCE:
            return "waits", gettext("Waits for the attendance list")
        return "progress", gettext("Seat kept for %(day)s", day=in_words(there(view.seat.starts).date()))
    if view.state is State.STARTED and view.since is not None:
        return "progress", gettext("Started on %(day)s", day=in_words(view.since))
    if view.opens:
        return "locked", gettext("Opens after %(what)s", what=wording.requirement(all_of(view.opens)))
    return "ready", gettext("Ready to start")


def waits_for(whom: Sequence[Named], days: int) -> str:
    """Waits for Priya, 2 days; since today where it is less than one."""
    if days < 1:
        return gettext("Waits for %(who)s since today", who=people(whom))
    return ngettext("Waits for %(who)s, %(num)s day", "Waits for %(who)s, %(num)s days", days, who=people(whom))


def people(whom: Sequence[Named]) -> str:
    """Names in a row: Priya; Priya or Tomás; somebody, where there is nobody any more."""
    named = [say(one.name) for one in whom]
    if len(named) > 1:
        return gettext("%(some)s or %(last)s", some=", ".join(named[:-1]), last=named[-1])
    return named[0] if named else gettext("somebody who is still to be named")


def facts(view: StepView, wording: Wording) -> list[tuple[str, Any]]:
    """What it takes and what it gives: pairs of a term and its value, None for what is not said."""
    course, renewal = view.course, bool(view.done)
    study = view.course.renewal_hours if renewal else view.course.hours
    return [
        (gettext("Takes"), hours(study / 100)),
        (gettext("Costs"), format_currency(course.cost / 100, site().currency) if course.cost else None),
        (gettext("Taught"), str(TAUGHT[course.delivery])),
        (gettext("By"), course.provider or None),
        (gettext("Gives"), gives(course, wording)),
        (gettext("Counts"), counts(view)),
    ]


def gives(course: Course, wording: Wording) -> str | None:
    """The levels that a course grants, and for how long."""
    return "; ".join(_grant(grant, wording) for grant in course.grants) or None


def _grant(grant: Any, wording: Wording) -> str:
    title, level = wording.competency(grant.competency), wording.level(grant.level)
    if grant.valid_months is None:
        return gettext("%(competency)s at level %(level)s", competency=title, level=level)
    return ngettext(
        "%(competency)s at level %(level)s, for %(num)s month",
        "%(competency)s at level %(level)s, for %(num)s months",
        grant.valid_months,
        competency=title,
        level=level,
    )


def counts(view: StepView) -> str:
    """Whose word makes the step count."""
    if view.course.completion in COUNTS:
        return str(COUNTS[view.course.completion])
    if not view.confirmers:
        return gettext("when somebody confirms it; nobody can yet, so tell your administrator")
    return gettext("when %(who)s confirms it", who=people(view.confirmers))


def link(course: Course) -> str | None:
    """Where the course is taken, if that is a page of the web."""
    return course.link if course.link and urlsplit(course.link).scheme in {"http", "https"} else None


def meeting(one: Meeting) -> str:
    """When a session is held, in the zone of whoever looks: 14 Jan 2027, 09:00 to 11:00."""
    first, last = there(one.starts), there(one.ends)
    if first.date() == last.date():
        return gettext(
            "%(day)s, %(first)s to %(last)s", day=in_words(first.date()), first=f"{first:%H:%M}", last=f"{last:%H:%M}"
        )
    return gettext(
        "%(day)s, %(first)s to %(end)s, %(last)s",
        day=in_words(first.date()),
        first=f"{first:%H:%M}",
        end=in_words(last.date()),
        last=f"{last:%H:%M}",
    )


def there(when: datetime) -> datetime:
    """A moment in the zone of whoever looks."""
    found: datetime = to_user_timezone(when)
    return found
