"""The arrows of the map and the joints in which they meet, for the eye alone: what needs what is said by the cards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import escape

from lms.engine.drawing.routes import JOINT_HIGH, JOINT_WIDE, Point
from lms.web.trainer.map.map_picture import LEFT, TOP, Picture
from lms.web.translated import gettext

ROUND = 12
"""The radius of an arrow's corners."""
SHORT = 3
"""What an arrow keeps off its target, so that its head touches it."""
KINDS = ("", "hot", "ring")
"""The colours of heads."""


def heads() -> str:
    """The heads of arrows, which they refer to."""
    drawn = "".join(
        f'<marker id="{_head(kind)}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9"'
        f' markerUnits="userSpaceOnUse" orient="auto"><path class="head {kind}" d="M0 .6 7.4 4 0 7.4z"/></marker>'
        for kind in KINDS
    )
    return f"<defs>{drawn}</defs>"


def _head(kind: str) -> str:
    return f"head-{kind or 'plain'}"


def arrows(picture: Picture) -> Iterator[str]:
    """The arrows: quiet ones below, those of the selection above them, rings on top."""
    drawn, near = picture.drawn, picture.near
    cards = len(drawn.cards)
    wanted = _wanted(picture)
    layers: dict[str, list[str]] = {"dim": [], "far": [], "": [], "hot": [], "ring": []}
    for edge, route in picture.routes.items():
        source, target = edge
        if edge in drawn.ring:
            kind = "ring"
        elif near is None:
            kind = "far" if target < cards and drawn.cards[target].key[0] == "role" else ""
        elif source not in near or target not in near:
            kind = "dim"
        else:
            kind = "hot" if target in wanted else ""
        css = f"edge {'cut' if edge in drawn.cut else kind}"
        if target >= cards:
            joint = drawn.joints[target - cards]
            css += " any" if joint.n < joint.of else ""
            layers[kind].append(f'<path class="{css}" d="{_path(route.points, 0)}"/>')
        else:
            head = _head(kind if kind in KINDS else "")
            layers[kind].append(f'<path class="{css}" marker-end="url(#{head})" d="{_path(route.points, SHORT)}"/>')
    for layer in layers.values():
        yield from layer


def _wanted(picture: Picture) -> set[int]:
    """The selection, and the joints through which it gets what it needs."""
    found = set(picture.selected)
    stack = list(found)
    while stack:
        for source in picture.beside.needs[stack.pop()]:
            if source >= len(picture.drawn.cards) and source not in found:
                found.add(source)
                stack.append(source)
    return found


def _path(points: Sequence[Point], short: int) -> str:
    """Level and upright lines with rounded corners; corners come in pairs, where a line turns away and where back."""
    x, y = points[0]
    x, y = x + LEFT, y + TOP
    end = points[-1][0] + LEFT - short
    drawn = [f"M{x} {y}"]
    last = len(points) - 3
    for place in range(1, last + 1, 2):
        turn, below = points[place][0] + LEFT, points[place + 1][1] + TOP
        radius = min(ROUND, abs(below - y) // 2)
        ahead = end - turn if place == last else (points[place + 2][0] + LEFT - turn) // 2
        before = min(radius, abs(turn - x)) if turn >= x else -min(radius, x - turn)
        after = min(radius, ahead) if ahead >= 0 else -min(radius, -ahead)
        down = radius if below > y else -radius
        x = turn + after
        drawn.append(f"H{turn - before}Q{turn} {y} {turn} {y + down}V{below - down}Q{turn} {below} {x} {below}")
        y = below
    drawn.append(f"H{end}")
    return "".join(drawn)


def joints(picture: Picture) -> Iterator[str]:
    """The joints, each with how many of its ways are enough."""
    few, every = gettext("%(count)s of", count="\0"), gettext("all")
    for number, joint in enumerate(picture.drawn.joints, len(picture.drawn.cards)):
        css = "joint" if picture.near is None or number in picture.near else "joint dim"
        said = every if joint.n == joint.of else few.replace("\0", str(joint.n))
        yield (
            f'<g class="{css}" transform="translate({picture.x(number)} {picture.y(number) - JOINT_HIGH // 2})">'
            f"<title>{escape(picture.words.joint(joint.number))}</title>"
            f'<rect width="{JOINT_WIDE}" height="{JOINT_HIGH}" rx="9"/>'
            f'<text x="{JOINT_WIDE // 2}" y="{JOINT_HIGH // 2 + 4}">{escape(said)}</text></g>'
        )
