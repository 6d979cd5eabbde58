"""The ledger: what was shown, done, attested, spared and reached, by whom and since when. Only appended to.

A correction is a new row that names the one it replaces (`corrects_id`); a row that only takes another back has
`withdraws` set. What counts are the rows that no other row corrects and that withdraw nothing. The audit row of each
entry says who wrote it and when, and carries the digest of what was written. Texts stand in `personal_text`.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Numeric, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from lms.storage.schema import Base, Key, one_of

ORIGINS = ("entered", "imported", "demo")
ENROLMENTS = ("enrolled", "started", "withdrawn")


class Entry:
    """The columns that every row of the ledger has."""

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    origin: Mapped[str] = mapped_column(String(20), default="entered")
    """How it came in: entered on a page, imported from a file (the audit row names which), or made for the demo."""
    withdraws: Mapped[bool] = mapped_column(default=False)
    """True: this row only takes back the one it corrects."""
    note_digest: Mapped[str | None] = mapped_column(String(80))
    """Salted digest of the note in `personal_text`; null when there is no note. Stays when the note is erased."""

    @declared_attr
    def person_id(self) -> Mapped[int]:
        """Whom the entry is about."""
        return mapped_column(ForeignKey("person.id"), index=True)

    @declared_attr
    def audit_id(self) -> Mapped[int]:
        """The audit row that tells who wrote it, and when."""
        return mapped_column(ForeignKey("audit.id"), index=True)

    @declared_attr
    def corrects_id(self) -> Mapped[int | None]:
        """The entry of the same table that this one replaces; null for a new one. An entry is replaced once."""
        return mapped_column(ForeignKey(f"{self.__tablename__}.id"), unique=True)  # type: ignore[attr-defined]


def _entry_checks(table: str) -> tuple[CheckConstraint, ...]:
    return (
        one_of("origin", ORIGINS, f"a_{table}_was_entered_imported_or_made_for_the_demo"),
        CheckConstraint("NOT withdraws OR corrects_id IS NOT NULL", name=f"a_withdrawn_{table}_names_which"),
    )


class RoleAssignment(Entry, Base):
    """The role a person holds from a day on, until the next assignment. Without a role: none from that day on."""

    __tablename__ = "role_assignment"
    __table_args__ = (
        *_entry_checks("role_assignment"),
        CheckConstraint("(role IS NULL) = (curriculum_id IS NULL)", name="a_role_belongs_to_a_curriculum"),
    )

    role: Mapped[str | None] = mapped_column(String(200))
    """The id of the role in the curriculum; null when the person holds none from `starts` on."""
    curriculum_id: Mapped[int | None] = mapped_column(ForeignKey("curriculum.id"))
    starts: Mapped[date]


class Evidence(Entry, Base):
    """One rating of a competency. Level 0 says that it was shown absent."""

    __tablename__ = "evidence"
    __table_args__ = (
        *_entry_checks("evidence"),
        CheckConstraint("level >= 0", name="a_level_is_never_below_none"),
        CheckConstraint("until IS NULL OR until >= shown_on", name="evidence_ends_after_it_begins"),
    )

    competency: Mapped[str] = mapped_column(String(200))
    level: Mapped[int]
    shown_on: Mapped[date]
    until: Mapped[date | None]
    """The last day on which it counts; null for good."""
    source: Mapped[str] = mapped_column(String(200))
    """Self, peer, manager, trainer, assessor, assessment … as the curriculum ranks them."""
    rater_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who rated, when that was somebody of this organisation."""


class Completion(Entry, Base):
    """A course completed on a day."""

    __tablename__ = "completion"
    __table_args__ = _entry_checks("completion")

    course: Mapped[str] = mapped_column(String(200))
    completed_on: Mapped[date]


class Exemption(Entry, Base):
    """Somebody is spared a course, or held to have a level. The reason is a personal text."""

    __tablename__ = "exemption"
    __table_args__ = (
        *_entry_checks("exemption"),
        CheckConstraint("(course IS NULL) <> (competency IS NULL)", name="an_exemption_is_from_a_course_or_a_level"),
        CheckConstraint(
            "(competency IS NULL) = (level IS NULL)", name="an_exemption_from_a_competency_names_its_level"
        ),
        CheckConstraint("until IS NULL OR first IS NULL OR until >= first", name="an_exemption_ends_after_it_begins"),
    )

    course: Mapped[str | None] = mapped_column(String(200))
    competency: Mapped[str | None] = mapped_column(String(200))
    level: Mapped[int | None]
    first: Mapped[date | None]
    """The first day it is in force; null always."""
    until: Mapped[date | None]
    """The last day; null for good."""
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Attestation(Entry, Base):
    """Somebody's word that something was done, such as a live negotiation. `title` is the gate's, a word of the curriculum."""

    __tablename__ = "attestation"
    __table_args__ = _entry_checks("attestation")

    title: Mapped[str] = mapped_column(String(200))
    by: Mapped[str] = mapped_column(String(60))
    """In what capacity: manager, trainer, assessor …"""
    attested_on: Mapped[date]
    attested_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Outcome(Entry, Base):
    """The value of a metric in one month. Of several that nobody corrected, the latest row counts."""

    __tablename__ = "outcome"
    __table_args__ = (
        *_entry_checks("outcome"),
        Index("ix_outcome_person_id_metric_month", "person_id", "metric", "month"),
    )

    metric: Mapped[str] = mapped_column(String(200))
    month: Mapped[date]
    """The month's first day."""
    value: Mapped[Decimal] = mapped_column(Numeric(20, 4))
    source: Mapped[str | None] = mapped_column(String(200))
    """The system that the value comes from, such as the CRM."""


class Enrolment(Entry, Base):
    """A person enrolled in, started or withdrew from a course (or one of its sessions)."""

    __tablename__ = "enrolment"
    __table_args__ = (
        *_entry_checks("enrolment"),
        one_of("state", ENROLMENTS, "an_enrolment_is_enrolled_started_or_withdrawn"),
    )

    course: Mapped[str] = mapped_column(String(200))
    session: Mapped[str | None] = mapped_column(String(200))
    """The id of the session; null for a course taken at one's own pace."""
    state: Mapped[str] = mapped_column(String(20))
    since: Mapped[date]


class VersionPin(Entry, Base):
    """A person stays on a version of a curriculum through a day, though a newer one has been published."""

    __tablename__ = "version_pin"
    __table_args__ = _entry_checks("version_pin")

    curriculum_id: Mapped[int] = mapped_column(ForeignKey("curriculum.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("curriculum_version.id"))
    until: Mapped[date]
    """The last day on which the version counts for them."""


class ImportBatch(Base):
    """A file of history that came in: what, how many rows, and the digest by which the same file is known again."""

    __tablename__ = "import_batch"
    __table_args__ = (
        one_of(
            "kind",
            ("people", "completions", "evidence", "outcomes"),
            "a_batch_brings_people_completions_evidence_or_outcomes",
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"))
    kind: Mapped[str] = mapped_column(String(20))
    file_digest: Mapped[str] = mapped_column(String(80))
    rows: Mapped[int]
    added: Mapped[int]
    changed: Mapped[int]
    unchanged: Mapped[int] = mapped_column(BigInteger)


LEDGER: tuple[type[Entry], ...] = (
    RoleAssignment,
    Evidence,
    Completion,
    Exemption,
    Attestation,
    Outcome,
    Enrolment,
    VersionPin,
)
"""Every table of the ledger."""
