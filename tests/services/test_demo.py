"""The demo organisation keeps its promises: the same for the same seed and day, true to the rules, and of every kind.

What happened is looked at as values on several days; what was written, as rows on both databases.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from lms.engine.curriculum import Curriculum
from lms.engine.days import DAY
from lms.engine.path import LearningPath, Planner, Status
from lms.engine.person import Outcome
from lms.engine.price import Minimise
from lms.engine.profile import record_on
from lms.engine.requirement import holds
from lms.errors import Conflict, Invalid
from lms.interop.curriculum_file import digest, load_curriculum
from lms.interop.path_document import path_text
from lms.interop.person_file import parse_person, person_to_document
from lms.services.demo import organisation
from lms.services.demo.diary import Diary, Held, day_of
from lms.services.demo.history import history
from lms.services.demo.organisation import FEWEST, HANDED_OVER, USUAL, Duty, Organisation, Story
from lms.services.demo.seed import PARTS, Keys, is_empty, seed, what_is_there
from lms.services.demo.signins import sign_ins
from lms.services.entry import passwords
from lms.services.learning import confirmers
from lms.services.running import chain, reminders
from lms.services.shipped import starter
from lms.storage.accounts import Account
from lms.storage.audit import Audit
from lms.storage.curricula import CurriculumOwner
from lms.storage.jobs import Job
from lms.storage.paths import Path as StoredPath
from lms.storage.paths import Planning
from lms.storage.people import Contact, Person, PersonalText, RightHeld, Team
from lms.storage.record import (
    LEDGER,
    Attestation,
    Completion,
    Enrolment,
    Evidence,
    Exemption,
    RoleAssignment,
)
from lms.storage.session import prepare, transaction
from lms.storage.snapshot import in_force, load_people
from lms.storage.steps import Confirmation
from tests.databases import KINDS, Databases

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAYS = tuple(
    map(date.fromisoformat, ("2026-11-23", "2026-12-01", "2027-01-04", "2027-07-31", "2028-02-29", "2030-05-15"))
)
KEYS = Keys(password_hash="$argon2id$not-checked-here", secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")  # noqa: S106
EASY = 1_600


class Told(NamedTuple):
    """What happened by a day, and the path of everybody who aims at something."""

    organisation: Organisation
    diaries: dict[int, Diary]
    paths: dict[int, LearningPath]

    def active(self) -> Iterator[tuple[int, Diary]]:
        return ((number, diary) for number, diary in self.diaries.items() if diary.left is None)


@cache
def shipped() -> Curriculum:
    return load_curriculum(starter()).curriculum


@cache
def told(today: date, draws: int = 1, people: int = USUAL) -> Told:
    made, diaries = history(shipped(), people, draws, today)
    planner = Planner(shipped())
    aiming = {number: diary for number, diary in diaries.items() if diary.targets and diary.left is None}
    return Told(made, diaries, {n: planner.plan(d.person(str(n)), today) for n, d in aiming.items()})


@pytest.fixture(params=DAYS, ids=str)
def today(request: pytest.FixtureRequest) -> date:
    found: date = request.param
    return found


# --- what happened ---


def test_the_same_seed_and_day_give_the_same_organisation_and_another_seed_another() -> None:
    one, again = (history(shipped(), USUAL, 7, DAYS[0]) for _ in range(2))
    assert one == again
    assert told(DAYS[0], draws=8).diaries != one[1]


def test_sixty_people_work_in_six_teams_below_two_regions_and_a_head() -> None:
    made = told(DAYS[0]).organisation
    assert len(made.members) == USUAL
    assert len(made.selling) == 6
    regions = {made.units[team].parent for team in made.selling}
    assert len(regions) == 2
    assert {made.units[region or 0].parent for region in regions} == {0}
    assert all(7 <= len(made.reps[team]) <= 9 for team in made.selling)
    assert len({member.name for member in made.members}) == USUAL
    assert len({member.mail for member in made.members}) == USUAL


def test_some_are_ready_some_close_some_stuck_some_new_and_some_have_no_target(today: date) -> None:
    now = told(today)
    open_gates = {
        number: [gate for gate in path.gates if not gate.met and gate.on is None] for number, path in now.paths.items()
    }
    ready = [n for n, path in now.paths.items() if path.met == path.required]
    close = [n for n, path in now.paths.items() if path.status is Status.OPTIMAL and path.met and path.hours <= EASY]
    at_a_gate = [n for n, path in now.paths.items() if path.status is Status.READY and open_gates[n]]
    waiting = [
        n
        for n in now.paths
        if any(_is_overdue(now, n, one.course, one.since, today) for one in now.diaries[n].enrolments)
    ]
    new = [n for n, diary in now.active() if diary.targets and not (diary.ratings or diary.completions)]
    reps = now.organisation.having(Duty.REP)
    assert len(ready) >= 2
    assert len(close) >= 5
    assert len(at_a_gate) >= 4
    assert len(waiting) >= 2
    assert len(new) >= 3
    assert all(today - now.diaries[n].hired <= timedelta(days=30) for n in new)
    assert any(not now.diaries[member.number].targets for member in reps)
    assert sum(path.status is Status.BLOCKED for path in now.paths.values()) == 0


def _is_overdue(now: Told, number: int, course: str, since: date, today: date) -> bool:
    """Was it started long enough ago to be done, and is it still on the path, for want of somebody's word?"""
    diary, known = now.diaries[number], shipped().course_by_id[course]
    took = timedelta(days=known.hours / diary.weekly_hundredths * 7)
    on_path = any(step.course.id == course for step in now.paths[number].steps)
    return on_path and known.completion in {"manager", "trainer"} and since + took + timedelta(days=14) < today


