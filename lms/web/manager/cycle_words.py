"""The words of cycles: for whom one is, why something is asked no more, how far somebody is from the others."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext

from lms.services.cycles.progress import Listed
from lms.storage.cycles import Cycle
from lms.web.i18n import say
from lms.web.translated import decimal, gettext, ngettext

CAPACITIES: dict[str, Any] = {
    "self": lazy_gettext("own view"),
    "manager": lazy_gettext("manager"),
    "peer": lazy_gettext("colleagues"),
}
SAME = 0.25
"""A difference of less than so much of a level is none worth a word."""


def title(listed: Listed) -> str:
    """The title of a cycle; of a round whom it is about."""
    if listed.person is not None:
        return gettext("Round about %(name)s", name=say(listed.person.name))
    return listed.row.title


def whom(listed: Listed) -> str:
    """For whom a cycle is."""
    if listed.row.scope == "organisation":
        return gettext("Everybody")
    if listed.row.scope == "person":
        return gettext("One person")
    if listed.team is None:
        return gettext("A team that is no more")
    return gettext("%(team)s and the teams below", team=listed.team)


def raters(cycle: Cycle) -> str:
    """Who rates, in a sentence."""
    found = []
    if cycle.asks_self:
        found.append(gettext("everybody themselves"))
    if cycle.asks_manager:
        found.append(gettext("their manager"))
    if cycle.peers:
        found.append(ngettext("%(num)s colleague", "%(num)s colleagues", cycle.peers))
    return ", ".join(found)


def dropped(why: str, number: int) -> str:
    """How many answers are not asked any more, and why."""
    if why == "person-left":
        return ngettext(
            "%(num)s answer: about somebody who has left", "%(num)s answers: about people who have left", number
        )
    if why == "rater-left":
        return ngettext("%(num)s answer: who was asked has left", "%(num)s answers: those asked have left", number)
    if why == "moved":
        return ngettext(
            "%(num)s answer: somebody else manages the person now",
            "%(num)s answers: somebody else manages the people now",
            number,
        )
    if why == "declined":
        return ngettext("%(num)s colleague cannot judge", "%(num)s colleagues cannot judge", number)
    return ngettext(
        "%(num)s answer was not given until it was closed", "%(num)s answers were not given until it was closed", number
    )


def above(difference: float | None) -> str:
    """A difference in levels, in words and as a number."""
    if difference is None:
        return gettext("too few to say")
    figure = decimal(round(abs(difference), 2))
    if abs(difference) < SAME:
        return gettext("about the same")
    if difference > 0:
        return gettext("%(figure)s higher", figure=figure)
    return gettext("%(figure)s lower", figure=figure)


def spread(value: float | None) -> str:
    """A standard deviation in levels."""
    return gettext("too few to say") if value is None else decimal(round(value, 2))
