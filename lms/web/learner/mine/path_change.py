"""What a replan changed, and why, in one sentence: the causes, a colon, what came of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from babel.lists import format_list
from flask_babel import get_locale

from lms.web.translated import decimal, gettext, in_words, ngettext
from lms.web.wording import Wording

NAMED = 2
"""Courses and competencies that are named; of the others their number is told."""
LONGEST_NOTE = 160
"""Characters of what an author says about a version."""


def told(change: Mapping[str, Any], wording: Wording) -> str:
    """The sentence, with the day: 23 Nov: Holding price was completed: 3 h less, the date stays."""
    causes = _list([_cause(cause, wording) for cause in change["causes"]])
    without = gettext("another order, the date stays") if change["moved"] else gettext("the rest stays as it was")
    effects = list(_effects(change, wording)) or [without]
    return gettext(
        "%(day)s: %(causes)s: %(effects)s.",
        day=in_words(date.fromisoformat(change["on"])),
        causes=causes,
        effects=", ".join(effects),
    )


def _cause(cause: Mapping[str, Any], wording: Wording) -> str:
    what, names = cause["what"], cause.get("names", ())
    courses, competencies = _named(names, wording.course), _named(names, wording.competency)
    either = _named(names, lambda one: wording.course(wording.competency(one)))
    said = {
        "target": gettext("the target changed"),
        "curriculum": _published(cause),
        "role": gettext("the roles held changed"),
        "completed": gettext("%(courses)s completed", courses=courses),
        "completed-withdrawn": gettext("a completion of %(courses)s was taken back", courses=courses),
        "rated": gettext("new evidence of %(competencies)s", competencies=competencies),
        "rated-withdrawn": gettext("evidence of %(competencies)s was taken back", competencies=competencies),
        "exempt": gettext("an exemption from %(what)s", what=either),
        "exempt-withdrawn": gettext("an exemption from %(what)s ended", what=either),
        "attested": gettext("attested: %(titles)s", titles=_named(names, str)),
        "attested-withdrawn": gettext("an attestation was taken back"),
        "outcomes": gettext("new monthly results"),
        "outcomes-withdrawn": gettext("monthly results were corrected"),
        "hours": gettext(
            "%(now)s h a week instead of %(was)s",
            now=decimal(cause.get("now", 0)),
            was=decimal(cause.get("was", 0)),
        ),
        "away": gettext("the days away or the holidays changed"),
        "minimise": gettext("the path spares something else"),
        "order": gettext("the order was changed by hand"),
    }
    return said.get(what, gettext("time passed"))


def _published(cause: Mapping[str, Any]) -> str:
    """The version that counts now, and in its author's words what it changed."""
    if "version" not in cause:
        return gettext("a new version of the curriculum was published")
    note = " ".join(cause["note"].split()).rstrip(".")
    if not note:
        return gettext("version %(number)s of the curriculum changed it", number=cause["version"])
    short = note if len(note) <= LONGEST_NOTE else f"{note[: LONGEST_NOTE - 1].rstrip()}…"
    return gettext("version %(number)s of the curriculum changed it (“%(note)s”)", number=cause["version"], note=short)


def _effects(change: Mapping[str, Any], wording: Wording) -> Iterator[str]:
    days, amount = change["days"], change["hours"]
    if change.get("date") == "lost":
        yield gettext("no date any more")
    elif change.get("date") == "found":
        yield gettext("a date again")
    if days:
        count = abs(days)
        yield (
            ngettext("%(num)s day later", "%(num)s days later", count)
            if days > 0
            else ngettext("%(num)s day sooner", "%(num)s days sooner", count)
        )
    if amount:
        number = decimal(round(abs(amount), 1))
        yield gettext("%(hours)s h more", hours=number) if amount > 0 else gettext("%(hours)s h less", hours=number)
    if change["met"]:
        count = abs(change["met"])
        yield (
            ngettext("%(num)s more requirement met", "%(num)s more requirements met", count)
            if change["met"] > 0
            else ngettext("%(num)s requirement fewer met", "%(num)s requirements fewer met", count)
        )
    done = {name for cause in change["causes"] if cause["what"] == "completed" for name in cause["names"]}
    if change["added"]:
        yield gettext("new on the path: %(courses)s", courses=_named(change["added"], wording.course))
    gone = [course for course in change["gone"] if course not in done]
    if gone:
        yield gettext("no longer on it: %(courses)s", courses=_named(gone, wording.course))


def _named(names: Sequence[str], title: Any) -> str:
    told = [title(name) for name in names[:NAMED]]
    if len(names) > NAMED:
        told.append(ngettext("%(num)s more", "%(num)s more", len(names) - NAMED))
    return _list(told)


def _list(words: list[str]) -> str:
    return str(format_list(words, locale=get_locale() or "en"))
