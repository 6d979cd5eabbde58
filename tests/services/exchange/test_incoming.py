"""What a file would make of a draft, and that bringing it does just that: all of it, once, and undone in one go."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.engine.curriculum import Curriculum
from lms.errors import Invalid
from lms.interop.curriculum_file import curriculum_to_document, digest, parse_curriculum, read_curriculum
from lms.services.access import SITE
from lms.services.authoring import drafts
from lms.services.exchange import incoming, outgoing
from lms.services.exchange.incoming import DryRun, Outdated, compared
from lms.services.exchange.outgoing import Format
from lms.services.exchange.reading import Brings, Budget
from lms.storage.curricula import DraftEdit
from tests.interop.values import curricula
from tests.organisation import NOW, SHIPPED
from tests.services.import_files import ACME, a_csv, acme

ONE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
FRAMEWORKS = (Format.MOODLE, Format.CASE)
MOODLE = Path(__file__).parents[4] / "shared/samples/moodle_competency_csv/oecd_14col_moodle33.csv"


def a_draft(**changed: Any) -> Curriculum:
    return parse_curriculum(json.dumps({**ACME, **changed}), "acme.json")


def told(shown: DryRun) -> list[tuple[Any, ...]]:
    """The differences in short."""
    return [(one.how, one.key, one.row, *((c.field, c.old, c.new) for c in one.changes)) for one in shown.differences]


def test_a_sheet_adds_and_changes_by_row_and_withdraws_nothing() -> None:
    rows = a_csv(
        "Code,Title,Hours,Prerequisites,Grants",
        "talk,Talk,1,basics,discovery:2",
        "deep,Deep dive,3.5,any of (talk; discovery:1),",
    )
    shown = compared(a_draft(), Brings.COURSES, rows, "courses.csv")
    assert shown.problems == ()
    assert told(shown) == [("changed", "talk", 2, ("requires", "", "basics")), ("added", "deep", 3)]
    assert (shown.unchanged, [column.field for column in shown.columns][:2]) == (0, ["id", "title"])
    assert [(one.code, one.id) for one in shown.findings] == [("course-unused", "deep")], "and none that was there"
    assert shown.value is not None
    again = compared(shown.value, Brings.COURSES, rows, "courses.csv")
    assert (told(again), again.unchanged, again.importable) == ([], 2, False)


def test_12_47_what_is_wrong_with_a_sheet_is_told_by_row_and_nothing_is_brought() -> None:
    rows = a_csv("id,title,hours,role", "x,X,1,administrator")
    assert [
        (one.line, str(one.message)[:21]) for one in compared(a_draft(), Brings.COURSES, rows, "c.csv").problems
    ] == [(1, "unknown column 'role'")]
    rows = a_csv("id,title,hours,needs", "x,X,1,nothing", "y,Y,none,", "y,Y,1,")
    shown = compared(a_draft(), Brings.COURSES, rows, "c.csv")
    assert {one.line for one in shown.problems} == {2, 3, 4}
    assert shown.value is None


def test_47_a_ring_of_a_thousand_that_a_sheet_closes_is_a_finding_that_is_told() -> None:
    lines = [f"c{n},C,1,c{(n + 1) % 1000}" for n in range(1000)]
    shown = compared(a_draft(), Brings.COURSES, a_csv("id,title,hours,needs", *lines), "c.csv")
    assert "ring" in {one.code for one in shown.findings}
    assert shown.importable


def test_a_document_takes_the_place_of_the_draft_and_says_what_it_withdraws() -> None:
    document = {**ACME, "title": "Acme school", "roles": ACME["roles"][:1]}
    shown = compared(a_draft(), Brings.DOCUMENT, json.dumps(document).encode(), "acme.json")
    title = ("changed", "title", None, ("title", "Acme academy", "Acme school"))
    assert told(shown) == [title, ("withdrawn", "ae", None)]
    assert shown.unchanged == 5
    other = {**ACME, "id": "other"}
    refused = compared(a_draft(), Brings.DOCUMENT, json.dumps(other).encode(), "other.json")
    assert "'other'" in refused.problems[0].message


@pytest.mark.parametrize("form", list(Format))
def test_48_what_went_out_of_a_draft_comes_back_into_it_as_no_change(form: Format) -> None:
    value = read_curriculum(SHIPPED)
    brings = Brings(form.value) if form.value in list(map(str, Brings)) else Brings.DOCUMENT
    if form is Format.XLSX:
        brings = Brings.COURSES
    file = outgoing.written(value, form, now=NOW)
    shown = compared(value, brings, file.data, file.name)
    assert (shown.problems, shown.changes) == ((), ())
    assert shown.unchanged > 0


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(curricula(), curricula())
def test_whatever_a_curriculum_says_comes_back_equal_and_any_two_can_be_compared(
    one: Curriculum, other: Curriculum
) -> None:
    for form in (Format.YAML, Format.JSON, Format.ZIP, Format.CASE, Format.MOODLE):
        file = outgoing.written(one, form, now=NOW)
        shown = compared(one, Brings(form.value) if form in FRAMEWORKS else Brings.DOCUMENT, file.data, file.name)
        assert form is Format.MOODLE or (shown.problems, shown.changes) == ((), ())
        assert shown.problems or not shown.those("withdrawn")
    there = replace(other, id=one.id)
    file = outgoing.written(one, Format.JSON, now=NOW)
    shown = compared(there, Brings.DOCUMENT, file.data, file.name)
    assert shown.value is not None
    assert (digest(shown.value), bool(shown.differences)) == (digest(one), digest(one) != digest(there))


@pytest.mark.parametrize("form", [Format.MOODLE, Format.CASE])
def test_a_framework_adds_and_changes_and_leaves_what_it_says_nothing_of(form: Format) -> None:
    value = a_draft()
    kept = {
        "id": "discovery",
        "title": "Discovery",
        "kind": "knowledge",
        "cluster": "Listening",
        "parent": "negotiating",
    }
    there = a_draft(title="Other", competencies=[ACME["competencies"][0], kept, {**kept, "id": "more"}])
    source = parse_curriculum(
        json.dumps({**ACME, "id": "theirs", "courses": [], "roles": [], "equivalences": [], "competencies": [
            {"id": "new", "title": "New", "kind": "skill"},
            {"id": "discovery", "title": "Finding out", "kind": "skill", "parent": "new"},
        ]}),
        "x.json",
    )  # fmt: skip
    data = outgoing.written(source, form, now=NOW).data
    shown = compared(there, Brings(form), data, "x.csv" if form is Format.MOODLE else "x.json")
    assert shown.problems == ()
    changed = {change.field: change.new for one in shown.those("changed") for change in one.changes}
    assert (changed["title"], changed["parent"]) == ("Finding out", "new")
    assert not {"kind", "cluster"} & set(changed)
    assert ([one.key for one in shown.those("added")], shown.those("withdrawn")) == (["new"], ())
    assert shown.value is not None
    assert (shown.value.title, shown.value.courses) == ("Other", value.courses)
    assert compared(shown.value, Brings(form), data, shown.name).changes == ()


@pytest.mark.skipif(not MOODLE.exists(), reason="../shared/samples is not here")
def test_a_framework_of_moodle_s_comes_into_a_draft() -> None:
    shown = compared(a_draft(), Brings.MOODLE, MOODLE.read_bytes(), MOODLE.name)
    assert shown.problems == ()
    assert [len(shown.those(how)) for how in ("added", "changed", "withdrawn")] == [63, 1, 0]
    assert any("its own scale" in one.message for one in shown.notes)


def test_50_more_than_can_be_looked_through_at_once_is_refused_with_the_way_that_takes_it() -> None:
    chain = [{"id": f"c{n}", "title": "C", "hours": 1, "requires": {"course": f"c{n + 1}"}} for n in range(19_999)]
    document = {**ACME, "courses": [*ACME["courses"], *chain, {"id": "c19999", "title": "C", "hours": 1}]}
    data = json.dumps(document).encode()
    for one, budget in ((data, Budget()), (data, Budget(data=len(data) - 1)), (data, Budget(nodes=len(chain)))):
        shown = compared(a_draft(), Brings.DOCUMENT, one, "acme.json", budget=budget)
        assert [problem.message for problem in shown.problems] == [shown.problems[0].message]
        assert "lms import curriculum" in shown.problems[0].message
    sheet = a_csv("id,title,hours", *(f"c{n},C,1" for n in range(20_000)))
    assert "10,000" in compared(a_draft(), Brings.COURSES, sheet, "c.csv", budget=Budget()).problems[0].message


def test_49_json_that_is_deep_or_no_number_is_refused() -> None:
    deep = b'{"format": ' + b"[" * 100_000
    for data in (deep, b'{"a": NaN}', b'{"a": 1e400}', b'{"id": 9223372036854775808}', b'{"id": "a", "id": "b"}'):
        for brings in (Brings.DOCUMENT, Brings.CASE):
            shown = compared(a_draft(), brings, data, "x.json", budget=Budget())
            assert (bool(shown.problems), shown.value) == (True, None)


def test_what_a_file_brought_can_be_undone_and_a_changed_draft_is_looked_at_again(session: Session) -> None:
    number = acme(session)
    before = outgoing.chosen(session, SITE, number).value
    rows, name = a_csv("id,title", "negotiating,Holding a position"), "x.csv"
    shown = incoming.dry_run(session, SITE, number, Brings.COMPETENCIES, rows, name)
    more: Any = {"now": NOW, "seen": shown.digest}
    done = incoming.bring(session, SITE, number, Brings.COMPETENCIES, rows, name, **more)
    assert done.digest == shown.digest
    assert drafts.open_draft(session, SITE, number).value == done.value
    with pytest.raises(Outdated) as caught:
        incoming.bring(session, SITE, number, Brings.COMPETENCIES, rows, name, **more)
    assert caught.value.shown.changes == ()
    incoming.bring(session, SITE, number, Brings.COMPETENCIES, rows, name, now=NOW)
    assert session.scalar(select(func.count()).select_from(DraftEdit)) == 1, "twice is once"
    with pytest.raises(Invalid):
        incoming.bring(session, SITE, number, Brings.ROLES, rows, "x.csv", now=NOW, mapping={"id": ""})
    assert drafts.undo(session, SITE, number, now=NOW).how == "imported"
    assert digest(drafts.open_draft(session, SITE, number).value) == digest(before)
    assert curriculum_to_document(before)["competencies"][0]["title"] == "Negotiating"
