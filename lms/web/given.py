"""What the site was started with and what a request brings, for the pages of sign-in and accounts."""

from __future__ import annotations

import re
from typing import Any

from flask import current_app, request

from lms.services.entry.passwords import Hasher

SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
BROWSERS = (
    (r"Edg(?:A|iOS)?/", "Edge"),
    (r"OPR/", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"(?:Firefox|FxiOS)/", "Firefox"),
    (r"(?:Chrome|CriOS|Chromium)/", "Chrome"),
    (r"Version/[\d.]+.* Safari/", "Safari"),
)


def key() -> str:
    """The site's secret key."""
    made: str = current_app.config["SECRET_KEY"]
    return made


def hasher() -> Hasher:
    """argon2id with the parameters of the settings."""
    settings: Any = current_app.config["LMS_SETTINGS"]
    return Hasher(settings.password_memory_kib, settings.password_passes)


def cookie_options() -> dict[str, Any]:
    """The flags of every cookie of ours."""
    return {
        "secure": current_app.config["SESSION_COOKIE_SECURE"],
        "httponly": True,
        "samesite": "Lax",
        "path": "/",
    }


def cookie_name(name: str) -> str:
    """The name of a cookie that only this host may set, over https; plain on a loopback address."""
    return f"__Host-{name}" if current_app.config["SESSION_COOKIE_SECURE"] else name


def device() -> str:
    """The browser and system of the request, for people to recognise: "Firefox, Linux". Empty when it says nothing."""
    agent = request.user_agent.string[:500]
    browser = next((name for sign, name in BROWSERS if re.search(sign, agent)), "")
    system = next((name for sign, name in SYSTEMS if sign in agent), "")
    return ", ".join(filter(None, (browser, system)))
