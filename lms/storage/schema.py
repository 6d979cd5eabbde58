"""What all tables share: the declarative base, names of constraints, instants in UTC, choices kept as text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, DateTime, Dialect, Integer, MetaData, TypeDecorator
from sqlalchemy.orm import DeclarativeBase

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "%(constraint_name)s",  # a CHECK is named as the sentence that it holds
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Key = BigInteger().with_variant(Integer(), "sqlite")
"""A primary key: 64 bits; SQLite numbers rows by itself only for INTEGER."""


class Instant(TypeDecorator[datetime]):
    """A moment in UTC. Goes in and comes out aware; SQLite, which knows no zones, keeps it without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC for the database; a moment without a zone is a mistake of the caller."""
        if value is None:
            return None
        assert value.tzinfo is not None, "a moment without a time zone"
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """The moment, aware and in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The one metadata of the house."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: Instant(), dict[str, Any]: JSON(), list[str]: JSON()}  # noqa: RUF012


def one_of(column: str, choices: Iterable[str], name: str) -> CheckConstraint:
    """A CHECK that the column holds one of these words; `name` is the sentence it stands for."""
    words = ", ".join(f"'{word}'" for word in choices)
    return CheckConstraint(f"{column} IN ({words})", name=name)
