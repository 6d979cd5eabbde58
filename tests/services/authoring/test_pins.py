"""Who stays on an older version: chosen when one is published, seen by the person, ended by a day or by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from lms.engine.curriculum import Course, Role
from lms.engine.mending.findings import Place
from lms.engine.mending.withdrawal import withdraw
from lms.errors import Conflict, Invalid, NotFound
from lms.services import curricula, ledger, paths, replanning
from lms.services.access import SITE
from lms.services.authoring import drafts, pins, publishing
from lms.services.authoring.publishing import Audience
from lms.services.entry import sessions
from lms.services.imports import History
from lms.services.learning import attendance, doing, levels, role_pages, steps
from lms.services.organisation import assignments
from lms.storage.audit import Audit
from lms.storage.paths import Path, Planning
from lms.storage.people import Contact, Person
from lms.storage.record import LEDGER, VersionPin
from tests.build import a_course, a_curriculum, a_role
from tests.organisation import NOW, somebody, who_holds
from tests.services.import_files import a_csv, look
from tests.services.learning.academy import an_academy, plan
from tests.web.everything import digests

TODAY = NOW.date()
UNTIL = date(2027, 11, 26)
NEWCOMERS = Audience(whom="newcomers", until=UNTIL)
OLD = (a_course("long", 6, grants=["k:2"]), a_role("starter"), a_role("closer", "k:2"))
NEW = (a_course("short", 2, grants=["k:2"]), a_role("starter"), a_role("closer", "k:2"))


def publish(session: Session, parts: Sequence[Course | Role], audience: Audience | None = None, **more: str) -> int:
    number = drafts.save_draft(session, SITE, a_curriculum(*parts), now=NOW)
    publishing.publish(session, SITE, number, audience=audience or publishing.EVERYBODY, now=NOW, **more)
    return number


@pytest.fixture
def curriculum(session: Session) -> int:
    return publish(session, OLD)


def a_rep(session: Session, curriculum: int, *, role: bool = True) -> Person:
    person = somebody(session)
    if role:
        who_holds(session, person, "starter", curriculum, since=date(2026, 1, 1), targets=["closer"])
    plan(session, person, now=NOW)
    return person


def replan(session: Session, person: Person, now: datetime = NOW) -> Path:
    replanning.input_changed(session, [person.id], now=now)
    paths.replan_now(session, [person.id], now=now)
    return session.get_one(Path, person.id, populate_existing=True)


def test_who_is_there_stays_on_the_old_version_until_the_day_and_a_newcomer_gets_the_new_one(
    session: Session, curriculum: int
) -> None:
    there, elsewhere = a_rep(session, curriculum), a_rep(session, curriculum, role=False)
    publish(session, NEW, NEWCOMERS)
    new = a_rep(session, curriculum)
    session.flush()
    assert [(one.person_id, one.until) for one in session.scalars(select(VersionPin))] == [(there.id, UNTIL)]
    assert elsewhere.id not in {one.person_id for one in session.scalars(select(VersionPin))}
    assert [replan(session, one).next_course for one in (there, new)] == ["long", "short"]
    session.commit()
    later = NOW + timedelta(days=(UNTIL - TODAY).days + 1)
    assert (session.get_one(Planning, there.id).look_again_on or date.max) <= later.date()
    moved = replan(session, there, later)
    assert moved.next_course == "short"
    assert moved.change is not None
    assert {"what": "curriculum", "version": 2, "note": ""} in moved.change["causes"]


def test_everything_about_a_person_speaks_of_the_version_on_which_they_stay(session: Session, curriculum: int) -> None:
    rep = a_rep(session, curriculum)
    publish(session, (*NEW, a_role("other")), NEWCOMERS)
    actor = sessions.actor_of(session, rep.id)
    version = levels.whose(session, actor, rep.id, now=NOW).version
    offers = role_pages.offers(session, actor, now=NOW)
    assert version is not None
    assert (version.number, [one.version.number for one in offers]) == (1, [1])
    assert steps.view(session, actor, rep.id, "long", now=NOW).version.number == 1
    with pytest.raises(NotFound):
        role_pages.page(session, actor, "other", None, now=NOW)
    assert [one.number for one in curricula.in_use(session, TODAY)] == [2, 1]
    assert [one.number for one in curricula.in_use(session, UNTIL + timedelta(days=1))] == [2]


def test_they_move_on_by_themselves_and_the_path_is_the_new_one_at_once(session: Session, curriculum: int) -> None:
    rep = a_rep(session, curriculum)
    publish(session, NEW, NEWCOMERS)
    replan(session, rep)
    actor = sessions.actor_of(session, rep.id)
    pins.move_on(session, actor, curriculum, now=NOW)
    assert session.get_one(Path, rep.id, populate_existing=True).next_course == "short"
    assert session.scalars(select(Audit).where(Audit.action == "version.left")).one().actor_id == rep.id
    with pytest.raises(Conflict):
        pins.move_on(session, actor, curriculum, now=NOW)


def test_who_stays_on_a_version_goes_on_doing_so_when_a_third_one_comes(session: Session, curriculum: int) -> None:
    first = a_rep(session, curriculum)
    publish(session, NEW, NEWCOMERS)
    second = a_rep(session, curriculum)
    publish(session, (replace(NEW[0], title="Again"), *NEW[1:]), Audience(whom="from-a-day", until=date(2026, 12, 31)))
    stays = session.execute(select(VersionPin.person_id, VersionPin.until)).all()
    assert [tuple(one) for one in stays] == [(first.id, UNTIL), (second.id, date(2026, 12, 31))]


def test_publishing_changes_nothing_in_anybody_s_ledger_but_who_stays(session: Session, curriculum: int) -> None:
    a_rep(session, curriculum)
    session.commit()
    before = digests(session)
    publish(session, NEW, NEWCOMERS, note="Shorter.")
    session.commit()
    names = {inspect(table).local_table.name for table in LEDGER} - {"version_pin"}
    assert {name: digests(session)[name] for name in names} == {name: before[name] for name in names}
    entry = session.scalars(
        select(Audit).where(Audit.action == "curriculum.published").order_by(Audit.id.desc())
    ).first()
    assert entry is not None
    assert entry.content == ledger.digest_of(session.scalars(select(VersionPin)))
    assert (entry.data["stay"], entry.data["audience"]) == (1, "newcomers")


@pytest.mark.parametrize(
    "audience",
    [
        Audience(whom="newcomers"),
        Audience(whom="everybody", until=UNTIL),
        Audience(whom="friends", until=UNTIL),
        Audience(whom="newcomers", until=TODAY - timedelta(days=1)),
        Audience(whom="newcomers", until=date(9999, 1, 1)),
    ],
)
def test_52_an_audience_that_cannot_be_is_refused(session: Session, curriculum: int, audience: Audience) -> None:
    with pytest.raises(Invalid):
        publish(session, NEW, audience)


def test_nobody_stays_on_a_version_that_never_was(session: Session) -> None:
    with pytest.raises(Invalid):
        publish(session, OLD, NEWCOMERS)


def test_who_stays_keeps_seats_aims_and_is_listed_by_the_version_they_have(session: Session) -> None:
    academy = an_academy(session, now=NOW)
    rep, newcomer = academy.actor(session, academy.rep), somebody(session)
    value = curricula.published(session)[0].curriculum
    less = withdraw(withdraw(value, Place.COURSE, "seats"), Place.ROLE, "closer")
    drafts.save_draft(session, SITE, less, now=NOW)
    publishing.publish(session, SITE, academy.curriculum, audience=NEWCOMERS, now=NOW)
    doing.start(session, rep, "seats", session_id="seats-1", now=NOW)
    listed = attendance.sessions(session, academy.actor(session, academy.trainer), now=NOW)
    assert sorted(one.session.id for one in listed) == ["workshop-1", "workshop-past"]
    assert {one.version.number for one in listed} == {2}
    assignments.set_plan(session, SITE, academy.rep.id, ["closer"], date(2027, 6, 1), 400, now=NOW)
    with pytest.raises(Invalid):
        assignments.set_plan(session, SITE, newcomer.id, ["closer"], None, 400, now=NOW)
    assert assignments.assign_role(session, SITE, academy.rep.id, "closer", academy.curriculum, TODAY, now=NOW)
    with pytest.raises(Invalid):
        assignments.assign_role(session, SITE, newcomer.id, "closer", academy.curriculum, TODAY, now=NOW)


def test_who_stays_without_a_path_is_told_so_too_and_nobody_else_may_ask(session: Session, curriculum: int) -> None:
    rep, stranger = a_rep(session, curriculum), somebody(session)
    publish(session, NEW, NEWCOMERS)
    (stays,) = pins.stays(session, sessions.actor_of(session, rep.id), rep.id, now=NOW)
    assert (stays.pin.number, stays.newest, stays.pin.until) == (1, 2, UNTIL)
    assert pins.stays(session, sessions.actor_of(session, stranger.id), stranger.id, now=NOW) == ()
    with pytest.raises(NotFound):
        pins.stays(session, sessions.actor_of(session, stranger.id), rep.id, now=NOW)


def test_a_file_of_people_knows_the_roles_of_the_version_on_which_somebody_stays(
    session: Session, curriculum: int
) -> None:
    rep, new = a_rep(session, curriculum), somebody(session)
    publish(session, (a_role("starter"), a_role("head")), NEWCOMERS)

    def wrong(who: Person, role: str) -> list[str]:
        mail = session.get_one(Contact, who.id).mail
        data = a_csv("name,mail,role,role_since", f"A,{mail},{role},2026-11-01")
        return [one.message for one in look(session, History.PEOPLE, data).problems]

    assert wrong(rep, "closer") == wrong(new, "head") == []
    assert wrong(rep, "head") == ["the version on which this person stays has no role 'head'"]
    assert wrong(new, "closer") == ["no published curriculum has the role 'closer'"]
