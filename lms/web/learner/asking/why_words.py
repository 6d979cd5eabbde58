"""What the explanations of `services.learning.why` say in sentences: reasons, chains, what else would serve."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from babel.lists import format_list
from flask_babel import format_currency, get_locale, gettext, ngettext

from lms.engine.competency import Attainment
from lms.engine.curriculum import Course
from lms.engine.explain import Verdict
from lms.engine.price import Minimise
from lms.engine.search.unavoidable import Link
from lms.services.learning.why import Hop, Otherwise, WhyNotCourse, WhyStep
from lms.web.context import site
from lms.web.wording import Wording, hours

IN_BETWEEN = 12
"""Names written in one sentence; a longer list is cut and counted."""


def worth(value: int, minimise: Minimise) -> str:
    """An amount of what is minimised: hundredths of hours or money, courses, or days."""
    if minimise is Minimise.COURSES:
        return ngettext("%(num)s course", "%(num)s courses", value)
    if minimise is Minimise.COST:
        return str(format_currency(value / 100, site().currency))
    return hours(value / 100)


def listed(titles: Sequence[str], *, style: Literal["standard", "or"] = "standard") -> str:
    """Titles in one sentence's part: A, B and C; a long list ends in how many more there are."""
    shown = list(titles[:IN_BETWEEN])
    if len(titles) > IN_BETWEEN:
        rest = len(titles) - IN_BETWEEN
        shown.append(ngettext("%(num)s more", "%(num)s more", rest))
    return str(format_list(shown, style=style, locale=get_locale() or "en"))


def chain(why: WhyStep, words: Wording) -> list[str]:
    """From the role down to the step, a line each: through what cannot be avoided, else as the path's own steps lead."""
    if why.otherwise is not None and why.otherwise.chain:
        return list(_links(why.otherwise.chain, listed([words.role(role) for role in why.roles]), words))
    return [_hop(hop, words) for hop in why.way]


def _hop(hop: Hop, words: Wording) -> str:
    by = words.role(hop.needed_by) if hop.kind == "role" else words.course(hop.needed_by)
    what, given_by = words.plain(hop.asked), words.course(hop.given_by)
    if "course" in hop.asked:
        return gettext("%(by)s asks for the course %(course)s.", by=by, course=given_by)
    return gettext("%(by)s asks for %(what)s; %(course)s gives it.", by=by, what=what, course=given_by)


def _links(links: Iterable[Link], goal: str, words: Wording) -> Iterator[str]:
    for link in links:
        name = goal if link.what is None else _named(link.what, words)
        if link.either:
            either = listed([_named(one, words) for one in link.either], style="or")
            yield gettext("%(name)s, whichever way: %(either)s", name=name, either=either)
        else:
            yield name


def _named(what: Attainment | Course, words: Wording) -> str:
    return words.requirement(what) if isinstance(what, Attainment) else what.title


def alternatives(other: Otherwise, minimise: Minimise, words: Wording) -> list[str]:
    """What the best path without the step would be; nothing where there is none."""
    if other.regret is None:
        return []
    instead = listed([words.course(course) for course in other.instead])
    if other.regret <= 0 and not instead:
        said = [gettext("A path without it costs the same.")]
    elif other.regret <= 0:
        said = [gettext("%(courses)s would serve at the same cost.", courses=instead)]
    else:
        more = worth(other.regret, minimise)
        said = [
            gettext("Without it the best path takes %(more)s more, with %(courses)s.", more=more, courses=instead)
            if instead
            else gettext("Without it the best path takes %(more)s more.", more=more)
        ]
    if other.dropped:
        dropped = listed([words.course(course) for course in other.dropped])
        said.append(gettext("That path would do without %(courses)s, too.", courses=dropped))
    return said


def savings(other: Otherwise, minimise: Minimise, words: Wording) -> list[str]:
    """What accepted evidence would save, a line each."""
    return [
        gettext(
            "Accepted evidence of %(what)s would save %(saved)s.",
            what=words.requirement(one.attainment),
            saved=worth(one.saved, minimise),
        )
        for one in other.savings
    ]


def why_not(found: WhyNotCourse, words: Wording) -> list[str]:
    """Why a course is not on the path, by how much it lost, and what it would spare or bring along."""
    answer, title = found.answer, words.course(found.course)
    roles = listed([words.role(role) for role in found.roles], style="or")
    if answer.verdict is Verdict.NOTHING_NEW:
        return [gettext("%(course)s gives nothing that is not held already.", course=title)]
    if answer.verdict is Verdict.OUTSIDE:
        return [
            gettext(
                "%(course)s gives nothing that %(roles)s asks for, directly or on the way there.",
                course=title,
                roles=roles,
            )
        ]
    if answer.verdict is Verdict.UNREACHABLE:
        return [
            gettext("%(course)s cannot be taken: no order of courses reaches what it requires.", course=title),
        ]
    if found.days is not None:
        return [_later(found.days, title), *_with_it(found, words)]
    if answer.verdict is Verdict.ON_THE_PATH:
        return [gettext("%(course)s is on the path.", course=title)]
    excess = answer.excess or 0
    if excess <= 0:
        first = gettext("A path with %(course)s costs the same; of equals the other was taken.", course=title)
    else:
        more = worth(excess, found.minimise)
        first = gettext("The best path with %(course)s takes %(more)s more.", course=title, more=more)
    return [first, *_with_it(found, words)]


def _later(days: int, title: str) -> str:
    if days <= 0:
        return gettext("A path with %(course)s ends no sooner.", course=title)
    return ngettext(
        "The path with %(course)s ends %(num)s day later.",
        "The path with %(course)s ends %(num)s days later.",
        days,
        course=title,
    )


def _with_it(found: WhyNotCourse, words: Wording) -> Iterator[str]:
    if found.answer.dropped:
        spared = listed([words.course(course) for course in found.answer.dropped])
        yield gettext("It would spare %(courses)s.", courses=spared)
    if found.answer.extra:
        extra = listed([words.course(course) for course in found.answer.extra])
        yield gettext("It would also need %(courses)s.", courses=extra)
