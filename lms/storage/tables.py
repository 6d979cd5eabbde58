"""Every table, imported once, so that the metadata is whole whoever asks for it."""

from lms.storage import (
    accounts,
    audit,
    curricula,
    cycles,
    evidence_pieces,
    hiring,
    jobs,
    paths,
    people,
    person_records,
    promotions,
    record,
    rules,
    site,
    steps,
    uploads,
)
from lms.storage.schema import Base

__all__ = [
    "accounts",
    "audit",
    "curricula",
    "cycles",
    "evidence_pieces",
    "hiring",
    "jobs",
    "metadata",
    "paths",
    "people",
    "person_records",
    "promotions",
    "record",
    "rules",
    "site",
    "steps",
    "uploads",
]

metadata = Base.metadata
