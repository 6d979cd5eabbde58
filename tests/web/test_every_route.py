"""What holds of every route there is: generated from the map of addresses, so that a later route is covered by itself."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Request
from markupsafe import escape
from sqlalchemy import make_url, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import AnyConverter, Rule

from lms.services import access
from lms.services.access import MATRIX, Permission, Public, Scope
from lms.services.entry import sessions
from lms.storage.accounts import Tries
from lms.storage.audit import Audit
from lms.storage.people import Contact
from lms.storage.session import db
from lms.web import pdf
from lms.web.door import POLICIES, Door, NumberConverter, open_doors
from tests.organisation import Browser
from tests.web.everything import (
    VISITORS,
    Organisation,
    Page,
    deactivate,
    digests,
    organise,
    page_of,
    rules,
    token_of,
)

ACCEPTED = {"Accept": "text/html", "Referer": "https://cairn.test/"}
WITHOUT_FACTOR = VISITORS[5]
ONE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""What does not depend on the database is tried on one."""

OUTSIDE = ("nobody", "deactivated")
HOSTILE = (
    "javascript:alert(1)<img src=x onerror=alert(1)>{{7*7}}${7*7}<%= 7*7 %>'; DROP TABLE person; --",
    '=HYPERLINK(1)"><svg onload=alert(1)><script>alert(1)</script>a\u202eb\u200bc\u2066d',
)


@pytest.fixture(scope="session")
def organised() -> dict[Path, Organisation]:
    """What was organised in this process, by the file that keeps it."""
    return {}


@pytest.fixture
def organisation(app: Flask, session: Session, database: str, organised: dict[Path, Organisation]) -> Organisation:
    """Made once for SQLite, and its file copied from then on: making it takes as long as visiting fifty pages."""
    url = make_url(database)
    if url.get_backend_name() != "sqlite":
        return organise(session)
    assert url.database
    file = Path(url.database)
    kept = file.with_name("organised.db")
    made = organised.get(kept) or organise(session)
    session.close()
    with app.app_context():
        db.engine.dispose()
    assert not list(file.parent.glob(f"{file.name}-*")), "whoever is connected would not see the copy"
    source, target = (kept, file) if kept in organised else (file, kept)
    shutil.copy(source, target)
    return organised.setdefault(kept, made)


