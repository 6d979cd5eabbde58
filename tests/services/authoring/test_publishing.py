"""Publishing: refused while an error stands, unless a reason is given; frozen; undone by publishing an old version as new."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.engine.curriculum import Course, CurriculumTest, Role
from lms.engine.path import Planner
from lms.errors import Conflict, Invalid, NotFound
from lms.services import curricula, paths, replanning
from lms.services.access import SITE
from lms.services.authoring import drafts, publishing
from lms.services.learning.plan_one import Planned, plan_one
from lms.storage.audit import Audit
from lms.storage.curricula import CurriculumVersion, DraftEdit
from lms.storage.jobs import Job
from lms.storage.paths import Path, Planning
from lms.storage.people import Person
from lms.storage.session import db, transaction
from tests.build import a_course, a_curriculum, a_person, a_role
from tests.organisation import NOW, somebody, who_holds

PARTS = (a_course("talk", 2, grants=["k:2"]), a_role("closer", "k:2"))


def draft(session: Session, *parts: Course | Role, **more: Any) -> int:
    return drafts.save_draft(session, SITE, a_curriculum(*parts, **more), now=NOW)


@pytest.fixture
def curriculum(session: Session) -> int:
    number = draft(session, *PARTS)
    publishing.publish(session, SITE, number, note="first", now=NOW)
    return number


def published(session: Session) -> CurriculumVersion:
    entry = session.scalars(
        select(Audit).where(Audit.action == "curriculum.published").order_by(Audit.id.desc())
    ).first()
    found = session.scalars(select(CurriculumVersion).order_by(CurriculumVersion.number.desc())).first()
    assert entry is not None
    assert found is not None
    assert (entry.data["version"], entry.data["digest"]) == (found.number, found.digest)
    return found


IMPOSSIBLE = CurriculumTest(
    title="No time at all", person=a_person(targets=("closer",)), roles=("closer",), status="ready", on=None
)


def test_50_an_error_or_a_failed_test_stands_in_the_way_unless_a_reason_is_given(
    session: Session, curriculum: int
) -> None:
    for broken in (draft(session, PARTS[0], a_role("closer", "k:3")), draft(session, *PARTS, tests=(IMPOSSIBLE,))):
        for why in ("", "   ", "oh", "x" * 2001):
            with pytest.raises(Invalid):
                publishing.publish(session, SITE, broken, override=why, now=NOW)
        assert published(session).number == 1
    frozen = publishing.publish(session, SITE, curriculum, override=" The course comes  next week. ", now=NOW)
    assert (frozen.number, frozen.override) == (2, "The course comes next week.")
    entry = session.scalars(select(Audit).where(Audit.action == "curriculum.published")).all()[-1]
    assert entry.data["override"].startswith("sha256:")
    assert "next week" not in str(entry.data)


def test_a_reason_that_was_not_needed_is_not_kept(session: Session, curriculum: int) -> None:
    draft(session, *PARTS, a_role("other"))
    assert publishing.publish(session, SITE, curriculum, override="just in case", now=NOW).override is None


def test_47_a_draft_that_somebody_changed_since_it_was_looked_at_is_not_published(
    session: Session, curriculum: int
) -> None:
    draft(session, *PARTS, a_role("other"))
    seen = drafts.open_draft(session, SITE, curriculum).digest
    draft(session, *PARTS, a_role("another"))
    with pytest.raises(Conflict):
        publishing.publish(session, SITE, curriculum, seen=seen, now=NOW)
    again = drafts.open_draft(session, SITE, curriculum).digest
    assert publishing.publish(session, SITE, curriculum, seen=again, now=NOW).number == 2
    with pytest.raises(Conflict):
        publishing.publish(session, SITE, curriculum, seen=again, now=NOW)


def test_the_edits_of_a_draft_go_when_it_is_published(session: Session, curriculum: int) -> None:
    draft(session, *PARTS, a_role("other"))
    assert session.scalars(select(DraftEdit)).all()
    publishing.publish(session, SITE, curriculum, now=NOW)
    assert not session.scalars(select(DraftEdit)).all()
    with pytest.raises(Conflict):
        drafts.undo(session, SITE, curriculum, now=NOW)


def test_an_old_version_comes_back_as_a_new_one_that_says_so(session: Session, curriculum: int) -> None:
    first = published(session).digest
    draft(session, replace(PARTS[0], hours=900), PARTS[1])
    publishing.publish(session, SITE, curriculum, now=NOW)
    publishing.bring_back(session, SITE, curriculum, 1, now=NOW)
    back = publishing.publish(session, SITE, curriculum, now=NOW)
    assert (back.number, back.digest, back.restores) == (3, first, 1)
    with pytest.raises(NotFound):
        publishing.bring_back(session, SITE, curriculum, 4, now=NOW)


def test_48_of_two_trainers_who_publish_at_once_while_a_third_edits_one_does_and_no_version_is_another_s(
    app: Flask, session: Session, curriculum: int
) -> None:
    draft(session, *PARTS, a_role("other"))
    session.commit()
    seen = drafts.open_draft(session, SITE, curriculum).digest
    begin, said = threading.Barrier(3), []

    def act(do: Callable[[Session], object]) -> None:
        with app.app_context(), Session(db.engine) as own:
            begin.wait(30)
            try:
                with transaction(own):
                    do(own)
                said.append("done")
            except Conflict:
                said.append("refused")

    def publish(own: Session) -> None:
        publishing.publish(own, SITE, curriculum, seen=seen, now=NOW)

    third = threading.Thread(target=act, args=(lambda own: draft(own, *PARTS, a_role("third")),))
    threads = [third, *(threading.Thread(target=act, args=(publish,)) for _ in range(2))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    session.rollback()
    versions = session.scalars(select(CurriculumVersion).order_by(CurriculumVersion.number)).all()
    assert len(said) == len(threads)
    assert (len(versions), versions[-1].digest) in {(2, seen), (1, versions[0].digest)}
    assert said.count("refused") == 3 - len(versions)
    assert curricula.published(session)[0].version_id == versions[-1].id


def test_59_a_publish_amid_planning_leaves_every_path_of_one_version_and_the_stale_ones_asked_for_again(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = draft(session, *PARTS, a_role("starter"))
    publishing.publish(session, SITE, number, now=NOW)
    people = [somebody(session).id for _ in range(6)]
    for person in people:
        who_holds(session, session.get_one(Person, person), "starter", number, since=NOW.date(), targets=["closer"])
    replanning.input_changed(session, people, now=NOW)
    session.commit()
    planned_so_far = iter(range(len(people)))

    def amid(*given: Any, **named: Any) -> Planned:
        if next(planned_so_far) == 3:  # a publish that is over before the last three are planned
            with Session(session.get_bind()) as other:
                draft(other, a_course("brief", 1, grants=["k:2"]), PARTS[1], a_role("starter"))
                publishing.publish(other, SITE, number, now=NOW)
                other.commit()
        return plan_one(*given, **named)

    monkeypatch.setattr(paths, "plan_one", amid)
    planned = paths.prepare_replan(session, people[:3], now=NOW)
    planned += paths.prepare_replan(session, people[3:], now=NOW)
    session.rollback()
    paths.store(session, planned, now=NOW)
    session.commit()
    consistent(session, number)
    stale = session.scalars(select(Planning.person_id).where(Planning.planned < Planning.wanted)).all()
    assert sorted(stale) == people
    waiting = session.scalars(select(Job.args).where(Job.kind == "paths.replan", Job.state == "waiting")).all()
    assert {person for args in waiting for person in args["people"]} == set(people)
    monkeypatch.undo()
    paths.replan_now(session, people, now=NOW)
    assert consistent(session, number) == {2}


def consistent(session: Session, curriculum: int) -> set[int]:
    """The versions that stored paths name; each path is that of its version and of no other."""
    named = set()
    for path in session.scalars(select(Path).execution_options(populate_existing=True)):
        version = curricula.version(session, path.version_id)
        document = json.loads(path.document)
        assert version.curriculum_id == curriculum
        assert document["digest"] == version.digest == json.loads(path.asked)["version"]
        assert {step["course"] for step in document["steps"]} <= version.curriculum.course_by_id.keys()
        again = Planner(version.curriculum).plan(a_person(targets=("closer",)), path.planned_on)
        assert (again.hours, again.ready_on) == (path.hours_left, path.ready_on)
        named.add(version.number)
    return named
