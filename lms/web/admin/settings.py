"""The settings of the site: its name and week, its holidays, its mail."""

from __future__ import annotations

from typing import Any

from babel.dates import get_day_names
from flask import flash, redirect, render_template, request, url_for
from flask_babel import get_locale, gettext
from werkzeug.wrappers import Response

from lms.errors import Conflict, Invalid, NotFound
from lms.services import holidays, settings
from lms.services.access import Permission, can
from lms.services.settings import General, Mail
from lms.storage.jobs import Job
from lms.storage.session import db
from lms.web.admin import zones
from lms.web.admin.jobs_words import why
from lms.web.admin.settings_forms import GeneralForm, HolidaysForm, MailForm, Versioned
from lms.web.door import Door, now
from lms.web.i18n import LANGUAGES
from lms.web.identity import actor

door = Door("settings")

HIDDEN = frozenset({"version", "mail_password"})
"""Fields whose stored value no page shows."""

Answer = str | Response | tuple[str, int]


@door.reads("/admin/settings", Permission.SETTINGS_READ)
def show() -> str:
    """Name, language, place and week."""
    site = settings.show(db.session, actor())
    values = {name: getattr(site, name) for name in General.__dataclass_fields__}
    return _general(GeneralForm(data=values | {"working_days": site.working_days.split(",")}))


@door.writes("/admin/settings", Permission.SETTINGS_EDIT)
def save() -> Answer:
    """Save them, unless somebody else did meanwhile."""
    form = GeneralForm()
    _general_choices(form)
    if not form.validate():
        return _general(form), 422
    wanted = General(
        name=form.name.data,
        language=form.language.data,
        time_zone=form.time_zone.data,
        currency=form.currency.data,
        working_days=tuple(map(int, form.working_days.data)),
        invitation_days=form.invitation_days.data or 0,
        warn_days=form.warn_days.data or 0,
    )
    return _saved(form, wanted, "settings.show") or (_general(form), 422 if form.errors else 409)


@door.reads("/admin/settings/mail", Permission.SETTINGS_READ)
def mail() -> str:
    """The mail server, and what became of the last test."""
    return _mail(MailForm(obj=settings.show(db.session, actor())))


@door.writes("/admin/settings/mail", Permission.SETTINGS_EDIT)
def save_mail() -> Answer:
    """Save it; an empty password keeps the stored one."""
    form = MailForm()
    _mail_choices(form)
    if not form.validate():
        return _mail(form), 422
    wanted = Mail(
        mail_host=form.mail_host.data or "",
        mail_port=form.mail_port.data or 0,
        mail_security=form.mail_security.data,
        mail_user=form.mail_user.data or "",
        mail_password=form.mail_password.data or None,
        mail_from=form.mail_from.data or "",
    )
    return _saved(form, wanted, "settings.mail") or (_mail(form), 422 if form.errors else 409)


@door.writes("/admin/settings/mail/test", Permission.SETTINGS_EDIT)
def send_test() -> Response:
    """Send a mail to oneself."""
    settings.send_test(db.session, actor(), now=now())
    return redirect(url_for("settings.mail") + "#test", 303)


@door.reads("/admin/settings/mail/test", Permission.SETTINGS_READ)
def test() -> str:
    """What became of it; the page asks again until it has ended."""
    return render_template("settings/test.html", last=_last_test())


@door.reads("/admin/settings/holidays", Permission.SETTINGS_READ)
def free_days() -> str:
    """The holidays, and where they come in."""
    return _holidays(HolidaysForm())


@door.writes("/admin/settings/holidays", Permission.SETTINGS_EDIT)
def add_holidays() -> Answer:
    """Add the days of a text, all or none."""
    form = HolidaysForm()
    if not form.validate():
        return _holidays(form), 422
    try:
        new = holidays.add(db.session, actor(), holidays.read(form.lines.data), now=now())
    except Invalid as refused:
        form.take(refused)
        return _holidays(form), 422
    flash(gettext("%(count)s days were added. Everybody's path is planned again.", count=len(new)), "ok")
    return redirect(url_for("settings.free_days"), 303)


