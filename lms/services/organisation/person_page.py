"""Everything an administrator sees of one person: who they are, where they stand, how they come in, what was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.errors import NotFound, said
from lms.services import ledger
from lms.services.access import Actor, Permission
from lms.services.entry.sessions import IDLE
from lms.services.organisation import lookup, people_list
from lms.services.organisation.leaving import OpenItems, open_items
from lms.services.organisation.people_list import Listed
from lms.storage.accounts import Account, OneTimeLink, SignIn
from lms.storage.audit import Audit
from lms.storage.people import Contact, Team
from lms.storage.record import RoleAssignment
from lms.storage.snapshot import in_force

ENTRIES = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Above:
    """A place in the line above somebody: the team, and who manages it (None: nobody does)."""

    team_id: int
    team: str
    manager_id: int | None
    manager: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaysIn:
    """How somebody comes in: whether they ever did, chose a password and set up a second factor, and what is live."""

    has_password: bool
    last_seen_at: datetime | None
    second_factor: bool
    invited_at: datetime | None
    invited_until: datetime | None
    live: tuple[SignIn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPage:
    """One person as their administrator sees them; `version` is for forms that change them."""

    listed: Listed
    version: int
    left_on: date | None
    created_at: datetime
    above: tuple[Above, ...]
    roles: tuple[RoleAssignment, ...]
    ways_in: WaysIn
    open_items: OpenItems
    entries: tuple[tuple[Audit, str | None], ...]
    """Audit rows about the person, the newest first, each with the name of who did it (None: the site, or erased)."""


def view(session: Session, actor: Actor, person_id: int, *, now: datetime) -> PersonPage:
    """The person for their page. Raises NotFound, Denied."""
    person = lookup.person(session, actor, Permission.PEOPLE_READ, person_id)
    return PersonPage(
        listed=people_list.one(session, actor, person_id, on=now.date()),
        version=person.version,
        left_on=person.left_on,
        created_at=person.created_at,
        above=line_above(session, person.team_id, person_id),
        roles=_roles(session, person_id),
        ways_in=_ways_in(session, person_id, now),
        open_items=open_items(session, actor, person_id),
        entries=_entries(session, person_id),
    )


def line_above(session: Session, team_id: int | None, person_id: int) -> tuple[Above, ...]:
    """The teams from the person's own upwards, without those that they manage themselves."""
    above = []
    seen: set[int] = set()
    while team_id is not None and team_id not in seen:
        seen.add(team_id)
        team, manager = session.execute(
            select(Team, Contact.name)
            .outerjoin(Contact, Contact.person_id == Team.manager_id)
            .where(Team.id == team_id)
        ).one()
        if team.manager_id != person_id:
            above.append(Above(team_id=team.id, team=team.name, manager_id=team.manager_id, manager=manager))
        team_id = team.parent_id
    return tuple(above)


def end_session(session: Session, actor: Actor, person_id: int, sign_in_id: int, *, now: datetime) -> None:
    """End one session of somebody. Raises NotFound when it is over, or somebody else's."""
    lookup.person(session, actor, Permission.PEOPLE_EDIT, person_id)
    ended = session.execute(delete(SignIn).where(SignIn.id == sign_in_id, SignIn.person_id == person_id))
    if ended.rowcount != 1:  # type: ignore[attr-defined]
        raise NotFound(said("This session is over already."))
    ledger.note(session, actor, "sessions.ended", now=now, subject=("person", person_id), count=1)


def _roles(session: Session, person_id: int) -> tuple[RoleAssignment, ...]:
    held = in_force(RoleAssignment).where(RoleAssignment.person_id == person_id)
    return tuple(session.scalars(held.order_by(RoleAssignment.starts.desc(), RoleAssignment.id.desc())))


def _ways_in(session: Session, person_id: int, now: datetime) -> WaysIn:
    account = session.get(Account, person_id)
    invitation = session.scalar(
        select(OneTimeLink)
        .where(OneTimeLink.person_id == person_id, OneTimeLink.kind == "invitation", OneTimeLink.used_at.is_(None))
        .order_by(OneTimeLink.id.desc())
        .limit(1)
    )
    live = session.scalars(
        select(SignIn)
        .where(SignIn.person_id == person_id, SignIn.expires_at > now, SignIn.seen_at > now - IDLE)
        .order_by(SignIn.seen_at.desc())
    )
    return WaysIn(
        has_password=account is not None and account.password_hash is not None,
        last_seen_at=account.last_seen_at if account else None,
        second_factor=account is not None and account.totp_since is not None,
        invited_at=invitation.created_at if invitation else None,
        invited_until=invitation.expires_at if invitation else None,
        live=tuple(live),
    )


def _entries(session: Session, person_id: int) -> tuple[tuple[Audit, str | None], ...]:
    return tuple(
        session.execute(
            select(Audit, Contact.name)
            .outerjoin(Contact, Contact.person_id == Audit.actor_id)
            .where(Audit.subject_kind == "person", Audit.subject_id == person_id)
            .order_by(Audit.id.desc())
            .limit(ENTRIES)
        )
    )
