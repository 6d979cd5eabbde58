"""The first page of everybody who signed in."""

from __future__ import annotations

from flask import render_template

from lms.services.access import Permission
from lms.web.door import Door

door = Door("home")


@door.reads("/", Permission.HOME)
def show() -> str:
    """What this person most likely came for."""
    return render_template("home/show.html")
