"""`lms db`: bring the database to the tables of this version, or say whether it has them."""

from __future__ import annotations

import json
import sys
from argparse import Namespace

from sqlalchemy import Engine

from lms.cli.site import MakeSite, engine_of
from lms.errors import Conflict, said
from lms.storage import migrate

NOT_UP_TO_DATE = 1


def run(call: Namespace, site: MakeSite) -> int:
    """Upgrade or check."""
    with engine_of(site().app()) as engine:
        return _upgrade(engine) if call.action == "upgrade" else _check(engine, call.format)


def _upgrade(engine: Engine) -> int:
    before = _known_revision(engine)
    migrate.upgrade(engine)
    after = migrate.newest()
    if before == after:
        sys.stdout.write(f"The database is up to date: {after}\n")
    else:
        sys.stdout.write(f"The database went from {before or 'nothing'} to {after}\n")
    return 0


def _check(engine: Engine, form: str) -> int:
    at, newest = migrate.revision(engine), migrate.newest()
    if form == "json":
        sys.stdout.write(json.dumps({"revision": at, "newest": newest, "up_to_date": at == newest}, indent=2) + "\n")
    elif at == newest:
        sys.stdout.write(f"The database is up to date: {at}\n")
    else:
        sys.stdout.write(f"The database is at {at or 'nothing'}, this version needs {newest}. Run: lms db upgrade\n")
    return 0 if at == newest else NOT_UP_TO_DATE


def _known_revision(engine: Engine) -> str | None:
    at = migrate.revision(engine)
    if at is not None and not migrate.knows(at):
        raise Conflict(
            said("The database is at revision %(at)s, which this version does not know: a newer one made it.", at=at)
        )
    return at
