"""Signing in, in two short transactions around a hash that blocks nobody: `knock` counts the try and says what to check
the password against, `refuse` or `welcome` answers.

Tries are limited for an account from one address (10 in 5 minutes), for an address (50) and for an account from
everywhere (100). A browser that has signed in to the account before holds a keyed mark, and has 10 tries of its own
that nobody else can use up: so a stranger who guesses from a thousand addresses shuts out neither the person at their
own desk nor a colleague behind the same address, and no account is ever locked until somebody opens it.
*Instead of:* locking an account after some failures, which anybody can do to anybody; and a puzzle.
"""

from __future__ import annotations

import ipaddress
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.interop.reading.text_rules import mail_key
from lms.services import keyed, ledger
from lms.services.access import SITE, Actor
from lms.services.entry import rate_limits, second_factor, sessions
from lms.services.entry.rate_limits import Limit
from lms.storage.accounts import Account
from lms.storage.people import Contact, Person

HALF_WAY = timedelta(minutes=10)
"""How long a right password waits for its second factor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knock:
    """A counted try: whose account it is about, and the hash to check against; both None for nobody's address."""

    person_id: int | None
    password_hash: str | None
    mail_digest: str
    limits: tuple[tuple[Limit, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfWay:
    """The password was right, the second factor is missing. Dies with the password, and after ten minutes."""

    person_id: int
    proof: str
    at: int
    """Seconds since 1970."""


def network(address: str | None) -> str:
    """Whom tries of an address are counted for: the address, or for IPv6 the network that one household has."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return address or ""
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def mark(mail: str, *, key: str) -> str:
    """What a browser keeps after it signed in to this account; names nobody."""
    nonce = secrets.token_urlsafe(16)
    return f"{nonce}.{keyed.digest(key, 'known browser', mail_key(mail), nonce)}"


def _known(kept: str | None, mail: str, key: str) -> str | None:
    nonce, _, given = (kept or "").partition(".")
    known = keyed.same(given, keyed.digest(key, "known browser", mail_key(mail), nonce))
    return nonce if known else None


def knock(session: Session, mail: str, address: str | None, kept: str | None, *, key: str, now: datetime) -> Knock:
    """Count a try before it is looked at. `kept` is the mark of a browser that has been here. Raises TooMany."""
    account, here = mail_key(mail), network(address)
    nonce = _known(kept, mail, key)
    limits: tuple[tuple[Limit, tuple[str, ...]], ...] = (
        ((rate_limits.SIGN_IN_KNOWN, (account, nonce)),)
        if nonce
        else (
            (rate_limits.SIGN_IN_HERE, (account, here)),
            (rate_limits.SIGN_IN_ADDRESS, (here,)),
            (rate_limits.SIGN_IN_ACCOUNT, (account,)),
        )
    )
    found = session.execute(
        select(Person.id, Account.password_hash)
        .join(Contact, Contact.person_id == Person.id)
        .join(Account, Account.person_id == Person.id)
        .where(Contact.mail_key == account, Person.state == "active")
    ).one_or_none()
    person_id, password_hash = found or (None, None)
    mail_digest = keyed.digest(key, "audit: mail", account)
    for limit, whom in limits:
        if rate_limits.spend(session, limit, *whom, key=key, now=now):
            _note(session, "auth.locked_out", person_id, mail_digest, now, limit=limit.name)
    return Knock(person_id=person_id, password_hash=password_hash, mail_digest=mail_digest, limits=limits)


def refuse(session: Session, knocked: Knock, *, now: datetime) -> None:
    """Note that the password was wrong, or the address nobody's."""
    _note(session, "auth.failed", knocked.person_id, knocked.mail_digest, now)


def welcome(
    session: Session, knocked: Knock, *, rehashed: str | None, device: str, key: str, now: datetime
) -> str | HalfWay | None:
    """The password was right: the token of a new session, or half the way where a second factor is in force.

    None when the account changed while the password was checked: nothing of before counts then.
    """
    person_id = knocked.person_id
    account = session.get(Account, person_id, with_for_update=True)
    person = session.get(Person, person_id)
    if account is None or person is None or person.state != "active":
        return None
    if account.password_hash != knocked.password_hash:
        return None
    if rehashed:
        account.password_hash = rehashed
    for limit, whom in knocked.limits:
        rate_limits.give_back(session, limit, *whom, key=key, now=now)
    return enter(session, account, device=device, key=key, now=now)


def enter(session: Session, account: Account, *, device: str, key: str, now: datetime) -> str | HalfWay:
    """Begin a session for somebody who proved the first factor, or say that the second one is missing."""
    if account.totp_since is not None:
        proof = _proof(account, key)
        return HalfWay(person_id=account.person_id, proof=proof, at=int(now.timestamp()))
    token = sessions.begin(session, account.person_id, now=now, device=device)
    _signed_in(session, account.person_id, now)
    return token


def still_half_way(session: Session, half: HalfWay, *, key: str, now: datetime) -> Account | None:
    """The account of somebody half-way in; None when that was too long ago or the account has changed since."""
    person, account = session.get(Person, half.person_id), session.get(Account, half.person_id)
    if account is None or person is None or person.state != "active" or account.totp_since is None:
        return None
    young = timedelta(0) <= now - datetime.fromtimestamp(half.at, now.tzinfo) < HALF_WAY
    return account if young and keyed.same(half.proof, _proof(account, key)) else None


def second_step(session: Session, half: HalfWay, code: str, *, device: str, key: str, now: datetime) -> str | None:
    """The token of a new session if the code is right; None when it is wrong or half the way is over. Raises TooMany.

    Keep what it wrote also when it gives None: the try is counted.
    """
    account = still_half_way(session, half, key=key, now=now)
    if account is None:
        return None
    if not second_factor.answers(session, account.person_id, code, key=key, now=now):
        _note(session, "auth.failed", account.person_id, "", now, factor="second")
        return None
    token = sessions.begin(session, account.person_id, now=now, device=device, second_factor=True)
    _signed_in(session, account.person_id, now, factor="second")
    return token


def sign_out(session: Session, actor: Actor, token: str, *, now: datetime) -> None:
    """End the session of this token."""
    sessions.end(session, token)
    ledger.note(session, actor, "auth.signed_out", now=now, subject=("person", actor.person_id))


def _proof(account: Account, key: str) -> str:
    return keyed.digest(key, "half-way", account.person_id, account.password_hash, account.totp_secret)


def _signed_in(session: Session, person_id: int, now: datetime, **codes: Any) -> None:
    ledger.note(session, Actor(person_id=person_id), "auth.signed_in", now=now, subject=("person", person_id), **codes)


def _note(session: Session, action: str, person_id: int | None, digest: str, now: datetime, **codes: Any) -> None:
    """A try of somebody by number; of nobody we know by a keyed digest, so that a pattern can be seen."""
    if person_id is None:
        ledger.note(session, SITE, action, now=now, address_digest=digest, **codes)
    else:
        ledger.note(session, SITE, action, now=now, subject=("person", person_id), **codes)
