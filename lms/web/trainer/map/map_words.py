"""The cards of the map in words: what stands on them, what is said of them, and how a list tells it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from lms.engine.competency import Attainment
from lms.engine.curriculum import Course, Curriculum, Delivery
from lms.engine.drawing.course_map import Card, CourseMap
from lms.engine.requirement import top_items
from lms.web.i18n import duration
from lms.web.translated import gettext, ngettext

ICONS = {
    None: "mountain",
    Delivery.SELF_PACED: "book-open",
    Delivery.INSTRUCTOR_LED: "presentation",
    Delivery.VIRTUAL: "video",
    Delivery.COACHING: "message-circle",
    Delivery.ON_THE_JOB: "briefcase",
}
"""By how a course is taught; None for a role."""
MARK_ICONS = {
    "ring": "refresh-cw",
    "check": "triangle-alert",
    "new": "plus",
    "changed": "pencil-line",
    "withdrawn": "minus",
}
UNREACHABLE = frozenset({"role-unreachable", "course-unreachable"})
NAMED = 3
"""How many neighbours are named; of the others the number is said."""


def marks(card: Card) -> list[str]:
    """What is drawn on a card beside its words, the gravest first: keys of MARK_ICONS."""
    found = ["ring"] if card.ring else []
    if card.ungranted or (card.codes and not card.ring):
        found.append("check")
    return [*found, card.state] if card.state else found


def icon_of(card: Card) -> str:
    """The icon of a card by what it is and how it is taught."""
    return ICONS[card.subject.delivery if isinstance(card.subject, Course) else None]


class MapWords:
    """The sentences of a map, of the whole even where a part is drawn. Their shapes are translated once for thousands."""

    def __init__(self, drawn: CourseMap, curriculum: Curriculum, beside: Beside) -> None:
        self._map, self._curriculum, self._beside = drawn, curriculum, beside
        self._level = _shape(gettext("level %(level)s", level="\0"))
        self._at_level = gettext("%(competency)s at level %(level)s", competency="\0", level="\1")
        self._needs, self._opens = (
            _shape(gettext("needs %(what)s", what="\0")),
            _shape(gettext("opens %(what)s", what="\0")),
        )
        self._nothing = gettext("needs nothing"), gettext("opens nothing")
        self._role = gettext("role")
        self._said = {
            "ring": gettext("part of a loop"),
            "check": gettext("look at this"),
            "new": gettext("new in this draft"),
            "changed": gettext("changed in this draft"),
            "withdrawn": gettext("taken out in this draft"),
        }
        self._durations: dict[int, str] = {}
        self._metas: dict[tuple[int, int], str] = {}

    def length(self, course: Course) -> str:
        """What it takes: 25 min, 3 h, 1 h 30."""
        if course.hours not in self._durations:
            self._durations[course.hours] = duration(round(course.hours * 60 / 100))
        return self._durations[course.hours]

    def meta(self, card: Card) -> str:
        """The second line of a card: 3 h · level 2; of a role what it asks for."""
        subject = card.subject
        if not isinstance(subject, Course):
            count = len(top_items(subject.requires)) + len(subject.gates)
            return ngettext("%(num)s requirement", "%(num)s requirements", count)
        key = subject.hours, card.level
        if key not in self._metas:
            level = self._level(str(card.level)) if card.level else ""
            self._metas[key] = " · ".join(filter(None, (self.length(subject), level)))
        return self._metas[key]

    def needs(self, card: Card) -> str:
        """What the card needs, in a list of titles; a joint is named by what it stands for. Empty where nothing."""
        sources = self._beside.needs[self._map.number[card.key]]
        names = [self._name(source) for source in sources if not self._is_group(source)]
        names += [self._attainment(one) for one in card.ungranted]
        groups = [self.joint(source) for source in sources if self._is_group(source)]
        return "; ".join(part for part in (_listed(names), *groups) if part)

    def opens(self, card: Card) -> str:
        """What the card is needed by, in a list of titles."""
        return _listed(
            [self._map.cards[other].subject.title for other in self._beside.opens[self._map.number[card.key]]]
        )

    def label(self, card: Card) -> str:
        """A card read out: Holding price, 3 h, level 3, needs …; opens …"""
        subject = card.subject
        about = [subject.title]
        about += [self.length(subject)] if isinstance(subject, Course) else [self._role]
        about += [self._level(str(card.level))] if card.level else []
        about += [self._said[mark] for mark in marks(card)]
        needs, opens = self.needs(card), self.opens(card)
        about.append(self._needs(needs) if needs else self._nothing[0])
        after = self._opens(opens) if opens else self._nothing[1]
        return f"{', '.join(about)}; {after}" if isinstance(subject, Course) or opens else ", ".join(about)

    def joint(self, number: int) -> str:
        """A joint in words: Negotiating at level 2: any of 3 courses; any one of: …."""
        joint = self._map.joints[number - len(self._map.cards)]
        if joint.attainment:
            what = self._attainment(joint.attainment)
            return ngettext("%(what)s: %(num)s course", "%(what)s: any of %(num)s courses", joint.of, what=what)
        items = _listed([self._name(source) for source in self._beside.needs[number]])
        if joint.n == joint.of:
            return gettext("all of: %(items)s", items=items)
        if joint.n == 1:
            return gettext("any one of: %(items)s", items=items)
        return gettext("at least %(count)s of: %(items)s", count=joint.n, items=items)

    def _is_group(self, source: int) -> bool:
        cards = len(self._map.cards)
        return source >= cards and self._map.joints[source - cards].attainment is None

    def _name(self, source: int) -> str:
        cards = self._map.cards
        if source < len(cards):
            return cards[source].subject.title
        asked = self._map.joints[source - len(cards)].attainment
        return self._attainment(asked) if asked else self.joint(source)

    def _attainment(self, asked: Attainment) -> str:
        competency = self._curriculum.competency_by_id.get(asked.competency)
        title = competency.title if competency else asked.competency
        return self._at_level.replace("\1", str(asked.level)).replace("\0", title)


class Beside:
    """Who stands beside whom.

    By node, straight: what it `needs` and what comes `after` it. By card, through joints: `cards_before` and `opens`.
    """

    def __init__(self, drawn: CourseMap, needed: Sequence[Mapping[int, int]]) -> None:
        cards = len(drawn.cards)
        self.cards_before = [list(cards) for cards in needed]
        self.opens: list[list[int]] = [[] for _ in range(cards)]
        self.needs: list[list[int]] = [[] for _ in drawn.nodes]
        for number in range(cards):
            for source in needed[number]:
                self.opens[source].append(number)
        self.after: list[list[int]] = [[] for _ in drawn.nodes]
        for source, target in drawn.edges:
            self.needs[target].append(source)
            self.after[source].append(target)


def _shape(sentence: str) -> Callable[[str], str]:
    """A sentence with one gap, as a function of what fills it."""
    before, _, after = sentence.partition("\0")
    return lambda value: f"{before}{value}{after}"


def _listed(names: Iterable[str]) -> str:
    found = list(dict.fromkeys(names))
    if len(found) <= NAMED + 1:
        return ", ".join(found)
    return ngettext(
        "%(names)s and %(num)s more", "%(names)s and %(num)s more", len(found) - NAMED, names=", ".join(found[:NAMED])
    )


def lane_titles(drawn: CourseMap) -> Mapping[int, str]:
    """The name of each lane."""
    unnamed = gettext("Other")
    return {
        number: gettext("Roles") if cluster is None else cluster or unnamed
        for number, cluster in enumerate(drawn.lanes)
    }