@pytest.fixture(autouse=True)
def _papers_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands in a PDF is made as ever; drawing one takes as long as fifty pages."""
    monkeypatch.setattr(pdf, "drawn", str.encode)


def send(browser: Browser, address: str, fields: dict[str, Any], **more: Any) -> Any:
    """A POST as it stands, with the Referer that a browser gives."""
    headers = {**ACCEPTED, **more.pop("headers", {})}
    return browser.client.post(address, data=fields, base_url=browser.base_url, headers=headers, **more)


@ONE
def test_16_a_route_without_a_policy_stops_the_start(app: Flask) -> None:
    door = Door("forgotten")
    door.add_url_rule("/forgotten", "show", lambda: "")
    site = Flask("site")
    with pytest.raises(AssertionError, match=r"forgotten\.show"):
        open_doors(site, [door])


@ONE
def test_16_every_route_names_a_permission_of_the_matrix_or_says_why_it_is_public(app: Flask) -> None:
    for endpoint, policy in app.extensions[POLICIES].items():
        if isinstance(policy, Public):
            assert policy.why, endpoint
        else:
            assert policy in MATRIX, endpoint
    assert set(Permission) == set(MATRIX)


@ONE
@pytest.mark.parametrize("kind", VISITORS)
def test_16_every_page_answers_every_kind_of_visitor_as_the_matrix_says(
    app: Flask, session: Session, organisation: Organisation, kind: str
) -> None:
    browser = organisation.visitor(app, kind)
    deactivate(session, organisation)
    wrong = []
    for rule in rules(app, "GET"):
        policy, address = app.extensions[POLICIES][rule.endpoint], organisation.address(rule)
        denied = refusals(session)
        answer = browser.get(address, headers=ACCEPTED)
        noted = refusals(session) - denied
        fits = expected(session, organisation, kind, policy, answer, get=True, noted=noted)
        if answer.status_code >= 500 or not fits:
            wrong.append(f"{kind} GET {address} ({policy}): {answer.status} {answer.location or ''}, denials {noted}")
    assert wrong == []


@ONE
@pytest.mark.parametrize("kind", VISITORS)
def test_16_every_form_answers_every_kind_of_visitor_as_the_matrix_says(
    app: Flask, session: Session, organisation: Organisation, kind: str
) -> None:
    browser = organisation.visitor(app, kind)
    deactivate(session, organisation)
    page = "/sign-in" if kind in OUTSIDE else "/account/second-factor"
    wrong, token = [], token_of(browser, page)
    for rule in rules(app, "POST"):
        policy, address = app.extensions[POLICIES][rule.endpoint], organisation.address(rule)
        denied = refusals(session)
        answer = send(browser, address, {"csrf_token": token})
        noted = refusals(session) - denied
        fits = expected(session, organisation, kind, policy, answer, get=False, noted=noted)
        if answer.status_code >= 500 or not fits:
            wrong.append(f"{kind} POST {address} ({policy}): {answer.status} {answer.location or ''}, denials {noted}")
        if answer.status_code == 303:  # it may have ended the session
            browser = browser if kind in OUTSIDE else organisation.visitor(app, kind)
            token = token_of(browser, page)
    assert wrong == []


def refusals(session: Session) -> int:
    session.rollback()
    return len(session.scalars(select(Audit.id).where(Audit.action == "authz.denied")).all())


def expected(
    session: Session, organisation: Organisation, kind: str, policy: Any, answer: Any, *, get: bool, noted: int
) -> bool:
    """Does the answer fit the policy? What an object refuses, and a form without its fields, is no matter of the policy."""
    if isinstance(policy, Public):
        return noted == 0 and answer.status_code != 401
    if kind in OUTSIDE:
        return "/sign-in" in (answer.location or "") and answer.status_code == 303 if get else answer.status_code == 401
    if kind == WITHOUT_FACTOR and policy is not Permission.ACCOUNT:
        return (answer.status_code, answer.location) == (303, "/account/second-factor")
    actor = sessions.actor_of(session, organisation.people[kind])
    if not access.can(actor, policy):
        return answer.status_code == 404 and noted == 1
    reach = {scope for right, scope in MATRIX[policy].items() if right in actor.rights}
    return Scope.ALL not in reach or (answer.status_code != 401 and noted == 0)


def test_06_a_curriculum_that_is_not_published_is_not_there_for_a_rep(app: Flask, organisation: Organisation) -> None:
    rep = organisation.visitor(app, "rep")
    assert rep.get(f"/curricula/{organisation.numbers['curriculum_id']}").status_code == 200
    for number in organisation.hidden_curricula:
        assert rep.get(f"/curricula/{number}").status_code == 404
        assert f"/curricula/{number}" not in rep.get("/curricula").text


@ONE
def test_18_29_no_page_view_changes_anything(app: Flask, session: Session, organisation: Organisation) -> None:
    for kind in ("nobody", "administrator", "rep"):
        browser = organisation.visitor(app, kind)
        before = digests(session)
        for rule in rules(app, "GET"):
            address = organisation.address(rule)
            for method, override in (("GET", "DELETE"), ("GET", "POST"), ("HEAD", "POST"), ("OPTIONS", "POST")):
                headers = {**ACCEPTED, "X-HTTP-Method-Override": override, "X-HTTP-Method": override}
                answer = browser.client.open(address, method=method, base_url=browser.base_url, headers=headers)
                assert answer.status_code < 500, (kind, method, address)
                assert method != "HEAD" or answer.data == b"", (kind, address)
        after = digests(session)
        assert {name for name in before if before[name] != after[name]} == set(), kind


@ONE
def test_18_a_form_is_sent_by_post_alone(app: Flask, session: Session, organisation: Organisation) -> None:
    admin = organisation.visitor(app, "administrator")
    readable = {rule.rule for rule in rules(app, "GET")}
    before = digests(session)
    for rule in rules(app, "POST"):
        address = organisation.address(rule)
        for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE"):
            if method in {"GET", "HEAD"} and rule.rule in readable:
                continue
            headers = {**ACCEPTED, "X-HTTP-Method-Override": "POST"}
            query = "?_method=POST"
            answer = admin.client.open(address + query, method=method, base_url=admin.base_url, headers=headers)
            assert answer.status_code in {400, 404, 405}, (method, address, answer.status)
    assert digests(session) == before


@ONE
def test_29_no_form_is_taken_without_the_token_of_its_own_session(
    app: Flask, session: Session, organisation: Organisation
) -> None:
    admin, other = organisation.visitor(app, "administrator"), organisation.visitor(app, "administrator")
    foreign = token_of(other, "/account/second-factor")
    token_of(admin, "/account/second-factor")
    before = digests(session)
    for rule in rules(app, "POST"):
        address = organisation.address(rule)
        for fields in ({}, {"csrf_token": ""}, {"csrf_token": "x"}, {"csrf_token": foreign}):
            assert send(admin, address, fields).status_code == 400, (address, fields)
        for kind in ("text/plain", "application/json"):
            body = '{"csrf_token": "x", "name": "y"}'
            answer = send(admin, address, body, content_type=kind)  # type: ignore[arg-type]
            assert answer.status_code == 400, (address, kind)
    assert digests(session) == before


@ONE
def test_29_a_form_from_another_site_is_refused_though_it_has_the_token(
    app: Flask, session: Session, organisation: Organisation
) -> None:
    admin = organisation.visitor(app, "administrator")
    token = token_of(admin, "/account/second-factor")
    before = digests(session)
    for rule in rules(app, "POST"):
        for referrer in ("https://evil.test/", ""):
            answer = send(admin, organisation.address(rule), {"csrf_token": token}, headers={"Referer": referrer})
            assert answer.status_code == 400, (rule.rule, referrer)
    assert digests(session) == before


def every_answer(app: Flask, organisation: Organisation, **headers: str) -> list[tuple[str, Any]]:
    """The answers to every page, some refusals and forms with nothing in them, to several kinds of visitors."""
    answers = []
    for kind in ("nobody", "rep", "manager", "administrator"):
        browser = organisation.visitor(app, kind)
        for rule in rules(app, "GET"):
            address = organisation.address(rule)
            answers.append((f"{kind} {address}", browser.get(address, headers={**ACCEPTED, **headers})))
        answers.append((f"{kind} nowhere", browser.get("/nowhere", headers=headers)))
        answers.append((f"{kind} PUT", browser.client.put("/", base_url=browser.base_url, headers=headers)))
        answers.append((f"{kind} no token", browser.client.post("/sign-out", base_url=browser.base_url)))
    return answers


def inline_code(page: Page) -> list[str]:
    """Whatever the Content-Security-Policy would have to stop."""
    found = []
    for tag, given in page.elements:
        found += [f"{tag} {name}" for name in given if name.startswith("on") or name in {"style", "srcdoc", "hx-on"}]
        found += [
            f"{tag} {name}={value}"
            for name, value in given.items()
            if name in {"href", "src", "action", "formaction", "hx-get", "hx-post"}
            and value.strip().lower().startswith(("javascript:", "data:text", "vbscript:"))
        ]
        found += [tag] if tag in {"style", "iframe", "object", "embed", "base"} else []
        found += ["inline script"] if tag == "script" and not given.get("src") else []
    return found


@ONE
def test_30_31_32_every_answer_shuts_out_other_sites_frames_and_inline_code(
    app: Flask, organisation: Organisation
) -> None:
    for what, answer in every_answer(app, organisation, Origin="https://evil.test"):
        assert not [name for name, _ in answer.headers if name.lower().startswith("access-control")], what
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy, what
        assert "default-src 'none'" in policy, what
        assert "base-uri 'none'" in policy, what
        assert "unsafe" not in policy, what
        assert "*" not in policy, what
        assert answer.headers["X-Frame-Options"] == "DENY", what
        assert answer.headers["X-Content-Type-Options"] == "nosniff", what
        assert "no-store" in answer.headers["Cache-Control"], what
        if answer.mimetype == "text/html":
            assert inline_code(Page(answer.text)) == [], what


@ONE
@pytest.mark.parametrize("name", HOSTILE)
def test_33_hostile_names_are_words_and_nothing_else_on_every_page(app: Flask, session: Session, name: str) -> None:
    organisation = organise(session, f"{name[:170]} {{kind}}")
    shown = 0
    for what, answer in every_answer(app, organisation):
        assert answer.status_code < 500, what
        if answer.mimetype != "text/html":
            continue
        page = Page(answer.text)
        assert inline_code(page) == [], what
        assert not [given for tag, given in page.elements if tag == "img" and given.get("src") == "x"], what
        assert "49" not in title_of(answer.text), what
        if "<" in name:
            assert name not in answer.text, what
        shown += str(escape(name[:170])) in answer.text
    assert shown > 20


def title_of(text: str) -> str:
    return text.partition("<title>")[2].partition("</title>")[0]


@pytest.mark.parametrize(
    "value",
    [
        "0",
        "-1",
        "1e3",
        "٣",
        str(2**63),
        "9" * 18,
        "9" * 300,
        "abc",
        "1;DROP",
        "1%00",
        "%2e%2e",
        "1.0",
        "+1",
        " 1",
        "0x1",
    ],
)
def test_53_a_number_in_an_address_that_is_none_is_no_such_page(
    app: Flask, session: Session, organisation: Organisation, value: str
) -> None:
    admin = organisation.visitor(app, "administrator")
    token = token_of(admin, "/account/second-factor")
    before = digests(session)
    for method in ("GET", "POST"):
        for rule in rules(app, method):
            for argument in rule.arguments - {"token", "filename"}:
                if session.get_bind().dialect.name == "postgresql" and is_no_address(rule, argument, value):
                    continue
                address = rule.rule
                for name in rule.arguments:
                    number = value if name == argument else str(organisation.given(rule, name))
                    address = replace_argument(address, name, number)
                answer = admin.get(address) if method == "GET" else send(admin, address, {"csrf_token": token})
                assert answer.status_code in {400, 404, 405, 308}, (method, address, answer.status)
    assert digests(session) == before


def is_no_address(rule: Rule, argument: str, value: str) -> bool:
    """Does the map of addresses refuse it, so that no database is asked? One database is enough for that."""
    converter = rule._converters[argument]
    return isinstance(converter, NumberConverter | AnyConverter) and not re.fullmatch(converter.regex, value, re.ASCII)


def replace_argument(rule: str, name: str, value: str) -> str:
    """The rule's text with a value in the place of an argument."""
    before, _, after = rule.partition(f"{name}>")
    return before[: before.rindex("<")] + value + after


