"""The parts of a draft's document in words, a line for each thing in a list, so that two versions can be held together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import format_datetime

from lms.engine.curriculum import Equivalence, Grant
from lms.engine.days import Period
from lms.interop.curriculum_file import curriculum_from_document, curriculum_to_document
from lms.web.context import site
from lms.web.i18n import day_there
from lms.web.trainer.asked_words import in_words as asked
from lms.web.trainer.assertion_words import sentence
from lms.web.trainer.change_words import equivalence, grant, period
from lms.web.trainer.editing.competency_form import KINDS, POLICIES, RATERS
from lms.web.trainer.editing.course_form import COMPLETIONS, DELIVERIES
from lms.web.trainer.editing.requirement_tree import NOTHING, items_of, tree_of, word_of
from lms.web.translated import decimal, gettext, in_words, money, ngettext
from lms.web.wording import Wording, hours

EMPTY: tuple[Any, ...] = (None, "", [], {}, ())


def lines_of(key: str, value: Any, wording: Wording) -> tuple[str, ...]:
    """What stands under a key of an item or of the whole document; nothing where it says nothing."""
    if value in EMPTY:
        return ()
    return tuple(line for line in _LINES.get(key, _as_text)(value, wording) if line)


def _requires(value: Any, wording: Wording) -> Iterable[str]:
    tree = tree_of(value)
    if word_of(tree) != "all":
        return [asked(tree, wording)]
    return [asked({**NOTHING, "all": [item]}, wording) for item in items_of(tree)]


def _session(one: Mapping[str, Any]) -> str:
    starts, ends = (datetime.fromisoformat(one[key]) for key in ("starts", "ends"))
    first, last = day_there(starts), day_there(ends)
    until = format_datetime(ends, "HH:mm") if first == last else f"{in_words(last)}, {format_datetime(ends, 'HH:mm')}"
    return ngettext(
        "%(day)s, %(starts)s to %(ends)s, %(num)s seat",
        "%(day)s, %(starts)s to %(ends)s, %(num)s seats",
        one["seats"],
        day=in_words(first),
        starts=format_datetime(starts, "HH:mm"),
        ends=until,
    )


def _holders(value: Mapping[str, Any], _: Wording) -> Iterable[str]:
    yield ngettext(
        "%(num)s person at level %(level)s",
        "%(num)s people at level %(level)s",
        value["people"],
        level=value["level"],
    )


def _blackout(one: Mapping[str, Any]) -> str:
    first, last = (date.fromisoformat(one[key]) for key in ("from", "to"))
    return period(Period(first=first, last=last, title=one.get("title")))


def _equivalence(one: Mapping[str, Any], wording: Wording) -> str:
    until = date.fromisoformat(one["until"]) if one.get("until") else None
    return equivalence(Equivalence(course=one["course"], counts_as=one["counts_as"], until=until), wording)


def _tests(value: Any, wording: Wording) -> Iterable[str]:
    whole = {**curriculum_to_document(wording.curriculum), "tests": value}
    return [
        gettext("%(title)s: %(asserted)s", title=one.title, asserted=sentence(one, wording))
        for one in curriculum_from_document(whole, "").tests
    ]


def _policy(value: Any, _: Wording) -> Iterable[str]:
    return [str(POLICIES[value["evidence"] if isinstance(value, Mapping) else value])]


def _scale_level(one: Mapping[str, Any]) -> str:
    title = gettext("%(level)s, %(title)s", level=one["level"], title=one["title"])
    return f"{title}: {one['indicator']}" if one.get("indicator") else title


def _as_text(value: Any, _: Wording) -> Iterable[str]:
    """Texts and numbers as they are; a list one thing a line."""
    return map(str, value) if isinstance(value, list | tuple) else str(value).splitlines()


def _each(of_one: Callable[[Any, Wording], str]) -> Callable[[Any, Wording], Iterable[str]]:
    return lambda values, wording: [of_one(one, wording) for one in values]


def _word(words: Mapping[str, Any]) -> Callable[[Any, Wording], Iterable[str]]:
    return lambda value, _: [str(words.get(value, value))]


_LINES: Mapping[str, Callable[[Any, Wording], Iterable[str]]] = {
    "requires": _requires,
    "grants": _each(lambda one, wording: grant(Grant(**one), wording)),
    "sessions": _each(lambda one, _: _session(one)),
    "gates": _each(lambda one, wording: wording.gate_of(one)),
    "next": _each(lambda one, wording: wording.role(one)),
    "related": _each(lambda one, wording: wording.competency(one)),
    "competencies": _each(lambda one, wording: wording.competency(one)),
    "parent": lambda value, wording: [wording.competency(value)],
    "levels": lambda value, _: [
        f"{level}: {text}" for level, text in sorted(value.items(), key=lambda one: str(one[0]))
    ],
    "holders": _holders,
    "raters": _each(lambda one, _: str(RATERS.get(one, one))),
    "sources": _each(lambda one, _: str(RATERS.get(one, one))),
    "kind": _word(KINDS),
    "delivery": _word(DELIVERIES),
    "completion": _word(COMPLETIONS),
    "policy": _policy,
    "hours": lambda value, _: [hours(float(value))],
    "renewal_hours": lambda value, _: [hours(float(value))],
    "cost": lambda value, _: [money(float(value), site().currency)],
    "weight": lambda value, _: [decimal(value)],
    "scale": _each(lambda one, _: _scale_level(one)),
    "calendar": lambda value, _: [_blackout(one) for one in value.get("blackouts", ())],
    "equivalences": _each(_equivalence),
    "tests": _tests,
}
"""How the value of a key is told; what stands here not is a text or a number."""
