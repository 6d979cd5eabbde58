"""Passwords: which ones are taken, and argon2id.

A password has at least 8 characters (15 are advised) and at most 1,024, may hold anything that can be typed, and is
neither frequent nor made of the person's own name or address. No further rules and no expiry, after NIST SP 800-63B.
It is normalised to NFKC before it is checked and hashed, as that standard says: the same keys pressed on another
keyboard, where letters may come composed, decomposed or full-width, are the same password. *Instead of:* NFC, with
which a phone that writes full-width letters locks its owner out; and composition rules, which give `Passw0rd!`.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from lms.errors import Invalid, Problem, Said, said

SHORTEST, ADVISED, LONGEST = 8, 15, 1024
PART = 4
"""Words of a name or address shorter than this may stand inside a password."""


@dataclass(frozen=True, slots=True)
class Hasher:
    """argon2id with one lane: memory in KiB and passes, from the settings of the site."""

    memory_kib: int
    passes: int

    def hash(self, password: str) -> str:
        """The hash to store."""
        return _argon2(self).hash(normal(password))

    def matches(self, stored: str | None, password: str) -> bool:
        """Is this the password? Without a stored hash a dummy is checked, so that nobody is told which accounts exist.

        A password that is too long to be anybody's is refused without a check.
        """
        if len(password) > LONGEST:
            return False
        try:
            _argon2(self).verify(stored or _dummy(self), normal(password))
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None

    def is_stale(self, stored: str) -> bool:
        """Was it hashed with other parameters than today's?"""
        return _argon2(self).check_needs_rehash(stored)


@functools.cache
def _argon2(hasher: Hasher) -> PasswordHasher:
    return PasswordHasher(time_cost=hasher.passes, memory_cost=hasher.memory_kib, parallelism=1)


@functools.cache
def _dummy(hasher: Hasher) -> str:
    return _argon2(hasher).hash("nobody's")


def normal(password: str) -> str:
    """The password in NFKC."""
    return unicodedata.normalize("NFKC", password)


def check(password: str, *, name: str, mail: str, field: str = "password") -> None:
    """Raises Invalid with the reason when this person may not have this password."""
    if reason := _reason(password, name, mail):
        raise Invalid(Problem(reason, field=field))


def _reason(password: str, name: str, mail: str) -> Said | None:
    if len(password) > LONGEST:
        return said("A password may have at most %(longest)s characters.", longest=LONGEST)
    typed = normal(password)
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in typed):
        return said("A password cannot hold line breaks or other control characters.")
    if len(typed) < SHORTEST:
        return said("A password needs at least %(shortest)s characters. A short sentence is best.", shortest=SHORTEST)
    folded = typed.casefold()
    if folded in common() or folded.strip("0123456789!?.*#$@-_ ") in common() or len(set(folded)) <= 2:
        return said(
            "This password is one of the first that others would try. Choose another, such as a short sentence."
        )
    if any(word in folded for word in own_words(name, mail)):
        return said("A password cannot hold your own name or mail address.")
    return None


@functools.cache
def common() -> frozenset[str]:
    """The most frequent passwords of at least 8 characters, case folded."""
    return frozenset(files("lms.services").joinpath("common_passwords.txt").read_text(encoding="utf-8").split())


def own_words(name: str, mail: str) -> set[str]:
    """What a person's password must not hold: their name, the part of their address before the @, words of both."""
    local = mail.rpartition("@")[0]
    words = {part for text in (name, local) for part in re.split(r"[\W_]+", text) if len(part) >= PART}
    whole = {text for text in ("".join(name.split()), local) if len(text) >= PART - 1}
    return {normal(word).casefold() for word in words | whole}
