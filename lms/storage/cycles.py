"""Performance cycles and rounds: whom they ask to rate whom, what each said so far, and what was frozen at closing.

A round is a cycle about one person. What a rater says stands in `sheet_rating` and is theirs until the cycle closes;
`cycle_result` is what closing made of it, and names the entry of the ledger where the curriculum lets the source rate.
Comments are personal texts about whom they are about. Everything about a person goes when they are erased; a rater
stays as a number.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.storage.schema import Base, Key, one_of

KINDS = ("cycle", "round")
SCOPES = ("organisation", "team", "person")
STATES = ("draft", "open", "closed")
SHEETS = ("waiting", "submitted", "dropped")
CAPACITIES = ("self", "manager", "peer")
WHY_DROPPED = ("person-left", "rater-left", "moved", "declined", "closed")
FEWEST_PEERS = 3
"""So many colleagues have to have said something before any of it is shown or counts."""
OPEN_ROUND = "kind = 'round' AND state = 'open'"


class Cycle(Base):
    """People are asked for ratings by a day: of a team and those below it, of the organisation, or of one person.

    States: `draft` while it is prepared and asks nobody; `open` from when everybody was asked; `closed` once the results
    are frozen, for good.
    """

    __tablename__ = "rating_cycle"
    __table_args__ = (
        one_of("kind", KINDS, "a_cycle_is_a_cycle_or_a_round"),
        one_of("scope", SCOPES, "a_cycle_is_about_the_organisation_a_team_or_a_person"),
        one_of("state", STATES, "a_cycle_is_a_draft_open_or_closed"),
        CheckConstraint("(kind = 'round') = (scope = 'person')", name="a_round_is_about_one_person"),
        CheckConstraint("(kind = 'round') = (person_id IS NOT NULL)", name="only_a_round_names_its_person"),
        CheckConstraint("scope = 'team' OR team_id IS NULL", name="only_a_cycle_of_a_team_names_it"),
        CheckConstraint("asks_self OR asks_manager OR peers > 0", name="a_cycle_asks_somebody"),
        CheckConstraint("peers BETWEEN 0 AND 20", name="a_cycle_asks_up_to_twenty_colleagues"),
        CheckConstraint("(state = 'draft') = (opened_at IS NULL)", name="a_draft_was_not_opened_yet"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="a_closed_cycle_says_when"),
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="a_closed_cycle_says_by_whom"),
        CheckConstraint("person_id IS NULL OR closed_by <> person_id", name="nobody_closes_their_own_round"),
        Index(
            "one_open_round_of_a_person",
            "person_id",
            unique=True,
            sqlite_where=text(OPEN_ROUND),
            postgresql_where=text(OPEN_ROUND),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(200), default="")
    """Empty for a round: the name of its person stands for it."""
    scope: Mapped[str] = mapped_column(String(20))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"), index=True)
    """With the teams below it; null for other scopes, and once the team was removed."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    roles: Mapped[list[str]] = mapped_column(default=list)
    """`curriculum number:role`: whose holders take part, every role's where it is empty; for a round the role asked about."""
    asks_self: Mapped[bool]
    asks_manager: Mapped[bool]
    peers: Mapped[int]
    """How many colleagues are asked about each person."""
    due: Mapped[date]
    state: Mapped[str] = mapped_column(String(10), default="draft", index=True)
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    nudged_on: Mapped[date | None]
    """The last day on which somebody had everybody reminded."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Sheet(Base):
    """Somebody is asked to rate a person, in a capacity, on some competencies. Once for each of both in a cycle.

    States: `waiting` for the rater; `submitted`, which the rater may take back until the cycle closes; `dropped` when it
    is not wanted any more, with the reason.
    """

    __tablename__ = "rating_sheet"
    __table_args__ = (
        UniqueConstraint("cycle_id", "person_id", "rater_id"),
        one_of("capacity", CAPACITIES, "a_sheet_is_filled_by_oneself_a_manager_or_a_peer"),
        one_of("state", SHEETS, "a_sheet_is_waiting_submitted_or_dropped"),
        one_of("why_dropped", WHY_DROPPED, "a_sheet_is_dropped_for_a_known_reason"),
        CheckConstraint("(capacity = 'self') = (rater_id = person_id)", name="a_view_of_oneself_is_ones_own"),
        CheckConstraint("(state = 'dropped') = (why_dropped IS NOT NULL)", name="a_dropped_sheet_says_why"),
        CheckConstraint("(state = 'submitted') = (answered_at IS NOT NULL)", name="a_submitted_sheet_says_when"),
        Index("ix_rating_sheet_rater_id_state", "rater_id", "state"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("rating_cycle.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    """Whom it is about."""
    rater_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    capacity: Mapped[str] = mapped_column(String(10))
    version_id: Mapped[int] = mapped_column(ForeignKey("curriculum_version.id"))
    """The version that counted for the person when it was asked: its words are the rubric."""
    competencies: Mapped[list[str]]
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    why_dropped: Mapped[str | None] = mapped_column(String(20))
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    reminded_on: Mapped[date | None]
    """The last day on which the rater was reminded of it; they are at most once a day, of all that they are asked."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class SheetRating(Base):
    """What a rater says about one competency: a level from 0, or that they have not seen it."""

    __tablename__ = "sheet_rating"
    __table_args__ = (
        UniqueConstraint("sheet_id", "competency"),
        CheckConstraint("level IS NULL OR level >= 0", name="a_view_is_never_below_none"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("rating_sheet.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    """Whom it is about, as on the sheet."""
    competency: Mapped[str] = mapped_column(String(200))
    level: Mapped[int | None]
    """Null: not seen."""


class CycleResult(Base):
    """What a capacity said about a competency of a person, frozen when the cycle closed; never written twice."""

    __tablename__ = "cycle_result"
    __table_args__ = (
        UniqueConstraint("cycle_id", "person_id", "competency", "capacity"),
        one_of("capacity", CAPACITIES, "a_result_comes_from_oneself_a_manager_or_peers"),
        CheckConstraint("level >= 0", name="a_result_is_never_below_none"),
        CheckConstraint(
            "capacity = 'peer' AND raters >= 3 OR capacity <> 'peer' AND raters = 1",
            name="fewer_than_three_colleagues_make_no_result",
        ),
        CheckConstraint("(capacity = 'peer') = (rater_id IS NULL)", name="a_result_never_names_a_colleague"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("rating_cycle.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("curriculum_version.id"))
    competency: Mapped[str] = mapped_column(String(200))
    capacity: Mapped[str] = mapped_column(String(10))
    level: Mapped[int]
    """Of several colleagues the lower median."""
    raters: Mapped[int]
    rater_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Null for colleagues, whose names are not told."""
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id"), unique=True)
    """The entry of the ledger; null where the curriculum does not let this source rate the competency."""
