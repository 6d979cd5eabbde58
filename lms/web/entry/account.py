"""One's own account: name, language and time zone, looks, and the second factor.

Recovery codes are the one answer to a POST that is a page and no redirect: nothing keeps them, so there is no second
request that could show them. *Instead of:* carrying them in a cookie to a page of their own.
"""

from __future__ import annotations

import segno
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from lms.errors import Invalid
from lms.services.access import Permission, Public, Right
from lms.services.entry import own_account
from lms.services.entry import second_factor as factor
from lms.services.entry.own_account import Profile
from lms.storage.session import db
from lms.web import given
from lms.web.admin import zones
from lms.web.context import site
from lms.web.door import Door, now
from lms.web.entry.account_forms import ProfileForm
from lms.web.entry.auth_forms import CodeForm
from lms.web.entry.confirmed import confirm_first
from lms.web.entry.safe_next import home_or
from lms.web.i18n import LANGUAGES
from lms.web.identity import actor, me, signed_in

door = Door("account")

ONE_YEAR = 31_536_000
THEMES = {"light": "light", "dark": "dark", "system": None}
Answer = str | AnyResponse | tuple[str, int]


@door.reads("/account", Permission.ACCOUNT)
def show() -> str:
    """One's profile."""
    who = me()
    form = ProfileForm(
        data={
            "name": who.name,
            "language": who.language or "",
            "time_zone": who.time_zone or "",
            "shortcuts": who.shortcuts,
        }
    )
    return _profile(form)


@door.writes("/account", Permission.ACCOUNT)
def save() -> Answer:
    """Keep it."""
    form = ProfileForm()
    _choices(form)
    if not form.validate():
        return _profile(form), 422
    profile = Profile(
        name=form.name.data or "",
        language=form.language.data or None,
        time_zone=form.time_zone.data or None,
        shortcuts=form.shortcuts.data,
    )
    own_account.change_profile(db.session, actor(), profile, now=now())
    flash(gettext("Your profile was saved."), "ok")
    return redirect(url_for("account.show"), 303)


def _profile(form: ProfileForm) -> str:
    _choices(form)
    return render_template("account/profile.html", form_=form)


def _choices(form: ProfileForm) -> None:
    form.language.choices = [("", gettext("As the device")), *LANGUAGES.items()]
    as_site = gettext("As the site (%(zone)s)", zone=site().time_zone)
    form.time_zone.choices = [("", as_site), *zones.time_zones()]


@door.writes("/preferences", Public("theme and language of the browser"))
def preferences() -> AnyResponse:
    """Keep the look and language: with the person, and in the browser for when nobody is signed in."""
    who, theme, language = signed_in(), request.form.get("theme"), request.form.get("language")
    answer = redirect(home_or(request.form.get("next")), 303)
    if theme in THEMES:
        _remember(answer, "theme", THEMES[theme])
        if who:
            own_account.prefer_theme(db.session, who.actor, THEMES[theme], now=now())
    if language in LANGUAGES:
        _remember(answer, "language", language)
        if who:
            own_account.prefer_language(db.session, who.actor, language, now=now())
    return answer


def _remember(answer: AnyResponse, name: str, value: str | None) -> None:
    if value is None:
        answer.delete_cookie(name, **given.cookie_options())
    else:
        answer.set_cookie(name, value, max_age=ONE_YEAR, **given.cookie_options())


@door.reads("/account/second-factor", Permission.ACCOUNT)
def second_factor() -> Answer:
    """How the second factor stands, or the set-up of one."""
    if me().has_second_factor and actor().second_factor:
        return render_template("account/second_factor.html", state=_state(), required=_required())
    return confirm_first("account.second_factor") or _set_up(CodeForm())


@door.writes("/account/second-factor", Permission.ACCOUNT)
def turn_on() -> Answer:
    """Put it in force, and show the recovery codes."""
    return confirm_first("account.second_factor") or _turn_on(replaces=False)


@door.reads("/account/second-factor/another", Permission.ACCOUNT)
def another() -> Answer:
    """The set-up of another phone in place of the one in use."""
    return confirm_first("account.another") or _set_up(CodeForm(), replaces=True)


@door.writes("/account/second-factor/another", Permission.ACCOUNT)
def replace() -> Answer:
    """Take the other phone, and show new recovery codes."""
    return confirm_first("account.another") or _turn_on(replaces=True)


def _turn_on(*, replaces: bool) -> Answer:
    form = CodeForm()
    if not form.validate():
        return _set_up(form, replaces=replaces), 422
    try:
        codes = factor.turn_on(db.session, actor(), form.code.data or "", replaces=replaces, key=given.key(), now=now())
    except Invalid as refused:
        form.take(refused)
        return _set_up(form, replaces=replaces), 422
    return render_template("account/codes.html", codes=codes, fresh=not replaces)


@door.writes("/account/second-factor/off", Permission.ACCOUNT)
def turn_off() -> Answer:
    """Do without it again."""
    if first := confirm_first("account.second_factor"):
        return first
    factor.turn_off(db.session, actor(), now=now())
    flash(gettext("The second factor is off. Your password alone signs you in."), "ok")
    return redirect(url_for("account.second_factor"), 303)


@door.reads("/account/recovery-codes", Permission.ACCOUNT)
def recovery_codes() -> Answer:
    """How many are left, and new ones."""
    if not me().has_second_factor:
        return redirect(url_for("account.second_factor"), 303)
    return render_template("account/recovery_codes.html", state=_state())


@door.writes("/account/recovery-codes", Permission.ACCOUNT)
def new_codes() -> Answer:
    """Ten fresh ones."""
    if first := confirm_first("account.recovery_codes"):
        return first
    codes = factor.new_codes(db.session, actor(), now=now())
    return render_template("account/codes.html", codes=codes, fresh=False)


def _set_up(form: CodeForm, *, replaces: bool = False) -> str:
    secret = factor.offered(db.session, actor(), key=given.key())
    address = factor.address(secret, mail=me().mail, site_name=site().name)
    spaced = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    picture = segno.make(address, error="m").svg_data_uri(scale=5, border=2, light="white")
    return render_template(
        "account/set_up_factor.html",
        form_=form,
        picture=picture,
        secret=spaced,
        required=_required(),
        replaces=replaces,
    )


def _state() -> factor.State:
    return factor.state(db.session, me().actor.person_id or 0)


def _required() -> bool:
    return Right.ADMINISTRATOR in actor().rights
