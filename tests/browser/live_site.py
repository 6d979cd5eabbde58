"""A site as people meet it: waitress on a port of this machine, the worker, and a mail server that keeps what comes."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import waitress
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from waitress import wasyncore

from lms.app import create_app
from lms.config import read_settings
from lms.jobs import worker
from lms.services.entry import sessions, setup
from lms.services.entry.links import PATHS
from lms.storage.people import Person
from lms.storage.session import db, transaction
from lms.storage.site import Site

SECRET = "browser tests only: 0123456789abcdefghijklm"  # noqa: S105
PATIENCE = 20.0


class Post:
    """A mail server on this machine. `letter_to` waits for the newest mail to an address."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        with socket.create_server(("127.0.0.1", 0)) as found:
            self.port: int = found.getsockname()[1]
        self.server = Controller(self, hostname="127.0.0.1", port=self.port)
        self.server.start()

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep a message."""
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 kept"

    def letter_to(self, mail: str) -> str:
        """The text of the newest letter to this address; waits for one."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for letter in reversed(self.letters):
                if mail in letter["To"]:
                    body = letter.get_body(("plain",))
                    assert body is not None
                    return str(body.get_content())
            time.sleep(0.05)
        raise AssertionError(f"no mail came to {mail}; there is {[letter['To'] for letter in self.letters]}")

    def link_to(self, mail: str) -> str:
        """The one address in the newest letter to this address that a one-time link has."""
        found = re.search(rf"https?://\S+({'|'.join(PATHS.values())})\S+", self.letter_to(mail))
        assert found, "no link in the letter"
        return found.group(0)


class LiveSite:
    """The site over one database, with its worker. `close` ends both."""

    def __init__(self, database: str, folder: Path) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        # Playwright keeps an event loop running in the tests' thread, where no application context may end
        with ThreadPoolExecutor(1) as elsewhere:
            self.app, self.engine = elsewhere.submit(self._application, database, folder).result()
        self.post = Post()
        self.server = waitress.create_server(self.app, sockets=[self.listening], threads=4, ident=None)
        self.stop = threading.Event()
        self.threads = [
            threading.Thread(target=self.server.run, name="site", daemon=True),
            threading.Thread(target=self._work, name="worker", daemon=True),
        ]
        for thread in self.threads:
            thread.start()

    def set_up(self) -> None:
        """The first run is over, and mail goes to this site's own mail server."""
        settings = Site(
            name="Acme",
            set_up_at=datetime.now(UTC),
            mail_host="127.0.0.1",
            mail_port=self.post.port,
            mail_security="none",
            mail_from="cairn@acme.example",
        )
        with self.writing() as session:
            session.add(settings)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A unit of work beside the site's own."""
        with Session(self.engine, expire_on_commit=False) as session, transaction(session):
            yield session

    def setup_address(self) -> str:
        """The address that the terminal shows at the first start."""
        with self.writing() as unit:
            return self.base + PATHS["setup"] + setup.token(unit, now=datetime.now(UTC), key=SECRET)

    def cookie_of(self, person: Person | int, *, second_factor: bool = True) -> str:
        """A cookie of a live session of the person, by default one who gave their second factor."""
        number = person if isinstance(person, int) else person.id
        with self.writing() as unit:
            token = sessions.begin(unit, number, now=datetime.now(UTC), second_factor=second_factor)
        signer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        return str(signer.dumps({"_user_id": token, "_fresh": True, "_permanent": True}))

    def close(self) -> None:
        """End the worker, the server and the mail server."""
        self.stop.set()
        self.server.task_dispatcher.shutdown()
        self.server.trigger.pull_trigger(lambda: wasyncore.close_all(self.server._map))
        for thread in self.threads:
            thread.join(PATIENCE)
        self.listening.close()
        self.post.server.stop()
        self.engine.dispose()

    def _application(self, database: str, folder: Path) -> tuple[Flask, Engine]:
        app = create_app(
            read_settings(
                _env_file=None,
                environment="development",
                base_url=self.base,
                secret_key=SECRET,
                database_url=database,
                data_dir=folder,
                password_memory_kib=8,
                password_passes=1,
            )
        )
        with app.app_context():
            return app, db.engine

    def _work(self) -> None:
        worker.run(self.app, stop=self.stop, poll=0.2, name="browser tests")
