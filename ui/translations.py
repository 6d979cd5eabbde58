# ruff: noqa: INP001 - two scripts of the build, not a package
"""Collect every sentence that is marked for translation, and bring the catalogues in step; the command behind `make translations`.

What a translator wrote stays. A sentence that has gone is dropped; one that is new, or has changed, stands empty until
somebody writes it: no guesses, so that a test can tell what is missing.
"""

from __future__ import annotations

import tomllib
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None, "said": None}
"""`said` marks the refusals that services raise; the rest are gettext's and Flask-Babel's names."""

NOISE = ('"POT-Creation', '"PO-Revision', '"Last-Translator', '"Report-Msgid', '"Generated-By')
"""Headers that would change with every run and say nothing."""


def extracted(root: Path = ROOT) -> Catalog:
    """Every marked sentence of the product, with the files it stands in."""
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["babel"]["mappings"]
    methods = [(one["pattern"], one["method"]) for one in settings]
    options = {one["pattern"]: {k: v for k, v in one.items() if k not in {"pattern", "method"}} for one in settings}
    catalogue = Catalog(charset="utf-8")
    found = extract_from_dir(root, methods, options, KEYWORDS, comment_tags=("L10n:",), strip_comment_tags=True)
    for filename, _line, message, comments, context in sorted(found, key=lambda one: (one[0], one[1])):
        catalogue.add(message, None, [(filename, 0)], auto_comments=comments, context=context)
    return catalogue


def update(path: Path, template: Catalog) -> None:
    """Rewrite the catalogue at `path` with the sentences of `template`."""
    with path.open("rb") as po:
        catalogue = read_po(po, locale=path.parts[-3])
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    write(path, catalogue)


def write(path: Path, catalogue: Catalog) -> None:
    """Write a catalogue to `path` in its one form, so that equal contents are equal bytes."""
    written = BytesIO()
    write_po(written, catalogue, width=120, ignore_obsolete=True, include_lineno=False)
    lines = written.getvalue().decode().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(NOISE)), encoding="utf-8")


if __name__ == "__main__":
    for po_file in sorted((ROOT / "lms/translations").rglob("*.po")):
        update(po_file, extracted())
