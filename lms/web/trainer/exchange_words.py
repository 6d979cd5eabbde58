"""The names of what comes in and goes out as a file, for the pages of trainers."""

from __future__ import annotations

from flask_babel import lazy_gettext

from lms.services.exchange.outgoing import Format

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
"""Title and purpose of each format, in the order in which they are offered."""
