"""`lms config`: every setting with its value, where that came from, its default and what it is for."""

from __future__ import annotations

import json
import sys
from argparse import Namespace

from rich.table import Table
from rich.text import Text

from lms.cli.show import console
from lms.cli.site import MakeSite, Setting


def run(call: Namespace, site: MakeSite) -> int:
    """Show the settings; secrets are masked."""
    settings = site().settings()
    if call.format == "json":
        shown = [setting._asdict() for setting in settings]
        sys.stdout.write(json.dumps(shown, ensure_ascii=False, indent=2) + "\n")
    else:
        console().print(_table(settings))
    return 0


def _table(settings: list[Setting]) -> Table:
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("Setting", no_wrap=True)
    table.add_column("Value", overflow="fold")
    table.add_column("From")
    table.add_column("What it is for")
    for setting in settings:
        about = Text(setting.description)
        if setting.default is not None and setting.source != "default":
            about.append(f" (default: {setting.default})", "dim")
        style = "dim" if setting.source == "default" else ""
        table.add_row(setting.name, Text(setting.value or "–", style), Text(setting.source, style), about)
    return table
