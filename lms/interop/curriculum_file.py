"""Curriculum documents, `lms-curriculum/1`: files and folders to a Curriculum, and back to JSON and YAML."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lms.engine.curriculum import Curriculum
from lms.errors import Problem
from lms.interop.curriculum_shape import CURRICULUM, reading_of
from lms.interop.reading.document import Document, document_from, open_document, uninterrupted
from lms.interop.reading.reader import read_by
from lms.interop.reading.write import as_json, as_yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A curriculum that was read, and warnings about what lay beside it and was passed over."""

    curriculum: Curriculum
    warnings: tuple[Problem, ...] = ()


def load_curriculum(path: Path) -> Loaded:
    """The curriculum in this file or folder, with warnings. Raises Invalid with every problem at once."""
    with uninterrupted():
        return loaded(open_document(path))


def loaded(document: Document) -> Loaded:
    """The curriculum in an open document, with its warnings. Raises Invalid with every problem at once."""
    return Loaded(curriculum=_read(document), warnings=document.warnings)


def read_curriculum(path: Path) -> Curriculum:
    """The curriculum in this file or folder. Raises Invalid with every problem at once."""
    return load_curriculum(path).curriculum


def parse_curriculum(data: bytes | str, name: str) -> Curriculum:
    """The curriculum in these bytes; `name` tells JSON from YAML by its ending and stands before each problem."""
    with uninterrupted():
        return _read(document_from(data, name))


def curriculum_from_document(document: Mapping[str, Any], name: str) -> Curriculum:
    """The curriculum in plain values such as `curriculum_to_document` makes. Raises Invalid with every problem at once.

    `name` stands before each problem; lines say nothing here, for there is no text.
    """
    return parse_curriculum(as_json(document, indent=None), name)


def curriculum_to_document(curriculum: Curriculum) -> dict[str, Any]:
    """The curriculum as plain values in the format's order of keys, what is at its default left out.

    Numbers are int or float, or Decimal where a float would not be exact: `lms.interop.reading.write` knows how to write those.
    """
    return CURRICULUM.write(curriculum, full=False)


def curriculum_to_json(curriculum: Curriculum) -> str:
    """The curriculum as a JSON document that reads back as an equal curriculum."""
    return as_json(curriculum_to_document(curriculum))


def curriculum_to_yaml(curriculum: Curriculum) -> str:
    """The curriculum as a YAML document that reads back as an equal curriculum."""
    return as_yaml(curriculum_to_document(curriculum))


def digest(curriculum: Curriculum) -> str:
    """`sha256:…` over the values with keys sorted and defaults filled in.

    Equal for whatever reads as an equal curriculum: YAML or JSON, file or folder, 3 or 3.00, any order of keys, any
    offset of an instant, and before and after an export.
    """
    with uninterrupted():
        document = CURRICULUM.write(curriculum, full=True)
        text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return "sha256:" + hashlib.sha256(text.encode("utf-8")).hexdigest()


def _read(document: Document) -> Curriculum:
    curriculum: Curriculum = read_by(CURRICULUM, document, reading_of(document.tree))
    return curriculum
