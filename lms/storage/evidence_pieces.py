"""What somebody hands in to show a competency, who looks at it, and what was said about it. No rating counts from here.

A rating that counts is an entry of the ledger (`record.Evidence`); the review that gave it names that entry. Texts stand
in `personal_text`, files under names of our own in a folder (`storage.files`). All of it goes when the person is erased,
while the ledger keeps the rating and the audit the digests of the files.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.storage.schema import Base, Key, one_of

KINDS = ("file", "link", "note", "call-recording", "observation", "prior-learning")
STATES = ("waiting", "more-asked", "signed-off", "withdrawn")
CAPACITIES = ("manager", "trainer", "assessor", "administrator")
OUTCOMES = ("signed-off", "taken-back", "more-asked", "handed-on", "passed-up", "passed-over")
WAITING = "state = 'waiting'"


class Piece(Base):
    """A piece of evidence: a person, a competency, and the level that it is said to show.

    States: `waiting` for its reviewer; `more-asked` until the person adds to it or withdraws it; `signed-off`, and then
    a rating stands in the ledger, be it lower than what was said; `withdrawn` by the person. The last two are final, but
    that a rating can be taken back on its day.
    """

    __tablename__ = "evidence_piece"
    __table_args__ = (
        one_of("kind", KINDS, "a_piece_is_a_file_link_note_recording_observation_or_prior_learning"),
        one_of("state", STATES, "a_piece_is_waiting_more_asked_signed_off_or_withdrawn"),
        one_of("capacity", CAPACITIES, "a_manager_trainer_assessor_or_administrator_reviews"),
        CheckConstraint("level >= 1 OR kind = 'observation' AND level = 0", name="a_piece_claims_a_level_of_the_scale"),
        CheckConstraint("reviewer_id IS NULL OR reviewer_id <> person_id", name="nobody_reviews_their_own_evidence"),
        CheckConstraint("(reviewer_id IS NULL) = (capacity IS NULL)", name="who_reviews_does_so_in_a_capacity"),
        CheckConstraint("(state = 'waiting') = (answered_at IS NULL)", name="a_piece_that_waits_has_no_answer"),
        CheckConstraint(
            "kind <> 'call-recording' OR everybody_knows IS NOT NULL AND everybody_knows",
            name="everybody_on_a_recording_knows_of_it",
        ),
        Index("ix_evidence_piece_reviewer_id_state", "reviewer_id", "state"),
        Index(
            "nobody_hands_in_the_same_twice",
            "person_id",
            "digest",
            unique=True,
            sqlite_where=text(WAITING),
            postgresql_where=text(WAITING),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    curriculum_id: Mapped[int] = mapped_column(ForeignKey("curriculum.id"))
    competency: Mapped[str] = mapped_column(String(200))
    level: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    everybody_knows: Mapped[bool | None]
    """Whether everybody on the recording knows of it; null where there is no recording of a call."""
    shown_on: Mapped[date]
    """The day on which it was shown: a rating counts from there."""
    handed_in_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12), default="waiting", index=True)
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Whose turn it is, or whose it was; null only while nobody of the organisation could."""
    capacity: Mapped[str | None] = mapped_column(String(20))
    """In what capacity they review: the source of the rating they give."""
    since: Mapped[datetime]
    """Since when it is with this reviewer."""
    answered_at: Mapped[datetime | None]
    """When it was signed off, sent back or withdrawn."""
    digest: Mapped[str] = mapped_column(String(80))
    """Over all that was handed in, so that a form sent twice is one piece."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Part(Base):
    """What was handed in, at first and each time more was asked for. What the person says of it is a personal text."""

    __tablename__ = "evidence_part"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    piece_id: Mapped[int] = mapped_column(ForeignKey("evidence_piece.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    added_at: Mapped[datetime]
    link: Mapped[str | None] = mapped_column(String(2000))
    """An https address; null without one."""


class StoredFile(Base):
    """A file of a part. After its last day the bytes and the name are gone, and the digest stays."""

    __tablename__ = "evidence_file"
    __table_args__ = (
        CheckConstraint("size > 0", name="a_stored_file_is_not_empty"),
        CheckConstraint("(stored IS NULL) = (gone_at IS NOT NULL)", name="a_file_is_stored_until_it_is_gone"),
        CheckConstraint("(name IS NULL) = (stored IS NULL)", name="the_name_of_a_file_goes_with_it"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("evidence_part.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    stored: Mapped[str | None] = mapped_column(String(64), unique=True)
    """The name of our own under which it lies in the folder; null once it is gone."""
    name: Mapped[str | None] = mapped_column(String(200))
    """As its sender's computer called it, cleaned; null once it is gone."""
    media: Mapped[str] = mapped_column(String(100))
    """What it is by its content, such as `application/pdf`."""
    size: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(80))
    kept_until: Mapped[date | None] = mapped_column(index=True)
    """The last day on which it is kept; null while its piece waits."""
    gone_at: Mapped[datetime | None]


class Review(Base):
    """Something that was done with a piece: signed off at a level, that taken back, more asked for, or passed on.

    Only added to. What was said is a personal text about the person whose piece it is.
    """

    __tablename__ = "evidence_review"
    __table_args__ = (
        one_of("outcome", OUTCOMES, "a_review_signs_off_asks_for_more_or_hands_on"),
        CheckConstraint("by_id IS NULL OR by_id <> person_id", name="nobody_rates_their_own_evidence"),
        CheckConstraint("to_id IS NULL OR to_id <> person_id", name="nobody_is_handed_their_own_evidence"),
        CheckConstraint("(outcome = 'signed-off') = (evidence_id IS NOT NULL)", name="a_sign_off_stands_in_the_ledger"),
        CheckConstraint(
            "outcome IN ('signed-off', 'taken-back', 'more-asked') = (to_id IS NULL)",
            name="who_is_handed_a_piece_is_named",
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    piece_id: Mapped[int] = mapped_column(ForeignKey("evidence_piece.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    """Whose piece it is."""
    at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(12))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who did it; null when time alone did, or the reviewer can no longer review."""
    for_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """For whom, when a deputy did it."""
    capacity: Mapped[str | None] = mapped_column(String(20))
    to_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """To whom it went; null when it went to nobody."""
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id"), unique=True)
    """The entry of the ledger that signing off made; null for every other outcome."""


class Deputy(Base):
    """Who looks at what waits for a person, from a day through another; one for each day."""

    __tablename__ = "deputy"
    __table_args__ = (
        CheckConstraint("deputy_id <> person_id", name="nobody_is_their_own_deputy"),
        CheckConstraint("first <= last", name="standing_in_ends_after_it_begins"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    deputy_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    first: Mapped[date]
    last: Mapped[date]
