"""Attendance lists: whom a list may record and on which day, and what taking an entry back leaves as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.engine.curriculum import CompletedBy
from lms.engine.curriculum import Session as Meeting
from lms.errors import Conflict, Invalid
from lms.services import ledger
from lms.services.access import SITE, Actor
from lms.services.authoring import drafts, publishing
from lms.services.learning import attendance, doing, seats, steps
from lms.services.learning.steps import State
from lms.storage.curricula import CurriculumOwner
from lms.storage.people import Contact, Person
from lms.storage.record import Completion
from lms.storage.site import Site
from lms.storage.snapshot import in_force
from tests.build import a_course, a_curriculum, a_role
from tests.organisation import somebody, who_holds
from tests.services.learning.academy import Academy, a_meeting, an_academy

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
LIST = ("workshop", "workshop-past")
HELD = TODAY - timedelta(days=3)


@pytest.fixture
def academy(session: Session) -> Academy:
    return an_academy(session, now=NOW)


def completed(session: Session) -> list[tuple[int, str, date]]:
    rows = session.scalars(in_force(Completion).order_by(Completion.id))
    return [(row.person_id, row.course, row.completed_on) for row in rows]


def a_camp(session: Session, owner: Person, *meetings: Meeting, course: str = "camp") -> int:
    """Another curriculum with a course by attendance, which somebody owns."""
    held = a_course(course, 4, grants=["z:1"], completion=CompletedBy.ATTENDANCE, sessions=meetings)
    value = replace(a_curriculum(held, a_role("camper", "z:1"), a_role("guest")), id="camps")
    number = drafts.save_draft(session, SITE, value, now=NOW)
    publishing.publish(session, SITE, number, now=NOW)
    session.add(CurriculumOwner(curriculum_id=number, person_id=owner.id))
    session.commit()
    return number


def listed(session: Session, actor: Actor, course: str, number: str) -> list[tuple[str, bool, bool, bool]]:
    sheet = attendance.sheet(session, actor, course, number, now=NOW)
    return [(str(one.who.name), one.seat, one.recorded, one.revocable) for one in sheet.people]


def test_a_list_records_only_people_whose_own_curriculum_it_belongs_to_and_names_nobody_else(
    session: Session, academy: Academy
) -> None:
    eve = somebody(session, "Eve Else", rights=["trainer"])
    guest = somebody(session, "Gus Guest")
    camps = a_camp(session, eve, a_meeting("workshop-past", NOW - timedelta(days=3)), course="workshop")
    who_holds(session, guest, "guest", camps, since=date(2026, 1, 1), targets=[])
    session.commit()
    other, mine = academy.actor(session, eve), academy.actor(session, academy.trainer)
    for number in (academy.rep.id, academy.head.id, 10**15):
        for ticked, added in (([number], []), ([], [number])):
            with pytest.raises(Conflict, match="does not belong on this list"):
                attendance.record(session, other, *LIST, ticked, added=[guest.id, *added], now=NOW)
    with pytest.raises(Conflict, match="does not belong on this list"):
        attendance.record(session, other, *LIST, [guest.id], now=NOW)
    assert completed(session) == []
    mail = session.get_one(Contact, academy.rep.id).mail
    said = set()
    for typed in ("Rita Rep", mail, "Nobody At All"):
        with pytest.raises(Invalid, match="Nobody active in this curriculum is called") as refused:
            attendance.somebody_else(session, other, *LIST, typed, now=NOW)
        said.add(str(refused.value).replace(typed, ""))
        with pytest.raises(Invalid, match="nobody active in this curriculum") as refused:
            attendance.people_of_file(session, other, *LIST, f"mail\n{typed}\n".encode(), "there.csv", now=NOW)
        said.add(str(refused.value).replace(typed, ""))
    assert len(said) == 2, "somebody of another curriculum is refused as nobody is"
    assert attendance.somebody_else(session, other, *LIST, "Gus Guest", now=NOW) == guest.id
    assert attendance.somebody_else(session, other, *LIST, " ", now=NOW) is None
    attendance.record(session, mine, *LIST, [academy.rep.id], now=NOW)
    attendance.record(session, other, *LIST, [], added=[guest.id], now=NOW)
    assert listed(session, other, *LIST) == [("Gus Guest", False, True, True)]
    assert [name for name, *_ in listed(session, mine, *LIST)] == ["Rita Rep", "Olaf Other"]


def test_nobody_has_completed_a_course_on_a_day_to_come(session: Session, academy: Academy) -> None:
    begun = Meeting(id="long", starts=NOW - timedelta(hours=1), ends=NOW + timedelta(days=20), seats=5)
    late = NOW.replace(hour=22)
    over = Meeting(id="over", starts=late, ends=late + timedelta(hours=4), seats=5)
    camps = a_camp(session, academy.trainer, begun, over)
    guest = somebody(session)
    who_holds(session, guest, "guest", camps, since=date(2026, 1, 1), targets=[])
    me = academy.actor(session, academy.trainer)
    with pytest.raises(Conflict, match="opens on its last day, 2026-12-13"):
        attendance.record(session, me, "camp", "long", [], added=[guest.id], now=NOW)
    session.scalars(select(Site)).one().time_zone = "Pacific/Pago_Pago"
    with pytest.raises(Conflict, match="opens on its last day, 2026-11-24"):
        attendance.record(session, me, "camp", "over", [], added=[guest.id], now=late + timedelta(hours=5))
    attendance.record(session, me, "camp", "over", [], added=[guest.id], now=late + timedelta(hours=14))
    assert completed(session) == [(guest.id, "camp", TODAY + timedelta(days=1))]
    ahead = Completion(person_id=academy.rep.id, course="basics", completed_on=TODAY + timedelta(days=9))
    ledger.note(session, SITE, "import.applied", now=NOW, rows=[ahead])
    rep = academy.actor(session, academy.rep)
    assert steps.view(session, rep, academy.rep.id, "basics", now=NOW).state is State.NEW
    assert doing.mark_done(session, rep, "basics", HELD, now=NOW)


def test_a_wrong_tick_taken_back_gives_back_the_seat_that_it_ended_while_one_is_left(
    session: Session, academy: Academy
) -> None:
    me, rep = academy.actor(session, academy.trainer), academy.actor(session, academy.rep)
    for earlier in (NOW - timedelta(days=5), NOW):
        doing.start(session, rep, "workshop", session_id="workshop-1", now=earlier)
        attendance.record(session, me, *LIST, [academy.rep.id], now=NOW)
        assert seats.taken(session, ["workshop"]) == {}, "who has done the course keeps no seat in it"
        assert [row for row in listed(session, me, "workshop", "workshop-1") if row[1]] == []
        attendance.take_back(session, me, *LIST, academy.rep.id, now=NOW)
        assert seats.taken(session, ["workshop"]) == {("workshop", "workshop-1"): 1}
        assert steps.view(session, rep, academy.rep.id, "workshop", now=NOW).state is State.SEAT
        doing.give_back(session, rep, "workshop", now=NOW)
    doing.start(session, rep, "workshop", session_id="workshop-1", now=NOW)
    attendance.record(session, me, *LIST, [academy.rep.id], now=NOW)
    for _ in range(5):
        person = somebody(session)
        who_holds(session, person, "starter", academy.curriculum, since=date(2026, 1, 1), targets=[])
        doing.start(session, academy.actor(session, person), "workshop", session_id="workshop-1", now=NOW)
    attendance.take_back(session, me, *LIST, academy.rep.id, now=NOW)
    assert seats.taken(session, ["workshop"]) == {("workshop", "workshop-1"): 5}
    assert steps.view(session, rep, academy.rep.id, "workshop", now=NOW).state is State.NEW


def test_a_list_takes_back_only_what_it_recorded_itself(session: Session, academy: Academy) -> None:
    me = academy.actor(session, academy.trainer)
    known = Completion(person_id=academy.rep.id, course="workshop", completed_on=HELD, origin="imported")
    ledger.note(session, SITE, "import.applied", now=NOW, rows=[known])
    assert attendance.record(session, me, *LIST, [academy.rep.id, academy.other.id], now=NOW).before == 1
    assert listed(session, me, *LIST) == [("Olaf Other", False, True, True), ("Rita Rep", False, True, False)]
    with pytest.raises(Conflict, match="not recorded in this session"):
        attendance.take_back(session, me, *LIST, academy.rep.id, now=NOW)
    attendance.take_back(session, me, *LIST, academy.other.id, now=NOW)
    assert completed(session) == [(academy.rep.id, "workshop", HELD)]
