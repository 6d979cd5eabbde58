"""The words of evidence: what a piece is, where it stands, and what was done with it."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext

from lms.services.evidence.reading import Card, Told
from lms.web.i18n import say
from lms.web.translated import gettext, in_words

KINDS: dict[str, Any] = {
    "file": lazy_gettext("File"),
    "link": lazy_gettext("Link"),
    "call-recording": lazy_gettext("Recording of a call"),
    "note": lazy_gettext("Note"),
    "prior-learning": lazy_gettext("Prior learning"),
    "observation": lazy_gettext("Seen on the job"),
}
ICONS = {
    "file": "file-text",
    "link": "link",
    "call-recording": "phone",
    "note": "notebook-pen",
    "prior-learning": "history",
    "observation": "eye",
}
LEADS: dict[str, Any] = {
    "file": lazy_gettext("A document, slides, a sheet, a picture or a film that shows your work."),
    "link": lazy_gettext("The address of something that your reviewer can open."),
    "call-recording": lazy_gettext("A call in which it can be heard or seen: as a file, or its address."),
    "note": lazy_gettext("What you did, with whom, and what came of it. Your reviewer may ask whoever was there."),
    "prior-learning": lazy_gettext("What you learned elsewhere: where, when, and what shows it."),
}


def state(card: Card) -> tuple[str, str]:
    """The pill of a piece, and its words."""
    row = card.row
    if row.state == "signed-off":
        return "done", gettext("Signed off")
    if row.state == "more-asked":
        return "ready", gettext("More is asked for")
    if row.state == "withdrawn":
        return "draft", gettext("Withdrawn")
    if card.looks is None:
        return "waits", gettext("Waits for somebody who can review it")
    return "waits", gettext("Waits for %(who)s since %(day)s", who=say(card.looks.name), day=in_words(row.since.date()))


def told(one: Told) -> str:
    """What was done with a piece, in a sentence's part that follows the day."""
    who = say(one.by.name) if one.by else ""
    to = say(one.to.name) if one.to else ""
    outcome = one.row.outcome
    if outcome == "signed-off":
        return gettext("%(who)s rated it", who=who)
    if outcome == "more-asked":
        return gettext("%(who)s asked for more", who=who)
    if outcome == "taken-back":
        return gettext("%(who)s took it back", who=who)
    if outcome == "handed-on":
        return gettext("%(who)s handed it on to %(to)s", who=who, to=to)
    if outcome == "passed-up":
        return gettext("It had waited for too long and went on to %(to)s", to=to)
    return gettext("Whoever had it can review it no more; it went on to %(to)s", to=to)


def size(number: int) -> str:
    """The size of a file in words."""
    if number < 1_000_000:
        return gettext("%(size)s kB", size=max(1, round(number / 1000)))
    return gettext("%(size)s MB", size=round(number / 1_000_000, 1))
