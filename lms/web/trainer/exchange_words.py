"""The names of what comes in and goes out as a file, for the pages of trainers."""

from __future__ import annotations

from flask_babel import lazy_gettext

from lms.services.exchange.outgoing import Format
from lms.services.exchange.reading import Brings

FORMATS = {
    Format.YAML: (lazy_gettext("Document, YAML"), lazy_gettext("All of it in one file; best for reading and keeping.")),
    Format.JSON: (lazy_gettext("Document, JSON"), lazy_gettext("All of it in one file, for other programs.")),
    Format.ZIP: (
        lazy_gettext("Folder, zip"),
        lazy_gettext("All of it as YAML files, one for each list; best for a repository."),
    ),
    Format.XLSX: (
        lazy_gettext("Workbook, XLSX"),
        lazy_gettext("Competencies, courses and roles, a worksheet each."),
    ),
    Format.COMPETENCIES: (lazy_gettext("Competencies, CSV"), lazy_gettext("With the behaviour at each level.")),
    Format.COURSES: (lazy_gettext("Courses, CSV"), lazy_gettext("With what they need and what they give.")),
    Format.ROLES: (lazy_gettext("Roles, CSV"), lazy_gettext("With what they ask for.")),
    Format.MOODLE: (lazy_gettext("Moodle, CSV"), lazy_gettext("A competency framework that Moodle imports.")),
    Format.CASE: (
        lazy_gettext("CASE 1.1, JSON"),
        lazy_gettext("A framework for other systems; here it comes back whole."),
    ),
}
"""Title and purpose of each format."""

GROUPS = (
    (lazy_gettext("The whole curriculum"), (Format.YAML, Format.JSON, Format.ZIP)),
    (lazy_gettext("For a spreadsheet"), (Format.XLSX, Format.COMPETENCIES, Format.COURSES, Format.ROLES)),
    (lazy_gettext("For other systems"), (Format.MOODLE, Format.CASE)),
)
"""The formats in the order in which they are offered."""

BRINGS = {
    Brings.DOCUMENT: (
        lazy_gettext("The whole curriculum"),
        lazy_gettext("A document in YAML or JSON, or a folder of YAML files as zip. It takes the place of the draft."),
    ),
    Brings.COMPETENCIES: (
        lazy_gettext("A sheet of competencies"),
        lazy_gettext("CSV or XLSX. Adds and changes competencies."),
    ),
    Brings.COURSES: (lazy_gettext("A sheet of courses"), lazy_gettext("CSV or XLSX. Adds and changes courses.")),
    Brings.ROLES: (lazy_gettext("A sheet of roles"), lazy_gettext("CSV or XLSX. Adds and changes roles.")),
    Brings.MOODLE: (
        lazy_gettext("Moodle's competency framework"),
        lazy_gettext("The CSV that Moodle exports. Adds and changes competencies."),
    ),
    Brings.CASE: (
        lazy_gettext("A CASE package"),
        lazy_gettext("JSON of version 1.0 or 1.1. Adds and changes competencies."),
    ),
}
"""Title of what a file brings, and what such a file is and does."""

KINDS = {
    "objective": lazy_gettext("objective"),
    "competency": lazy_gettext("competency"),
    "course": lazy_gettext("course"),
    "role": lazy_gettext("role"),
    "curriculum": lazy_gettext("curriculum"),
}
"""What a difference is of."""
