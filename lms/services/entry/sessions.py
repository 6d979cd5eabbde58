"""Live sessions: begun at sign-in, found by the token in the browser, ended by hand, by idleness or by their end.

The browser holds a random token and the database its digest, so a copy of the database signs nobody in, and deleting
the row ends the session at the next request.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, literal, null, select, update
from sqlalchemy.orm import Session

from lms.services.access import Actor, Right
from lms.storage.accounts import Account, SignIn
from lms.storage.curricula import CurriculumOwner
from lms.storage.people import Contact, Person, RightHeld, Team

IDLE = timedelta(hours=8)
LONGEST = timedelta(days=30)
TOUCH_AFTER = timedelta(minutes=5)

# Every page asks these two: they are put together once.
_FOUND = (
    select(
        SignIn.id,
        SignIn.person_id,
        SignIn.seen_at,
        SignIn.confirmed_at,
        SignIn.second_factor,
        Contact.name,
        Contact.mail,
        Contact.language,
        Contact.time_zone,
        Contact.theme,
        Contact.shortcuts,
        Account.totp_since,
    )
    .join(Person, Person.id == SignIn.person_id)
    .join(Contact, Contact.person_id == SignIn.person_id)
    .join(Account, Account.person_id == SignIn.person_id)
    .where(
        SignIn.digest == bindparam("digest"),
        SignIn.expires_at > bindparam("now"),
        SignIn.seen_at > bindparam("seen_after"),
        Person.state == "active",
    )
)
_MANAGED = (
    select(Team.id, Team.manager_id).where(Team.manager_id == bindparam("person_id")).cte("below", recursive=True)
)
_BELOW = _MANAGED.union(select(Team.id, Team.manager_id).join(_MANAGED, Team.parent_id == _MANAGED.c.id))
_STANDING = (
    select(RightHeld.held, null(), null())
    .where(RightHeld.person_id == bindparam("person_id"))
    .union_all(
        select(literal("team"), _BELOW.c.id, _BELOW.c.manager_id),
        select(literal("curriculum"), CurriculumOwner.curriculum_id, null()).where(
            CurriculumOwner.person_id == bindparam("person_id")
        ),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who is signed in, and how they like their pages. `token` is what their browser holds."""

    actor: Actor
    token: str
    name: str
    mail: str
    language: str | None
    time_zone: str | None
    theme: str | None
    shortcuts: bool
    seen_at: datetime
    has_second_factor: bool
    """Whether the account has one in force; `actor.second_factor` says whether this session gave it."""

    @property
    def initials(self) -> str:
        """The first letters of the first and the last word of the name."""
        words = self.name.split()
        return "".join(word[0] for word in {0: words[0], -1: words[-1]}.values())[: min(2, len(words))].upper()


def digest_of(token: str) -> str:
    """The digest under which a session's token is kept."""
    return "sha256:" + hashlib.sha256(token.encode()).hexdigest()


def begin(session: Session, person_id: int, *, now: datetime, device: str = "", second_factor: bool = False) -> str:
    """A new session for a person who has just proven who they are; gives the token for their browser."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignIn(
            digest=digest_of(token),
            person_id=person_id,
            created_at=now,
            seen_at=now,
            expires_at=now + LONGEST,
            confirmed_at=now,
            second_factor=second_factor,
            device=device[:200],
        )
    )
    _seen(session, person_id, now)
    return token


def _seen(session: Session, person_id: int, now: datetime) -> None:
    session.execute(update(Account).where(Account.person_id == person_id).values(last_seen_at=now))


def find(session: Session, token: str, *, now: datetime) -> SignedIn | None:
    """Whose session this token is; None when it ended, idled away, or its person may not sign in any more."""
    asked = {"digest": digest_of(token), "now": now, "seen_after": now - IDLE}
    found: Any = session.execute(_FOUND, asked).one_or_none()
    if found is None:
        return None
    return SignedIn(
        actor=actor_of(session, found.person_id, found),
        token=token,
        name=found.name,
        mail=found.mail,
        language=found.language,
        time_zone=found.time_zone,
        theme=found.theme,
        shortcuts=found.shortcuts,
        seen_at=found.seen_at,
        has_second_factor=found.totp_since is not None,
    )


def actor_of(session: Session, person_id: int, live: Any = None) -> Actor:
    """The person as an actor: rights, teams managed with everything below them, curricula owned.

    `live`: a row with `id`, `confirmed_at` and `second_factor` of the session in which they act, if they do in one.
    """
    rights, line, managed, owned = _standing(session, person_id)
    return Actor(
        person_id=person_id,
        rights=rights,
        line=line,
        managed=managed,
        owned=owned,
        sign_in_id=live.id if live else None,
        confirmed_at=live.confirmed_at if live else None,
        second_factor=live.second_factor if live else False,
    )


def _standing(
    session: Session, person_id: int
) -> tuple[frozenset[Right], frozenset[int], frozenset[int], frozenset[int]]:
    """The rights of a person, the teams below and at them, those they manage, and the curricula they own."""
    rows: Sequence[Any] = session.execute(_STANDING, {"person_id": person_id}).all()
    line = frozenset(number for what, number, _ in rows if what == "team")
    managed = frozenset(number for what, number, manager in rows if what == "team" and manager == person_id)
    rights = {Right.EVERYBODY, *(Right(what) for what, number, _ in rows if number is None)}
    if managed:
        rights.add(Right.MANAGER)
    owned = frozenset(number for what, number, _ in rows if what == "curriculum" and Right.TRAINER in rights)
    return frozenset(rights), line, managed, owned


def teams_below(session: Session, roots: frozenset[int]) -> frozenset[int]:
    """These teams and every team below them."""
    below = select(Team.id).where(Team.id.in_(roots)).cte("below", recursive=True)
    below = below.union(select(Team.id).join(below, Team.parent_id == below.c.id))
    return frozenset(session.scalars(select(below.c.id)))


def touch(session: Session, token: str, *, now: datetime) -> None:
    """Note that the session is in use; idle time counts from here."""
    live = session.scalar(select(SignIn).where(SignIn.digest == digest_of(token)))
    if live is not None:
        live.seen_at = now
        _seen(session, live.person_id, now)


def end(session: Session, token: str) -> None:
    """End one session, by the token its browser holds."""
    session.execute(delete(SignIn).where(SignIn.digest == digest_of(token)))


def end_all(session: Session, person_id: int, *, but: int | None = None) -> int:
    """End every session of a person (but one, by its number) and say how many."""
    ended = session.execute(delete(SignIn).where(SignIn.person_id == person_id, SignIn.id != (but or 0)))
    return ended.rowcount  # type: ignore[attr-defined, no-any-return]
