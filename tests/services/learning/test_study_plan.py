"""A person changes their own plan: only what is given changes, a moved step stays moved, and nobody else's is touched."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.engine.curriculum import Curriculum
from lms.engine.curriculum import Session as Sitting
from lms.engine.days import Period
from lms.engine.path import Planner
from lms.errors import Conflict, Invalid, NotFound, Said
from lms.interop.path_document import path_to_document
from lms.services import paths, replanning
from lms.services.access import SITE, Actor
from lms.services.authoring import drafts, publishing
from lms.services.entry import sessions
from lms.services.learning import study_plan
from lms.services.learning.own_order import Way, movable, moved
from lms.services.learning.study_plan import PlanChange
from lms.storage.audit import Audit
from lms.storage.jobs import Job
from lms.storage.paths import Path, Planning
from lms.storage.people import Away, Person, StudyPlan
from tests.build import a_course, a_curriculum, a_role, needs
from tests.organisation import NOW, somebody, who_holds
from tests.random_curricula import random_curriculum, random_person

LIVE = Sitting(
    id="live-1",
    starts=datetime(2026, 12, 14, 9, tzinfo=UTC),
    ends=datetime(2026, 12, 14, 12, tzinfo=UTC),
    seats=3,
)
FIVE = a_curriculum(
    a_course("a", 2, grants=["w:1"]),
    a_course("b", 3, grants=["x:1"]),
    a_course("c", 9, needs=needs("w:1"), grants=["y:1"]),
    a_course("live", 3, grants=["v:1"], sessions=(LIVE,)),
    a_course("d", 50, grants=["z:1"]),
    a_role("r", "w:1", "x:1", "y:1", "z:1", "v:1"),
    a_role("s", "w:1"),
)


def published(session: Session, value: Curriculum = FIVE) -> int:
    number = drafts.save_draft(session, SITE, value, now=NOW)
    publishing.publish(session, SITE, number, now=NOW)
    return number


@pytest.fixture
def dana(session: Session) -> Person:
    """Somebody on the way to r, with a path."""
    person = somebody(session, "Dana")
    who_holds(session, person, "s", published(session), since=date(2026, 1, 1), targets=["r"])
    replanning.input_changed(session, [person.id], now=NOW)
    session.flush()
    paths.replan_now(session, [person.id], now=NOW)
    return person


def acting(session: Session, person: Person) -> Actor:
    return sessions.actor_of(session, person.id)


def steps(session: Session, person: Person) -> list[str]:
    document = session.scalars(select(Path.document).where(Path.person_id == person.id)).one()
    return [step["course"] for step in json.loads(document)["steps"]]


def order_of(session: Session, person: Person) -> Sequence[str]:
    return session.get_one(StudyPlan, person.id).own_order


def test_only_what_is_given_changes_and_the_path_follows_at_once(session: Session, dana: Person) -> None:
    me, aim = acting(session, dana), date(2027, 3, 31)
    study_plan.use(session, me, PlanChange(weekly_hundredths=800, aim=aim), now=NOW)
    plan = session.get_one(StudyPlan, dana.id)
    assert (plan.targets, plan.aim, plan.weekly_hundredths, plan.minimise) == (["r"], aim, 800, "hours")
    study_plan.use(session, me, PlanChange(targets=["s"], minimise="cost"), now=NOW)
    assert (plan.targets, plan.aim, plan.weekly_hundredths, plan.minimise) == (["s"], aim, 800, "cost")
    assert steps(session, dana) == ["a"]
    study_plan.use(session, me, PlanChange(aim=None), now=NOW)
    assert plan.aim is None
    told = session.scalars(select(Audit).where(Audit.action == "plan.changed")).all()
    assert [(row.actor_id, row.subject_id) for row in told] == [(dana.id, dana.id)] * 3
    planning = session.scalars(
        select(Planning).where(Planning.person_id == dana.id).execution_options(populate_existing=True)
    ).one()
    assert planning.planned == planning.wanted


def test_the_search_for_the_earliest_date_is_left_to_the_job(session: Session, dana: Person) -> None:
    study_plan.use(session, acting(session, dana), PlanChange(targets=["s"], minimise="date"), now=NOW)
    assert steps(session, dana) == ["a", "b", "c", "live", "d"]
    planning = session.scalars(
        select(Planning).where(Planning.person_id == dana.id).execution_options(populate_existing=True)
    ).one()
    assert planning.planned < planning.wanted
    assert session.scalars(select(Job.kind).where(Job.kind == "paths.replan", Job.state == "waiting")).all()


@pytest.mark.parametrize(
    "change",
    [
        PlanChange(weekly_hundredths=0),
        PlanChange(weekly_hundredths=16_801),
        PlanChange(targets=["r", "of-another"]),
        PlanChange(targets=["r"] * 6),
        PlanChange(minimise="effort"),
        PlanChange(aim=date(1949, 12, 31)),
    ],
)
def test_a_plan_that_cannot_be_is_refused(session: Session, dana: Person, change: PlanChange) -> None:
    with pytest.raises(Invalid):
        study_plan.use(session, acting(session, dana), change, now=NOW)


def test_who_is_no_rep_has_no_plan_to_change(session: Session, dana: Person) -> None:
    trainer = somebody(session, rights=["trainer"])
    for nobody in (acting(session, trainer), SITE):
        with pytest.raises(NotFound):
            study_plan.use(session, nobody, PlanChange(weekly_hundredths=100), now=NOW)
        with pytest.raises(NotFound):
            study_plan.move(session, nobody, "d", "earlier", now=NOW)


def test_a_moved_step_stays_moved_across_replans_and_gives_way_only_to_a_prerequisite(
    session: Session, dana: Person
) -> None:
    me = acting(session, dana)
    assert steps(session, dana) == ["a", "b", "c", "live", "d"]
    study_plan.move(session, me, "b", "earlier", now=NOW)
    assert order_of(session, dana) == ["b", "a", "c", "live", "d"]
    study_plan.move(session, me, "d", "earlier", now=NOW)
    assert [course for course in steps(session, dana) if course != "live"] == ["b", "a", "d", "c"]
    paths.replan_now(session, [dana.id], now=NOW + timedelta(days=3))
    study_plan.use(session, me, PlanChange(weekly_hundredths=900), now=NOW + timedelta(days=3))
    assert [course for course in steps(session, dana) if course != "live"] == ["b", "a", "d", "c"]
    study_plan.use(session, me, PlanChange(own_order=["c", "d", "nobody-knows-it", "a", "b", "a"]), now=NOW)
    assert order_of(session, dana) == ["c", "d", "a", "b"]
    assert [course for course in steps(session, dana) if course != "live"] == ["d", "a", "c", "b"]
    study_plan.forget_order(session, me, now=NOW)
    assert (order_of(session, dana), steps(session, dana)) == ([], ["a", "b", "c", "d", "live"])


def test_a_step_that_may_not_stand_there_is_refused_with_the_reason(session: Session, dana: Person) -> None:
    me = acting(session, dana)
    study_plan.move(session, me, "b", "earlier", now=NOW)
    for course, way, reason in (
        ("c", "earlier", "It needs A first."),
        ("a", "later", "C needs it first."),
        ("live", "earlier", "its own date"),
        ("b", "earlier", "first step already"),
        ("d", "later", "last step already"),
    ):
        with pytest.raises(Conflict, match=reason):
            study_plan.move(session, me, course, way, now=NOW)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        study_plan.move(session, me, "not-on-it", "later", now=NOW)
    document = json.loads(session.scalars(select(Path.document).where(Path.person_id == dana.id)).one())
    assert movable(document, FIVE) == {
        "b": (False, True),
        "a": (True, False),
        "c": (False, True),
        "d": (True, False),
    }


def test_no_step_is_moved_while_the_path_is_behind_its_input(session: Session, dana: Person) -> None:
    replanning.input_changed(session, [dana.id], now=NOW)
    session.flush()
    session.expire_all()
    with pytest.raises(Conflict, match="being recalculated"):
        study_plan.move(session, acting(session, dana), "b", "earlier", now=NOW)


def test_days_away_are_kept_once_each_in_their_order_and_shift_the_path(session: Session, dana: Person) -> None:
    me = acting(session, dana)
    before = session.scalars(select(Path.ready_on).where(Path.person_id == dana.id)).one()
    study_plan.add_away(session, me, date(2026, 12, 1), date(2026, 12, 10), now=NOW)
    study_plan.add_away(session, me, date(2026, 11, 25), date(2026, 11, 25), now=NOW)
    study_plan.add_away(session, me, date(2026, 12, 1), date(2026, 12, 10), now=NOW)
    away = study_plan.days_away(session, me)
    assert [(row.first.day, row.last.day) for row in away] == [(25, 25), (1, 10)]
    after = session.scalars(select(Path.ready_on).where(Path.person_id == dana.id)).one()
    assert before is not None
    assert after is not None
    assert after > before
    study_plan.remove_away(session, me, away[1].id, now=NOW)
    assert len(session.scalars(select(Audit).where(Audit.action == "away.changed")).all()) == 3
    other = acting(session, somebody(session))
    with pytest.raises(NotFound):
        study_plan.remove_away(session, other, study_plan.days_away(session, me)[0].id, now=NOW)
    day = date(2026, 12, 1)
    for wrong in (
        [Period(day, date(2026, 11, 30))],
        [Period(day, date(2100, 1, 1))],
        [Period(day, day + timedelta(days=n)) for n in range(51)],
    ):
        with pytest.raises(Invalid):
            study_plan.set_away(session, me, wrong, now=NOW)
    assert len(session.scalars(select(Away).where(Away.person_id == dana.id)).all()) == 1


def test_whatever_may_be_moved_stands_there_in_the_path_planned_next() -> None:
    tried = 0
    for seed in range(150):
        rng = random.Random(seed)
        curriculum = random_curriculum(rng)
        person = random_person(rng, curriculum, NOW.date())
        planner = Planner(curriculum)
        steps = path_to_document(planner.plan(person, NOW.date()), "")["steps"]
        ways = [(step["course"], way) for step in steps if not step["renews"] for way in get_args(Way)]
        for course, way in ways:
            order = moved(steps, course, way, curriculum)
            if isinstance(order, Said):
                continue
            again = planner.plan(person, NOW.date(), own_order=order).chosen
            dated = {one.id for one in curriculum.courses if one.sessions}
            assert [one for one in again if one not in dated] == [one for one in order if one not in dated], seed
            tried += 1
    assert tried > 30
