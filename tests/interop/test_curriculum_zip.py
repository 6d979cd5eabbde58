"""A curriculum's folder as a zip: read as the folder is, and hostile archives refused without a byte on a disk."""

from __future__ import annotations

import contextlib
import io
import json
import random
import stat
import struct
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.engine.curriculum import Curriculum
from lms.errors import Invalid
from lms.interop.curriculum_file import digest, parse_curriculum, read_curriculum
from lms.interop.curriculum_zip import load_zip, zip_of
from lms.interop.reading.write import as_yaml
from tests.interop.documents import a_document, the_curriculum
from tests.interop.values import curricula

LOCAL, DIRECTORY, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
GOOD = zip_of(the_curriculum())
TEXT = as_yaml(a_document())


def an_entry(name: str, *, mode: int = stat.S_IFREG | 0o644, extra: bytes = b"") -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr, entry.create_system, entry.extra = mode << 16, 3, extra
    return entry


def an_archive(*entries: tuple[str | zipfile.ZipInfo, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, content in entries:
            archive.writestr(an_entry(name) if isinstance(name, str) else name, content, method)
    return data.getvalue()


def by_hand(name: bytes, extra: bytes = b"") -> bytes:
    """An archive with one empty entry, byte by byte."""
    local = struct.pack("<4s5H3L2H", LOCAL, 20, 0, 0, 0, 0, 0, 0, 0, len(name), len(extra)) + name + extra
    listed = struct.pack("<4s6H3L5H2L", DIRECTORY, 20, 20, 0, 0, 0, 0, 0, 0, 0, len(name), 0, 0, 0, 0, 0, 0) + name
    return local + listed + struct.pack("<4s4H2LH", END, 0, 0, 1, 1, len(listed), len(local), 0)


def refusal(data: bytes) -> str:
    """The one thing that is said about an archive that is refused, with little memory used for it."""
    tracemalloc.start()
    try:
        with pytest.raises(Invalid) as caught:
            load_zip(data, "acme.zip")
        assert tracemalloc.get_traced_memory()[1] < 64 * 1024 * 1024
    finally:
        tracemalloc.stop()
    (problem,) = caught.value.problems
    assert problem.file == "acme.zip"
    return problem.message


def in_directory(data: bytes, at: int, form: str, value: int, *, number: int = 0) -> bytes:
    """The archive with another number in one entry of its directory."""
    changed, place = bytearray(data), -1
    for _ in range(number + 1):
        place = data.index(DIRECTORY, place + 1)
    struct.pack_into(form, changed, place + at, value)
    return bytes(changed)


def test_an_archive_is_read_as_the_folder_that_was_packed(tmp_path: Path) -> None:
    document = a_document()
    files = {"b.yaml": as_yaml({"courses": document.pop("courses")[::-1]}), "a.yaml": as_yaml(document)}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "old").mkdir()
    also: list[tuple[str | zipfile.ZipInfo, str]] = [("notes.txt", "x"), ("old/", ""), ("old/c.yaml", "id: [")]
    expected = digest(read_curriculum(tmp_path))
    for folder in ("", "acme/", "ä sales/"):
        found = load_zip(an_archive(*((folder + str(name), text) for name, text in [*files.items(), *also])), "x.zip")
        assert digest(found.curriculum) == expected
        assert [str(warning) for warning in found.warnings] == [
            "notes.txt: was ignored; only files named *.yaml are read",
            "old: is a subfolder and was ignored; only *.yaml files of the folder itself are read",
        ]


def test_what_packers_leave_behind_is_passed_over() -> None:
    found = load_zip(an_archive(("acme/a.yaml", TEXT), ("__MACOSX/acme/._a.yaml", b"\0\0"), ("acme/.b.yaml", "")), "x")
    assert digest(found.curriculum) == digest(the_curriculum())
    assert [(warning.file, warning.message.split(",")[0]) for warning in found.warnings] == [
        (".b.yaml", "was ignored; only files named *.yaml are read"),
        ("__MACOSX/acme/._a.yaml", "lies outside of the curriculum's folder and was ignored"),
    ]


def test_an_archive_without_yaml_or_with_two_folders_of_it_is_an_error() -> None:
    for entries in ([("a.txt", TEXT)], [("a/a.yaml", TEXT), ("b/a.yaml", TEXT)], [("a/b/a.yaml", TEXT)], []):
        assert refusal(an_archive(*entries)) == "holds no *.yaml file"


def test_problems_name_the_file_in_the_archive_and_the_line_in_it() -> None:
    with pytest.raises(Invalid) as caught:
        load_zip(an_archive(("x/a.yaml", "format: lms-curriculum/1\nid: [\n"), ("x/b.yaml", b"\xff")), "x.zip")
    assert [(problem.file, problem.line) for problem in caught.value.problems] == [("a.yaml", 2), ("b.yaml", 1)]


def test_the_same_curriculum_gives_the_same_bytes_and_a_file_for_each_list() -> None:
    assert zip_of(parse_curriculum(TEXT, "a.yaml")) == GOOD
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        assert archive.namelist() == [
            "10-curriculum.yaml",
            *("20-objectives.yaml", "30-competencies.yaml", "40-courses.yaml"),
            *("50-equivalences.yaml", "60-roles.yaml", "70-tests.yaml"),
        ]
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(curricula())
def test_a_packed_curriculum_reads_back_with_an_equal_digest(curriculum: Curriculum) -> None:
    found = load_zip(zip_of(curriculum), "x.zip")
    assert (found.curriculum, found.warnings) == (curriculum, ())
    assert digest(found.curriculum) == digest(curriculum)


def test_archives_that_were_written_as_a_stream_are_read() -> None:
    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            self.data += data
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.yaml", TEXT)
        with archive.open("b.txt", "w", force_zip64=True) as file:
            file.write(b"x")
    assert digest(load_zip(bytes(pipe.data), "x").curriculum) == digest(the_curriculum())


NOWHERE = "../../x.yaml", "/etc/x.yaml", "a/../x.yaml", "a//x.yaml", "./x.yaml", "C:\\x.yaml", "C:/x.yaml", "c:x.yaml", "a\\x.yaml", "\\\\host\\x.yaml", "..", "x\ny.yaml", "x\u202ey.yaml"  # fmt: skip


@pytest.mark.parametrize("name", NOWHERE)
def test_39_names_that_lead_out_are_refused_and_nothing_is_written(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "which is no place inside of it" in refusal(an_archive(("a.yaml", TEXT), (name, TEXT)))
    assert list(tmp_path.iterdir()) == []


def test_39_a_name_with_a_nul_is_refused() -> None:
    assert "which is no place inside of it" in refusal(by_hand(b"a.yaml\0x"))


def test_39_an_entry_without_a_name_is_refused() -> None:
    assert "which is no place inside of it" in refusal(by_hand(b""))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK])
