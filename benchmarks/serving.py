"""Our site and the bare page as their users meet them: on waitress with the settings of `lms serve`, each in a process of
its own, asked by clients that keep their connections.
"""

from __future__ import annotations

import http.client
import io
import logging
import multiprocessing
import random
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import waitress
from flask import Flask
from sqlalchemy import create_engine

from benchmarks.bare import bare
from lms.app import create_app
from lms.cli.serve import settled
from lms.config import read_settings
from lms.storage.session import engine_options, prepare

SPAWN = multiprocessing.get_context("spawn")
HERE = "127.0.0.1"
SECRET = "benchmarks only: 0123456789abcdefghijk"  # noqa: S105
THREADS = 8
"""What `lms serve` takes by default."""


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A page to ask for, and the cookie with which."""

    address: str
    cookie: str = ""


def ours(database: str, folder: Path) -> Flask:
    """The site over this database; its log lines are written, to nowhere."""
    before, sys.stderr = sys.stderr, io.StringIO()
    try:
        return create_app(
            read_settings(
                _env_file=None,
                environment="development",
                base_url=f"http://{HERE}",
                secret_key=SECRET,
                database_url=database,
                data_dir=folder,
            )
        )
    finally:
        sys.stderr = before


def yardstick(database: str) -> Flask:
    """The bare page over this database, with an engine like that of the site."""
    engine = create_engine(**engine_options(database))
    prepare(engine)
    return bare(engine)


@contextmanager
def served(which: str, database: str, folder: Path) -> Iterator[int]:
    """The port at which `ours` or the `bare` page is served until the block ends."""
    here, there = SPAWN.Pipe(duplex=False)
    process = SPAWN.Process(target=_serve, args=(which, database, folder, there), daemon=True)
    process.start()
    there.close()
    try:
        yield here.recv()
    finally:
        process.terminate()
        process.join()


def _serve(which: str, database: str, folder: Path, port: Connection) -> None:
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # nine in a queue of eight are no news here
    app = ours(database, folder) if which == "ours" else yardstick(database)
    server = waitress.create_server(
        app, host=HERE, port=0, threads=THREADS, ident=None, clear_untrusted_proxy_headers=True
    )
    settled()
    port.send(int(server.effective_port))
    server.run()


def requests_a_second(port: int, asks: Sequence[Ask], *, seconds: float, clients: int = 8) -> float:
    """How many of these, drawn at random, so many clients are answered in a second."""
    begun = time.perf_counter()
    until = begun + seconds

    def client(seed: int) -> int:
        rng, answered = random.Random(seed), 0
        connection = http.client.HTTPConnection(HERE, port)
        while time.perf_counter() < until:
            one = rng.choice(asks)
            connection.request("GET", one.address, headers={"Cookie": one.cookie} if one.cookie else {})
            answer = connection.getresponse()
            answer.read()
            assert answer.status == http.HTTPStatus.OK, f"{one.address}: {answer.status}"
            answered += 1
        connection.close()
        return answered

    with ThreadPoolExecutor(clients) as pool:
        answered = sum(pool.map(client, range(clients)))
    return answered / (time.perf_counter() - begun)
