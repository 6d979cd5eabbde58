"""A trainer's own sheets: put into a curriculum all or nothing, every problem with its row, and written back as they were."""

from __future__ import annotations

import contextlib
import io
import json
import tracemalloc
from collections.abc import Mapping
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.engine.check import check_curriculum
from lms.engine.curriculum import Curriculum
from lms.engine.requirement import NOTHING
from lms.errors import Invalid
from lms.interop.curriculum_columns import COMPETENCIES, COURSES, CURRICULUM_KINDS, ROLES, for_scale
from lms.interop.curriculum_export import sheet_of, workbook_of
from lms.interop.curriculum_file import curriculum_to_document, digest, parse_curriculum
from lms.interop.curriculum_sheets import curriculum_with, merged, read_rows
from lms.interop.sheets.columns import Kind
from lms.interop.sheets.sheet_write import template_csv, template_xlsx, to_xlsx
from tests.interop.documents import a_document, the_curriculum
from tests.interop.sheet_files import a_workbook
from tests.interop.values import curricula

KINDS = list(CURRICULUM_KINDS.values())
EMPTY = {
    "format": "lms-curriculum/1",
    "id": "new",
    "title": "New",
    "scale": [{"level": level, "title": f"Level {level}"} for level in (1, 2, 3, 4)],
    "competencies": [],
    "courses": [],
    "roles": [],
}


def put(
    kind: Kind,
    text: str | bytes,
    document: Mapping[str, Any] | None = None,
    mapping: Mapping[str, str | None] | None = None,
) -> Curriculum:
    data = text.encode() if isinstance(text, str) else text
    return curriculum_with(document or a_document(), read_rows(kind, data, "own.csv", mapping))


def told(kind: Kind, text: str | bytes, document: Mapping[str, Any] | None = None) -> list[str]:
    """What is said about a sheet that is refused, each with its row."""
    with pytest.raises(Invalid) as caught:
        put(kind, text, document)
    assert {problem.file for problem in caught.value.problems} == {"own.csv"}
    return [f"{p.line}: {p.message}" if p.line is not None else p.message for p in caught.value.problems]


def test_a_sheet_fills_an_empty_curriculum_column_by_column() -> None:
    skills = (
        "ID,Name,Type,Category,Description,Parent ID,Level 1,Level 3\n"
        "discovery,Discovery,Knowledge,Insight,,,Asks,\n"
        'negotiating,Negotiating positions,skill,Partnering,"One\r\ntwo",discovery,,Holds price\n'
    )
    made = put(COMPETENCIES, skills, EMPTY)
    discovery, negotiating = made.competencies
    assert (discovery.kind, discovery.cluster, discovery.description, discovery.levels) == (
        "knowledge",
        "Insight",
        None,
        {1: "Asks"},
    )
    assert (negotiating.parent, negotiating.description, negotiating.levels) == (
        "discovery",
        "One\ntwo",
        {3: "Holds price"},
    )
    courses = (
        "Code;Title;Duration;Refresher hours;Price;Mode;Confirmed by;Description;URL;Vendor;Prerequisites;Gives\n"
        "basics;Basics;1,5;0,5;;;;;;;;discovery:2\n"
        "hp;Holding price;3;;120;Instructor led;Attendance;Hard;https://x.example;Acme;basics, discovery:2;negotiating:3 for 24 months\n"
    )
    made = put(COURSES, courses, curriculum_to_document(made))
    assert [(one.hours, one.renewal_hours, one.cost) for one in made.courses] == [(150, 50, 0), (300, 300, 12_000)]
    assert (made.courses[1].delivery, made.courses[1].completion) == ("instructor-led", "attendance")
    assert made.courses[1].grants[0].valid_months == 24
    roles = "role,job title,family,summary,requires,leads to\nae,AE,sales,Text,negotiating:3; any of (hp; basics),sm; ae\nsm,SM,,,,\n"
    made = put(ROLES, roles, curriculum_to_document(made))
    assert made.roles[0].next == ("sm", "ae")
    assert made.roles[1].requires.items == ()  # type: ignore[union-attr]
    assert curriculum_to_document(made)["roles"][0]["requires"] == [
        {"competency": "negotiating", "level": 3},
        {"any": [{"course": "hp"}, {"course": "basics"}]},
    ]


