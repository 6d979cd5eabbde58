"""The audit in words: who did what to whom, searched, exported, and the head of its chain to keep elsewhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app, render_template, request, url_for
from flask_babel import format_decimal, gettext, lazy_gettext
from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import DateField, Form, HiddenField, SelectField, StringField
from wtforms.validators import AnyOf, Length, Optional, Regexp

from lms.interop.sheets.sheet_write import Value, to_csv, to_xlsx
from lms.services.access import Permission
from lms.services.running import audit_log, chain
from lms.services.running.audit_log import Entry, Wanted
from lms.services.running.audit_words import ACTIONS
from lms.storage.session import db
from lms.web.context import time_zone
from lms.web.door import Door, now
from lms.web.i18n import say
from lms.web.identity import actor

door = Door("audit")

Answer = str | Response | tuple[str, int]

PAGES_OF = {
    "person": ("people.show", "person_id"),
    "team": ("teams.show", "team_id"),
    "curriculum": ("curricula.show", "curriculum_id"),
    "job": ("jobs.show", "job_id"),
    "promotion": ("promotions.show", "promotion_id"),
    "opening": ("hiring.show", "opening_id"),
}
"""The page of each kind of subject, and the name its number has there."""

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Search(Form):  # type: ignore[misc]
    """What to look for; everything may be left empty."""

    person = StringField(
        lazy_gettext("Person"),
        [Length(max=254, message=lazy_gettext("Give a name, an address or a number of at most 254 characters"))],
    )
    action = SelectField(lazy_gettext("What happened"), validators=[Optional()])
    since = DateField(lazy_gettext("From"), [Optional()])
    until = DateField(lazy_gettext("Until"), [Optional()])
    subject = HiddenField(validators=[Optional(), Regexp(r"[a-z_]{1,30}:[1-9][0-9]{0,17}\Z")])

    def wanted(self, zone: ZoneInfo) -> Wanted:
        """The search as the service takes it: days are those of this time zone."""
        kind, _, number = (self.subject.data or "").partition(":")
        return Wanted(
            person=(self.person.data or "").strip(),
            action=self.action.data or "",
            subject=(kind, int(number)) if number else None,
            since=_midnight(self.since.data, zone),
            before=_midnight(self.until.data, zone, timedelta(days=1)),
        )


class ExportForm(Search):
    """The same, and the kind of file."""

    form = HiddenField(validators=[AnyOf(tuple(TYPES))])


@door.reads("/admin/audit", Permission.AUDIT_READ)
def index() -> Answer:
    """Entries newest first, and the state of the chain."""
    search = _search(Search, request.args)
    fits = search.validate()
    wanted = search.wanted(_zone()) if fits else Wanted(action="-")
    found = audit_log.page(db.session, actor(), wanted, number=_number(request.args.get("page", "")))
    page = render_template(
        "audit/index.html",
        search=search,
        searching=any(search.data.values()),
        found=found,
        newest=chain.head(db.session),
        waiting=chain.waiting(db.session),
        sentence=sentence,
        page_of=page_of,
        details=details,
        format_number=format_decimal,
        most=audit_log.MOST_EXPORTED,
    )
    return page if fits else (page, 422)


@door.writes("/admin/audit/export", Permission.AUDIT_READ)
def export() -> Answer:
    """The entries searched for, as a file. A POST, because the audit says that somebody took them out."""
    wanted = _search(ExportForm, request.form)
    if not wanted.validate():
        return gettext("Search again, then export what was found."), 400
    form = wanted.form.data
    entries = audit_log.export(db.session, actor(), wanted.wanted(_zone()), form=form, now=now())
    header, rows = _header(), map(_row, entries)
    data = to_csv(header, rows) if form == "csv" else to_xlsx(gettext("Audit"), header, rows)
    name = f"audit-{now():%Y-%m-%d}.{form}"
    return Response(data, content_type=TYPES[form], headers={"Content-Disposition": f"attachment; filename={name}"})


def sentence(entry: Entry) -> Markup:
    """What happened, in the language of the page; each name kept apart from the words around it."""
    words = Markup(escape(gettext(entry.sentence.template)))  # noqa: S704 - escaped
    return words % {
        "actor": Markup("<bdi>{}</bdi>").format(say(entry.who)),
        "subject": Markup("<bdi>{}</bdi>").format(say(entry.subject)),
    }


def page_of(entry: Entry) -> str | None:
    """Where the subject of an entry can be seen."""
    endpoint, argument = PAGES_OF.get(entry.subject_kind or "", ("", ""))
    if endpoint not in current_app.view_functions or not entry.subject_id or entry.action == "team.removed":
        return None
    values: dict[str, Any] = {argument: entry.subject_id}
    return url_for(endpoint, **values)


def details(entry: Entry) -> list[tuple[str, str]]:
    """What else an entry holds, as pairs."""
    return [
        (gettext("Entry"), str(entry.id)),
        (gettext("Action"), entry.action),
        *((key, _plain(value)) for key, value in sorted(entry.data.items()) if value not in (None, [], "")),
        *([(gettext("Ledger rows"), entry.content)] if entry.content else []),
        (gettext("Seal"), f"{entry.seal}, {entry.seal_digest}" if entry.seal else gettext("waits to be sealed")),
    ]


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _header() -> list[str]:
    return [
        "entry",
        "at",
        "actor_id",
        "actor",
        "action",
        "sentence",
        "subject_kind",
        "subject_id",
        "data",
        "content",
        "seal",
        "seal_digest",
    ]


def _row(entry: Entry) -> list[Value]:
    template = gettext(entry.sentence.template)
    return [
        entry.id,
        entry.at,
        entry.actor.id if entry.actor else None,
        say(entry.who),
        entry.action,
        template % {"actor": say(entry.who), "subject": say(entry.subject)},
        entry.subject_kind,
        entry.subject_id,
        json.dumps(entry.data, ensure_ascii=False, sort_keys=True) if entry.data else None,
        entry.content,
        entry.seal,
        entry.seal_digest,
    ]


def _search(form: type[Search], given: Mapping[str, str]) -> Search:
    search = form(MultiDict(given))
    actions = sorted(
        ((action, gettext(label.template)) for action, (label, _) in ACTIONS.items()), key=lambda one: one[1]
    )
    search.action.choices = [("", gettext("Anything")), *actions]
    return search


def _zone() -> ZoneInfo:
    return ZoneInfo(time_zone())


def _midnight(day: date | None, zone: ZoneInfo, later: timedelta = timedelta(0)) -> datetime | None:
    """The moment at which a day begins there; None for no day, and for one that no calendar reaches."""
    if day is None:
        return None
    try:
        return datetime.combine(day + later, time.min, zone).astimezone(UTC)
    except OverflowError:
        return None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 1
