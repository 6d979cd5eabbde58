"""What the impact says before publishing is what is stored after it, person by person, and nothing is written by asking."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.engine.change import Touch
from lms.engine.curriculum import Curriculum
from lms.engine.insight.impact import Row, Standing, counted, demand, standing
from lms.engine.mending.findings import Place
from lms.engine.mending.withdrawal import withdraw
from lms.engine.path import Planner, Status
from lms.engine.person import Person as PersonValue
from lms.engine.requirement import CourseDone
from lms.jobs import handlers
from lms.jobs.work import Work, nothing
from lms.services import ledger, paths, replanning
from lms.services.access import SITE
from lms.services.authoring import drafts, impact, impact_job, publishing
from lms.services.authoring.impact import Impact
from lms.services.authoring.publishing import Audience
from lms.services.running.sweeping import sweep
from lms.storage.curricula import Impact as ImpactRow
from lms.storage.jobs import Job
from lms.storage.paths import Path
from lms.storage.people import StudyPlan
from lms.storage.record import Completion, Entry, Evidence, Exemption, RoleAssignment
from tests.build import a_course, a_curriculum, a_role
from tests.organisation import NOW, somebody, who_holds
from tests.random_curricula import random_curriculum, random_person
from tests.services.learning.academy import a_meeting, plan
from tests.web.everything import digests

TODAY = NOW.date()
WHY = "a made-up curriculum has errors"


def edited(rng: random.Random, before: Curriculum) -> Curriculum:
    """The curriculum after an author's day."""
    courses, roles = list(before.courses), list(before.roles)
    place = rng.randrange(len(courses))
    match rng.choice(("hours", "withdraw", "add", "requires", "role", "words")):
        case "hours":
            hours = rng.randint(25, 600)
            courses[place] = replace(courses[place], hours=hours, renewal_hours=hours)
        case "withdraw":
            return withdraw(before, Place.COURSE, courses[place].id)
        case "add":
            courses.append(replace(courses[place], id=f"new-{len(courses)}", title="New", hours=50, renewal_hours=50))
        case "requires":
            courses[place] = replace(courses[place], requires=rng.choice(courses).requires)
        case "role":
            roles[0] = replace(roles[0], requires=CourseDone(courses[place].id))
        case _:
            courses[place] = replace(courses[place], title="In other words")
    return replace(before, courses=tuple(courses), roles=tuple(roles))


def a_rep(session: Session, curriculum: int, value: PersonValue, role: str | None) -> int:
    """A person with this history, planned by nobody yet."""
    person = somebody(session)
    session.get_one(StudyPlan, person.id).targets = list(value.targets)
    session.get_one(StudyPlan, person.id).weekly_hundredths = round(value.weekly_hours * 100)
    rows: list[Entry] = [
        *(Completion(person_id=person.id, course=one.course, completed_on=one.on) for one in value.completed),
        *(
            Evidence(
                person_id=person.id, competency=one.competency, level=one.level, shown_on=one.on, until=one.until,
                source=one.source,
            )
            for one in value.evidence
        ),
        *(
            Exemption(person_id=person.id, course=one.fact.course, first=one.on, until=one.until)
            for one in value.exempt
            if isinstance(one.fact, CourseDone)
        ),
    ]  # fmt: skip
    if role:
        rows.append(RoleAssignment(person_id=person.id, role=role, curriculum_id=curriculum, starts=date(2026, 1, 1)))
    if rows:
        ledger.note(session, SITE, "test.written", now=NOW, rows=rows)
    return person.id


def worked_out(session: Session, curriculum: int) -> Impact:
    draft = drafts.open_draft(session, SITE, curriculum)
    return impact.work_out(session, draft, impact.whom(session, curriculum), now=NOW)


def stored(session: Session, people: Sequence[int]) -> dict[int, tuple[object, ...]]:
    rows = session.scalars(select(Path).where(Path.person_id.in_(people)).execution_options(populate_existing=True))
    return {one.person_id: (one.hours_left, one.ready_on, one.met, one.required, one.status) for one in rows}