def test_39_links_and_devices_are_refused(kind: int) -> None:
    entry = an_entry("b.yaml", mode=kind | 0o777)
    said = "holds 'b.yaml', which is a link or a device and no file"
    assert refusal(an_archive(("a.yaml", TEXT), (entry, "/etc/passwd"))) == said


@pytest.mark.parametrize("field", [0x000D, 0x756E])
def test_39_hard_links_are_refused(field: int) -> None:
    extra = struct.pack("<HH", field, 25) + bytes(14) + b"/etc/passwd"
    assert "link or a device" in refusal(an_archive(("a.yaml", TEXT), (an_entry("b.yaml", extra=extra), b"")))


def test_40_a_bomb_is_refused_by_what_it_states() -> None:
    zeros = b"\0" * 1_000_000
    big = io.BytesIO()
    with zipfile.ZipFile(big, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.yaml", "w") as file:
        for _ in range(100):
            file.write(zeros)
    assert refusal(big.getvalue()) == "is 100,000,000 bytes large once unpacked, of at most 24,000,000; split it"
    assert "more than 50 times its size" in refusal(an_archive(("a.yaml", zeros * 20)))


def test_40_archives_in_archives_are_never_opened() -> None:
    data = an_archive(("a.yaml", b"\0" * 20_000_000))
    for level in range(5):
        data = an_archive(*((f"{level}-{number}.zip", data) for number in range(16)))
    assert refusal(data) in {
        "holds no *.yaml file",
        "unpacks to more than 50 times its size, as no text of a curriculum does",
    }


def test_40_a_million_entries_are_refused_before_they_are_listed() -> None:
    one = an_archive(("a", b""))
    begin, end = one.index(DIRECTORY), one.index(END)
    listed = one[begin:end] * 400_000
    record = struct.pack("<4s4H2LH", END, 0, 0, 0xFFFF, 0xFFFF, len(listed), begin, 0)
    assert refusal(one[:begin] + listed + record) == "holds more than 2,000 entries or is one part of several"
    assert "20,000,000" in refusal(one[:begin] + one[begin:end] * 1_000_000)


def test_40_a_directory_that_says_less_than_it_lists_is_refused() -> None:
    data = bytearray(an_archive(*((f"{number}.yaml", TEXT) for number in range(3))))
    struct.pack_into("<2H", data, data.index(END) + 8, 1, 1)
    assert "damaged" in refusal(bytes(data))


def test_40_entries_that_overlap_are_refused() -> None:
    data = an_archive(("a.yaml", TEXT), ("b.yaml", TEXT))
    assert "damaged" in refusal(in_directory(data, 42, "<L", 0, number=1))
    inner = an_archive(("c.yaml", TEXT), method=zipfile.ZIP_STORED)
    inner = inner[: inner.index(DIRECTORY)]
    outer = an_archive(("a.yaml", inner), ("c.yaml", TEXT), method=zipfile.ZIP_STORED)
    assert "damaged" in refusal(in_directory(outer, 42, "<L", outer.index(inner), number=1))


@pytest.mark.parametrize(("at", "value"), [(24, 10), (24, 900_000), (20, 10), (16, 1), (42, 5)])
def test_40_sums_sizes_and_places_that_lie_are_refused(at: int, value: int) -> None:
    assert "damaged" in refusal(in_directory(an_archive(("a.yaml", TEXT)), at, "<L", value))


@pytest.mark.parametrize("stated", [1_000, 600_000])
def test_40_a_size_that_lies_in_both_places_is_counted_and_refused(stated: int) -> None:
    data = bytearray(an_archive(("a.yaml", random.Random(1).randbytes(300_000) + TEXT.encode() * 100)))
    struct.pack_into("<L", data, 22, stated)
    struct.pack_into("<L", data, data.index(DIRECTORY) + 24, stated)
    assert "damaged" in refusal(bytes(data))


@pytest.mark.parametrize(
    ("first", "second"),
    [("a.yaml", "a.yaml"), ("a.yaml", "A.yaml"), ("straße.yaml", "STRASSE.yaml"), ("ä.yaml", "a\u0308.yaml"), ("a", "a/")],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_41_two_entries_of_one_name_are_refused(first: str, second: str) -> None:
    said = refusal(
        an_archive((first, TEXT if first.endswith("l") else ""), (second, TEXT if second.endswith("l") else ""))
    )
    assert said.startswith("holds two entries of one name")


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.replace(b"b.yaml", b"c.yaml", 1),
        lambda data: in_directory(data, 10, "<H", 0),
        lambda data: data.replace(LOCAL, b"PK\x03\x05", 1),
        lambda data: data + b"x",
        lambda data: data + data,
        lambda data: b"#!/bin/sh\n" + data,
        lambda data: data[:-2] + struct.pack("<H", 5) + b"hello",
        lambda data: data[: data.index(DIRECTORY)] + b"hidden" + data[data.index(DIRECTORY) :],
        lambda data: data[:-22],
        lambda data: data[: len(data) // 2],
        lambda data: data[:-22] + struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1) + data[-22:],
    ],
    ids=["name", "method", "local", "end", "twice", "begin", "comment", "between", "no end", "half", "wide"],
)  # fmt: skip
def test_41_an_archive_that_readers_may_read_differently_is_refused(change: Callable[[bytes], bytes]) -> None:
    data = change(an_archive(("b.yaml", TEXT), ("b.txt", "x")))
    assert "pack it again" in refusal(data)


