"""Paths as projections: planned from a snapshot, stored with what they were computed from, never on a page view.

Planning reads and computes outside any write transaction (`prepare_replan`); storing writes (`store`) in the one that
marks the job done. A plan made from older input than the stored one is dropped, and one whose input is the same as the
stored one's writes no path, so a job that runs twice changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from lms.engine.dating.habits import Habits
from lms.services import calendar, curricula, replanning
from lms.services.access import About, Actor, Permission, require
from lms.services.curricula import Published
from lms.services.learning import outlook
from lms.services.learning.forecasts import Foretold, record_forecasts
from lms.services.learning.plan_one import Before, Planned, plan_one, without_path
from lms.storage.bulk import insert_into
from lms.storage.paths import Path, Planning
from lms.storage.people import Person, StudyPlan
from lms.storage.snapshot import Snapshot, load_people


def _nobody_listens(_count: int) -> None:
    pass


def prepare_replan(
    session: Session, people: Collection[int], *, now: datetime, planned: Callable[[int], None] = _nobody_listens
) -> tuple[Planned, ...]:
    """Plan these people from their present input, on the day that it is where the site is; nothing is written.

    What they are planned from is read at once for all of them; `planned` is told before each how many have been done.
    """
    on = calendar.today(session, now=now)
    snapshots = load_people(session, people, on)
    stored = _stored(session, snapshots)
    offered = curricula.published(session)
    habits = outlook.habits_of(session, snapshots, on, offered)
    found: list[Planned] = []
    for number, one in snapshots.items():
        planned(len(found))
        found.append(_plan(session, number, one, offered, on, habits[number], stored.get(number)))
    return tuple(found)


def _stored(session: Session, people: Collection[int]) -> dict[int, Before]:
    columns = (Path.person_id, Path.input_digest, Path.asked, Path.document, Path.change)
    return {
        row.person_id: Before(stamp=row.input_digest, asked=row.asked, document=row.document, change=row.change)
        for row in session.execute(select(*columns).where(Path.person_id.in_(people)))
    }


def _plan(
    session: Session,
    number: int,
    one: Snapshot,
    offered: Sequence[Published],
    on: date,
    habits: Habits,
    before: Before | None,
) -> Planned:
    version, why = version_for(session, one, offered)
    if version is None:
        return without_path(number, one, why)
    return plan_one(number, one, version, on, habits, before)


def store(session: Session, planned: Iterable[Planned], *, now: datetime) -> int:
    """Store the paths that are newer than what is there; says how many were. Inside a write transaction.

    Whoever's input changed after it was read gets another job where none waits: the change may have found the very job
    waiting that was begun before the change was committed.
    """
    plans = {plan.person_id: plan for plan in planned}
    if not plans:
        return 0
    behind = session.execute(
        select(Planning.person_id, Planning.planned, Planning.wanted)
        .where(Planning.person_id.in_(plans))
        .order_by(Planning.person_id)
        .with_for_update()
    ).all()
    fresh = [plans[number] for number, done, _ in behind if done < plans[number].seen]
    overtaken = _overtaken(session, fresh)
    fresh = [plan for plan in fresh if plan.person_id not in overtaken]
    followed = {number: done for number, done, _ in behind} | {plan.person_id: plan.seen for plan in fresh}
    still = [number for number, _, wanted in behind if followed[number] < wanted]
    replanning.ask(session, replanning.without_job(session, still, "waiting"), now=now)
    if not fresh:
        return 0
    session.connection().execute(
        update(Planning)
        .where(Planning.person_id == bindparam("person"))
        .values(planned=bindparam("seen"), why_none=bindparam("why"), look_again_on=bindparam("again")),
        [
            {"person": plan.person_id, "seen": plan.seen, "why": plan.why_none, "again": plan.look_again_on}
            for plan in fresh
        ],
    )
    gone = [plan.person_id for plan in fresh if plan.why_none is not None]
    if gone:
        session.execute(delete(Path).where(Path.person_id.in_(gone)))
    rows = [{**plan.row, "stored_at": now, "revision": 1} for plan in fresh if plan.row is not None]
    if rows:
        _upsert(session, rows)
    told = [_foretold(plan) for plan in fresh if plan.row is not None or plan.why_none is not None]
    record_forecasts(session, told, on=calendar.today(session, now=now))
    return len(rows)


def _foretold(plan: Planned) -> Foretold:
    row = plan.row or {"status": "", "likely": {}}
    return Foretold(person_id=plan.person_id, roles=plan.roles, status=row["status"], likely=row["likely"])


def _overtaken(session: Session, plans: Sequence[Planned]) -> frozenset[int]:
    """Whose plan writes no path because the stored one was the same, and is not any more."""
    same = {plan.person_id: plan.stamp for plan in plans if plan.row is None and plan.why_none is None}
    if not same:
        return frozenset()
    stored = session.execute(select(Path.person_id, Path.input_digest).where(Path.person_id.in_(same)))
    still = {number for number, stamp in stored if stamp == same[number]}
    return frozenset(same.keys() - still)


def replan_now(session: Session, people: Collection[int], *, now: datetime, patient: bool = False) -> int:
    """Plan and store in the present write transaction: for what a person does themselves, and for seeding.

    Without `patient` whoever wants the earliest date is left to their job, which was asked for when the input changed:
    that search may take seconds, and nobody waits for it in a request.
    """
    session.flush()  # planning reads what was just written
    if not patient:
        quick = select(StudyPlan.person_id).where(StudyPlan.person_id.in_(people), StudyPlan.minimise != "date")
        people = session.scalars(quick).all()
    return store(session, prepare_replan(session, people, now=now), now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A path as a page shows it: the stored row with its document, or why there is none; and whether it is behind."""

    person_id: int
    path: Path | None
    document: dict[str, Any] | None
    why_none: str | None
    behind: bool


def show(session: Session, actor: Actor, person_id: int) -> Shown:
    """The stored path of a person. Raises Denied unless it is one's own or somebody's in one's line."""
    team = session.execute(select(Person.id, Person.team_id).where(Person.id == person_id)).one_or_none()
    require(actor, Permission.PATH_READ, About(person_id=person_id, team_id=team.team_id if team else None))
    planning = session.get(Planning, person_id)
    path = session.get(Path, person_id)
    return Shown(
        person_id=person_id,
        path=path,
        document=json.loads(path.document) if path else None,
        why_none=planning.why_none if planning else "no-target",
        behind=planning is not None and planning.planned < planning.wanted,
    )


def version_for(session: Session, one: Snapshot, offered: Sequence[Published]) -> tuple[Published | None, str | None]:
    """The version that a path to the person's targets is planned over, or why there is none."""
    if not one.person.targets:
        return None, "no-target"
    if (found := curricula.counting(session, one, offered)) is not None:
        return found, None
    return None, "unknown-role" if one.curriculum_id is None else "not-published"


def _upsert(session: Session, rows: list[dict[str, Any]]) -> None:
    insert = insert_into(session, Path)
    changed = {name: insert.excluded[name] for name in rows[0] if name not in {"person_id", "revision"}}
    # Of so many columns the unit of work would look at each value once more; the connection writes them as they are.
    session.connection().execute(
        insert.on_conflict_do_update(index_elements=["person_id"], set_={**changed, "revision": Path.revision + 1}),
        rows,
    )