def test_everybody_s_story_is_lived_as_it_is_called(today: date) -> None:
    now = told(today)
    for member in now.organisation.having(Duty.REP):
        path = now.paths.get(member.number)
        story = member.part.story if member.part else Story.UNDECIDED
        if story is Story.READY:
            assert path
            assert path.met == path.required
        if story in {Story.QUOTA, Story.WORD, Story.TIME}:
            assert path
            assert (path.status, path.required - path.met) == (Status.READY, 1)


def test_nothing_lies_in_the_future_or_before_somebody_was_hired(today: date) -> None:
    for diary in told(today).diaries.values():
        facts = [*diary.facts(), *(mistake.wrong for mistake in diary.mistakes)]
        for fact in facts:
            assert diary.hired <= day_of(fact)
            assert day_of(fact) < today or fact in diary.enrolments, fact
            if isinstance(fact, Outcome):
                assert (fact.month + 31 * DAY).replace(day=1) <= today, "the month is over"
            if diary.left and not isinstance(fact, Held):
                assert day_of(fact) <= diary.left


def test_only_the_roles_are_older_than_two_years(today: date) -> None:
    for diary in told(today).diaries.values():
        others = [fact for fact in diary.facts() if not isinstance(fact, Held)]
        assert all(day_of(fact) >= date(today.year - 2, today.month, 1) for fact in others)


def test_nobody_completes_a_course_before_what_it_requires_holds(today: date) -> None:
    for diary in told(today).diaries.values():
        person = diary.person()
        for done in diary.completions:
            record = record_on(shipped(), person, done.on)
            course = shipped().course_by_id[done.course]
            assert holds(course.requires, lambda fact, r=record, d=done.on: r.holds(fact, d)), done  # type: ignore[misc]


def test_nobody_studies_much_faster_than_their_hours_a_week() -> None:
    for diary in told(DAYS[0]).diaries.values():
        for start in (diary.hired + timedelta(days=60 + 91 * quarter) for quarter in range(12)):
            taken = [d for d in diary.completions if start <= d.on < start + timedelta(days=91)]
            hours = sum(shipped().course_by_id[d.course].hours for d in taken)
            assert hours <= diary.weekly_hundredths * 13 * 1.35 + 1_500, (diary, start)


def test_people_were_hired_and_promoted_over_time() -> None:
    now = told(DAYS[0])
    reps = [now.diaries[member.number] for member in now.organisation.having(Duty.REP)]
    assert len({(diary.hired.year, diary.hired.month) for diary in reps}) >= 12
    promoted = [d for d in reps for held in d.roles[1:] if held.role and held.starts > date(2024, 11, 23)]
    assert len(promoted) >= 10


def test_outcomes_have_seasons_luck_and_talent() -> None:
    now = told(DAYS[0])
    reps = [now.diaries[member.number] for member in now.organisation.having(Duty.REP)]
    by_month = defaultdict(list)
    for diary in reps:
        for outcome in diary.outcomes:
            by_month[outcome.month.month].append(float(outcome.value))
    mean = {month: sum(values) / len(values) for month, values in by_month.items()}
    assert mean[12] > mean[1]
    assert mean[6] > mean[8]
    assert {outcome.metric for diary in now.diaries.values() for outcome in diary.outcomes} == {
        "quota-attainment", "team-quota-attainment",
    }  # fmt: skip


