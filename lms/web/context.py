"""What every page knows: who looks, where they may go, and the name of the site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import Flask, g, request, url_for
from flask_babel import get_locale, lazy_gettext
from sqlalchemy import select

from lms.services import access
from lms.services.access import Permission
from lms.storage.session import db
from lms.storage.site import Site
from lms.web import pdf
from lms.web.identity import needs_factor, nobody_else, signed_in


@dataclass(frozen=True, slots=True)
class NavItem:
    """A place in the menu; `shortcut` is the key after g, `brief` a shorter label for the bar of a phone, if it has one."""

    key: str
    url: str
    label: str
    icon: str
    shortcut: str
    brief: str = ""


MENU: tuple[tuple[str, str, Permission, Any, str, str], ...] = (
    ("home", "home.show", Permission.HOME, lazy_gettext("Home"), "house", "h"),
    ("path", "path.mine", Permission.OWN_PATH, lazy_gettext("My path"), "route", "p"),
    ("waiting", "waiting.index", Permission.INBOX, lazy_gettext("Waiting for you"), "inbox", "w"),
    ("team", "team.index", Permission.TEAM_READ, lazy_gettext("Team"), "users-round", "n"),
    ("evidence", "evidence.index", Permission.EVIDENCE_HAND_IN, lazy_gettext("Evidence"), "file-check", "v"),
    ("promotions", "promotions.index", Permission.PROMOTION_DECIDE, lazy_gettext("Promotions"), "award", "m"),
    ("candidates", "hiring.index", Permission.HIRING_OPEN, lazy_gettext("Candidates"), "user-plus", "d"),
    ("competencies", "competencies.index", Permission.OWN_PATH, lazy_gettext("Competencies"), "gauge", "k"),
    ("roles", "roles.index", Permission.CURRICULUM_READ, lazy_gettext("Roles"), "signpost", "r"),
    ("curricula", "curricula.index", Permission.CURRICULUM_READ, lazy_gettext("Curricula"), "waypoints", "c"),
    ("people", "people.index", Permission.PEOPLE_READ, lazy_gettext("People"), "users", "e"),
    ("teams", "teams.index", Permission.TEAMS_READ, lazy_gettext("Teams"), "network", "t"),
    ("imports", "imports.index", Permission.HISTORY_IMPORT, lazy_gettext("Import"), "upload", "i"),
    ("jobs", "jobs.index", Permission.JOBS_READ, lazy_gettext("Jobs"), "list-checks", "j"),
    ("audit", "audit.index", Permission.AUDIT_READ, lazy_gettext("Audit"), "scroll-text", "l"),
    ("settings", "settings.show", Permission.SETTINGS_READ, lazy_gettext("Settings"), "settings", "s"),
)
"""Key, endpoint, permission, label, icon and shortcut of each place; who may not go there does not see it."""
BRIEF = {"path": lazy_gettext("Path"), "waiting": lazy_gettext("Waiting")}


ACCOUNT_MENU: tuple[tuple[str, Any, str], ...] = (
    ("account.show", lazy_gettext("Profile"), "user"),
    ("person_record.mine", lazy_gettext("My record"), "notebook-text"),
    ("notices.show", lazy_gettext("Notices"), "bell"),
    ("security.password", lazy_gettext("Password"), "key-round"),
    ("security.mail", lazy_gettext("Mail"), "mail"),
    ("account.second_factor", lazy_gettext("Second factor"), "shield-check"),
    ("security.sessions", lazy_gettext("Devices"), "monitor-smartphone"),
)
"""Endpoint, label and icon of the pages of one's own account."""
PLAN_MENU = ("plan_settings.show", lazy_gettext("My plan"), "sliders-horizontal")
"""The same for who has a path of their own, before all others."""
_SITE = select(Site)


def install(app: Flask) -> None:
    """Hand these values to every template."""
    app.context_processor(values)


def values() -> dict[str, Any]:
    """The variables that `base.html` and `bare.html` take."""
    who = signed_in()
    return {
        "me": who,
        "nav": [] if who is None or needs_factor(who.actor) else menu(who.actor),
        "account_menu": [] if who is None else account_menu(who.actor),
        "site_name": site().name,
        "theme": (who.theme if who else None) or _theme_of_cookie(),
        "shortcuts": who is None or who.shortcuts,
        "can_pdf": pdf.available,
        "can": lambda permission: who is not None and access.can(who.actor, Permission(permission)),
    }


def menu(actor: access.Actor) -> Sequence[NavItem]:
    """The places this actor may go to."""
    return _menu(request.root_path, _language(), actor.rights)


def account_menu(actor: access.Actor) -> Sequence[NavItem]:
    """The pages of one's own account."""
    return _account_menu(request.root_path, _language(), access.can(actor, Permission.PLAN_OWN))


def _language() -> str:
    locale = get_locale()
    return str(locale.language) if locale else ""


@lru_cache(maxsize=256)  # every page shows them, and so many people share one
def _menu(_root: str, _language: str, rights: frozenset[access.Right]) -> tuple[NavItem, ...]:
    anybody = access.Actor(person_id=0, rights=rights)
    return tuple(
        NavItem(key, url_for(endpoint), str(label), icon, shortcut, str(BRIEF.get(key, "")))
        for key, endpoint, permission, label, icon, shortcut in MENU
        if access.can(anybody, permission)
    )


@lru_cache(maxsize=64)
def _account_menu(_root: str, _language: str, plans: bool) -> tuple[NavItem, ...]:
    mine = (PLAN_MENU, *ACCOUNT_MENU) if plans else ACCOUNT_MENU
    return tuple(NavItem(endpoint, url_for(endpoint), str(label), icon, "") for endpoint, label, icon in mine)


def language() -> str | None:
    """The language the person of this request chose; None for the device's."""
    who = signed_in()
    return who.language if who else None


def time_zone() -> str:
    """The time zone of the person of this request, else the site's."""
    who = signed_in()
    return (who.time_zone if who else None) or site().time_zone


def site() -> Site:
    """The site's settings, read once in a request."""
    if "site" not in g:
        g.site = db.session.scalar(_SITE) or _no_site()
    found: Site = g.site
    return found


def without_database() -> None:
    """Let the rest of this request ask the database nothing: a page that says that it is away could not be made."""
    g.site = _no_site()
    nobody_else()


def _no_site() -> Site:
    return Site(name="Cairn", language="en", time_zone="UTC", currency="EUR")


def _theme_of_cookie() -> str | None:
    theme = request.cookies.get("theme")
    return theme if theme in {"light", "dark"} else None
