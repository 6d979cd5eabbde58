"""The commands of the engine, their arguments and what is wrong with a call. No work is done here.

Each command's module is asked for only when it is called, so that `--help` and a bad call answer at once.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from lms import __version__
from lms.cli.import_arguments import add_export, add_import
from lms.cli.site_arguments import Commands, add_site_commands
from lms.engine.price import Minimise

FORMATS = ("text", "json", "jsonl")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The call as a namespace with its `command`. Exits with 2 and a message when the call is bad."""
    parser = argparse.ArgumentParser(prog="lms", description="Training paths to the next role.")
    parser.set_defaults(of_the_site=False)
    parser.add_argument("--version", action="version", version=f"lms {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    plan = _add_plan(commands)
    curriculum = commands.add_parser("curriculum", help="check a curriculum, or compare two")
    actions = curriculum.add_subparsers(required=True, metavar="ACTION")
    _add_check(actions)
    _add_diff(actions)
    add_site_commands(commands)
    add_import(commands)
    add_export(commands)
    call = parser.parse_args(one_role_each(argv))
    if call.command == "plan" and (problem := _wrong_with_plan(call)):
        plan.error(problem)
    return call


def _add_plan(commands: Commands) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        "plan", help="plan a training path, or one for each line of a file of people"
    )
    add = parser.add_argument
    add("curriculum", type=Path, metavar="CURRICULUM", help="a curriculum: a file or a folder of *.yaml")
    add("person", type=Path, metavar="PERSON", help="a person document; with --format jsonl one in each line")
    add("--role", dest="roles", action="append", default=[], metavar="ROLE",
        help="the role to reach, several for one path that serves them all (default: the person's own target)")  # fmt: skip
    add("--minimise", choices=[by.value for by in Minimise], default=Minimise.HOURS.value)
    add("--on", type=_day, metavar="DATE", help="the planning date, YYYY-MM-DD (default: today, UTC)")
    add("--time-limit", type=_seconds, metavar="S", help="seconds of search for each person (default: no limit)")
    add("--format", choices=FORMATS, default="text")
    add("--jobs", type=_jobs, default=1, metavar="N", help="processes to plan with, for --format jsonl (default: 1)")
    add("--order", action="append", default=[], metavar="COURSE",
        help="the person's own order, one --order for each course: kept wherever prerequisites allow")  # fmt: skip
    add("--why", metavar="COURSE", help="explain why this course is on the path")
    add("--why-not", metavar="COURSE", help="explain why this course is not on the path")
    parser.set_defaults(command="plan")
    return parser


def _add_check(actions: Commands) -> None:
    parser = actions.add_parser("check", help="every error and finding at once, and the curriculum's own tests")
    parser.add_argument("curriculum", type=Path, metavar="CURRICULUM")
    parser.add_argument("--format", choices=FORMATS[:2], default="text")
    parser.set_defaults(command="check")


def _add_diff(actions: Commands) -> None:
    parser = actions.add_parser("diff", help="what changed, and whose path changes by how much")
    parser.add_argument("old", type=Path, metavar="OLD")
    parser.add_argument("new", type=Path, metavar="NEW")
    parser.add_argument("--people", type=Path, metavar="PEOPLE.jsonl", help="a person document in each line")
    parser.add_argument("--on", type=_day, metavar="DATE", help="the planning date (default: today, UTC)")
    parser.set_defaults(command="diff")


def _wrong_with_plan(call: argparse.Namespace) -> str | None:
    explained = call.why or call.why_not
    if call.order and call.format == "jsonl":
        return "--order is the order of one person; leave it out with --format jsonl"
    if call.jobs != 1 and call.format != "jsonl":
        return "--jobs goes with --format jsonl"
    if explained and call.format != "text":
        return "--why and --why-not answer in text; leave --format out"
    if explained and call.minimise == Minimise.DATE.value:
        return "--why and --why-not explain the least hours, cost or courses; choose one of them with --minimise"
    return None


def one_role_each(argv: Sequence[str]) -> list[str]:
    """`--role a b` as `--role a --role b`, once the two files have been named; before that only `a` is the role.

    >>> one_role_each(["plan", "c", "p", "--role", "a", "b", "--on", "2026-01-01"])
    ['plan', 'c', 'p', '--role', 'a', '--role', 'b', '--on', '2026-01-01']
    >>> one_role_each(["plan", "--role", "a", "c", "p"])
    ['plan', '--role', 'a', 'c', 'p']
    """
    found: list[str] = list(argv[:1])
    files, option = 0, ""
    for word in argv[1:]:
        if word.startswith("--"):
            option = "" if "=" in word else word
        elif option == "--role" and found[-1] != "--role" and files >= 2:
            found.append("--role")
        elif option == "" or (option == "--role" and found[-1] != "--role"):
            files, option = files + 1, ""
        elif option != "--role":
            option = ""
        found.append(word)
    return found


def _day(text: str) -> date:
    try:
        if (day := date.fromisoformat(text)).isoformat() == text:
            return day
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"'{text}' is no date that exists; write it as 2026-11-23")


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not (0 < seconds < math.inf):
        raise argparse.ArgumentTypeError(f"'{text}' is no number of seconds above 0")
    return seconds


def _jobs(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 256:
        return int(text)
    raise argparse.ArgumentTypeError(f"'{text}' is no number of processes from 1 to 256")


def today() -> date:
    """Today in UTC: the only clock of the command line."""
    return datetime.now(UTC).date()
