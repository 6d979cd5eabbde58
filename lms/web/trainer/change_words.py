"""The difference between two versions of a curriculum in words: what came, what went, and each field before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext

from lms.engine.change import Change, compare_curricula
from lms.engine.curriculum import Curriculum, Equivalence, Grant
from lms.engine.days import Period
from lms.interop.path_document import requirement_to_document
from lms.web.context import site
from lms.web.trainer.asked_words import in_words as asked
from lms.web.trainer.editing.competency_form import KINDS, POLICIES
from lms.web.trainer.editing.course_form import COMPLETIONS, DELIVERIES
from lms.web.trainer.editing.requirement_tree import tree_of
from lms.web.translated import decimal, gettext, in_words, money, ngettext
from lms.web.wording import Wording, hours, listed

MOST = 200
"""So many differences are told; of more their number."""
LONGEST = 240
"""Characters of a text that are shown."""

NAMES: Mapping[str, Any] = {
    "title": lazy_gettext("title"),
    "hours": lazy_gettext("hours"),
    "renewal_hours": lazy_gettext("hours to renew it"),
    "cost": lazy_gettext("cost"),
    "delivery": lazy_gettext("how it is taught"),
    "completion": lazy_gettext("when it is done"),
    "summary": lazy_gettext("summary"),
    "link": lazy_gettext("where it is taken"),
    "provider": lazy_gettext("provider"),
    "requires": lazy_gettext("what it asks for"),
    "grants": lazy_gettext("what it gives"),
    "sessions": lazy_gettext("sessions"),
    "source": lazy_gettext("where it comes from"),
    "kind": lazy_gettext("kind"),
    "cluster": lazy_gettext("cluster"),
    "description": lazy_gettext("description"),
    "levels": lazy_gettext("behaviour at each level"),
    "policy": lazy_gettext("which of several ratings counts"),
    "raters": lazy_gettext("who may rate it"),
    "holders": lazy_gettext("how many should hold it"),
    "parent": lazy_gettext("what it stands below"),
    "related": lazy_gettext("related competencies"),
    "family": lazy_gettext("family"),
    "approvers": lazy_gettext("how many approve a promotion"),
    "gates": lazy_gettext("gates"),
    "next": lazy_gettext("where it leads"),
    "weight": lazy_gettext("weight"),
    "competencies": lazy_gettext("competencies"),
    "scale": lazy_gettext("scale"),
    "sources": lazy_gettext("order of sources"),
    "blackouts": lazy_gettext("calendar"),
    "equivalences": lazy_gettext("equivalences"),
    "tests": lazy_gettext("curriculum tests"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One difference as the macro `changes` takes it; `kind` is added, removed or changed."""

    kind: str
    label: str
    before: str = ""
    after: str = ""


def differences(old: Curriculum | None, new: Curriculum) -> list[Difference]:
    """What publishing `new` after `old` changes, as `compare_curricula` orders it; at most `MOST` and one that counts
    the rest. Everything is new where there is no version before.
    """
    found = list(_all(old, new))
    if len(found) <= MOST:
        return found
    more = ngettext("%(num)s more difference", "%(num)s more differences", len(found) - MOST)
    return [*found[:MOST], Difference(kind="changed", label=more)]


def _all(old: Curriculum | None, new: Curriculum) -> Iterator[Difference]:
    if old is None:
        for kind in ("competency", "course", "role", "objective"):
            yield from (Difference(kind="added", label=_item(kind, one.title)) for one in _parts(new, kind).values())
        return
    words = {"old": Wording(old), "new": Wording(new)}
    for change in compare_curricula(old, new):
        yield from _told(change, old, new, words)


def _told(change: Change, old: Curriculum, new: Curriculum, words: Mapping[str, Wording]) -> Iterator[Difference]:
    was: Any = old if change.kind == "curriculum" else _parts(old, change.kind).get(change.id)
    now: Any = new if change.kind == "curriculum" else _parts(new, change.kind).get(change.id)
    if change.how == "added":
        yield Difference(kind="added", label=_item(change.kind, now.title))
    elif change.how == "withdrawn":
        yield Difference(kind="removed", label=_item(change.kind, was.title))
    else:
        for name in change.what:
            if name == "renewal_hours" and all(one.renewal_hours == one.hours for one in (was, now)):
                continue  # as long as the first time, before and after: the hours say it
            yield Difference(
                kind="changed",
                label=gettext("%(item)s: %(field)s", item=_item(change.kind, now.title), field=NAMES.get(name, name)),
                before=_short(_value(name, getattr(was, name), words["old"])),
                after=_short(_value(name, getattr(now, name), words["new"])),
            )


