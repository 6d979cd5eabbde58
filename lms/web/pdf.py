"""Pages as PDF, where the extra `pdf` is installed: documents of their own templates, drawn by WeasyPrint.

Without it (or without Pango, which it needs of the system) no page offers a PDF, and an address that asks for one leads
to the page, which the browser prints. What is drawn comes from our templates, where every word of a person is escaped;
the drawing reaches nothing but the built fonts: no network, no file, no address that a text might hold. *Instead of:* the
pages' own style sheet, whose layers, grids and colour functions no engine but a browser's reads.
"""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Response, current_app, render_template

from lms.web.assets import Manifest

FONTS = ("figtree-latin-wght-normal.woff2", "figtree-latin-ext-wght-normal.woff2")
SCHEME = "built:"


@cache
def available() -> bool:
    """Can this site draw PDFs?"""
    try:
        importlib.import_module("weasyprint")
    except (ImportError, OSError):  # OSError: the package is there, a library of the system is not
        return False
    return True


def sent(template: str, name: str, **values: Any) -> Response:
    """A template of `paper/` as a PDF to be saved; only where PDFs are `available`."""
    answer = Response(drawn(render_template(f"paper/{template}", **values)), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return answer


def drawn(page: str) -> bytes:
    """The PDF of a whole HTML document, in the style of `paper/sheet.css`."""
    weasyprint = importlib.import_module("weasyprint")
    fonts = importlib.import_module("weasyprint.text.fonts").FontConfiguration()
    fetcher = _only_fonts(Path(current_app.static_folder or ""))
    style = weasyprint.CSS(string=_style(), font_config=fonts, url_fetcher=fetcher)
    document = weasyprint.HTML(string=page, url_fetcher=fetcher)
    made: bytes = document.write_pdf(stylesheets=[style], font_config=fonts)
    return made


def _only_fonts(static: Path) -> Any:
    """What fetches addresses for WeasyPrint: our built fonts by name, and nothing else whatever a document asks for."""
    urls: Any = importlib.import_module("weasyprint.urls")
    base: Any = urls.URLFetcher
    manifest = Manifest.read(static / "dist" / "manifest.json")

    class OnlyFonts(base):  # type: ignore[misc]  # known where it is installed
        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002 - its shape is WeasyPrint's
            name = url.removeprefix(SCHEME)
            if not url.startswith(SCHEME) or name not in FONTS:
                raise ValueError("nothing is fetched for a PDF but the built fonts")
            font = (static / manifest.path(name)).read_bytes()
            return urls.URLFetcherResponse(url, font, {"Content-Type": "font/woff2"})

    return OnlyFonts()


def _style() -> str:
    loader = current_app.jinja_env.loader
    assert loader is not None, "the site has templates"
    return loader.get_source(current_app.jinja_env, "paper/sheet.css")[0]
