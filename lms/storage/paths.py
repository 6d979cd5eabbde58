"""Learning paths as projections: always recomputable, stamped with what they were computed from.

`planning` counts the changes of a person's input (`wanted`) and how far the path has followed (`planned`): a path is
being recalculated while the two differ, and a plan made from older input never replaces one made from newer.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.storage.schema import Base, Key, one_of

FORECAST_STATES = ("open", "reached", "dropped")
STATUSES = ("ready", "optimal", "feasible", "blocked")


class Planning(Base):
    """How far a person's path has followed the changes of its input."""

    __tablename__ = "planning"
    __table_args__ = (CheckConstraint("planned <= wanted", name="a_path_never_runs_ahead_of_its_input"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    wanted: Mapped[int] = mapped_column(default=0)
    planned: Mapped[int] = mapped_column(default=0)
    why_none: Mapped[str | None] = mapped_column(String(40))
    """Why there is no path: `no-role`, `no-target`, `unknown-role`, `not-published`; null when there is one."""
    look_again_on: Mapped[date | None] = mapped_column(index=True)
    """The day on which time alone changes the path: something lapses, counts, or should have been done by then."""


class Path(Base):
    """The path of a person: the whole `lms-path/1` document, and the columns that lists and sums read."""

    __tablename__ = "path"
    __table_args__ = (one_of("status", STATUSES, "a_path_is_ready_optimal_feasible_or_blocked"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("curriculum_version.id"), index=True)
    planned_on: Mapped[date]
    """The planning date."""
    input_digest: Mapped[str] = mapped_column(String(80))
    """`sha256:…` over the person's document, the target, what is minimised, the version and the date."""
    status: Mapped[str] = mapped_column(String(10))
    met: Mapped[int]
    required: Mapped[int]
    hours_left: Mapped[int]
    """Hundredths of an hour, renewals included."""
    cost_left: Mapped[int]
    """Hundredths of the site's currency."""
    steps: Mapped[int]
    next_course: Mapped[str | None] = mapped_column(String(200))
    ready_on: Mapped[date | None]
    eligible_on: Mapped[date | None]
    document: Mapped[str] = mapped_column(Text)
    brief: Mapped[str | None] = mapped_column(Text)
    """The document with little of its later steps, for pages that show the first (`services.learning.brief`); null where
    that is the document itself, and until a path is planned again that was stored before this was.
    """
    asked: Mapped[str] = mapped_column(Text)
    """What it was planned from: the `lms-person/1` document, what is minimised and the person's own order, as JSON."""
    likely_on: Mapped[date | None]
    """The median of the twenty likely days; null when there is none."""
    likely: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The twenty likely days and what they rest on (`services.learning.outlook`)."""
    elevation: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Requirements met by date, behind and ahead (`engine.dating.elevation`)."""
    forks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """For a step's course the courses that would serve as well (`engine.forks`)."""
    change: Mapped[dict[str, Any] | None]
    """How it differs from the path before, and why (`engine.cause`); null for the first one."""
    revision: Mapped[int] = mapped_column(default=1)
    """How many times the path was stored; a job that runs twice does not raise it twice."""
    stored_at: Mapped[datetime]


class Forecast(Base):
    """What was foretold of a path, kept to see how often such dates hold: one a person and day at most.

    States: `open` while the person is on the way; `reached` on the day when nothing trainable was missing any more;
    `dropped` when the target changed or the person left, which says nothing about the date.
    """

    __tablename__ = "forecast"
    __table_args__ = (
        UniqueConstraint("person_id", "made_on"),
        one_of("state", FORECAST_STATES, "a_forecast_is_open_reached_or_dropped"),
        CheckConstraint("(state = 'reached') = (reached_on IS NOT NULL)", name="what_was_reached_has_its_day"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    made_on: Mapped[date]
    roles: Mapped[list[str]]
    days: Mapped[list[str]]
    """The likely days, sorted, ISO; a day that was never to come is left out, and stands behind all others."""
    draws: Mapped[int]
    """How many there were, those that never came included."""
    state: Mapped[str] = mapped_column(String(10), default="open", index=True)
    reached_on: Mapped[date | None]
