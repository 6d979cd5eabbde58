"""The settings of the site: read by who may, changed under a version, so that nobody overwrites what they did not see.

The password of the mail server goes in and never out. It belongs to one server and one user: whoever names another has
to give it again, or a new host would be sent the password of the old one.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from babel.core import get_global
from sqlalchemy import ColumnDefault, inspect, select
from sqlalchemy.orm import Session

from lms.errors import Conflict, Invalid, Problem, Said, said
from lms.interop.reading.text_rules import check_mail, clean_name
from lms.services import access, ledger
from lms.services.access import Actor, Permission
from lms.services.running import outbox
from lms.storage.jobs import Job
from lms.storage.site import Site

HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,253}[A-Za-z0-9])?|\[?[0-9A-Fa-f:.]{2,45}\]?")
SECURITIES = ("none", "starttls", "tls")
LATEST_JOBS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class General:
    """What the site is called, and where and when it works. `working_days` are ISO weekdays, Monday 1."""

    name: str
    language: str
    time_zone: str
    currency: str
    working_days: tuple[int, ...]
    invitation_days: int
    warn_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """How the site sends mail. An empty host prints it instead; `password` None keeps the one that is stored."""

    mail_host: str
    mail_port: int
    mail_security: str
    mail_user: str
    mail_password: str | None
    mail_from: str


@cache
def time_zones() -> tuple[str, ...]:
    """The IANA names of places, and UTC."""
    return ("UTC", *sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")))


@cache
def currencies() -> tuple[str, ...]:
    """The ISO 4217 codes that are somewhere legal tender today."""
    known = get_global("territory_currencies")
    return tuple(sorted({code for used in known.values() for code, _, end, tender in used if tender and end is None}))


def show(session: Session, actor: Actor) -> Site:
    """The settings; those that a new site begins with when nobody has saved any."""
    access.require(actor, Permission.SETTINGS_READ)
    return session.scalar(select(Site)) or _fresh()


def change(session: Session, actor: Actor, wanted: General | Mail, *, version: int, now: datetime) -> list[str]:
    """Save these settings; gives the names of those that changed, and writes nothing when none did.

    `version` is that of the settings the actor saw. Raises Invalid, and Conflict when somebody saved others since.
    """
    access.require(actor, Permission.SETTINGS_EDIT)
    site = session.scalar(select(Site).with_for_update()) or _fresh()
    if site.version != version:
        raise Conflict(said("Somebody else saved these settings while you had them open. Nothing was saved."))
    values = _general(wanted) if isinstance(wanted, General) else _mail(wanted, site)
    changed = sorted(name for name, value in values.items() if getattr(site, name) != value)
    if not changed:
        return []
    for name in changed:
        setattr(site, name, values[name])
    session.add(site)
    ledger.note(session, actor, "settings.changed", now=now, fields=changed)
    return changed


def send_test(session: Session, actor: Actor, *, now: datetime) -> None:
    """Send the actor a test mail, with the settings that are stored."""
    access.require(actor, Permission.SETTINGS_EDIT)
    assert actor.person_id is not None, "the site has no address to test with"
    outbox.send(session, "test", actor.person_id, now=now, actor=actor)
    ledger.note(session, actor, "settings.mail_tested", now=now)


def last_test(session: Session, actor: Actor) -> Job | None:
    """The job of the actor's latest test mail; None when they sent none lately."""
    access.require(actor, Permission.SETTINGS_READ)
    mine = select(Job).where(Job.kind == "mail.send", Job.created_by == actor.person_id)
    found = session.scalars(mine.order_by(Job.id.desc()).limit(LATEST_JOBS))
    return next((job for job in found if job.args.get("template") == "test"), None)


def _fresh() -> Site:
    found = {column.key: column.default for column in inspect(Site).columns}
    return Site(**{name: one.arg for name, one in found.items() if isinstance(one, ColumnDefault) and one.is_scalar})


def _general(wanted: General) -> dict[str, Any]:
    problems = _Problems()
    days = sorted(set(wanted.working_days))
    problems.unless(wanted.time_zone in time_zones(), "time_zone", said("Choose a time zone from the list."))
    problems.unless(wanted.currency in currencies(), "currency", said("Choose a currency from the list."))
    fits = bool(days) and set(days) <= set(range(1, 8))
    problems.unless(fits, "working_days", said("Choose at least one day on which people work."))
    in_range = said("Give a number of days from %(least)s to %(most)s.", least=1, most=90)
    problems.unless(1 <= wanted.invitation_days <= 90, "invitation_days", in_range)
    in_range = said("Give a number of days from %(least)s to %(most)s.", least=0, most=365)
    problems.unless(0 <= wanted.warn_days <= 365, "warn_days", in_range)
    name = ""
    try:
        name = clean_name(wanted.name)
    except Invalid as refused:
        problems.found.append(Problem(refused.problems[0].message, field="name"))
    problems.refuse()
    return asdict(wanted) | {"name": name, "working_days": ",".join(map(str, days))}


def _mail(wanted: Mail, site: Site) -> dict[str, Any]:
    problems = _Problems()
    host, user = wanted.mail_host.strip(), wanted.mail_user.strip()
    named = said("Give the name or address of the mail server, such as smtp.example.com.")
    problems.unless(not host or HOST.fullmatch(host) is not None, "mail_host", named)
    problems.unless(1 <= wanted.mail_port <= 65535, "mail_port", said("Give a port from 1 to 65535."))
    problems.unless(wanted.mail_security in SECURITIES, "mail_security", said("Choose one of the list."))
    problems.unless(user.isprintable() and len(user) <= 255, "mail_user", said("Give the user name on one line."))
    sender = wanted.mail_from.strip()
    try:
        sender = check_mail(sender) if sender else ""
    except Invalid as refused:
        problems.found.append(Problem(refused.problems[0].message, field="mail_from"))
    problems.unless(bool(sender) or not host, "mail_from", said("Give the address that mail comes from."))
    password = wanted.mail_password
    if password is None:
        password = site.mail_password if user else ""
        moved = (host, wanted.mail_port, user) != (site.mail_host, site.mail_port, site.mail_user)
        again = said("Give the password again: the stored one belongs to another server or user.")
        problems.unless(not (password and moved), "mail_password", again)
    fits = password.isprintable() and len(password) <= 255
    problems.unless(fits, "mail_password", said("Give the password on one line, at most 255 characters."))
    plain = bool(host and password and wanted.mail_security == "none")
    problems.unless(not plain, "mail_security", said("A password is only sent encrypted. Choose STARTTLS or TLS."))
    problems.refuse()
    return asdict(wanted) | {"mail_host": host, "mail_user": user, "mail_password": password, "mail_from": sender}


class _Problems:
    """What is wrong with a form, collected until all of it was looked at."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def unless(self, fits: bool, field: str, message: Said) -> None:
        """A problem of this field, unless it fits."""
        if not fits:
            self.found.append(Problem(message, field=field))

    def refuse(self) -> None:
        """Raise everything that was found."""
        if self.found:
            raise Invalid(*self.found)
