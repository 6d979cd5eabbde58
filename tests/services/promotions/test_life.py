"""The life of a promotion: whatever people try in whatever order, no half state and no second effect ever comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from lms.errors import LmsError
from lms.services import ledger
from lms.services.access import SITE, Actor
from lms.services.promotions import deciding, freezing, objecting, opening
from lms.services.promotions.deciding import Terms
from lms.storage.audit import Audit
from lms.storage.promotions import (
    Promotion,
    PromotionAppeal,
    PromotionApproval,
    PromotionDecision,
    PromotionOverride,
)
from lms.storage.record import Evidence, RoleAssignment
from lms.storage.session import prepare, transaction
from lms.storage.site import Site
from tests.databases import Databases
from tests.organisation import NOW
from tests.services.promotions.stage import Stage, a_stage, lose, rate

WHO = st.sampled_from(["rep", "manager", "head", "admin", "other_admin"])
AFTER = {
    "draft": {"submitted", "withdrawn"},
    "submitted": {"in-review", "withdrawn"},
    "in-review": {"approved", "declined", "withdrawn"},
    "declined": {"approved"},
    "approved": set[str](),
    "withdrawn": set[str](),
}
"""Where a case may go from each state."""


class Life(RuleBasedStateMachine):
    """One case of a role that takes two approvers, and five people who try what they like."""

    session: Session
    stage: Stage
    seen: ClassVar[set[tuple[str, int]]] = set()
    """How lives ended: the state, and how many decisions there were."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = self.session.begin_nested()
        rep = self.stage.actor(self.session, self.stage.rep)
        self.case = opening.open_case(self.session, rep, self.stage.rep.id, "lead", now=NOW)
        self.state = "draft"

    @initialize(far=st.sampled_from(["draft", "in-review", "appealed"]))
    def begin(self, far: str) -> None:
        """Some lives are looked at from the review or the appeal on, which few would reach by chance."""
        rep, manager = (self.stage.actor(self.session, one) for one in (self.stage.rep, self.stage.manager))
        if far != "draft":
            opening.submit(self.session, rep, self.case.id, now=NOW)
            deciding.start_review(self.session, manager, self.case.id, now=NOW)
        if far == "appealed":
            deciding.decline(self.session, manager, self.case.id, "no", "more", now=NOW)
            objecting.appeal(self.session, rep, self.case.id, "why", now=NOW)
        self.state = self.case.state

    def teardown(self) -> None:
        """The next life begins as this one did."""
        decisions = self.session.scalar(select(func.count()).select_from(PromotionDecision))
        self.seen.add((self.case.state, decisions or 0))
        self.savepoint.rollback()
        self.session.expire_all()

    def attempt(self, who: str, verb: Callable[[Actor], object]) -> bool:
        """Somebody tries something: it is done, or refused and nothing of it is kept."""
        before = self.session.scalar(select(func.count()).select_from(Audit))
        actor = self.stage.actor(self.session, getattr(self.stage, who))
        try:
            with self.session.begin_nested():
                verb(actor)
        except LmsError:
            self.session.expire_all()
            assert self.session.scalar(select(func.count()).select_from(Audit)) == before
            return False
        self.session.flush()
        return True

    @rule(who=WHO)
    def submit(self, who: str) -> None:
        done = self.attempt(who, lambda actor: opening.submit(self.session, actor, self.case.id, now=NOW))
        assert not done or who == "rep"

    @rule(who=WHO)
    def review(self, who: str) -> None:
        done = self.attempt(who, lambda actor: deciding.start_review(self.session, actor, self.case.id, now=NOW))
        assert not done or who != "rep"

    @rule(who=WHO, later=st.integers(0, 9))
    def approve(self, who: str, later: int) -> None:
        starts = NOW.date().replace(day=20 + later)
        terms = Terms(starts=starts)
        done = self.attempt(who, lambda actor: deciding.approve(self.session, actor, self.case.id, terms, now=NOW))
        assert not done or (who != "rep" and self.state in {"in-review", "declined"})

    @rule(who=WHO)
    def decline(self, who: str) -> None:
        self.attempt(who, lambda actor: deciding.decline(self.session, actor, self.case.id, "no", "more", now=NOW))

    @rule(who=st.sampled_from(["rep", "manager"]))
    def withdraw(self, who: str) -> None:
        done = self.attempt(who, lambda actor: opening.withdraw(self.session, actor, self.case.id, now=NOW))
        assert not done or (who == "rep" and self.state in {"draft", "submitted", "in-review"})

    @rule(who=WHO)
    def appeal(self, who: str) -> None:
        done = self.attempt(who, lambda actor: objecting.appeal(self.session, actor, self.case.id, "why", now=NOW))
        assert not done or (who == "rep" and self.state == "declined")

    @rule(who=WHO)
    def let_pass(self, who: str) -> None:
        item = "requirement:" + "0" * 24
        if self.case.frozen:
            item = next(iter(freezing.missing(freezing.present(self.session, self.case, now=NOW))), item)
        self.attempt(who, lambda actor: deciding.override(self.session, actor, self.case.id, item, "so", now=NOW))

    @rule()
    def what_was_shown_is_taken_back(self) -> None:
        lose(self.session, self.stage)

    @rule()
    def it_is_shown_again(self) -> None:
        rate(self.session, self.stage)

    @invariant()
    def the_case_went_on_as_it_may(self) -> None:
        self.session.flush()
        assert self.case.state == self.state or self.case.state in AFTER[self.state]
        self.state = self.case.state

    @invariant()
    def decided_is_decided_and_effects_come_once(self) -> None:
        decisions = self.session.scalars(select(PromotionDecision).order_by(PromotionDecision.id)).all()
        assert len(decisions) <= 2
        assert bool(decisions) == (self.case.state in {"approved", "declined"})
        if decisions:
            assert decisions[-1].outcome == self.case.state
        roles = self.session.scalar(select(func.count()).where(RoleAssignment.role == "lead"))
        approved = [one for one in decisions if one.outcome == "approved"]
        assert roles == len(approved) == (self.case.state == "approved")
        assert all(one.role_assignment_id for one in approved)

    @invariant()
    def nobody_approved_alone_or_about_themselves(self) -> None:
        approvers = set(self.session.scalars(select(PromotionApproval.approver_id)))
        assert self.stage.rep.id not in approvers
        assert self.case.state != "approved" or len(approvers) >= 2

    @invariant()
    def an_appeal_is_open_only_while_it_is_declined(self) -> None:
        appeal = self.session.scalars(select(PromotionAppeal)).one_or_none()
        assert appeal is None or (appeal.state == "granted") == (self.case.state == "approved")
        assert appeal is None or appeal.state != "open" or self.case.state == "declined"

    @invariant()
    def nothing_missing_was_approved_unless_it_was_let_pass(self) -> None:
        if self.case.state != "approved":
            return
        passed = self.session.scalar(select(func.count()).select_from(PromotionOverride))
        data = self.session.scalars(select(Audit.data).where(Audit.action == "promotion.approved")).one()
        assert data["required"] - data["met"] <= (passed or 0)


@pytest.fixture
def own_session(databases: Databases) -> Iterator[Session]:
    """A session over one SQLite file, in which every life is a savepoint."""
    engine = create_engine(databases.fresh("sqlite"))
    prepare(engine)
    with Session(engine, expire_on_commit=False) as session:
        with transaction(session):
            session.add(Site(set_up_at=NOW))
        yield session
        session.rollback()
    engine.dispose()


def test_the_life_of_a_promotion_knows_no_half_state(own_session: Session) -> None:
    Life.session, Life.stage = own_session, a_stage(own_session, role="lead")
    assert own_session.scalar(select(func.count()).select_from(Evidence)) == 2
    ledger.note(own_session, SITE, "demo.seeded", now=NOW)
    own_session.connection()
    bounds = settings(
        max_examples=30,
        stateful_step_count=18,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Life, settings=bounds)
    assert own_session.scalar(select(func.count()).select_from(Promotion)) == 0
    assert {state for state, _ in Life.seen} >= {"approved", "declined"}
