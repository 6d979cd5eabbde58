"""Writing thousands of rows at once, and rows that may be there already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.storage.schema import Base


def number_ahead(session: Session, rows: Sequence[Any]) -> None:
    """Give new rows of one table their numbers before they are written, where that lets them go in one statement.

    SQLite does not promise in which order it tells the numbers of many new rows, so SQLAlchemy writes them there one by
    one. Inside a write transaction nobody else can take a number, and none of these tables loses its last row.
    PostgreSQL keeps the order and needs no help. Only for tables from which nothing is deleted.
    """
    if not rows or session.get_bind().dialect.name != "sqlite":
        return
    table = type(rows[0])
    last = session.scalar(select(func.max(table.id))) or 0
    for number, row in enumerate(rows, last + 1):
        row.id = number


def insert_into(session: Session, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT of the session's database that can say what happens where the row is there (`on_conflict_…`)."""
    dialect = session.get_bind().dialect.name
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
