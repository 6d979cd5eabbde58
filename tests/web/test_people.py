"""The pages about people: what they do, and what they refuse whoever asks however."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.interop.sheets.roster import read_roster
from lms.services.entry import sessions
from lms.storage.accounts import Account, OneTimeLink, SignIn
from lms.storage.audit import Audit
from lms.storage.curricula import CurriculumOwner
from lms.storage.people import Contact, Person, RightHeld, StudyPlan, Team
from lms.storage.record import RoleAssignment
from lms.storage.session import db
from tests.organisation import NOW, Browser, a_published_curriculum, a_team, somebody, who_holds

MARKUP = [
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "{{7*7}}",
    "${7*7}",
    "javascript:alert(1)",
    "'; DROP TABLE person;--",
    "=cmd|' /C calc'!A1",
]
NUMBERS = ["0", "-1", "1e3", "\u0663", str(2**63), "abc", "1;DROP", "9" * 400, "1.0", "%00", "+1", "01"]
NEW = {"name": "Dana Rivera", "mail": "dana@acme.example", "weekly_hours": "4"}


@pytest.fixture
def boss(session: Session) -> Person:
    """An administrator."""
    return somebody(session, "Boss", rights=["administrator"])


@pytest.fixture
def dana(session: Session, boss: Person) -> Person:
    """Somebody to be administered; the site sees both."""
    person = somebody(session, "Dana", mail="dana@cairn.test")
    session.commit()
    return person


@pytest.fixture
def admin(browser: Browser, boss: Person, dana: Person) -> Browser:
    """The browser of the administrator."""
    return browser.sign_in(boss)


@pytest.fixture
def read(app: Flask, dana: Person) -> Iterator[Session]:
    """What stands in the database, read beside the site and not in its context; `rollback()` to look again."""
    with app.app_context():
        engine = db.engine
    with Session(engine) as beside:
        yield beside


def pages_of(person: int | str) -> list[str]:
    """The addresses of every page about one person."""
    return [f"/admin/people/{person}{rest}" for rest in ("", "/edit", "/role", "/plan", "/rights", "/leave", "/erase")]


def forms_of(person: int | str, live: int | str = 1) -> list[str]:
    """The addresses of every form about one person."""
    rest = ("edit", "role", "plan", "rights", "leave", "erase", "deactivate", "reactivate", "invite", "reset")
    more = ("sessions/end", f"sessions/{live}/end", "factor/reset")
    return [f"/admin/people/{person}/{name}" for name in (*rest, *more)]


def test_somebody_new_is_added_and_invited_in_one_go(admin: Browser, read: Session) -> None:
    answer = admin.post("/admin/people/new", {**NEW, "rights": ["rep", "trainer"], "invite": "y"})
    assert answer.status_code == 303
    made = read.scalars(select(Contact).where(Contact.mail == "dana@acme.example")).one()
    assert answer.location.endswith(f"/admin/people/{made.person_id}")
    assert set(read.scalars(select(RightHeld.held).where(RightHeld.person_id == made.person_id))) == {"rep", "trainer"}
    assert read.scalars(select(OneTimeLink.kind)).all() == ["invitation"]
    page = admin.get(answer.location).text
    assert "Dana Rivera was added and invited." in page
    assert "Invited, not accepted yet" in page


def test_somebody_new_with_a_role_and_a_target_has_both(session: Session, admin: Browser, read: Session) -> None:
    curriculum = a_published_curriculum(session)
    session.commit()
    role = {"role": f"{curriculum}:account-executive", "role_since": "2026-02-01", "targets": "sales-manager"}
    assert admin.post("/admin/people/new", {**NEW, **role, "weekly_hours": "2,5"}).status_code == 303
    made = read.scalars(select(Contact).where(Contact.mail == "dana@acme.example")).one().person_id
    plan = read.get_one(StudyPlan, made)
    assert (plan.targets, plan.weekly_hundredths) == (["sales-manager"], 250)
    assert read.scalars(select(RoleAssignment.role)).all() == ["account-executive"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "a\u202eb"),
        ("mail", "nobody"),
        ("mail", "dana@cairn.test"),
        ("mail", "DANA@CAIRN.test"),
        ("number", "x" * 65),
        ("team", "99"),
        ("team", "abc"),
        ("language", "xx"),
        ("working_time", "half"),
        ("rights", "god"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_kept(
    admin: Browser, read: Session, field: str, value: str
) -> None:
    answer = admin.post("/admin/people/new", {**NEW, field: value})
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert f'id="{field}-error"' in answer.text
    assert read.scalar(select(func.count()).select_from(Person)) == 2


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("role", ["1:cook", "cook"]),
        ("role_since", ["soon", "0026-01-01", "2026-02-30"]),
        ("targets", ["cook"]),
        ("aim", ["9999-12-31", "tomorrow"]),
        ("weekly_hours", ["", "NaN", "Infinity", "1e999999999", "-1", "0", "169", "0.001", "9" * 5000]),
    ],
)
def test_what_is_wrong_with_a_path_is_said_beside_its_field(
    session: Session, admin: Browser, read: Session, field: str, values: list[str]
) -> None:
    a_published_curriculum(session)
    session.commit()
    for value in values:
        answer = admin.post("/admin/people/new", {**NEW, field: value})
        assert answer.status_code == 422, value
        assert f'id="{field}-error"' in answer.text, value
    assert read.scalar(select(func.count()).select_from(Person)) == 2


def test_54_a_nul_is_422_in_every_text_of_the_forms(admin: Browser, dana: Person, read: Session) -> None:
    for address in ("/admin/people/new", f"/admin/people/{dana.id}/edit"):
        for field in ("name", "mail", "number", "team", "language", "working_time"):
            assert admin.post(address, {**NEW, field: "a\x00b"}).status_code == 422
    assert read.scalars(select(Contact.name).order_by(Contact.person_id)).all() == ["Boss", "Dana"]


def test_55_the_same_address_in_another_case_is_one_account(admin: Browser, read: Session) -> None:
    assert admin.post("/admin/people/new", NEW).status_code == 303
    again = admin.post("/admin/people/new", {**NEW, "mail": "DANA@ACME.example"})
    assert again.status_code == 422
    assert "here already" in again.text


def test_8_fields_that_a_form_does_not_have_are_ignored(admin: Browser, dana: Person, read: Session) -> None:
    protected = {
        "state": "erased",
        "role": "admin",
        "rights": "administrator",
        "is_active": "0",
        "manager_id": "1",
        "id": "1",
        "person_id": "1",
        "left_on": "2026-01-01",
        "created_at": "2020-01-01",
        "password_hash": "x",
        "mail_key": "boss@cairn.test",
        "theme": "dark",
    }
    form = {"name": "Dana Lima", "mail": "dana@cairn.test", "version": str(dana.version), **protected}
    assert admin.post(f"/admin/people/{dana.id}/edit", form).status_code == 303
    person, contact = read.get_one(Person, dana.id), read.get_one(Contact, dana.id)
    assert (contact.name, contact.mail_key, contact.theme) == ("Dana Lima", "dana@cairn.test", None)
    assert (person.state, person.left_on, person.created_at) == ("active", None, NOW)
    assert read.scalars(select(RightHeld.held).where(RightHeld.person_id == dana.id)).all() == ["rep"]
    assert read.get_one(Account, dana.id).password_hash is None


def test_12_no_form_raises_one_s_own_rights_or_role(
    session: Session, browser: Browser, boss: Person, dana: Person, read: Session
) -> None:
    somebody(session, rights=["administrator"])
    trainer = somebody(session, rights=["trainer"])
    curriculum = a_published_curriculum(session)
    session.commit()
    role = {"role": f"{curriculum}:sales-manager", "starts": "2026-01-01"}
    browser.sign_in(boss)
    own = f"/admin/people/{boss.id}"
    assert (
        browser.post(f"{own}/rights", {"rights": ["administrator", "auditor"]}, page="/admin/people/new").status_code
        == 403
    )
    assert browser.post(f"{own}/role", role, page="/admin/people/new").status_code == 403
    browser.sign_in(trainer)
    for whom in (trainer, boss):
        for name, form in (("rights", {"rights": "administrator"}), ("role", role)):
            assert browser.post(f"/admin/people/{whom.id}/{name}", form, page="/account").status_code == 404
    assert sorted(read.scalars(select(RightHeld.held))) == ["administrator", "administrator", "rep", "trainer"]
    assert read.scalars(select(RoleAssignment)).all() == []


def test_13_the_last_administrator_is_told_409(admin: Browser, boss: Person, read: Session) -> None:
    own = f"/admin/people/{boss.id}"
    for rest, form in (("rights", {"rights": "rep"}), ("deactivate", {}), ("leave", {"last_day": "2026-11-01"})):
        answer = admin.post(f"{own}/{rest}", form, page="/admin/people/new")
        assert answer.status_code == 409
        assert "last administrator" in answer.text
    assert admin.post(f"{own}/erase", {"confirmation": str(boss.id)}, page="/admin/people/new").status_code == 409
    assert read.get_one(Person, boss.id).state == "active"


@pytest.mark.parametrize("name", MARKUP)
def test_33_markup_in_a_name_is_shown_as_it_was_typed(admin: Browser, session: Session, name: str) -> None:
    odd = somebody(session, name, mail="odd@cairn.test")
    team = Team(name=name.replace("/", "|"), manager_id=odd.id)
    session.add(team)
    session.commit()
    pages = ["/admin/people", "/admin/teams", "/admin/teams/new", f"/admin/teams/{team.id}", "/admin/people/new"]
    pages += [page for page in pages_of(odd.id) if not page.endswith("/erase")]
    for page in pages:
        answer = admin.get(page)
        assert answer.status_code == 200, page
        for live in ("<img src=x", "<svg onload", "$49", ">49<"):
            assert live not in answer.text, page
    escaped = (
        name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;").replace("'", "&#39;")
    )
    assert escaped in admin.get(f"/admin/people/{odd.id}").text


@pytest.mark.parametrize(
    "query",
    [
        "sort=password_hash",
        "sort=-password_hash",
        "sort=%27%3B--",
        "q=" + "%25" * 10_000,
        "q=%5C%27%22%3B--",
        "page=-1",
        "page=1e12",
        "page=1000000000000",
        "page=" + "9" * 5000,
        "per_page=1000000000",
        "team=%D9%A3",
        "team=99999999999999999999",
        "team=999999999999999999",
        "right=root&state=gone&only=all",
        "page=%00",
        "endpoint=x&_external=1&_scheme=javascript&_anchor=x&_method=POST&values=1",
    ],
)
def test_52_whatever_the_address_of_the_list_says_it_is_clamped_or_400(admin: Browser, query: str) -> None:
    for page in ("/admin/people", "/admin/people/export.csv"):
        assert admin.get(f"{page}?{query}").status_code in {200, 400}


@pytest.mark.parametrize("number", NUMBERS)
def test_53_a_number_that_is_none_is_a_404_on_every_page_and_form(admin: Browser, number: str) -> None:
    for page in (*pages_of(number), f"/admin/teams/{number}"):
        assert admin.get(page).status_code in {400, 404}, page
    for form in (*forms_of(number), f"/admin/teams/{number}", f"/admin/teams/{number}/remove"):
        assert admin.post(form, page="/admin/people/new").status_code in {400, 404, 405}, form


def test_53_nobody_s_number_is_a_404_on_every_page_and_form(admin: Browser, read: Session) -> None:
    before = read.scalar(select(func.count()).select_from(Audit))
    for page in pages_of(10**17):
        assert admin.get(page).status_code == 404, page
    form = {"confirmation": str(10**17), "last_day": "2026-11-01", "starts": "2026-11-01", "weekly_hours": "4", **NEW}
    for address in forms_of(10**17):
        assert admin.post(address, form, page="/admin/people/new").status_code == 404, address
    read.rollback()
    assert read.scalar(select(func.count()).select_from(Audit)) == before


def test_4_a_session_of_somebody_else_under_this_person_is_a_404_and_stays(
    session: Session, admin: Browser, dana: Person, read: Session
) -> None:
    other = somebody(session)
    sessions.begin(session, other.id, now=NOW)
    session.commit()
    live = read.scalars(select(SignIn.id).where(SignIn.person_id == other.id)).one()
    before = read.scalar(select(func.count()).select_from(Audit))
    answer = admin.post(f"/admin/people/{dana.id}/sessions/{live}/end", page="/admin/people/new")
    assert answer.status_code == 404
    read.rollback()
    assert read.scalars(select(SignIn.id).where(SignIn.person_id == other.id)).all() == [live]
    assert read.scalar(select(func.count()).select_from(Audit)) == before
    assert admin.post(f"/admin/people/{other.id}/sessions/{live}/end", page="/admin/people/new").status_code == 303
    read.rollback()
    assert read.scalars(select(SignIn.id).where(SignIn.person_id == other.id)).all() == []


def test_14_who_is_deactivated_is_out_with_the_next_request(app: Flask, admin: Browser, dana: Person) -> None:
    hers = Browser(app).sign_in(dana)
    assert hers.get("/").status_code == 200
    assert admin.post(f"/admin/people/{dana.id}/deactivate", page=f"/admin/people/{dana.id}").status_code == 303
    assert hers.get("/").status_code == 303
    assert "sign-in" in hers.get("/").location
    assert "They cannot sign in" in admin.get(f"/admin/people/{dana.id}").text
    assert admin.post(f"/admin/people/{dana.id}/reactivate", page=f"/admin/people/{dana.id}").status_code == 303
    assert hers.get("/").status_code == 303


def test_somebody_leaves_hands_over_and_is_erased(
    session: Session, admin: Browser, dana: Person, read: Session
) -> None:
    heir = somebody(session, "Kim Heir", rights=["trainer"])
    team = a_team(session, "North", manager=dana)
    session.add(CurriculumOwner(curriculum_id=a_published_curriculum(session), person_id=dana.id))
    session.commit()
    own = f"/admin/people/{dana.id}"
    page = admin.get(f"{own}/leave").text
    assert "1 team to hand over" in page
    assert "1 curriculum to hand over" in page
    wrong = admin.post(f"{own}/leave", {"last_day": "2026-11-01", "teams_to": "nobody@cairn.test"})
    assert wrong.status_code == 422
    assert 'id="teams_to-error"' in wrong.text
    form = {"last_day": "2026-11-01", "teams_to": "kim heir", "curricula_to": "Kim Heir"}
    assert admin.post(f"{own}/leave", form).status_code == 303
    assert read.get_one(Team, team.id).manager_id == heir.id
    assert read.scalars(select(CurriculumOwner.person_id)).all() == [heir.id]
    for closed in ("edit", "role", "plan", "rights"):
        assert admin.get(f"{own}/{closed}").status_code == 409
    assert admin.post(f"{own}/erase", {"confirmation": "0"}).status_code == 422
    assert admin.post(f"{own}/erase", {"confirmation": str(dana.id)}).status_code == 303
    shown = admin.get(own)
    assert f"Former colleague {dana.id}" in shown.text
    assert "Dana" not in shown.text
    assert f"Former colleague {dana.id}" in admin.get("/admin/people?state=erased").text


def test_rights_role_and_plan_are_changed_on_their_pages(
    session: Session, admin: Browser, dana: Person, read: Session
) -> None:
    curriculum = a_published_curriculum(session)
    session.commit()
    own = f"/admin/people/{dana.id}"
    changes: dict[str, dict[str, Any]] = {
        "rights": {"rights": ["rep", "auditor"]},
        "role": {"role": f"{curriculum}:account-executive", "starts": "2026-02-01"},
        "plan": {"targets": ["sales-manager"], "aim": "2027-06-30", "weekly_hours": "3.25"},
    }
    for name, form in changes.items():
        assert admin.post(f"{own}/{name}", form).status_code == 303, name
    page = admin.get(own).text
    for word in ("Auditor", "Account executive", "Sales manager", "3.25", "30 Jun 2027", "Being recalculated"):
        assert word in page
    assert read.scalars(select(Audit.action).where(Audit.subject_id == dana.id).order_by(Audit.id)).all() == [
        "rights.changed",
        "role.assigned",
        "plan.changed",
    ]
    assert admin.post(f"{own}/rights", {"rights": "god"}).status_code == 422
    assert admin.post(f"{own}/role", {"role": "1:cook", "starts": "x"}).status_code == 422
    assert admin.post(f"{own}/plan", {"targets": "cook", "weekly_hours": "0"}).status_code == 422


def test_who_saves_an_old_page_is_told_409_and_keeps_what_they_typed(
    admin: Browser, dana: Person, read: Session
) -> None:
    form = {"name": "Dana Lima", "mail": "dana@cairn.test", "version": str(dana.version)}
    assert admin.post(f"/admin/people/{dana.id}/edit", form).status_code == 303
    late = admin.post(f"/admin/people/{dana.id}/edit", {**form, "name": "Dana Late"})
    assert late.status_code == 409
    assert 'value="Dana Late"' in late.text
    assert read.get_one(Contact, dana.id).name == "Dana Lima"
    without = admin.post(f"/admin/people/{dana.id}/edit", {"name": "X", "mail": "dana@cairn.test"})
    assert without.status_code == 409


def test_an_auditor_reads_and_changes_nothing(session: Session, browser: Browser, dana: Person) -> None:
    auditor = somebody(session, rights=["auditor"])
    session.commit()
    browser.sign_in(auditor)
    for page in ("/admin/people", f"/admin/people/{dana.id}", "/admin/teams"):
        text = browser.get(page).text
        for word in ("Add a person", "Change the", "Deactivate at once", "Add a team"):
            assert word not in text, page
    assert browser.get("/admin/people/new").status_code == 404
    for form in forms_of(dana.id):
        assert browser.post(form, page="/account").status_code == 404, form


def test_an_export_holds_what_the_list_shows_and_the_import_reads_it(session: Session, admin: Browser) -> None:
    top = a_team(session, "Sales")
    odd = somebody(session, "=1+1 Müller", team=a_team(session, "North", parent=top), rights=["rep", "administrator"])
    curriculum = a_published_curriculum(session)
    who_holds(session, odd, "account-executive", curriculum, since=date(2026, 2, 1), targets=["sales-manager"])
    session.commit()
    for kind in ("csv", "xlsx"):
        answer = admin.get(f"/admin/people/export.{kind}?q=Müller")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="people.{kind}"'
        (row,) = read_roster(answer.data, f"people.{kind}")
        assert (row.name, row.team, row.rights) == ("=1+1 Müller", "Sales / North", ("rep",))
        assert (row.role, row.role_since, row.target) == ("account-executive", date(2026, 2, 1), ("sales-manager",))


def test_an_empty_list_says_what_to_do(admin: Browser) -> None:
    assert "Nobody found" in admin.get("/admin/people?q=zzz").text
    assert "Show everybody" in admin.get("/admin/people?state=erased").text
