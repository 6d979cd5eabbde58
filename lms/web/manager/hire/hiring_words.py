"""What pages of hiring say for codes: states, sources, how somebody stands, and the questions of an interview kit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext

from lms.engine.competency import Attainment, Kind
from lms.engine.curriculum import OutcomeGate
from lms.engine.judging.interview_kit import Topic
from lms.engine.judging.ranking import Standing
from lms.interop.path_document import requirement_to_document
from lms.services.hiring.openings import Listed
from lms.storage.hiring import Candidate, CandidateOutcome, Interview
from lms.web.context import site
from lms.web.translated import decimal, gettext, in_words, money, ngettext, skeleton
from lms.web.wording import Wording
from lms.web.wording import hours as in_hours

STATES: dict[str, tuple[str, Any]] = {
    "applied": ("progress", lazy_gettext("To be decided")),
    "offered": ("waits", lazy_gettext("Offered")),
    "hired": ("done", lazy_gettext("Hired")),
    "declined": ("expired", lazy_gettext("Declined")),
    "withdrawn": ("draft", lazy_gettext("Withdrawn")),
}
"""The pill and the word of each state of a candidate."""
SOURCES: dict[str, Any] = {
    "self": lazy_gettext("What they say of themselves"),
    "assessment": lazy_gettext("A test or a case study"),
    "assessor": lazy_gettext("An assessor"),
}
REQUESTS: dict[str, Any] = {
    "correction": lazy_gettext("Something to be put right"),
    "accommodation": lazy_gettext("Something to be made possible"),
}
DECISIONS: dict[str, Any] = {
    "offered": lazy_gettext("Offered the position"),
    "hired": lazy_gettext("Hired"),
    "declined": lazy_gettext("Declined"),
}


def state(row: Candidate) -> tuple[str, str]:
    """The pill and the word of a candidate's state."""
    pill, word = STATES[row.state]
    return pill, str(word)


def held(interviews: list[Interview]) -> str:
    """How many interviews are in."""
    return gettext(
        "%(held)s of %(asked)s interviews in",
        held=sum(one.state == "submitted" for one in interviews),
        asked=len(interviews),
    )


def where(one: Listed) -> str:
    """The team and the hiring manager of an opening."""
    parts = [one.team or gettext("Any team")]
    if one.manager:
        parts.append(gettext("hiring manager %(name)s", name=one.manager.name))
    return " · ".join(parts)


def counts(one: Listed) -> str:
    """How far an opening is: 3 to decide, 1 of 2 places filled."""
    open_ones = one.counts.get("applied", 0) + one.counts.get("offered", 0)
    return ", ".join(
        (
            ngettext("%(num)s candidate to decide about", "%(num)s candidates to decide about", open_ones),
            gettext("%(hired)s of %(places)s filled", hired=one.counts.get("hired", 0), places=one.row.places),
        )
    )


def hours(standing: Standing) -> str:
    """The hours of the ramp."""
    return in_hours(standing.hours / 100)


def cost(standing: Standing) -> str:
    """The money of the ramp."""
    return money(standing.cost / 100, site().currency)


def ready(standing: Standing) -> str:
    """When the role would be met; a dash where something cannot be learned here."""
    return in_words(standing.ready_on) if standing.ready_on else "–"


def missing(standing: Standing, wording: Wording) -> Iterator[str]:
    """What does not hold, each with the level held where it is one, and what cannot be learned here."""
    out_of_reach = [requirement_to_document(one) for one in standing.unreachable]
    for gap in standing.missing:
        words = wording.requirement(gap.requirement)
        if isinstance(gap.requirement, Attainment):
            words = gettext("%(what)s (now %(level)s)", what=words, level=gap.held or 0)
        if requirement_to_document(gap.requirement) in out_of_reach:
            words = gettext("%(what)s; nothing here teaches it", what=words)
        yield words
    yield from (wording.gate(gate) for gate in standing.gates)


def achieved(one: CandidateOutcome) -> str:
    """An outcome: quota attainment 1.05, October 2026."""
    return _outcome(one.metric, float(one.value), one.month)


def achieved_then(kept: Mapping[str, Any]) -> str:
    """The same as a decision keeps it."""
    return _outcome(kept["metric"], kept["value"], date.fromisoformat(kept["month"]))


def _outcome(metric: str, value: float, month: date) -> str:
    words = {"metric": metric, "value": decimal(value), "month": skeleton("yMMMM", month)}
    return gettext("%(metric)s %(value)s, %(month)s", **words)


def left_out(wording: Wording, role: str) -> list[str]:
    """The gates of a role that no ranking counts."""
    found = wording.curriculum.role_by_id[role]
    return [wording.gate(gate) for gate in found.gates if not isinstance(gate, OutcomeGate)]


def question(topic: Topic) -> str:
    """A question to begin with: what somebody did, or how they would explain it; never a trap."""
    if topic.kind is Kind.KNOWLEDGE:
        return gettext("How would you explain this to somebody in their first week, with an example?")
    if topic.kind is Kind.ABILITY:
        return gettext("Tell me about a situation that put this to the test. What did you do?")
    return gettext(
        "Tell me about a time when this mattered. What was the situation, what did you do, and what came of it?"
    )


def follow_up(topic: Topic) -> str:
    """A second question, towards the level that the role asks."""
    if topic.wanted:
        return gettext("And when did you last do this: “%(seen)s”", seen=topic.wanted)
    return gettext("What would you do differently today?")
