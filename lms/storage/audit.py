"""Who did what to what, when; and the chain that shows whether somebody changed it later.

Rows carry ids, codes and salted digests, never names, addresses, notes or files. Writers only add rows to `audit`; a
sealer links committed rows in a chain of its own every few seconds, so that no row is locked by every writer.
*Instead of:* a digest of the previous row inside each row, which makes every writer wait for the one before.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.storage.schema import Base, Key


class Audit(Base):
    """One thing that was done, or refused."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_subject", "subject_kind", "subject_id"),
        Index("ix_audit_actor_id_at", "actor_id", "at"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who did it; null for the site itself (the worker, the first setup, somebody not signed in)."""
    action: Mapped[str] = mapped_column(String(60), index=True)
    """`noun.verb`, such as `person.invited` or `authz.denied`."""
    subject_kind: Mapped[str | None] = mapped_column(String(30))
    subject_id: Mapped[int | None] = mapped_column(BigInteger)
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Codes, ids, numbers and digests that say more; null of nothing personal."""
    content: Mapped[str | None] = mapped_column(String(80))
    """`sha256:…` over the ledger rows written with this entry (`services.ledger`); null when there are none."""


class Seal(Base):
    """A link of the chain: the digest over the link before, one audit row, and when it was sealed."""

    __tablename__ = "seal"

    seq: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    """1, 2, 3 … without a gap."""
    audit_id: Mapped[int] = mapped_column(ForeignKey("audit.id"), unique=True)
    at: Mapped[datetime]
    """When it was sealed: later than the audit row, by seconds unless the sealer stood still."""
    digest: Mapped[str] = mapped_column(String(80))
