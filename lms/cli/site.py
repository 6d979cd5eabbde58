"""What the commands of the site are handed: a way to it, made by `lms.__main__`, and the openings they share.

The command line stands below the application and its settings, so it imports neither; it asks for them through `Site`,
and only when a command of the site was called, so that `lms plan` starts as quickly as without one.
*Instead of:* `current_app` factories by dotted name, which no type checker and no import contract sees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event
from typing import NamedTuple, Protocol

from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session

from lms.errors import Conflict, said
from lms.services.entry.passwords import Hasher
from lms.storage import migrate
from lms.storage.session import db, is_busy, transaction


class Setting(NamedTuple):
    """A setting as `lms config` tells it; `value` is masked where it is secret, `source` says where it came from."""

    name: str
    value: str | None
    default: str | None
    description: str
    source: str


class Site(Protocol):
    """The site as a command may ask for it."""

    def settings(self) -> list[Setting]:
        """Every setting. Raises Invalid with a sentence for each that is wrong."""

    def app(self, **given: object) -> Flask:
        """The application, with these settings before those of the environment. Raises Invalid."""

    def work(self, app: Flask, stop: Event, *, once: bool = False) -> int:
        """Do the background work until `stop` is set (`once`: until nothing is due); how many jobs were begun."""


class Kept(Protocol):
    """What commands read of the settings that the application keeps."""

    @property
    def environment(self) -> str:
        """`development` or `production`."""

    @property
    def base_url(self) -> str:
        """The address people use."""

    @property
    def trusted_proxies(self) -> int:
        """How many proxies stand in front."""

    @property
    def password_memory_kib(self) -> int:
        """Memory of one password hash."""

    @property
    def password_passes(self) -> int:
        """Passes of one password hash."""


def settings_of(app: Flask) -> Kept:
    """The settings that the application was made with."""
    kept: Kept = app.config["LMS_SETTINGS"]
    return kept


def hasher_of(app: Flask) -> Hasher:
    """What hashes passwords, as the settings say."""
    settings = settings_of(app)
    return Hasher(settings.password_memory_kib, settings.password_passes)


def now() -> datetime:
    """The present moment in UTC: the only clock of the commands."""
    return datetime.now(UTC)


@contextmanager
def reading(app: Flask) -> Iterator[Session]:
    """A session on a database that is up to date; nothing written in it is kept. Raises Conflict."""
    with _database(app):
        yield db.session


@contextmanager
def writing(app: Flask) -> Iterator[Session]:
    """One transaction on a database that is up to date. Raises Conflict."""
    with _database(app), transaction(db.session) as session:
        yield session


@contextmanager
def _database(app: Flask) -> Iterator[None]:
    with engine_of(app) as engine:
        if not migrate.at_head(engine):
            raise Conflict(said("The database lacks tables of this version. Run: lms db upgrade"))
        yield


@contextmanager
def engine_of(app: Flask) -> Iterator[Engine]:
    """The engine of the site's database, whatever its tables. Raises Conflict when it cannot be reached."""
    with app.app_context():
        try:
            yield db.engine
        except DatabaseError as error:
            if type(error) not in {OperationalError, DatabaseError} or is_busy(error):
                raise  # a wrong statement, or a database that can be used in a moment
            raise Conflict(said("Cannot use the database: %(why)s", why=_first_line(error))) from error
        finally:
            db.session.rollback()
            db.engine.dispose()


def _first_line(error: DatabaseError) -> str:
    return (str(error.orig).strip().splitlines() or [type(error).__name__])[0]


MakeSite = Callable[[], Site]
