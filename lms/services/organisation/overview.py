"""What each kind of person sees first: the line below a manager, and what an administrator still has to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, defer

from lms.services.access import Actor, Permission, require
from lms.services.learning.likely_day import likely_days
from lms.storage.accounts import Account
from lms.storage.curricula import Curriculum
from lms.storage.jobs import Heartbeat, Job
from lms.storage.paths import Path, Planning
from lms.storage.people import Contact, Person, RightHeld, StudyPlan, Team
from lms.storage.site import Site

SILENT = timedelta(minutes=2)
"""A worker not heard of for so long is taken as stopped."""
SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody of the line, with where their path stands; the numbers are None where there is no path."""

    id: int
    name: str
    team: str | None
    targets: tuple[str, ...]
    met: int | None
    required: int | None
    likely: date | None
    behind: bool
    why_none: str | None


def line(session: Session, actor: Actor) -> Sequence[Member]:
    """Everybody in the teams below the actor, whoever is nearest to the target first. Raises Denied."""
    require(actor, Permission.TEAM_READ)
    rows = session.execute(
        select(Person.id, Contact.name, Team.name, StudyPlan.targets, Path, Planning)
        .join(Contact, Contact.person_id == Person.id)
        .join(StudyPlan, StudyPlan.person_id == Person.id)
        .join(Team, Team.id == Person.team_id)
        .outerjoin(Path, Path.person_id == Person.id)
        .outerjoin(Planning, Planning.person_id == Person.id)
        .where(Person.team_id.in_(actor.line), Person.state == "active", Person.id != actor.person_id)
        .order_by(Contact.name, Person.id)
        .limit(SHOWN)
        .options(defer(Path.document, raiseload=True))
    )
    found = rows.all()
    likely = likely_days(session, [row.Path for row in found if row.Path])
    members = [_member(*row, likely.get(row.id)) for row in found]
    return sorted(members, key=lambda one: (one.met is None, (one.required or 0) - (one.met or 0), one.name))


def _member(
    number: int,
    name: str,
    team: str,
    targets: list[str],
    path: Path | None,
    planning: Planning | None,
    likely: date | None,
) -> Member:
    return Member(
        id=number,
        name=name,
        team=team,
        targets=tuple(targets),
        met=path.met if path else None,
        required=path.required if path else None,
        likely=likely,
        behind=planning is not None and planning.planned < planning.wanted,
        why_none=planning.why_none if planning else "no-target",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """How far an organisation has come, in numbers."""

    people: int
    never_signed_in: int
    without_path: int
    teams: int
    published: int
    drafts: int
    mail: bool
    worker: bool
    waiting: int
    dead: int
    administrators: int

    @property
    def done(self) -> bool:
        """Is the organisation set up?"""
        return bool(self.people > 1 and self.teams and self.published and self.mail and self.worker)


def checklist(session: Session, actor: Actor, *, now: datetime) -> Checklist:
    """What an administrator has done and what is left. Raises Denied."""
    require(actor, Permission.PEOPLE_READ)
    active = select(Person.id).where(Person.state == "active")
    rep = select(RightHeld.person_id).where(RightHeld.held == "rep")
    return Checklist(
        people=_count(session, active),
        never_signed_in=_count(session, active.join(Account).where(Account.last_seen_at.is_(None))),
        without_path=_count(
            session,
            active.outerjoin(Path, Path.person_id == Person.id).where(Person.id.in_(rep), Path.person_id.is_(None)),
        ),
        teams=_count(session, select(Team.id)),
        published=_count(session, select(Curriculum.id).where(Curriculum.published_id.is_not(None))),
        drafts=_count(session, select(Curriculum.id).where(Curriculum.published_id.is_(None))),
        mail=bool(session.scalar(select(Site.mail_host))),
        worker=_count(
            session,
            select(Heartbeat.name).where(Heartbeat.name.startswith("worker "), Heartbeat.seen_at > now - SILENT),
        )
        > 0,
        waiting=_count(session, select(Job.id).where(Job.state.in_(("waiting", "running")))),
        dead=_count(session, select(Job.id).where(Job.state == "dead")),
        administrators=_count(
            session, active.join(RightHeld, RightHeld.person_id == Person.id).where(RightHeld.held == "administrator")
        ),
    )


def _count(session: Session, rows: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(rows.subquery())) or 0
