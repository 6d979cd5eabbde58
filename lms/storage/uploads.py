"""Files that somebody sent and has not decided about: between the preview of an import and the import itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.storage.schema import Base, Key


class Upload(Base):
    """A file waiting for a yes. It is personal data: deleted when used or replaced, and by the clock after an hour."""

    __tablename__ = "upload"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    """Who sent it; nobody else can use it."""
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    """As the sender's computer calls it, without signs that cannot be seen."""
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """For headers which field they are, "" for those to pass over; empty while nobody mapped them by hand."""
    created_at: Mapped[datetime]
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    """The bytes, read only where they are asked for."""
