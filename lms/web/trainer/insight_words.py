"""What the insight of a curriculum says in sentences; numbers of one to four people are said to be fewer than five."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from babel.lists import format_list
from flask_babel import get_locale

from lms.engine.insight.providers import Thin, Thread
from lms.engine.insight.stalls import Stall, Wait
from lms.engine.insight.unchosen import Because, Unchosen
from lms.engine.insight.ways import Vague
from lms.engine.price import Minimise
from lms.services.authoring.insight import Insight
from lms.web.context import site
from lms.web.translated import decimal, gettext, money, ngettext
from lms.web.wording import Wording, hours

NAMED = 4
"""So many courses are named in one sentence; the rest is counted."""


def number(people: int | Vague | None) -> str:
    """A number of people, for a cell, as far as it may be told."""
    match people:
        case Vague.SOME:
            return gettext("some")
        case Vague.ALL_BUT_FEW:
            return gettext("all but fewer than 5")
        case Vague.FEW | None:
            return gettext("fewer than 5")
    return decimal(people)


def many(part: int | Vague | None) -> bool:
    """Are they known to be five at least?"""
    return part is Vague.ALL_BUT_FEW or (isinstance(part, int) and part > 0)


def share(part: int | Vague | None, people: int) -> float:
    """How far a bar is painted, in per cent."""
    if part is Vague.ALL_BUT_FEW:
        return 90
    return 100 * part / people if isinstance(part, int) and people else 0


def days(count: int | None) -> str:
    """A median of days; a dash where there are too few people to tell one."""
    return "–" if count is None else ngettext("%(num)s day", "%(num)s days", count)


def listed(titles: Iterable[str]) -> str:
    """Titles in one sentence's part: A, B and C."""
    every = list(titles)
    shown = every[:NAMED]
    if len(every) > NAMED:
        shown.append(ngettext("%(num)s more", "%(num)s more", len(every) - NAMED))
    return str(format_list(shown, locale=get_locale() or "en"))


def head(found: Insight) -> str:
    """What the page rests on."""
    if found.people is None:
        rests = gettext("From the stored paths of fewer than five people")
    else:
        rests = ngettext(
            "From the stored path of %(num)s person", "From the stored paths of %(num)s people", found.people
        )
    said = gettext("%(rests)s and version %(number)s. Of fewer than five people no number is told.",
                   rests=rests, number=found.published.number)  # fmt: skip
    if found.older == 0:
        return said
    older = number(found.older)
    return f"{said} " + gettext("Paths that follow an earlier version still: %(number)s.", number=older)


def told_stalls(found: Insight) -> tuple[list[Stall], int]:
    """The courses of which numbers can be told, and of how many others they cannot."""
    told = [one for one in found.stalls if one.people is not None]
    return told, len(found.stalls) - len(told)


def told_waits(found: Insight) -> tuple[list[Wait], int]:
    """The same for the waits."""
    told = [one for one in found.waits if one.people is not None]
    return told, len(found.waits) - len(told)


def stalling(found: Insight, words: Wording) -> str:
    """On which course people stall most."""
    worst = next((one for one in found.stalls if many(one.stalled)), None)
    if worst is None:
        return gettext("No course holds up five people or more.")
    return gettext(
        "Most people stall on %(course)s: %(stalled)s of %(people)s. Half of those who stand there have done so for %(stood)s or longer; planned are %(planned)s.",
        course=words.course(worst.course),
        stalled=number(worst.stalled),
        people=number(worst.people),
        stood=days(worst.stood),
        planned=days(worst.planned),
    )


def waiting(found: Insight, words: Wording) -> str:
    """For which course people wait longest for a word."""
    longest = next((one for one in found.waits if one.waited is not None), None)
    if longest is None:
        return gettext("Too few people asked for a word to tell how long it takes.")
    return gettext(
        "The word about %(course)s takes longest: half of those who asked waited %(days)s or longer.",
        course=words.course(longest.course),
        days=days(longest.waited),
    )


def choosing(found: Insight) -> str:
    """How many courses nobody chooses, and the most common reason."""
    if not found.unchosen:
        return gettext("Every course is on somebody's path.")
    first = ngettext(
        "%(num)s course of %(all)s is on nobody's path.",
        "%(num)s courses of %(all)s are on nobody's path.",
        len(found.unchosen),
        all=len(found.published.curriculum.courses),
    )
    (because, count), *_ = Counter(one.because for one in found.unchosen).most_common()
    return f"{first} " + gettext("Most often: %(reason)s (%(count)s).", reason=REASONS[because](), count=count)


