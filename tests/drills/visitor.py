"""A visitor over real HTTP, signed in by a cookie that is made as the site makes it."""

from __future__ import annotations

import http.client
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlencode

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf

from lms.services.entry import sessions
from lms.storage.session import db, transaction


class Answer(NamedTuple):
    """The status of an answer and where it leads."""

    status: int
    location: str


class Visitor:
    """One signed-in person who sends forms to a site at 127.0.0.1; an answer that never came is None."""

    def __init__(self, app: Flask, person_id: int, port: int) -> None:
        self.port = port
        with app.app_context(), transaction(db.session) as unit:
            token = sessions.begin(unit, person_id, now=datetime.now(UTC), second_factor=True)
        with app.test_request_context() as context:
            self.csrf = generate_csrf()
            context.session.update(_user_id=token, _fresh=True, _permanent=True)
            signer = SecureCookieSessionInterface().get_signing_serializer(app)
            assert signer is not None
            self.cookie = f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps(dict(context.session))}"

    def post(self, address: str, form: dict[str, str]) -> Answer | None:
        """Send a form; the answer, None when the connection broke first."""
        body = urlencode({**form, "csrf_token": self.csrf})
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", address, body, headers)

    def get(self, address: str) -> Answer | None:
        """Ask for a page; the answer, None when the connection broke first."""
        return self._ask("GET", address, None, {"Cookie": self.cookie})

    def _ask(self, method: str, address: str, body: str | None, headers: dict[str, str]) -> Answer | None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, address, body, headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return None
        else:
            return Answer(answer.status, answer.getheader("Location", ""))
        finally:
            connection.close()
