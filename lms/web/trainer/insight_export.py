"""The tables of the insight page as rows of a file, whole: with what the page leaves out for length."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from lms.engine.insight.ways import Vague
from lms.interop.sheets.sheet_write import Table, Value
from lms.services.authoring.insight import Insight
from lms.web.trainer import insight_words as say
from lms.web.translated import gettext
from lms.web.wording import Wording

Rows = Iterator[Sequence[Value]]


def table(name: str, found: Insight, words: Wording) -> Table:
    """One of TABLES: its title, header and rows."""
    return TABLES[name](found, words)


def _people(number: int | Vague | None) -> Value:
    return number if isinstance(number, int) else say.number(number)


def _stalls(found: Insight, words: Wording) -> Table:
    header = (gettext("Course"), gettext("People there"), gettext("Begun"), gettext("Stalled"),
              gettext("Days they stand (median)"), gettext("Days planned (median)"))  # fmt: skip
    rows: Rows = (
        (
            words.course(one.course),
            _people(one.people),
            _people(one.begun),
            _people(one.stalled),
            one.stood,
            one.planned,
        )
        for one in found.stalls
    )
    return gettext("Where people stall"), header, rows


def _waits(found: Insight, words: Wording) -> Table:
    header = (gettext("Course"), gettext("People who asked"), gettext("Days they waited (median)"),
              gettext("Waiting now"), gettext("Days they have waited (median)"))  # fmt: skip
    rows: Rows = (
        (words.course(one.course), _people(one.people), one.waited, _people(one.waiting), one.since)
        for one in found.waits
    )
    return gettext("Waits for a word"), header, rows


def _unchosen(found: Insight, words: Wording) -> Table:
    header = gettext("Course"), gettext("Why nobody's path takes it"), gettext("It would cost more")
    rows: Rows = ((words.course(one.course), say.why(one, words), say.worth(one)) for one in found.unchosen)
    return gettext("Courses nobody chooses"), header, rows


def _thin(found: Insight, words: Wording) -> Table:
    header = (gettext("Competency"), gettext("Level"), gettext("Asked for by"), gettext("Courses"), gettext("Provider"),
              gettext("People who lack it"))  # fmt: skip
    rows: Rows = (
        (
            words.competency(one.attainment.competency),
            one.attainment.level,
            ", ".join([*map(words.role, one.roles), *map(words.course, one.asking)]),
            ", ".join(map(words.course, one.courses)),
            one.provider,
            _people(one.people),
        )
        for one in found.thin
    )
    return gettext("Competencies with one provider or none"), header, rows


def _seats(found: Insight, words: Wording) -> Table:
    header = (gettext("Course"), gettext("Month"), gettext("People who could come"), gettext("People whose path comes"),
              gettext("Sessions"), gettext("Seats"))  # fmt: skip
    rows: Rows = (
        (words.course(demand.course), one.month, _people(one.could), _people(one.planned), one.sessions, one.seats)
        for demand in found.seats
        for one in demand.months
    )
    return gettext("Seats by month"), header, rows


def _bottlenecks(found: Insight, words: Wording) -> Table:
    header = (gettext("Course"), gettext("Courses behind it"), gettext("Requirements behind it"), gettext("Roles"),
              gettext("People whose path leads through it"), gettext("Hours"))  # fmt: skip
    courses = found.published.curriculum.course_by_id
    rows: Rows = (
        (
            words.course(one.course),
            one.courses,
            one.requirements,
            ", ".join(map(words.role, one.roles)),
            _people(one.people),
            Decimal(courses[one.course].hours) / 100,
        )
        for one in found.bottlenecks
    )
    return gettext("Bottlenecks"), header, rows


TABLES: dict[str, Callable[[Insight, Wording], Table]] = {
    "stalls": _stalls,
    "waits": _waits,
    "unchosen": _unchosen,
    "providers": _thin,
    "seats": _seats,
    "bottlenecks": _bottlenecks,
}
"""The tables by the name that an address gives them."""
