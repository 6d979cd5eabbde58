"""Signing in and out, invitations and resets."""

from __future__ import annotations

from flask import render_template

from lms.services.access import Public
from lms.web.door import Door

door = Door("auth")


@door.reads("/sign-in", Public("everybody has to come in somewhere"))
def sign_in() -> str:
    """The form to sign in with."""
    return render_template("auth/sign_in.html")


@door.writes("/sign-out", Public("ends the visitor's own session and no other"), by_itself=True)
def sign_out() -> str:
    """Stub."""
    return ""
