"""The words of a promotion: its state, who is next, what was done, what an entry says, and why a gate is not met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from lms.services.organisation.people_shown import Named
from lms.services.promotions.listing import Listed
from lms.services.promotions.reading import Done, Read
from lms.storage.promotions import Promotion
from lms.web.i18n import say
from lms.web.learner.level_words import source
from lms.web.translated import decimal, gettext, in_words, ngettext, skeleton
from lms.web.wording import Wording, listed, plain_day, requirement_of

PILLS = {
    "draft": "draft",
    "submitted": "waits",
    "in-review": "progress",
    "approved": "done",
    "declined": "expired",
    "withdrawn": "locked",
}


def state(case: Promotion, *, appealed: bool = False) -> tuple[str, str]:
    """The status of a pill, and its word."""
    if appealed:
        return "waits", gettext("Appealed")
    words = {
        "draft": gettext("Draft"),
        "submitted": gettext("Submitted"),
        "in-review": gettext("In review"),
        "approved": gettext("Approved"),
        "declined": gettext("Declined"),
        "withdrawn": gettext("Withdrawn"),
    }
    return PILLS[case.state], words[case.state]


def people(some: Sequence[Named]) -> str:
    """Some people by name; of many only that any of them can."""
    if len(some) > 3:
        return gettext("any administrator")
    return listed(say(one.name) for one in some)


def who_next(one: Listed) -> str:
    """Who decides next, in a list."""
    if one.case.state == "draft":
        return gettext("Not submitted yet")
    if one.mine:
        return gettext("You decide next")
    if one.next:
        return gettext("%(people)s decides next", people=people(one.next))
    return ""


def stands(view: Read) -> str:
    """Where a case stands, in a sentence."""
    case, rows = view.case, view.rows
    due = rows.appeal.decide_by if rows.appeal and rows.appeal.state == "open" else case.decide_by
    if view.next and due:
        mine = gettext("You decide next, by %(day)s.", day=in_words(due))
        theirs = gettext(
            "%(people)s decides next; to be heard by %(day)s.", people=people(view.next), day=in_words(due)
        )
        return mine if "decline" in view.may or "review" in view.may else theirs
    if case.state == "draft":
        return gettext("Nobody decides before it is submitted. What counts on that day is frozen.")
    if case.state == "withdrawn":
        return gettext("Withdrawn on %(day)s.", day=in_words(case.state_since.date()))
    if case.state in {"submitted", "in-review"}:
        return gettext("There is nobody who could decide. Ask an administrator to name a manager.")
    decision = rows.decisions[-1] if rows.decisions else None
    if decision is None:
        return ""
    by = view.names[decision.decided_by].name
    if decision.starts:
        return gettext("%(name)s approved it. The role begins on %(day)s.", name=say(by), day=in_words(decision.starts))
    return gettext("%(name)s declined it on %(day)s.", name=say(by), day=in_words(decision.decided_at.date()))


def done(one: Done, view: Read) -> str:
    """What was done to a case, in a sentence."""
    by = say(view.names[one.by].name) if one.by else gettext("Cairn")
    says = {
        "opened": gettext("%(who)s opened the promotion", who=by),
        "submitted": gettext("%(who)s submitted it, and it was frozen", who=by),
        "review_started": gettext("%(who)s began to review it", who=by),
        "attested": gettext("%(who)s gave their word for a gate", who=by),
        "overridden": gettext("%(who)s let a requirement pass", who=by),
        "approval_given": gettext("%(who)s approved it as the first of two", who=by),
        "approved": gettext("%(who)s approved it", who=by),
        "declined": gettext("%(who)s declined it", who=by),
        "appealed": gettext("%(who)s appealed", who=by),
        "withdrawn": gettext("%(who)s withdrew it", who=by),
        "condition_met": gettext("%(who)s noted a condition as met", who=by),
        "entry_marked": gettext("%(who)s marked an entry as wrong", who=by),
        "mark_answered": gettext("%(who)s answered a mark", who=by),
    }
    return says.get(one.action.partition(".")[2], one.action)


def entry(one: Mapping[str, Any], wording: Wording) -> str:
    """What an entry of the ledger says."""
    kind = one["kind"]
    if kind == "evidence" or (kind == "exemption" and one["competency"]):
        return gettext(
            "%(competency)s at level %(level)s", competency=wording.competency(one["competency"]), level=one["level"]
        )
    if kind == "completion":
        return gettext("Completed %(course)s", course=wording.course(one["course"]))
    if kind == "exemption":
        return gettext("Exemption from %(course)s", course=wording.course(one["course"]))
    if kind == "attestation":
        return str(one["title"])
    if kind == "outcome":
        values = {"metric": one["metric"], "value": decimal(Decimal(one["value"])), "month": month(one["month"])}
        return gettext("%(metric)s %(value)s in %(month)s", **values)
    return gettext("Held the role %(role)s", role=wording.role(one["role"]))


def rated_by(one: Mapping[str, Any], view: Read) -> str:
    """Who says so, and in what capacity."""
    rater = view.names.get(one["rater"]) if one["rater"] else None
    capacity = source(one["source"]) if one.get("source") else ""
    if one["kind"] == "exemption":
        capacity = gettext("exemption")
    return ", ".join(part for part in (say(rater.name) if rater else "", capacity) if part)


def days(one: Mapping[str, Any]) -> str:
    """When it was shown, and until when it counts."""
    shown = plain_day(one.get("on")) if one.get("on") else month(one["month"]) if one.get("month") else "–"
    return (
        gettext("%(day)s, counts until %(last)s", day=shown, last=plain_day(one["until"]))
        if one.get("until")
        else shown
    )


def month(text: str) -> str:
    """A month in words: Oct 2026."""
    return skeleton("yMMM", date.fromisoformat(text))


def outcome(gate: Mapping[str, Any]) -> str:
    """How an outcome gate stands."""
    away = sum(not one["worked"] for one in gate["months"])
    left_out = ngettext("%(num)s month away is left out.", "%(num)s months away are left out.", away) if away else ""
    if gate["verdict"] == "not-enough-data":
        said = gettext("Not enough data: a month that was worked has no value.")
    else:
        said = gettext(
            "%(mean)s on average over the months worked.", mean=decimal(Decimal(gate["mean"]).quantize(Decimal("0.01")))
        )
    return f"{said} {left_out}".strip()


def titles(view: Read, wording: Wording) -> dict[str, str]:
    """The words of each requirement and gate, by key."""
    if view.document is None:
        return {}
    asked = {
        one["key"]: wording.requirement(requirement_of(one["requirement"])) for one in view.document["requirements"]
    }
    asked |= {one["key"]: wording.gate_of(one["gate"]) for one in view.document["gates"]}
    return {key: words[:1].upper() + words[1:] for key, words in asked.items()}


def number(text: str) -> str:
    """A value as the language writes it."""
    return decimal(Decimal(text))
