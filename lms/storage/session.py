"""Engines, the session of a request or a job, and `transaction`: the only commit in the house.

SQLite hands out its write lock too late by default: a transaction that reads first and then writes either loses an
update or fails at once. So units of work that write begin with BEGIN IMMEDIATE and wait their turn, readers begin
plainly and never wait (WAL). *Instead of:* the driver's own BEGIN, which loses updates silently; and IMMEDIATE for
readers too, which would queue every page view behind the writers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from inspect import iscoroutinefunction
from typing import Any

from flask import Flask
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import Connection, Engine, Select, event
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import ORMExecuteState, Session

from lms.errors import Busy, said


class Sessions(SQLAlchemy):
    """The session of each request, without the extension's asynchronous ones: closing those would start an event loop
    and a thread at the end of every request, whether there were any or not.
    """

    def init_app(self, app: Flask) -> None:  # type: ignore[override]
        """Register with this application."""
        super().init_app(app)
        closers = app.teardown_appcontext_funcs
        closers[:] = [one for one in closers if not iscoroutinefunction(one)]


db = Sessions(session_options={"expire_on_commit": False})

WRITES = "lms_writes"
BUSY_MS = 5000
LOCK_TIMEOUT_MS = 5000
CONNECT_SECONDS = 5
CONNECTIONS = 10
"""Kept open, more than `lms serve` has threads: a new connection to SQLite costs as much as a third of a page."""
IN_MEMORY = {"sqlite://", "sqlite:///:memory:"}
"""A database that its one connection is, and that no pool of a size holds."""
AWAY_SQLITE = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")
AWAY_STATES = ("08", "25P03", "53", "57", "58")
"""PostgreSQL: no connection, idle for too long, out of room, ended or out of time, the system below it."""


def engine_options(url: str) -> dict[str, Any]:
    """The settings of an engine for this database URL, in the form Flask-SQLAlchemy-Lite takes."""
    options: dict[str, Any] = {"url": url}
    if url not in IN_MEMORY:
        options["pool_size"] = CONNECTIONS
    if url.startswith("postgresql"):
        options |= {
            "pool_pre_ping": True,
            "connect_args": {
                "connect_timeout": CONNECT_SECONDS,
                "options": f"-c lock_timeout={LOCK_TIMEOUT_MS} -c timezone=utc",
            },
        }
    return options


def prepare(engine: Engine) -> None:
    """Teach a SQLite engine its pragmas and when to take the write lock. Nothing to do for PostgreSQL."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)


def _configure(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",  # what was erased is overwritten, not only forgotten; many builds leave it in the file
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@event.listens_for(Session, "do_orm_execute")
def _locked_is_read_anew(asked: ORMExecuteState) -> None:
    """Whoever waits for a row sees it as it is when their turn comes, not as a page's view of it read it before.

    *Instead of:* `populate_existing` beside each lock, which the one place that forgets it misses.
    """
    if isinstance(asked.statement, Select) and asked.statement._for_update_arg is not None:  # noqa: SLF001 - nothing public says it
        asked.update_execution_options(populate_existing=True)


@contextmanager
def transaction(session: Session) -> Iterator[Session]:
    """One unit of work: everything inside is kept when the block ends, nothing of it when the block raises.

    What the session read before is read again, under the lock. Raises Busy when the lock cannot be had in time.
    """
    session.rollback()
    try:
        session.connection(execution_options={WRITES: True})
        yield session
        session.commit()
    except OperationalError as error:
        session.rollback()
        if is_busy(error):
            raise Busy(said("The database is busy. Nothing was saved; try again in a moment.")) from error
        raise
    except BaseException:
        session.rollback()
        raise


def is_busy(error: DBAPIError) -> bool:
    """Did the database refuse because another writer held it (and not because something is broken)?"""
    text = str(error.orig)
    code = getattr(error.orig, "sqlstate", None)
    return "database is locked" in text or code in {"55P03", "40001", "40P01"}


def is_away(error: DBAPIError) -> bool:
    """Can the database not do its work just now: gone, restarting, full, or out of time? What asked was in order."""
    if error.connection_invalidated or is_busy(error):
        return True
    name = getattr(error.orig, "sqlite_errorname", None)
    if name is not None:
        return str(name).startswith(AWAY_SQLITE)
    state = getattr(error.orig, "sqlstate", None)
    return isinstance(error, OperationalError) if state is None else str(state).startswith(AWAY_STATES)


def is_taken(error: IntegrityError) -> bool:
    """Did the database refuse because such a row is there already (and not because one of the values cannot be)?"""
    return "UNIQUE constraint failed" in str(error.orig) or getattr(error.orig, "sqlstate", None) == "23505"
