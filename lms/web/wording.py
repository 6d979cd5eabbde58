"""Engine values in the words of a page: facts, requirements, gates and reasons, with titles instead of ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from babel.lists import format_list as joined
from flask_babel import get_locale, lazy_gettext

from lms.engine.competency import Attainment
from lms.engine.curriculum import AttestationGate, Curriculum, Gate, MonthsInRole, OutcomeGate
from lms.engine.requirement import AtLeast, CourseDone, Requirement, all_of, any_of
from lms.web.translated import decimal, gettext, in_words, ngettext

ATTESTERS = {
    "manager": lazy_gettext("manager"),
    "trainer": lazy_gettext("trainer"),
    "assessor": lazy_gettext("assessor"),
}
"""Who usually attests; a curriculum may name others, in its own words."""


class Wording:
    """The words of one curriculum. Ids that it does not know stand for themselves."""

    def __init__(self, curriculum: Curriculum) -> None:
        self.curriculum = curriculum

    def role(self, role: str) -> str:
        """The title of a role."""
        found = self.curriculum.role_by_id.get(role)
        return found.title if found else role

    def course(self, course: str) -> str:
        """The title of a course."""
        found = self.curriculum.course_by_id.get(course)
        return found.title if found else course

    def competency(self, competency: str) -> str:
        """The title of a competency."""
        found = self.curriculum.competency_by_id.get(competency)
        return found.title if found else competency

    def level(self, level: int) -> str:
        """A proficiency level with its title: 3, works alone."""
        titles = {one.level: one.title for one in self.curriculum.scale}
        if level not in titles:
            return gettext("no evidence yet") if level == 0 else str(level)
        return gettext("%(level)s, %(title)s", level=level, title=titles[level])

    def requirement(self, asked: Requirement) -> str:
        """A requirement in a sentence's part: Negotiating at level 3; any one of: …."""
        if isinstance(asked, Attainment):
            return gettext(
                "%(competency)s at level %(level)s", competency=self.competency(asked.competency), level=asked.level
            )
        if not isinstance(asked, AtLeast):
            return gettext("%(course)s completed", course=self.course(asked.course))
        items = "; ".join(self.requirement(item) for item in asked.items)
        if asked.n == len(asked.items):
            return gettext("all of: %(items)s", items=items) if len(asked.items) > 1 else items
        if asked.n == 1:
            return gettext("any one of: %(items)s", items=items)
        return gettext("at least %(count)s of: %(items)s", count=asked.n, items=items)

    def gate(self, gate: Gate) -> str:
        """What a gate asks for."""
        if isinstance(gate, MonthsInRole):
            return ngettext(
                "%(num)s month as %(role)s", "%(num)s months as %(role)s", gate.at_least, role=self.role(gate.role)
            )
        if isinstance(gate, AttestationGate):
            return gettext("%(title)s, attested by the %(by)s", title=gate.title, by=ATTESTERS.get(gate.by, gate.by))
        return ngettext(
            "%(metric)s of at least %(value)s over the last full month",
            "%(metric)s of at least %(value)s on average over the last %(num)s full months",
            gate.months,
            metric=gate.metric,
            value=decimal(gate.at_least),
        )

    def gate_of(self, written: Mapping[str, Any]) -> str:
        """A gate as a path document writes it."""
        if written["kind"] == "months-in-role":
            return self.gate(MonthsInRole(role=written["role"], at_least=written["at_least"]))
        if written["kind"] == "attestation":
            return self.gate(AttestationGate(by=written["by"], title=written["title"]))
        least = Decimal(str(written["at_least"]))
        return self.gate(OutcomeGate(metric=written["metric"], months=written["months"], at_least=least))

    def plain(self, asked: Mapping[str, Any]) -> str:
        """A requirement as a path document writes it."""
        return self.requirement(requirement_of(asked))

    def reasons(self, because: Iterable[Mapping[str, Any]]) -> str:
        """Why a step is on the path, from its document: what it gives and for whom, each thing once."""
        served: dict[str, list[str]] = {}
        for one in because:
            what = self.requirement(requirement_of(one["grants"])) if "grants" in one else ""
            ((kind, needed_by),) = one["for"].items()
            served.setdefault(what, []).append(self.role(needed_by) if kind == "role" else self.course(needed_by))
        return " ".join(self._reason(what, dict.fromkeys(whom)) for what, whom in served.items())

    def _reason(self, what: str, whom: Iterable[str]) -> str:
        served = listed(whom)
        if what:
            return gettext("Gives %(what)s for %(served)s.", what=what, served=served)
        return gettext("Asked for by %(served)s.", served=served)


def listed(titles: Iterable[str]) -> str:
    """A list as the language writes one: a, b and c."""
    return joined(list(titles), locale=get_locale() or "en")


def way_round(titles: Sequence[str], most: int = 6) -> str:
    """A ring by its titles, round and back to the first; of a long one the beginning and the end.

    >>> way_round(["a", "b"]), way_round(list("abcdefgh"))
    ('a → b → a', 'a → b → c → d → … → a')
    """
    shown = [*titles, titles[0]]
    return " → ".join(shown if len(shown) <= most else [*shown[: most - 2], "…", shown[-1]])


def plain_day(text: str | None) -> str:
    """A day of a document in the words of the page; a dash where there is none."""
    return in_words(date.fromisoformat(text)) if text else "–"


def hours(amount: float) -> str:
    """Hours of study: 3.5 h."""
    return gettext("%(hours)s h", hours=decimal(round(amount, 1)))


def requirement_of(asked: Mapping[str, Any]) -> Requirement:
    """A requirement as a path document writes it, as the engine's value."""
    if "competency" in asked:
        return Attainment(asked["competency"], asked["level"])
    if "course" in asked:
        return CourseDone(asked["course"])
    if "all" in asked:
        return all_of(map(requirement_of, asked["all"]))
    if "any" in asked:
        return any_of(map(requirement_of, asked["any"]))
    return AtLeast(asked["at_least"], tuple(map(requirement_of, asked["of"])))
