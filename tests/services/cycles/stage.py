"""A team of six under a manager, another of two, a head above both; everybody holds a role that asks for competencies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.services.access import SITE, Actor
from lms.services.authoring import drafts, publishing
from lms.services.cycles import opening, rating
from lms.services.cycles.opening import Terms
from lms.services.cycles.rating import Answer
from lms.services.entry import sessions
from lms.storage.cycles import Cycle, Sheet
from lms.storage.people import Person, Team
from tests.build import a_course, a_curriculum, a_role
from tests.organisation import a_team, somebody, who_holds

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
DAY = timedelta(days=1)
DUE = TODAY + 14 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Who there is; `reps` work in the team of `manager`, `few` in that of `second`, both below `head`."""

    curriculum: int
    top: Team
    team: Team
    head: Person
    manager: Person
    second: Person
    admin: Person
    reps: tuple[Person, ...]
    few: tuple[Person, ...]

    def actor(self, session: Session, who: Person) -> Actor:
        """The person as an actor."""
        return sessions.actor_of(session, who.id)


def a_stage(session: Session) -> Stage:
    """Managers and peers may rate `listening`; `talking` is rated by managers, not by peers. Committed."""
    value = a_curriculum(
        a_course("talk", 2, grants=["talking:2", "listening:1"]),
        a_role("seller", "talking:2", "listening:1"),
        a_role("idle"),
    )
    raters = {"listening": ("peer", "manager")}
    value = replace(
        value, competencies=tuple(replace(one, raters=raters.get(one.id, one.raters)) for one in value.competencies)
    )
    curriculum = drafts.save_draft(session, SITE, value, now=NOW)
    publishing.publish(session, SITE, curriculum, now=NOW)
    head, manager, second = (somebody(session, name, rights=[]) for name in ("Hanna", "Mona", "Sven"))
    top = a_team(session, "Sales", manager=head)
    team, other = (a_team(session, f"T{one.id}", parent=top, manager=one) for one in (manager, second))
    reps = tuple(somebody(session, f"Rep {n}", team=team) for n in range(6))
    few = tuple(somebody(session, f"Few {n}", team=other) for n in range(2))
    for one in (*reps, *few):
        who_holds(session, one, "seller", curriculum, since=date(2026, 1, 1), targets=[])
    admin = somebody(session, "Adam", rights=["administrator"])
    session.commit()
    return Stage(
        curriculum=curriculum, top=top, team=team, head=head, manager=manager, second=second, admin=admin,
        reps=reps, few=few,
    )  # fmt: skip


def terms(stage: Stage, **more: Any) -> Terms:
    """Of everybody below the head, by oneself, the manager and three colleagues, unless said otherwise."""
    return Terms(**{"title": "Autumn", "team_id": stage.top.id, "due": DUE, "peers": 3, **more})


def an_open_cycle(session: Session, stage: Stage, who: Person | None = None, **more: Any) -> Cycle:
    """Prepared and opened by the head."""
    actor = stage.actor(session, who or stage.head)
    cycle = opening.draft(session, actor, terms(stage, **more), now=NOW)
    return opening.open_(session, actor, cycle.id, now=NOW)


def sheets(session: Session, cycle: Cycle, **only: Any) -> list[Sheet]:
    """The sheets of a cycle, in the order in which they came."""
    return list(session.scalars(select(Sheet).filter_by(cycle_id=cycle.id, **only).order_by(Sheet.id)))


def fill(
    session: Session,
    sheet: Sheet,
    levels: Mapping[str, int | None],
    text: str = "",
    *,
    now: datetime = NOW,
) -> Sheet:
    """Hand a sheet in as its rater."""
    answers = {name: Answer(level=level, text=text) for name, level in levels.items()}
    return rating.submit(session, sessions.actor_of(session, sheet.rater_id), sheet.id, answers, now=now)
