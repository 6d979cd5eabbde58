"""The map as SVG: every card a link, everything else for the eye alone.

Geometry stands in attributes and paint in classes (ui/css/map.css), so that the strict Content-Security-Policy, dark
mode, print and forced colours hold. A map has thousands of elements, so it is written as strings; all that an author
wrote goes through `escape`.
"""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup, escape

from lms.engine.drawing.map_grid import HIGH, WIDE
from lms.web.trainer.map.map_arrows import arrows, heads, joints
from lms.web.trainer.map.map_cards import cards
from lms.web.trainer.map.map_picture import TOP, Picture
from lms.web.trainer.map.map_words import lane_titles, marks
from lms.web.trainer.map.svg_text import lines
from lms.web.translated import gettext

LABELS, LANE = 116, 12.5
"""The width of the column with the names of the lanes, and the size of their type."""
ENDLESS = 99_999
"""Wider than any window: a lane's ground ends with it."""


def map_svg(picture: Picture, zoom: int) -> Markup:
    """The names of the lanes and, scrolling beside them, the map."""
    wide, high = picture.size
    scale = zoom / 100
    parts = [
        '<div class="map-canvas">',
        f'<svg class="map-lanes" width="{LABELS * scale:g}" height="{high * scale:g}" viewBox="0 0 {LABELS} {high}" aria-hidden="true" focusable="false">',
        *_bands(picture),
        *_lane_names(picture),
        "</svg>",
        f'<svg class="map" width="{wide * scale:g}" height="{high * scale:g}" viewBox="0 0 {wide} {high}" preserveAspectRatio="xMinYMin" role="group" aria-label="{escape(gettext("Cards, joined by what needs what"))}">',
        heads(),
        *_bands(picture),
        '<g aria-hidden="true">',
        *arrows(picture),
        *joints(picture),
        "</g>",
        *cards(picture),
        "</svg></div>",
    ]
    return Markup("".join(parts))  # noqa: S704 - numbers, class names, and words that went through `escape`


def minimap(picture: Picture) -> Markup:
    """The whole at a glance, for the eye: where cards stand, and which of them matter."""
    wide, high = picture.size
    shapes: dict[str, list[str]] = {"": [], "new": [], "check": [], "ring": [], "at": []}
    for number, card in enumerate(picture.drawn.cards):
        found = marks(card)
        kind = (
            "at" if number in picture.selected else next((one for one in ("ring", "check", "new") if one in found), "")
        )
        shapes[kind].append(f"M{picture.x(number)} {picture.y(number) - HIGH // 2}h{WIDE}v{HIGH}h-{WIDE}z")
    paths = "".join(f'<path class="{kind}" d="{"".join(some)}"/>' for kind, some in shapes.items() if some)
    return Markup(  # noqa: S704 - numbers and class names
        f'<svg class="minimap" viewBox="0 0 {wide} {high}" aria-hidden="true" focusable="false">{paths}'
        '<rect class="view" width="0" height="0" rx="14"/></svg>'
    )


def _bands(picture: Picture) -> Iterator[str]:
    """Every other lane, as far as the window reaches."""
    for number, (top, bottom) in enumerate(picture.layout.bands):
        if number % 2:
            yield f'<rect class="band" y="{TOP + top}" width="{ENDLESS}" height="{bottom - top}"/>'


def _lane_names(picture: Picture) -> Iterator[str]:
    titles = lane_titles(picture.drawn)
    for number, (top, bottom) in enumerate(picture.layout.bands):
        rows = lines(titles[number], LANE, LABELS - 26, 3)
        first = TOP + (top + bottom) // 2 + 4 - (len(rows) - 1) * 8
        for place, row in enumerate(rows):
            yield f'<text class="lane" x="14" y="{first + place * 16}">{escape(row)}</text>'
    yield f'<path class="rim" d="M{LABELS - 0.5} 0V{picture.size[1]}"/>'
