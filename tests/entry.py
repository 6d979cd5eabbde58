"""Makers for tests of sign-in: people with a password or a second factor, and a count of hash checks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pyotp
from argon2 import PasswordHasher
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.services.entry.passwords import Hasher
from lms.storage.accounts import Account
from lms.storage.people import Person
from tests.organisation import Browser, somebody

CHEAP = Hasher(8, 1)
PASSWORD = "a long walk to the sea"  # noqa: S105
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105


def with_password(session: Session, name: str = "Dana Moss", *, factor: bool = False, **more: Any) -> Person:
    """Somebody who can sign in, with a second factor in force or without."""
    person = somebody(session, name, **more)
    account = session.get_one(Account, person.id)
    account.password_hash = CHEAP.hash(PASSWORD)
    if factor:
        account.totp_secret, account.totp_since = SECRET, datetime.now(UTC)
    session.commit()
    return person


def code_of(secret: str = SECRET, *, steps: int = 0) -> str:
    """What the app shows, now or so many steps from now."""
    return pyotp.TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=30 * steps))


def sign_in(browser: Browser, mail: str, password: str = PASSWORD, *, come_from: str = "", **more: Any) -> TestResponse:
    """Fill in the sign-in page, from some address."""
    if come_from:
        more["environ_base"] = {"REMOTE_ADDR": come_from}
    return browser.post("/sign-in", {"mail": mail, "password": password}, **more)


class Count:
    """How many hashes were checked."""

    def __init__(self) -> None:
        self.checks = 0
        self.lock = threading.Lock()


@contextmanager
def hash_checks() -> Iterator[Count]:
    """Count the hash checks of a block; each is done as ever."""
    count, really = Count(), PasswordHasher.verify

    def counted(self: PasswordHasher, stored: str | bytes, password: str | bytes) -> bool:
        with count.lock:
            count.checks += 1
        return really(self, stored, password)

    with patch.object(PasswordHasher, "verify", counted):
        yield count
