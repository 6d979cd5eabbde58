"""The commands of the site and their arguments. No work is done here, and nothing of the site is imported."""

from __future__ import annotations

import argparse
from typing import Any

Commands = Any  # what argparse's add_subparsers gives has no public name


def add_site_commands(commands: Commands) -> None:
    """Add `db`, `serve`, `worker`, `user`, `config` and `demo`; their `run` takes the call and the site."""
    _add_db(commands)
    _add_config(commands)


def _of_the_site(parser: argparse.ArgumentParser, module: str, **more: object) -> None:
    parser.set_defaults(command=module, of_the_site=True, **more)


def _format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=("text", "json"), default="text")


def _add_db(commands: Commands) -> None:
    actions = commands.add_parser("db", help="the database: bring it up to date, or check that it is").add_subparsers(
        required=True, metavar="ACTION"
    )
    upgrade = actions.add_parser("upgrade", help="make the tables of this version; nothing happens when they are there")
    _of_the_site(upgrade, "db", action="upgrade")
    check = actions.add_parser("check", help="is the database at the newest migration? 0 when it is, 1 when not")
    _format(check)
    _of_the_site(check, "db", action="check")


def _add_config(commands: Commands) -> None:
    parser = commands.add_parser("config", help="every setting (LMS_*) with its value, its default and what it is for")
    _format(parser)
    _of_the_site(parser, "config_command")
