"""What is coming, as a page by months, and as a feed that calendar programs read behind a secret address.

The answer to making an address is a page and no redirect: nothing keeps the token, so there is no second request that
could show it (as with recovery codes in `account`).
"""

from __future__ import annotations

from datetime import datetime
from itertools import groupby

from babel.dates import format_interval, format_skeleton
from flask import current_app, flash, make_response, redirect, render_template, url_for
from flask_babel import force_locale, format_time, get_locale, get_timezone, gettext
from werkzeug.wrappers import Response

from lms.errors import NotFound, said
from lms.interop.ics import MEDIA_TYPE, Entry, to_ics
from lms.services.access import Permission, Public
from lms.services.learning import feed as feeds
from lms.services.learning.agenda import FREE, Coming, agenda
from lms.storage.session import db
from lms.web.context import site
from lms.web.door import Door, now
from lms.web.i18n import DEFAULT, WRITTEN_AS
from lms.web.identity import actor
from lms.web.learner import agenda_words
from lms.web.translated import in_words

door = Door("calendar")


@door.reads("/path/calendar", Permission.OWN_PATH)
def index() -> str:
    """What is coming for oneself."""
    return _page()


@door.writes("/path/calendar/feed", Permission.OWN_PATH)
def make_feed() -> str:
    """Make the address of the feed, or another in its place, and show it this once."""
    token = feeds.make(db.session, actor(), now=now())
    return _page(current_app.config["LMS_BASE_URL"].rstrip("/") + url_for("calendar.feed", token=token))


@door.writes("/path/calendar/feed/revoke", Permission.OWN_PATH)
def revoke_feed() -> Response:
    """End the address."""
    feeds.revoke(db.session, actor(), now=now())
    flash(gettext("The calendar address does not work any more."), "ok")
    return redirect(url_for("calendar.index"), 303)


@door.reads("/calendar/<token>.ics", Public("the address itself is the secret: titles and times of one person"))
def feed(token: str) -> Response:
    """The feed. Its address stands in no log: a line there names the route alone."""
    found = feeds.read(db.session, token, now=now())
    language = found.language if found.language in WRITTEN_AS else site().language
    with force_locale(WRITTEN_AS.get(language, WRITTEN_AS[DEFAULT])):
        entries = [
            Entry(
                uid=f"{mark}@cairn",
                title=agenda_words.title(one, found.agenda.curriculum),
                first=one.first,
                last=one.last,
            )
            for mark, one in found.coming
        ]
    answer = make_response(to_ics(site().name, entries, found.stamp))
    answer.headers["Content-Type"] = f"{MEDIA_TYPE}; charset=utf-8"
    answer.headers["Content-Disposition"] = 'inline; filename="path.ics"'
    return answer


def _page(address: str | None = None) -> str:
    found = agenda(db.session, actor().person_id or 0, now=now())
    if found is None:
        raise NotFound(said("This person is not active any more."))
    months = [
        (format_skeleton("yMMMM", month, locale=get_locale() or DEFAULT), list(coming))
        for month, coming in groupby(found.coming, lambda one: one.day.replace(day=1))
    ]
    return render_template(
        "learner/calendar.html",
        found=found,
        months=months,
        address=address,
        made=feeds.address_made(db.session, actor()),
        words=agenda_words,
        when=when,
        free=FREE,
    )


def when(one: Coming) -> str:
    """Its days, or the day and times of a session as they are where the person is."""
    if isinstance(one.first, datetime) and isinstance(one.last, datetime):
        there = one.first.astimezone(get_timezone())
        times = f"{format_time(one.first, 'HH:mm')} – {format_time(one.last, 'HH:mm')}"
        return f"{in_words(there.date())}, {times}"
    if one.first == one.last:
        return in_words(one.first)
    return str(format_interval(one.first, one.last, "yMMMd", locale=get_locale() or DEFAULT))
