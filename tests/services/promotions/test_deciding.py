"""Who decides about a promotion, on what, and what an approval does."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import Conflict, Invalid, NotFound, NotPermitted
from lms.services import ledger
from lms.services.access import SITE
from lms.services.organisation import erasing, leaving
from lms.services.organisation.leaving import Handover
from lms.services.promotions import deciders, deciding, freezing, objecting, opening
from lms.services.promotions.deciding import Terms
from lms.services.running import chain
from lms.storage.audit import Audit
from lms.storage.people import Person, PersonalText, StudyPlan
from lms.storage.promotions import Promotion, PromotionApproval, PromotionCondition, PromotionDecision
from lms.storage.record import Attestation, Evidence, RoleAssignment
from tests.organisation import NOW
from tests.services.promotions.stage import (
    LATER,
    TODAY,
    WORD,
    Stage,
    a_stage,
    approve,
    effects,
    in_review,
    lose,
    rate,
)

ONE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def stage(session: Session) -> Stage:
    return a_stage(session)


def test_an_approval_assigns_the_role_from_its_day_moves_the_target_on_and_tells_everybody(
    session: Session, stage: Stage
) -> None:
    case = in_review(session, stage)
    approve(session, stage, stage.head, case, Terms(starts=date(2026, 12, 1)))
    assert (case.state, effects(session, stage, case)) == ("approved", (1, 1, 1))
    held = session.scalars(select(RoleAssignment).order_by(RoleAssignment.starts)).all()
    assert [(row.role, row.starts) for row in held] == [("seller", date(2026, 1, 1)), ("closer", date(2026, 12, 1))]
    decision = session.scalars(select(PromotionDecision)).one()
    assert decision.role_assignment_id == held[-1].id
    assert session.get_one(StudyPlan, stage.rep.id).targets == []
    actions = session.scalars(select(Audit.action).where(Audit.subject_kind == "promotion").order_by(Audit.id)).all()
    assert actions == [f"promotion.{one}" for one in ("opened", "submitted", "review_started", "approved")]
    chain.seal(session, now=NOW)
    assert isinstance(chain.verify(session), chain.Verified)


@ONE
def test_a_case_freezes_what_counted_at_its_submission_and_keeps_saying_so(session: Session, stage: Stage) -> None:
    case = in_review(session, stage)
    frozen = freezing.frozen(case)
    assert frozen is not None
    assert (frozen["met"], frozen["required"], frozen["curriculum"]["version"]) == (5, 5, 1)
    rated = {one["competency"]: (one["rater"], one["source"]) for one in frozen["entries"] if one["kind"] == "evidence"}
    assert rated["talking"] == (stage.manager.id, "assessor")
    outcome = next(one for one in frozen["gates"] if one["gate"]["kind"] == "outcome")
    assert [(one["month"], one["value"], one["source"]) for one in outcome["months"]] == [
        ("2026-10-01", "1.1", "crm"),
        ("2026-09-01", "1.1", "crm"),
    ]
    lose(session, stage)
    assert freezing.frozen(case) == frozen
    case.frozen = json.dumps({**frozen, "met": 4})
    with pytest.raises(Conflict):
        freezing.frozen(case)


@ONE
@pytest.mark.parametrize("opened_by", ["rep", "manager", "system"])
def test_there_is_one_open_case_of_a_person_and_role_whoever_opens_it(
    session: Session, stage: Stage, opened_by: str
) -> None:
    def open_one() -> int:
        if opened_by == "system":
            return opening.open_ready(session, [stage.rep.id], now=NOW)
        who = stage.actor(session, getattr(stage, opened_by))
        return opening.open_case(session, who, stage.rep.id, "closer", now=NOW).id

    first = open_one()
    assert open_one() == (0 if opened_by == "system" else first)
    assert [row.how for row in session.scalars(select(Promotion))] == [opened_by]


@ONE
def test_the_system_opens_no_case_before_everything_is_met_and_none_after_one_was_withdrawn(
    session: Session, stage: Stage
) -> None:
    lose(session, stage)
    assert opening.open_ready(session, [stage.rep.id], now=NOW) == 0
    rate(session, stage)
    assert opening.open_ready(session, [stage.rep.id], now=NOW) == 1
    case = session.scalars(select(Promotion)).one()
    opening.withdraw(session, stage.actor(session, stage.rep), case.id, now=NOW)
    assert opening.open_ready(session, [stage.rep.id], now=NOW) == 0


@ONE
@pytest.mark.parametrize("role", ["no-such-role", "seller"])
def test_nobody_is_promoted_to_a_role_that_is_not_there_or_is_theirs(session: Session, stage: Stage, role: str) -> None:
    with pytest.raises(Invalid):
        opening.open_case(session, stage.actor(session, stage.rep), stage.rep.id, role, now=NOW)


@ONE
def test_10_nobody_acts_on_their_own_case_though_they_manage_their_team(session: Session, stage: Stage) -> None:
    case = in_review(session, stage)
    case.reviewer_id, case.person_id = None, stage.manager.id
    case.opened_by = stage.manager.id
    session.flush()
    own = stage.actor(session, stage.manager)
    for verb in (
        lambda: deciding.approve(session, own, case.id, now=NOW),
        lambda: deciding.decline(session, own, case.id, "a", "b", now=NOW),
        lambda: deciding.override(session, own, case.id, "x", "y", now=NOW),
        lambda: deciding.attest(session, own, case.id, "x", None, "", now=NOW),
        lambda: deciding.start_review(session, own, case.id, now=NOW),
    ):
        with pytest.raises(NotPermitted):
            verb()
    assert effects(session, stage, case) == (0, 0, 0)


@ONE
def test_a_case_is_there_for_the_line_above_and_administrators_alone(session: Session, stage: Stage) -> None:
    case = in_review(session, stage)
    session.add(outsider := Person(state="active", created_at=NOW))
    session.flush()
    with pytest.raises(NotFound):
        approve(session, stage, outsider, case)
    approve(session, stage, stage.admin, case)
    assert case.state == "approved"


@ONE
@pytest.mark.parametrize("state", ["draft", "submitted", "withdrawn", "approved", "declined"])
def test_11_only_what_is_in_review_is_approved_and_nothing_else_is_written(
    session: Session, stage: Stage, state: str
) -> None:
    rep, head = stage.actor(session, stage.rep), stage.actor(session, stage.head)
    case = opening.open_case(session, rep, stage.rep.id, "closer", now=NOW)
    if state != "draft":
        opening.submit(session, rep, case.id, now=NOW)
    if state == "withdrawn":
        opening.withdraw(session, rep, case.id, now=NOW)
    if state in {"approved", "declined"}:
        deciding.start_review(session, stage.actor(session, stage.manager), case.id, now=NOW)
    if state == "approved":
        deciding.approve(session, head, case.id, now=NOW)
    if state == "declined":
        deciding.decline(session, head, case.id, "not yet", "another quarter", now=NOW)
    before = effects(session, stage, case)
    for who in (head, stage.actor(session, stage.admin)):
        with pytest.raises(Conflict):
            deciding.approve(session, who, case.id, now=NOW)
    assert effects(session, stage, case) == before
    assert session.scalars(select(PromotionApproval)).all() == [] or state == "approved"


@ONE
def test_two_different_people_approve_where_the_role_says_so(session: Session) -> None:
    stage = a_stage(session, role="lead")
    case = in_review(session, stage, "lead")
    approve(session, stage, stage.manager, case, Terms(starts=date(2027, 1, 1)))
    assert (case.state, deciders.next_of(session, case)) == ("in-review", (stage.head.id,))
    with pytest.raises(Conflict):
        approve(session, stage, stage.manager, case)
    approve(session, stage, stage.head, case)
    assert (case.state, effects(session, stage, case)) == ("approved", (1, 1, 1))
    assert session.scalars(select(PromotionDecision.starts)).one() == date(2027, 1, 1)


@ONE
def test_the_only_one_who_rated_is_not_the_only_one_who_approves(session: Session, stage: Stage) -> None:
    mine = select(Evidence).where(Evidence.person_id == stage.rep.id, Evidence.rater_id != stage.manager.id)
    other = session.scalars(mine).one()
    same = Evidence(
        person_id=stage.rep.id,
        competency=other.competency,
        level=2,
        shown_on=other.shown_on,
        source="manager",
        rater_id=stage.manager.id,
        corrects_id=other.id,
    )
    ledger.note(session, SITE, "import.applied", now=NOW, rows=[same])
    case = in_review(session, stage)
    approve(session, stage, stage.manager, case)
    assert (case.state, effects(session, stage, case)) == ("in-review", (0, 0, 0))
    approve(session, stage, stage.head, case)
    assert case.state == "approved"


@ONE
def test_57_what_lapsed_this_very_day_stands_in_the_way_until_it_is_let_pass_by_two(
    session: Session, stage: Stage
) -> None:
    lose(session, stage)
    rate(session, stage, until=TODAY)
    case = in_review(session, stage)
    head = stage.actor(session, stage.head)
    with pytest.raises(Conflict):
        deciding.approve(session, head, case.id, now=NOW + LATER)
    frozen = freezing.frozen(case)
    assert frozen is not None
    item = next(one for one in frozen["requirements"] if one["requirement"].get("competency") == "negotiating")
    for wrong in (item["key"], "gate:nothing"):  # it is met today, and the other is not asked for
        with pytest.raises(Invalid):
            deciding.override(session, head, case.id, wrong, "because", now=NOW)
    with pytest.raises(Invalid):
        deciding.override(session, head, case.id, item["key"], " ", now=NOW + LATER)
    deciding.override(session, head, case.id, item["key"], "renews on Monday", now=NOW + LATER)
    deciding.approve(session, head, case.id, now=NOW + LATER)
    assert case.state == "in-review"
    deciding.approve(session, stage.actor(session, stage.manager), case.id, now=NOW + LATER)
    assert (case.state, effects(session, stage, case)) == ("approved", (1, 1, 1))


@ONE
def test_an_attestation_on_the_case_is_an_entry_of_the_ledger_and_opens_its_gate(
    session: Session, stage: Stage
) -> None:
    rows = session.scalars(select(Attestation)).all()
    ledger.note(session, SITE, "import.applied", now=NOW, rows=[ledger.withdrawal(row) for row in rows])
    case = in_review(session, stage)
    frozen = freezing.frozen(case)
    assert frozen is not None
    gate = next(one["key"] for one in frozen["gates"] if one["gate"].get("title") == WORD)
    assert frozen["met"] == 4
    with pytest.raises(Conflict):
        approve(session, stage, stage.head, case)
    with pytest.raises(NotPermitted):  # an administrator is no manager of theirs
        deciding.attest(session, stage.actor(session, stage.admin), case.id, gate, None, "", now=NOW)
    with pytest.raises(Invalid):
        deciding.attest(session, stage.actor(session, stage.manager), case.id, gate, TODAY + LATER, "", now=NOW)
    row = deciding.attest(session, stage.actor(session, stage.manager), case.id, gate, None, "saw it", now=NOW)
    assert (row.attested_by, row.by, row.attested_on) == (stage.manager.id, "manager", TODAY)
    approve(session, stage, stage.head, case)
    assert case.state == "approved"


@ONE
def test_a_decline_says_why_and_what_would_change_the_answer(session: Session, stage: Stage) -> None:
    case = in_review(session, stage)
    manager = stage.actor(session, stage.manager)
    with pytest.raises(Invalid) as refused:
        deciding.decline(session, manager, case.id, " ", "", now=NOW)
    assert {problem.field for problem in refused.value.problems} == {"reasons", "change"}
    deciding.decline(session, manager, case.id, "one deal only", "three deals", now=NOW)
    session.flush()
    kept = {row.about_kind: row.text for row in session.scalars(select(PersonalText))}
    assert kept == {"promotion_reasons": "one deal only", "promotion_change": "three deals"}
    written = json.dumps([row.data for row in session.scalars(select(Audit))])
    assert "one deal only" not in written


@ONE
def test_an_appeal_goes_once_to_the_next_level_which_may_approve(session: Session, stage: Stage) -> None:
    case = in_review(session, stage)
    rep = stage.actor(session, stage.rep)
    deciding.decline(session, stage.actor(session, stage.manager), case.id, "no", "more", now=NOW)
    with pytest.raises(NotPermitted):
        objecting.appeal(session, stage.actor(session, stage.manager), case.id, "please", now=NOW)
    assert objecting.appeal(session, rep, case.id, "look at May", now=NOW).decider_id == stage.head.id
    with pytest.raises(Conflict):
        objecting.appeal(session, rep, case.id, "again", now=NOW)
    for who in (stage.manager, stage.admin):
        with pytest.raises(Conflict):
            approve(session, stage, who, case)
    approve(session, stage, stage.head, case)
    assert (case.state, effects(session, stage, case)) == ("approved", (1, 1, 2))
    assert [row.outcome for row in session.scalars(select(PromotionDecision).order_by(PromotionDecision.id))] == [
        "declined",
        "approved",
    ]


@ONE
def test_an_appeal_against_the_head_of_the_line_is_for_an_administrator_who_has_not_acted(
    session: Session, stage: Stage
) -> None:
    case = in_review(session, stage)
    deciding.decline(session, stage.actor(session, stage.head), case.id, "no", "more", now=NOW)
    assert objecting.appeal(session, stage.actor(session, stage.rep), case.id, "why", now=NOW).decider_id is None
    assert set(deciders.next_of(session, case)) == {stage.admin.id, stage.other_admin.id}
    deciding.decline(session, stage.actor(session, stage.admin), case.id, "still no", "more", now=NOW)
    assert case.state == "declined"
    with pytest.raises(Conflict):
        approve(session, stage, stage.other_admin, case)
    with pytest.raises(Conflict):
        objecting.appeal(session, stage.actor(session, stage.rep), case.id, "why", now=NOW)


@ONE
def test_an_appeal_that_comes_after_thirty_days_comes_too_late(session: Session, stage: Stage) -> None:
    case = in_review(session, stage)
    deciding.decline(session, stage.actor(session, stage.manager), case.id, "no", "more", now=NOW)
    with pytest.raises(Conflict):
        objecting.appeal(session, stage.actor(session, stage.rep), case.id, "why", now=NOW + timedelta(days=31))


@ONE
def test_only_the_person_and_whoever_opened_it_withdraw_it_and_only_before_the_decision(
    session: Session, stage: Stage
) -> None:
    case = in_review(session, stage)
    with pytest.raises(NotPermitted):
        opening.withdraw(session, stage.actor(session, stage.manager), case.id, now=NOW)
    opening.withdraw(session, stage.actor(session, stage.rep), case.id, now=NOW)
    with pytest.raises(Conflict):
        opening.withdraw(session, stage.actor(session, stage.rep), case.id, now=NOW)


@ONE
def test_an_entry_marked_as_wrong_keeps_both_texts_and_who_agrees_takes_it_back(session: Session, stage: Stage) -> None:
    case = in_review(session, stage)
    frozen = freezing.frozen(case)
    assert frozen is not None
    entry = next(one["key"] for one in frozen["entries"] if one.get("competency") == "talking")
    rep, manager = stage.actor(session, stage.rep), stage.actor(session, stage.manager)
    with pytest.raises(Invalid):
        objecting.mark_wrong(session, rep, case.id, "evidence:999999", "not mine", now=NOW)
    mark = objecting.mark_wrong(session, rep, case.id, entry, "that was another call", now=NOW)
    with pytest.raises(Conflict):
        objecting.mark_wrong(session, rep, case.id, entry, "again", now=NOW)
    with pytest.raises(NotPermitted):
        objecting.answer_mark(session, rep, case.id, mark.id, "yes", agreed=True, now=NOW)
    objecting.answer_mark(session, manager, case.id, mark.id, "so it was", agreed=True, now=NOW)
    with pytest.raises(Conflict):  # level 2 of talking is gone with it
        approve(session, stage, stage.head, case)
    assert freezing.frozen(case) == frozen
    kept = {row.about_kind: row.text for row in session.scalars(select(PersonalText))}
    assert kept == {"promotion_mark": "that was another call", "promotion_answer": "so it was"}


def test_56_a_condition_is_met_once_though_two_had_the_case_open(session: Session, stage: Stage) -> None:
    case = in_review(session, stage)
    bound = PromotionCondition(promotion_id=case.id, person_id=case.person_id, set_by=stage.head.id, due=TODAY)
    session.add(bound)
    session.commit()
    manager = stage.actor(session, stage.manager)
    session.refresh(bound)  # as the page read it
    session.commit()
    with Session(session.get_bind(), expire_on_commit=False) as other:
        deciding.condition_met(other, stage.actor(other, stage.head), case.id, bound.id, now=NOW)
        other.commit()
    with pytest.raises(Conflict):
        deciding.condition_met(session, manager, case.id, bound.id, now=NOW)
    assert bound.met_by == stage.head.id


@ONE
@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"starts": date(2030, 1, 1)}, "starts"),
        ({"condition": "coach one colleague"}, "due"),
        ({"due": date(2027, 1, 1)}, "condition"),
        ({"condition": "coach", "due": date(2026, 1, 1)}, "due"),
    ],
)
def test_terms_that_cannot_be_are_refused(session: Session, stage: Stage, terms: dict[str, Any], field: str) -> None:
    case = in_review(session, stage)
    with pytest.raises(Invalid) as refused:
        approve(session, stage, stage.head, case, Terms(**terms))
    assert [problem.field for problem in refused.value.problems] == [field]


@ONE
def test_who_leaves_takes_their_open_case_along_and_who_is_erased_its_words(session: Session, stage: Stage) -> None:
    case = in_review(session, stage)
    admin = stage.actor(session, stage.admin)
    deciding.decline(session, stage.actor(session, stage.manager), case.id, "no", "more", now=NOW)
    objecting.appeal(session, stage.actor(session, stage.rep), case.id, "why", now=NOW)
    other = opening.open_case(session, stage.actor(session, stage.rep), stage.rep.id, "lead", now=NOW)
    session.flush()
    leaving.leave(session, admin, stage.rep.id, Handover(last_day=TODAY), now=NOW)
    assert (other.state, deciders.next_of(session, case)) == ("withdrawn", ())
    with pytest.raises(Conflict):
        approve(session, stage, stage.head, case)
    erasing.erase(session, admin, stage.rep.id, str(stage.rep.id), now=NOW)
    assert session.scalars(select(PersonalText)).all() == []
