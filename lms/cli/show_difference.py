"""What a file makes of a draft, on a terminal: a line for each item, its fields with old and new, and the sum."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from rich.text import Text

from lms.cli.show import console
from lms.cli.words import printable
from lms.errors import Problem
from lms.services.exchange.difference import PartDifference
from lms.services.exchange.incoming import DryRun

LISTED = 40
"""Differences that the terminal lists."""
SIGNS = {"added": ("+", "green"), "withdrawn": ("-", "red"), "changed": ("~", "yellow"), "reordered": ("~", "yellow")}
COUNTED = {"added": "new", "changed": "changed", "withdrawn": "taken out", "reordered": "in another order"}


def show_difference(shown: DryRun, *, dry_run: bool) -> None:
    """The difference on standard output, findings that the draft does not have yet on standard error."""
    out = console()
    told = [one for how in ("withdrawn", "changed", "added", "reordered") for one in shown.those(how)]
    for one in told[:LISTED]:
        out.print(_line(one))
    if len(told) > LISTED:
        out.print(f"and {len(told) - LISTED:,} more", style="dim")
    counts = [f"{number:,} {word}" for how, word in COUNTED.items() if (number := len(shown.those(how)))]
    done = "Nothing was written: this was a dry run" if dry_run else "Put into the draft" if told else "Nothing to do"
    out.print(f"{done}: {', '.join([*counts, f'{shown.unchanged:,} unchanged'])}", style="bold")
    for finding in shown.findings:
        sys.stderr.write(f"{finding.severity}: {printable(finding.place)}: {printable(finding.message)}\n")


def warn(notes: Iterable[Problem]) -> None:
    """Say on standard error what of a file did not come in."""
    for note in notes:
        sys.stderr.write(f"warning: {printable(str(note))}\n")


def _line(one: PartDifference) -> Text:
    sign, colour = SIGNS[one.how]
    line = Text.assemble((f"{sign} {one.kind} ", colour), (printable(one.key), "bold"))
    if one.title and one.title != one.key:
        line.append(f" {printable(one.title)}")
    changes = (f"{change.field}: {change.old or '–'} → {change.new or '–'}" for change in one.changes)
    told = "; ".join(map(printable, changes)) or ("another order" if one.how == "reordered" else "")
    return line.append(f": {told}", "dim") if told else line
