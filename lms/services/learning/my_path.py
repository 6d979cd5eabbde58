"""Everything that my path shows, in a handful of queries: the stored path and what happened around it. Nothing is planned.

A page view reads what was planned when the input changed; it never plans. What is asked of the database does not grow
with the path.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, aliased, defer

from lms.services import curricula
from lms.services.access import About, Actor, Permission, require
from lms.services.curricula import Published
from lms.services.learning import seats
from lms.services.learning.around import NOTHING, Asked, Begun, around
from lms.services.rules import standing
from lms.services.rules.standing import SetBy
from lms.storage.curricula import Curriculum, CurriculumVersion
from lms.storage.paths import Path, Planning
from lms.storage.people import Contact, Person, StudyPlan, Team
from lms.storage.promotions import OPEN, Promotion
from lms.storage.snapshot import Pin, pins_of

_MANAGER, _BOSS, _NEWEST = aliased(Contact), aliased(Person), aliased(CurriculumVersion)
_CASE = (
    select(Promotion.id)
    .where(Promotion.person_id == bindparam("person_id"), Promotion.state.in_(OPEN))
    .order_by(Promotion.id.desc())
    .limit(1)
    .scalar_subquery()
)
_SHOWN = standing.beside(
    select(
        Person.team_id,
        Contact.name,
        Team.name.label("team"),
        _MANAGER.name.label("manager"),
        StudyPlan,
        Path,
        Planning.why_none,
        (Planning.planned < Planning.wanted).label("behind"),
        CurriculumVersion.curriculum_id,
        CurriculumVersion.number,
        CurriculumVersion.digest,
        _NEWEST.id.label("newest_id"),
        _NEWEST.number.label("newest"),
        *standing.COLUMNS,
        _CASE.label("promotion"),
    )
    .outerjoin(Contact, Contact.person_id == Person.id)
    .outerjoin(Team, Team.id == Person.team_id)
    .outerjoin(_BOSS, (_BOSS.id == Team.manager_id) & (_BOSS.id != Person.id) & (_BOSS.state == "active"))
    .outerjoin(_MANAGER, _MANAGER.person_id == _BOSS.id)
    .outerjoin(StudyPlan, StudyPlan.person_id == Person.id)
    .outerjoin(Path, Path.person_id == Person.id)
    .outerjoin(Planning, Planning.person_id == Person.id)
    .outerjoin(CurriculumVersion, CurriculumVersion.id == Path.version_id)
    .outerjoin(Curriculum, Curriculum.id == CurriculumVersion.curriculum_id)
    .outerjoin(_NEWEST, _NEWEST.id == Curriculum.published_id)
    .where(Person.id == bindparam("person_id"))
    .options(*(defer(column, raiseload=True) for column in (Path.asked, Path.document, Path.brief)))
)
_BRIEF = _SHOWN.add_columns(func.coalesce(Path.brief, Path.document).label("document"))
_WHOLE = _SHOWN.add_columns(Path.document)


@dataclass(frozen=True, slots=True, kw_only=True)
class MyPath:
    """A person's path with all that a page shows beside it; `path`, `document` and `version` are None without one."""

    person_id: int
    name: str | None
    team: str | None
    manager: str | None
    """Who manages the person's team; None where that is they themselves, nobody, or somebody who has left."""
    plan: StudyPlan | None
    path: Path | None
    document: Mapping[str, Any] | None
    version: Published | None
    why_none: str | None
    behind: bool
    """Did something change that the path does not know yet?"""
    asked: Mapping[str, Asked]
    """The newest word asked of somebody, by course: it waits, or more was asked for."""
    begun: Mapping[str, Begun]
    """What was started, by course."""
    taken: Mapping[tuple[str, str], int]
    """How many seats are kept of the sessions on the path, by course and session."""
    pin: Pin | None = None
    """The entry by which they stay on this version of the curriculum though a newer one is published."""
    newest: int | None = None
    """The number of the version that is published."""
    set_by: SetBy | None = None
    """The rule that set the target."""
    promotion: int | None = None
    """The number of their open promotion."""


def my_path(session: Session, actor: Actor, person_id: int, *, brief: bool = False) -> MyPath:
    """The stored path of a person and what stands around it. Raises Denied unless it is one's own or of one's line.

    `brief`: with little of the later steps (`services.learning.brief`).
    """
    row: Any = session.execute(_BRIEF if brief else _WHOLE, {"person_id": person_id}).one_or_none()
    require(actor, Permission.PATH_READ, About(person_id=person_id, team_id=row.team_id if row else None))
    assert row is not None, "who may be read is there"
    path, plan = row.Path, row.StudyPlan
    document = json.loads(row.document) if path else None
    done = around(session, person_id) if path else NOTHING
    return MyPath(
        person_id=person_id,
        name=row.name,
        team=row.team,
        manager=row.manager,
        plan=plan,
        path=path,
        document=document,
        version=curricula.of_row(session, path.version_id, row.curriculum_id, row.number, row.digest) if path else None,
        why_none="no-target" if row.behind is None else row.why_none,
        behind=bool(row.behind),
        asked=done.asked,
        begun=done.begun,
        taken=seats.taken(session, sitting) if (sitting := _with_sessions(document)) else {},
        pin=_pin(session, path) if path and path.version_id != row.newest_id else None,
        newest=row.newest,
        set_by=standing.of(row, plan.targets) if plan else None,
        promotion=row.promotion,
    )


def _pin(session: Session, path: Path) -> Pin | None:
    """The entry by which somebody stayed on the version of their path on the day of the plan."""
    found = pins_of(session, [path.person_id], path.planned_on).get(path.person_id, ())
    return next((pin for pin in found if pin.version_id == path.version_id), None)


def _with_sessions(document: Mapping[str, Any] | None) -> list[str]:
    """The courses on the path that are taken in a session."""
    return [step["course"] for step in document["steps"] if step["session"]] if document else []
