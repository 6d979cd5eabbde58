"""What a what-if says: what is asked, how two plans differ, and what would make the other one true."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import format_currency, format_decimal, gettext, lazy_gettext, ngettext

from lms.services.learning.what_if import Asked, Compared, Difference, Side, suggestions
from lms.web.context import site
from lms.web.i18n import in_words
from lms.web.learner.why_words import listed
from lms.web.wording import Wording, hours

NOTHING = lazy_gettext("None")
TWO_WEEKS = 14
HAS_LEAST = {
    "hours": lazy_gettext("the path has the fewest hours"),
    "date": lazy_gettext("the path ends on the earliest date"),
    "courses": lazy_gettext("the path has the fewest courses"),
    "cost": lazy_gettext("the path costs least"),
}


def ideas(document: Any, curriculum: Any, weekly_hundredths: int) -> list[dict[str, str]]:
    """Up to three ready-made what-ifs as titles and addresses; nothing is computed."""
    words, found = Wording(curriculum), []
    for one in suggestions(document, curriculum, weekly_hundredths):
        if one.kind == "hours":
            more, now = plain_hours(one.hundredths), plain_hours(weekly_hundredths)
            title = gettext("You take %(more)s a week instead of %(now)s", more=hours(more), now=format_decimal(now))
            url = url_for("what_if.index", hours=more)
        elif one.kind == "missed":
            title = gettext("You miss the session on %(day)s", day=in_words(one.day) if one.day else "")
            url = url_for("what_if.index", missed=one.course)
        else:
            title = gettext("You aim for %(role)s", role=words.role(one.role))
            url = url_for("what_if.index", role=one.role)
        found.append({"title": title, "url": url})
    return found


def plain_hours(hundredths: int) -> Decimal:
    """Hours without needless zeros: 4, 2.5."""
    number = Decimal(hundredths) / 100
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


def asked_words(asked: Asked, found: Compared) -> list[str]:
    """What is asked, a phrase each, in the order of the form."""
    return list(_phrases(asked, found)) if found.curriculum else []


def _phrases(asked: Asked, found: Compared) -> Iterator[str]:
    assert found.curriculum is not None
    words, changes = Wording(found.curriculum), found.changes
    if "hours" in changes:
        yield gettext("you take %(hours)s a week", hours=hours(plain_hours(asked.weekly_hundredths or 0)))
    if "roles" in changes:
        yield gettext("you aim for %(roles)s", roles=listed([words.role(role) for role in asked.roles]))
    if "minimise" in changes:
        yield str(HAS_LEAST[asked.minimise or "hours"])
    if "aim" in changes and asked.aim:
        yield gettext("you hope for %(day)s", day=in_words(asked.aim))
    if asked.missed:
        yield gettext("you miss the session of %(course)s", course=words.course(asked.missed))
    if asked.evidence:
        levels = [
            gettext("%(competency)s at level %(level)s", competency=words.competency(name), level=level)
            for name, level in asked.evidence
        ]
        yield gettext("evidence is accepted of %(what)s", what=listed(levels))
    if asked.known:
        yield gettext("you know %(courses)s already", courses=listed([words.course(one) for one in asked.known]))
    if asked.away:
        yield gettext(
            "you are away from %(first)s to %(last)s",
            first=in_words(asked.away.first),
            last=in_words(asked.away.last),
        )


def headline(found: Compared) -> str:
    """The difference in one sentence: when it ends, else how much there is to do."""
    apart = found.difference
    if apart is None:
        return gettext("This would be the plan")
    if apart.days:
        return span(apart.days)
    if apart.days is None:
        return gettext("The date is open")
    if apart.open:
        return _more(apart.open)
    return gettext("The same date")


def tone(apart: Difference | None) -> str:
    """How the difference looks: sooner is green, later is amber."""
    if apart is None or not apart.days:
        return "info"
    return "ok" if apart.days < 0 else "warn"


def span(days: int) -> str:
    """How much sooner or later: 4 weeks sooner, 5 days later."""
    many = abs(days)
    if many >= TWO_WEEKS:
        weeks = (many + 3) // 7
        sooner = ngettext("%(num)s week sooner", "%(num)s weeks sooner", weeks)
        return sooner if days < 0 else ngettext("%(num)s week later", "%(num)s weeks later", weeks)
    if days < 0:
        return ngettext("%(num)s day sooner", "%(num)s days sooner", many)
    return ngettext("%(num)s day later", "%(num)s days later", many)


def _more(requirements: int) -> str:
    if requirements < 0:
        return ngettext("%(num)s requirement fewer to meet", "%(num)s requirements fewer to meet", -requirements)
    return ngettext("%(num)s more requirement to meet", "%(num)s more requirements to meet", requirements)


def differences(apart: Difference) -> list[str]:
    """What else differs, a phrase each; nothing where it is the same."""
    found = []
    if apart.open and apart.days:
        found.append(_more(apart.open))
    if apart.hours:
        more = hours(abs(apart.hours))
        found.append(
            gettext("%(hours)s more to learn", hours=more)
            if apart.hours > 0
            else gettext("%(hours)s less to learn", hours=more)
        )
    if apart.cost:
        money = format_currency(abs(apart.cost), site().currency)
        found.append(
            gettext("%(money)s dearer", money=money) if apart.cost > 0 else gettext("%(money)s cheaper", money=money)
        )
    return found


def steps(apart: Difference, words: Wording) -> list[dict[str, str]]:
    """The steps that come, go and move, as the macro `changes` takes them."""
    kinds = (("added", apart.added), ("removed", apart.gone), ("changed", apart.moved))
    note = gettext("stands in another place")
    return [
        {"kind": kind, "label": words.course(course), "note": note if kind == "changed" else ""}
        for kind, courses in kinds
        for course in courses
    ]


def against_aim(side: Side) -> str | None:
    """Where the date lies against the date hoped for; None without both."""
    if side.aim is None or not side.document["ready_on"]:
        return None
    days = (side.aim - date.fromisoformat(side.document["ready_on"])).days
    if days < 0:
        return ngettext("%(num)s day after your aim", "%(num)s days after your aim", -days)
    return ngettext("%(num)s day before your aim", "%(num)s days before your aim", days)


def comes_true(asked: Asked, found: Compared) -> list[str]:
    """What has to happen before the other plan is real, for what nobody can choose."""
    said = []
    if asked.known:
        said.append(
            gettext("No test of a course is kept here. A manager, trainer or assessor can rate what it gives you.")
        )
    if asked.evidence:
        said.append(gettext("Evidence counts as soon as a manager, trainer or assessor has accepted it."))
    if "missed" in found.changes:
        said.append(gettext("A session that you miss is planned anew by itself as soon as it is over."))
    if "away" in found.changes:
        said.append(gettext("Days away count as soon as you enter them in your plan."))
    return said


def role_choices(found: Compared) -> list[tuple[str, str]]:
    """The roles of the curriculum."""
    return [(role.id, role.title) for role in found.curriculum.roles] if found.curriculum else []


def session_choices(found: Compared) -> list[tuple[str, str]]:
    """The sessions of the present path, by their course."""
    if found.present is None:
        return []
    words = Wording(found.present.curriculum)
    return [
        (step["course"], f"{in_words(date.fromisoformat(step['starts']))}: {words.course(step['course'])}")
        for step in found.present.document["steps"]
        if step["session"] is not None
    ]


def evidence_choices(found: Compared) -> list[tuple[str, str]]:
    """What the steps of the present path give, as `competency:level`."""
    if found.present is None:
        return []
    words = Wording(found.present.curriculum)
    given = {
        (one["grants"]["competency"], one["grants"]["level"])
        for step in found.present.document["steps"]
        for one in step["because"]
        if "grants" in one
    }
    return sorted(
        ((f"{name}:{level}", words.plain({"competency": name, "level": level})) for name, level in given),
        key=lambda choice: choice[1].casefold(),
    )


def course_choices(found: Compared) -> list[tuple[str, str]]:
    """The courses of the present path."""
    if found.present is None:
        return []
    words = Wording(found.present.curriculum)
    return list({step["course"]: words.course(step["course"]) for step in found.present.document["steps"]}.items())
