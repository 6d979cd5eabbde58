"""Exemptions: what they spare, who may grant them, and that they come and go as entries of the ledger."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.engine.competency import Attainment
from lms.engine.requirement import CourseDone
from lms.errors import Conflict, Invalid, NotFound, NotPermitted
from lms.services import exemptions, paths
from lms.services.access import SITE, Actor
from lms.services.entry import sessions
from lms.services.replanning import input_changed
from lms.services.running import chain
from lms.storage.people import Person, PersonalText
from lms.storage.record import Exemption
from tests.organisation import NOW, a_published_curriculum, a_team, somebody, who_holds

TODAY = NOW.date()


@pytest.fixture
def people(session: Session) -> dict[str, Person]:
    manager = somebody(session, "Priya")
    team = a_team(session, manager=manager)
    rep = somebody(session, "Dana", team=team)
    curriculum = a_published_curriculum(session)
    for person in (rep, manager):
        who_holds(session, person, "sdr", curriculum, since=date(2026, 1, 1), targets=["account-executive"])
    input_changed(session, [rep.id], now=NOW)
    return {
        "rep": rep,
        "manager": manager,
        "other": somebody(session, "Bo"),
        "admin": somebody(session, "Ann", rights=["administrator"]),
    }


def acting(session: Session, person: Person) -> Actor:
    return sessions.actor_of(session, person.id)


def give(session: Session, actor: Actor, person: Person, **more: Any) -> Exemption:
    given = {"fact": CourseDone("stages-and-exit-criteria"), "reason": "ten years in the trade"} | more
    days = {"first": given.pop("first", None), "until": given.pop("until", None)}
    return exemptions.grant(session, actor, person.id, given["fact"], reason=given["reason"], **days, now=NOW)


def planned_courses(session: Session, person: Person) -> set[str]:
    paths.replan_now(session, [person.id], now=NOW)
    document = paths.show(session, SITE, person.id).document
    assert document is not None
    return {step["course"] for step in document["steps"]}


def test_who_is_exempt_from_a_course_has_it_on_no_path_and_again_once_it_is_taken_back(
    session: Session, people: dict[str, Person]
) -> None:
    rep, manager = people["rep"], acting(session, people["manager"])
    course = min(planned_courses(session, rep))
    given = give(session, manager, rep, fact=CourseDone(course))
    assert course not in planned_courses(session, rep)
    exemptions.take_back(session, manager, rep.id, given.id, now=NOW)
    assert course in planned_courses(session, rep)
    assert exemptions.of(session, manager, rep.id, now=NOW).spared == ()
    session.flush()
    assert len(session.scalars(select(Exemption)).all()) == 2
    chain.seal(session, now=NOW)
    assert isinstance(chain.verify(session), chain.Verified)


def test_an_exempted_level_counts_until_its_last_day(session: Session, people: dict[str, Person]) -> None:
    rep, manager = people["rep"], acting(session, people["manager"])
    give(session, manager, rep, fact=Attainment("negotiating-positions", 2), until=TODAY + timedelta(days=30))
    (spared,) = exemptions.of(session, manager, rep.id, now=NOW + timedelta(days=30)).spared
    assert (spared.reason, spared.approved_by, spared.over) == ("ten years in the trade", manager.person_id, False)
    assert exemptions.of(session, manager, rep.id, now=NOW + timedelta(days=31)).spared[0].over


def test_the_reason_is_a_personal_text_and_never_in_the_ledger(session: Session, people: dict[str, Person]) -> None:
    give(session, acting(session, people["manager"]), people["rep"], reason="a private reason")
    session.flush()
    assert session.scalars(select(PersonalText.text)).all() == ["a private reason"]


@pytest.mark.parametrize("who", ["other", "rep"])
def test_only_the_line_above_and_administrators_exempt(session: Session, people: dict[str, Person], who: str) -> None:
    with pytest.raises(NotFound):
        give(session, acting(session, people[who]), people["rep"])
    give(session, acting(session, people["admin"]), people["rep"])


def test_10_nobody_exempts_themselves(session: Session, people: dict[str, Person]) -> None:
    with pytest.raises(NotPermitted):
        give(session, acting(session, people["admin"]), people["admin"])
    with pytest.raises(NotFound):
        give(session, acting(session, people["manager"]), people["manager"])


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"fact": CourseDone("no-such-course")}, "what"),
        ({"fact": Attainment("negotiating-positions", 9)}, "what"),
        ({"reason": "  "}, "reason"),
        ({"until": TODAY - timedelta(days=1)}, "until"),
        ({"first": TODAY + timedelta(days=9), "until": TODAY + timedelta(days=8)}, "until"),
    ],
)
def test_an_exemption_from_nothing_or_for_no_reason_is_refused(
    session: Session, people: dict[str, Person], given: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        give(session, acting(session, people["manager"]), people["rep"], **given)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_the_same_exemption_twice_is_refused(session: Session, people: dict[str, Person]) -> None:
    manager = acting(session, people["manager"])
    give(session, manager, people["rep"])
    with pytest.raises(Conflict):
        give(session, manager, people["rep"])
