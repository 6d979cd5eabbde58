"""A curriculum's folder as a zip archive, unpacked in memory and never onto a disk.

What the archive holds is read as a folder is: its `*.yaml` files in byte order of name, subfolders and other files
passed over with a warning. Who packs a folder packs the folder itself as often as what is in it, so where no `*.yaml`
stands at the top and one folder there has some, that one is meant.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any

from lms.engine.curriculum import Curriculum
from lms.errors import Figure, Invalid, Problem, Said, said
from lms.interop.archive import Archive, Bounds
from lms.interop.curriculum_file import Loaded, curriculum_to_document, loaded
from lms.interop.reading.document import joined, uninterrupted
from lms.interop.reading.source import Source, shown_name, source_from
from lms.interop.reading.write import as_yaml
from lms.interop.sheets.sheet_problems import RefusedError

LARGEST = 20_000_000
BOUNDS = Bounds(unpacked=24_000_000, entries=2_000, ratio=50)

_LISTS = ("objectives", "competencies", "courses", "equivalences", "roles", "tests")
_FILE = 0o100644 << 16
_UNIX = 3


def zip_of(curriculum: Curriculum) -> bytes:
    """The folder of this curriculum, a file for each list and one for the rest. Same curriculum, same bytes."""
    document = curriculum_to_document(curriculum)
    lists = {key: document.pop(key) for key in _LISTS if key in document}
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "10-curriculum.yaml", document)
        for number, (key, items) in enumerate(lists.items(), 2):
            _add(archive, f"{number}0-{key}.yaml", {key: items})
    return data.getvalue()


def load_zip(data: bytes, name: str, bounds: Bounds = BOUNDS) -> Loaded:
    """The curriculum in this archive, with warnings. Raises Invalid with every problem at once.

    Problems of a file have its name, those of the archive the archive's. It holds no more than `bounds` say.
    """
    name = shown_name(name)
    try:
        sources, warnings = _unpacked(data, bounds)
    except RefusedError as refused:
        raise Invalid(Problem(refused.why, name)) from None
    with uninterrupted():
        return loaded(joined(name, sources, warnings))


def _unpacked(data: bytes, bounds: Bounds) -> tuple[list[Source | Invalid], list[Problem]]:
    """The texts of the folder and warnings about the rest. Raises RefusedError."""
    if len(data) > LARGEST:
        raise RefusedError(
            said("is %(count)s bytes large, of at most %(largest)s", count=Figure(len(data)), largest=Figure(LARGEST))
        )
    archive = Archive(data, bounds)
    folder = _folder(archive.names)
    wanted = [name for name in sorted(archive.names, key=str.encode) if _is_part(name, folder)]
    if not wanted:
        raise RefusedError(said("holds no *.yaml file"))
    return list(_sources(archive, wanted, folder)), list(_ignored(archive.names, folder))


def _add(archive: zipfile.ZipFile, name: str, document: Any) -> None:
    entry = zipfile.ZipInfo(name)  # of 1980, lest the same curriculum give other bytes tomorrow
    entry.external_attr, entry.create_system = _FILE, _UNIX
    archive.writestr(entry, as_yaml(document), zipfile.ZIP_DEFLATED)


def _folder(names: Iterable[str]) -> str:
    """The beginning of the names of the folder that is meant: nothing, or a folder's name with its slash."""
    folders = dict.fromkeys(name.rpartition("/")[0] for name in names if name.endswith(".yaml") and _is_seen(name))
    top = [folder for folder in folders if "/" not in folder]
    return f"{top[0]}/" if len(top) == 1 and top[0] else ""


def _is_seen(name: str) -> bool:
    """Is it none of the hidden files that editors and packers leave behind?"""
    return not name.rpartition("/")[2].startswith(".") and not name.startswith("__MACOSX/")


def _is_part(name: str, folder: str) -> bool:
    return name.startswith(folder) and "/" not in name[len(folder) :] and name.endswith(".yaml") and _is_seen(name)


def _sources(archive: Archive, names: Iterable[str], folder: str) -> Iterator[Source | Invalid]:
    for name in names:
        try:
            yield source_from(b"".join(archive.pieces(name)), name[len(folder) :])
        except Invalid as invalid:
            yield invalid


def _ignored(names: Iterable[str], folder: str) -> Iterator[Problem]:
    """Warnings in byte order of name, one for each file beside the folder's own and one for each subfolder."""
    places: dict[str, Said] = {}
    for name in names:
        if _is_part(name, folder):
            continue
        if not name.startswith(folder):
            places[name] = said("lies outside of the curriculum's folder and was ignored")
            continue
        first, slash, _ = name[len(folder) :].partition("/")
        places[first] = (
            said("is a subfolder and was ignored; only *.yaml files of the folder itself are read")
            if slash
            else said("was ignored; only files named *.yaml are read")
        )
    for name in sorted(places, key=str.encode):
        yield Problem(places[name], shown_name(name))