def _parts(curriculum: Curriculum, kind: str) -> Mapping[str, Any]:
    items: Mapping[str, Iterable[Any]] = {
        "competency": curriculum.competencies,
        "course": curriculum.courses,
        "role": curriculum.roles,
        "objective": curriculum.objectives,
    }
    return {one.id: one for one in items.get(kind, ())}


def _item(kind: str, title: str) -> str:
    return {
        "competency": gettext("Competency %(title)s", title=title),
        "course": gettext("Course %(title)s", title=title),
        "role": gettext("Role %(title)s", title=title),
        "objective": gettext("Objective %(title)s", title=title),
    }.get(kind, gettext("The whole curriculum"))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def _value(name: str, value: Any, words: Wording) -> str:
    """A field's value in words; a dash where it says nothing."""
    if value is None or value in ("", ()):
        return "–"
    return _AS[name](value, words) if name in _AS else str(value)


def _many(of_one: Callable[[Any, Wording], str]) -> Callable[[Any, Wording], str]:
    return lambda values, words: listed([of_one(one, words) for one in values])


def grant(one: Grant, words: Wording) -> str:
    """What a course gives: Negotiating at level 3 for 24 months."""
    given = gettext("%(competency)s at level %(level)s", competency=words.competency(one.competency), level=one.level)
    if one.valid_months is None:
        return given
    return ngettext("%(what)s for %(num)s month", "%(what)s for %(num)s months", one.valid_months, what=given)


def _session(one: Any, _words: Wording) -> str:
    return ngettext(
        "%(day)s with %(num)s seat", "%(day)s with %(num)s seats", one.seats, day=in_words(one.starts.date())
    )


def _holders(one: Any, _words: Wording) -> str:
    return ngettext(
        "%(num)s person at level %(level)s", "%(num)s people at level %(level)s", one.people, level=one.level
    )


def period(one: Period) -> str:
    """Days without study, with their title."""
    days = in_words(one.first) if one.first == one.last else f"{in_words(one.first)} – {in_words(one.last)}"
    return f"{one.title}, {days}" if one.title else days


def equivalence(one: Equivalence, words: Wording) -> str:
    """Which course counts as which, and until when."""
    same = gettext("%(course)s counts as %(other)s", course=words.course(one.course), other=words.course(one.counts_as))
    return gettext("%(what)s until %(day)s", what=same, day=in_words(one.until)) if one.until else same


_AS: Mapping[str, Callable[[Any, Wording], str]] = {
    "hours": lambda value, _: hours(value / 100),
    "renewal_hours": lambda value, _: hours(value / 100),
    "cost": lambda value, _: money(value / 100, site().currency),
    "delivery": lambda value, _: str(DELIVERIES[value.value]),
    "completion": lambda value, _: str(COMPLETIONS[value.value]),
    "kind": lambda value, _: str(KINDS.get(value.value, value.value)),
    "policy": lambda value, _: str(POLICIES[value.value]),
    "requires": lambda value, words: asked(tree_of(requirement_to_document(value)), words) or "–",
    "grants": _many(grant),
    "sessions": _many(_session),
    "levels": lambda value, _: "; ".join(f"{level}: {text}" for level, text in sorted(value.items())) or "–",
    "raters": _many(lambda one, _: str(one)),
    "holders": _holders,
    "parent": lambda value, words: words.competency(value),
    "related": _many(lambda one, words: words.competency(one)),
    "gates": _many(lambda one, words: words.gate(one)),
    "next": _many(lambda one, words: words.role(one)),
    "weight": lambda value, _: decimal(value),
    "competencies": _many(lambda one, words: words.competency(one)),
    "scale": _many(lambda one, _: f"{one.level}, {one.title}"),
    "sources": _many(lambda one, _: str(one)),
    "blackouts": _many(lambda one, _: period(one)),
    "equivalences": _many(equivalence),
    "tests": _many(lambda one, _: one.title),
    "source": lambda value, _: str(getattr(value, "id", value)),
}
"""How the value of a field is written; what stands here not is a plain text or number."""
