"""Forecasts kept: what was foretold of whom, so that `services.learning.calibration` can say how often such dates hold.

Of one person and target the first forecast of a calendar month is kept, replaced while its day lasts. *Instead of:* one
a day, which would count a person who studies much a hundred times.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.storage.bulk import insert_into
from lms.storage.paths import Forecast


class Foretold(NamedTuple):
    """A path that was just stored: its roles (none where the person has no path any more), its status, its likely days
    as `outlook.likely` gives them.
    """

    person_id: int
    roles: tuple[str, ...]
    status: str
    likely: Mapping[str, Any]


def record_forecasts(session: Session, told: Collection[Foretold], *, on: date) -> None:
    """Keep what is foretold of these people on the day `on`, and close what was foretold before.

    Open forecasts of other roles are dropped; those of the same roles are reached when nothing trainable is missing any
    more. At most four statements, whatever their number. Inside a write transaction.
    """
    by_person = {one.person_id: one for one in told}
    opened: dict[int, list[Any]] = {number: [] for number in by_person}
    columns = (Forecast.id, Forecast.person_id, Forecast.roles, Forecast.made_on)
    for row in session.execute(select(*columns).where(Forecast.person_id.in_(by_person), Forecast.state == "open")):
        opened[row.person_id].append(row)
    reached, dropped, new = [], [], []
    for number, one in by_person.items():
        same = [row for row in opened[number] if tuple(row.roles) == one.roles]
        dropped += [row.id for row in opened[number] if tuple(row.roles) != one.roles]
        if one.status == "ready":
            reached += [row.id for row in same]
        elif one.likely.get("days") and not any(_of_the_month(row.made_on, on) for row in same):
            new.append({
                "person_id": number, "made_on": on, "roles": list(one.roles), "days": one.likely["days"],
                "draws": one.likely["draws"], "state": "open", "reached_on": None,
            })  # fmt: skip
    _close(session, dropped, state="dropped")
    _close(session, reached, state="reached", reached_on=on)
    if new:
        _upsert(session, new)


def _of_the_month(made_on: date, on: date) -> bool:
    """Is it a forecast of this month that stands? Today's is made again."""
    return made_on != on and (made_on.year, made_on.month) == (on.year, on.month)


def _close(session: Session, numbers: Collection[int], **values: Any) -> None:
    if numbers:
        session.execute(update(Forecast).where(Forecast.id.in_(numbers)).values(**values))


def _upsert(session: Session, rows: list[dict[str, Any]]) -> None:
    insert = insert_into(session, Forecast)
    session.connection().execute(
        insert.on_conflict_do_update(
            index_elements=["person_id", "made_on"],
            set_={name: insert.excluded[name] for name in rows[0] if name not in {"person_id", "made_on"}},
            where=Forecast.state != "reached",
        ),
        rows,
    )
