"""Roles are public with their version; how far one is, is said to those who have a path, and is what a plan says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from lms.engine.path import Planner
from lms.errors import NotFound
from lms.services import curricula, ledger
from lms.services.access import SITE, Actor
from lms.services.authoring import drafts, publishing
from lms.services.entry import sessions
from lms.services.learning import role_pages
from lms.services.learning.usual_time import usual_time
from lms.storage.people import Person
from lms.storage.record import Completion, RoleAssignment
from lms.storage.snapshot import load_people
from lms.web.learner.roles import study
from tests.organisation import NOW, a_published_curriculum, somebody, who_holds


@pytest.fixture
def number(session: Session) -> int:
    return a_published_curriculum(session)


@pytest.fixture
def rep(session: Session, number: int) -> Person:
    person = somebody(session)
    who_holds(session, person, "sdr", number, since=date(2026, 1, 5), targets=["account-executive"])
    done = Completion(person_id=person.id, course="discovery", completed_on=date(2026, 2, 1))
    ledger.note(session, SITE, "import.applied", now=NOW, rows=[done])
    return person


def actor(session: Session, person: Person) -> Actor:
    return sessions.actor_of(session, person.id)


def test_each_distance_is_what_a_plan_to_that_role_says(
    monkeypatch: pytest.MonkeyPatch, session: Session, number: int, rep: Person
) -> None:
    monkeypatch.setattr(role_pages, "PATIENCE", 60)
    (offer,) = role_pages.offers(session, actor(session, rep), now=NOW)
    assert (offer.personal, offer.own, offer.version.number, offer.published_at) == (True, True, 1, NOW)
    one = load_people(session, [rep.id], NOW.date())[rep.id]
    planner = Planner(offer.version.curriculum)
    for seen in offer.roles:
        path = planner.plan(one.person, NOW.date(), roles=(seen.role.id,))
        far = seen.distance
        assert far is not None
        assert (far.hours, far.cost, far.met, far.required) == (path.hours, path.cost, path.met, path.required)
        assert (far.ready_on, far.proven) == (path.ready_on, True)
        page = role_pages.page(session, actor(session, rep), seen.role.id, number, now=NOW)
        assert page.seen.distance == far
        assert far.met == sum(bool(item.met) for item in page.items) + sum(state.met for state, _ in page.gates)
        assert far.required == len(page.items) + len(page.gates)
        assert page.can_aim == (seen.role.id not in {"sdr", "account-executive"})
    marks = {seen.role.id for seen in offer.roles if seen.here}, {seen.role.id for seen in offer.roles if seen.target}
    assert marks == ({"sdr"}, {"account-executive"})
    assert {seen.role.id for seen in offer.roles if not seen.ahead} == {"sdr"}
    layers = role_pages.layers(offer)
    assert layers[0][0].here
    assert sum(map(len, layers)) == len(offer.roles)


def test_a_distance_whose_search_was_stopped_does_not_claim_to_be_the_shortest(
    monkeypatch: pytest.MonkeyPatch, session: Session, rep: Person
) -> None:
    monkeypatch.setattr(role_pages, "PATIENCE", 0)
    as_nobody_else = Completion(person_id=rep.id, course="holding-price", completed_on=date(2026, 2, 2))
    ledger.note(session, SITE, "import.applied", now=NOW, rows=[as_nobody_else])  # so that no answer is remembered
    (offer,) = role_pages.offers(session, actor(session, rep), now=NOW)
    stopped = [seen.distance for seen in offer.roles if seen.distance and not seen.distance.proven]
    assert stopped
    assert all(study(far).startswith("about ") for far in stopped)


def test_who_has_no_path_reads_the_requirements_without_a_distance(session: Session, number: int) -> None:
    trainer = actor(session, somebody(session, rights=["trainer"]))
    (offer,) = role_pages.offers(session, trainer, now=NOW)
    assert not offer.personal
    assert all(seen.distance is None for seen in offer.roles)
    page = role_pages.page(session, trainer, "sales-manager", None, now=NOW)
    assert page.items
    assert page.gates
    assert {item.met for item in page.items} | {known for _, known in page.gates} == {None, False}
    assert not page.can_aim
    for role, curriculum in (("emperor", None), ("sdr", number + 1), ("", None)):
        with pytest.raises(NotFound):
            role_pages.page(session, trainer, role, curriculum, now=NOW)
    with pytest.raises(NotFound):
        role_pages.offer(session, trainer, number + 1, now=NOW)


def test_a_role_of_another_curriculum_is_public_but_no_target(session: Session, number: int, rep: Person) -> None:
    first = curricula.published(session)[0].curriculum
    other = drafts.save_draft(session, SITE, replace(first, id="other", title="Other", tests=()), now=NOW)
    publishing.publish(session, SITE, other, now=NOW)
    page = role_pages.page(session, actor(session, rep), "sales-manager", other, now=NOW)
    assert (page.offer.version.curriculum_id, page.seen.distance, page.can_aim) == (other, None, False)
    mine = role_pages.page(session, actor(session, rep), "sales-manager", None, now=NOW)
    assert (mine.offer.version.curriculum_id, mine.can_aim) == (number, True)


def test_the_usual_time_is_a_median_of_five_people_or_more(session: Session, number: int) -> None:
    def career(*stays: tuple[str | None, date]) -> None:
        person = somebody(session)
        for role, starts in stays:
            row = RoleAssignment(person_id=person.id, role=role, curriculum_id=number if role else None, starts=starts)
            ledger.note(session, SITE, "role.assigned", now=NOW, subject=("person", person.id), rows=[row])

    for months in (2, 4, 9, 12):
        career(("sdr", date(2025, 1, 1)), ("account-executive", date(2025, months, 1)))
    career(("sdr", date(2025, 1, 1)), (None, date(2025, 1, 2)))
    career(("sdr", date(2025, 1, 1)))
    few = usual_time(session, number, "sdr")
    assert (few.people, few.months) == (4, None), "who left or is still there says nothing, and four are too few"
    career(
        ("account-executive", date(2023, 1, 1)),
        ("sdr", date(2025, 1, 1)),
        ("sdr", date(2025, 2, 1)),
        ("team-lead", date(2025, 7, 1)),
    )
    enough = usual_time(session, number, "sdr")
    assert enough.people == 5
    assert enough.months == pytest.approx(181 / (365.25 / 12)), "the middle one of 1, 3, 6, 8 and 11 months"
    assert usual_time(session, number + 1, "sdr").people == 0