def test_41_an_encrypted_archive_is_refused() -> None:
    assert refusal(in_directory(GOOD, 8, "<H", 1)) == "is encrypted; save it without a password"


def test_41_a_zip_that_is_a_tar_as_well_is_refused() -> None:
    tape = io.BytesIO()
    with tarfile.open(fileobj=tape, mode="w") as tar:
        other = tarfile.TarInfo("other.yaml")
        other.size = len(TEXT)
        tar.addfile(other, io.BytesIO(TEXT.encode()))
    assert "damaged" in refusal(tape.getvalue() + GOOD)
    extra = bytearray(512 - 36)
    extra[257 - 36 : 265 - 36] = b"ustar\x0000"
    extra[124 - 36 : 136 - 36] = b"00000000000\0"
    extra[148 - 36 : 156 - 36] = b" " * 8
    extra[148 - 36 : 156 - 36] = b"%06o\0 " % sum(by_hand(b"a.yaml", bytes(extra))[:512])
    both = by_hand(b"a.yaml", bytes(extra))
    with tarfile.open(fileobj=io.BytesIO(both + bytes(1_024))) as tar:
        assert len(tar.getnames()) == 1
    assert "a zip and a tar archive at once" in refusal(both)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.randoms(use_true_random=False))
def test_41_an_archive_with_changed_bytes_is_the_same_curriculum_or_refused(dice: random.Random) -> None:
    data = bytearray(GOOD)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(data))
        data[at : at + dice.randint(0, 2)] = dice.randbytes(dice.randint(0, 2))
    with contextlib.suppress(Invalid):
        assert digest(load_zip(bytes(data), "x.zip").curriculum) == digest(the_curriculum())


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.binary(max_size=80), st.sampled_from([b"", LOCAL, END]))
def test_any_bytes_are_refused_with_one_sentence(data: bytes, begin: bytes) -> None:
    assert refusal(begin + data)


def test_a_long_chain_of_courses_is_no_bomb() -> None:
    courses = [
        {"id": f"c{n}", "title": "Course", "hours": 1, "requires": {"course": f"c{max(n - 1, 0)}"}}
        for n in range(5_000)
    ]
    chain = parse_curriculum(json.dumps(a_document(lambda document: document["courses"].extend(courses))), "a.json")
    assert digest(load_zip(zip_of(chain), "x.zip").curriculum) == digest(chain)
