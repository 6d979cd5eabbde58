"""Every table, imported once, so that the metadata is whole whoever asks for it."""

from lms.storage import accounts, audit, curricula, jobs, paths, people, record, site, steps, uploads
from lms.storage.schema import Base

__all__ = [
    "accounts",
    "audit",
    "curricula",
    "jobs",
    "metadata",
    "paths",
    "people",
    "record",
    "site",
    "steps",
    "uploads",
]

metadata = Base.metadata