@door.writes("/admin/settings/holidays/remove", Permission.SETTINGS_EDIT)
def remove_holiday() -> Response:
    """Take one away."""
    found = next(
        (one for one in holidays.every(db.session, actor()) if one.day.isoformat() == request.form.get("day")), None
    )
    if found is None:
        raise NotFound(gettext("This day is no holiday any more."))
    holidays.remove(db.session, actor(), found.day, now=now())
    flash(gettext("The holiday was removed. Everybody's path is planned again."), "ok")
    return redirect(url_for("settings.free_days"), 303)


def _saved(form: Versioned, wanted: General | Mail, endpoint: str) -> Response | None:
    """The way on when it was saved; None when the form now says why it was not."""
    try:
        changed = settings.change(db.session, actor(), wanted, version=form.seen, now=now())
    except Invalid as refused:
        form.take(refused)
        return None
    except Conflict:
        return None
    flash(gettext("The settings were saved.") if changed else gettext("Nothing was changed."), "ok")
    return redirect(url_for(endpoint), 303)


def _general(form: GeneralForm) -> str:
    _general_choices(form)
    return _page("settings/general.html", form)


def _mail(form: MailForm) -> str:
    _mail_choices(form)
    return _page("settings/mail.html", form, last=_last_test())


def _page(template: str, form: Versioned, **more: Any) -> str:
    """The page of a form; when others were saved meanwhile it shows those, and saving again is meant."""
    site = settings.show(db.session, actor())
    meanwhile = form.is_submitted() and form.seen != site.version
    shown = [field for field in form if hasattr(site, field.name) and field.name not in HIDDEN]
    stored = [(field, _said(field, getattr(site, field.name))) for field in shown]
    form.version.data = str(site.version)
    return render_template(
        template,
        settings=form,
        site=site,
        stored=[(field.label.text, value) for field, value in stored],
        theirs=[(field.label.text, value) for field, value in stored if value != _said(field, field.data)],
        meanwhile=meanwhile,
        may_edit=can(actor(), Permission.SETTINGS_EDIT),
        **more,
    )


def _holidays(form: HolidaysForm) -> str:
    days = holidays.every(db.session, actor())
    return render_template(
        "settings/holidays.html", adding=form, days=days, may_edit=can(actor(), Permission.SETTINGS_EDIT)
    )


def _said(field: Any, value: Any) -> str:
    words = dict(getattr(field, "choices", None) or ())
    several = value if isinstance(value, list) else str(value).split(",")
    return ", ".join(str(words.get(one, one)) for one in several) or "–"


def _general_choices(form: GeneralForm) -> None:
    form.language.choices = list(LANGUAGES.items())
    form.time_zone.choices = list(zones.time_zones())
    form.currency.choices = zones.currencies()
    names = get_day_names("wide", locale=get_locale())
    form.working_days.choices = [(str(day), names[day - 1]) for day in range(1, 8)]


def _mail_choices(form: MailForm) -> None:
    form.mail_security.choices = [
        ("starttls", gettext("STARTTLS")),
        ("tls", gettext("TLS from the start")),
        ("none", gettext("None (only inside one's own network)")),
    ]


def _last_test() -> dict[str, Any] | None:
    """The last test as `job_progress` shows it."""
    job = settings.last_test(db.session, actor())
    if job is None:
        return None
    state = {"waiting": "queued", "running": "running", "done": "done", "dead": "failed"}[job.state]
    return {
        "state": state,
        "label": gettext("Test mail"),
        "done": 0,
        "total": 0,
        "message": _outcome(job),
        "tried": _tried(job),
    }


def _outcome(job: Job) -> str | None:
    if job.state == "done":
        return gettext("The test mail was sent to you. Look into your inbox, and among unwanted mail.")
    return gettext("The test mail could not be sent: %(reason)s", reason=_reason(job)) if job.state == "dead" else None


def _tried(job: Job) -> str | None:
    if job.state != "waiting" or not job.attempts:
        return None
    return gettext("It did not go out yet, and is tried again: %(reason)s", reason=_reason(job))


def _reason(job: Job) -> str:
    found = why(job.last_error)
    return f"{found.sentence} {found.mend}".rstrip() if found else ""
