"""`lms serve`: the site on waitress. It changes no table by itself: a database that lacks some is a refusal.

*Instead of:* upgrading at the start, with which two servers that start at once, or one that was started by mistake,
change the tables under a version that still runs.
"""

from __future__ import annotations

import errno
import gc
import signal
import socket
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn, Protocol

import waitress
from flask import Flask

from lms.cli.site import MakeSite, Site, now, reading, settings_of, writing
from lms.errors import Conflict, Invalid, said
from lms.services.entry import links, setup

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
YOUNG = 10_000
"""New objects after which the garbage collector looks through them: a page of a team makes five thousand that it needs."""
EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with what was asked for, never a default


class Server(Protocol):
    """What waitress gives: something that runs until it is interrupted."""

    def run(self) -> None:
        """Serve."""

    def close(self) -> None:
        """Close the sockets."""


def run(call: Namespace, site: MakeSite) -> int:
    """Serve until interrupted."""
    app = app_at(site(), call.host, call.port)
    with reading(app) as session:
        is_set_up = setup.is_done(session)
    server = listen(app, call.host, call.port, call.threads)
    sys.stdout.write(f"Cairn is at {settings_of(app).base_url} (listening on {address(call.host, call.port)})\n")
    if not is_set_up:
        sys.stdout.write(
            f"Nobody can sign in yet. Make the first administrator here, within a day:\n  {first_address(app)}\n"
        )
    shown = settings_of(app).base_url
    if shown != (elsewhere := next(one.value for one in site().settings() if one.name == "LMS_BASE_URL")):
        sys.stderr.write(f"Links in mails lead to {elsewhere}. Give site and worker LMS_BASE_URL={shown}\n")
    sys.stdout.flush()
    serve(server)
    return 0


def app_at(site: Site, host: str, port: int, **usual: object) -> Flask:
    """The application; links lead to where it listens on this machine, and settings are as `usual`, where nobody set them."""
    usual["base_url"] = f"http://{address(host if host in LOOPBACK else '127.0.0.1', port)}"
    unset = {setting.name for setting in site.settings() if setting.source == "default"}
    return site.app(**{name: value for name, value in usual.items() if f"LMS_{name.upper()}" in unset})


def address(host: str, port: int) -> str:
    """Host and port as an address has them."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def listen(app: Flask, host: str, port: int, threads: int) -> Server:
    """A server that has its port. Raises Conflict when the port is taken, Invalid when there is no such host."""
    if host in EVERYWHERE and settings_of(app).base_url.startswith("http://"):
        sys.stderr.write(f"Anybody in the network reaches this on {host}, without encryption. Put a proxy in front.\n")
    server: Server = waitress.create_server(
        app,
        sockets=[_socket(host, port)],
        threads=threads,
        ident=None,
        clear_untrusted_proxy_headers=not settings_of(app).trusted_proxies,
    )
    return server


def _socket(host: str, port: int) -> socket.socket:
    """A socket that listens; made here because waitress leaves one open where it may not have the port."""
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=1024
        )
    except OSError as refused:
        if refused.errno == errno.EADDRINUSE:
            raise Conflict(said("Port %(port)s is taken. Choose another with --port.", port=port)) from refused
        raise Invalid(f"cannot listen on {address(host, port)}: {refused.strerror}") from refused


def serve(server: Server) -> None:
    """Serve until Ctrl-C or SIGTERM; requests under way are answered."""
    settled()
    with _stopped_by_sigterm():
        server.run()
        server.close()


def settled() -> None:
    """What was made until now lives as long as the site: the garbage collector leaves it out from here on.

    It would else go through all of it every hundred pages or so, for more than a tenth of a second.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)


@contextmanager
def _stopped_by_sigterm() -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> NoReturn:
        raise SystemExit

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def first_address(app: Flask) -> str:
    """The address at which the first administrator is made; works once. An older one dies."""
    with writing(app) as session:
        token = setup.token(session, now=now(), key=app.secret_key if isinstance(app.secret_key, str) else "")
    return f"{settings_of(app).base_url}{links.PATHS['setup']}{token}"
