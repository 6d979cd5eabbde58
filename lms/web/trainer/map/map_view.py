"""The map of a draft as a page shows it: what of it, how large, as a drawing and as a list of the same."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from flask import current_app
from markupsafe import Markup

from lms.engine.curriculum import Course, Curriculum
from lms.engine.drawing.course_map import Card, CourseMap, course_map
from lms.engine.drawing.lanes import arrange, needed_cards
from lms.engine.drawing.neighbourhood import around, part_of
from lms.engine.drawing.routes import routes
from lms.engine.mending.findings import Finding
from lms.engine.mending.mends import Mend
from lms.web.trainer.map.map_cards import card_id
from lms.web.trainer.map.map_picture import Picture
from lms.web.trainer.map.map_svg import map_svg, minimap
from lms.web.trainer.map.map_words import UNREACHABLE, Beside, MapWords, icon_of, lane_titles, marks

Scope = Literal["all", "around"]
Selection = tuple[str, str]
Link = Callable[[str, str], str]
ZOOMS = (50, 75, 100, 125, 150)
MANY = 80
"""With more cards than this, a map opens around the selection."""
STEPS = 2
"""How far around."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A card in the list. `marks` are of ring, unreachable, check, new, changed, withdrawn; `detail` is its second line."""

    id: str
    icon: str
    title: str
    url: str
    here: bool
    marks: tuple[str, ...]
    detail: str
    needs: str
    opens: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A cluster's cards, in the order of the map."""

    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, kw_only=True)
class MapView:
    """A map ready to be shown. `cards` counts all of the curriculum, `shown` those that are drawn.

    `opened_around`: nobody chose, and there was too much for one look. `centre` is the title it is drawn around.
    """

    picture: Picture
    cards: int
    scope: Scope
    opened_around: bool
    centre: str | None
    zoom: int

    @cached_property
    def svg(self) -> Markup:
        """The drawing."""
        return map_svg(self.picture, self.zoom)

    @cached_property
    def minimap(self) -> Markup:
        """The drawing at a glance."""
        return minimap(self.picture)

    @cached_property
    def lanes(self) -> tuple[Lane, ...]:
        """The same as a list."""
        return tuple(_lanes(self.picture))

    @property
    def shown(self) -> int:
        """How many cards are drawn."""
        return len(self.picture.drawn.cards)

    @property
    def zoom_in(self) -> int | None:
        """The next larger size."""
        return next((one for one in ZOOMS if one > self.zoom), None)

    @property
    def zoom_out(self) -> int | None:
        """The next smaller size."""
        return next((one for one in reversed(ZOOMS) if one < self.zoom), None)


def build_map(
    curriculum: Curriculum,
    published: Curriculum | None,
    findings: Sequence[Finding],
    *,
    mends: Sequence[Mend | None] = (),
    selection: Selection | None = None,
    scope: Scope | None = None,
    zoom: int = 100,
    link: Link,
) -> MapView:
    """The map of a draft beside the version that counts, with what was found in it and how it may be mended.

    `selection` is a course, a role or a competency, by kind and id; one that is not there counts as none. Without a
    `scope` the map decides: around the selection where there are more than MANY cards. `link` makes the address of a
    card of its kind ("course", "role") and id.
    """
    whole = course_map(curriculum, published, findings, mends)
    chosen = _chosen(whole, selection)
    by_itself = scope is None and len(whole.cards) > MANY
    drawn, centre = whole, None
    if (by_itself or scope == "around") and whole.cards:
        middle = chosen or [_first(whole)]
        centre = _title(whole, curriculum, selection if chosen else None, middle[0])
        drawn = part_of(whole, _around(whole, middle))
        chosen = [drawn.number[whole.cards[card].key] for card in chosen if whole.cards[card].key in drawn.number]
    layout = arrange(drawn.nodes, drawn.edges, drawn.leans)
    beside = _beside(drawn)
    picture = Picture(
        drawn=drawn,
        layout=layout,
        routes=dict(routes(drawn.nodes, drawn.edges, layout)),
        beside=beside,
        words=MapWords(whole, curriculum, beside if drawn is whole else _beside(whole)),
        selected=frozenset(chosen),
        near=_near(drawn, beside, chosen) if chosen else None,
        link=link,
        sprite=current_app.jinja_env.globals["asset"]("icons.svg"),  # type: ignore[operator]
    )
    return MapView(
        picture=picture,
        cards=len(whole.cards),
        scope="all" if drawn is whole else "around",
        opened_around=by_itself,
        centre=centre,
        zoom=zoom if zoom in ZOOMS else 100,
    )


