"""Assignment by rule: who in which teams aims at which role by when, and whom a rule has reached.

A rule comes to each person once, whatever happens after. What it did to their target stands here, so that a page can
say who set it, and so that nothing which the person chose is ever taken for the rule's.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.storage.schema import Base, Key, one_of

OUTCOMES = ("set", "own-choice-kept", "already")
STANDS = "outcome = 'set' AND ended_at IS NULL"


class AssignmentRule(Base):
    """Everybody in some teams and below who holds a role aims at another one of its curriculum, by a day.

    States: in force until somebody switched it off (`off_at`), for good. What it set before stays.
    """

    __tablename__ = "assignment_rule"
    __table_args__ = (
        CheckConstraint("role <> target", name="nobody_aims_at_the_role_they_hold"),
        CheckConstraint("(off_at IS NULL) = (off_by IS NULL)", name="a_rule_is_switched_off_by_somebody"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    curriculum_id: Mapped[int] = mapped_column(ForeignKey("curriculum.id"), index=True)
    role: Mapped[str] = mapped_column(String(200))
    """The role that the people hold."""
    target: Mapped[str] = mapped_column(String(200))
    """The role that they aim at."""
    aim: Mapped[date]
    """By when. Whom the rule reaches later gets the target without a date."""
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """Who made it; the rule is not for them."""
    made_at: Mapped[datetime]
    off_at: Mapped[datetime | None] = mapped_column(index=True)
    off_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class RuleTeam(Base):
    """A team for which a rule is, with every team below it."""

    __tablename__ = "rule_team"

    rule_id: Mapped[int] = mapped_column(ForeignKey("assignment_rule.id"), primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), primary_key=True, index=True)


class RuleReach(Base):
    """A rule came to a person, once.

    Outcomes: `set` when it gave them the target; `own-choice-kept` when they had another one, or had undone what a rule
    set; `already` when they aimed there. What was set stands until the target changes (`ended_at`).
    """

    __tablename__ = "rule_reach"
    __table_args__ = (
        one_of("outcome", OUTCOMES, "a_rule_sets_keeps_or_finds_a_target"),
        CheckConstraint("ended_at IS NULL OR outcome = 'set'", name="only_what_was_set_ends"),
        CheckConstraint("ended_by IS NULL OR ended_at IS NOT NULL", name="what_somebody_ended_has_its_time"),
        Index(
            "one_rule_at_a_time_holds_a_target",
            "person_id",
            unique=True,
            sqlite_where=text(STANDS),
            postgresql_where=text(STANDS),
        ),
    )

    rule_id: Mapped[int] = mapped_column(ForeignKey("assignment_rule.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    reached_on: Mapped[date]
    outcome: Mapped[str] = mapped_column(String(20))
    ended_at: Mapped[datetime | None]
    """When the target that it set was changed."""
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who changed it; null for a later rule."""
    told_on: Mapped[date | None]
    """The day on which the person was told that it was set; null as long as they were not."""
    reminded_on: Mapped[date | None]
    """The last day on which the person was reminded that the date comes near."""
    reported_on: Mapped[date | None]
    """The day on which whoever made the rule was told."""
