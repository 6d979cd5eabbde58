"""What likely days rest on: the histories of a person, their team and the site; and the days that come of it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from lms.engine.curriculum import CompletedBy
from lms.engine.dating.habits import AS_PLANNED, Habits, Levels
from lms.engine.path import Planner
from lms.services import curricula, ledger
from lms.services.access import SITE
from lms.services.authoring import drafts, publishing
from lms.services.learning import outlook
from lms.storage.people import Away, Person, StudyPlan
from lms.storage.record import Completion, Enrolment
from lms.storage.site import Holiday
from lms.storage.steps import Confirmation
from tests.build import TODAY, a_course, a_curriculum, a_person, a_role, fact
from tests.engine.naive_calendar import at
from tests.organisation import NOW, a_team, somebody

DAY = timedelta(days=1)
PAST = TODAY - 60 * DAY
MEETING = at(PAST)
MANAGER, TRAINER = CompletedBy.MANAGER, CompletedBy.TRAINER


def a_site(session: Session) -> int:
    """A published curriculum of three courses for oneself, one of a session long ago, and a confirmed one."""
    value = a_curriculum(
        a_course("one", 4, renewal_hours=2),
        a_course("two", 4),
        a_course("three", 8, grants=["k:1"]),
        a_course("live", 4, sessions=(MEETING,)),
        a_course("talk", 2, completion=MANAGER),
        a_role("rep", "k:1", "talk"),
    )
    number = drafts.save_draft(session, SITE, value, now=NOW)
    publishing.publish(session, SITE, number, note="first", now=NOW)
    return number


def done(session: Session, person: Person, **days: date) -> None:
    """The person completed these courses on these days."""
    rows = [Completion(person_id=person.id, course=course, completed_on=day) for course, day in days.items()]
    ledger.note(session, SITE, "completion.recorded", now=NOW, rows=rows)
    session.flush()


def asked(
    session: Session, person: Person, course: str, on: date, *, days: int, state: str, by: str = "manager"
) -> None:
    """Somebody asked for a word on a course, and after so many days had it."""
    answered = datetime(on.year, on.month, on.day, 15, tzinfo=UTC) + days * DAY
    completion = None
    if state == "confirmed":
        row = Completion(person_id=person.id, course=course, completed_on=on)
        ledger.note(session, SITE, "completion.recorded", now=NOW, rows=[row])
        session.flush()
        completion = row.id
    session.add(
        Confirmation(
            person_id=person.id, course=course, curriculum_id=1, by=by, done_on=on, state=state,
            asked_at=answered - days * DAY - timedelta(hours=3), answered_at=None if state == "waiting" else answered,
            completion_id=completion,
        )
    )  # fmt: skip
    session.flush()


def booked(session: Session, person: Person, course: str, meeting: str, *states: str) -> None:
    """What the person said of a session, one after the other."""
    for state in states:
        row = Enrolment(person_id=person.id, course=course, session=meeting, state=state, since=PAST - 9 * DAY)
        ledger.note(session, SITE, "step.started", now=NOW, rows=[row])
    session.flush()


def habits(session: Session, *people: Person) -> list[Habits]:
    """What the dates of these people rest on today."""
    found = outlook.habits_of(session, [one.id for one in people], TODAY, curricula.published(session))
    return [found[one.id] for one in people]


def counted(levels: Levels) -> list[dict[int, float]]:
    return [dict(levels.own), dict(levels.team), dict(levels.site)]


def test_hours_kept_are_a_course_s_hours_to_those_of_the_days_since_the_one_before(session: Session) -> None:
    a_site(session)
    team = a_team(session)
    me, mate, other, idle = (
        somebody(session, team=team),
        somebody(session, team=team),
        somebody(session),
        somebody(session),
    )
    done(session, me, one=PAST, two=PAST + 14 * DAY, three=PAST + 28 * DAY)  # 4 h and 8 h in two weeks of 4 h
    done(session, mate, one=PAST, two=PAST + 7 * DAY, live=PAST + 8 * DAY)
    done(session, other, one=TODAY - 1000 * DAY, two=TODAY - 990 * DAY, three=TODAY + DAY)
    mine, theirs, others, nothing = habits(session, me, mate, other, idle)
    everybody = {10: 0.75, 20: 2.25}  # three samples, of 4 h and of 12 h
    assert counted(mine.ratios) == [{10: pytest.approx(2 / 3), 20: pytest.approx(4 / 3)}, everybody, everybody]
    assert counted(theirs.ratios) == [{20: 1}, everybody, everybody]
    assert counted(others.ratios) == counted(nothing.ratios) == [{}, {}, everybody]
    assert mine.ratios.weights() == (2 / 7, 5 / 7 * 3 / 8, 5 / 7 * 5 / 8 * 3 / 8, 5 / 7 * 5 / 8 * 5 / 8)


def test_days_away_holidays_other_hours_and_renewals_are_heeded_and_long_pauses_are_not_slowness(
    session: Session,
) -> None:
    a_site(session)
    me, busy, again, paused = (somebody(session) for _ in range(4))
    session.add_all([
        Away(person_id=me.id, first=PAST + DAY, last=PAST + 5 * DAY),
        Holiday(day=PAST + 6 * DAY, title="Feast"),
        Holiday(day=PAST + 7 * DAY, title="Feast"),
    ])  # fmt: skip
    done(session, me, one=PAST, two=PAST + 14 * DAY)
    session.get_one(StudyPlan, busy.id).weekly_hundredths = 800
    done(session, busy, one=PAST + 7 * DAY, two=PAST + 14 * DAY)
    done(session, again, one=PAST + 7 * DAY)
    done(session, again, one=PAST + 14 * DAY)
    done(session, paused, one=PAST - 300 * DAY, two=PAST, three=PAST + 9 * DAY)
    found = [one.ratios.own for one in habits(session, me, busy, again, paused)]
    assert found == [{20: 1}, {10: 1}, {10: 1}, {40: 1}]  # 8 h in seven open days of 4 h a week


def test_waits_are_by_who_confirms_from_the_first_asking_and_without_what_was_withdrawn(session: Session) -> None:
    a_site(session)
    team = a_team(session)
    me, mate = somebody(session, team=team), somebody(session, team=team)
    asked(session, me, "talk", PAST, days=2, state="more-asked")
    asked(session, me, "talk", PAST + 3 * DAY, days=4, state="confirmed")
    asked(session, me, "one", PAST, days=30, state="withdrawn")
    asked(session, mate, "talk", PAST, days=0, state="confirmed")
    asked(session, mate, "one", PAST, days=1, state="confirmed", by="trainer")
    asked(session, mate, "two", PAST, days=0, state="waiting")
    mine, theirs = habits(session, me, mate)
    assert counted(mine.wait_for(MANAGER)) == [{7: 1}, {0: 1, 7: 1}, {0: 1, 7: 1}]
    assert counted(mine.wait_for(TRAINER)) == [{}, {1: 1}, {1: 1}]
    assert counted(theirs.wait_for(TRAINER))[0] == {1: 1}


def test_a_booked_session_without_a_completion_near_it_was_missed(session: Session) -> None:
    a_site(session)
    missed, taken, late, withdrew, unknown = (somebody(session) for _ in range(5))
    for one in (missed, taken, late):
        booked(session, one, "live", MEETING.id, "enrolled")
    booked(session, withdrew, "live", MEETING.id, "enrolled", "withdrawn")
    booked(session, unknown, "live", "no-such", "enrolled")
    done(session, taken, live=PAST + 7 * DAY)
    done(session, late, live=PAST + 8 * DAY)
    found = habits(session, missed, taken, late, withdrew, unknown)
    assert [dict(one.misses.own) for one in found] == [{1: 1}, {0: 1}, {1: 1}, {}, {}]
    assert dict(found[0].misses.site) == {0: 1, 1: 2}


def test_the_number_of_queries_does_not_grow_and_the_site_is_read_once_until_the_ledger_grows(
    session: Session,
) -> None:
    a_site(session)
    people = [somebody(session, team=a_team(session)) for _ in range(6)]
    for one in people:
        done(session, one, one=PAST, two=PAST + 7 * DAY)
    offered = curricula.published(session)
    engine, asked_ = session.get_bind(), []
    event.listen(engine, "before_cursor_execute", lambda *_: asked_.append(1))
    counts = []
    for some in (people[:1], people, people[:2]):
        asked_.clear()
        outlook.habits_of(session, [one.id for one in some], TODAY, offered)
        counts.append(len(asked_))
    assert counts[0] == 10
    assert counts[1:] == [5, 5]
    done(session, people[0], three=PAST + 14 * DAY)
    assert habits(session, people[1])[0].ratios.site == {20: 7 * 24 / 32, 40: 7 * 8 / 32}


# -- the days of a path

ACADEMY = a_curriculum(
    *(a_course(f"c{n}", 5, grants=[f"k{n}:1"]) for n in range(6)),
    a_course("far", 5, needs=fact("nothing:1"), grants=["f:1"]),
    a_course("once", 1, grants=["o:1"], sessions=(MEETING,)),
    a_role("rep", *(f"k{n}:1" for n in range(6))),
    a_role("lost", "f:1"),
    a_role("late", "o:1"),
)
SLOW = Habits(ratios=Levels(own={4: 9, 10: 9, 20: 9}))


def likely(target: str, habits_: Habits = AS_PLANNED, *, who: str = "same", known: int = 0) -> dict[str, Any]:
    """What is stored of the likely days of somebody who has done so many of the six courses."""
    planner, person = Planner(ACADEMY), a_person(id=who, targets=(target,), completed=[f"c{n}" for n in range(known)])
    return outlook.likely(planner.query(person, TODAY), planner.plan(person, TODAY), habits_)


def test_without_any_history_each_day_is_the_plan_s_and_that_is_said() -> None:
    found = likely("rep")
    ready = Planner(ACADEMY).plan(a_person(targets=("rep",)), TODAY).ready_on
    assert ready is not None
    assert (found["state"], found["days"], found["never"]) == ("drawn", [ready.isoformat()] * 20, 0)
    assert found["basis"]["ratios"] == {
        "own": 0, "team": 0, "site": 0, "weights": {"own": 0.0, "team": 0.0, "site": 0.0, "plan": 1.0}
    }  # fmt: skip
    assert json.loads(json.dumps(found)) == found


def test_the_same_person_and_plan_give_the_same_days_and_the_tenth_of_them_is_the_likely_one() -> None:
    found = likely("rep", SLOW)
    assert found == likely("rep", SLOW) != likely("rep", SLOW, who="other")
    assert found["days"] == sorted(found["days"])
    assert outlook.likely_on(found) == date.fromisoformat(found["days"][9])
    assert outlook.by_then(found, outlook.FOUR_IN_FIVE) == date.fromisoformat(found["days"][15])
    assert found["basis"]["ratios"]["weights"]["own"] == round(27 / 32, 3)


def test_who_has_nothing_to_do_or_no_way_to_the_target_has_no_days_and_it_is_said_why() -> None:
    nothing, lost, late = likely("rep", known=6), likely("lost"), likely("late")
    assert (nothing["state"], nothing["days"], nothing["draws"]) == ("ready", [], 0)
    assert (lost["state"], lost["days"], lost["draws"]) == ("blocked", [], 0)
    assert (late["state"], late["days"], late["never"]) == ("drawn", [], 20)
    assert [outlook.likely_on(one) for one in (nothing, lost, late, {})] == [None] * 4