def test_some_things_have_lapsed_and_some_will_soon() -> None:
    now = told(DAYS[0])
    lasts = []
    for _, diary in now.active():
        record = record_on(shipped(), diary.person(), DAYS[0])
        lasts += [entry.last for entries in record.entries.values() for entry in entries]
    assert sum(last < DAYS[0] for last in lasts) >= 5
    assert sum(DAYS[0] <= last <= DAYS[0] + timedelta(days=60) for last in lasts) >= 5


def test_thousands_have_names_and_addresses_of_their_own_and_the_fewest_are_an_organisation() -> None:
    assert len(told(DAYS[0], people=FEWEST).organisation.members) == FEWEST
    many = organisation.organisation(5_000, 1, DAYS[0])
    assert len({member.mail for member in many.members}) == 5_000
    assert len({(unit.parent, unit.name) for unit in many.units}) == len(many.units)


# --- what was written ---


@pytest.fixture(scope="module", params=KINDS)
def written(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Session]:
    """A database in which the demo was seeded."""
    engine = create_engine(databases.fresh(request.param))
    prepare(engine)
    with Session(engine, expire_on_commit=False) as session:
        ticks: list[None] = []
        with transaction(session):
            made = seed(session, KEYS, people=USUAL, now=NOW, tick=lambda: ticks.append(None))
        assert made == what_is_there(session)
        assert len(ticks) == USUAL * PARTS - 1, "the leaver has no path"
        yield session
    engine.dispose()


def counts(session: Session, table: Any) -> list[Any]:
    """The entries of a ledger table that count."""
    return list(session.scalars(in_force(table)))


def test_a_demo_is_written_into_an_empty_database_only(written: Session) -> None:
    assert not is_empty(written)
    before = what_is_there(written)
    with pytest.raises(Conflict), transaction(written):
        seed(written, KEYS, people=USUAL, now=NOW)
    assert what_is_there(written) == before


@pytest.mark.parametrize("people", [0, FEWEST - 1, 5_001])
def test_an_organisation_of_no_people_is_refused(written: Session, people: int) -> None:
    with pytest.raises(Invalid):
        seed(written, KEYS, people=people, now=NOW)


def test_the_rows_say_what_happened_and_come_from_the_demo(written: Session) -> None:
    diaries = told(NOW.date()).diaries
    facts = sum(len(diary.facts()) for diary in diaries.values())
    counting = sum(len(counts(written, table)) for table in LEDGER)
    assert counting == facts
    for table in LEDGER:
        assert set(written.scalars(select(table.origin).distinct())) <= {"demo"}


def test_everybody_s_path_is_what_planning_their_exported_document_gives(written: Session) -> None:
    planner, on = Planner(shipped()), NOW.date()
    stored = {path.person_id: path for path in written.scalars(select(StoredPath))}
    snapshots = load_people(written, stored.keys(), on)
    assert len(stored) >= 45
    for number, path in stored.items():
        exported = json.dumps(person_to_document(snapshots[number].person))
        person = parse_person(exported, shipped())
        again = planner.plan(person, on, minimise=Minimise(snapshots[number].minimise))
        assert path_text(again, digest(shipped())) == path.document


def test_nobody_waits_to_be_planned_and_no_work_is_left(written: Session) -> None:
    assert written.scalar(select(func.count()).select_from(Job)) == 0
    behind = select(func.count()).select_from(Planning).where(Planning.planned != Planning.wanted)
    assert written.scalar(behind) == 0
    assert not reminders.due(written, now=NOW, beat=lambda _done: None)


def test_what_was_corrected_is_resolved(written: Session) -> None:
    corrected = 0
    for table in LEDGER:
        rows = {row.id: row for row in written.scalars(select(table))}
        counting = {row.id for row in counts(written, table)}
        for row in rows.values():
            if row.corrects_id is not None:
                corrected += 1
                assert rows[row.corrects_id].person_id == row.person_id
                assert row.corrects_id not in counting
                assert (row.id in counting) is not row.withdraws
    assert corrected >= 3


def test_the_chain_over_what_was_written_verifies(written: Session) -> None:
    with transaction(written):
        while chain.seal(written, now=NOW):
            pass
    assert isinstance(chain.verify(written), chain.Verified)
    actions = Counter(written.scalars(select(Audit.action)))
    assert actions["demo.seeded"] == USUAL
    assert {"curriculum.published", "person.left"} <= actions.keys()


def test_evidence_has_several_sources_and_its_raters(written: Session) -> None:
    sources = Counter(row.source for row in written.scalars(in_force(Evidence)))
    assert {"self", "manager", "peer", "assessment", "assessor", "trainer"} <= sources.keys()
    managers = set(written.scalars(select(Team.manager_id)))
    leaver = written.scalars(select(Person.id).where(Person.state == "deactivated")).one()
    for row in written.scalars(in_force(Evidence).where(Evidence.source == "manager")):
        assert row.rater_id in managers | {leaver}
        assert row.rater_id != row.person_id
    for row in written.scalars(in_force(Evidence).where(Evidence.source == "self")):
        assert row.rater_id == row.person_id


