"""What a what-if says: what is asked, how two plans differ, and what would make the other one true."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from flask_babel import format_currency, gettext, lazy_gettext, ngettext

from lms.services.learning.asked import Asked
from lms.services.learning.two_plans import Difference, Side
from lms.services.learning.what_if import Compared
from lms.web.context import site
from lms.web.learner.asking.what_if_dots import axis
from lms.web.learner.asking.why_words import listed
from lms.web.learner.mine.path_climb import LONG, WEEK
from lms.web.learner.mine.path_dates import Dates, dates_of
from lms.web.translated import in_words
from lms.web.wording import Wording, hours

NOTHING = lazy_gettext("None")
HAS_LEAST = {
    "hours": lazy_gettext("the path has the fewest hours"),
    "date": lazy_gettext("the path ends on the earliest date"),
    "courses": lazy_gettext("the path has the fewest courses"),
    "cost": lazy_gettext("the path costs least"),
}


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
        yield gettext("you take %(hours)s a week", hours=hours((asked.weekly_hundredths or 0) / 100))
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


def dates(side: Side) -> Dates:
    """The dates of one of the plans, its likely days among them."""
    return dates_of(side.document, side.likely, side.aim)


def span_of(found: Compared) -> tuple[date, date]:
    """The days that the dots of both plans lie between."""
    plans = [dates(side) for side in (found.present, found.other) if side is not None]
    return axis(plans) or (date.min, date.max)


def later(found: Compared) -> int | None:
    """How many days later the other plan likely ends; None where one of the two has no date. Both draw the same luck."""
    if found.present is None or found.other is None:
        return None
    now, then = dates(found.present).big, dates(found.other).big
    return (then - now).days if now and then else None


def headline(found: Compared) -> str:
    """The difference in one sentence: when it likely ends, else how much there is to do."""
    if found.difference is None:
        return gettext("This would be the plan")
    days = later(found)
    if days is None:
        return gettext("One of the two has no date")
    if days:
        return span(days)
    return _more(found.difference.open) if found.difference.open else gettext("The same date")


def tone(found: Compared) -> str:
    """How the difference looks: sooner is green, later is amber."""
    days = later(found)
    if not days:
        return "info"
    return "ok" if days < 0 else "warn"


def span(days: int) -> str:
    """How much sooner or later: 4 weeks sooner, 5 days later."""
    many = abs(days)
    if many >= LONG:
        weeks = round(many / WEEK)
        sooner = ngettext("%(num)s week sooner", "%(num)s weeks sooner", weeks)
        return sooner if days < 0 else ngettext("%(num)s week later", "%(num)s weeks later", weeks)
    if days < 0:
        return ngettext("%(num)s day sooner", "%(num)s days sooner", many)
    return ngettext("%(num)s day later", "%(num)s days later", many)


def _more(requirements: int) -> str:
    if requirements < 0:
        return ngettext("%(num)s requirement fewer to meet", "%(num)s requirements fewer to meet", -requirements)
    return ngettext("%(num)s more requirement to meet", "%(num)s more requirements to meet", requirements)


def differences(found: Compared) -> list[str]:
    """What else differs, a phrase each; nothing where it is the same."""
    apart, said, days = found.difference, [], later(found)
    if apart is None:
        return []
    if days == 0 and "hours" in found.changes:
        said.append(gettext("the sessions decide it"))
    if apart.days:
        said.append(gettext("%(span)s if all goes to plan", span=span(apart.days)))
    if apart.open and days:
        said.append(_more(apart.open))
    if apart.hours:
        more = hours(abs(apart.hours))
        said.append(
            gettext("%(hours)s more to learn", hours=more)
            if apart.hours > 0
            else gettext("%(hours)s less to learn", hours=more)
        )
    if apart.cost:
        money = format_currency(abs(apart.cost), site().currency)
        said.append(
            gettext("%(money)s dearer", money=money) if apart.cost > 0 else gettext("%(money)s cheaper", money=money)
        )
    return said


def steps(apart: Difference, words: Wording) -> list[dict[str, str]]:
    """The steps that come and go, as the macro `changes` takes them."""
    kinds = (("added", apart.added), ("removed", apart.gone))
    return [{"kind": kind, "label": words.course(course)} for kind, courses in kinds for course in courses]


def steps_counted(apart: Difference) -> str:
    """How many steps come, go and move, in one sentence's part; empty where none does."""
    counted = []
    if apart.added:
        counted.append(ngettext("%(num)s step more", "%(num)s steps more", len(apart.added)))
    if apart.gone:
        counted.append(ngettext("%(num)s step fewer", "%(num)s steps fewer", len(apart.gone)))
    if apart.moved:
        counted.append(ngettext("%(num)s step in another place", "%(num)s steps in another place", len(apart.moved)))
    return listed(counted)


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