def test_a_row_changes_only_the_columns_of_the_sheet_and_nothing_is_deleted() -> None:
    before, document = the_curriculum(), a_document()
    after = put(COURSES, "id,cost,provider\nholding-price,99.50,\n", document)
    assert document == a_document()
    assert after.courses[0].cost == 9_950
    assert after.courses[0].provider is None
    assert after.courses[0].sessions == before.courses[0].sessions
    assert after.courses[0].title == before.courses[0].title
    assert after.courses[1:] == before.courses[1:]
    assert after.roles == before.roles
    levels = put(COMPETENCIES, "id,level 1,level 3\nnegotiating,Knows,\n").competencies[0].levels
    assert levels == {1: "Knows"}


def test_what_is_new_comes_last_in_the_order_of_the_rows() -> None:
    made = put(COURSES, "title,id,hours\nB,b,1\nA,a,2\nBasics,basics,9\n")
    assert [course.id for course in made.courses] == ["holding-price", "basics", "b", "a"]
    assert made.courses[1].hours == 900


def test_something_new_lacks_what_the_format_requires_and_its_row_is_told() -> None:
    assert told(COURSES, "id,cost\nbasics,1\nnew,2\n") == [
        "3: course 'new' has no 'title', which is required",
        "3: course 'new' has no 'hours', which is required",
    ]


def test_a_new_role_without_a_word_on_it_asks_nothing() -> None:
    assert put(ROLES, "id,title\nboss,Boss\n").roles[-1].requires == NOTHING


def test_columns_can_be_mapped_by_hand_and_show_what_stands_in_them() -> None:
    data = b"Kurs,Dauer,Name\nbasics,4,Grundlagen\n"
    rows = read_rows(COURSES, data, "own.csv", {"Kurs": "id", "Dauer": "hours", "Name": None})
    assert [(one.header, one.column, one.example) for one in rows.columns] == [
        ("Kurs", "id", "basics"),
        ("Dauer", "hours", "4"),
        ("Name", None, "Grundlagen"),
    ]
    made = curriculum_with(a_document(), rows)
    assert (made.courses[1].hours, made.courses[1].title) == (400, "Basics")
    unmapped = read_rows(COURSES, data, "own.csv")
    assert unmapped.problems.count == 3
    assert [one.header for one in unmapped.columns] == ["Kurs", "Dauer", "Name"]


def test_47_every_problem_is_told_at_once_with_its_row() -> None:
    sheet = (
        "id,title,kind,parent,level 1,level 5\n"
        "a,,skill,,,\n"
        "b,B,talent,,,\n"
        "c,C,skill,nobody,,\n"
        "d,D,skill,b,,Too high\n"
        "negotiating,N,skill,a,,\n"
        "c,C,skill,,,\n"
        ",X,skill,,,\n"
    )
    assert told(COMPETENCIES, sheet) == [
        "2: competency 'a' has no 'title', which is required",
        "3: 'kind' must be one of knowledge, skill, ability, not 'talent'",
        "4: competency 'c' lies under unknown competency 'nobody'",
        "5: competency 'd': 'levels.5' must be a level from 1 to 4",
        "7: id 'c' stands in row 4 and again in row 7",
        "8: 'id' is empty",
    ]


def test_47_courses_and_roles_that_ask_for_what_is_not_there_are_told_with_their_row() -> None:
    assert told(
        COURSES,
        "id,needs,grants\nbasics,nothing:2; holding-prize,negotiating:7 for 0 months\nholding-price,any of (,\n",
    ) == [
        "2: course 'basics', grant of 'negotiating': 'level' must be a whole number from 1 to 4 (the scale's levels), not 7",
        "2: course 'basics', grant of 'negotiating': 'valid_months' must be a whole number from 1 to 1,200, not 0",
        "2: course 'basics' requires unknown competency 'nothing'",
        "2: course 'basics' requires unknown course 'holding-prize' (did you mean 'holding-price'?)",
        "3: 'needs' opens a bracket and does not close it",
    ]
    assert told(ROLES, "id,asks,next\nae,x,boss\n") == [
        "2: role 'ae' requires unknown course 'x'",
        "2: role 'ae' leads to unknown role 'boss'",
    ]
    assert told(COURSES, "id,hours,renewal_hours,cost\nbasics,0,1.234,-1\nholding-price,50%,,1e3\n") == [
        "2: course 'basics': 'hours' must be a number above 0 and at most 10,000,000, not 0",
        "2: course 'basics': 'renewal_hours' must have at most two decimals, not 1.234",
        "2: course 'basics': 'cost' must be a number from 0 to 1,000,000,000, not -1",
        "3: 'hours' must be a number such as 1.5, not '50%'",
        "3: 'cost' must be a number such as 0.93 or 93%, not '1e3'",
    ]


