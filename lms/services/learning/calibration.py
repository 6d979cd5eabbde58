"""Calibration: of the dates that were called 50, 80 and 90 %, how many held, over the forecasts that are kept.

A date is called 80 % when sixteen of the twenty draws were done by then. It is decided on the day after it: it held when
by then nothing trainable was missing any more. *Instead of:* counting what was reached early before its day has come,
while what will be late is not counted yet, which would flatter every date.

Forecasts that were dropped count for nothing, and how many is said; so do open ones of who has left.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, func, or_, select
from sqlalchemy.orm import Session

from lms.engine.days import months_after
from lms.services.access import Actor, Permission, require
from lms.services.learning.outlook import FOUR_IN_FIVE, MEDIAN, NINE_IN_TEN
from lms.storage.paths import Forecast, Path
from lms.storage.people import Person

CALLED = ((50, MEDIAN), (80, FOUR_IN_FIVE), (90, NINE_IN_TEN))
"""Per cent, and the place of the day among the twenty that is called so."""
ENOUGH = 20
"""Of fewer decided forecasts no share is told."""
MONTHS = 24
"""How old a forecast may be to count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Of the dates called `called` per cent: how many are decided, and how many of them held."""

    called: int
    decided: int
    held: int

    @property
    def share(self) -> int | None:
        """The per cent that held; None while too few are decided."""
        return round(100 * self.held / self.decided) if self.decided >= ENOUGH else None

    @property
    def verdict(self) -> str | None:
        """`fair`, `hopeful` (fewer held than called) or `careful` (more did): beyond two standard errors of a share of
        so many. None while too few are decided.
        """
        if self.share is None:
            return None
        apart = self.held - self.decided * self.called / 100
        error = math.sqrt(self.decided * self.called * (100 - self.called)) / 100
        return "fair" if abs(apart) <= 2 * error else "hopeful" if apart < 0 else "careful"


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How well dates held, one line for each of CALLED; how many forecasts were kept, still run, or were dropped."""

    lines: tuple[Held, ...]
    kept: int
    open: int
    dropped: int

    @property
    def enough(self) -> bool:
        """Is there a share to tell at all?"""
        return any(line.share is not None for line in self.lines)


def calibration(session: Session, actor: Actor, *, on: date) -> Calibration:
    """How well the forecasts of the last MONTHS held by the day `on`, everybody's together. Raises Denied.

    One query. Of one person, target and calendar month the first forecast counts.
    """
    require(actor, Permission.FORECAST_READ)
    told = _told(on)
    columns: list[ColumnElement[Any]] = [
        func.count(),
        func.sum(case((told.c.state == "open", 1), else_=0)),
        func.sum(case((told.c.state == "dropped", 1), else_=0)),
    ]
    for called, _ in CALLED:
        day = told.c[f"day_{called}"]
        decided = and_(told.c.state != "dropped", day < on.isoformat())
        columns.append(func.sum(case((decided, 1), else_=0)))
        columns.append(func.sum(case((and_(decided, told.c.reached <= day), 1), else_=0)))
    kept, still, dropped, *counts = (number or 0 for number in session.execute(select(*columns)).one())
    lines = zip(CALLED, counts[::2], counts[1::2], strict=True)
    return Calibration(
        lines=tuple(Held(called=called, decided=decided, held=held) for (called, _), decided, held in lines),
        kept=kept,
        open=still,
        dropped=dropped,
    )


def _told(on: date) -> Any:
    """The forecasts that count, days as ISO text: both databases compare it as they compare dates."""
    made = cast(Forecast.made_on, String)
    month = func.substr(made, 1, 7)
    dropped = case((Forecast.state == "dropped", 1), else_=0)
    numbered = (
        select(
            Forecast.state,
            cast(Forecast.reached_on, String).label("reached"),
            *(Forecast.days[place - 1].as_string().label(f"day_{called}") for called, place in CALLED),
            func.row_number()
            .over(
                partition_by=(Forecast.person_id, cast(Forecast.roles, String), month, dropped),
                order_by=Forecast.made_on,
            )
            .label("place"),
        )
        .join(Person, Person.id == Forecast.person_id)
        .where(
            or_(Forecast.state != "open", Person.state == "active"),
            Forecast.made_on > (months_after(on, -MONTHS) or on),
        )
        .subquery()
    )
    return select(numbered).where(numbered.c.place == 1).subquery()


def own_basis(session: Session, actor: Actor) -> dict[str, Any] | None:
    """What the actor's own likely days rest on, as their path keeps it; None without a path. Raises Denied."""
    require(actor, Permission.FORECAST_READ)
    likely = session.scalar(select(Path.likely).where(Path.person_id == actor.person_id))
    return likely.get("basis") if likely else None
