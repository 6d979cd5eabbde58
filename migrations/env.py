"""How a migration runs: on the engine it was given, one transaction each, one migrator at a time."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Engine, text

from lms.storage.schema import Instant
from lms.storage.tables import metadata

ONE_AT_A_TIME = 0x0CA1B11


def render_item(kind: str, item: object, _context: Any) -> str | Literal[False]:
    """A script names the plain type, so that it still runs when ours has changed."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Instant) else False


def run(engine: Engine) -> None:
    """Run what Alembic was asked to, under the write lock (SQLite) or an advisory lock (PostgreSQL)."""
    postgres = engine.dialect.name == "postgresql"
    with engine.connect() as plain:
        connection = plain.execution_options(lms_writes=True)
        context.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=not postgres,
            transaction_per_migration=postgres,
            compare_type=True,
            render_item=render_item,
        )
        if not postgres:  # a table that is made anew is dropped under its references; they are checked below
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        if postgres:
            connection.execute(text("SET lock_timeout = '4s'"))
            connection.execute(text("SET statement_timeout = '600s'"))
            connection.execute(text(f"SELECT pg_advisory_lock({ONE_AT_A_TIME})"))
            connection.commit()
        try:
            with context.begin_transaction():
                context.run_migrations()
            connection.commit()
        finally:
            if not postgres:
                cursor = connection.connection.cursor()
                broken = cursor.execute("PRAGMA foreign_key_check").fetchall()
                cursor.execute("PRAGMA foreign_keys=ON")
                assert not broken, f"rows point at rows that are gone: {broken[:5]}"
            if postgres:
                connection.rollback()
                connection.execute(text(f"SELECT pg_advisory_unlock({ONE_AT_A_TIME})"))
                connection.commit()


run(context.config.attributes["engine"])
