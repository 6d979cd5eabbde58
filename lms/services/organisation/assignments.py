"""The role a person holds, and what they plan for: target, aim and hours a week.

A role is an entry of the ledger, so it is never overwritten: a role from the same day on, or the same role from an
earlier day on, is a new entry that corrects the one before. Nobody gives themselves a role, an administrator neither:
roles carry rights to be trained, paid and promoted. What somebody plans for is no such thing.
*Instead of:* a column `role` on the person, which forgets who held what in March.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.engine.price import Minimise
from lms.errors import Invalid, NotPermitted, Problem, said
from lms.services import calendar, curricula, ledger
from lms.services.access import Actor, Permission
from lms.services.curricula import Published
from lms.services.organisation import lookup
from lms.services.organisation.role_history import placed
from lms.services.replanning import input_changed
from lms.services.rules import asking, standing
from lms.storage.people import StudyPlan
from lms.storage.record import RoleAssignment
from lms.storage.snapshot import in_force

WEEK = 16_800
"""Hundredths of an hour in a week."""
MOST_TARGETS = 5


def assign_role(
    session: Session,
    actor: Actor,
    person_id: int,
    role: str | None,
    curriculum_id: int | None,
    starts: date,
    *,
    now: datetime,
    origin: str = "entered",
) -> RoleAssignment | None:
    """From `starts` on the person holds this role (None: no role); gives the entry, or None when they hold it already.

    Raises Invalid, NotFound, Conflict for somebody not active, NotPermitted for oneself.
    """
    lookup.active(session, actor, Permission.PEOPLE_EDIT, person_id)
    if person_id == actor.person_id:
        raise NotPermitted(said("Nobody gives themselves a role. Ask another administrator."))
    offered = curricula.offered_to(session, person_id, calendar.today(session, now=now))
    problems = [*role_problems(offered, role, curriculum_id), *lookup.on_the_calendar(starts, "starts")]
    if problems:
        raise Invalid(*problems)
    held = session.scalars(
        in_force(RoleAssignment)
        .where(RoleAssignment.person_id == person_id)
        .order_by(RoleAssignment.starts, RoleAssignment.id)
    ).all()
    needed = placed(held, role, curriculum_id, starts)
    if needed is None:
        return None
    entry = RoleAssignment(
        person_id=person_id,
        role=role,
        curriculum_id=curriculum_id,
        starts=starts,
        origin=origin,
        corrects_id=needed.corrects_id,
    )
    ledger.note(
        session,
        actor,
        "role.assigned",
        now=now,
        subject=("person", person_id),
        rows=[entry],
        role=role,
        starts=starts.isoformat(),
    )
    input_changed(session, [person_id], now=now, actor=actor)
    asking.people_changed(session, [person_id], now=now, actor=actor)
    return entry


def set_plan(
    session: Session,
    actor: Actor,
    person_id: int,
    targets: Sequence[str],
    aim: date | None,
    weekly_hundredths: int,
    *,
    now: datetime,
    minimise: str | None = None,
    own_order: Sequence[str] | None = None,
    permission: Permission = Permission.PEOPLE_EDIT,
) -> StudyPlan:
    """What the person plans for. Targets are roles of the curriculum of their present role, else all of one other.

    `minimise` and `own_order` (course ids) stay as they are where None. Writes nothing when that is what they plan for
    already. Raises Invalid, NotFound, Conflict.
    """
    lookup.active(session, actor, permission, person_id)
    present = session.scalar(
        in_force(RoleAssignment)
        .where(RoleAssignment.person_id == person_id)
        .order_by(RoleAssignment.starts.desc(), RoleAssignment.id.desc())
        .limit(1)
    )
    curriculum_id = present.curriculum_id if present else None
    offered = curricula.offered_to(session, person_id, calendar.today(session, now=now))
    problems = plan_problems(offered, curriculum_id, targets, aim, weekly_hundredths)
    if minimise is not None and minimise not in set(Minimise):
        problems.append(Problem(said("Choose from the list."), field="minimise"))
    if problems:
        raise Invalid(*problems)
    plan = session.scalar(select(StudyPlan).where(StudyPlan.person_id == person_id)) or StudyPlan(person_id=person_id)
    wanted = list(dict.fromkeys(targets))
    values: dict[str, Any] = {"targets": wanted, "aim": aim, "weekly_hundredths": weekly_hundredths}
    values |= {} if minimise is None else {"minimise": minimise}
    values |= {} if own_order is None else {"own_order": list(own_order)}
    if all(getattr(plan, name) == value for name, value in values.items()):
        return plan
    if plan.targets != wanted:
        standing.end(session, actor, person_id, now=now)
    for name, value in values.items():
        setattr(plan, name, value)
    session.add(plan)
    ledger.note(
        session,
        actor,
        "plan.changed",
        now=now,
        subject=("person", person_id),
        **{**values, "aim": aim.isoformat() if aim else None},
    )
    input_changed(session, [person_id], now=now, actor=actor)
    return plan


def role_problems(offered: Sequence[Published], role: str | None, curriculum_id: int | None) -> list[Problem]:
    """What is wrong with holding this role of this curriculum: it must be in the version that counts (`offered`)."""
    known = next((one.curriculum for one in offered if one.curriculum_id == curriculum_id), None)
    if role is None if curriculum_id is None else known is not None and role in known.role_by_id:
        return []
    return [Problem(said("There is no such role in a published curriculum. Choose one from the list."), field="role")]


def plan_problems(
    offered: Sequence[Published],
    curriculum_id: int | None,
    targets: Sequence[str],
    aim: date | None,
    weekly_hundredths: int,
) -> list[Problem]:
    """What is wrong with such a plan over the versions that count for the person (`offered`); `curriculum_id` is that of
    the present role, None without one.
    """
    problems = lookup.on_the_calendar(aim, "aim")
    if not 0 < weekly_hundredths <= WEEK:
        problems.append(Problem(said("A week has more than 0 and at most 168 hours of study."), field="weekly_hours"))
    if len(targets) > MOST_TARGETS:
        problems.append(Problem(said("Choose at most %(most)s target roles.", most=MOST_TARGETS), field="targets"))
    elif targets and not _are_offered(offered, curriculum_id, targets):
        sentence = said("Target roles must all be roles of one published curriculum, that of the present role.")
        problems.append(Problem(sentence, field="targets"))
    return problems


def _are_offered(offered: Sequence[Published], curriculum_id: int | None, targets: Sequence[str]) -> bool:
    return any(
        all(target in one.curriculum.role_by_id for target in targets)
        for one in offered
        if curriculum_id in {None, one.curriculum_id}
    )
