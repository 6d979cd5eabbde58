"""Curricula: one draft that is edited, frozen versions that never change, and the pointer that publishing moves."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.storage.schema import Base, Key, one_of

AUDIENCES = ("everybody", "newcomers", "from-a-day")


class Curriculum(Base):
    """A curriculum of the site, known by the id in its document. Archived ones are seen by their owners only."""

    __tablename__ = "curriculum"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    """The `id` of its document."""
    title: Mapped[str] = mapped_column(Text)
    archived: Mapped[bool] = mapped_column(default=False)
    published_id: Mapped[int | None] = mapped_column(ForeignKey("curriculum_version.id", use_alter=True))
    """The version that counts now; null while nothing has been published."""
    version: Mapped[int] = mapped_column(default=1)

    published: Mapped[CurriculumVersion | None] = relationship(
        foreign_keys=[published_id], lazy="raise", post_update=True
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class CurriculumDraft(Base):
    """What is being edited, as a `lms-curriculum/1` document in JSON."""

    __tablename__ = "curriculum_draft"

    curriculum_id: Mapped[int] = mapped_column(ForeignKey("curriculum.id"), primary_key=True)
    document: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class DraftEdit(Base):
    """One change of a draft since the last publish, kept so that it can be undone. Deleted when the draft is published."""

    __tablename__ = "draft_edit"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    curriculum_id: Mapped[int] = mapped_column(ForeignKey("curriculum.id"), index=True)
    what: Mapped[dict[str, Any]]
    """What was done, for people: `how` (added, changed, removed, fixed, imported, brought-back), `kind` and `title`."""
    changes: Mapped[str] = mapped_column(Text)
    """The parts of the document before and after, as JSON (`interop.curriculum_parts`)."""
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    undone: Mapped[bool] = mapped_column(default=False)


class Impact(Base):
    """What publishing a draft would do to whom, computed by a job because the people are many. A projection."""

    __tablename__ = "impact"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    curriculum_id: Mapped[int] = mapped_column(ForeignKey("curriculum.id"), index=True)
    draft_digest: Mapped[str] = mapped_column(String(80))
    """The draft that it was computed for; a changed draft wants another one."""
    on: Mapped[date]
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"))
    made_at: Mapped[datetime]
    result: Mapped[dict[str, Any] | None]
    """Null until the job is done."""


class CurriculumVersion(Base):
    """A frozen version: the document as it was published. Rows are only added."""

    __tablename__ = "curriculum_version"
    __table_args__ = (
        UniqueConstraint("curriculum_id", "number"),
        one_of("audience", AUDIENCES, "a_version_is_for_everybody_for_newcomers_or_from_a_day"),
        CheckConstraint("(audience = 'everybody') = (others_until IS NULL)", name="who_stays_behind_stays_until_a_day"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    curriculum_id: Mapped[int] = mapped_column(ForeignKey("curriculum.id"), index=True)
    number: Mapped[int]
    """1, 2, 3 … within the curriculum."""
    document: Mapped[str] = mapped_column(Text)
    """`lms-curriculum/1` in JSON."""
    digest: Mapped[str] = mapped_column(String(80))
    note: Mapped[str] = mapped_column(String(2000), default="")
    """What the author says about the change; about the curriculum, not about people."""
    published_at: Mapped[datetime]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    audience: Mapped[str] = mapped_column(String(20), default="everybody")
    """Who got it at once: everybody, newcomers alone, or everybody from a day on; the others were pinned."""
    others_until: Mapped[date | None]
    """The last day on which those who were there stay on the version before; null when nobody stays."""
    override: Mapped[str | None] = mapped_column(String(2000))
    """Why it was published though an error stood or a curriculum test failed; null when none did."""
    restores: Mapped[int | None]
    """The number of the older version that it brings back; null for a new one."""


class CurriculumOwner(Base):
    """Who may edit and publish a curriculum."""

    __tablename__ = "curriculum_owner"

    curriculum_id: Mapped[int] = mapped_column(ForeignKey("curriculum.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
