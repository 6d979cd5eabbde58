"""The map as SVG: every card a link, everything else for the eye alone.

Geometry stands in attributes and paint in classes (ui/css/map.css), so that the strict Content-Security-Policy, dark
mode, print and forced colours hold. A map has thousands of elements, so it is written as strings; all that an author
wrote goes through `escape`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from lms.engine.course_graph import Key
from lms.engine.course_map import CourseMap
from lms.engine.lanes import ACROSS, HIGH, WIDE, Edge, Layout
from lms.engine.routes import JOINT_HIGH, JOINT_WIDE, Point, Route, left_of
from lms.web.trainer.map_words import ICONS, MARK_ICONS, Beside, MapWords, icon_of, lane_titles, marks
from lms.web.trainer.svg_text import lines
from lms.web.translated import gettext

LEFT, RIGHT, TOP, BOTTOM = 44, 40, 8, 16
"""Room around the cards."""
LABELS = 116
"""The width of the column with the names of the lanes."""
HUES = 8
ENDLESS = 99_999
ROUND = 12
"""The radius of an arrow's corners."""
ARROW = 3
"""What an arrow keeps off its target, so that its head touches it."""
TITLE, LANE = 13, 12.5
"""Sizes of type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What is drawn: the map, where its nodes stand and its arrows run, and what of it is selected.

    `near` are the cards and joints that stand out when something is selected; None: nothing is, so all do.
    """

    drawn: CourseMap
    layout: Layout
    routes: dict[Edge, Route]
    beside: Beside
    words: MapWords
    selected: Collection[int]
    near: Collection[int] | None
    link: Callable[[str, str], str]
    sprite: str

    @property
    def size(self) -> tuple[int, int]:
        """Width and height at full size."""
        columns = 1 + max((self.layout.columns[card] for card in range(len(self.drawn.cards))), default=0)
        bottom = self.layout.bands[-1][1] if self.layout.bands else 0
        return LEFT + (columns - 1) * ACROSS + WIDE + RIGHT, round(TOP + bottom + BOTTOM)

    def x(self, node: int) -> int:
        """The left edge of a node."""
        return LEFT + int(left_of(self.drawn.nodes, self.layout, node))

    def y(self, node: int) -> int:
        """The middle of a node's height."""
        return TOP + int(self.layout.heights[node])


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
        _heads(),
        *_bands(picture),
        '<g aria-hidden="true">',
        *_edges(picture),
        *_joints(picture),
        "</g>",
        *_cards(picture),
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


def card_id(key: Key) -> str:
    """The id of a card's element: keys of the keyboard lead from one to another by it."""
    return f"card-{key[0]}-{key[1]}"


def _heads() -> str:
    marker = '<marker id="head{0}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path class="head{1}" d="M0 .6 7.4 4 0 7.4z"/></marker>'
    return f"<defs>{''.join(marker.format(f'-{kind}' if kind else '', f' {kind}' if kind else '') for kind in ('', 'hot', 'ring'))}</defs>"


def _bands(picture: Picture) -> Iterator[str]:
    """Every other lane, as far as the window reaches."""
    for number, (top, bottom) in enumerate(picture.layout.bands):
        if number % 2:
            yield f'<rect class="band" y="{TOP + top:g}" width="{ENDLESS}" height="{bottom - top:g}"/>'


def _lane_names(picture: Picture) -> Iterator[str]:
    titles = lane_titles(picture.drawn)
    for number, (top, bottom) in enumerate(picture.layout.bands):
        rows = lines(titles[number], LANE, LABELS - 26, 3)
        first = TOP + (top + bottom) / 2 + 4 - (len(rows) - 1) * 8
        for place, row in enumerate(rows):
            yield f'<text class="lane" x="14" y="{first + place * 16:g}">{escape(row)}</text>'
    yield f'<path class="rim" d="M{LABELS - 0.5} 0V{picture.size[1]}"/>'


def _edges(picture: Picture) -> Iterator[str]:
    """The arrows: quiet ones below, those of the selection above them, rings on top."""
    cards = len(picture.drawn.cards)
    layers: list[list[str]] = [[], [], [], []]
    for edge, route in picture.routes.items():
        source, target = edge
        into_joint = target >= cards
        classes = ["edge"]
        if into_joint and picture.drawn.joints[target - cards].n < picture.drawn.joints[target - cards].of:
            classes.append("any")
        head, layer = "", 1
        if edge in picture.drawn.ring:
            classes.append("cut" if edge in picture.drawn.cut else "ring")
            head, layer = "-ring", 3
        elif picture.near is None:
            if not into_joint and picture.drawn.cards[target].key[0] == "role":
                classes.append("far")
                layer = 0
        elif source not in picture.near or target not in picture.near:
            classes.append("dim")
            layer = 0
        elif target in picture.selected or _leads_to(picture, target):
            classes.append("hot")
            head, layer = "-hot", 2
        end = "" if into_joint else f' marker-end="url(#head{head})"'
        layers[layer].append(
            f'<path class="{" ".join(classes)}"{end} d="{_path(route.points, 0 if into_joint else ARROW)}"/>'
        )
    for layer_of in layers:
        yield from layer_of


def _leads_to(picture: Picture, target: int) -> bool:
    """Is it a joint through which the selection gets what it needs?"""
    return target >= len(picture.drawn.cards) and any(target in picture.beside.needs[one] for one in picture.selected)


