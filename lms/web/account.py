"""One's own account."""

from __future__ import annotations

from lms.services.access import Permission, Public
from lms.web.door import Door

door = Door("account")


@door.writes("/preferences", Public("theme and language of the browser"))
def preferences() -> str:
    """Stub."""
    return ""


@door.reads("/account/second-factor", Permission.ACCOUNT)
def second_factor() -> str:
    """Stub."""
    return ""
