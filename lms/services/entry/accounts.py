"""Accounts: who can sign in with what, and ending that. Rules for passwords are in `services.entry.passwords`."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from lms.errors import NotFound, NotPermitted, said
from lms.services import access, ledger
from lms.services.access import About, Actor, Permission
from lms.services.entry import links, sessions
from lms.services.running import outbox
from lms.storage.accounts import Account, OneTimeLink, RecoveryCode, SignIn

CONFIRMED_FOR = timedelta(minutes=10)


class ConfirmFirst(NotPermitted):
    """The password was given too long ago for a change of mail, password or second factor."""

    def __init__(self) -> None:
        super().__init__(said("Confirm first that it is you."))


def is_confirmed(actor: Actor, now: datetime) -> bool:
    """Did the actor give the password (and the second factor in force) in the last ten minutes?"""
    return actor.is_site or (actor.confirmed_at is not None and actor.confirmed_at > now - CONFIRMED_FOR)


def require_confirmed(actor: Actor, now: datetime) -> None:
    """Go on only if they did. Raises ConfirmFirst."""
    if not is_confirmed(actor, now):
        raise ConfirmFirst


def create(session: Session, person_id: int) -> Account:
    """An account without a password: nobody signs in with it before an invitation was accepted."""
    account = Account(person_id=person_id)
    session.add(account)
    session.flush()  # links and codes refer to it
    return account


def of(session: Session, person_id: int) -> Account:
    """A person's account. Raises NotFound."""
    account = session.get(Account, person_id)
    if account is None:
        raise NotFound(said("This person has no account."))
    return account


def set_password(session: Session, actor: Actor, person_id: int, password_hash: str, *, now: datetime) -> None:
    """Change a password: one's own after confirming, or anybody's on the command line. Other sessions end.

    The text was checked (`passwords.check`) and hashed before, outside the transaction.
    """
    access.require(actor, Permission.ACCOUNT, About(person_id=person_id))
    require_confirmed(actor, now)
    store_password(session, person_id, password_hash, now=now, but=actor.sign_in_id)
    outbox.send(session, "password-changed", person_id, now=now)
    ledger.note(session, actor, "account.password_changed", now=now, subject=("person", person_id))


def store_password(
    session: Session, person_id: int, password_hash: str, *, now: datetime, but: int | None = None
) -> None:
    """Write a password's hash, and end what the one before could still open: sessions (but one, by its number), and
    links, those too that would move the account to an address which somebody with the old password asked for.
    """
    account = of(session, person_id)
    account.password_hash, account.password_changed_at = password_hash, now
    links.end_all(session, person_id, "invitation", "reset", "mail")
    sessions.end_all(session, person_id, but=but)


def end_sessions(session: Session, actor: Actor, person_id: int, *, now: datetime) -> int:
    """End every session of somebody, and say how many there were."""
    access.require(actor, Permission.PEOPLE_EDIT, About(person_id=person_id))
    ended = sessions.end_all(session, person_id)
    ledger.note(session, actor, "sessions.ended", now=now, subject=("person", person_id), count=ended)
    return ended


def reset_second_factor(session: Session, actor: Actor, person_id: int, *, now: datetime) -> None:
    """Take away somebody's second factor, for those who lost phone and codes. Their sessions end.

    An administrator sets up a new one at the next sign-in. Nobody does it to themselves here.
    """
    access.require(actor, Permission.RIGHTS_EDIT, About(person_id=person_id))
    if actor.person_id == person_id:
        raise NotPermitted(said("Your own second factor is changed in your account."))
    clear_second_factor(session, of(session, person_id))
    sessions.end_all(session, person_id)
    outbox.send(session, "factor-changed", person_id, now=now, change="reset")
    ledger.note(session, actor, "factor.reset", now=now, subject=("person", person_id))


def clear_second_factor(session: Session, account: Account) -> None:
    """Forget the secret and the recovery codes of an account."""
    account.totp_secret = account.totp_since = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == account.person_id))


def forget(session: Session, person_id: int) -> None:
    """Delete account, codes, sessions and links of somebody who is being erased."""
    for table in (RecoveryCode, SignIn, OneTimeLink, Account):
        session.execute(delete(table).where(table.person_id == person_id))
