"""Openings, candidates and everything that is kept about a candidate until their day of deletion.

A candidate is nobody of the organisation: no row of `person`, no account, no place in any list, path, sum or export of
people, until they are hired and become one. Whatever names them or speaks of them stands in the tables below, as plain
columns, and every row of them goes on the day after `kept_until`; the audit holds numbers and codes alone. Who applies
for two openings is two candidates, so that each opening's people read what was given for it, and each has a day of its
own. *Instead of:* a person in a state of their own, whom every query about people would have to remember to leave out;
and personal texts with salts, which exist for entries that stay when their person is erased: here nothing stays.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Numeric, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.storage.schema import Base, Key, one_of

OPENING_STATES = ("open", "closed")
STATES = ("applied", "offered", "hired", "declined", "withdrawn")
INTERVIEW_STATES = ("asked", "submitted", "called-off")
OUTCOMES = ("offered", "hired", "declined")
SOURCES = ("self", "assessment", "assessor")
REQUESTS = ("correction", "accommodation")
FINAL = "outcome IN ('hired', 'declined')"


class Opening(Base):
    """A position to be filled: so many people, in a role, by the measure of one frozen version of its curriculum.

    States: `open` while candidates come in and are decided about; `closed` for good, once everybody has an answer.
    """

    __tablename__ = "opening"
    __table_args__ = (
        one_of("state", OPENING_STATES, "an_opening_is_open_or_closed"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="a_closed_opening_says_when"),
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="a_closed_opening_says_by_whom"),
        CheckConstraint("places BETWEEN 1 AND 1000", name="an_opening_has_between_one_and_1000_places"),
        CheckConstraint("kept_days BETWEEN 1 AND 730", name="candidates_are_kept_for_two_years_at_most"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    curriculum_id: Mapped[int] = mapped_column(ForeignKey("curriculum.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("curriculum_version.id"))
    """The measure of every candidate, whatever is published meanwhile."""
    role: Mapped[str] = mapped_column(String(200))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"), index=True)
    """Where who is hired will work; null where that is open, and once the team was removed."""
    places: Mapped[int]
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """The hiring manager; null leaves it to the line of the team and to the recruiters."""
    opened_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="open", index=True)
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    kept_days: Mapped[int]
    """How many days after the answer a candidate's data are deleted."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Candidate(Base):
    """Somebody who applies for one opening: how to reach them, where they stand, and until when that is kept.

    States: `applied` until somebody decides; `offered` the position; `hired` and a colleague from then on; `declined`;
    `withdrawn` by themselves.
    """

    __tablename__ = "candidate"
    __table_args__ = (
        one_of("state", STATES, "a_candidate_applied_was_offered_hired_declined_or_withdrew"),
        CheckConstraint("state = 'hired' OR person_id IS NULL", name="only_who_was_hired_is_a_person"),
        CheckConstraint(
            "(kept_until IS NULL) = (state IN ('applied', 'offered'))", name="who_has_an_answer_has_a_day_of_deletion"
        ),
        Index(
            "a_candidate_stands_once_in_an_opening",
            "opening_id",
            "mail_key",
            unique=True,
            sqlite_where=text("state IN ('applied', 'offered')"),
            postgresql_where=text("state IN ('applied', 'offered')"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    opening_id: Mapped[int] = mapped_column(ForeignKey("opening.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    mail: Mapped[str] = mapped_column(String(254))
    mail_key: Mapped[str] = mapped_column(String(254))
    language: Mapped[str | None] = mapped_column(String(10))
    """In which they are written to; null: the site's."""
    state: Mapped[str] = mapped_column(String(10), default="applied", index=True)
    added_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]
    kept_until: Mapped[date | None] = mapped_column(index=True)
    """The last day on which anything of them is kept; null while they have no answer."""
    nonce: Mapped[str | None] = mapped_column(String(64))
    """Their link's token is made from it under the site's secret key, so no table holds a token; null: no link works."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), unique=True)
    """Who they became; null unless hired."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Part:
    """What every table about a candidate has: its number, and whose it is."""

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidate.id"), index=True)


class CandidateEvidence(Part, Base):
    """A level that a candidate says they have, or that a test or an assessor found, outside of interviews."""

    __tablename__ = "candidate_evidence"
    __table_args__ = (
        one_of("source", SOURCES, "a_candidate_is_rated_by_themselves_a_test_or_an_assessor"),
        CheckConstraint("level >= 0", name="a_candidate_s_level_is_never_below_none"),
    )

    competency: Mapped[str] = mapped_column(String(200))
    level: Mapped[int]
    shown_on: Mapped[date]
    source: Mapped[str] = mapped_column(String(20))
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text, default="")


class CandidateOutcome(Part, Base):
    """What a candidate achieved in a month, measured by a metric that the role asks for; said anew, it takes its place."""

    __tablename__ = "candidate_outcome"
    __table_args__ = (
        UniqueConstraint("candidate_id", "metric", "month"),
        CheckConstraint("source <> ''", name="a_candidate_s_outcome_says_where_it_comes_from"),
    )

    metric: Mapped[str] = mapped_column(String(200))
    month: Mapped[date]
    """The month's first day."""
    value: Mapped[Decimal] = mapped_column(Numeric(20, 4))
    source: Mapped[str] = mapped_column(String(200))
    """Where the value comes from, such as a letter of their employer."""
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]


class Interview(Part, Base):
    """One person is asked to interview a candidate about some competencies, and to say what they found.

    States: `asked`; `submitted` for good; `called-off` when nobody waits for it any more. What was found is shown to
    nobody but its author until every interview that was not called off is submitted.
    """

    __tablename__ = "interview"
    __table_args__ = (
        UniqueConstraint("candidate_id", "interviewer_id"),
        one_of("state", INTERVIEW_STATES, "an_interview_is_asked_for_submitted_or_called_off"),
        CheckConstraint("(state = 'submitted') = (submitted_at IS NOT NULL)", name="a_submitted_interview_says_when"),
        Index("ix_interview_interviewer_id_state", "interviewer_id", "state"),
    )

    interviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    competencies: Mapped[list[str]] = mapped_column(default=list)
    planned_for: Mapped[date | None]
    """The day of the interview; null while there is none."""
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="asked")
    submitted_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Text, default="")
    """What the interviewer says beside the ratings."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class InterviewRating(Part, Base):
    """What an interviewer found of one competency: a level from 0, and what was said. Not asked about: no row."""

    __tablename__ = "interview_rating"
    __table_args__ = (
        UniqueConstraint("interview_id", "competency"),
        CheckConstraint("level >= 0", name="an_interview_rates_none_or_more"),
    )

    interview_id: Mapped[int] = mapped_column(ForeignKey("interview.id"), index=True)
    competency: Mapped[str] = mapped_column(String(200))
    level: Mapped[int]
    note: Mapped[str] = mapped_column(Text, default="")


class CandidateNote(Part, Base):
    """What somebody of the opening wrote down about a candidate, who reads it once they have their answer."""

    __tablename__ = "candidate_note"

    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)


class CandidateFile(Part, Base):
    """A file about a candidate, such as their application; its bytes lie in the folder of files and go with the row."""

    __tablename__ = "candidate_file"
    __table_args__ = (CheckConstraint("size > 0", name="a_candidate_s_file_is_not_empty"),)

    stored: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    media: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(80))
    added_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]


class CandidateRequest(Part, Base):
    """What a candidate asked for on their page: that something be put right, or that something be made possible."""

    __tablename__ = "candidate_request"
    __table_args__ = (
        one_of("kind", REQUESTS, "a_candidate_asks_for_a_correction_or_an_accommodation"),
        CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name="an_answered_request_says_by_whom"),
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="an_answered_request_has_an_answer"),
    )

    kind: Mapped[str] = mapped_column(String(15))
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[str | None] = mapped_column(Text)


class HiringDecision(Part, Base):
    """Somebody decided about a candidate: who, with which reason, and how the ranking stood then. Each outcome once."""

    __tablename__ = "hiring_decision"
    __table_args__ = (
        UniqueConstraint("candidate_id", "outcome"),
        one_of("outcome", OUTCOMES, "a_candidate_is_offered_hired_or_declined"),
        CheckConstraint("(outcome = 'hired') = (starts IS NOT NULL)", name="who_is_hired_has_a_first_day"),
        CheckConstraint("reason <> ''", name="a_decision_has_a_reason"),
        Index(
            "a_candidate_is_hired_or_declined_once",
            "candidate_id",
            unique=True,
            sqlite_where=text(FINAL),
            postgresql_where=text(FINAL),
        ),
    )

    outcome: Mapped[str] = mapped_column(String(10))
    decided_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    starts: Mapped[date | None]
    """The first day in the role; null unless hired."""
    rule: Mapped[str] = mapped_column(String(60))
    """The version of the rule that ranked."""
    standing: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What the ranking knew of the candidate and where it placed them; the others stand in it as numbers without names."""


PARTS: tuple[type[Part], ...] = (
    InterviewRating,
    Interview,
    CandidateEvidence,
    CandidateOutcome,
    CandidateNote,
    CandidateFile,
    CandidateRequest,
    HiringDecision,
)
"""The tables about a candidate, each before those that it refers to."""
