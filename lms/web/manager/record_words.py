"""The words of a person's record: what to talk about, what happened, and the steps of a development plan."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext

from lms.engine.judging.talking_points import About, Point
from lms.services.records.timeline import Event
from lms.web.learner.level_words import source
from lms.web.translated import gettext, in_words, ngettext
from lms.web.wording import ATTESTERS, Wording

POINT_ICONS = {
    About.SENT_BACK: ("c-stop", "undo-2"),
    About.OVERDUE: ("c-stop", "calendar-x"),
    About.LAPSES: ("c-wait", "shield-alert"),
    About.STANDS: ("c-wait", "pause"),
    About.WAITS: ("c-wait", "hourglass"),
    About.REVIEW: ("c-go", "calendar-check"),
    About.QUIET: ("", "moon"),
    About.RAISED: ("c-done", "trending-up"),
}
"""By what a point is about its tone and its icon."""
EVENT_ICONS = {
    "evidence": "file-check",
    "completion": "circle-check",
    "exemption": "shield-check",
    "attestation": "badge-check",
    "role": "briefcase",
}
STEPS: tuple[tuple[str, Any], ...] = (
    ("assess", lazy_gettext("Assess")),
    ("summarise", lazy_gettext("Summarise")),
    ("plan", lazy_gettext("Plan")),
    ("contract", lazy_gettext("Sign")),
    ("agreed", lazy_gettext("Agreed")),
)
"""The steps of a development plan, in their order."""
OUTCOMES: dict[str, Any] = {
    "reached": lazy_gettext("Reached"),
    "partly": lazy_gettext("Partly reached"),
    "not-reached": lazy_gettext("Not reached"),
}


def point(one: Point, wording: Wording | None, manager: str | None, on: date) -> str:
    """A point in a sentence. `manager` is who the step of the person usually waits for."""
    what = _titled(one, wording)
    days = (on - one.day).days
    if one.about is About.SENT_BACK:
        return gettext(
            "Ask what is missing for %(what)s: more was asked for on %(day)s.", what=what, day=in_words(one.day)
        )
    if one.about is About.OVERDUE:
        return gettext("Agreed, and due on %(day)s: %(what)s", what=one.what, day=in_words(one.day))
    if one.about is About.LAPSES:
        return gettext(
            "%(what)s, level %(level)s, lapses on %(day)s.", what=what, level=one.level, day=in_words(one.day)
        )
    if one.about is About.STANDS:
        return gettext("Ask about %(what)s: it has stood at “started” for %(time)s.", what=what, time=lasting(days))
    if one.about is About.WAITS:
        if manager:
            return gettext("%(what)s waits for %(name)s since %(day)s.", what=what, name=manager, day=in_words(one.day))
        return gettext("%(what)s waits to be confirmed since %(day)s.", what=what, day=in_words(one.day))
    if one.about is About.REVIEW:
        return gettext("The review of the agreed plan is on %(day)s.", day=in_words(one.day))
    if one.about is About.QUIET:
        return gettext("Nothing was shown or completed for %(time)s.", time=lasting(days))
    return gettext("Worth a word of praise: %(what)s went up to %(level)s.", what=what, level=one.level)


def lasting(days: int) -> str:
    """How long something has lasted: days, and from three weeks on weeks."""
    if days < 21:
        return ngettext("%(num)s day", "%(num)s days", days)
    return ngettext("%(num)s week", "%(num)s weeks", days // 7)


def event(one: Event, wording: Wording | None) -> str:
    """An entry of the ledger in a sentence's part."""
    if one.kind == "role":
        return gettext("Role: %(role)s", role=wording.role(one.what) if wording and one.what else one.what or "–")
    if one.kind == "attestation":
        return gettext("Attested: %(title)s", title=one.what)
    what = _named(one.what or "", one.level, wording)
    if one.kind == "completion":
        return gettext("Completed %(course)s", course=what)
    if one.level is None:
        return gettext("Exempt from %(course)s", course=what)
    level = wording.level(one.level) if wording else str(one.level)
    if one.kind == "exemption":
        return gettext("Held to have %(competency)s at level %(level)s", competency=what, level=level)
    return gettext("%(competency)s: %(level)s", competency=what, level=level)


def rated_by(one: Event) -> str:
    """Who or what an entry comes from."""
    if one.source is None:
        return ""
    return str(ATTESTERS.get(one.source, one.source)) if one.kind == "attestation" else source(one.source)


def _titled(one: Point, wording: Wording | None) -> str:
    return _named(one.what, one.level, wording)


def _named(what: str, level: int | None, wording: Wording | None) -> str:
    """The title of a competency where there is a level, else of a course."""
    if wording is None:
        return what
    return wording.course(what) if level is None else wording.competency(what)
