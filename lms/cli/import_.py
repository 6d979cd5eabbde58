"""`lms import people|completions|evidence|outcomes`: the difference a file makes, and the import itself.

Whoever may run this has the database in their hands, so it acts as the site itself. What is wrong with the file goes to
standard error, a line each with file and row, and then nothing was written.
"""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy.orm import Session

from lms.cli.show import console
from lms.cli.site import MakeSite, now, reading, writing
from lms.cli.words import counted, printable
from lms.errors import Invalid, Problem
from lms.interop.sheets.columns import Kind
from lms.interop.sheets.sheet_write import template_csv, template_xlsx
from lms.services import imports
from lms.services.access import SITE
from lms.services.imports import Difference, History, Preview, past

LISTED = 40
"""Differences that the terminal lists; JSON has all."""


def run(call: Namespace, site: MakeSite) -> int:
    """Write a template, or compare the file and import it."""
    history = History(call.kind)
    if call.template:
        return write_template(history.sheet, call.template)
    data = _read(call.file)
    app = site().app()
    with reading(app) if call.dry_run else writing(app) as session:
        return run_import(session, call, data, now=now())


def run_import(session: Session, call: Namespace, data: bytes, *, now: datetime) -> int:
    """Say what the file changes, and unless it is a dry run change it. Raises Invalid with every problem."""
    history, name, mapping = History(call.kind), str(call.file), dict(call.columns)
    with _working(f"Comparing {printable(call.file.name)}"):
        shown = imports.preview(session, SITE, history, data, name, now=now, mapping=mapping)
    if shown.problems:
        raise Invalid(*shown.problems)
    for warning in shown.warnings:
        sys.stderr.write(f"warning: {printable(str(warning))}\n")
    invited = 0
    if not call.dry_run:
        with _working(f"Importing {counted(shown.rows, 'row')}"):
            report = imports.apply(session, SITE, history, data, name, now=now, mapping=mapping, seen=shown.digest)
        if call.invite and report.batch_id is not None:
            batch = past.one(session, SITE, report.batch_id)
            invited = past.invite_new(session, SITE, batch, now=now, most=len(report.created))
    if call.format == "json":
        _write_json(shown, dry_run=call.dry_run, invited=invited)
    else:
        _show(console(), shown, dry_run=call.dry_run, invited=invited)
    return 0


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as refused:
        raise Invalid(Problem(f"cannot be read: {refused.strerror}", str(path))) from refused


def write_template(kind: Kind, path: Path) -> int:
    """Write an empty sheet of this kind with an example. Raises Invalid."""
    if path.suffix.lower() not in {".csv", ".xlsx"}:
        raise Invalid(Problem("a template ends in .csv or .xlsx", str(path)))
    if path.exists():
        raise Invalid(Problem("is there already; choose another name", str(path)))
    make = template_xlsx if path.suffix.lower() == ".xlsx" else template_csv
    try:
        path.write_bytes(make(kind))
    except OSError as refused:
        raise Invalid(Problem(f"cannot be written: {refused.strerror}", str(path))) from refused
    sys.stdout.write(f"{path} has every column and one example row to overwrite\n")
    return 0


@contextmanager
def _working(what: str) -> Iterator[None]:
    """Words and a moving sign on standard error for whoever waits at a terminal."""
    out = Console(stderr=True, markup=False, emoji=False)
    if not out.is_terminal:
        yield
        return
    with out.status(Text(what)):
        yield


def _show(out: Console, shown: Preview, *, dry_run: bool, invited: int) -> None:
    told = [("new team", one) for one in shown.teams_added]
    told += [("team", one) for one in shown.teams_changed]
    told += [("changed", one) for one in shown.changed]
    told += [("new", one) for one in shown.added]
    if told:
        table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
        for title in ("Row", "", "Who", "What"):
            table.add_column(title, justify="right" if title == "Row" else "left")
        for kind, one in told[:LISTED]:
            row = "" if one.row is None else str(one.row)
            table.add_row(row, kind, Text(printable(one.who)), Text(printable(_what(one))))
        out.print(table)
    if len(told) > LISTED:
        out.print(f"and {len(told) - LISTED:,} more", style="dim")
    counts = f"{len(shown.added):,} new, {len(shown.changed):,} changed, {shown.unchanged:,} unchanged"
    teams = f", {counted(len(shown.teams_added), 'new team')}" if shown.teams_added else ""
    done = "Nothing was written: this was a dry run" if dry_run else "Imported" if shown.differs else "Nothing to do"
    out.print(f"{done}: {counts}{teams}" + (f", {invited:,} invited" if invited else ""), style="bold")


def _what(one: Difference) -> str:
    changes = (f"{change.field}: {change.old or '–'} → {change.new or '–'}" for change in one.changes)
    return "; ".join(part for part in (one.what, *changes) if part)


def _write_json(shown: Preview, *, dry_run: bool, invited: int) -> None:
    document = {
        "format": "lms-import/1",
        "kind": shown.history.value,
        "file": shown.name,
        "digest": shown.file_digest,
        "written": not dry_run and shown.differs > 0,
        "rows": shown.rows,
        "unchanged": shown.unchanged,
        "invited": invited,
        "added": _listed(shown.added),
        "changed": _listed(shown.changed),
        "teams_added": _listed(shown.teams_added),
        "teams_changed": _listed(shown.teams_changed),
        "warnings": [{"row": one.line, "message": one.message} for one in shown.warnings],
    }
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def _listed(differences: Sequence[Difference]) -> list[dict[str, Any]]:
    return [
        {
            "row": one.row,
            "who": one.who,
            "what": one.what,
            "changes": [{"field": change.field, "old": change.old, "new": change.new} for change in one.changes],
        }
        for one in differences
    ]
