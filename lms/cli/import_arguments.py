"""`lms import`, `lms export` and their arguments. No work is done here, and nothing of the site is imported."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

Commands = Any  # what argparse's add_subparsers gives has no public name
NOTE_LENGTH = 2_000
WHAT = {
    "people": "people with teams, managers, rights, roles and targets",
    "completions": "courses that people completed",
    "evidence": "ratings of people's competencies",
    "outcomes": "people's results by month",
}
SHEETS = {
    "competencies": "a sheet of competencies into the draft of a curriculum",
    "courses": "a sheet of courses into the draft of a curriculum",
    "roles": "a sheet of roles into the draft of a curriculum",
}
FORMATS = ("yaml", "json", "zip", "csv", "xlsx", "moodle", "case")


def add_import(commands: Commands) -> None:
    """Add `import people|completions|evidence|outcomes FILE`, `import competencies|courses|roles FILE` and `import
    curriculum PATH`.
    """
    kinds = commands.add_parser(
        "import", help="bring people, their history and curricula, all of a file or nothing"
    ).add_subparsers(required=True, metavar="WHAT")
    for kind, what in WHAT.items():
        _add_history(kinds, kind, what)
    for kind, what in SHEETS.items():
        _add_sheet(kinds, kind, what)
    _add_curriculum(kinds)


def add_export(commands: Commands) -> None:
    """Add `export curriculum ID`."""
    kinds = commands.add_parser("export", help="write a curriculum of the site to a file").add_subparsers(
        required=True, metavar="WHAT"
    )
    parser = kinds.add_parser("curriculum", help="the published version, an earlier one, or the draft")
    add = parser.add_argument
    add("curriculum", metavar="ID", help="the id of the curriculum")
    add("--format", choices=FORMATS, default="yaml", help="what it is written as (default: yaml)")
    add("--sheet", choices=tuple(SHEETS), default="courses", help="which list, for --format csv (default: courses)")
    of = parser.add_mutually_exclusive_group()
    of.add_argument("--version", type=_version, metavar="N", help="an earlier version")
    of.add_argument("--draft", action="store_true", help="what is being edited")
    add("-o", "--output", type=Path, metavar="FILE", help="where to write it (default: standard output)")
    parser.set_defaults(command="export", of_the_site=True)


def _add_history(kinds: Commands, kind: str, what: str) -> None:
    parser = _of_a_sheet(kinds, kind, what)
    add = parser.add_argument
    if kind == "people":
        add("--invite", action="store_true", help="invite those who are new by mail")
    add("--format", choices=("text", "json"), default="text")
    parser.set_defaults(command="import_", of_the_site=True, kind=kind, invite=False)


def _add_sheet(kinds: Commands, kind: str, what: str) -> None:
    parser = _of_a_sheet(kinds, kind, what)
    parser.add_argument("--into", metavar="ID", help="the id of the curriculum; needed unless --template is given")
    parser.set_defaults(command="import_draft", of_the_site=True, kind=kind)


def _of_a_sheet(kinds: Commands, kind: str, what: str) -> argparse.ArgumentParser:
    """What every command has that brings a CSV or XLSX file."""
    parser: argparse.ArgumentParser = kinds.add_parser(
        kind, help=what, description=f"Bring {what} from a CSV or XLSX file."
    )
    add = parser.add_argument
    one = parser.add_mutually_exclusive_group(required=True)
    one.add_argument("file", type=Path, nargs="?", metavar="FILE", help="the CSV or XLSX file")
    one.add_argument(
        "--template", type=Path, metavar="FILE", help="write an empty sheet with an example, .csv or .xlsx"
    )
    add("--dry-run", action="store_true", help="say what would change, and change nothing")
    add("--column", dest="columns", action="append", type=_column, default=[], metavar="HEADER=FIELD",
        help="read a column of the file as this field; HEADER= leaves it out")  # fmt: skip
    return parser


def _add_curriculum(kinds: Commands) -> None:
    parser = kinds.add_parser(
        "curriculum",
        help="a curriculum, as a draft or published: a file, a folder of *.yaml, a zip of one, Moodle's CSV or CASE",
    )
    parser.add_argument("path", type=Path, metavar="PATH")
    parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
    parser.add_argument(
        "--into", metavar="ID", help="put a framework of Moodle's or CASE into the draft of this curriculum"
    )
    parser.add_argument("--publish", action="store_true", help="freeze it and make it the version that counts")
    parser.add_argument("--note", type=_note, default="", metavar="TEXT", help="what changed, for those who read it")
    parser.set_defaults(command="import_curriculum", of_the_site=True)


def _column(text: str) -> tuple[str, str]:
    header, sign, field = text.rpartition("=")
    if not sign or not header.strip():
        raise argparse.ArgumentTypeError(f"'{text}' is no HEADER=FIELD")
    return header.strip(), field.strip()


def _note(text: str) -> str:
    if len(text) > NOTE_LENGTH or "\x00" in text:
        raise argparse.ArgumentTypeError(f"a note has at most {NOTE_LENGTH:,} characters that can be seen")
    return text


def _version(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < len(text) < 9 and int(text):
        return int(text)
    raise argparse.ArgumentTypeError(f"'{text}' is no number of a version")
