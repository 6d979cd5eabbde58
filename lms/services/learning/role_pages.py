"""Roles for everybody: what each asks, by which version and since when, and how far it is from the person who looks.

A distance is the plan that this person would get with the role as the one target, computed and not stored. Who has no
path of their own sees the requirements without it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.engine.career import career_layers, reachable
from lms.engine.curriculum import Gate, Role
from lms.engine.gates import GateState, gate_state
from lms.engine.path import LearningPath, Status
from lms.engine.price import Minimise
from lms.engine.profile import Profile, profile_on
from lms.engine.requirement import Requirement, holds, top_items
from lms.errors import NotFound, said
from lms.services import curricula, kept
from lms.services.access import Actor, Permission, Right, require
from lms.services.curricula import Published
from lms.services.learning.levels import Whose, as_they_are
from lms.services.learning.usual_time import Usual, usual_time
from lms.storage.curricula import CurriculumVersion

PATIENCE = 0.08
"""Seconds of search for each distance; what is found by then is a way there, though perhaps not the shortest."""
MOST = 24
"""Roles of which a page says the distance; the rest say it on their own pages."""
MONTH = 365.25 / 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """How far a role is from somebody: hours and cost (hundredths), the day and the months until then.

    `ready_on` and `months` are None where no courses lead there; `proven` is False where the search was stopped, so that
    there may be a better way.
    """

    hours: int
    cost: int
    met: int
    required: int
    ready_on: date | None
    months: float | None
    proven: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A role as somebody sees it: whether they hold it or aim for it, can come to it from here, and how far it is."""

    role: Role
    required: int
    here: bool
    target: bool
    ahead: bool
    distance: Distance | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The roles of one published curriculum, in its order."""

    version: Published
    published_at: datetime
    roles: tuple[Seen, ...]
    personal: bool
    """Does it say how far the roles are from whoever looks?"""
    own: bool
    """Is it the curriculum in whose words their competencies are told?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A top-level requirement; `met` is None for who has no path of their own."""

    requirement: Requirement
    met: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RolePage:
    """Everything about one role."""

    offer: Offer
    seen: Seen
    items: tuple[Item, ...]
    gates: tuple[tuple[GateState, bool], ...]
    """Each gate as it stands for whoever looks, and whether that is known at all."""
    before: tuple[Role, ...]
    """The roles that lead here."""
    usual: Usual
    can_aim: bool


def offers(session: Session, actor: Actor, *, now: datetime) -> tuple[Offer, ...]:
    """Every role of every published curriculum, with its distance where there is one. Raises Denied."""
    require(actor, Permission.CURRICULUM_READ)
    who = _me(session, actor, now=now)
    offered = _offered(session, who)
    days = _published_at(session, offered)
    return tuple(_offer(one, days[one.version_id], who, one.curriculum.roles[:MOST]) for one in offered)


def offer(session: Session, actor: Actor, curriculum_id: int | None, *, now: datetime) -> Offer | None:
    """The roles of one curriculum (None: that of whoever looks, else the first); None when nothing is published.

    Raises Denied, NotFound when it is not published.
    """
    require(actor, Permission.CURRICULUM_READ)
    who = _me(session, actor, now=now)
    offered = _offered(session, who)
    if not offered and curriculum_id is None:
        return None
    version = _chosen(offered, who, curriculum_id)
    return _offer(version, _published_at(session, [version])[version.version_id], who, version.curriculum.roles[:MOST])


def page(session: Session, actor: Actor, role_id: str, curriculum_id: int | None, *, now: datetime) -> RolePage:
    """One role. Raises Denied; NotFound when there is none of this id in the curriculum (None: in any)."""
    require(actor, Permission.CURRICULUM_READ)
    who = _me(session, actor, now=now)
    having = [one for one in _offered(session, who) if role_id in one.curriculum.role_by_id]
    version = _chosen(having, who, curriculum_id)
    role = version.curriculum.role_by_id[role_id]
    shown = _offer(version, _published_at(session, [version])[version.version_id], who, [role])
    mine = who if shown.personal else None
    seen = next(one for one in shown.roles if one.role is role)
    profile = profile_on(version.curriculum, mine.snapshot.person, mine.on) if mine else None
    aims = mine is not None and mine.snapshot.person.targets != (role.id,)
    return RolePage(
        offer=shown,
        seen=seen,
        items=tuple(_item(item, profile) for item in top_items(role.requires)),
        gates=tuple(_gate(gate, role, mine) for gate in role.gates),
        before=tuple(one for one in version.curriculum.roles if role.id in one.next and one is not role),
        usual=usual_time(session, version.curriculum_id, role.id),
        can_aim=aims and not seen.here,
    )


def layers(shown: Offer) -> tuple[tuple[Seen, ...], ...]:
    """The roles in the layers of the career map."""
    by_id: Mapping[str, Seen] = {one.role.id: one for one in shown.roles}
    return tuple(tuple(by_id[role] for role in layer) for layer in career_layers(shown.version.curriculum.roles))


def _me(session: Session, actor: Actor, *, now: datetime) -> Whose | None:
    if Right.REP not in actor.rights or actor.person_id is None:
        return None
    return as_they_are(session, actor.person_id, now=now)


def _offered(session: Session, who: Whose | None) -> Sequence[Published]:
    """Every published curriculum in the version that counts for whoever looks."""
    return curricula.of_person(session, who.snapshot.pins if who else (), curricula.published(session))


def _chosen(offered: Sequence[Published], who: Whose | None, curriculum_id: int | None) -> Published:
    """The curriculum that was asked for, else that of whoever looks, else the first."""
    mine = who.version.curriculum_id if who and who.version else None
    for wanted in [curriculum_id] if curriculum_id is not None else [mine, None]:
        for one in offered:
            if wanted in {None, one.curriculum_id}:
                return one
    raise NotFound(said("There is no such role."))


def _published_at(session: Session, offered: Sequence[Published]) -> dict[int, datetime]:
    wanted = CurriculumVersion.id.in_([one.version_id for one in offered])
    found = session.execute(select(CurriculumVersion.id, CurriculumVersion.published_at).where(wanted))
    return {row.id: row.published_at for row in found}


def _offer(version: Published, published_at: datetime, who: Whose | None, measured: Sequence[Role]) -> Offer:
    """The roles of a version, with the distances of some of them. Targets lie in the curriculum of the present role."""
    curriculum = version.curriculum
    mine = who if who and who.snapshot.curriculum_id in {None, version.curriculum_id} else None
    distances = _distances(version, mine, measured) if mine else {}
    held = mine.snapshot.person.role if mine and mine.snapshot.curriculum_id is not None else None
    ahead = reachable(curriculum.roles, held) if held in curriculum.role_by_id and held else frozenset[str]()
    follows = mine is not None and mine.version is not None and mine.version.version_id == version.version_id
    targets = mine.snapshot.person.targets if mine and follows else ()
    return Offer(
        version=version,
        published_at=published_at,
        personal=mine is not None,
        own=follows,
        roles=tuple(
            Seen(
                role=role,
                required=len(top_items(role.requires)) + len(role.gates),
                here=role.id == held,
                target=role.id in targets,
                ahead=role.id in ahead,
                distance=distances.get(role.id),
            )
            for role in curriculum.roles
        ),
    )


def _distances(version: Published, who: Whose, roles: Sequence[Role]) -> dict[str, Distance]:
    one = who.snapshot
    found = {}
    with kept.planner(version.digest, version.curriculum) as planner:
        for role in roles:
            path = planner.plan(
                one.person,
                who.on,
                roles=(role.id,),
                minimise=Minimise(one.minimise),
                own_order=one.own_order,
                time_limit=PATIENCE,
            )
            found[role.id] = _distance(path)
    return found


def _distance(path: LearningPath) -> Distance:
    ready = path.ready_on
    return Distance(
        hours=path.hours,
        cost=path.cost,
        met=path.met,
        required=path.required,
        ready_on=ready,
        months=None if ready is None else (ready - path.on).days / MONTH,
        proven=path.status is not Status.FEASIBLE,
    )


def _item(item: Requirement, profile: Profile | None) -> Item:
    return Item(requirement=item, met=None if profile is None else holds(item, profile.holds))


def _gate(gate: Gate, role: Role, who: Whose | None) -> tuple[GateState, bool]:
    if who is None:
        return GateState(gate=gate, role=role.id, met=False, on=None), False
    return gate_state(gate, role.id, who.snapshot.person, who.on), True