def test_52_no_value_in_a_query_breaks_a_page(
    app: Flask, session: Session, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: set[str] = set()
    monkeypatch.setattr(app, "request_class", watching(asked))
    admin = organisation.visitor(app, "administrator")
    values = (
        "",
        "password_hash",
        "';--",
        "%" * 2_000,
        "-1",
        "1e12",
        "9" * 5_000,
        "(a+)+$" + "a" * 40,
        "٣",
        "[]",
        "a\ud7ff",
        "\U0010ffff",
        "2026-13-01",
        "0001-01-01",
        "9999-12-31",
        "person:1",
        "true",
    )
    names = (
        "page",
        "per_page",
        "sort",
        "q",
        "_external",
        "_scheme",
        "_anchor",
        "_method",
        "endpoint",
        "values",
        "self",
    )
    indifferent = 0
    for rule in rules(app, "GET"):
        address = organisation.address(rule)
        page = admin.get(address)
        text = page.text if page.mimetype == "text/html" else ""
        form = {name for form in Page(text).forms if form.method == "get" for name in form.fields}
        sent = {*names, *form, *rule.arguments}
        asked.clear()
        assert admin.get(address, query_string=dict.fromkeys(sent, ""), headers=ACCEPTED).status_code < 500, address
        indifferent += not asked
        if not asked and indifferent > WITH_EVERY_VALUE:
            continue
        for value in values:
            queries = (dict.fromkeys(sent | asked, value), *({name: value} for name in form | asked))
            for query in queries:
                answer = admin.get(address, query_string=query, headers=ACCEPTED)
                assert answer.status_code < 500, (address, query)
    assert session.scalars(select(Contact)).first() is not None


@ONE
@pytest.mark.parametrize("kind", ["rep", "manager", "trainer"])
def test_52_no_value_in_a_query_breaks_a_page_of_another_visitor(
    app: Flask, organisation: Organisation, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    asked: set[str] = set()
    monkeypatch.setattr(app, "request_class", watching(asked))
    visitor, tried = organisation.visitor(app, kind), 0
    for rule in rules(app, "GET"):
        address = organisation.address(rule)
        asked.clear()
        answer = visitor.get(address, headers=ACCEPTED)
        if answer.status_code != 200:
            continue
        form = {name for form in page_of(answer).forms if form.method == "get" for name in form.fields}
        if not asked | form:
            continue
        for value in ("", "-1", "9" * 400, "٣", "2026-13-01", "9999-12-31"):
            query = dict.fromkeys(asked | form, value)
            assert visitor.get(address, query_string=query, headers=ACCEPTED).status_code < 500, (address, query)
        tried += 1
    assert tried > 2


WITH_EVERY_VALUE = 3
"""How many pages that ask for nothing get every value all the same: the frame alone keeps it, equally on all of them."""


def watching(asked: set[str]) -> type[Request]:
    """Requests that note which names of their query somebody asks for; who goes through all of them is the frame."""

    class Asked(ImmutableMultiDict[str, str]):
        def __getitem__(self, name: str) -> str:
            asked.add(name)
            return super().__getitem__(name)

        def __contains__(self, name: object) -> bool:
            asked.add(str(name))
            return super().__contains__(name)

        def get(self, name: str, *given: Any, **more: Any) -> Any:  # type: ignore[override]
            asked.add(name)
            return super().get(name, *given, **more)

        def getlist(self, name: str, *given: Any, **more: Any) -> Any:  # type: ignore[override]
            asked.add(name)
            return super().getlist(name, *given, **more)

    class Watching(Request):
        parameter_storage_class = Asked

    return Watching


def test_54_a_nul_is_refused_in_every_address_and_field(
    app: Flask, session: Session, organisation: Organisation
) -> None:
    admin = organisation.visitor(app, "administrator")
    seen: set[tuple[str, str]] = set()
    token = token_of(admin, "/account/second-factor")
    before = digests(session)
    for rule in rules(app, "GET"):
        address = organisation.address(rule)
        page = admin.get(address)
        assert admin.get(address, query_string={"q": "a\x00b"}).status_code in {400, 404}, address
        for form in page_of(page, address).forms:
            for name in form.texts:
                if form.method != "post" or name == "csrf_token" or (form.action, name) in seen:
                    continue
                seen.add((form.action, name))
                fields = {**form.fields, name: "a\x00b", "csrf_token": token}
                assert send(admin, form.action, fields).status_code in {400, 422}, (form.action, name)
    for rule in rules(app, "POST"):
        answer = send(admin, organisation.address(rule), {"csrf_token": token, "name": "a\x00b"})
        assert answer.status_code in {400, 404, 422}, rule.rule  # 404: what an administrator may not do
    assert len(seen) > 20
    assert digests(session) == before


@pytest.mark.parametrize(
    "value", ["x" * 10_000, "9" * 30, "-9223372036854775809", "a\u202eb\u2028c", "=1+1", "0001-01-01"]
)
def test_33_53_no_value_in_a_field_of_a_form_is_a_failure(
    app: Flask, session: Session, organisation: Organisation, value: str
) -> None:
    admin = organisation.visitor(app, "administrator")
    token, seen = token_of(admin, "/account/second-factor"), set()
    pages = [organisation.address(rule) for rule in rules(app, "GET")]
    forms = [form for address in pages for form in page_of(admin.get(address), address).forms if form.method == "post"]
    for form in forms:
        for name in form.texts:
            if name == "csrf_token" or (form.action, name) in seen:
                continue
            seen.add((form.action, name))
            answer = send(admin, form.action, {**form.fields, name: value, "csrf_token": token})
            assert answer.status_code < 500, (form.action, name)
            if answer.status_code == 303:  # it may have ended the session
                admin = organisation.visitor(app, "administrator")
                token = token_of(admin, "/account/second-factor")
    assert len(seen) > 20


@ONE
@pytest.mark.parametrize(
    "address",
    [
        "/metrics",
        "/debug",
        "/console",
        "/.git/config",
        "/.env",
        "/openapi.json",
        "/api/docs",
        "/static/../../wsgi.py",
        "/static/%2e%2e/app.py",
        "/instance/cairn.db",
        "/server-status",
    ],
)
def test_64_what_is_nobody_s_business_is_not_there(app: Flask, organisation: Organisation, address: str) -> None:
    for kind in ("nobody", "administrator"):
        assert organisation.visitor(app, kind).get(address).status_code == 404


@ONE
def test_64_trace_is_closed_and_shows_nothing(app: Flask, organisation: Organisation) -> None:
    admin = organisation.visitor(app, "administrator")
    for rule in (*rules(app, "GET"), *rules(app, "POST")):
        address = organisation.address(rule)
        answer = admin.client.open(address, method="TRACE", base_url=admin.base_url, headers={"X-Secret": "told"})
        assert answer.status_code == 405, address
        assert "told" not in answer.text


@ONE
def test_64_a_failure_shows_a_number_and_nothing_of_the_inside(app: Flask, organisation: Organisation) -> None:
    def fails() -> str:
        raise RuntimeError("secret inside")

    app.view_functions["home.show"] = fails
    answer = organisation.visitor(app, "rep").get("/")
    assert answer.status_code == 500
    for inside in ("Traceback", "RuntimeError", "secret inside", "lms/web", "site-packages"):
        assert inside not in answer.text


@ONE
def test_64_another_host_is_not_for_this_site(app: Flask, organisation: Organisation) -> None:
    for host in ("evil.test", "evil.test:443", "cairn.test.evil.test", "cairn.test@evil.test"):
        answer = app.test_client().get("/sign-in", base_url="https://cairn.test", headers={"Host": host})
        assert answer.status_code == 400, host
        assert "evil" not in answer.text
    answer = app.test_client().get("/", base_url="https://cairn.test", headers={"X-Forwarded-Host": "evil.test"})
    assert "evil" not in str(answer.headers) + answer.text


def test_64_a_forwarded_address_does_not_change_whom_the_limits_count(
    app: Flask, session: Session, organisation: Organisation
) -> None:
    for number in range(3):
        browser = Browser(app)
        form = {"mail": f"nobody{number}@cairn.test", "password": "wrong password", "csrf_token": token_of(browser)}
        spoofed = {
            "X-Forwarded-For": f"203.0.113.{number}",
            "X-Real-IP": f"203.0.113.{number}",
            "Forwarded": f"for=203.0.113.{number}",
        }
        assert send(browser, "/sign-in", form, headers=spoofed).status_code in {401, 422, 429}
    session.rollback()
    counts = session.scalars(select(Tries.count)).all()
    assert max(counts) == 3
