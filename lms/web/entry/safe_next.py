"""Where to go after signing in: an address of this site, or home. Nothing that leads elsewhere passes."""

from __future__ import annotations

import re

from flask import request, url_for

INSIDE = re.compile(r"/(?![/\\])[!-\[\]-~]*")
"""A path on this site: one slash, then printable ASCII without a backslash."""


def address_of_request() -> str:
    """The path and query of the present request, to come back to."""
    return request.full_path.rstrip("?")


def home_or(wanted: str | None) -> str:
    r"""The wanted address if it is one of this site, else home.

    `//evil`, `/\evil`, `https:evil` and anything with a line break or another scheme lead home.
    """
    if wanted and len(wanted) <= 2000 and INSIDE.fullmatch(wanted):
        return wanted
    return url_for("home.show")
