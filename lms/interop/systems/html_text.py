"""HTML as other systems keep their descriptions, turned into plain Markdown text. Nothing of it can run anywhere.

The rule: paragraphs, line breaks, headings, lists, bold, italic and web links stay what they are; a picture becomes its
description, a table row a line; any other tag goes and its text stays; what scripts and styles hold goes too. Text that
Markdown would take for a mark gets a backslash, so the reader sees what the page showed. Runs in time linear in the text.
*Instead of:* keeping HTML, which every page, mail and sheet would have to clean again; and of html.parser, which needs
quadratic time for text that is made to take it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

_PIECE = re.compile(r"<!--|-->|<[/!?]?[a-zA-Z][^<>]*>|[^<-]+|.", re.DOTALL)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]{1,20})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_LINK = re.compile(r"(?:https?|mailto):[^\s<>()\\]+", re.IGNORECASE)
_MARKS = re.compile(
    r"[`\\](?=[!-/:-@\[-`{-~])|[`]|\*(?=\S)|(?<=\S)\*|\b_|_\b|<(?=[a-zA-Z/!?])|&(?=#?[a-zA-Z0-9]+;)|\](?=[(\[:])"
)
_LINE_MARK = re.compile(r"(#{1,6}(?= )|[-+*>](?= )|-{3,}|={3,}|>)|([0-9]{1,9})[.)](?= )")

_HUGE = re.compile("&#[0-9]{8,}")
_WHITE = re.compile(r"[ \xa0\t\r\n\f\0]+")
_SPACES = re.compile(" {2,}")
_EMPTY = re.compile(r"(\*{1,2})\0 ?\0\1")
_BLOCKS = frozenset(
    ("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "div", "dl", "dt", "fieldset")
).union(
    ("figcaption", "figure", "footer", "form", "header", "hr", "html", "main", "nav", "ol", "p", "pre", "section"),
    ("table", "tbody", "tfoot", "thead", "tr", "ul"),
)
_HEADINGS = {f"h{number}": "#" * number + " " for number in range(1, 7)}
_STYLES = {"b": "**", "strong": "**", "i": "*", "em": "*"}
_SILENT = frozenset({"script", "style", "title", "template", "noscript"})
_DEEPEST = 6


def markdown_of(html: str) -> str:
    r"""The text of an HTML description as Markdown.

    >>> markdown_of("<p>Holds <b>price</b> &amp; terms<br>in 2*3 rounds</p><ul><li>one</li><li>two</li></ul>")
    'Holds **price** & terms  \nin 2\\*3 rounds\n\n- one\n- two'
    """
    return _Writer().text(html)


class _Writer:
    """Walks over the tags once; `blocks` are finished pieces with what stands before each of them."""

    def __init__(self) -> None:
        self.blocks: list[str] = []
        self.line: list[str] = []
        self.prefix = ""
        self.lists: list[int | None] = []  # of each open list the number of its last item, None where it has bullets
        self.links: list[str | None] = []
        self.silent = ""
        self.item = False
        self.listing = False  # has the list that is open an item already?

    def text(self, html: str) -> str:
        for piece, is_tag in _pieces(html):
            if not is_tag:
                if not self.silent:
                    self.line.append(_escaped(_plain(piece)))
                continue
            found = _TAG.match(piece)
            if found is None:
                continue
            closing, name = bool(found[1]), found[2].lower()
            if self.silent:
                if closing and name == self.silent:
                    self.silent = ""
            elif name in _SILENT:
                self.silent = "" if closing else name
            else:
                self.tag(name, piece, closing=closing)
        self.end_block()
        return "".join(self.blocks).strip("\n")

    def tag(self, name: str, piece: str, *, closing: bool) -> None:
        if name in _STYLES:
            self.line.append("\0" + _STYLES[name] if closing else _STYLES[name] + "\0")
        elif name == "br":
            self.line.append("\n")
        elif name == "a":
            self.link(piece, closing=closing)
        elif name == "img":
            self.line.append(_escaped(_plain(_attributes(piece).get("alt", ""))))
        elif name in {"td", "th"}:
            self.line.append(" " if closing else "")
        elif name == "li":
            self.end_block()
            if not closing:
                self.begin_item()
        elif name in _HEADINGS:
            self.end_block()
            self.prefix = "" if closing else _HEADINGS[name]
        elif name in _BLOCKS:
            self.end_block()
            if name in {"ol", "ul"}:
                self.list(name, closing=closing)

    def list(self, name: str, *, closing: bool) -> None:
        if not closing:
            self.lists.append(0 if name == "ol" else None)
        elif self.lists:
            self.lists.pop()

    def begin_item(self) -> None:
        depth = min(max(len(self.lists), 1), _DEEPEST)
        mark = "- "
        if self.lists and (last := self.lists[-1]) is not None:
            self.lists[-1] = last + 1
            mark = f"{last + 1}. "
        self.prefix, self.item = "    " * (depth - 1) + mark, True

    def link(self, piece: str, *, closing: bool) -> None:
        if not closing:
            href = _plain(_attributes(piece).get("href", "")).strip()
            self.links.append(href if _LINK.fullmatch(href) else None)
            self.line.append("[" if self.links[-1] else "")
        elif self.links:
            href_ = self.links.pop()
            self.line.append(f"]({href_})" if href_ else "")

    def end_block(self) -> None:
        while self.links:
            self.link("", closing=True)
        lines = [_settled(line) for line in "".join(self.line).split("\n")]
        while lines and not lines[-1]:
            lines.pop()
        while lines and not lines[0]:
            lines.pop(0)
        self.line = []
        if lines:
            indent = " " * len(self.prefix) if self.item else ""
            text = ("  \n" + indent).join(_guarded(line) for line in lines)
            self.blocks.append(("\n" if self.item and self.listing else "\n\n") + self.prefix + text)
            self.listing = bool(self.lists)
        if lines or not self.item:
            self.prefix, self.item = "", False


def _pieces(html: str) -> Iterator[tuple[str, bool]]:
    """Runs of text and tags, comments left out."""
    run: list[str] = []
    comment = False
    for found in _PIECE.finditer(html):
        piece = found[0]
        if piece in {"<!--", "-->"}:
            if piece == "-->" and not comment:
                run.append(piece)
            comment = piece == "<!--"
        elif comment:
            continue
        elif piece[0] == "<" and len(piece) > 2 and piece[-1] == ">":
            if run:
                yield "".join(run), False
                run = []
            yield piece, True
        else:
            run.append(piece)
    if run:
        yield "".join(run), False


def _attributes(tag: str) -> dict[str, str]:
    return {name.lower(): one or two or three for name, one, two, three in _ATTRIBUTE.findall(tag)}


def _plain(text: str) -> str:
    """The text with its entities resolved; unescape raises for numbers of thousands of digits."""
    return unescape(_HUGE.sub("&#0", text))


def _escaped(text: str) -> str:
    return _MARKS.sub(r"\\\g<0>", _WHITE.sub(" ", text))


def _settled(line: str) -> str:
    """The line without spaces at its ends and without marks around nothing; a space goes outside of its marks."""
    line = _SPACES.sub(" ", line)
    if "\0" not in line:
        return line.strip(" ")
    line = _EMPTY.sub(" ", line)
    line = re.sub(r"(\*{1,2})\0 ", r" \1\0", line)
    line = re.sub(r" \0(\*{1,2})", r"\0\1 ", line)
    return _SPACES.sub(" ", line.replace("\0", "")).strip(" ")


def _guarded(line: str) -> str:
    """The line with a backslash where Markdown would take its beginning for a heading, a list, a quote or a rule."""
    found = _LINE_MARK.match(line)
    if found is None:
        return line
    at = found.end(2) if found[2] else 0
    return f"{line[:at]}\\{line[at:]}"
