"""What an adversary tried on data, jobs and planning: each test is a way in which something was lost or wrong once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.jobs import replan, worker
from lms.jobs.handlers import HANDLERS
from lms.jobs.work import Effect, Work
from lms.services import curricula, paths, replanning
from lms.services.access import SITE
from lms.services.authoring import drafts, publishing
from lms.storage.paths import Path, Planning
from lms.storage.people import Person, StudyPlan
from tests.organisation import NOW, a_published_curriculum, somebody, who_holds


def an_sdr(session: Session, curriculum_id: int) -> Person:
    person = somebody(session)
    who_holds(session, person, "sdr", curriculum_id, since=date(2026, 1, 5), targets=["account-executive"])
    return person


def planning_of(session: Session, person: Person) -> Planning:
    session.rollback()
    return session.get_one(Planning, person.id, populate_existing=True)


def test_a_change_made_while_the_waiting_job_is_done_is_planned_too(app: Flask, session: Session) -> None:
    if session.get_bind().dialect.name == "sqlite":
        pytest.skip("SQLite lets one writer in at a time")
    person = an_sdr(session, a_published_curriculum(session))
    session.commit()
    worker.run(app, once=True)
    replanning.input_changed(session, [person.id], now=NOW)
    session.commit()
    replanning.input_changed(session, [person.id], now=NOW)  # finds the job waiting, so it asks for none

    def slowly(own: Session, work: Work, now: datetime) -> Effect:
        effect = replan.prepare(own, work, now)
        session.commit()
        return effect

    worker.run(app, once=True, handlers={**HANDLERS, "paths.replan": slowly})
    planning = planning_of(session, person)
    assert planning.planned == planning.wanted


def test_an_input_that_went_and_came_back_leaves_the_path_of_what_it_is_now(session: Session) -> None:
    person = an_sdr(session, a_published_curriculum(session))
    replanning.input_changed(session, [person.id], now=NOW)
    paths.replan_now(session, [person.id], now=NOW)
    first = session.get_one(Path, person.id).input_digest
    plan = session.get_one(StudyPlan, person.id)
    plan.weekly_hundredths = 600
    replanning.input_changed(session, [person.id], now=NOW)
    there = paths.prepare_replan(session, [person.id], now=NOW)
    plan.weekly_hundredths = 400
    replanning.input_changed(session, [person.id], now=NOW)
    back = paths.prepare_replan(session, [person.id], now=NOW)
    paths.store(session, there, now=NOW)
    paths.store(session, back, now=NOW)
    paths.replan_now(session, [person.id], now=NOW)
    planning = session.get_one(Planning, person.id, populate_existing=True)
    assert planning.planned == planning.wanted
    assert session.get_one(Path, person.id, populate_existing=True).input_digest == first


def test_who_has_a_target_and_no_role_is_planned_again_by_a_publish(session: Session) -> None:
    curriculum = a_published_curriculum(session)
    person = somebody(session)
    session.get_one(StudyPlan, person.id).targets = ["account-executive"]
    replanning.input_changed(session, [person.id], now=NOW)
    paths.replan_now(session, [person.id], now=NOW)
    before = session.get_one(Planning, person.id, populate_existing=True).wanted
    assert session.get_one(Path, person.id) is not None
    value = curricula.published(session)[0].curriculum
    drafts.save_draft(session, SITE, replace(value, title="Another"), now=NOW)
    publishing.publish(session, SITE, curriculum, now=NOW)
    assert session.get_one(Planning, person.id, populate_existing=True).wanted == before + 1


def test_whose_target_belongs_to_a_role_that_begins_later_is_planned_on_that_day(session: Session) -> None:
    person = an_sdr(session, a_published_curriculum(session))
    value = curricula.published(session)[0].curriculum
    lead = replace(value.role_by_id["account-executive"], id="lead")
    other = replace(value, id="another", roles=(*value.roles, lead), tests=())
    number = drafts.save_draft(session, SITE, other, now=NOW)
    publishing.publish(session, SITE, number, now=NOW)
    begins = NOW.date() + timedelta(days=3)
    who_holds(session, person, "sdr", number, since=begins, targets=["lead"])
    replanning.input_changed(session, [person.id], now=NOW)
    paths.replan_now(session, [person.id], now=NOW)
    assert session.get(Path, person.id) is None
    assert replanning.due_for_another_look(session, begins) == [person.id]
    replanning.input_changed(session, [person.id], now=NOW)
    paths.replan_now(session, [person.id], now=NOW + timedelta(days=3))
    assert session.get(Path, person.id) is not None
