"""Markdown of curricula: what authors write comes through, and nothing of it acts in a reader's browser."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.web.markdown import TAGS, clean, markdown

HOSTILE = (
    '<svg><style><img title="</style><img src=x onerror=alert(1)>">',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<a href="jAvascript:alert(1)">x</a>',
    '<a href="java&#10;script:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<p style="position:fixed">x</p>',
    '<form action="https://evil.test"><input name=password></form>',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "<template><script>alert(1)</script></template>",
    "<img src=x onerror=alert(1)>",
)
SCHEME = re.compile(r"(?:https?:|mailto:)|[^:]*$")


class Elements(HTMLParser):
    """The elements of some HTML with their attributes, as a browser finds them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


def harmless(html: str) -> bool:
    """Does it hold only elements of the list, no handlers or styles, and links to http, https or mail?"""
    return all(
        tag in TAGS | {"div"}
        and given.keys() <= {"href", "rel", "start", "class"}
        and SCHEME.match(given.get("href", ""))
        for tag, given in Elements(html).found
    )


def test_what_authors_write_comes_through() -> None:
    found = markdown(
        "Ask **why**, then:\n\n1. listen\n2. [read on](https://cairn.test/a?b=1&c=2)\n\n# Last\n\n| a |\n|---|\n| b |"
    )
    for part in (
        "<strong>why</strong>",
        "<ol>",
        'href="https://cairn.test/a?b=1&amp;c=2"',
        "<p><strong>Last</strong></p>",
        "<td>b</td>",
    ):
        assert part in found
    assert markdown("  \n ") == markdown(None) == ""


@pytest.mark.parametrize("text", HOSTILE)
def test_34_hostile_html_is_shown_as_text_and_would_be_removed_as_html(text: str) -> None:
    assert harmless(markdown(text))
    assert harmless(clean(text))
    assert "alert(1)" not in clean(text) or "<" not in clean(text)


@pytest.mark.parametrize(
    "text",
    [
        "[x](javascript:alert(1))",
        "[x](jAvAsCrIpT:alert(1))",
        "[x](data:text/html;base64,PHN2Zz4=)",
        "[x](vbscript:x)",
        '[x](https://cairn.test "a\\" onclick=\\"alert(1)")',
        "<javascript:alert(1)>",
        "[x]: javascript:alert(1)\n\n[x]",
    ],
)
def test_36_a_link_with_another_scheme_or_quotes_in_it_does_nothing(text: str) -> None:
    assert harmless(markdown(text))


@pytest.mark.parametrize("text", ["![x](https://evil.test/a.svg)", "![x](data:image/svg+xml,<svg onload=alert(1)>)"])
def test_35_36_pictures_and_videos_are_never_loaded_from_elsewhere(text: str) -> None:
    assert "<img" not in markdown(text)
    assert "<iframe" not in markdown('<iframe src="https://video.test/embed/1"></iframe>')


def test_37_a_template_in_a_text_is_only_text() -> None:
    assert "{{config}} ${7*7}" in markdown("{{config}} ${7*7}")


@settings(max_examples=80, deadline=None)
@given(
    st.text(max_size=60),
    st.sampled_from((*HOSTILE, "[a](http://b)", "**", "<", "&lt;", "`", "\n")),
    st.text(max_size=60),
)
def test_34_cleaning_twice_changes_nothing_and_whatever_is_written_is_harmless(a: str, b: str, c: str) -> None:
    once = clean(a + b + c)
    assert clean(once) == once
    assert harmless(markdown(a + b + c))
