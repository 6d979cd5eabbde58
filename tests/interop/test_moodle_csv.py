"""Moodle's competency frameworks: read whole, written back with tree and references, or refused row by row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.engine.competency import Competency, Holders, Kind, Origin, ScaleLevel
from lms.engine.curriculum import Curriculum
from lms.errors import Invalid
from lms.interop.curriculum_file import digest
from lms.interop.sheets.columns import suggested_mapping
from lms.interop.sheets.sheet import open_sheet
from lms.interop.sheets.sheet_write import to_csv
from lms.interop.systems.html_text import markdown_of
from lms.interop.systems.moodle_columns import COLUMNS
from lms.interop.systems.moodle_csv import DEFAULT_SCALE, read_moodle_csv
from lms.interop.systems.moodle_csv_write import HEADER, beyond_moodle_csv, moodle_csv_from
from tests.build import a_course, a_curriculum
from tests.interop.sheet_files import a_workbook, refusal, refusals
from tests.interop.values import IDS, TEXTS

SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "moodle_competency_csv"
LESS = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
OLDER = (
    "parent ID Number",
    "id number",
    "SHORTNAME",
    "Is Framework",
    "Description",
    "description format",
    "Scale Values",
)
OLDER_TAXONOMY = (*OLDER, "Scale configuration", "Rule type", "Rule outcome", "Rule config", "taxonomy")


def a_file(*rows: Sequence[str], header: Sequence[str] = OLDER) -> bytes:
    """A file of the framework F, with its two values, and these rows."""
    return to_csv(header, [("", "F", "Framework", "1", "", "", "No,Yes"), *rows])


def read(*rows: Sequence[str], header: Sequence[str] = OLDER) -> Curriculum:
    return read_moodle_csv(a_file(*rows, header=header), "f.csv").curriculum


def said_of(*rows: Sequence[str]) -> list[str]:
    return refusals(a_file(*rows), read_moodle_csv)


@pytest.fixture
def oecd() -> bytes:
    """The framework that Moodle's own tests import."""
    file = SAMPLES / "oecd_14col_moodle33.csv"
    if not file.is_file():
        pytest.skip("the shared samples do not lie beside the repository")
    return file.read_bytes()


def test_a_real_framework_keeps_tree_and_references_from_file_to_file(oecd: bytes) -> None:
    imported = read_moodle_csv(oecd, "oecd.csv")
    curriculum = imported.curriculum
    assert (curriculum.id, curriculum.title, len(curriculum.competencies)) == ("OECD-CORE", "OECD", 64)
    assert [level.title for level in curriculum.scale] == ["Not yet competent", "Competent"]
    assert sum(len(one.related) for one in curriculum.competencies) == 78
    assert len(imported.left_out) == 4
    theirs, _ = open_sheet(oecd, "theirs")
    ours, _ = open_sheet(moodle_csv_from(curriculum), "ours")
    for column in (0, 1, 2, 5, 10, 11, 12, 13):
        told = [[(*row.values, *[""] * 14)[column].strip() for row in sheet.rows] for sheet in (theirs, ours)]
        assert told[0] == told[1]
    again = read_moodle_csv(moodle_csv_from(curriculum), "again.csv").curriculum
    assert digest(again) == digest(curriculum)


def test_an_older_layout_without_references_and_numbers_is_read() -> None:
    taxonomy = '{"1":"domain","2":"competency","3":"skill","4":"level"}'
    rows = [("", "F", "Framework", "1", "", "", "No,Yes", "", "", "", "", taxonomy), ("", "a", "A", "", "", "", "")]
    imported = read_moodle_csv(to_csv(OLDER_TAXONOMY, rows), "old.csv")
    assert imported.curriculum.competencies == (Competency(id="a", title="A", source=Origin(system="moodle")),)
    assert "What Moodle calls the levels of the tree is left out: domain, skill, level." in imported.left_out


def test_titles_in_another_language_are_taken_in_moodles_order() -> None:
    header = [f"Spalte {number}" for number in range(14)]
    rows = [["", "F", "Framework", "", "1", "No,Yes", "", "", "", "", "", "", "1"], ["", "a", "A", *[""] * 9]]
    for data in (to_csv(header, rows), a_workbook(header, *rows)):
        assert [one.id for one in read_moodle_csv(data, "de.csv").curriculum.competencies] == ["a"]


def test_every_spelling_of_a_title_is_known() -> None:
    for header in (HEADER, [title.upper().removesuffix(" (OPTIONAL)") for title in HEADER]):
        sheet, _ = open_sheet(to_csv(header, [["x"]]), "f.csv")
        assert list(suggested_mapping(sheet, COLUMNS).values()) == [column.name for column in COLUMNS.columns]


