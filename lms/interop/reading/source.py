"""Files to text: sizes, encodings, folders and what an operating system may answer. Not what the text means."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lms.errors import Invalid, Problem, Said, said

LIMIT = 64 * 1024 * 1024  # the format's 64 MB, taken generously


@dataclass(frozen=True, slots=True)
class Source:
    """One file's text under the name by which problems call it. Never empty, without a byte-order mark or NUL."""

    name: str
    text: str


def source_from(data: bytes | str, name: str) -> Source:
    """The text of these bytes: strict UTF-8, a leading byte-order mark accepted. Raises Invalid with one problem."""
    if len(data) > LIMIT:
        raise Invalid(Problem(said("is larger than 64 MB; split it into a folder of several files"), name))
    text = _decoded(data, name) if isinstance(data, bytes) else _encodable(data, name)
    text = text.removeprefix("\ufeff")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise Invalid(Problem(said("holds a NUL character; save the file as UTF-8 text"), name, line))
    if not text or text.isspace():
        raise Invalid(Problem(said("is empty"), name))
    return Source(name, text)


def read_source(path: Path) -> Source:
    """The text of one file, problems named by its file name. Raises Invalid with one problem."""
    name = shown_name(path.name or str(path))
    try:
        with path.open("rb") as file:
            return source_from(file.read(LIMIT + 1), name)
    except (OSError, ValueError) as error:
        raise Invalid(Problem(_refusal(error), name)) from None


def read_folder(folder: Path) -> tuple[list[Source | Invalid], list[Problem]]:
    """The folder's `*.yaml` files in byte order of name, each its text or why not, and warnings about the rest.

    Hidden files (editors' locks and the like) are no part of a document. Raises Invalid when there is no `*.yaml`.
    """
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        raise Invalid(Problem(_refusal(error), shown_name(folder.name or str(folder)))) from None
    wanted = [entry for entry in entries if _is_part(entry)]
    if not wanted:
        raise Invalid(Problem(said("holds no *.yaml file"), shown_name(folder.name or str(folder))))
    warnings = [Problem(_why_ignored(entry), shown_name(entry.name)) for entry in entries if not _is_part(entry)]
    return list(_each(wanted)), warnings


def shown_name(name: str) -> str:
    """A file name that can be printed anywhere and on one line, whatever bytes it is made of."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def _each(paths: list[Path]) -> Iterator[Source | Invalid]:
    for path in paths:
        try:
            yield read_source(path)
        except Invalid as invalid:
            yield invalid


def is_folder(path: Path) -> bool:
    """Is there a folder? What cannot be looked at is none; reading it will say why."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises where a parent may not be entered


def _is_part(entry: Path) -> bool:
    return entry.name.endswith(".yaml") and not entry.name.startswith(".") and not is_folder(entry)


def _why_ignored(entry: Path) -> Said:
    if is_folder(entry):
        return said("is a subfolder and was ignored; only *.yaml files of the folder itself are read")
    return said("was ignored; only files named *.yaml are read")


def _decoded(data: bytes, name: str) -> str:
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        raise Invalid(Problem(said("is UTF-16 text; save it as UTF-8"), name, 1))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Invalid(
            Problem(
                said(
                    "is not UTF-8 text: byte 0x%(byte)s does not belong; save it as UTF-8",
                    byte=f"{data[error.start]:02x}",
                ),
                name,
                line,
            )
        ) from None


def _encodable(text: str, name: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise Invalid(Problem(said("holds half a character (a lone surrogate)"), name, line)) from None
    return text


def _refusal(error: OSError | ValueError) -> Said:
    match error:
        case FileNotFoundError():
            return said("does not exist")
        case IsADirectoryError():
            return said("is a folder, where one file is wanted")
        case PermissionError():
            return said("may not be read: permission is missing")
        case OSError():
            return said("cannot be read: %(why)s", why=(error.strerror or "unknown reason").lower())
    return said("cannot be read: that is no possible file name")