@pytest.mark.parametrize("length", [1, 2, 1_000])
def test_47_rings_of_prerequisites_are_read_and_are_findings(length: int) -> None:
    ring = "".join(f"c{n},C,1,c{(n + 1) % length}\n" for n in range(length))
    made = put(COURSES, "id,title,hours,needs\n" + ring, EMPTY)
    assert len(made.courses) == length
    errors = [finding for finding in check_curriculum(made) if finding.severity == "error"]
    assert errors
    assert all(finding.id in made.course_by_id for finding in errors)


def test_47_a_missing_parent_and_rings_of_parents() -> None:
    assert told(COMPETENCIES, "id,parent\nnegotiating,gone\n") == [
        "2: competency 'negotiating' lies under unknown competency 'gone'"
    ]
    made = put(COMPETENCIES, "id,parent\nnegotiating,negotiating\n")
    assert "parent-ring" in {finding.code for finding in check_curriculum(made)}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"id,title\n", "1: has column names and no row below them"),
        (b"id,title\nx,\0\n", "2: there is a NUL character in it; save the file as UTF-8 text"),
        (b'id,title\nx,"y\nz,z\n', "2: a quote is opened in this row and never closed"),
        (b"id,Title,title\nx,y,z\n", "1: column 3 has the same name as column 2: 'title'"),
        (b"id,title,name\nx,y,z\n", "1: columns 'title' and 'name' are both 'title'"),
        (b"title\nx\n", "1: there is no column 'id', which is required"),
        (b"id,titel\nx,y\n", "1: unknown column 'titel' (did you mean 'title'?)"),
        (b"id\n\xff\n", "is not UTF-8 text: byte 3 (0xff) does not belong; save it as CSV UTF-8"),
        (b"id\n" + b"," * 1_000_000 + b"x\n", "2: a row is longer than 1,000,000 characters"),
        (b"id" + b",a" * 400_000 + b"\nx\n", "1: has 400,001 columns, of at most 200"),
        (b"id\n" + b"x" * 100_000_000, "is 100,000,003 bytes large, of at most 20,000,000; split it"),
        (b"id\n" + b"x" * 201, "2: 'id' must have at most 200 characters, not 201"),
    ],
    ids=["nothing", "mark", "header", "nul", "quote", "twice", "both", "no id", "unknown", "bytes", "cells", "columns", "line", "id"],
)  # fmt: skip
def test_47_hostile_sheets_are_refused_with_their_row_and_in_little_memory(data: bytes, said: str) -> None:
    tracemalloc.start()
    (problem,) = told(COURSES, data)
    assert tracemalloc.get_traced_memory()[1] < 30_000_000
    tracemalloc.stop()
    assert problem.startswith(said)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_47_byte_order_marks_utf_16_and_every_line_end_are_read(encoding: str, end: str) -> None:
    text = end.join(["id,title", "basics,Grundlagen für Käufer", ""])
    assert put(COURSES, text.encode(encoding)).courses[1].title == "Grundlagen für Käufer"


@pytest.mark.parametrize(("column", "text", "row"), [("needs", "a;" * 16_000, 33), ("summary", "x" * 32_000, 626)])
def test_47_a_text_that_very_many_cells_share_is_refused_in_little_memory(column: str, text: str, row: int) -> None:
    data = to_xlsx("Courses", ["id", column], [[f"c{number}", text] for number in range(5_000)])
    assert len(data) < 200_000
    tracemalloc.start()
    rows = read_rows(COURSES, data, "own.xlsx")
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()
    with pytest.raises(Invalid, match=f"own.xlsx:{row}: says too much with the rows above it; split the file"):
        rows.problems.check()


def test_a_workbook_is_read_at_the_worksheet_that_is_called_as_the_kind() -> None:
    book = a_workbook(["x"], ["y"], also={"Courses": [["id", "hours"], ["basics", 2.5]]})
    rows = read_rows(COURSES, book, "own.xlsx")
    assert curriculum_with(a_document(), rows).courses[1].hours == 250
    assert rows.notes == ("only the worksheet 'Courses' was read; left out: 'People'",)
    assert read_rows(ROLES, book, "own.xlsx").problems.count


@pytest.mark.parametrize("kind", KINDS, ids=list(CURRICULUM_KINDS))
def test_a_template_is_read_as_one_valid_row(kind: Kind) -> None:
    for data in (template_csv(kind), template_xlsx(for_scale(kind, 4))):
        rows = read_rows(kind, data, "template")
        assert [item.row for item in rows.items] == [2]
        assert not rows.problems.count
        assert rows.notes == ()


