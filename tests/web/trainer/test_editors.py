"""The editors of a draft: what they keep, what they refuse, and what two trainers at once see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.services.access import SITE
from lms.services.authoring import drafts
from lms.services.authoring.drafts import Draft
from lms.storage.curricula import DraftEdit
from lms.storage.people import Person
from lms.storage.record import RoleAssignment
from tests.organisation import Browser, somebody
from tests.web.trainer.small import Filled, a_small_curriculum, opened

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
ITEMS = [("competency", "neg"), ("course", "price"), ("role", "ae"), ("objective", "grow"), ("course", "shadow")]


@pytest.fixture
def trainer(session: Session) -> Person:
    return somebody(session, "Priya", rights=["trainer"])


@pytest.fixture
def number(session: Session, trainer: Person) -> int:
    return a_small_curriculum(session, trainer)


@pytest.fixture
def desk(browser: Browser, trainer: Person, number: int) -> Browser:
    return browser.sign_in(trainer)


@pytest.fixture
def draft(session: Session, number: int) -> Callable[[], Draft]:
    """The draft as it stands in the database."""

    def look() -> Draft:
        session.rollback()
        return drafts.open_draft(session, SITE, number)

    return look


def at(number: int, kind: str, key: str | None = None, rest: str = "") -> str:
    return f"/curricula/{number}/draft/{kind}" + (f"?id={key}{rest}" if key else f"/new{rest}")


@pytest.mark.parametrize(("kind", "key"), ITEMS)
def test_a_form_that_is_saved_as_it_came_changes_nothing(
    desk: Browser, number: int, draft: Callable[[], Draft], kind: str, key: str
) -> None:
    form = opened(desk, at(number, kind, key))
    answer = desk.post(form.action, form.sent(), page=at(number, kind, key))
    assert (answer.status_code, answer.location) == (303, at(number, kind, key))
    assert draft().is_published
    assert "Undo" not in desk.get(answer.location).text, "nothing was done, so nothing is to be undone"


def test_a_competency_is_put_in_changed_and_undone(
    desk: Browser, number: int, draft: Callable[[], Draft], session: Session
) -> None:
    form = opened(desk, at(number, "competency"))
    fields = form.sent(title="Closing a deal", cluster="Deals", kind="skill", people="2", holders_level="3")
    fields |= {"levels-0": "Names the steps", "raters": ["manager"], "other_raters": "customer, peer"}
    answer = desk.post(form.action, fields, page=at(number, "competency"))
    assert answer.location == at(number, "competency", "closing-a-deal")
    made = draft().value.competency_by_id["closing-a-deal"]
    assert (made.cluster, made.levels, made.raters) == (
        "Deals",
        {1: "Names the steps"},
        ("manager", "customer", "peer"),
    )
    assert (made.holders and (made.holders.level, made.holders.people)) == (3, 2)
    page = desk.get(answer.location).text
    assert "“Closing a deal” was added." in page
    undo = f"/curricula/{number}/draft/undo?edit={session.scalars(select(DraftEdit.id)).one()}"
    assert undo in page.replace("&amp;", "&")
    gone = desk.post(f"/curricula/{number}/draft/undo", {"back": "//evil.test"}, page=answer.location)
    assert (gone.status_code, gone.location) == (303, "/")
    assert draft().is_published


def test_an_undo_leads_back_to_where_it_was_offered(desk: Browser, number: int) -> None:
    form = opened(desk, at(number, "objective", "grow"))
    desk.post(form.action, form.sent(weight="5,5"), page=form.action)
    back = desk.post(
        f"/curricula/{number}/draft/undo", {"back": "/curricula?x=1"}, page=at(number, "objective", "grow")
    )
    assert back.location == "/curricula?x=1"


def test_a_course_keeps_what_its_form_says(desk: Browser, number: int, draft: Callable[[], Draft]) -> None:
    form = opened(desk, at(number, "course", rest="/new?grants=neg:3&title=Big+deals").replace("/new/new", "/new"))
    assert form.values["title"] == ["Big deals"]
    assert (form.values["grants-0-competency"], form.values["grants-0-level"]) == (["Negotiating"], ["3"])
    more = desk.post(at(number, "course"), form.sent(hours="4,25", do="add:sessions"), page=form.action)
    form = Filled(more.text)
    assert form.values["hours"] == ["4,25"]
    fields = form.sent(sessions__0__starts="2027-03-01T09:00", sessions__0__ends="2027-03-01T12:00")
    fields |= {"sessions-0-seats": "8", "link": "HTTPS://acme.test", "grants-0-valid_months": "12"}
    assert desk.post(form.action, fields, page=form.action).status_code == 303
    made = draft().value.course_by_id["big-deals"]
    assert (made.hours, made.grants[0].level, made.grants[0].valid_months) == (425, 3, 12)
    assert [(one.id, one.seats, one.starts.hour) for one in made.sessions] == [("big-deals-2027-03-01", 8, 9)]


@pytest.mark.parametrize(
    ("kind", "key", "changed", "said"),
    [
        ("course", "price", {"title": ""}, "Type the title."),
        ("course", "price", {"hours": "0"}, "above 0"),
        ("course", "price", {"hours": "1e3"}, "Type a number"),
        ("course", "price", {"renewal_hours": "9"}, "must not be above"),
        ("course", "price", {"link": "javascript:alert(1)"}, "Type a whole address"),
        ("course", "price", {"link": "//evil.test"}, "Type a whole address"),
        ("course", "price", {"grants-0-competency": "Selling"}, "There is no “Selling” here"),
        ("course", "price", {"grants-0-level": ""}, "This is needed."),
        ("course", "price", {"sessions-0-starts": "soon"}, "Write day and time"),
        ("course", "price", {"sessions-0-ends": "2027-01-13T09:00"}, "ends"),
        ("course", "price", {"requires": "{]"}, "could not be read"),
        ("competency", "neg", {"people": ""}, "Give both"),
        ("competency", "neg", {"kind": "talent"}, "Choose from the list."),
        ("role", "ae", {"months-0-at_least": "-1"}, "at_least"),
        ("objective", "grow", {"weight": "0"}, "above 0"),
    ],
)
def test_what_cannot_be_is_refused_with_everything_typed_kept(
    desk: Browser, number: int, draft: Callable[[], Draft], kind: str, key: str, changed: dict[str, str], said: str
) -> None:
    form = opened(desk, at(number, kind, key))
    answer = desk.post(form.action, {**form.sent(), "summary": "typed <b>", **changed}, page=form.action)
    assert answer.status_code == 422
    assert said in answer.text.replace("&#39;", "'")
    assert "There is a problem" in answer.text
    if kind == "course":
        assert "typed &lt;b&gt;" in answer.text
    assert draft().is_published


def test_an_id_that_is_taken_is_refused_and_another_one_is_made_of_an_equal_title(
    desk: Browser, number: int, draft: Callable[[], Draft]
) -> None:
    form = opened(desk, at(number, "competency"))
    refused = desk.post(form.action, form.sent(title="Negotiating", id="neg"), page=form.action)
    assert refused.status_code == 422
    assert "neg" in refused.text
    form = opened(desk, at(number, "competency"))
    desk.post(form.action, form.sent(title="Neg"), page=form.action)
    assert [one.id for one in draft().value.competencies] == ["neg", "disc", "neg-2"]


def test_rows_are_added_and_taken_out_without_storing_anything(
    desk: Browser, number: int, draft: Callable[[], Draft]
) -> None:
    form = opened(desk, at(number, "role", "ae"))
    shape = at(number, "role", "ae")
    form = Filled(desk.post(shape, form.sent(family="Selling", do="add:months"), page=form.action).text)
    assert form.values["family"] == ["Selling"]
    assert "months-1-role" in form.values
    form = Filled(desk.post(shape, form.sent(do="out:months-0"), page=form.action).text)
    assert "months-0-role" not in form.values
    assert draft().is_published
    desk.post(form.action, form.sent(), page=form.action)
    ae = draft().value.role_by_id["ae"]
    assert [type(gate).__name__ for gate in ae.gates] == ["AttestationGate", "OutcomeGate"]


def test_a_removal_says_what_names_it_and_can_be_undone(desk: Browser, number: int, draft: Callable[[], Draft]) -> None:
    before = draft().digest
    page = desk.get(f"/curricula/{number}/draft/course/remove?id=basics").text
    assert "2 places name it" in page
    assert "Holding price" in page
    assert "Shadow a call" in page
    assert "goes with it" not in page
    page = desk.get(f"/curricula/{number}/draft/role/remove?id=ae").text
    assert "The curriculum test “An SDR becomes AE”" in page
    assert "1 course that counts as it" in desk.get(f"/curricula/{number}/draft/course/remove?id=price").text
    answer = desk.post(f"/curricula/{number}/draft/course/remove?id=basics", {"back": "/curricula"})
    assert (answer.status_code, answer.location) == (303, "/curricula")
    assert "basics" not in draft().value.course_by_id
    assert "“Discovery basics” was removed." in desk.get("/curricula").text
    desk.post(f"/curricula/{number}/draft/undo", page=at(number, "competency"))
    assert draft().digest == before


@pytest.fixture
def other(app: Flask, session: Session, number: int) -> Browser:
    """A second trainer at the same draft."""
    sam = somebody(session, "Sam", rights=["administrator"])
    session.commit()
    return Browser(app).sign_in(sam)


def test_the_second_to_save_sees_both_versions_and_can_keep_either(
    desk: Browser, other: Browser, number: int, draft: Callable[[], Draft]
) -> None:
    address = at(number, "competency", "neg")
    mine, theirs = opened(desk, address), opened(other, address)
    assert other.post(address, theirs.sent(title="Bargaining", cluster="Money")).status_code == 303
    clash = desk.post(address, mine.sent(title="Haggling"))
    assert clash.status_code == 409
    for said in (
        "Sam changed this",
        "Bargaining",
        "Haggling",
        "Money",
        "Keep mine",
        "Keep theirs",
        f'href="{address}"',
    ):
        assert said in clash.text
    assert "Holds the price" not in clash.text.split("<form class")[0], "only what differs is shown"
    assert draft().value.competency_by_id["neg"].title == "Bargaining"
    again = kept_mine(clash.text)
    assert desk.post(address, again).status_code == 303
    assert draft().value.competency_by_id["neg"].title == "Haggling"


@pytest.mark.parametrize(
    ("kind", "key", "differs"),
    [("course", "basics", "hours"), ("role", "sdr", "family"), ("objective", "grow", "weight")],
)
def test_what_is_as_usual_is_no_difference_between_two_versions(
    desk: Browser, other: Browser, number: int, kind: str, key: str, differs: str
) -> None:
    address = at(number, kind, key)
    mine, theirs = opened(desk, address), opened(other, address)
    assert other.post(address, theirs.sent(**{differs: "7"})).status_code == 303
    clash = desk.post(address, mine.sent(**{differs: "8"}))
    assert (clash.status_code, clash.text.count('<td class="pre" data-label="Mine">')) == (409, 1)


def test_an_item_that_the_other_took_out_is_put_back_only_if_one_says_so(
    desk: Browser, other: Browser, number: int, draft: Callable[[], Draft]
) -> None:
    address = at(number, "competency", "neg")
    mine = opened(desk, address)
    other.post(f"/curricula/{number}/draft/competency/remove?id=neg")
    clash = desk.post(address, mine.sent(title="Haggling"), page="/curricula/add")
    assert clash.status_code == 409
    assert "took this out" in clash.text
    assert "neg" not in draft().value.competency_by_id
    assert desk.post(at(number, "competency"), kept_mine(clash.text)).status_code == 303
    assert draft().value.competency_by_id["neg"].title == "Haggling"


def kept_mine(text: str) -> dict[str, Any]:
    """What the button *Keep mine* sends."""
    start = text.index('<form class="row first mt"')
    return Filled(text[:start] + text[start:].replace("<form", '<form id="editor"', 1)).sent()


def test_05_a_draft_of_another_trainer_is_not_there_and_neither_is_a_course_of_another_curriculum(
    app: Flask, session: Session, desk: Browser, number: int
) -> None:
    stranger = somebody(session, "Quinn", rights=["trainer"])
    others = a_small_curriculum(session, stranger, id="others", courses=[{"id": "own", "title": "Own", "hours": 1}],
                                roles=[], tests=[], equivalences=[])  # fmt: skip
    for address in (at(others, "course", "own"), at(others, "course"), f"/curricula/{others}/draft/course/remove?id=own",
                    at(number, "course", "own"), f"/curricula/{others}/draft/options?q=o"):  # fmt: skip
        assert desk.get(address).status_code == 404, address
    token = opened(desk, at(number, "course")).values["csrf_token"][0]
    for address in (at(others, "course", "own"), at(others, "course"), f"/curricula/{others}/draft/course/remove?id=own",
                    at(others, "course", "own", "&do=add:grants"), f"/curricula/{others}/draft/undo",
                    at(number, "course", "own")):  # fmt: skip
        sent = {"title": "Mine", "hours": "1", "csrf_token": token}
        assert (
            desk.client.post(
                address, data=sent, base_url=desk.base_url, headers={"Referer": f"{desk.base_url}/"}
            ).status_code
            == 404
        )


def test_12_a_role_form_gives_nobody_a_role(desk: Browser, number: int, session: Session, trainer: Person) -> None:
    form = opened(desk, at(number, "role", "ae"))
    more = {
        "person": str(trainer.id),
        "person_id": str(trainer.id),
        "holders": str(trainer.id),
        "rights": "administrator",
    }
    assert desk.post(form.action, {**form.sent(family="x"), **more}, page=form.action).status_code == 303
    session.rollback()
    assert session.scalars(select(RoleAssignment)).all() == []


def test_33_hostile_names_are_words_in_every_editor(desk: Browser, number: int, session: Session) -> None:
    name = '"><img src=x onerror=alert(1)>{{7777*7777}}'
    for kind in ("competency", "course", "role", "objective"):
        form = opened(desk, at(number, kind))
        sent = form.sent(title=name, id=f"{kind}{name}", hours="1")
        answer = desk.post(form.action, sent, page=form.action)
        assert answer.status_code == 303, kind
        for address in (answer.location, answer.location.replace("?id", "/remove?id"), at(number, kind)):
            page = desk.get(address)
            assert page.status_code == 200
            assert "<img src=x" not in page.text
            assert "60481729" not in page.text.replace(name, "")
    found = desk.get(f"/curricula/{number}/draft/options?for=role:ae&q=onerror").text
    assert "&lt;img" in found
    assert "<img" not in found


def test_an_auditor_reads_and_cannot_save(app: Flask, session: Session, number: int) -> None:
    auditor = somebody(session, rights=["auditor"])
    session.commit()
    browser = Browser(app).sign_in(auditor)
    page = browser.get(at(number, "course", "price"))
    assert page.status_code == 200
    assert "Save the course" not in page.text.split("</button>", 1)[1].split('id="editor"')[0]
    assert "disabled" in page.text
    assert browser.post(at(number, "course", "price"), {"title": "x"}, page="/curricula").status_code == 404
