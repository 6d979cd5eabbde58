"""Training path documents, `lms-path/1` (JSON): reading one that somebody wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lms.errors import Invalid, Problem, said
from lms.interop.path_shape import PATH
from lms.interop.reading.document import Document, document_from, open_file
from lms.interop.reading.reader import read_by
from lms.interop.shapes.shape import Reading


def read_path(path: Path) -> dict[str, Any]:
    """The path document in this file as plain values. Raises Invalid with every problem at once."""
    return _checked(open_file(path))


def parse_path(data: bytes | str, name: str = "path.json") -> dict[str, Any]:
    """The path document in this text as plain values. Raises Invalid with every problem at once.

    Keys that the format does not name are handed on unread; ids are not looked up in any curriculum.
    """
    return _checked(document_from(data, name))


def _checked(document: Document) -> dict[str, Any]:
    read_by(PATH, document, Reading())
    try:
        plain: dict[str, Any] = json.loads(json.dumps(document.tree, default=float))
    except RecursionError:
        raise Invalid(Problem(said("is nested too deeply"), document.name)) from None
    return plain