@pytest.mark.parametrize("kind", KINDS, ids=list(CURRICULUM_KINDS))
def test_no_two_columns_of_a_kind_answer_to_one_name(kind: Kind) -> None:
    words = [word for column in kind.columns for word in (column.name, *column.aliases)]
    assert len({word.replace(" ", "").replace("_", "").replace("-", "") for word in words}) == len(words)


def test_48_names_that_begin_like_a_formula_run_nowhere_and_come_back() -> None:
    signs = ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠x", "'=1", "''-x"]
    document = EMPTY | {
        "competencies": [{"id": f"k{n}", "title": sign, "kind": "skill"} for n, sign in enumerate(signs)]
        + [{"id": "=k", "title": "", "kind": "skill", "parent": "=k", "description": " a\r\nb "}],
        "courses": [
            {"id": "-c", "title": "T", "hours": 1, "requires": [{"competency": "=k", "level": 1}, {"course": "-c"}]}
        ],
    }
    made = parse_curriculum(json.dumps(document), "a.json")
    for form in ("csv", "xlsx"):
        for kind in (COMPETENCIES, COURSES):
            data = sheet_of(kind, made, form)
            assert digest(put(kind, data, curriculum_to_document(made))) == digest(made)
            fresh = put(kind, data, document | {"courses": []} if kind is COMPETENCIES else document)
            assert [one.id for one in fresh.competencies] == [one.id for one in made.competencies]
    text = sheet_of(COMPETENCIES, made, "csv").decode("utf-8-sig")
    cells = [line.split(",")[1].lstrip('"') for line in text.splitlines() if line.startswith("k")]
    assert all(cell.startswith("'") for cell in cells)
    pages = openpyxl.load_workbook(io.BytesIO(workbook_of(made)))
    assert pages.sheetnames == ["Competencies", "Courses", "Roles"]
    assert {cell.data_type for page in pages for row in page.iter_rows(max_col=6) for cell in row} == {"s", "n"}


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(curricula(), st.sampled_from(["csv", "xlsx", "workbook"]))
def test_48_a_curriculum_written_as_sheets_reads_back_with_an_equal_digest(curriculum: Curriculum, form: Any) -> None:
    document = curriculum_to_document(curriculum)
    for kind in KINDS:
        if not document[kind.name]:
            continue
        data = workbook_of(curriculum) if form == "workbook" else sheet_of(kind, curriculum, form)
        rows = read_rows(kind, data, "own.csv")
        assert len(rows.items) == len(document[kind.name])
        assert digest(curriculum_with(document, rows)) == digest(curriculum)


def test_a_sheet_of_courses_is_written_as_a_trainer_would() -> None:
    first, second, third = sheet_of(COURSES, the_curriculum(), "csv").decode("utf-8-sig").splitlines()
    assert first == "id,title,hours,renewal_hours,cost,delivery,completion,summary,link,provider,needs,grants"
    assert second == (
        "holding-price,Holding price,3,1.25,120,virtual,trainer,Text,https://example.org,Acme,negotiating:2,"
        "negotiating:3 for 24 months"
    )
    assert third == "basics,Basics,1,,0,self-paced,self,,,,,negotiating:2"


def test_a_text_that_no_cell_holds_stops_the_export_and_names_it() -> None:
    long = parse_curriculum(json.dumps(a_document(lambda d: d["courses"][0].update(summary="x" * 32_001))), "a.json")
    with pytest.raises(Invalid, match="courses: summary of 'holding-price' has 32,001 characters"):
        sheet_of(COURSES, long, "csv")


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    st.sampled_from(KINDS),
    st.binary(max_size=60)
    | st.lists(
        st.lists(st.sampled_from(["id", "title", "kind", "needs", "asks", "hours", "a", "b:1", '"', "any of (", "1e9", "=x", ""]),
                 min_size=1, max_size=5).map(",".join), max_size=5).map(lambda lines: "\n".join(["id,title,needs", *lines]).encode()),
)  # fmt: skip
def test_47_any_bytes_are_a_curriculum_or_problems(kind: Kind, data: bytes) -> None:
    rows = read_rows(kind, data, "own.csv")
    assert merged(EMPTY, kind, rows.items)["id"] == "new"
    with contextlib.suppress(Invalid):
        assert isinstance(curriculum_with(EMPTY, rows), Curriculum)
