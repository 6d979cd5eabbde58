"""From files and folders to text: what is refused before anybody looks at its meaning, and what is merged."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from lms.interop.curriculum_file import load_curriculum, parse_curriculum, read_curriculum
from lms.interop.person_file import read_person
from tests.interop.contract_examples import CURRICULUM, MISSING
from tests.interop.documents import a_document, a_folder, problems_of, the_curriculum


def test_a_byte_order_mark_changes_nothing() -> None:
    text = json.dumps(a_document())
    assert parse_curriculum(b"\xef\xbb\xbf" + text.encode(), "a.json") == parse_curriculum(text, "a.json")


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", "a.yaml: is empty"),
        (b"\xef\xbb\xbf", "a.yaml: is empty"),
        (b" \n\t\n", "a.yaml: is empty"),
        (b"# nothing\n", "a.yaml:1: is empty: there are only comments in it"),
        (b"id: a\ntitle: caf\xe9\n", "a.yaml:2: is not UTF-8 text: byte 0xe9 does not belong; save it as UTF-8"),
        ("id: a\n".encode("utf-16"), "a.yaml:1: is UTF-16 text; save it as UTF-8"),
        ("id: a\n".encode("utf-16-le"), "a.yaml:1: holds a NUL character; save the file as UTF-8 text"),
        (b"id: a\ntitle: b\0c\n", "a.yaml:2: holds a NUL character; save the file as UTF-8 text"),
        (b"id: \xed\xa0\x80\n", "a.yaml:1: is not UTF-8 text: byte 0xed does not belong; save it as UTF-8"),
    ],
)
def test_what_is_no_text_is_refused_with_one_sentence(data: bytes, refusal: str) -> None:
    assert problems_of(lambda: parse_curriculum(data, "a.yaml")) == [refusal]


def test_half_a_character_in_a_text_that_was_decoded_elsewhere_is_refused() -> None:
    said = problems_of(lambda: parse_curriculum('{"id": "\ud800"}', "a.json"))
    assert said == ["a.json:1: holds half a character (a lone surrogate)"]


def test_a_hundred_megabytes_are_refused_without_being_read(tmp_path: Path) -> None:
    large = tmp_path / "large.yaml"
    with large.open("wb") as file:
        file.write(b"id: a\n")
        file.truncate(100_000_000)
    assert problems_of(lambda: read_curriculum(large)) == [
        "large.yaml: is larger than 64 MB; split it into a folder of several files"
    ]


def test_what_the_operating_system_refuses_is_a_problem_and_no_traceback(tmp_path: Path) -> None:
    assert problems_of(lambda: read_curriculum(tmp_path / "none.yaml")) == ["none.yaml: does not exist"]
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    assert "cannot be read" in problems_of(lambda: read_curriculum(tmp_path / "loop.yaml"))[0]
    assert "cannot be read" in problems_of(lambda: read_curriculum(tmp_path / ("x" * 5000)))[0]
    assert "cannot be read" in problems_of(lambda: read_curriculum(tmp_path / "a\0b"))[0]
    file = tmp_path / "file.yaml"
    file.write_text("id: a")
    assert "cannot be read" in problems_of(lambda: read_curriculum(file / "below.yaml"))[0]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_a_problem(tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("id: a")
    secret.chmod(0)
    assert problems_of(lambda: read_curriculum(secret)) == ["secret.yaml: may not be read: permission is missing"]


def test_a_file_name_that_is_no_text_can_still_be_told(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.yaml")
    path.write_text("id: 1")
    assert all(
        line.encode("utf-8").startswith(b"caf\\xe9.yaml:1") for line in problems_of(lambda: read_curriculum(path))
    )


def test_a_file_name_cannot_begin_a_line_or_move_the_cursor() -> None:
    (told,) = problems_of(lambda: parse_curriculum("[", "a\nb\x1b[2J.json"))
    assert told.startswith("a\\nb\\x1b[2J.json:1: ")


def test_a_folder_reads_as_the_file_that_it_was_split_from(tmp_path: Path) -> None:
    document = a_document()
    whole = parse_curriculum(json.dumps(document), "a.json")
    course = document["courses"].pop()
    rest = {"courses": [course], "roles": document.pop("roles")}
    a_folder(tmp_path, a_yaml=json.dumps(document), b_yaml=json.dumps(rest))
    assert read_curriculum(tmp_path) == whole


def test_files_are_merged_in_byte_order_of_their_names(tmp_path: Path) -> None:
    document = a_document(lambda d: d.pop("courses"))
    course = "- {id: %s, title: T, hours: 1}"
    a_folder(
        tmp_path,
        curriculum_yaml=json.dumps({**document, "courses": [{"id": "basics", "title": "T", "hours": 1}]}),
        b_yaml="courses:\n" + course % "b",
        Z_yaml="courses:\n" + course % "Z",
        ä_yaml="courses:\n" + course % "ae" + "\n" + course % "holding-price",
    )
    ids = [course.id for course in read_curriculum(tmp_path).courses]
    assert ids == ["Z", "b", "basics", "ae", "holding-price"]


def test_what_else_lies_in_the_folder_is_ignored_with_a_warning(tmp_path: Path) -> None:
    a_folder(tmp_path, a_yaml=CURRICULUM, b_yaml=MISSING, notes_md="Hello", other_yml="id: 1")
    (tmp_path / ".b.yaml").write_text("an editor's lock")
    (tmp_path / "sub.yaml").mkdir()
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "bad.yaml").write_text("][")
    warnings = {problem.file: problem.message for problem in load_curriculum(tmp_path).warnings}
    assert warnings.keys() == {"notes.md", "other.yml", ".b.yaml", "sub.yaml", "old"}
    assert warnings["notes.md"] == "was ignored; only files named *.yaml are read"
    assert warnings["old"].startswith("is a subfolder and was ignored")


def test_a_folder_without_yaml_is_an_error(tmp_path: Path) -> None:
    folder = tmp_path / "acme"
    folder.mkdir()
    (folder / "curriculum.json").write_text("{}")
    assert problems_of(lambda: read_curriculum(folder)) == ["acme: holds no *.yaml file"]


def test_a_key_that_is_no_list_stands_in_one_file_only(tmp_path: Path) -> None:
    a_folder(tmp_path, a_yaml=CURRICULUM, b_yaml=MISSING + "\ntitle: Another\n", c_yaml="id: x\ncourses: none")
    said = problems_of(lambda: read_curriculum(tmp_path))
    assert said == [
        "b.yaml:16: the key 'title' stands in a second file, and only lists are joined; it stands first in a.yaml on line 3",
        "c.yaml:1: the key 'id' stands in a second file, and only lists are joined; it stands first in a.yaml on line 2",
        "c.yaml:2: the key 'courses' stands in a second file, and only lists are joined; it stands first in a.yaml on line 27",
    ]


def test_problems_name_the_file_of_the_folder_and_the_line_in_it(tmp_path: Path) -> None:
    more = "courses:\n- {id: a, title: A, hours: 1}\n- id: holding-price\n  title: B\n  hours: no\n"
    a_folder(tmp_path, a_yaml=CURRICULUM, b_yaml=MISSING, c_yaml=more)
    assert problems_of(lambda: read_curriculum(tmp_path)) == [
        "c.yaml:3: course 'holding-price' stands twice; it stands first in a.yaml on line 28",
        "c.yaml:5: course 'holding-price': 'hours' must be a number above 0 and at most 10,000,000, not 'no'",
    ]


def test_every_file_of_a_folder_that_cannot_be_read_is_told_at_once(tmp_path: Path) -> None:
    a_folder(tmp_path, a_yaml="id: [", b_yaml="", c_yaml="- a list", d_yaml="id: a\nid: b", e_yaml="title: T")
    (tmp_path / "f.yaml").write_bytes(b"\xff")
    said = problems_of(lambda: read_curriculum(tmp_path))
    assert [line.split(": ")[0] for line in said] == ["a.yaml:1", "b.yaml", "c.yaml:1", "d.yaml:2", "f.yaml:1"]


def test_what_a_folder_lacks_is_told_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "acme"
    folder.mkdir()
    a_folder(folder, a_yaml=CURRICULUM.replace("title: Acme sales academy", ""), b_yaml=MISSING)
    assert problems_of(lambda: read_curriculum(folder)) == [
        "acme: curriculum 'acme-sales' has no 'title', which is required"
    ]


def test_a_person_is_one_file(tmp_path: Path) -> None:
    folder = tmp_path / "people"
    folder.mkdir()
    a_folder(folder, a_yaml="format: lms-person/1\nid: dana")
    assert problems_of(lambda: read_person(folder, the_curriculum())) == [
        "people: is a folder, where one file is wanted"
    ]


@pytest.mark.parametrize("name", ["acme.json", "acme.yaml", "acme.yml", "acme.txt", "acme"])
def test_json_is_read_under_any_name(name: str) -> None:
    assert parse_curriculum(json.dumps(a_document()), name) == the_curriculum()


@pytest.mark.parametrize("name", ["acme.yaml", "acme.YML", "acme.txt", "acme"])
def test_flow_yaml_that_begins_like_json_is_read_as_yaml(name: str) -> None:
    text = json.dumps(a_document()).replace('"title"', "title")
    assert parse_curriculum(text, name) == the_curriculum()


def test_broken_text_that_begins_like_json_is_refused_as_json() -> None:
    assert problems_of(lambda: parse_curriculum('{\n"id": ]', "acme")) == [
        "acme:2: is not valid JSON: expecting value (column 7)"
    ]
