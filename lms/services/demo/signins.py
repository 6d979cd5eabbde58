"""Who there is to sign in as in a demo organisation: one of each kind, found by how they stand now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pyotp
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from lms.services.demo.organisation import DOMAIN
from lms.storage.accounts import Account
from lms.storage.paths import Path
from lms.storage.people import Contact, Person, RightHeld, Team

EASY = 1_600
"""Hundredths of an hour that are left to learn for somebody who is nearly there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInAs:
    """A kind of person, somebody who is one, and the secret of their second factor (None: they have none)."""

    kind: str
    name: str
    mail: str
    secret: str | None

    def code(self, now: datetime) -> str | None:
        """The six digits that the second factor shows at this moment."""
        return None if self.secret is None else pyotp.TOTP(self.secret).at(now)


def sign_ins(session: Session) -> tuple[SignInAs, ...]:
    """One of each kind; nobody when this is no demo organisation."""
    found = ((kind, session.execute(who.limit(1)).one_or_none()) for kind, who in _kinds())
    return tuple(
        SignInAs(kind=kind, name=row.name, mail=row.mail, secret=row.totp_secret)
        for kind, row in found
        if row is not None
    )


def _kinds() -> Iterator[tuple[str, Select[str, str, str | None]]]:
    everybody = (
        select(Contact.name, Contact.mail, Account.totp_secret)
        .join(Person, Person.id == Contact.person_id)
        .join(Account, Account.person_id == Person.id)
        .where(Person.state == "active", Contact.mail_key.like(f"%@{DOMAIN}"), Account.password_hash.is_not(None))
        .order_by(Person.id)
    )
    for right in ("administrator", "trainer", "auditor"):
        yield right, everybody.join(RightHeld, RightHeld.person_id == Person.id).where(RightHeld.held == right)
    yield "head of sales", everybody.join(Team, Team.manager_id == Person.id).where(Team.parent_id.is_(None))
    below = select(Team.parent_id).where(Team.parent_id.is_not(None))
    yield "manager of a team", everybody.join(Team, Team.manager_id == Person.id).where(Team.id.not_in(below))
    managed = select(Team.manager_id).where(Team.manager_id.is_not(None))
    reps = everybody.join(Path, Path.person_id == Person.id).where(Person.id.not_in(managed))
    for kind, stands in _standings():
        yield kind, reps.where(stands)


def _standings() -> tuple[tuple[str, ColumnElement[bool]], ...]:
    open_gate = Path.met < Path.required
    return (
        ("rep, ready", Path.met == Path.required),
        ("rep, nearly there", (Path.status == "optimal") & (Path.hours_left <= EASY) & (Path.met > 0)),
        ("rep, stuck on a gate", (Path.status == "ready") & open_gate & Path.eligible_on.is_(None)),
        ("rep, just hired", Path.met == 0),
    )