def _path(points: Sequence[Point], gap: int) -> str:
    """Level and upright lines with rounded corners."""
    x, y = points[0]
    x, y = x + LEFT, y + TOP
    drawn = [f"M{x:g} {y:g}"]
    corners = points[1:-1]
    for place in range(0, len(corners), 2):
        turn, after = corners[place][0] + LEFT, corners[place + 1][1] + TOP
        following = corners[place + 2] if place + 2 < len(corners) else points[-1]
        ahead = following[0] + LEFT - turn
        radius = min(ROUND, abs(after - y) / 2)
        before_x, after_x = (
            min(radius, abs(turn - x) * 0.9),
            min(radius, abs(ahead) * (0.45 if following is not points[-1] else 0.6)),
        )
        down = radius if after > y else -radius
        right = 1 if turn >= x else -1
        onward = 1 if ahead >= 0 else -1
        drawn.append(
            f"H{turn - right * before_x:g}Q{turn:g} {y:g} {turn:g} {y + down:g}V{after - down:g}"
            f"Q{turn:g} {after:g} {turn + onward * after_x:g} {after:g}"
        )
        x, y = turn + onward * after_x, after
    drawn.append(f"H{points[-1][0] + LEFT - gap:g}")
    return "".join(drawn)


def _joints(picture: Picture) -> Iterator[str]:
    cards = len(picture.drawn.cards)
    of = gettext("%(count)s of", count="\0")
    every = gettext("all")
    for place, joint in enumerate(picture.drawn.joints):
        number = cards + place
        dim = picture.near is not None and number not in picture.near
        x, y = picture.x(number), picture.y(number)
        said = every if joint.n == joint.of else of.replace("\0", str(joint.n))
        yield (
            f'<g class="joint{" dim" if dim else ""}" transform="translate({x} {y - JOINT_HIGH // 2})"><title>{escape(picture.words.joint(joint))}</title>'
            f'<rect width="{JOINT_WIDE}" height="{JOINT_HIGH}" rx="9"/><text x="{JOINT_WIDE // 2}" y="{JOINT_HIGH // 2 + 4}">{escape(said)}</text></g>'
        )


def _cards(picture: Picture) -> Iterator[str]:
    """The cards by lane, in each from left to right: so the keyboard comes through them too."""
    drawn, layout = picture.drawn, picture.layout
    order = sorted(
        range(len(drawn.cards)), key=lambda one: (drawn.nodes[one].lane, layout.columns[one], layout.heights[one])
    )
    icons = {
        name: f'<use class="i" href="{escape(picture.sprite)}#{name}"'
        for name in (*ICONS.values(), *MARK_ICONS.values())
    }
    for place, number in enumerate(order):
        yield _card(
            picture,
            number,
            icons,
            up=order[place - 1] if place else None,
            down=order[place + 1] if place + 1 < len(order) else None,
        )


def _card(picture: Picture, number: int, icons: dict[str, str], *, up: int | None, down: int | None) -> str:
    card = picture.drawn.cards[number]
    kind, name = card.key
    found = marks(card)
    classes = ["node", kind, f"hue-{picture.drawn.nodes[number].lane % HUES}", *found]
    here = number in picture.selected
    if here:
        classes.append("at")
    elif picture.near is not None and number not in picture.near and not found:
        classes.append("dim")
    towards = {
        "left": _nearest(picture, number, picture.beside.cards_before[number]),
        "right": _nearest(picture, number, picture.beside.opens[number]),
        "up": up,
        "down": down,
    }
    leads = "".join(
        f' data-{way}="{escape(card_id(picture.drawn.cards[other].key))}"'
        for way, other in towards.items()
        if other is not None
    )
    rows = lines(card.subject.title, TITLE, WIDE - 28, 2)
    heights = (24, 43) if len(rows) == 1 else (18, 33, 48)
    titles = "".join(
        f'<text class="t" x="14" y="{at}">{escape(row)}</text>' for at, row in zip(heights, rows, strict=False)
    )
    icon = icons[icon_of(card)]
    at = heights[-1]
    marked = "".join(
        f'{icons[MARK_ICONS[mark]]} x="{WIDE - 22 - 17 * place}" y="{at - 11}" width="13" height="13"/>'
        for place, mark in enumerate(reversed(found))
    )
    current = ' aria-current="true"' if here else ""
    return (
        f'<a class="{" ".join(classes)}" id="{escape(card_id(card.key))}" href="{escape(picture.link(kind, name))}"{leads}'
        f' aria-label="{escape(picture.words.label(card))}"{current}'
        f' transform="translate({picture.x(number)} {picture.y(number) - HIGH // 2})">'
        f'<rect class="box" width="{WIDE}" height="{HIGH}" rx="11"/><rect class="tab" y="16" width="4" height="24" rx="2"/>{titles}'
        f'{icon} x="13" y="{at - 11}" width="13" height="13"/><text class="m" x="31" y="{at}">{escape(picture.words.meta(card))}</text>'
        f'<g class="marks">{marked}</g></a>'
    )


def _nearest(picture: Picture, number: int, others: Sequence[int]) -> int | None:
    """The one of them that stands nearest in height."""
    heights = picture.layout.heights
    return min(
        (one for one in others if one != number),
        key=lambda one: (abs(heights[one] - heights[number]), one),
        default=None,
    )
