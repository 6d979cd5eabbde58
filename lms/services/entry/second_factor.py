"""The second factor: six digits from an app (TOTP, RFC 6238), or one of ten recovery codes.

A code is taken one 30-second step early or late, and once. Recovery codes carry 80 bits, so a plain digest of them
tells nobody anything, and they outlive a change of the site's key. The secret that is offered at set-up is made from
the session and the site's key: looking at the page stores nothing, and looking twice shows the same one.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from lms.errors import Conflict, Invalid, NotPermitted, Problem, said
from lms.services import keyed, ledger
from lms.services.access import Actor, Right
from lms.services.entry import accounts, rate_limits, sessions
from lms.services.running import outbox
from lms.storage.accounts import Account, RecoveryCode, SignIn

STEP, EITHER_SIDE = 30, 1
CODES, GROUPS, GROUP = 10, 4, 4
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # without i, l, o, 0 and 1, which look alike
ALIKE = str.maketrans("", "", "- ")


@dataclass(frozen=True, slots=True)
class State:
    """Since when a second factor is in force (None: it is not), and how many recovery codes are left."""

    since: datetime | None
    codes_left: int


def state(session: Session, person_id: int) -> State:
    """How a person's second factor stands."""
    unused = RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
    left = session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0
    return State(accounts.of(session, person_id).totp_since, left)


def offered(session: Session, actor: Actor, *, key: str) -> str:
    """The secret to set up in this session, in base32."""
    assert actor.person_id is not None, "the site has no second factor"
    live = session.get(SignIn, actor.sign_in_id)
    last = accounts.of(session, actor.person_id).totp_last_step
    made = keyed.digest(key, "second factor", actor.person_id, live.digest if live else "", last)
    return base64.b32encode(bytes.fromhex(made)[:20]).decode()


def address(secret: str, *, mail: str, site_name: str) -> str:
    """The `otpauth:` address that the QR code shows to the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=mail, issuer_name=site_name)


def turn_on(
    session: Session, actor: Actor, code: str, *, replaces: bool = False, key: str, now: datetime
) -> tuple[str, ...]:
    """Put the offered secret in force once the app shows its code; gives the recovery codes, to be seen this once.

    It comes in place of one in force only if it `replaces` it. Other sessions of the person end. Raises Invalid when
    the code is wrong.
    """
    accounts.require_confirmed(actor, now)
    assert actor.person_id is not None, "the site has no second factor"
    account = accounts.of(session, actor.person_id)
    if (account.totp_since is not None) is not replaces:
        raise Conflict(said("Your second factor was changed meanwhile."))
    secret = offered(session, actor, key=key)
    step = _step_of(secret, code, now)
    if step is None:
        raise Invalid(Problem(said("This is not the code that the app shows now. Type the newest one."), field="code"))
    account.totp_secret, account.totp_since, account.totp_last_step = secret, now, step
    session.execute(update(SignIn).where(SignIn.id == actor.sign_in_id).values(second_factor=True))
    sessions.end_all(session, actor.person_id, but=actor.sign_in_id)
    return _changed(session, actor, "replaced" if replaces else "on", now, codes=True)


def turn_off(session: Session, actor: Actor, *, now: datetime) -> None:
    """Do without a second factor again. Raises NotPermitted for administrators."""
    accounts.require_confirmed(actor, now)
    assert actor.person_id is not None, "the site has no second factor"
    if Right.ADMINISTRATOR in actor.rights:
        raise NotPermitted(said("Administrators need a second factor."))
    accounts.clear_second_factor(session, accounts.of(session, actor.person_id))
    sessions.end_all(session, actor.person_id, but=actor.sign_in_id)
    _changed(session, actor, "off", now)


def new_codes(session: Session, actor: Actor, *, now: datetime) -> tuple[str, ...]:
    """Ten fresh recovery codes, to be seen this once; those of before work no more."""
    accounts.require_confirmed(actor, now)
    assert actor.person_id is not None, "the site has no second factor"
    account = session.get(Account, actor.person_id, with_for_update=True)  # of two at once, the codes of one are left
    if account is None or account.totp_since is None:
        raise Conflict(said("Set up a second factor first."))
    return _changed(session, actor, "codes", now, codes=True)


def answers(session: Session, person_id: int, code: str, *, key: str, now: datetime) -> bool:
    """Is this the code of now, or a recovery code? Either passes once. Counts the try; raises TooMany."""
    rate_limits.spend(session, rate_limits.SECOND_FACTOR, person_id, key=key, now=now)
    passed = _take_step(session, person_id, code, now) or _take_recovery_code(session, person_id, code, now)
    if passed:
        rate_limits.give_back(session, rate_limits.SECOND_FACTOR, person_id, key=key, now=now)
    return passed


def _take_step(session: Session, person_id: int, code: str, now: datetime) -> bool:
    account = accounts.of(session, person_id)
    step = _step_of(account.totp_secret, code, now)
    if step is None or account.totp_since is None:
        return False
    unused = Account.person_id == person_id, Account.totp_last_step < step
    taken = session.execute(update(Account).where(*unused).values(totp_last_step=step))  # of two at once, one
    return bool(taken.rowcount == 1)  # type: ignore[attr-defined]


def _step_of(secret: str | None, code: str, now: datetime) -> int | None:
    """The step whose code this is, within one of now."""
    typed = code.translate(ALIKE)
    if not secret or len(typed) != 6 or not (typed.isascii() and typed.isdigit()):
        return None
    present = int(now.timestamp()) // STEP
    steps = range(present - EITHER_SIDE, present + EITHER_SIDE + 1)
    return next((step for step in steps if keyed.same(pyotp.TOTP(secret).generate_otp(step), typed)), None)


def _take_recovery_code(session: Session, person_id: int, code: str, now: datetime) -> bool:
    given = digest_of(person_id, code)
    unused = RecoveryCode.person_id == person_id, RecoveryCode.digest == given, RecoveryCode.used_at.is_(None)
    taken = session.execute(update(RecoveryCode).where(*unused).values(used_at=now))
    return bool(taken.rowcount == 1)  # type: ignore[attr-defined]


def digest_of(person_id: int, code: str) -> str:
    """The digest under which a recovery code is kept; case, spaces and dashes do not matter."""
    return "sha256:" + hashlib.sha256(f"{person_id}:{code.translate(ALIKE).casefold()}".encode()).hexdigest()


def _changed(session: Session, actor: Actor, change: str, now: datetime, *, codes: bool = False) -> tuple[str, ...]:
    assert actor.person_id is not None, "the site has no second factor"
    fresh = tuple(_code() for _ in range(CODES)) if codes else ()
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == actor.person_id))
    session.add_all(RecoveryCode(person_id=actor.person_id, digest=digest_of(actor.person_id, code)) for code in fresh)
    outbox.send(session, "factor-changed", actor.person_id, now=now, change=change)
    ledger.note(session, actor, f"factor.{change}", now=now, subject=("person", actor.person_id))
    return fresh


def _code() -> str:
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))
