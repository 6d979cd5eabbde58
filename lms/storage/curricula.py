"""Curricula: one draft that is edited, frozen versions that never change, and the pointer that publishing moves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.storage.schema import Base, Key


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


class CurriculumVersion(Base):
    """A frozen version: the document as it was published. Rows are only added."""

    __tablename__ = "curriculum_version"
    __table_args__ = (UniqueConstraint("curriculum_id", "number"),)

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


class CurriculumOwner(Base):
    """Who may edit and publish a curriculum."""

    __tablename__ = "curriculum_owner"

    curriculum_id: Mapped[int] = mapped_column(ForeignKey("curriculum.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
