"""Drill 8: twenty people approve one case at once; approval against withdrawal; approval against a gap that opens.

One winner each time: one role entry, one audit row of the effect, one mail; every other one is told that it is over.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import pytest
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.orm import Session

from lms.engine.competency import Attainment
from lms.errors import Conflict, LmsError
from lms.services import exemptions
from lms.services.access import Actor
from lms.services.promotions import deciding, opening
from lms.storage.audit import Audit
from lms.storage.curricula import Curriculum
from lms.storage.promotions import Promotion, PromotionApproval
from lms.storage.record import Exemption, RoleAssignment
from lms.storage.session import engine_options, prepare, transaction
from lms.storage.site import Site
from tests.databases import KINDS, Databases
from tests.organisation import NOW, somebody
from tests.services.promotions.stage import Stage, a_stage, effects, in_review, lose

pytestmark = pytest.mark.drill
PEOPLE, ROUNDS = 20, 3
Verb = Callable[[Session], object]


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Engine]:
    options = engine_options(databases.fresh(request.param))
    made = create_engine(options.pop("url"), **{**options, "pool_size": PEOPLE})
    prepare(made)
    with Session(made) as session, transaction(session):
        session.add(Site(set_up_at=NOW))
    yield made
    made.dispose()


def test_56_of_twenty_approvals_at_once_one_has_an_effect(engine: Engine) -> None:
    for turn in range(ROUNDS):
        with Session(engine, expire_on_commit=False) as session:
            stage = a_stage(session, curriculum=session.scalar(select(Curriculum.id)))
            people = [somebody(session, f"Admin {turn} {n}", rights=["administrator"]) for n in range(PEOPLE)]
            case = in_review(session, stage)
            session.commit()
            actors = [stage.actor(session, person) for person in people]
            answers = at_once(
                engine,
                [approving(actor, case) for actor in actors],
            )
            print(f"  {engine.dialect.name}, round {turn}: {dict(answers)}")
            session.rollback()
            session.expire_all()
            assert answers == {"done": 1, "conflict": PEOPLE - 1}
            assert effects_of(session, stage, case) == (1, 1, 1)
            assert written(session, case, "promotion.approved") == 1
            assert session.scalar(select(func.count()).where(PromotionApproval.promotion_id == case.id)) == 1


def test_57_an_approval_and_a_withdrawal_at_once_have_one_winner(engine: Engine) -> None:
    for turn in range(2 * ROUNDS):
        with Session(engine, expire_on_commit=False) as session:
            stage = a_stage(session, curriculum=session.scalar(select(Curriculum.id)))
            case = in_review(session, stage)
            session.commit()
            head, rep = stage.actor(session, stage.head), stage.actor(session, stage.rep)
            verbs: list[Verb] = [
                approving(head, case),
                withdrawing(rep, case),
            ]
            assert at_once(engine, verbs if turn % 2 else verbs[::-1]) == {"done": 1, "conflict": 1}
            session.rollback()
            session.refresh(case)
            won = case.state == "approved"
            assert effects_of(session, stage, case)[:2] == ((1, 1) if won else (0, 0))
            assert written(session, case, "promotion.approved") + written(session, case, "promotion.withdrawn") == 1


def test_57_an_approval_sees_a_gap_that_opens_or_comes_before_it(engine: Engine) -> None:
    for turn in range(2 * ROUNDS):
        with Session(engine, expire_on_commit=False) as session:
            stage = a_stage(session, curriculum=session.scalar(select(Curriculum.id)))
            lose(session, stage)
            manager, head = stage.actor(session, stage.manager), stage.actor(session, stage.head)
            spared = exemptions.grant(
                session,
                manager,
                stage.rep.id,
                Attainment("negotiating", 2),
                reason="ten years in the trade",
                first=None,
                until=None,
                now=NOW,
            )
            case = in_review(session, stage)
            session.commit()
            verbs: list[Verb] = [
                approving(head, case),
                taking_back(manager, spared),
            ]
            answers = at_once(engine, verbs if turn % 2 else verbs[::-1])
            session.rollback()
            session.refresh(case)
            gone = session.scalar(select(func.count()).where(Exemption.corrects_id == spared.id))
            assert gone == 1
            approved = written(session, case, "promotion.approved")
            assert answers == ({"done": 2} if approved else {"done": 1, "conflict": 1})
            assert (case.state == "approved", effects_of(session, stage, case)[:2]) == (
                bool(approved),
                (approved, approved),
            )
            taken = session.scalars(select(Audit.id).where(Audit.action == "exemption.ended")).all()
            effect = session.scalars(
                select(Audit.id).where(Audit.action == "promotion.approved", Audit.subject_id == case.id)
            ).all()
            assert not effect or effect[0] < taken[-1]


def approving(actor: Actor, case: Promotion) -> Verb:
    """Somebody approves."""
    return lambda session: deciding.approve(session, actor, case.id, now=NOW)


def withdrawing(actor: Actor, case: Promotion) -> Verb:
    """Somebody withdraws."""
    return lambda session: opening.withdraw(session, actor, case.id, now=NOW)


def taking_back(actor: Actor, spared: Exemption) -> Verb:
    """Somebody takes an exemption back."""
    return lambda session: exemptions.take_back(session, actor, spared.person_id, spared.id, now=NOW)


def effects_of(session: Session, stage: Stage, case: Promotion) -> tuple[int, int, int]:
    """As `effects`, with the role entries of this rep alone."""
    approved, _, mails = effects(session, stage, case)
    mine = select(func.count()).where(RoleAssignment.person_id == stage.rep.id, RoleAssignment.role == case.role)
    return approved, session.scalar(mine) or 0, mails


def written(session: Session, case: Promotion, action: str) -> int:
    """How many audit rows of this action the case has."""
    rows = select(func.count()).select_from(Audit)
    return session.scalar(rows.where(Audit.action == action, Audit.subject_id == case.id)) or 0


def at_once(engine: Engine, verbs: Sequence[Verb]) -> Counter[str]:
    """What comes of these verbs, each in a transaction and a thread of its own, begun together."""
    start = threading.Barrier(len(verbs))
    answers: Counter[str] = Counter()
    lock = threading.Lock()

    def run(verb: Verb) -> None:
        start.wait()
        answer = "done"
        with Session(engine, expire_on_commit=False) as session:
            try:
                with transaction(session):
                    verb(session)
            except Conflict:
                answer = "conflict"
            except LmsError as refused:
                answer = refused.code
        with lock:
            answers[answer] += 1

    threads = [threading.Thread(target=run, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
