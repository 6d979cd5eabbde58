"""Rules come to people: once, to everybody they are for, and never over what somebody chose."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.errors import Conflict, Invalid, NotFound, NotPermitted
from lms.services.access import SITE, Permission
from lms.services.organisation import assignments, leaving, people, people_list
from lms.services.rules import making, reaching, standing
from lms.storage.audit import Audit
from lms.storage.jobs import Job
from lms.storage.people import Person, StudyPlan
from lms.storage.rules import AssignmentRule, RuleReach, RuleTeam
from tests.organisation import NOW, details_of
from tests.services.rules.company import JUNE, ROLES, Company, a_company, apply_all, choose, outcomes, targets

TODAY = NOW.date()


@pytest.fixture
def company(session: Session) -> Company:
    """The company, committed."""
    return a_company(session)


def test_who_has_no_target_gets_it_and_who_chose_one_keeps_it(session: Session, company: Company) -> None:
    choose(session, company.bo, "lead")
    rule = company.rule(session, company.manager, company.north)
    assert apply_all(session) == 2
    plan = session.get_one(StudyPlan, company.dana.id)
    assert (plan.targets, plan.aim, plan.weekly_hundredths) == (["senior"], JUNE, 400)
    assert targets(session, company.bo) == ["lead"]
    assert outcomes(session, company.dana) == {rule: "set"}
    assert outcomes(session, company.bo) == {rule: "own-choice-kept"}
    told = session.scalars(select(Audit).where(Audit.action.in_(("plan.changed", "rule.reached")))).all()
    assert [one.action for one in told if one.subject_id == company.dana.id] == ["plan.changed", "rule.reached"]
    found = standing.set_by(session, company.dana.id)
    assert found is not None
    assert (found.by.name, found.target, found.aim) == ("Ann", "senior", JUNE)
    assert standing.set_by(session, company.bo.id) is None


def test_what_somebody_undid_or_chose_again_themselves_is_theirs(session: Session, company: Company) -> None:
    company.rule(session, company.manager, company.north)
    apply_all(session)
    choose(session, company.dana)
    choose(session, company.bo, "lead")
    choose(session, company.bo, "senior")
    assert standing.set_by(session, company.bo.id) is None
    company.rule(session, company.head, company.top, target="lead")
    apply_all(session)
    assert (targets(session, company.dana), targets(session, company.bo)) == ([], ["senior"])


def test_who_comes_back_joins_moves_or_takes_the_role_is_caught(session: Session, company: Company) -> None:
    leaving.deactivate(session, SITE, company.dana.id, now=NOW)
    bo = details_of(session, company.bo)
    people.change(session, SITE, company.bo.id, _placed(bo, company.south.id), now=NOW)
    rule = company.rule(session, company.manager, company.north)
    assert apply_all(session) == 0
    session.execute(delete(Job))
    leaving.reactivate(session, SITE, company.dana.id, now=NOW)
    people.change(session, SITE, company.bo.id, _placed(bo, company.north.id), now=NOW)
    asked = session.scalars(select(Job.args).where(Job.kind == "rules.apply").order_by(Job.id)).all()
    assert asked == [{"people": [company.dana.id]}, {"people": [company.bo.id]}]
    for one in asked:
        reaching.apply(session, one["people"], now=NOW)
    assert outcomes(session, company.dana) == outcomes(session, company.bo) == {rule: "set"}


def test_who_comes_after_the_day_gets_the_target_without_it(session: Session, company: Company) -> None:
    company.rule(session, company.manager, company.north)
    later = NOW + timedelta(days=365)
    reaching.apply(session, now=later)
    plan = session.get_one(StudyPlan, company.dana.id)
    assert (plan.targets, plan.aim) == (["senior"], None)


def test_a_newer_rule_follows_on_an_older_one_and_leaves_a_date_that_somebody_chose(
    session: Session, company: Company
) -> None:
    first = company.rule(session, company.manager, company.north)
    apply_all(session)
    mine = date(2027, 3, 1)
    actor = company.actor(session, company.bo)
    assignments.set_plan(session, actor, company.bo.id, ["senior"], mine, 400, now=NOW, permission=Permission.PLAN_OWN)
    making.switch_off(session, company.actor(session, company.head), first, now=NOW)
    terms = company.terms(company.top, aim=date(2027, 9, 1))
    making.make(session, company.actor(session, company.head), terms, now=NOW)
    apply_all(session)
    aims = [session.get_one(StudyPlan, one.id).aim for one in (company.dana, company.bo)]
    assert aims == [date(2027, 9, 1), mine]


def test_nobody_rules_beyond_their_line_and_whoever_leads_all_teams_can_end_it(
    session: Session, company: Company
) -> None:
    manager, other = (company.actor(session, who) for who in (company.manager, company.other_manager))
    for verb in (making.make, making.foresee):
        with pytest.raises(NotFound):
            verb(session, manager, company.terms(company.north, company.south), now=NOW)
    with pytest.raises(Invalid) as refused:
        making.make(session, manager, company.terms(company.north, target="rep", aim=TODAY), now=NOW)
    assert {one.field for one in refused.value.problems} == {"target", "aim"}
    own = company.rule(session, company.manager, company.north)
    wide = company.rule(session, company.head, company.top)
    with pytest.raises(NotFound):
        making.switch_off(session, other, own, now=NOW)
    with pytest.raises(NotPermitted):
        making.switch_off(session, manager, wide, now=NOW)
    making.switch_off(session, company.actor(session, company.head), own, now=NOW)
    with pytest.raises(Conflict):
        making.switch_off(session, manager, own, now=NOW)


def test_what_is_foreseen_is_what_happens(session: Session, company: Company) -> None:
    choose(session, company.bo, "lead")
    seen = making.foresee(session, company.actor(session, company.manager), company.terms(company.north), now=NOW)
    assert ([one.name for one in seen.set], [one.name for one in seen.kept]) == (["Dana"], ["Bo"])
    assert session.scalar(select(RuleReach.rule_id)) is None


def _placed(details: people.Details, team: int) -> people.Details:
    return people.Details(name=details.name, mail=details.mail, number=details.number, team_id=team)


PERSON, TEAM, ROLE = st.sampled_from(["dana", "bo"]), st.sampled_from(["top", "north", "south"]), st.sampled_from(ROLES)
EVENTS = st.one_of(
    st.tuples(st.just("move"), PERSON, TEAM),
    st.tuples(st.just("hold"), PERSON, ROLE),
    st.tuples(st.just("away"), PERSON, st.none()),
    st.tuples(st.just("choose"), PERSON, st.lists(ROLE, max_size=1)),
    st.tuples(st.just("rule"), TEAM, st.sampled_from([("rep", "senior"), ("rep", "lead"), ("senior", "lead")])),
    st.tuples(st.just("off"), st.none(), st.none()),
    st.tuples(st.just("come"), st.none(), st.none()),
)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(EVENTS, min_size=2, max_size=10))
def test_whatever_happens_in_whatever_order_a_rule_comes_once_to_whom_it_is_for(
    session: Session, company: Company, events: list[tuple[str, Any, Any]]
) -> None:
    session.rollback()
    own: dict[str, list[str]] = {}
    begin, end = ("choose", "bo", ["lead"]), ("rule", "top", ("rep", "senior"))
    for place, (what, who, value) in enumerate([begin, *events, end]):
        _happen(session, company, own, what, who, value, TODAY - timedelta(days=100 - place))
    before = _state(session, company)
    ends = []
    one_by_one = ([company.dana.id], [company.bo.id])
    for order in (one_by_one, one_by_one[::-1], (None,)):
        savepoint = session.begin_nested()
        for one in order:
            apply_all(session, one)
        ends.append(_state(session, company))
        assert apply_all(session) == 0
        assert _state(session, company) == ends[-1]
        for name, (chosen, reached) in ends[-1].items():
            person: Person = getattr(company, name)
            rule = _meant(session, company, person)
            assert rule is None or rule in reached
            assert not own.get(name) or chosen == own[name]
        savepoint.rollback()
        session.expire_all()
        assert _state(session, company) == before
    assert ends[0] == ends[1] == ends[2]


def _happen(
    session: Session, company: Company, own: dict[str, list[str]], what: str, who: Any, value: Any, day: date
) -> None:
    person: Person = getattr(company, who) if what in {"move", "hold", "away", "choose"} else company.dana
    active = person.state == "active"
    match what:
        case "away" if active:
            leaving.deactivate(session, SITE, person.id, now=NOW)
        case "away":
            leaving.reactivate(session, SITE, person.id, now=NOW)
        case "move" if active:
            team: int = getattr(company, value).id
            people.change(session, SITE, person.id, _placed(details_of(session, person), team), now=NOW)
        case "hold" if active:
            assignments.assign_role(session, SITE, person.id, value, company.curriculum, day, now=NOW)
        case "choose" if active and targets(session, person) != value:
            choose(session, person, *value)
            own[who] = value
        case "rule":
            company.rule(session, company.admin, getattr(company, who), role=value[0], target=value[1])
        case "off":
            newest = select(AssignmentRule.id).where(AssignmentRule.off_at.is_(None))
            rule = session.scalar(newest.order_by(AssignmentRule.id.desc()).limit(1))
            if rule is not None:
                making.switch_off(session, company.actor(session, company.admin), rule, now=NOW)
        case "come":
            apply_all(session)


def _state(session: Session, company: Company) -> dict[str, tuple[list[str], dict[int, str]]]:
    people_ = {"dana": company.dana, "bo": company.bo}
    return {name: (targets(session, one), outcomes(session, one)) for name, one in people_.items()}


def _meant(session: Session, company: Company, person: Person) -> int | None:
    """The newest rule for somebody, found the plain way."""
    role = people_list.roles_of(session, [person.id], TODAY).get(person.id)
    above = {person.team_id, company.top.id}
    for rule in session.scalars(select(AssignmentRule).where(AssignmentRule.off_at.is_(None))).all()[::-1]:
        teams = set(session.scalars(select(RuleTeam.team_id).where(RuleTeam.rule_id == rule.id)))
        if person.state == "active" and teams & above and role and role.id == rule.role:
            return rule.id
    return None