REASONS = {
    Because.NEEDED_BY_NONE: lambda: gettext("no role needs it"),
    Because.AIMED_AT_BY_NONE: lambda: gettext("nobody on the way needs it"),
    Because.HELD: lambda: gettext("people hold already what it gives"),
    Because.UNREACHABLE: lambda: gettext("nobody can take it"),
    Because.DEARER: lambda: gettext("others give the same for less"),
    Because.NEEDS_DEAR: lambda: gettext("what has to come with it costs more"),
    Because.COMES_ANYWAY: lambda: gettext("what it gives comes anyway"),
    Because.LEVEL: lambda: gettext("another one at the same price is taken"),
    Because.NOT_NOW: lambda: gettext("paths were planned before it"),
    Because.UNKNOWN: lambda: gettext("too few people could use them to tell"),
}
"""Each reason in a few words."""


def why(one: Unchosen, words: Wording) -> str:
    """Why nobody's path takes a course, in a sentence or two."""
    said = _why(one, words)
    return f"{said} {gettext('All its sessions are over.')}" if one.over else said


def _why(one: Unchosen, words: Wording) -> str:
    instead = listed(map(words.course, one.instead))
    more, extra = worth(one), listed(map(words.course, one.extra))
    match one.because:
        case Because.NEEDED_BY_NONE:
            return gettext("No role needs it, not even as one of several ways.")
        case Because.AIMED_AT_BY_NONE:
            return gettext("Nobody on the way now needs what it gives.")
        case Because.HELD:
            return gettext("Whoever could use it holds what it gives already.")
        case Because.UNREACHABLE:
            return gettext("No order of courses reaches what it requires.")
        case Because.NOT_NOW:
            return gettext("Paths planned before do not take it; one planned today would.")
        case Because.UNKNOWN:
            return gettext("Too few people could use it to tell why they do not.")
        case Because.LEVEL if instead:
            return gettext("It costs as much as %(courses)s; of equals one is taken.", courses=instead)
        case Because.LEVEL:
            return gettext("It would cost nothing and bring nothing.")
        case Because.DEARER:
            return gettext("With %(courses)s the same takes %(more)s less.", courses=instead, more=more)
        case Because.NEEDS_DEAR:
            return gettext(
                "It does what %(courses)s gives only together with %(extra)s, which takes %(more)s more.",
                courses=instead, extra=extra, more=more,
            )  # fmt: skip
        case Because.COMES_ANYWAY if instead:
            return gettext("What it gives comes anyway, with %(courses)s.", courses=instead)
    return gettext("It would spare no other course: whoever was asked does without what it gives.")


def worth(one: Unchosen) -> str:
    """What a path with the course costs more, in its unit; a dash where that is no question."""
    if one.excess is None:
        return "–"
    if one.minimise is Minimise.COURSES:
        return ngettext("%(num)s course", "%(num)s courses", one.excess)
    if one.minimise is Minimise.COST:
        return money(one.excess / 100, site().currency)
    return hours(one.excess / 100)


def hanging(found: Insight, words: Wording) -> str:
    """How many levels hang by a thread, and which is wanted most."""
    if not found.thin:
        return gettext("Every level that is asked for comes from two providers at least.")
    counts = Counter(one.thread for one in found.thin)
    said = gettext(
        "Of the levels that are asked for, %(none)s come from no course, %(one)s from a single one, and %(provider)s from a single provider.",
        none=counts[Thread.NO_COURSE],
        one=counts[Thread.ONE_COURSE],
        provider=counts[Thread.ONE_PROVIDER],
    )
    most = max(found.thin, key=lambda one: one.people or 0)
    if not most.people:
        return said
    wanted = gettext(
        "Most people lack %(what)s: %(people)s.", what=words.requirement(most.attainment), people=number(most.people)
    )
    return f"{said} {wanted}"


def asked_by(one: Thin, words: Wording) -> str:
    """The roles and courses that ask for a level."""
    return listed([*map(words.role, one.roles), *map(words.course, one.asking)])


def stalling_courses(found: Insight) -> list[Stall]:
    """The courses on which five people or more have stalled."""
    return [one for one in found.stalls if many(one.stalled)]


def holding_up(found: Insight, words: Wording) -> str:
    """Which course holds up the most."""
    if not found.bottlenecks:
        return gettext("No course holds up another one: there is a way round each.")
    worst = found.bottlenecks[0]
    return gettext(
        "%(course)s holds up the most: without it %(courses)s and %(requirements)s are out of reach. Paths through it: %(people)s.",
        course=words.course(worst.course),
        courses=ngettext("%(num)s course", "%(num)s courses", worst.courses),
        requirements=ngettext("%(num)s requirement of a role", "%(num)s requirements of roles", worst.requirements),
        people=number(worst.people),
    )