def test_html_becomes_markdown_and_markdown_stays() -> None:
    html = ("", "a", "A", "", "<p>One<br>two</p>", "1", "")
    markdown = ("", "b", "B", "", "**<p>**", "4", "")
    described = [one.description for one in read(html, markdown).competencies]
    assert described == ["One  \ntwo", "**<p>**"]


def test_a_parent_may_come_later_and_the_frameworks_id_is_the_top() -> None:
    parents = [one.parent for one in read(("b", "a", "A", ""), ("F", "b", "B", "")).competencies]
    assert parents == ["b", None]


def test_a_file_without_a_scale_gets_moodles_own() -> None:
    imported = read_moodle_csv(b"Id number,Shortname,Is framework\nF,Framework,1\n", "f.csv")
    assert tuple(level.title for level in imported.curriculum.scale) == DEFAULT_SCALE
    assert imported.left_out == ("The file says no scale; Moodle's own is taken: Not yet competent, Competent.",)


def test_everything_wrong_is_told_at_once_with_its_row() -> None:
    told = said_of(
        ("", "a", "A", ""),
        ("b", "b", "B", ""),
        ("", "a", "Again", ""),
        ("nowhere", "c", "C", ""),
        ("", "", "No id", ""),
        ("", "G", "Second", "1"),
        ("d", "e", "E", ""),
        ("", "d", "", ""),
        ("", "f" * 201, "F", ""),
    )
    assert told == [
        "4: competency 'b' lies under 'b': take one of these parents away",
        "5: competency 'a' stands twice; it stands first in row 3",
        "6: competency 'c' lies under unknown competency 'nowhere'",
        "7: 'id number' is empty",
        "8: is a second framework, after that in row 2; a file holds one",
        "10: 'SHORTNAME' is empty",
        "11: 'id number' must have at most 200 characters, not 201",
    ]


@pytest.mark.parametrize("length", [1, 2, 1000])
def test_a_ring_of_parents_is_refused_in_one_sentence(length: int) -> None:
    rows = [(f"c{(number + 1) % length}", f"c{number}", "C", "") for number in range(length)]
    (told,) = said_of(*rows)
    assert told.startswith("3: competency 'c0' lies under 'c")
    assert len(told) < 300


def test_a_framework_without_a_title_hides_nothing_else() -> None:
    data = to_csv(OLDER, [("", "F", "", "1"), ("nowhere", "a", "A")])
    assert refusals(data, read_moodle_csv) == [
        "2: 'SHORTNAME' is empty",
        "3: competency 'a' lies under unknown competency 'nowhere'",
    ]


def test_a_file_without_its_framework_and_a_scale_too_long_are_refused() -> None:
    assert "no row is the framework itself" in refusal(b"Id number,Shortname\na,A\n", read_moodle_csv)
    ten = to_csv(OLDER, [("", "F", "Framework", "1", "", "", ",".join("abcdefghij"))])
    assert refusal(ten, read_moodle_csv) == "2: 'Scale values' has 10 values, of at most 9"


def read_or_refuse(data: bytes) -> Curriculum | None:
    """The curriculum, or None when the file is refused with reasons; anything else that is raised fails the test."""
    try:
        return read_moodle_csv(data, "f.csv").curriculum
    except Invalid as invalid:
        if not all(problem.file == "f.csv" and problem.message for problem in invalid.problems):
            raise AssertionError from invalid
        return None


def test_other_encodings_and_line_ends_are_read() -> None:
    plain = a_file(("", "a", "Ä", ""))
    for data in (plain[3:], plain.replace(b"\r\n", b"\r"), plain.decode("utf-8-sig").encode("utf-16")):
        assert read_or_refuse(data) == read(("", "a", "Ä", ""))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (lambda: a_file() + b"\0", "NUL"),
        (lambda: ",".join(f"c{number}" for number in range(1_000_000)).encode(), "characters"),
        (lambda: a_file() + b'"never closed', "never closed"),
        (lambda: a_file() + b"x" * 19_000_000, "characters"),
        (lambda: bytes(100_000_000), "bytes large"),
        (lambda: a_file().replace(b"SHORTNAME", b"id number", 1), "same name"),
        (lambda: a_file().replace(b"SHORTNAME", b"SHORTNAME (optional),Short name", 1), "are both"),
        (lambda: a_file(*[("", f"c{n}", "C", "", "<b>" * 10_000, "1") for n in range(51)]), "split it"),
        (lambda: b"PK\x03\x04", "workbook"),
        (lambda: b"", "empty"),
    ],
    ids=["NUL", "columns", "quote", "19 MB line", "100 MB", "twice", "two spellings", "tags", "no zip", "empty"],
)
def test_a_nasty_file_is_refused_with_its_reason(data: Callable[[], bytes], why: str) -> None:
    assert why in "".join(refusals(data(), read_moodle_csv))


