"""`lms user`: people who can sign in, from the terminal of the machine that the site runs on.

Whoever may run this has the database in their hands, so it acts as the site itself and asks for no password. It is the
way back in for an administrator who lost theirs.
"""

from __future__ import annotations

import getpass
import json
import sys
from argparse import Namespace
from collections.abc import Callable, Collection

from flask import Flask
from rich.table import Table
from rich.text import Text
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.cli.show import console
from lms.cli.site import MakeSite, hasher_of, now, reading, settings_of, writing
from lms.cli.words import printable
from lms.errors import Invalid, NotFound, said
from lms.interop.reading.text_rules import mail_key
from lms.services.access import SITE
from lms.services.entry import accounts, invitations, links, passwords, rights, setup
from lms.services.organisation import leaving, people, people_list
from lms.services.organisation.people import NewPerson
from lms.services.organisation.people_list import Wanted
from lms.storage.people import Contact


def run(call: Namespace, site: MakeSite) -> int:
    """Do what the call names."""
    app = site().app()
    ACTIONS[call.action](app, call)
    return 0


def _list(app: Flask, call: Namespace) -> None:
    with reading(app) as session:
        found = people_list.everybody(session, SITE, Wanted(state=""), on=now().date())
    if call.format == "json":
        shown = [
            {
                "id": one.id,
                "name": one.name,
                "mail": one.mail,
                "state": one.state,
                "team": one.team,
                "rights": list(one.rights),
                "last_seen": one.last_seen_at.isoformat() if one.last_seen_at else None,
            }
            for one in found
        ]
        sys.stdout.write(json.dumps(shown, ensure_ascii=False, indent=2) + "\n")
        return
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for title in ("Name", "Mail", "State", "Rights", "Team"):
        table.add_column(title)
    for one in found:
        cells = (one.name or "–", one.mail or "–", one.state, ", ".join(one.rights), one.team or "–")
        table.add_row(*(Text(printable(cell)) for cell in cells))
    console().print(table)


def _create(app: Flask, call: Namespace) -> None:
    new = NewPerson(name=call.name, mail=call.mail, rights=frozenset(call.rights))
    digest = None
    if call.password_stdin:
        password = _from_stdin()
        passwords.check(password, name=call.name, mail=call.mail)
        digest = hasher_of(app).hash(password)
    with writing(app) as session:
        person = people.create(session, SITE, new, now=now())
        _open_pages(session, call.rights)
        if digest:
            accounts.set_password(session, SITE, person.id, digest, now=now())
    after = "may sign in now" if digest else f"has to be invited: lms user invite {call.mail}"
    sys.stdout.write(f"{printable(call.name)} was added and {after}\n")


def _invite(app: Flask, call: Namespace) -> None:
    with writing(app) as session:
        link = invitations.invite(session, SITE, _number(session, call.mail), now=now())
        key = app.secret_key if isinstance(app.secret_key, str) else ""
        where = links.address(link, base_url=settings_of(app).base_url, key=key)
    sys.stdout.write(f"An invitation goes out by mail. It leads to this address, which works once:\n  {where}\n")


def _password(app: Flask, call: Namespace) -> None:
    password = _from_stdin() if call.password_stdin else _typed()
    with reading(app) as session:
        contact = session.get_one(Contact, _number(session, call.mail))
        passwords.check(password, name=contact.name, mail=contact.mail)
    digest = hasher_of(app).hash(password)
    with writing(app) as session:
        accounts.set_password(session, SITE, _number(session, call.mail), digest, now=now())
    sys.stdout.write("The password was changed; whoever was signed in with the old one is signed out\n")


def _factor(app: Flask, call: Namespace) -> None:
    with writing(app) as session:
        accounts.reset_second_factor(session, SITE, _number(session, call.mail), now=now())
    sys.stdout.write("The second factor is gone; an administrator sets up a new one at the next sign-in\n")


def _deactivate(app: Flask, call: Namespace) -> None:
    with writing(app) as session:
        leaving.deactivate(session, SITE, _number(session, call.mail), now=now())
    sys.stdout.write("Deactivated and signed out everywhere; nothing was handed over\n")


def _rights(app: Flask, call: Namespace) -> None:
    with writing(app) as session:
        held = rights.set_rights(session, SITE, _number(session, call.mail), call.rights, now=now())
        _open_pages(session, call.rights)
    sys.stdout.write(f"Rights: {', '.join(sorted(held)) or 'none'}\n")


def _open_pages(session: Session, given: Collection[str]) -> None:
    """Once there is an administrator, the first run in the browser has nothing left to do."""
    if "administrator" in given:
        setup.over_by_command(session, now=now())


def _number(session: Session, mail: str) -> int:
    number = session.scalar(select(Contact.person_id).where(Contact.mail_key == mail_key(mail)))
    if number is None:
        raise NotFound(said("Nobody has the mail address %(mail)s.", mail=printable(mail)))
    return number


def _from_stdin() -> str:
    return sys.stdin.readline().rstrip("\r\n")


def _typed() -> str:
    if not sys.stdin.isatty():
        raise Invalid("Say --password-stdin to read the password from standard input")
    password = getpass.getpass("New password: ")
    if getpass.getpass("The same again: ") != password:
        raise Invalid("The two differ. Nothing was changed.")
    return password


ACTIONS: dict[str, Callable[[Flask, Namespace], None]] = {
    "list": _list,
    "create": _create,
    "invite": _invite,
    "password": _password,
    "reset-factor": _factor,
    "deactivate": _deactivate,
    "rights": _rights,
}