def of(side: Standing | None) -> tuple[object, ...] | None:
    return None if side is None else (side.hours, side.ready_on, side.met, side.required, side.status.value)


@pytest.mark.parametrize("seed", range(6))
def test_the_impact_is_what_is_stored_after_publishing_person_by_person(session: Session, seed: int) -> None:
    rng = random.Random(seed)
    before = random_curriculum(rng, courses=9, roles=3)
    number = drafts.save_draft(session, SITE, before, now=NOW)
    publishing.publish(session, SITE, number, override=WHY, now=NOW)
    people = [
        a_rep(session, number, random_person(rng, before, TODAY), rng.choice(("r0", "r1", None))) for _ in range(12)
    ]
    replanning.input_changed(session, people, now=NOW)
    paths.replan_now(session, people, now=NOW, patient=True)
    was = stored(session, people)
    after = before
    while after == before:
        after = edited(rng, edited(rng, before))
    drafts.save_draft(session, SITE, after, now=NOW)
    session.commit()
    kept = digests(session)
    found = worked_out(session, number)
    assert digests(session) == kept
    assert {row.person: of(row.before) for row in found.rows if row.before} == was
    publishing.publish(session, SITE, number, override=WHY, now=NOW)
    paths.replan_now(session, people, now=NOW, patient=True)
    assert {row.person: of(row.after) for row in found.rows if row.after} == stored(session, people)
    assert impact.of_document(impact.as_document(found)) == found


def test_whom_a_change_cannot_touch_has_the_very_same_path_over_the_new_version() -> None:
    spared = 0
    for seed in range(150):
        rng = random.Random(seed)
        before = random_curriculum(rng, courses=10)
        old, new = Planner(before), Planner(edited(rng, before))
        touch = Touch(old.choosers, new.choosers)
        for _ in range(3):
            person = random_person(rng, before, TODAY)
            path = old.plan(person, TODAY)
            if not touch.touches(path):
                spared += 1
                assert standing(new.plan(person, TODAY)) == standing(path), seed
    assert spared > 100


def side(hours: int = 100, day: int | None = 1, met: int = 1, required: int = 2, **more: object) -> Standing:
    status = Status.BLOCKED if day is None else Status.OPTIMAL
    ready_on = None if day is None else TODAY + timedelta(days=day)
    values = {"courses": ("a",), "seats": (), "status": status, **more}
    return Standing(hours=hours, ready_on=ready_on, met=met, required=required, **values)  # type: ignore[arg-type]


def test_rows_are_counted_by_what_a_person_would_notice() -> None:
    pairs = [
        (side(), side()),
        (side(), side(50, 1)),
        (side(), side(200, 9)),
        (side(), side(courses=("b",))),
        (side(), side(day=None)),
        (side(day=None), side()),
        (side(), side(required=3)),
        (side(), side(met=2)),
        (None, side()),
        (side(), None),
    ]
    rows = [Row(person=number, before=a, after=b, stays=True) for number, (a, b) in enumerate(pairs)]
    assert [row.changed for row in rows] == [False] + [True] * 9
    assert counted(rows, "hours") == {"shorter": 1, "longer": 1, "other": 1, "found": 1, "lost": 1, "same": 5}
    assert counted(rows, "date") == {"sooner": 0, "later": 1, "found": 2, "lost": 2, "same": 5}
    assert counted(rows, "reach") == {"blocked": 2, "reachable": 2, "same": 6}
    assert counted(rows, "ready") == {"gained": 1, "lost": 0, "same": 9}
    assert counted(rows, "asked") == {"more": 1, "fewer": 0, "same": 9}


