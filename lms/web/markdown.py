"""Markdown of curricula as HTML that a browser may be given: what authors write, and nothing that acts.

Raw HTML in the text is shown as it was typed. What Markdown makes is then cut down to an allow-list, so that a slip in
either library is caught by the other. Links lead to http, https and mail addresses, open nothing by themselves and
carry no referrer; pictures and embedded pages are left out, for they would call other sites from a reader's browser.
Headings become bold lines: the page has its own.
"""

from __future__ import annotations

from functools import lru_cache

import nh3
from flask import Flask
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = frozenset(
    {"p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"}
    | {"table", "thead", "tbody", "tr", "th", "td"}
)
ATTRIBUTES: dict[str, set[str]] = {"a": {"href"}, "ol": {"start"}, "*": set()}
SCHEMES = frozenset({"http", "https", "mailto"})
LONGEST = 100_000
"""Signs of a text that are rendered; the rest is cut off."""

_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable(["image"])


def install(app: Flask) -> None:
    """Hand the filter to every template: `{{ course.summary | markdown }}`."""
    app.jinja_env.filters["markdown"] = markdown


def markdown(text: str | None) -> Markup:
    """The text as HTML in a `div` of class prose; nothing for no text."""
    if not text or not text.strip():
        return Markup()
    return Markup('<div class="prose">%s</div>') % Markup(_rendered(text[:LONGEST]))  # noqa: S704 - cut down by nh3


def clean(html: str) -> str:
    """HTML cut down to what a curriculum may say. Cleaning twice changes nothing."""
    return nh3.clean(
        html,
        tags=set(TAGS),
        clean_content_tags={"script", "style", "iframe", "object", "svg", "math", "template", "noscript", "textarea"},
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer nofollow",
    )


@lru_cache(maxsize=500)
def _rendered(text: str) -> str:
    html = _PARSER.render(text)
    for level in "123456":
        html = html.replace(f"<h{level}>", "<p><strong>").replace(f"</h{level}>", "</strong></p>")
    return clean(html)
