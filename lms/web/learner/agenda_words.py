"""What is coming, in words: the titles of the calendar page and of the feed."""

from __future__ import annotations

from babel.lists import format_list
from flask_babel import get_locale, gettext

from lms.engine.curriculum import Curriculum
from lms.services.learning.agenda import Coming
from lms.web.wording import Wording

ICONS = {
    "session": "calendar-clock",
    "step": "book-open",
    "renewal": "refresh-cw",
    "gate": "lock-open",
    "lapse": "shield-alert",
    "aim": "flag",
    "likely": "mountain",
    "ready": "mountain",
    "away": "palmtree",
    "holiday": "palmtree",
    "blackout": "calendar-off",
}
TONES = {"session": "c-go", "lapse": "c-stop", "gate": "c-done", "aim": "c-wait", "likely": "c-wait"}


def title(one: Coming, curriculum: Curriculum | None) -> str:
    """What it is; never anybody's name."""
    if one.kind in {"aim", "away", "likely", "holiday", "blackout"} or curriculum is None:
        return {
            "aim": gettext("Your aim"),
            "likely": gettext("Likely trained by this day"),
            "away": gettext("Days away"),
            "holiday": one.about or gettext("Holiday"),
            "blackout": one.about or gettext("Nobody studies"),
        }[one.kind]
    wording = Wording(curriculum)
    if one.kind == "gate":
        return gettext("Gate opens: %(gate)s", gate=wording.gate_of(one.about))
    if one.kind == "lapse":
        return gettext(
            "Last day of level %(level)s: %(competency)s", level=one.level, competency=wording.competency(one.about)
        )
    if one.kind == "ready":
        roles = format_list([wording.role(role) for role in one.about], locale=get_locale() or "en")
        return gettext("Trained for %(roles)s, if all goes to plan", roles=roles)
    course = wording.course(one.about)
    return {
        "session": gettext("Session: %(course)s", course=course),
        "renewal": gettext("Renew: %(course)s", course=course),
    }.get(one.kind, course)
