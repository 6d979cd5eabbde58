"""People, teams and the line between them, rights, and what a person plans with.

Whatever names a person stands in `contact`, so that erasing somebody is deleting rows, and no other table has to change.
"""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, event, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.storage.schema import Base, Key, one_of

STATES = ("active", "deactivated", "erased")
RIGHTS = ("rep", "trainer", "administrator", "auditor", "names", "assessor", "fairness", "recruiter")
WORKING_TIMES = ("full-time", "part-time")
THEMES = ("light", "dark")
AT_THE_TOP = "parent_id IS NULL"


class Person(Base):
    """Somebody of the organisation, by number alone.

    States: `active` may sign in once invited; `deactivated` has left or may not sign in for now, and keeps everything;
    `erased` has lost contact, account and notes for good, while the ledger keeps its number.
    """

    __tablename__ = "person"
    __table_args__ = (
        one_of("state", STATES, "a_person_is_active_deactivated_or_erased"),
        CheckConstraint("left_on IS NULL OR state <> 'active'", name="who_has_left_is_not_active"),
        one_of("working_time", WORKING_TIMES, "a_person_works_full_time_or_part_time"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    state: Mapped[str] = mapped_column(String(20), default="active")
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    """The team the person works in; null when in none yet."""
    left_on: Mapped[date | None]
    """The last day at work, for leavers; null for everybody else."""
    working_time: Mapped[str | None] = mapped_column(String(20))
    """Full-time or part-time; null when not stated. Told by group on the fairness page, and part of no plan or ranking."""
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    contact: Mapped[Contact | None] = relationship(back_populates="person", lazy="raise")
    team: Mapped[Team | None] = relationship(foreign_keys=[team_id], lazy="raise")
    rights: Mapped[list[RightHeld]] = relationship(back_populates="person", lazy="raise")
    plan: Mapped[StudyPlan | None] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Contact(Base):
    """Everything that names a person, and how they like their pages. Deleted when the person is erased."""

    __tablename__ = "contact"
    __table_args__ = (CheckConstraint("theme IS NULL OR theme IN ('light', 'dark')", name="a_theme_is_light_or_dark"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    mail: Mapped[str] = mapped_column(String(254))
    mail_key: Mapped[str] = mapped_column(String(254), unique=True)
    """The address in one spelling (`interop.reading.text_rules.mail_key`): one account for each address."""
    number: Mapped[str | None] = mapped_column(String(100), unique=True)
    """The personnel number of another system; null when there is none."""
    language: Mapped[str | None] = mapped_column(String(10))
    """Null: the site's."""
    time_zone: Mapped[str | None] = mapped_column(String(64))
    """An IANA name; null: the site's."""
    theme: Mapped[str | None] = mapped_column(String(10))
    """Null: as the device says."""
    shortcuts: Mapped[bool] = mapped_column(default=True)
    muted: Mapped[list[str]] = mapped_column(default=list)
    """The notices that this person does not want by mail (`services.notices`); empty: all of them."""
    found_by: Mapped[str] = mapped_column(Text)
    """What lists search and sort by: name, address and number on a line each, `folded`. Written by itself."""

    person: Mapped[Person] = relationship(back_populates="contact", lazy="raise")


def folded(text_: str) -> str:
    """Text without case and accents, as searches compare it; databases do not agree on what `lower` does to an Ü.

    >>> folded("Müller ÅSE")
    'muller ase'
    """
    plain = unicodedata.normalize("NFKD", text_.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def found_by(name: str, mail: str, number: str | None) -> str:
    """What a contact is found by; whoever writes many contacts past the mapper writes it too."""
    return folded("\n".join((name, mail, number or "")))


@event.listens_for(Contact, "before_insert")
@event.listens_for(Contact, "before_update")
def _keep_found_by(_mapper: Any, _connection: Any, contact: Contact) -> None:
    contact.found_by = found_by(contact.name, contact.mail, contact.number)


class Team(Base):
    """A team, its place in the line, and who manages it. Whoever manages a team sees every team below it."""

    __tablename__ = "team"
    __table_args__ = (
        CheckConstraint("parent_id IS NULL OR parent_id <> id", name="no_team_stands_below_itself"),
        Index("two_teams_of_one_parent_differ_in_name", "parent_id", "name", unique=True),
        Index(
            "two_teams_at_the_top_differ_in_name",
            "name",
            unique=True,
            sqlite_where=text(AT_THE_TOP),
            postgresql_where=text(AT_THE_TOP),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", use_alter=True), index=True)
    """Null while nobody manages the team; the next manager up the line then stands in."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class RightHeld(Base):
    """A right that a person has been given. Being a manager is no row here: it follows from managing a team."""

    __tablename__ = "right_held"
    __table_args__ = (one_of("held", RIGHTS, "a_right_is_one_that_can_be_given"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    held: Mapped[str] = mapped_column(String(20), primary_key=True)

    person: Mapped[Person] = relationship(back_populates="rights", lazy="raise")


class StudyPlan(Base):
    """What a person plans with: target, aim and hours. Changed by the person or on their behalf, and audited."""

    __tablename__ = "study_plan"
    __table_args__ = (
        CheckConstraint(
            "weekly_hundredths BETWEEN 1 AND 16800", name="a_week_has_more_than_none_and_at_most_168_hours"
        ),
        one_of("minimise", ("hours", "cost", "courses", "date"), "a_path_minimises_hours_cost_courses_or_date"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    targets: Mapped[list[str]] = mapped_column(default=list)
    """Ids of target roles in the curriculum of the present role; empty while nobody chose one."""
    aim: Mapped[date | None]
    """The date hoped for."""
    weekly_hundredths: Mapped[int] = mapped_column(BigInteger, default=400)
    """Hundredths of an hour of study a week."""
    minimise: Mapped[str] = mapped_column(String(10), default="hours")
    own_order: Mapped[list[str]] = mapped_column(default=list)
    """Ids of courses in the person's own order, which a replan keeps; empty while they moved no step."""


class Away(Base):
    """Days on which a person does not study, both ends included."""

    __tablename__ = "away"
    __table_args__ = (CheckConstraint("first <= last", name="days_away_end_after_they_begin"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    first: Mapped[date]
    last: Mapped[date]


class PersonalText(Base):
    """Text about a person that a ledger row refers to by digest: a note, a reason, a comment. Erased with its salt."""

    __tablename__ = "personal_text"
    __table_args__ = (UniqueConstraint("about_kind", "about_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    """Whom the text is about; it goes when they are erased."""
    about_kind: Mapped[str] = mapped_column(String(30))
    """The table of the ledger row: evidence, completion, exemption, attestation …"""
    about_id: Mapped[int] = mapped_column(BigInteger)
    salt: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(String(10_000))
