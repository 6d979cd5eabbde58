"""Drill 14: a database in use goes through the migrations; what is at the head stays as it is, rows and chain."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from alembic import command
from sqlalchemy import Engine, create_engine, func, inspect, select
from sqlalchemy.orm import Session

from lms.services.demo import seed as demo
from lms.services.running import chain
from lms.storage import migrate
from lms.storage.session import prepare, transaction
from lms.storage.tables import metadata
from tests.databases import KINDS, Databases

pytestmark = pytest.mark.drill
PEOPLE = 30
KEYS = demo.Keys(password_hash="$argon2id$not-checked-here", secret="JBSWY3DPEHPK3PXP")  # noqa: S106


@pytest.fixture(params=KINDS)
def seeded(request: pytest.FixtureRequest, databases: Databases) -> Engine:
    engine = create_engine(databases.fresh(request.param))
    prepare(engine)
    now = datetime.now(UTC)
    with Session(engine) as session:
        with transaction(session):
            demo.seed(session, KEYS, people=PEOPLE, now=now)
        while chain.waiting(session):
            with transaction(session):
                chain.seal(session, now=now)
    return engine


def test_drill_14_upgrading_what_is_at_the_head_changes_no_row_and_keeps_the_chain(seeded: Engine) -> None:
    before = _state(seeded)
    migrate.upgrade(seeded)
    assert _state(seeded) == before
    seeded.dispose()


def test_drill_14_a_seeded_database_goes_down_to_nothing_and_up_again(seeded: Engine) -> None:
    migrate.downgrade(seeded, "base")
    assert set(inspect(seeded).get_table_names()) <= {"alembic_version"}
    migrate.upgrade(seeded)
    command.check(migrate.config(seeded))
    assert sum(_state(seeded)[0].values()) == 0
    seeded.dispose()


def _state(engine: Engine) -> tuple[dict[str, int], str | None]:
    """How many rows each table has, and the head of a chain that verifies."""
    with Session(engine) as session:
        counts = {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in metadata.sorted_tables
        }
        found = chain.verify(session)
        assert isinstance(found, chain.Verified)
        head = chain.head(session)
    return counts, head.digest if head else None
