"""Opening a case, submitting it, and taking it back before it is decided.

A rep opens their own, a manager one of their line, and the site one for whoever has reached everything that a target
asks for. There is one open case of a person and a role; who opens it again gets the one that is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from lms.engine.judging.promotable import stands
from lms.engine.profile import profile_on
from lms.errors import Conflict, NotPermitted, said
from lms.services import calendar, curricula
from lms.services.access import SITE, Actor, Permission
from lms.services.organisation import lookup
from lms.services.promotions import cases, freezing, telling
from lms.storage.paths import Path
from lms.storage.people import Person
from lms.storage.promotions import OPEN, Promotion, PromotionAppeal
from lms.storage.snapshot import load_people


def open_case(session: Session, actor: Actor, person_id: int, role: str, *, now: datetime) -> Promotion:
    """A draft for somebody and a role of the version that counts for them; the open one where there is one.

    Raises Invalid for a role that is not there or held already, NotFound, Conflict for somebody not active.
    """
    lookup.active(session, actor, Permission.PROMOTION_OPEN, person_id)
    on = calendar.today(session, now=now)
    snapshot = load_people(session, [person_id], on).get(person_id)
    version = snapshot and curricula.counting(session, snapshot, curricula.published(session))
    if snapshot is None or not version or role not in version.curriculum.role_by_id:
        raise lookup.wrong("role", said("Choose a role from the list."))
    if snapshot.person.role == role:
        raise lookup.wrong("role", said("They hold this role already. Choose another."))
    how = "rep" if person_id == actor.person_id else "manager"
    return _open(session, actor, how, person_id, version.curriculum_id, role, now=now)


def choices(session: Session, person_id: int, on: date) -> list[tuple[str, str]]:
    """The roles to which somebody can be promoted, by id and title: their targets first. Empty without a curriculum."""
    snapshot = load_people(session, [person_id], on).get(person_id)
    version = snapshot and curricula.counting(session, snapshot, curricula.published(session))
    if snapshot is None or not version:
        return []
    roles = [role for role in version.curriculum.roles if role.id != snapshot.person.role]
    roles.sort(key=lambda role: role.id not in snapshot.person.targets)
    return [(role.id, role.title) for role in roles]


def ready_people(session: Session) -> Sequence[int]:
    """The active people with nothing left to train for and no open case: whom `open_ready` looks at."""
    case = exists().where(Promotion.person_id == Path.person_id, Promotion.state.in_(OPEN))
    found = select(Path.person_id).join(Person, Person.id == Path.person_id)
    return session.scalars(
        found.where(Path.status == "ready", Person.state == "active", ~case).order_by(Path.person_id)
    ).all()


def open_ready(session: Session, people: Sequence[int], *, now: datetime) -> int:
    """Open a draft for each of these people and each target of which everything is met; says how many were opened.

    Nobody gets a second one for a role: what they withdrew or was declined is theirs to open again.
    """
    on = calendar.today(session, now=now)
    offered = curricula.published(session)
    opened = 0
    for number, snapshot in load_people(session, people, on).items():
        version = curricula.counting(session, snapshot, offered)
        if version is None:
            continue
        profile = profile_on(version.curriculum, snapshot.person, on)
        for target in snapshot.person.targets:
            role = version.curriculum.role_by_id.get(target)
            had = select(Promotion.id).where(
                Promotion.person_id == number,
                Promotion.curriculum_id == version.curriculum_id,
                Promotion.role == target,
            )
            if role is None or target == snapshot.person.role or session.scalar(had.limit(1)) is not None:
                continue
            if stands(role, snapshot.person, profile, on).ready:
                _open(session, SITE, "system", number, version.curriculum_id, target, now=now)
                opened += 1
    return opened


def submit(session: Session, actor: Actor, number: int, *, now: datetime) -> Promotion:
    """Submit a draft: what counts today is frozen, and whoever decides next is told. The person submits it, or the line
    above where the rep did not open it themselves.

    Raises NotFound, NotPermitted for somebody else's own draft, Conflict.
    """
    case, person = cases.locked(session, actor, number, Permission.PROMOTION_OPEN)
    cases.require_active(person)
    cases.require_state(case, "draft")
    if actor.person_id != case.person_id and case.how == "rep":
        raise NotPermitted(said("Whoever opened this promotion submits it themselves."))
    found = freezing.present(session, case, now=now)
    if found.snapshot.person.role == case.role:
        raise Conflict(said("They hold this role already. Withdraw the promotion."))
    case.frozen, case.frozen_digest = freezing.text_of(freezing.document(session, case, found))
    case.version_id, case.approvers = found.version.version_id, found.role.approvers
    case.submitted_at, case.decide_by = now, found.on + cases.DECIDE_WITHIN
    cases.move(case, "submitted", now=now)
    cases.note(
        session,
        actor,
        "promotion.submitted",
        case,
        now=now,
        met=found.standing.met,
        required=found.standing.required,
        version=case.version_id,
        frozen=case.frozen_digest,
    )
    telling.waits(session, case, "decision", now=now, actor=actor)
    telling.news(session, case, "submitted", now=now, actor=actor)
    return case


def withdraw(session: Session, actor: Actor, number: int, *, now: datetime) -> Promotion:
    """Take a case back before it is decided: the person, or whoever opened it.

    Raises NotFound, NotPermitted for anybody else, Conflict once it is decided.
    """
    case, _ = cases.locked(session, actor, number, Permission.PROMOTION_OPEN)
    if actor.person_id not in {case.person_id, case.opened_by}:
        raise NotPermitted(said("Only the person or whoever opened the promotion withdraws it."))
    cases.require_state(case, *OPEN)
    told = case.state
    cases.move(case, "withdrawn", now=now)
    cases.note(session, actor, "promotion.withdrawn", case, now=now)
    telling.news(session, case, "withdrawn", now=now, actor=actor)
    if told != "draft" and case.reviewer_id is not None and case.reviewer_id != actor.person_id:
        telling.withdrawn(session, case, now=now, actor=actor)
    return case


def withdraw_all(session: Session, person_id: int, *, now: datetime) -> int:
    """Withdraw the open cases and appeals of somebody who leaves; says how many. Part of the verb that lets them leave."""
    mine = select(Promotion).where(Promotion.person_id == person_id, Promotion.state.in_(OPEN))
    rows = session.scalars(mine.order_by(Promotion.id).with_for_update()).all()
    for case in rows:
        cases.move(case, "withdrawn", now=now)
    appeals = select(PromotionAppeal).where(PromotionAppeal.person_id == person_id, PromotionAppeal.state == "open")
    for appeal in session.scalars(appeals.order_by(PromotionAppeal.id).with_for_update()):
        appeal.state, appeal.ended_at = "withdrawn", now
    return len(rows)


def _open(
    session: Session, actor: Actor, how: str, person_id: int, curriculum_id: int, role: str, *, now: datetime
) -> Promotion:
    same = select(Promotion).where(
        Promotion.person_id == person_id,
        Promotion.curriculum_id == curriculum_id,
        Promotion.role == role,
        Promotion.state.in_(OPEN),
    )
    if (there := session.scalar(same)) is not None:
        return there
    case = Promotion(
        person_id=person_id,
        curriculum_id=curriculum_id,
        role=role,
        how=how,
        opened_by=actor.person_id,
        opened_at=now,
        state="draft",
        state_since=now,
        approvers=1,
    )
    session.add(case)
    session.flush()  # the audit row names its number
    cases.note(session, actor, "promotion.opened", case, now=now, how=how)
    telling.news(session, case, "opened", now=now, actor=actor)
    return case
