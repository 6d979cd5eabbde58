"""Why and what if agree with the engine about the stored path, speak only to who may know, and store nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.engine.curriculum import Curriculum
from lms.engine.days import Period
from lms.engine.explain import Explainer, Verdict
from lms.engine.path import Planner
from lms.engine.person import Completion
from lms.errors import Invalid, NotFound
from lms.interop.path_document import path_to_document
from lms.services import curricula, paths, replanning
from lms.services.entry import sessions
from lms.services.learning import study_plan
from lms.services.learning.asked import Asked
from lms.services.learning.study_plan import PlanChange
from lms.services.learning.what_if import suggestions, what_if
from lms.services.learning.why import beside, why, why_not
from lms.storage.paths import Path
from lms.storage.people import Person
from lms.storage.snapshot import load_people
from tests.organisation import NOW, a_published_curriculum, a_team, somebody, who_holds
from tests.services.learning.test_study_plan import FIVE
from tests.web.everything import digests

TODAY = NOW.date()


@pytest.fixture
def maya(session: Session) -> Person:
    """A development representative on the way to account executive over the shipped curriculum."""
    person = somebody(session, "Maya", team=a_team(session, manager=somebody(session, "Priya", rights=[])))
    curriculum = a_published_curriculum(session)
    who_holds(session, person, "sdr", curriculum, since=date(2026, 5, 1), targets=["account-executive"])
    replanning.input_changed(session, [person.id], now=NOW)
    session.flush()
    paths.replan_now(session, [person.id], now=NOW)
    session.commit()
    return person


def stored(session: Session) -> tuple[dict[str, Any], Curriculum]:
    path = session.scalars(select(Path).execution_options(populate_existing=True)).one()
    return json.loads(path.document), curricula.version(session, path.version_id).curriculum


def test_every_step_and_five_courses_beside_the_path_are_explained_as_the_engine_does(
    session: Session, maya: Person
) -> None:
    me = sessions.actor_of(session, maya.id)
    document, curriculum = stored(session)
    one = load_people(session, [maya.id], TODAY)[maya.id]
    explainer = Explainer(Planner(curriculum).query(one.person, TODAY))
    before = digests(session)
    for step in document["steps"]:
        told, found = explainer.why(step["course"]), why(session, me, maya.id, step["course"])
        other = found.otherwise
        assert other is not None
        assert (other.regret, other.instead, other.dropped, other.chain) == (
            told.regret, told.instead, told.dropped, told.chain,
        )  # fmt: skip
        assert other.savings == explainer.savings(of=step["course"])[:3]
        assert found.because == step["because"]
        assert found.way[0].kind == "role"
        assert found.way[-1].given_by == step["course"]
    on_it = {step["course"] for step in document["steps"]}
    others = beside(session, me, maya.id)
    assert others is not None
    assert {course.id for course in others.courses} == set(curriculum.course_by_id) - on_it
    for course in others.courses[::12]:
        assert why_not(session, me, maya.id, course.id).answer == explainer.why_not(course.id)
    with pytest.raises(NotFound):
        why(session, me, maya.id, others.courses[0].id)
    with pytest.raises(NotFound):
        why_not(session, me, maya.id, "nonsense")
    assert digests(session) == before


def test_a_path_chosen_by_its_date_names_the_days_and_explains_what_cannot_be_avoided(
    session: Session, maya: Person
) -> None:
    me = sessions.actor_of(session, maya.id)
    study_plan.use(session, me, PlanChange(minimise="date"), now=NOW)
    paths.replan_now(session, [maya.id], now=NOW, patient=True)
    document, curriculum = stored(session)
    found = [why(session, me, maya.id, step["course"]) for step in document["steps"]]
    assert any(one.otherwise is not None and one.otherwise.regret is None for one in found)
    assert any(one.otherwise is None for one in found)
    on_it = {step["course"] for step in document["steps"]}
    answers = [why_not(session, me, maya.id, course) for course in curriculum.course_by_id if course not in on_it]
    assert all((one.answer.verdict is Verdict.DEARER) <= (one.days is not None) for one in answers)
    assert any(one.days for one in answers)


def test_the_line_above_reads_why_and_nobody_else(session: Session, maya: Person) -> None:
    boss = session.scalars(select(Person.id).where(Person.id < maya.id)).one()
    course = stored(session)[0]["steps"][0]["course"]
    assert why(session, sessions.actor_of(session, boss), maya.id, course).course == course
    stranger = sessions.actor_of(session, somebody(session).id)
    for ask in (why, why_not):
        with pytest.raises(NotFound):
            ask(session, stranger, maya.id, course)
    with pytest.raises(NotFound):
        beside(session, stranger, maya.id)


def test_the_other_plan_is_what_the_engine_plans_and_nothing_is_stored(session: Session, maya: Person) -> None:
    me = sessions.actor_of(session, maya.id)
    document, curriculum = stored(session)
    person = load_people(session, [maya.id], TODAY)[maya.id].person
    sitting = next(step for step in document["steps"] if step["session"])
    known = document["steps"][0]["course"]
    before = digests(session)
    for asked, changed in (
        (Asked(weekly_hundredths=100), replace(person, weekly_hours=person.weekly_hours / 4)),
        (Asked(roles=("account-executive", "team-lead")), replace(person, targets=("account-executive", "team-lead"))),
        (Asked(known=(known,)), replace(person, completed=(Completion(course=known, on=TODAY),))),
        (
            Asked(away=Period(TODAY, TODAY + timedelta(days=30))),
            replace(person, away=(*person.away, Period(TODAY, TODAY + timedelta(days=30)))),
        ),
    ):
        found = what_if(session, me, asked, now=NOW)
        assert found.present is not None
        assert found.other is not None
        assert found.present.document == document
        path = Planner(curriculum).plan(changed, TODAY)
        assert found.other.document == path_to_document(path, document["digest"])
    missed = what_if(session, me, Asked(missed=sitting["course"]), now=NOW)
    assert missed.other is not None
    again = [step["session"] for step in missed.other.document["steps"] if step["course"] == sitting["course"]]
    assert sitting["session"] not in again
    assert missed.use is None
    assert digests(session) == before


def test_only_what_can_be_chosen_can_be_used_and_the_path_becomes_the_other_plan(
    session: Session, maya: Person
) -> None:
    me = sessions.actor_of(session, maya.id)
    nothing = what_if(session, me, Asked(weekly_hundredths=400, roles=("account-executive",)), now=NOW)
    assert (nothing.other, nothing.use, nothing.changes) == (None, None, frozenset())
    mixed = what_if(session, me, Asked(weekly_hundredths=500, known=("our-sales-process",)), now=NOW)
    assert (mixed.use, mixed.changes) == (None, frozenset({"hours", "known"}))
    found = what_if(session, me, Asked(weekly_hundredths=150, aim=date(2027, 6, 1)), now=NOW)
    assert found.use is not None
    assert found.other is not None
    assert found.difference is not None
    study_plan.use(session, me, found.use, now=NOW)
    assert stored(session)[0] == found.other.document


def test_a_path_that_is_behind_or_of_another_day_is_compared_as_it_would_be_today(
    session: Session, maya: Person
) -> None:
    me = sessions.actor_of(session, maya.id)
    later = what_if(session, me, Asked(weekly_hundredths=500), now=NOW + timedelta(days=2))
    assert later.present is not None
    assert later.present.document["on"] == (TODAY + timedelta(days=2)).isoformat()
    assert stored(session)[0]["on"] == TODAY.isoformat()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_cannot_be_asked_is_refused(session: Session, maya: Person) -> None:
    me = sessions.actor_of(session, maya.id)
    for asked in (
        Asked(weekly_hundredths=0),
        Asked(weekly_hundredths=10**30),
        Asked(roles=("nobody",)),
        Asked(minimise="effort"),
        Asked(aim=date(1, 1, 1)),
        Asked(missed="our-sales-process"),
        Asked(evidence=(("nothing-of-the-kind", 3),)),
        Asked(evidence=(("forecasting", 99),)),
        Asked(known=("nonsense",)),
        Asked(known=("our-sales-process",) * 21),
        Asked(away=Period(date(2027, 1, 2), date(2027, 1, 1))),
    ):
        with pytest.raises(Invalid):
            what_if(session, me, asked, now=NOW)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_who_has_no_target_yet_sees_the_path_to_a_role_alone(session: Session, maya: Person) -> None:
    new = somebody(session)
    me = sessions.actor_of(session, new.id)
    assert what_if(session, me, Asked(), now=NOW).present is None
    found = what_if(session, me, Asked(roles=("sdr",)), now=NOW)
    assert (found.present, found.difference) == (None, None)
    assert found.other is not None
    assert found.use == PlanChange(targets=("sdr",))
    assert beside(session, me, new.id) is None


def test_suggestions_name_more_hours_the_next_session_and_a_role_further_on() -> None:
    document = {
        "roles": ["s"],
        "steps": [
            {"course": "a", "session": None, "starts": "2026-11-23"},
            {"course": "live", "session": "live-1", "starts": "2026-12-14"},
        ],
    }
    role = replace(FIVE.role_by_id["s"], next=("gone", "r"))
    found = suggestions(document, replace(FIVE, roles=(FIVE.role_by_id["r"], role)), 250)
    assert [(one.kind, one.hundredths, one.course, one.role) for one in found] == [
        ("hours", 300, "", ""),
        ("missed", 0, "live", ""),
        ("role", 0, "", "r"),
    ]
    assert suggestions({"roles": ["r"], "steps": []}, FIVE, 16_800) == ()
