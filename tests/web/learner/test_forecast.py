"""The page that says how dates are made and how many of them held."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Flask
from sqlalchemy.orm import Session

from lms.engine.dating.habits import Habits, Levels
from lms.services import paths, replanning
from lms.services.learning import outlook
from lms.storage.paths import Forecast
from lms.web.learner.mine.spread import habits_shown, rests_on
from tests.organisation import NOW, Browser, a_published_curriculum, somebody, who_holds


def test_without_forecasts_whose_day_has_passed_it_says_that_there_is_not_enough_data(
    session: Session, browser: Browser
) -> None:
    person = somebody(session, rights=("auditor",))
    session.commit()
    page = browser.sign_in(person).get("/forecast")
    assert page.status_code == 200
    assert "Not enough data" in page.text
    assert "From 20 dates on" in page.text
    assert "What your own dates rest on" not in page.text


def test_with_twenty_decided_forecasts_it_says_how_many_held_and_names_nobody(
    session: Session, browser: Browser
) -> None:
    made, curriculum = date(2026, 5, 1), a_published_curriculum(session)
    for number in range(20):
        person = somebody(session, f"Somebody {number}")
        days = [(made + timedelta(days=n)).isoformat() for n in range(1, 21)]
        reached = {"state": "reached", "reached_on": made + timedelta(days=12)} if number < 15 else {}
        session.add(Forecast(person_id=person.id, made_on=made, roles=["r"], days=days, draws=20, **reached))
    rep = somebody(session, "The rep")
    who_holds(session, rep, "sdr", curriculum, since=date(2026, 1, 5), targets=["account-executive"])
    replanning.input_changed(session, [rep.id], now=NOW)
    paths.replan_now(session, [rep.id], now=NOW)
    session.commit()
    page = browser.sign_in(rep).get("/forecast").text
    assert "Of the dates we called 80 %, 75 % held." in page
    assert "Of the dates we called 50 %, 0 % held." in page
    assert "Not enough data" not in page
    assert "Somebody 1" not in page
    assert "What your own dates rest on" in page
    assert "0 past, 0 %" in page


def test_a_sentence_says_what_a_spread_rests_on_and_the_shares_of_a_habit_make_a_hundred(app: Flask) -> None:
    own, team, site = {20: 2.0}, {20: 7.0}, {20: 40.0}
    cases = (
        (Levels(), "the plan's own"),
        (Levels(site=site), "rests on 40 past steps of others here"),
        (Levels(own=own, team=team, site=site), "2 past steps of this person, 7 of the team and 40 of everybody here"),
        (Levels(own=own, team=own, site=site), "2 past steps of this person and 40 of everybody here"),
    )
    with app.test_request_context():
        assert "the plan's own" in rests_on(None)
        for levels, words in cases:
            basis = outlook.basis(Habits(ratios=levels))
            assert words in rests_on(basis)
            assert {sum(one.shares) + one.plan for one in habits_shown(basis)} == {100}
