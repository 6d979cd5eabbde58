"""The cases that somebody may see: those that wait for them, those that are open, and what was decided lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from lms.services import calendar
from lms.services.access import MATRIX, Actor, Permission, Scope, require
from lms.services.organisation import lookup
from lms.services.organisation.people_shown import Named, names
from lms.services.promotions import deciders, freezing
from lms.services.promotions.inbox import WITHOUT_CASE
from lms.storage.people import Person
from lms.storage.promotions import OPEN, Promotion, PromotionAppeal

MOST = 200
"""How many decided cases one page shows, the latest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A case in a list: of whom, to which role, and who decides next."""

    case: Promotion
    who: Named
    role: str
    next: tuple[Named, ...]
    mine: bool
    """Does it wait for whoever looks?"""
    appealed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """Cases in the order in which somebody looks at them."""

    waiting: tuple[Listed, ...]
    open: tuple[Listed, ...]
    decided: tuple[Listed, ...]


def all_of(session: Session, actor: Actor, *, now: datetime) -> Cases:
    """Every case that this actor may see. Raises Denied."""
    require(actor, Permission.PROMOTION_READ)
    return _cases(session, actor, _reach(actor), now=now)


def of_person(session: Session, actor: Actor, person_id: int, *, now: datetime) -> Cases:
    """The cases of a person. Raises NotFound."""
    lookup.person(session, actor, Permission.PROMOTION_READ, person_id)
    return _cases(session, actor, Promotion.person_id == person_id, now=now)


def of_number(session: Session, actor: Actor, number: int, *, now: datetime) -> Listed | None:
    """One case as a list shows it, for whoever was found able to see its person's path; None when it is decided."""
    found = _cases(session, actor, Promotion.id == number, now=now)
    return next(iter((*found.waiting, *found.open)), None)


def _reach(actor: Actor) -> ColumnElement[bool]:
    scopes = {scope for right, scope in MATRIX[Permission.PROMOTION_READ].items() if right in actor.rights}
    if actor.is_site or Scope.ALL in scopes:
        return Promotion.id.is_not(None)
    own = Promotion.person_id == (actor.person_id or 0)
    named = select(PromotionAppeal.promotion_id).where(PromotionAppeal.decider_id == actor.person_id)
    return or_(own, Person.team_id.in_(actor.line), Promotion.id.in_(named))


def _cases(session: Session, actor: Actor, reach: ColumnElement[bool], *, now: datetime) -> Cases:
    query = select(Promotion).options(WITHOUT_CASE).join(Person, Person.id == Promotion.person_id).where(reach)
    newest = (Promotion.state_since.desc(), Promotion.id.desc())
    appeals = set(session.scalars(select(PromotionAppeal.promotion_id).where(PromotionAppeal.state == "open")))
    undecided = or_(Promotion.state.in_(OPEN), Promotion.id.in_(appeals))
    going = session.scalars(query.where(undecided).order_by(Promotion.state_since, Promotion.id)).all()
    over = session.scalars(query.where(~undecided).order_by(*newest).limit(MOST)).all()
    turns = deciders.turns(session, going)
    known = names(session, {one for case in (*going, *over) for one in (case.person_id, *turns.get(case.id, ()))})
    titles = _titles(session, (*going, *over), now=now)

    def listed(case: Promotion) -> Listed:
        turn = turns.get(case.id, ())
        return Listed(
            case=case,
            who=known[case.person_id],
            role=titles[case.id],
            next=tuple(known[one] for one in turn),
            mine=actor.person_id in turn,
            appealed=case.id in appeals,
        )

    shown = [listed(case) for case in going]
    return Cases(
        waiting=tuple(one for one in shown if one.mine),
        open=tuple(one for one in shown if not one.mine),
        decided=tuple(map(listed, over)),
    )


def _titles(session: Session, rows: Sequence[Promotion], *, now: datetime) -> dict[int, str]:
    """What the role of each case is called in the version that the case names."""
    on = calendar.today(session, now=now)
    found: dict[tuple[int, ...], dict[str, str]] = {}
    for case in rows:
        if (key := _which(case)) not in found:
            version = freezing.version_of(session, case, on)
            found[key] = {role.id: role.title for role in version.curriculum.roles} if version else {}
    return {case.id: found[_which(case)].get(case.role, case.role) for case in rows}


def _which(case: Promotion) -> tuple[int, ...]:
    """What the version of a case depends on: itself once it is frozen, else the person and the curriculum."""
    return (case.version_id,) if case.version_id else (case.person_id, case.curriculum_id)
