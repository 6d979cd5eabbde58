"""The commands of the site and their arguments. No work is done here, and nothing of the site is imported."""

from __future__ import annotations

import argparse
from typing import Any

RIGHTS = ("rep", "trainer", "administrator", "auditor", "names", "assessor", "fairness", "recruiter")
FEWEST, USUAL, MOST = 24, 60, 5_000
"""People of a demo organisation. Here and not asked of it, so that a bad call is answered at once; a test compares."""
Commands = Any  # what argparse's add_subparsers gives has no public name


def add_site_commands(commands: Commands) -> None:
    """Add `demo`, `serve`, `worker`, `db`, `user`, `config` and `chain`; their `run` takes the call and the site."""
    _add_demo(commands)
    _add_serve(commands)
    _add_worker(commands)
    _add_db(commands)
    _add_user(commands)
    _add_config(commands)
    _add_chain(commands)


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


def _add_serve(commands: Commands) -> None:
    parser = commands.add_parser("serve", help="serve the site; needs a database that is up to date, and a worker")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: this machine alone)")
    parser.add_argument("--port", type=_port, default=5000, metavar="N")
    parser.add_argument("--threads", type=_threads, default=8, metavar="N", help="requests at once (default: 8)")
    _of_the_site(parser, "serve")


def _add_worker(commands: Commands) -> None:
    parser = commands.add_parser("worker", help="plan paths, send mail, and do what falls due")
    parser.add_argument("--once", action="store_true", help="end when nothing is due")
    _of_the_site(parser, "worker")


def _add_demo(commands: Commands) -> None:
    parser = commands.add_parser(
        "demo", help="seed a demo organisation when there is none, start the site and its worker"
    )
    add = parser.add_argument
    add("--seed-only", action="store_true", help="start nothing")
    add("--people", type=_people, default=USUAL, metavar="N", help=f"how many people to seed (default: {USUAL})")
    add("--seed", type=int, default=1, metavar="N", help="another number, another organisation (default: 1)")
    add("--port", type=_port, metavar="N", help="where to serve (default: 5000, or the next free one)")
    add("--code", action="store_true", help="only tell the administrator's present second-factor code")
    _of_the_site(parser, "demo")


def _add_user(commands: Commands) -> None:
    actions = commands.add_parser(
        "user", help="people who can sign in: add, list, invite, let in again"
    ).add_subparsers(required=True, metavar="ACTION")

    def action(name: str, what: str, *, of_somebody: bool = True) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = actions.add_parser(name, help=what)
        if of_somebody:
            parser.add_argument("mail", metavar="MAIL", help="the person's mail address")
        _of_the_site(parser, "user", action=name)
        return parser

    create = action("create", "add a person", of_somebody=False)
    create.add_argument("--name", required=True)
    create.add_argument("--mail", required=True)
    _add_rights(create)
    create.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    _format(action("list", "everybody, with state and rights", of_somebody=False))
    action("invite", "invite a person, by mail and by the address this prints")
    password = action("password", "set a new password")
    password.add_argument("--password-stdin", action="store_true", help="read it from standard input")
    action("reset-factor", "take away a lost second factor")
    action("deactivate", "shut a person out at once")
    _add_rights(action("rights", "give exactly these rights; without --right none"))


def _add_chain(commands: Commands) -> None:
    actions = commands.add_parser(
        "chain", help="the chain over the audit: its head to keep elsewhere, or is everything as it was written?"
    ).add_subparsers(required=True, metavar="ACTION")
    head = actions.add_parser("head", help="the digest of the newest seal")
    verify = actions.add_parser("verify", help="0 when everything is as it was written, 1 when not")
    verify.add_argument("--head", metavar="DIGEST", help="a head that was kept elsewhere: it has to be in the chain")
    for name, parser in (("head", head), ("verify", verify)):
        _format(parser)
        _of_the_site(parser, "chain", action=name)


def _add_rights(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--right", dest="rights", action="append", default=[], choices=RIGHTS)


def _whole(text: str, least: int, most: int, what: str) -> int:
    if text.isascii() and text.isdigit() and least <= int(text) <= most:
        return int(text)
    raise argparse.ArgumentTypeError(f"'{text}' is no {what} from {least:,} to {most:,}")


def _port(text: str) -> int:
    return _whole(text, 1, 65_535, "port")


def _threads(text: str) -> int:
    return _whole(text, 1, 256, "number of threads")


def _people(text: str) -> int:
    return _whole(text, FEWEST, MOST, "number of people")