def test_some_wait_for_somebody_s_word_for_weeks_and_what_was_confirmed_stands_in_the_ledger(written: Session) -> None:
    rows = written.scalars(select(Confirmation)).all()
    waiting = [row for row in rows if row.state == "waiting"]
    confirmed = [row for row in rows if row.state == "confirmed"]
    done = {row.id: row for row in written.scalars(in_force(Completion))}
    assert len(waiting) >= 2
    assert all(
        row.asked_at < NOW - timedelta(days=14) and confirmers.of_one(written, row, NOW.date()).people
        for row in waiting
    )
    assert len(confirmed) >= 100
    for row in confirmed:
        completion = done[row.completion_id or 0]
        assert (completion.person_id, completion.course, completion.completed_on) == (
            row.person_id,
            row.course,
            row.done_on,
        )
        assert row.asked_at < (row.answered_at or NOW) < NOW
    by_whom = defaultdict(list)
    for row in confirmed:
        by_whom[row.answered_by].append(((row.answered_at or NOW) - row.asked_at).days)
    usual = [sum(days) / len(days) for days in by_whom.values() if len(days) >= 10]
    assert max(usual) > 2 * min(usual), "some are quick with their word, others are not"


def test_there_are_exemptions_with_reasons_attestations_and_enrolments(written: Session) -> None:
    texts = {(one.about_kind, one.about_id) for one in written.scalars(select(PersonalText))}
    exemptions = written.scalars(in_force(Exemption)).all()
    assert exemptions
    assert all(("exemption", row.id) in texts and row.approved_by for row in exemptions)
    assert all(row.attested_by for row in written.scalars(in_force(Attestation)))
    states = Counter(row.state for row in written.scalars(in_force(Enrolment)))
    assert states["started"] >= 5
    assert states["enrolled"] >= 3
    assert any(kind == "evidence" for kind, _ in texts)


def test_the_leaver_is_out_and_the_team_is_handed_over(written: Session) -> None:
    leaver = written.scalars(select(Person).where(Person.state == "deactivated")).one()
    assert leaver.left_on == NOW.date() - HANDED_OVER
    assert written.scalar(select(Team.id).where(Team.manager_id == leaver.id)) is None
    assert written.get(StoredPath, leaver.id) is None
    last = written.scalars(
        in_force(RoleAssignment).where(RoleAssignment.person_id == leaver.id).order_by(RoleAssignment.starts.desc())
    ).first()
    assert last
    assert last.role is None
    assert written.scalar(select(func.count()).select_from(Team).where(Team.manager_id.is_(None))) == 0
    assert all(row.completed_on <= leaver.left_on for row in written.scalars(
        in_force(Completion).where(Completion.person_id == leaver.id)
    ))  # fmt: skip


def test_one_of_each_kind_can_sign_in_and_only_the_administrator_needs_a_code(written: Session) -> None:
    found = {one.kind: one for one in sign_ins(written)}
    assert list(found) == [
        "administrator", "trainer", "auditor", "head of sales", "manager of a team",
        "rep, ready", "rep, nearly there", "rep, stuck on a gate", "rep, just hired",
    ]  # fmt: skip
    assert {kind for kind, one in found.items() if one.code(NOW)} == {"administrator"}
    assert len({one.mail for one in found.values()}) == len(found)


def test_the_administrator_has_no_other_right_and_the_trainer_owns_the_curriculum(written: Session) -> None:
    administrators = written.scalars(select(RightHeld.person_id).where(RightHeld.held == "administrator")).all()
    assert len(administrators) == 1
    held = written.scalars(select(RightHeld.held).where(RightHeld.person_id == administrators[0])).all()
    assert held == ["administrator"]
    trainer = written.scalars(select(RightHeld.person_id).where(RightHeld.held == "trainer")).one()
    assert written.scalars(select(CurriculumOwner.person_id)).all() == [trainer]


def test_the_password_of_the_demo_is_one_that_everybody_could_have_chosen(written: Session) -> None:
    source = (Path(__file__).parents[2] / "lms/cli/demo.py").read_text(encoding="utf-8")
    password = source.split('PASSWORD = "', 1)[1].split('"', 1)[0]
    for contact in written.scalars(select(Contact)):
        passwords.check(password, name=contact.name, mail=contact.mail)
    assert set(written.scalars(select(Account.password_hash))) == {KEYS.password_hash}
