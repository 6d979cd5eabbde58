"""The first run: until there is a first administrator, every page leads here; with the token of the terminal, on."""

from __future__ import annotations

from flask import Flask, redirect, render_template, request, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response as AnyResponse

from lms.errors import Invalid
from lms.services.access import Public
from lms.services.entry import accounts, links, passwords, setup, signing_in
from lms.services.entry.links import LinkOver
from lms.services.entry.setup import FirstSettings
from lms.storage.session import db, transaction
from lms.web import given
from lms.web.admin import zones
from lms.web.context import site
from lms.web.door import Door, now
from lms.web.entry.auth_forms import SetupForm
from lms.web.entry.auth_go_in import go_in

door = Door("setup")

FIRST = Public("nobody has an account yet; only the holder of the terminal's token gets further")
BEFORE = frozenset({"static", "setup.show", "setup.begin", "setup.finish", "account.preferences"})
"""What is open before the first run is over, beside the door that says whether the site lives."""
GONE = 410
Answer = str | AnyResponse | tuple[str, int]


def install(app: Flask) -> None:
    """Lead every page to the first run until it is over."""
    app.before_request(_lead_here)


def _lead_here() -> AnyResponse | None:
    asked = request.endpoint
    if asked is None or asked in BEFORE or request.blueprint == "health" or site().set_up_at is not None:
        return None
    return redirect(url_for("setup.show"), 303)


@door.reads("/setup", FIRST)
def show() -> Answer:
    """Where to find the address to go on with."""
    if site().set_up_at is not None:
        return redirect(url_for("home.show"), 303)
    return render_template("setup/show.html")


@door.reads("/setup/<token>", FIRST)
def begin(token: str) -> Answer:
    """The form."""
    return _page(token, SetupForm(currency="EUR", time_zone="UTC"))


@door.writes("/setup/<token>", FIRST, by_itself=True)  # the password is hashed outside the transaction
def finish(token: str) -> Answer:
    """Make the site and its first administrator, who is then in."""
    form = SetupForm()
    _choices(form)
    if not form.validate():
        return _page(token, form, 422)
    try:
        links.find(db.session, token, "setup", key=given.key(), now=now())
        first = _first(form)
        with transaction(db.session) as unit:
            person_id = setup.finish(unit, token, first, key=given.key(), now=now())
            account = accounts.of(unit, person_id)
            welcomed = signing_in.enter(unit, account, device=given.device(), key=given.key(), now=now())
    except LinkOver:
        return _over()
    except Invalid as refused:
        form.take(refused)
        return _page(token, form, 422)
    return go_in(welcomed, first.mail, url_for("account.second_factor"))


def _first(form: SetupForm) -> FirstSettings:
    name, mail, password = form.name.data or "", form.mail.data or "", form.password.data or ""
    passwords.check(password, name=name, mail=mail)
    return FirstSettings(
        site_name=form.site_name.data or "",
        language=str(get_locale() or "en").partition("_")[0],
        time_zone=form.time_zone.data,
        currency=form.currency.data,
        name=name,
        mail=mail,
        password_hash=given.hasher().hash(password),
    )


def _page(token: str, form: SetupForm, status: int = 200) -> Answer:
    try:
        links.find(db.session, token, "setup", key=given.key(), now=now())
    except LinkOver:
        return _over()
    _choices(form)
    return render_template("setup/begin.html", form_=form), status


def _choices(form: SetupForm) -> None:
    form.time_zone.choices = list(zones.time_zones())
    form.currency.choices = zones.currencies()


def _over() -> tuple[str, int]:
    return render_template("setup/over.html"), GONE
