"""The cards of the map: links that say what they are, with the ways on which the arrow keys lead from one to the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import escape

from lms.engine.drawing.course_graph import Key
from lms.engine.drawing.map_grid import HIGH, WIDE
from lms.web.trainer.map.map_picture import Picture
from lms.web.trainer.map.map_words import ICONS, MARK_ICONS, icon_of, marks
from lms.web.trainer.map.svg_text import lines

HUES = 8
SIZE = 13
"""Of a title's type, and of icons."""
ROOM = WIDE - 28
"""For a title beside the coloured tab."""
ONE_LINE, TWO_LINES = (24, 43), (18, 33, 48)
"""Where the lines of a title and the line below it stand."""
SHAPES = (
    f'<rect class="box" width="{WIDE}" height="{HIGH}" rx="11"/><rect class="tab" y="16" width="4" height="24" rx="2"/>'
)


def card_id(key: Key) -> str:
    """The id of a card's element: the keyboard leads from one to another by it."""
    return f"card-{key[0]}-{key[1]}"


def cards(picture: Picture) -> Iterator[str]:
    """The cards by lane, in each from left to right: so the Tab key, too, comes through them."""
    nodes, layout = picture.drawn.nodes, picture.layout
    count = len(picture.drawn.cards)
    order = sorted(range(count), key=lambda one: (nodes[one].lane, layout.columns[one], layout.heights[one]))
    card = _Drawer(picture).card
    for place, number in enumerate(order):
        yield card(number, up=order[place - 1] if place else None, down=order[place + 1] if place + 1 < count else None)


class _Drawer:
    """Draws cards; what they have in common is made once."""

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self.ids = [str(escape(card_id(card.key))) for card in picture.drawn.cards]
        icon = f'<use class="i{{}}" href="{escape(picture.sprite)}#{{}}" width="{SIZE}" height="{SIZE}"'
        self.icons = {name: icon.format("", name) for name in ICONS.values()}
        self.signs = {mark: icon.format(" sign", name) for mark, name in MARK_ICONS.items()}

    def card(self, number: int, *, up: int | None, down: int | None) -> str:
        picture = self.picture
        card = picture.drawn.cards[number]
        kind, name = card.key
        found = marks(card)
        rows = lines(card.subject.title, SIZE, ROOM, 2)
        *tops, foot = ONE_LINE if len(rows) == 1 else TWO_LINES
        titles = "".join(
            f'<text class="t" x="14" y="{top}">{escape(row)}</text>' for top, row in zip(tops, rows, strict=False)
        )
        signs = "".join(
            f'{self.signs[mark]} x="{WIDE - 22 - 17 * place}" y="{foot - 11}"/>'
            for place, mark in enumerate(reversed(found))
        )
        return (
            f'<a class="{self._classes(number, found)}" id="{self.ids[number]}" href="{escape(picture.link(kind, name))}"'
            f' aria-label="{escape(picture.words.label(card))}"{self._ways(number, up, down)}'
            f' transform="translate({picture.x(number)} {picture.y(number) - HIGH // 2})">{SHAPES}{titles}'
            f'{self.icons[icon_of(card)]} x="13" y="{foot - 11}"/>'
            f'<text class="m" x="31" y="{foot}">{escape(picture.words.meta(card))}</text>'
            f"{signs}</a>"
        )

    def _classes(self, number: int, found: Sequence[str]) -> str:
        picture = self.picture
        names = ["node", picture.drawn.cards[number].key[0], f"hue-{picture.drawn.nodes[number].lane % HUES}", *found]
        if number in picture.selected:
            names.append("at")
        elif picture.near is not None and number not in picture.near and not found:
            names.append("dim")
        return " ".join(names)

    def _ways(self, number: int, up: int | None, down: int | None) -> str:
        """Whether it is the selection, and where the arrow keys lead: along the arrows, and through the lanes."""
        beside = self.picture.beside
        left, right = self._nearest(number, beside.cards_before[number]), self._nearest(number, beside.opens[number])
        written = ' aria-current="true"' if number in self.picture.selected else ""
        for way, other in (("left", left), ("right", right), ("up", up), ("down", down)):
            if other is not None:
                written += f' data-{way}="{self.ids[other]}"'
        return written

    def _nearest(self, number: int, others: Sequence[int]) -> int | None:
        """The one of them that stands nearest in height."""
        if len(others) < 2:
            return others[0] if others and others[0] != number else None
        heights = self.picture.layout.heights
        found = [(abs(heights[one] - heights[number]), one) for one in others if one != number]
        return min(found)[1] if found else None
