"""A small company for rules: a head over two teams with a manager each, two reps, an administrator, three roles."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.services.access import SITE, Actor, Permission
from lms.services.authoring import drafts, publishing
from lms.services.entry import sessions
from lms.services.organisation import assignments
from lms.services.rules import making, reaching
from lms.services.rules.making import Terms
from lms.storage.people import Person, StudyPlan, Team
from lms.storage.rules import AssignmentRule, RuleReach
from tests.build import a_course, a_curriculum, a_role
from tests.organisation import NOW, a_team, somebody, who_holds

JUNE = date(2027, 6, 1)
ROLES = ("rep", "senior", "lead")


@dataclass(frozen=True, kw_only=True)
class Company:
    """Its people, teams and curriculum."""

    head: Person
    manager: Person
    other_manager: Person
    admin: Person
    dana: Person
    bo: Person
    top: Team
    north: Team
    south: Team
    curriculum: int

    def actor(self, session: Session, who: Person) -> Actor:
        """Somebody as they act."""
        return sessions.actor_of(session, who.id)

    def terms(self, *teams: Team, role: str = "rep", target: str = "senior", aim: date = JUNE) -> Terms:
        """The terms of a rule, by default that reps aim at the senior role by June."""
        numbers = frozenset(team.id for team in teams)
        return Terms(team_ids=numbers, curriculum_id=self.curriculum, role=role, target=target, aim=aim)

    def rule(self, session: Session, who: Person, *teams: Team, role: str = "rep", target: str = "senior") -> int:
        """The number of a new rule."""
        made = making.make(session, self.actor(session, who), self.terms(*teams, role=role, target=target), now=NOW)
        return made.id


def a_company(session: Session) -> Company:
    """Dana and Bo are reps of the north; nobody has a target."""
    courses = (a_course("c1", grants=["k:1"]), a_course("c2", grants=["k:2"]))
    document = a_curriculum(*courses, a_role("rep"), a_role("senior", "k:1"), a_role("lead", "k:2"))
    curriculum = drafts.save_draft(session, SITE, document, now=NOW)
    publishing.publish(session, SITE, curriculum, now=NOW)
    head, manager, other = (somebody(session, name, rights=()) for name in ("Head", "Ann", "Otto"))
    top = a_team(session, "Sales", manager=head)
    north, south = (a_team(session, name, parent=top, manager=who) for name, who in (("N", manager), ("S", other)))
    dana, bo = (somebody(session, name, team=north) for name in ("Dana", "Bo"))
    for who in (dana, bo):
        who_holds(session, who, "rep", curriculum, since=date(2025, 1, 1), targets=[])
    company = Company(
        head=head,
        manager=manager,
        other_manager=other,
        admin=somebody(session, "Ada", rights=["administrator"]),
        dana=dana,
        bo=bo,
        top=top,
        north=north,
        south=south,
        curriculum=curriculum,
    )
    session.commit()
    return company


def choose(session: Session, who: Person, *targets: str) -> None:
    """Somebody chooses their targets themselves."""
    actor = sessions.actor_of(session, who.id)
    assignments.set_plan(session, actor, who.id, targets, None, 400, now=NOW, permission=Permission.PLAN_OWN)


def apply_all(session: Session, people: Collection[int] | None = None) -> int:
    """Let the rules come until they have come to everybody; says to how many."""
    total = 0
    while reached := reaching.apply(session, people, now=NOW):
        total += reached
    return total


def targets(session: Session, who: Person) -> list[str]:
    """What somebody aims at."""
    return list(session.scalars(select(StudyPlan.targets).where(StudyPlan.person_id == who.id)).one())


def outcomes(session: Session, who: Person) -> dict[int, str]:
    """What came of each rule that came to somebody."""
    rows = select(RuleReach.rule_id, RuleReach.outcome).where(RuleReach.person_id == who.id)
    return dict(session.execute(rows.join(AssignmentRule).order_by(RuleReach.rule_id)).all())