def _beside(drawn: CourseMap) -> Beside:
    return Beside(drawn, needed_cards(drawn.nodes, drawn.edges))


def _chosen(whole: CourseMap, selection: Selection | None) -> list[int]:
    """The cards of a selection; of a competency the courses that grant it."""
    if selection is None:
        return []
    kind, name = selection
    if kind == "competency":
        return [
            number
            for number, card in enumerate(whole.cards)
            if isinstance(card.subject, Course) and any(grant.competency == name for grant in card.subject.grants)
        ]
    number = next((whole.number[key] for key in whole.number if key == (kind, name)), None)
    return [] if number is None else [number]


def _first(whole: CourseMap) -> int:
    """Where to look first: a ring, else something to look at, else what the draft changes, else the first card."""
    wishes: tuple[Callable[[Card], object], ...] = (lambda c: c.ring, lambda c: "check" in marks(c), lambda c: c.state)
    for wish in wishes:
        for number, card in enumerate(whole.cards):
            if wish(card):
                return number
    return 0


def _around(whole: CourseMap, middle: Sequence[int]) -> Collection[int]:
    """The neighbourhood, a step smaller where that is still too much for one look."""
    found = around(whole, middle, STEPS)
    return found if len(found) <= MANY else around(whole, middle, STEPS - 1)


def _title(whole: CourseMap, curriculum: Curriculum, selection: Selection | None, card: int) -> str:
    if selection and selection[0] == "competency" and selection[1] in curriculum.competency_by_id:
        return curriculum.competency_by_id[selection[1]].title
    return whole.cards[card].subject.title


def _near(drawn: CourseMap, beside: Beside, chosen: Sequence[int]) -> frozenset[int]:
    """The selection, everything it needs however far back, and what it opens next; joints on the way included."""
    found = set(chosen)
    stack = list(chosen)
    while stack:
        for source in beside.needs[stack.pop()]:
            if source not in found:
                found.add(source)
                stack.append(source)
    cards = len(drawn.cards)
    ahead = list(chosen)
    while ahead:
        now = ahead.pop()
        for target in beside.after[now]:
            found.add(target)
            if target >= cards:
                ahead.append(target)
    return frozenset(found)


def _lanes(picture: Picture) -> Sequence[Lane]:
    drawn, layout = picture.drawn, picture.layout
    titles = lane_titles(drawn)
    order = sorted(range(len(drawn.cards)), key=lambda one: (layout.columns[one], layout.heights[one]))
    items: dict[int, list[Item]] = {number: [] for number in range(len(drawn.lanes))}
    for number in order:
        items[drawn.nodes[number].lane].append(_item(picture, number))
    return [Lane(title=titles[number], items=tuple(some)) for number, some in items.items()]


def _item(picture: Picture, number: int) -> Item:
    card = picture.drawn.cards[number]
    found = marks(card)
    if UNREACHABLE.intersection(card.codes):
        found = ["unreachable" if mark == "check" else mark for mark in found]
    return Item(
        id=card_id(card.key),
        icon=icon_of(card),
        title=card.subject.title,
        url=picture.link(*card.key),
        here=number in picture.selected,
        marks=tuple(found),
        detail=picture.words.meta(card),
        needs=picture.words.needs(card),
        opens=picture.words.opens(card),
    )