def test_who_stays_changes_nothing_and_seats_are_counted_for_those_who_get_the_version(session: Session) -> None:
    def document(session_id: str) -> Curriculum:
        held = a_course("live", 2, grants=["k:1"], sessions=(a_meeting(session_id, NOW + timedelta(days=9)),))
        return a_curriculum(held, a_role("starter"), a_role("closer", "k:1"))

    number = drafts.save_draft(session, SITE, document("may"), now=NOW)
    publishing.publish(session, SITE, number, now=NOW)
    reps = [somebody(session) for _ in range(3)]
    for rep in reps:
        who_holds(session, rep, "starter", number, since=TODAY, targets=["closer"])
    plan(session, *reps, now=NOW)
    drafts.save_draft(session, SITE, document("june"), now=NOW)
    found = worked_out(session, number)
    assert (len(found.changed()), len(found.changed(others_stay=True)), found.stay) == (3, 0, 3)
    assert demand(found.rows)[1] == {("live", "june"): 3}
    assert demand(found.rows, others_stay=True)[1] == {("live", "may"): 3}
    publishing.publish(session, SITE, number, audience=Audience(whom="newcomers", until=date(2027, 1, 1)), now=NOW)
    drafts.save_draft(session, SITE, document("july"), now=NOW)
    again = worked_out(session, number)
    assert (again.rows, again.elsewhere) == ((), 3)


def test_more_people_than_somebody_waits_for_are_worked_out_by_a_job_and_the_result_is_kept_while_it_holds(
    session: Session,
) -> None:
    number = drafts.save_draft(session, SITE, a_curriculum(a_course("a", 1), a_role("r", "a")), now=NOW)
    publishing.publish(session, SITE, number, now=NOW)
    a_rep(session, number, PersonValue(id="a", targets=("r",)), "r")
    drafts.save_draft(session, SITE, a_curriculum(a_course("a", 2), a_role("r", "a")), now=NOW)
    for _ in range(2):
        impact_job.ask(session, SITE, number, now=NOW)
    draft = drafts.open_draft(session, SITE, number)
    asked = impact_job.begun(session, draft, now=NOW)
    assert asked is not None
    assert (asked.found, asked.job.state, len(session.scalars(select(Job).where(Job.kind == impact_job.KIND)).all())) == (
        None, "waiting", 1,
    )  # fmt: skip
    work = Work(
        id=asked.job.id, kind=asked.job.kind, args=asked.job.args, token=1, attempts=1, max_attempts=8, parts=1,
        created_at=NOW,
    )  # fmt: skip
    handlers.HANDLERS[work.kind](session, work, NOW)(session)
    done = impact_job.begun(session, draft, now=NOW)
    assert done is not None
    assert done.found == worked_out(session, number)
    assert impact_job.begun(session, draft, now=NOW + timedelta(days=1)) is None
    drafts.save_draft(session, SITE, a_curriculum(a_course("a", 3), a_role("r", "a")), now=NOW)
    assert impact_job.begun(session, drafts.open_draft(session, SITE, number), now=NOW) is None
    assert handlers.HANDLERS[work.kind](session, work, NOW) is nothing
    sweep(session, now=NOW + timedelta(days=8))
    assert session.scalars(select(ImpactRow)).all() == []


def test_what_is_withdrawn_and_held_is_named_with_how_many_hold_it(session: Session) -> None:
    value = a_curriculum(a_course("old", 1, grants=["k:1"]), a_course("new", 1, grants=["m:1"]), a_role("r", "m:1"))
    number = drafts.save_draft(session, SITE, value, now=NOW)
    publishing.publish(session, SITE, number, now=NOW)
    rep = a_rep(session, number, PersonValue(id="a", targets=("r",)), "r")
    done = Completion(person_id=rep, course="old", completed_on=date(2026, 3, 1))
    ledger.note(session, SITE, "test.written", now=NOW, rows=[done])
    drafts.save_draft(session, SITE, withdraw(withdraw(value, Place.COURSE, "old"), Place.COMPETENCY, "k"), now=NOW)
    assert worked_out(session, number).gone == {("course", "old"): 1, ("competency", "k"): 1}
