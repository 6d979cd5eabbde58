"""A rep who has everything that the role above asks for, two managers in a line above, and administrators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.engine.curriculum import AttestationGate, MonthsInRole, OutcomeGate
from lms.services import ledger
from lms.services.access import SITE, Actor
from lms.services.authoring import drafts, publishing
from lms.services.entry import sessions
from lms.services.promotions import deciding, opening
from lms.services.promotions.deciding import PLAINLY, Terms
from lms.storage.jobs import Job
from lms.storage.people import Person
from lms.storage.promotions import Promotion, PromotionDecision
from lms.storage.record import Attestation, Evidence, Outcome, RoleAssignment
from lms.storage.snapshot import in_force
from tests.build import a_course, a_curriculum, a_role
from tests.organisation import NOW, a_team, somebody, who_holds

TODAY = NOW.date()
WORD = "Led a negotiation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Who there is; `head` stands above `manager`, who stands above `rep`."""

    curriculum: int
    rep: Person
    manager: Person
    head: Person
    admin: Person
    other_admin: Person

    def actor(self, session: Session, who: Person) -> Actor:
        """The person as an actor."""
        return sessions.actor_of(session, who.id)


def a_stage(session: Session, *, role: str = "closer", curriculum: int | None = None) -> Stage:
    """The rep aims at `role`: closer (one approver) or lead (two), which ask the same. Committed."""
    curriculum = curriculum or _a_curriculum(session)
    head, manager = somebody(session, "Hedda", rights=[]), somebody(session, "Priya")
    team = a_team(session, manager=manager, parent=a_team(session, manager=head))
    manager.team_id = team.id
    rep = somebody(session, "Dana", team=team)
    who_holds(session, rep, "seller", curriculum, since=date(2026, 1, 1), targets=[role])
    other = somebody(session, "Bo", rights=[])
    given = [
        Evidence(
            person_id=rep.id, competency=name, level=2, shown_on=date(2026, 6, 1), source="assessor", rater_id=rater.id
        )
        for name, rater in (("negotiating", other), ("talking", manager))
    ]
    months = [
        Outcome(person_id=rep.id, metric="quota", month=date(2026, n, 1), value=Decimal("1.1"), source="crm")
        for n in (9, 10)
    ]
    word = Attestation(person_id=rep.id, title=WORD, by="manager", attested_on=date(2026, 7, 1), attested_by=manager.id)
    ledger.note(session, SITE, "import.applied", now=NOW, rows=[*given, *months, word])
    admins = [somebody(session, name, rights=["administrator"]) for name in ("Ann", "Abe")]
    session.commit()
    return Stage(curriculum=curriculum, rep=rep, manager=manager, head=head, admin=admins[0], other_admin=admins[1])


def _a_curriculum(session: Session) -> int:
    gates = (
        MonthsInRole(role="seller", at_least=6),
        OutcomeGate(metric="quota", months=2, at_least=Decimal(1)),
        AttestationGate(by="manager", title=WORD),
    )
    asked = ("negotiating:2", "talking:2")
    value = a_curriculum(
        a_course("neg", 2, grants=["negotiating:2"]),
        a_course("talk", 2, grants=["talking:2"]),
        a_role("seller", next=("closer",)),
        a_role("closer", *asked, gates=gates),
        a_role("lead", *asked, gates=gates, approvers=2),
    )
    curriculum = drafts.save_draft(session, SITE, value, now=NOW)
    publishing.publish(session, SITE, curriculum, note="first", now=NOW)
    return curriculum


def in_review(session: Session, stage: Stage, role: str = "closer") -> Promotion:
    """The rep's case, submitted, its review begun by the manager."""
    rep = stage.actor(session, stage.rep)
    case = opening.open_case(session, rep, stage.rep.id, role, now=NOW)
    opening.submit(session, rep, case.id, now=NOW)
    return deciding.start_review(session, stage.actor(session, stage.manager), case.id, now=NOW)


def approve(session: Session, stage: Stage, who: Person, case: Promotion, terms: Terms = PLAINLY) -> Promotion:
    """Somebody approves, today."""
    return deciding.approve(session, stage.actor(session, who), case.id, terms, now=NOW)


def rate(session: Session, stage: Stage, *, until: date | None = None, level: int = 2) -> None:
    """Another rating of negotiating, the highest of which counts."""
    row = Evidence(
        person_id=stage.rep.id, competency="negotiating", level=level, shown_on=TODAY, until=until, source="assessor"
    )
    ledger.note(session, SITE, "import.applied", now=NOW, rows=[row])
    session.flush()


def lose(session: Session, stage: Stage, competency: str = "negotiating") -> None:
    """What the rep has shown of a competency is taken back."""
    mine = in_force(Evidence).where(Evidence.person_id == stage.rep.id, Evidence.competency == competency)
    rows = [ledger.withdrawal(row) for row in session.scalars(mine)]
    ledger.note(session, SITE, "import.applied", now=NOW, rows=rows)
    session.flush()


def effects(session: Session, stage: Stage, case: Promotion) -> tuple[int, int, int]:
    """How many approved decisions, role entries of the role, and mails to the rep about a decision there are."""
    session.flush()
    decided = select(func.count()).select_from(PromotionDecision).where(PromotionDecision.promotion_id == case.id)
    roles = select(func.count()).select_from(RoleAssignment).where(RoleAssignment.role == case.role)
    mails = [
        job
        for job in session.scalars(select(Job).where(Job.kind == "mail.send"))
        if (job.args["template"], job.args["person"]) == ("promotion-decided", stage.rep.id)
    ]
    return (
        session.scalar(decided.where(PromotionDecision.outcome == "approved")) or 0,
        session.scalar(roles) or 0,
        len(mails),
    )


LATER = timedelta(days=1)
