"""What an edit of a draft did, in a few words, for the button that takes it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lms.web.translated import gettext


def said_of(what: Mapping[str, Any]) -> str:
    """The edit in words: removed Deal review, changed the calendar."""
    title = what.get("title") or _WHOLE.get(what.get("kind", ""), lambda: "")()
    match what.get("how"):
        case "added":
            return gettext("added %(title)s", title=title)
        case "removed":
            return gettext("removed %(title)s", title=title)
        case "mended":
            return gettext("mended %(title)s", title=title)
        case "imported":
            return gettext("imported a file")
        case "brought-back":
            return gettext("brought back version %(number)s", number=title)
    return gettext("changed %(title)s", title=title)


_WHOLE = {
    "title": lambda: gettext("the title"),
    "scale": lambda: gettext("the scale"),
    "policy": lambda: gettext("the evidence policy"),
    "sources": lambda: gettext("the order of sources"),
    "calendar": lambda: gettext("the calendar"),
    "equivalences": lambda: gettext("the equivalences"),
    "tests": lambda: gettext("the curriculum tests"),
}
