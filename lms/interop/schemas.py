"""The published JSON Schemas, made from the shapes that read the documents: `python -m lms.interop.schemas [--check] FOLDER`.

They serve editors and other programs. Some rules are beyond a schema (references, levels within the scale, two
decimals, what must not lie before what): a document that passes its schema may still be refused by the reader.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from lms.interop import curriculum_shape, path_shape, person_shape
from lms.interop.shapes.leaves import identifier_definition
from lms.interop.shapes.record import Record
from lms.interop.shapes.requirements import requirement_definition
from lms.interop.shapes.shape import Schema

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schemas() -> dict[str, Schema]:
    """The schema of each format by its file name."""
    return {
        "lms-curriculum-1.json": _schema(
            curriculum_shape.CURRICULUM, curriculum_shape.FORMAT, "Curriculum document", requirements=True
        ),
        "lms-path-1.json": _schema(path_shape.PATH, path_shape.FORMAT, "Training path document", requirements=True),
        "lms-person-1.json": _schema(person_shape.PERSON, person_shape.FORMAT, "Person document"),
    }


def schema_text(schema: Schema) -> str:
    """A schema as its file holds it."""
    return json.dumps(schema, indent=2, ensure_ascii=True) + "\n"


def main(folder: str) -> None:
    """Write every schema into the folder."""
    for name, schema in schemas().items():
        (Path(folder) / name).write_text(schema_text(schema), encoding="utf-8")


def stale(folder: str) -> list[str]:
    """The schema files in the folder that are missing or not what the code makes."""
    made = {Path(folder) / name: schema_text(schema) for name, schema in schemas().items()}
    return [str(file) for file, text in made.items() if not file.exists() or file.read_text(encoding="utf-8") != text]


def _schema(record: Record, name: str, title: str, *, requirements: bool = False) -> Schema:
    head: Schema = {"$schema": _DIALECT, "title": f"{title}, {name}"}
    definitions = {"identifier": identifier_definition()}
    if requirements:
        definitions["requirement"] = requirement_definition()
    return {**head, **record.schema(), "$defs": definitions}


if __name__ == "__main__":
    if sys.argv[1] == "--check":
        sys.exit("".join(f"{file} is out of step: make schemas\n" for file in stale(sys.argv[2])) or 0)
    main(sys.argv[1])
