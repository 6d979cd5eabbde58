"""The pages of cycles: prepared and opened by a manager, rated on a sheet, closed with what it writes; a rep's own round."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.storage.cycles import Cycle, CycleResult, Sheet
from lms.storage.people import Person
from tests.organisation import Browser
from tests.services.cycles.stage import Stage, a_stage

ONE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
DUE = (datetime.now(UTC) + timedelta(days=7)).date().isoformat()


@pytest.fixture
def stage(session: Session) -> Stage:
    return a_stage(session)


def signed_in(app: Flask, who: Person) -> Browser:
    return Browser(app).sign_in(who)


def waiting(session: Session, rater: Person) -> list[Sheet]:
    session.rollback()
    return list(session.scalars(select(Sheet).where(Sheet.rater_id == rater.id, Sheet.state == "waiting")))


@ONE
def test_a_cycle_is_prepared_opened_rated_closed_and_read(app: Flask, session: Session, stage: Stage) -> None:
    boss, rep = signed_in(app, stage.manager), signed_in(app, stage.reps[0])
    assert "The whole organisation" not in boss.get("/cycles/new").text
    form = {"title": "Autumn", "team": str(stage.team.id), "raters": ["self", "manager"], "peers": "3", "due": DUE}
    for wrong in (
        {"title": ""},
        {"team": str(stage.top.id)},
        {"team": "all"},
        {"raters": [], "peers": "0"},
        {"due": "x"},
    ):
        answer = boss.post("/cycles/new", {**form, **wrong})
        assert answer.status_code == 422, wrong
        assert "There is a problem" in answer.text
    address = boss.post("/cycles/new", form).location
    draft = boss.get(address).text
    assert "6 people" in draft
    assert "Autumn" in draft
    changed = boss.post(f"{address}/change", {**form, "title": "Winter"}, page=address)
    assert (changed.status_code, "Winter" in boss.get(address).text) == (303, True)
    assert waiting(session, stage.manager) == []
    assert boss.post(f"{address}/open", page=address).status_code == 303
    assert boss.post(f"{address}/open", page=address).status_code == 409
    mine = waiting(session, stage.reps[0])
    assert rep.get("/waiting").text.count("your ratings are asked for") == len(mine) == 4
    for sheet in mine:
        _rate(rep, sheet)
    assert rep.get(f"/ratings/{mine[0].id}").text.count("disabled") >= 2
    _rate(boss, waiting(session, stage.manager)[0], text="Opens <b>well</b>.")
    assert "5 of 30" in boss.get(address).text
    reminded = boss.post(f"{address}/remind", page=address)
    assert reminded.status_code == 303
    assert boss.post(f"{address}/remind", page=address).status_code == 409
    assert rep.get(address).status_code == 404
    preview = boss.get(f"{address}/close").text
    assert "cannot be undone" in preview
    assert boss.post(f"{address}/close").status_code == 303
    assert boss.get(f"{address}/close").status_code == 409
    session.rollback()
    assert session.scalars(select(CycleResult.capacity).distinct().order_by(CycleResult.capacity)).all() == [
        "manager", "self",
    ]  # fmt: skip
    page = rep.get("/ratings").text
    assert "Opens &lt;b&gt;well&lt;/b&gt;." in page
    assert "Mona" in page
    assert boss.get(f"/people/{stage.reps[0].id}/ratings").status_code == 200
    assert rep.get(f"/people/{stage.reps[1].id}/ratings").status_code == 404


def _rate(browser: Browser, sheet: Sheet, text: str = "") -> None:
    """Save one, be told what is missing, hand the whole in; the next sheet follows."""
    address = f"/ratings/{sheet.id}"
    assert browser.post(address, {"level_0": "1", "text_0": text, "do": "save"}).status_code == 303
    page = browser.get(address).text
    assert re.search(r'name="level_0" value="1" checked', page)
    refused = browser.post(address, {"level_0": "1", "do": "submit"})
    assert refused.status_code == 422
    assert 'href="#level_1-0"' in refused.text
    done = browser.post(address, {"level_0": "2", "text_0": text, "level_1": "unseen", "do": "submit"})
    assert done.status_code == 303
    assert done.location.startswith("/ratings")
    assert done.location != address


@ONE
def test_a_rep_asks_how_others_see_them_and_only_sees_how_far_it_is(app: Flask, session: Session, stage: Stage) -> None:
    rep, peers = signed_in(app, stage.reps[0]), [str(one.id) for one in stage.reps[1:4]]
    address = f"/people/{stage.reps[0].id}/round"
    form = {"role": f"{stage.curriculum}:seller", "team": peers, "due": DUE, "asks_manager": "y"}
    assert rep.get(f"/people/{stage.reps[1].id}/round").status_code == 404
    for wrong in ({"team": peers[:1]}, {"role": "x"}, {"peers": "nobody at all"}, {"team": ["999"]}):
        assert rep.post(address, {**form, **wrong}).status_code == 422, wrong
    more = rep.post(address, {**form, "team": peers[:2], "peers": "Rep 3\nHanna"})
    assert more.status_code == 303
    page = rep.get(more.location).text
    assert "See what closing writes" not in page
    assert "Remind them" in page
    assert rep.post(f"{more.location}/close", page=more.location).status_code == 404, "not for reps at all"
    assert rep.post(address, form).status_code == 409
    session.rollback()
    cycle = session.scalars(select(Cycle)).one()
    raters = session.scalars(select(Sheet.rater_id).where(Sheet.cycle_id == cycle.id, Sheet.capacity == "peer")).all()
    assert sorted(raters) == sorted(one.id for one in (*stage.reps[1:4], stage.head))


@ONE
def test_a_cycle_of_the_teams_above_is_not_there_for_a_manager_and_managers_are_compared_for_those_above(
    app: Flask, session: Session, stage: Stage
) -> None:
    boss, head = signed_in(app, stage.manager), signed_in(app, stage.head)
    form = {"title": "Autumn", "team": str(stage.top.id), "raters": ["self", "manager"], "peers": "3", "due": DUE}
    address = head.post("/cycles/new", form).location
    head.post(f"{address}/open", page=address)
    for sheet in waiting(session, stage.manager):
        boss.post(f"/ratings/{sheet.id}", {"level_0": "2", "level_1": "3", "do": "submit"})
    compared = head.get(f"{address}/comparison").text
    assert "Mona" in compared
    assert "too few to say" in compared, "one manager alone"
    assert "Autumn" not in boss.get("/cycles").text
    for page in ("", "/close", "/comparison"):
        assert boss.get(address + page).status_code == 404
