"""The pages of why and what if: every step is explained, two plans stand side by side, and only *Use this plan* stores."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.services import paths, replanning
from lms.storage.paths import Path
from lms.storage.people import Person, StudyPlan
from lms.web.learner.asking import why
from tests.organisation import Browser, a_published_curriculum, a_team, somebody, who_holds
from tests.web.everything import digests, token_of

MAIN = re.compile(r"<main.*?</main>", re.DOTALL)


@pytest.fixture
def rep(session: Session) -> Person:
    """A development representative on the way to account executive, in a team that somebody manages."""
    boss = somebody(session, "Priya", rights=[])
    person = somebody(session, "Maya", team=a_team(session, manager=boss))
    curriculum = a_published_curriculum(session)
    since = datetime.now(UTC).date() - timedelta(days=200)
    who_holds(session, person, "sdr", curriculum, since=since, targets=["account-executive"])
    session.get_one(StudyPlan, person.id).weekly_hundredths = 150
    replanning.input_changed(session, [person.id], now=datetime.now(UTC))
    session.flush()
    paths.replan_now(session, [person.id], now=datetime.now(UTC))
    session.commit()
    return person


@pytest.fixture
def maya(browser: Browser, rep: Person) -> Browser:
    return browser.sign_in(rep)


def document(session: Session, person: Person) -> dict[str, Any]:
    session.rollback()
    found: dict[str, Any] = json.loads(session.scalars(select(Path.document).where(Path.person_id == person.id)).one())
    return found


def plan_of(session: Session, person: Person) -> StudyPlan:
    session.rollback()
    return session.scalars(
        select(StudyPlan).where(StudyPlan.person_id == person.id).execution_options(populate_existing=True)
    ).one()


def main(browser: Browser, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status, (address, answer.status)
    found = MAIN.search(answer.text)
    assert found, address
    return found.group()


def send(browser: Browser, address: str, fields: dict[str, Any]) -> Any:
    token = token_of(browser, "/path/what-if?hours=5")
    return browser.client.post(
        address,
        data={**fields, "csrf_token": token},
        base_url=browser.base_url,
        headers={"Referer": "https://cairn.test/"},
    )


def test_every_what_if_shows_two_plans_and_stores_nothing(session: Session, maya: Browser, rep: Person) -> None:
    steps = document(session, rep)["steps"]
    sitting = next(step["course"] for step in steps if step["session"])
    given = next(one["grants"] for step in steps for one in step["because"] if "grants" in one)
    before = digests(session)
    for asked, words in (
        ({"hours": "8"}, "sooner"),
        ({"hours": "0,5"}, "later"),
        ({"role": ["account-executive", "team-lead"]}, "more requirements"),
        ({"missed": sitting}, "you miss the session"),
        ({"known": [steps[0]["course"], steps[1]["course"]]}, "can rate what it gives you"),
        ({"evidence": f"{given['competency']}:{given['level']}"}, "as soon as a manager"),
        ({"away_from": "2027-01-01", "away_until": "2027-01-20"}, "Days away count"),
        ({"minimise": "courses", "aim": "2027-12-31"}, "make the aim"),
    ):
        shown = main(maya, "/path/what-if?" + urlencode(asked, doseq=True))
        assert "as it stands today" in shown, asked
        assert words in shown, asked
        assert ("Use this plan" in shown) == bool(asked.keys() <= {"hours", "role", "minimise", "aim"}), asked
    assert "Use this plan" not in main(maya, "/path/what-if?hours=1.5")
    assert digests(session) == before


def test_a_what_if_that_cannot_be_is_said_in_plain_words(session: Session, maya: Browser) -> None:
    for query in (
        "hours=abc",
        "hours=0",
        "hours=169",
        "hours=1e9999999",
        "role=nobody-is-that",
        "missed=no-such-course",
        "known=no-such-course",
        "evidence=no-such%3A3",
        "evidence=nonsense",
        "evidence=%3A3",
        "away_from=2027-02-01&away_until=2027-01-01",
        "away_from=0026-02-01",
        "aim=soon",
        "minimise=effort",
    ):
        assert "There is a problem" in main(maya, f"/path/what-if?{query}", 422), query


def test_using_a_plan_changes_what_is_given_and_leads_back_to_the_path(
    session: Session, maya: Browser, rep: Person
) -> None:
    before = document(session, rep)["ready_on"]
    answer = send(maya, "/path/use", {"hours": "8"})
    assert (answer.status_code, answer.location) == (303, "/path")
    plan = plan_of(session, rep)
    assert (plan.weekly_hundredths, plan.targets, plan.minimise) == (800, ["account-executive"], "hours")
    assert document(session, rep)["ready_on"] < before
    send(maya, "/path/use", {"target": ["team-lead"], "aim": "2027-09-30", "minimise": "cost"})
    plan = plan_of(session, rep)
    assert (plan.weekly_hundredths, plan.targets, plan.aim) == (800, ["team-lead"], date(2027, 9, 30))
    held = digests(session)
    for fields in ({"hours": "1e9999999"}, {"hours": "-1"}, {"aim": "soon"}, {"target": "x"}, {"minimise": "x"}):
        assert send(maya, "/path/use", fields).status_code == 422, fields
    assert digests(session) == held


def test_a_step_is_moved_and_refused_with_words_and_nothing_half_done(
    session: Session, maya: Browser, rep: Person
) -> None:
    steps = document(session, rep)["steps"]
    study = [step for step in steps if not step["session"] and not step["renews"]]
    free = next(two["course"] for one, two in pairwise(study) if one["course"] not in two["after"])
    assert send(maya, "/path/move", {"course": free, "to": "earlier"}).status_code == 303
    now = [step["course"] for step in document(session, rep)["steps"]]
    assert now.index(free) < [step["course"] for step in steps].index(free)
    assert plan_of(session, rep).own_order
    held = digests(session)
    first = next(one for one in now if one in {step["course"] for step in study})
    assert send(maya, "/path/move", {"course": first, "to": "earlier"}).status_code == 303
    assert send(maya, "/path/move", {"course": first, "to": "sideways"}).status_code == 422
    assert send(maya, "/path/move", {"course": "nonsense", "to": "later"}).status_code == 404
    assert digests(session) == held
    send(maya, "/path/own-order/forget", {})
    assert [step["course"] for step in document(session, rep)["steps"]] == [step["course"] for step in steps]


def test_every_step_says_why_and_every_other_course_why_not(session: Session, maya: Browser, rep: Person) -> None:
    found = document(session, rep)
    on_it = {step["course"] for step in found["steps"]}
    picker = main(maya, "/path/why-not")
    others = re.findall(r'<option value="([^"]+)"', picker)
    assert len(others) > 20
    assert not on_it & set(others)
    before = digests(session)
    verdicts = {
        re.search(r'id="answer">([^<]+)', main(maya, f"/path/why-not?course={course}"))[1]  # type: ignore[index]
        for course in [*others[::9], found["steps"][0]["course"]]
    }
    assert {"It leads elsewhere", "It is on the path"} <= verdicts
    assert maya.get("/path/why-not?course=nonsense").status_code == 404
    assert maya.get("/path/why-not?person=nonsense").status_code == 404
    assert digests(session) == before


def test_the_line_above_asks_why_and_nobody_else_does(session: Session, browser: Browser, rep: Person) -> None:
    boss = session.scalars(select(Person.id).where(Person.id < rep.id)).one()
    stranger = somebody(session)
    session.commit()
    address = f"/path/why-not?person={rep.id}&course=forecast-clinic"
    assert "Path of Maya" in main(browser.sign_in(boss), address)
    assert browser.sign_in(stranger).get(address).status_code == 404
    assert "No path yet" in main(browser, "/path/why-not")
    assert "No path yet" in main(browser, "/path/what-if")


def test_the_part_of_a_step_names_the_chain_and_what_else_would_serve(
    session: Session, maya: Browser, rep: Person
) -> None:
    steps = document(session, rep)["steps"]
    said = []
    with maya.client:
        for step in steps:
            maya.get(f"/path/why-not?course={step['course']}")  # a request of this person, in whose words it is said
            found = why.part(rep.id, step["course"])["why"]
            assert found["gives"], step
            assert found["chain"], step
            assert found["unavoidable"] or found["alternatives"], step
            assert len(found["what_ifs"]) == 1 + (step["session"] is not None), step
            said.append(found)
    assert any(one["unavoidable"] for one in said)
    assert any(one["instead"] for one in said)
