"""What machines ask: does the process live, and can it do its work? For load balancers, containers and monitors."""

from __future__ import annotations

from flask import Response, jsonify

from lms.services.access import Public
from lms.services.running import health
from lms.storage.session import db
from lms.web.door import Door, now

door = Door("health")
UNAVAILABLE = 503


@door.reads("/healthz", Public("says that the process answers, and nothing else"))
def lives() -> Response:
    """The process answers. Nothing is asked of the database: a restart mends no database."""
    return Response("ok\n", mimetype="text/plain")


@door.reads("/readyz", Public("says in a word each how database, migrations and queue are; nothing about anybody"))
def ready() -> Response:
    """Is every part well? 503 with the parts otherwise."""
    found = health.look(db.session, now=now())
    answer = jsonify(found.parts)
    answer.status_code = 200 if found.ready else UNAVAILABLE
    return answer
