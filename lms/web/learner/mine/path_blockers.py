"""What stands between a person and the promotion, each with its own next action: what is theirs to do, what waits for
somebody, and what only time opens. What expired comes first; a wait is never called blocked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lms.engine.competency import Attainment
from lms.engine.readiness import target_items
from lms.engine.requirement import CourseDone, Fact, leaves
from lms.services.learning.my_path import MyPath
from lms.web.learner.mine.path_trail import held_up, waits
from lms.web.translated import gettext, in_words, ngettext
from lms.web.unmet_words import why_unmet
from lms.web.wording import Wording, plain_day, requirement_of

Places = int
"""A set of places on the path: the bit of each is set. Hundreds of requirements each ask for all steps towards them."""
YOURS, SOMEBODY, TIME = "yours", "somebody", "time"
ORDER = {"expired": 0, "ready": 1, "progress": 1, "waits": 2, "locked": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker:
    """One unmet requirement or gate. `course` is the step to open for it, the first on the way to it that waits for
    nobody; None where no course helps. `place` is where that step stands on the path.
    """

    group: str
    status: str
    title: str
    why: str | None
    course: str | None = None
    place: int = 0
    nudge: bool = False
    """Can who is waited for be reminded?"""
    shown_by: Attainment | None = None
    """What evidence alone can show, because no course leads there."""


def blockers(shown: MyPath, wording: Wording) -> list[Blocker]:
    """Every unmet requirement: expired ones first, then one's own by the step to take first, then waits, then time."""
    found = [*_gaps(shown, wording), *_gates(shown, wording)]
    return sorted(found, key=lambda one: (ORDER[one.status], one.place))


def by_group(found: Iterable[Blocker]) -> dict[str, list[Blocker]]:
    """The same by group, in their order."""
    groups: dict[str, list[Blocker]] = {YOURS: [], SOMEBODY: [], TIME: []}
    for one in found:
        groups[one.group].append(one)
    return groups


def met(shown: MyPath, wording: Wording) -> list[str]:
    """The requirements that are met, in words."""
    assert shown.document is not None
    roles = [wording.curriculum.role_by_id[role] for role in shown.document["roles"]]
    open_items = {requirement_of(_asked(gap)) for gap in shown.document["gaps"]}
    items = [wording.requirement(item) for item in target_items(roles) if item not in open_items]
    return [
        *map(sentence, items),
        *(sentence(wording.gate_of(gate)) for gate in shown.document["gates"] if gate["met"]),
    ]


def sentence(words: str) -> str:
    """The words with a capital letter."""
    return words[:1].upper() + words[1:]


def _asked(gap: Mapping[str, Any]) -> Mapping[str, Any]:
    asked: Mapping[str, Any] = gap.get("requirement") or {"competency": gap["competency"], "level": gap["required"]}
    return asked


def _gaps(shown: MyPath, wording: Wording) -> Iterator[Blocker]:
    assert shown.document is not None
    assert shown.path is not None
    unreachable = {requirement_of(one["requirement"]): one for one in shown.document["unmet"]}
    ways = _Ways(shown.document)
    waiting = ways.of(held_up(shown))
    lapsed = shown.path.elevation.get("lapsed", {})
    for gap in shown.document["gaps"]:
        item = requirement_of(_asked(gap))
        title = _title(gap, wording) if isinstance(item, Attainment) else sentence(wording.requirement(item))
        if item in unreachable:
            reason = why_unmet(unreachable[item], wording)
            why = gettext("No course leads there: %(why)s. Your trainer can open a way.", why=reason)
            alone = item if isinstance(item, Attainment) else None
            yield Blocker(group=SOMEBODY, status="waits", title=title, why=why, shown_by=alone)
        else:
            steps = ways.to(leaves(item))
            yield _gap(shown, wording, title, ways, steps, waiting, lapsed.get(gap.get("competency", "")))


def _gap(
    shown: MyPath, wording: Wording, title: str, ways: _Ways, steps: Places, waiting: Places, last: str | None
) -> Blocker:
    place = _first(steps & ~waiting)
    if place is None and (held := _first(steps & ways.of(shown.asked))) is not None:
        asked = shown.asked[ways.courses[held]]
        why = f"{wording.course(asked.course)}: {waits(shown, asked)}"
        return Blocker(group=SOMEBODY, status="waits", title=title, why=why, course=asked.course, nudge=True)
    first = None if place is None else ways.courses[place]
    if last is not None:
        why = gettext("Expired on %(day)s.", day=in_words(date.fromisoformat(last)))
        return Blocker(group=YOURS, status="expired", title=title, why=why, course=first, place=place or 0)
    many = ngettext("%(num)s step on the path leads there.", "%(num)s steps on the path lead there.", steps.bit_count())
    status = "progress" if first in shown.begun else "ready"
    return Blocker(group=YOURS, status=status, title=title, why=many, course=first, place=place or 0)


def _title(gap: Mapping[str, Any], wording: Wording) -> str:
    named = wording.competency(gap["competency"])
    if gap["held"]:
        return gettext(
            "%(competency)s is at level %(held)s, needs %(level)s",
            competency=named,
            held=gap["held"],
            level=gap["required"],
        )
    return gettext("%(competency)s needs level %(level)s, no evidence yet", competency=named, level=gap["required"])


def _first(places: Places) -> int | None:
    return (places & -places).bit_length() - 1 if places else None


class _Ways:
    """Which steps lead to a requirement of the target: those that serve it, and what they need before."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.courses: list[str] = [step["course"] for step in document["steps"]]
        self._serving: dict[Fact, Places] = {}
        until: dict[str, Places] = {}
        for place, step in enumerate(document["steps"]):
            here = 1 << place
            for course in step["after"]:
                here |= until.get(course, 0)
            until[step["course"]] = here
            for reason in step["because"]:
                if "role" in reason["for"]:
                    given = reason.get("grants")
                    fact = Attainment(given["competency"], given["level"]) if given else CourseDone(reason["course"])
                    self._serving[fact] = self._serving.get(fact, 0) | here

    def to(self, facts: Iterable[Fact]) -> Places:
        """The steps towards these facts."""
        found = 0
        for fact in facts:
            found |= self._serving.get(fact, 0)
        return found

    def of(self, courses: Collection[str]) -> Places:
        """The steps that take these courses."""
        return sum(1 << place for place, course in enumerate(self.courses) if course in courses) if courses else 0


def _gates(shown: MyPath, wording: Wording) -> Iterator[Blocker]:
    assert shown.document is not None
    for gate in shown.document["gates"]:
        if gate["met"]:
            continue
        title = sentence(wording.gate_of(gate))
        if gate["on"]:
            yield Blocker(
                group=TIME, status="locked", title=title, why=gettext("Opens on %(day)s.", day=plain_day(gate["on"]))
            )
        elif gate["kind"] == "outcome":
            yield Blocker(group=YOURS, status="ready", title=title, why=gettext("Counted anew with every full month."))
        elif gate["kind"] == "attestation":
            yield Blocker(
                group=SOMEBODY,
                status="waits",
                title=title,
                why=gettext("No course gives this; it takes somebody's word."),
            )
        else:
            yield Blocker(
                group=TIME, status="locked", title=title, why=gettext("Counts from the day that role begins.")
            )
