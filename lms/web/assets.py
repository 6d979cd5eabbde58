"""What templates may ask for beside their data: the built files by name, icons, and the present address with changes.

Which files there are is written by ui/build.mjs; nothing is built or downloaded here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlencode, urlsplit

from flask import Flask, request, url_for
from markupsafe import Markup

TURNING = frozenset({"arrow-left", "arrow-right", "chevron-left", "chevron-right", "log-out"})
"""Icons that point along the line of text, and so turn round where text runs from right to left."""


class FrontEndMissing(RuntimeError):
    """The built front end is not there, or is older than what a template asks of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The built files: plain name to content-hashed name, and the icons of the sprite."""

    files: dict[str, str]
    icons: frozenset[str]

    @classmethod
    def read(cls, path: Path) -> Self:
        """The manifest at `path`; raises FrontEndMissing with the mend where there is none."""
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise FrontEndMissing(
                f"The front end is not built: {path} is missing. Run `make setup`, or `make ui` where that has been run."
            ) from None
        return cls(files=document["files"], icons=frozenset(document["icons"]))

    def path(self, name: str) -> str:
        """Where `name` stands below the static folder; raises FrontEndMissing for a name that was not built."""
        if name not in self.files:
            raise FrontEndMissing(f"No built file is called {name!r}; there are {', '.join(sorted(self.files))}.")
        return f"dist/{self.files[name]}"


def install(app: Flask) -> None:
    """Give the templates of `app` asset(), icon(), here() and came_from(); raises FrontEndMissing when nothing is built."""
    manifest = Manifest.read(Path(app.static_folder or "") / "dist" / "manifest.json")
    drawn: dict[tuple[str, str, str], Markup] = {}  # templates name their icons and files, so there are only so many
    found_at: dict[tuple[str, str], str] = {}

    def asset(name: str) -> str:
        key = (_root(), name)
        found = found_at.get(key)
        return found if found is not None else found_at.setdefault(key, url_for("static", filename=manifest.path(name)))

    def icon(name: str, css: str = "") -> Markup:
        key = (_root(), name, css)
        found = drawn.get(key)
        return found if found is not None else drawn.setdefault(key, draw(name, css))

    def draw(name: str, css: str) -> Markup:
        if name not in manifest.icons and (app.debug or app.testing):
            raise FrontEndMissing(
                f"Icon {name!r} is not in the sprite. Name it literally, as icon('{name}'), icon=\"{name}\" or in a "
                "Python tuple called ICONS, and run `make ui`."
            )
        classes = " ".join(["i", *(["turns"] if name in TURNING else []), *([css] if css else [])])
        return Markup('<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>').format(
            classes, asset("icons.svg"), name
        )

    fonts = [name for name in manifest.files if name.startswith("figtree-latin-wght") and name.endswith(".woff2")]
    app.jinja_env.globals.update(asset=asset, icon=icon, here=here, came_from=came_from, fonts=fonts)
    app.extensions["manifest"] = manifest


def _root() -> str:
    """Where the site stands below its host: asked for by a hundred icons of a page, so past Flask's proxy."""
    return request._get_current_object().root_path  # type: ignore[attr-defined]  # noqa: SLF001


def came_from() -> str:
    """Where to go on after a failure: this page if it was being read, else the page of the form that was sent."""
    if request.method in {"GET", "HEAD"}:
        return here()
    before = urlsplit(request.referrer or "")
    return f"{before.path}?{before.query}".rstrip("?") if before.netloc == request.host and before.path else "/"


def here(**changes: str | int | None) -> str:
    """The address of this page with some query values changed; None takes one away. "/" where there is no such page.

    For sort links, filters and page numbers: here(page=3), here(sort="name", page=None). The query is written by hand,
    because url_for would obey a `_scheme` or `_external` that a stranger's link put there.
    """
    if request.endpoint is None:
        return "/"
    query = [(key, value) for key, value in request.args.items(multi=True) if key not in changes]
    query += [(key, str(value)) for key, value in changes.items() if value is not None]
    return url_for(request.endpoint, **(request.view_args or {})) + (f"?{urlencode(query)}" if query else "")