CELLS = TEXTS | st.sampled_from(
    ["1", "a", "b", "b,a", '[{"id":[1],"proficient":[]}]', "[NaN", "<a <b>", "[" * 9_000, "&#" + "9" * 5_000]
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.binary(max_size=200) | st.lists(st.lists(CELLS, max_size=14)))
def test_any_bytes_give_a_curriculum_or_problems(given: bytes | list[list[str]]) -> None:
    framework = ["", "F", "T", "<p>", "1", "x", '[{"id":[1]}]', "", "", "", "a", "", "1"]
    curriculum = read_or_refuse(given if isinstance(given, bytes) else to_csv(HEADER, [framework, *given]))
    if curriculum is not None:
        again = read_or_refuse(moodle_csv_from(curriculum))
        assert again is not None
        assert again.id == curriculum.id


SAID = TEXTS.map(str.strip).filter(bool)


@st.composite
def frameworks(draw: st.DrawFn) -> Curriculum:
    """Curricula of which Moodle can hold everything."""
    ids = draw(st.lists(IDS.filter(lambda name: "%2C" not in name), unique=True, max_size=4))
    competencies = [
        Competency(
            id=name,
            title=draw(SAID),
            description=draw(st.none() | SAID),
            parent=draw(st.sampled_from([None, *ids[:number]])),
            related=tuple(draw(st.lists(st.sampled_from(ids), unique=True, max_size=3))),
            source=Origin(system="moodle", id=draw(st.none() | SAID)),
        )
        for number, name in enumerate(ids)
    ]
    titles = draw(st.lists(SAID.filter(lambda title: "," not in title), min_size=1, max_size=9))
    return Curriculum(
        id=draw(IDS.filter(lambda name: name not in ids)),
        title=draw(SAID),
        scale=tuple(ScaleLevel(level=n, title=title) for n, title in enumerate(titles, 1)),
        competencies=tuple(competencies),
        courses=(),
        roles=(),
    )


@LESS
@given(frameworks())
def test_what_moodle_can_hold_comes_back_equal(curriculum: Curriculum) -> None:
    assert read_moodle_csv(moodle_csv_from(curriculum), "f.csv").curriculum == curriculum


def test_no_cell_of_an_export_is_a_formula() -> None:
    nasty = Competency(id="=cmd", title="+1", description="- list", related=("=cmd",))
    data = moodle_csv_from(a_curriculum(competencies=(nasty,)))
    sheet, _ = open_sheet(data, "f.csv")
    assert b"'=cmd,'+1,'- list" in data
    assert sheet.rows[1].values[1] == "=cmd"


def test_what_moodle_cannot_hold_is_said_and_only_that() -> None:
    plain = Curriculum(
        id="x", title="X", scale=(ScaleLevel(level=1, title="Yes"),), competencies=(), courses=(), roles=()
    )
    assert beyond_moodle_csv(plain) == ()
    rich = Competency(
        id="a",
        title="A" * 101,
        kind=Kind.ABILITY,
        cluster="C",
        levels={1: "does"},
        holders=Holders(level=1, people=2),
        parent="a",
    )
    told = beyond_moodle_csv(a_curriculum(a_course("c", grants=["a:1"]), competencies=(rich,)))
    assert len(told) == 8
    assert "Moodle's framework has no courses: c." in told


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<ul><li>one</li><li>two<ol><li>x</li></ol></li></ul>", "- one\n- two\n    1. x"),
        ("<script>alert(1)</script>a<!-- <b> -->b", "ab"),
        ('<a href="javascript:x">a</a> <a href="https://b.example/?a=1&amp;b=2">b</a>', "a [b](https://b.example/?a=1&b=2)"),
        ("&lt;script&gt; 2*3 _x_ snake_case", "\\<script> 2\\*3 \\_x\\_ snake_case"),
        ("<p>1. first</p># no head", "1\\. first\n\n\\# no head"),
        ("<h2> Head</h2><b> bold </b>text<i></i>", "## Head\n\n**bold** text"),
        ('<img src="x" alt="A map"><td>a</td><td>b</td>', "A mapa b"),
        ("a < b", "a < b"),
        ("&#" + "9" * 5000 + ";", "\ufffd"),
    ],
)  # fmt: skip
def test_html_is_told_in_markdown(html: str, markdown: str) -> None:
    assert markdown_of(html) == markdown
