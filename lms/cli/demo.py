"""`lms demo`: an organisation with two years of history, the site and its worker, in one command on this machine.

The accounts are ordinary ones with a password that everybody knows, so nothing of it runs in production, and what it
starts listens to this machine alone.
"""

from __future__ import annotations

import socket
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pyotp
from flask import Flask
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from lms.cli.serve import app_at, listen, serve
from lms.cli.show import console
from lms.cli.site import MakeSite, Site, engine_of, hasher_of, now, reading, settings_of, writing
from lms.cli.words import counted
from lms.errors import Conflict, Invalid, said
from lms.services.demo.seed import PARTS, Keys, Seeded, is_empty, seed, what_is_there
from lms.services.demo.signins import sign_ins
from lms.storage import migrate

PASSWORD = "follow the cairns"  # noqa: S105 - the demo's, printed for everybody
HOST = "127.0.0.1"
PORT, TRIED = 5000, 20
THREADS = 8


def run(call: Namespace, site: MakeSite) -> int:
    """Seed when empty; then, unless only that was asked for, serve and work until interrupted."""
    made = site()
    port = call.port or _free_port()
    app = app_at(made, HOST, port, log_level="WARNING")
    if settings_of(app).environment == "production":
        raise Conflict(said("A demo has accounts whose password everybody knows: lms demo is not for production."))
    if call.code:
        return _tell_code(app)
    with engine_of(app) as engine:
        migrate.upgrade(engine)
    _seed_when_empty(app, call.people, call.seed)
    if call.seed_only:
        _tell_sign_ins(app)
        return 0
    return _start(made, app, port)


def _start(site: Site, app: Flask, port: int) -> int:
    server = listen(app, HOST, port, THREADS)
    stop = Event()
    worker = Thread(target=site.work, args=(app, stop), name="worker", daemon=True)
    worker.start()
    _tell_sign_ins(app)
    sys.stdout.write(f"\nCairn is at {settings_of(app).base_url} · Ctrl-C ends it\n")
    sys.stdout.flush()
    try:
        serve(server)
    finally:
        stop.set()
        worker.join(timeout=10)
    return 0


def _free_port() -> int:
    """The usual port, or the next one that nobody listens on."""
    for port in range(PORT, PORT + TRIED):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise Invalid(f"no port from {PORT} to {PORT + TRIED - 1} is free; choose one with --port")


def _seed_when_empty(app: Flask, people: int, draws: int) -> None:
    with reading(app) as session:
        there = None if is_empty(session) else what_is_there(session)
    if there is not None:
        sys.stdout.write(f"Nothing was seeded, the database holds {_told(there)} already\n")
        return
    keys = Keys(password_hash=hasher_of(app).hash(PASSWORD), secret=pyotp.random_base32())
    with _progress(people * PARTS) as tick, writing(app) as session:
        made = seed(session, keys, people=people, draws=draws, now=now(), tick=tick)
    sys.stdout.write(f"Seeded {_told(made)}\n")


def _told(there: Seeded) -> str:
    """How much there is, in words.

    >>> _told(Seeded(people=60, teams=9, rows=4346, paths=1))
    '60 people in 9 teams with 4,346 ledger entries and 1 path'
    """
    people = "1 person" if there.people == 1 else f"{there.people:,} people"
    entries = f"{there.rows:,} ledger {'entry' if there.rows == 1 else 'entries'}"
    return f"{people} in {counted(there.teams, 'team')} with {entries} and {counted(there.paths, 'path')}"


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    """A bar on standard error while it is a terminal."""
    out = Console(stderr=True)
    if not out.is_terminal:
        yield lambda: None
        return
    columns = (TextColumn("two years of history"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=out, transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda: bar.advance(task)


def _tell_sign_ins(app: Flask) -> None:
    with reading(app) as session:
        found = sign_ins(session)
    if not found:
        sys.stdout.write("It is no demo organisation: sign in as you always do\n")
        return
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for title in ("Sign in as", "Mail", "Name"):
        table.add_column(title)
    for one in found:
        table.add_row(Text(one.kind), Text(one.mail, "bold"), Text(one.name))
    out = console()
    out.print(Text("\nPassword of everybody: ").append(PASSWORD, "bold"))
    for one in found:
        if (code := one.code(now())) is not None:
            out.print(
                Text(f"The {one.kind}'s second factor: code now: ")
                .append(code, "bold")
                .append(f", secret {one.secret}")
            )
            out.print(Text("It changes every 30 seconds; lms demo --code tells the newest", "dim"))
    out.print()
    out.print(table)


def _tell_code(app: Flask) -> int:
    with reading(app) as session:
        codes = [code for one in sign_ins(session) if (code := one.code(now())) is not None]
    if not codes:
        raise Conflict(said("There is no administrator of a demo here. Run lms demo first."))
    sys.stdout.write(f"{codes[0]}\n")
    return 0
