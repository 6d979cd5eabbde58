"""The trail: the steps of a path by when they come, each with its state, its days and what one does next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext

from lms.engine.curriculum import Course, Delivery
from lms.services.learning.around import Asked
from lms.services.learning.brief import WHOLE
from lms.services.learning.my_path import MyPath
from lms.web.context import site
from lms.web.i18n import day_there
from lms.web.translated import gettext, in_words, money, ngettext
from lms.web.wording import Wording, hours

SHOWN = WHOLE
"""Steps on the trail; a longer path goes on in the list of all steps."""
THIS_WEEK, NEXT = timedelta(days=6), timedelta(days=34)
ICONS = ("clock", "calendar", "calendar-clock", "calendar-x", "users", "coins", "refresh-cw", "signal", "armchair")
STAGES = {"week": lazy_gettext("This week"), "next": lazy_gettext("Next"), "later": lazy_gettext("Later")}
TAUGHT = {
    Delivery.SELF_PACED: lazy_gettext("self-paced"),
    Delivery.INSTRUCTOR_LED: lazy_gettext("with an instructor"),
    Delivery.VIRTUAL: lazy_gettext("live, online"),
    Delivery.COACHING: lazy_gettext("coaching"),
    Delivery.ON_THE_JOB: lazy_gettext("on the job"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One of the courses between which one may choose."""

    course: str
    title: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailStep:
    """One step as the trail shows it. `stage` is the heading before the first of a stage; `label` names the action."""

    course: str
    state: str
    title: str
    meta: tuple[tuple[str, str], ...]
    why: str | None
    stage: str | None
    label: str
    primary: bool
    ways: tuple[Way, ...]
    soon: bool
    """Does it come this week or next? The ways of a later step are told in a line."""


def held_up(shown: MyPath) -> frozenset[str]:
    """The courses of steps that wait for somebody's word, and of those that need one of them first."""
    assert shown.document is not None
    found: set[str] = set()
    if not shown.asked:
        return frozenset()
    for step in shown.document["steps"]:
        if _waits(shown, step["course"]) or found.intersection(step["after"]):
            found.add(step["course"])
    return frozenset(found)


def first_step(shown: MyPath) -> str | None:
    """The step to do next: the first one that waits for nobody, nor for a step that does."""
    assert shown.document is not None
    waiting = held_up(shown)
    return next((step["course"] for step in shown.document["steps"] if step["course"] not in waiting), None)


def label_of(shown: MyPath, step: Mapping[str, Any]) -> str:
    """What one does with a step, in one word or two."""
    course, begun = step["course"], shown.begun.get(step["course"])
    if (asked := shown.asked.get(course)) is not None:
        return gettext("See what is missing") if asked.state == "more-asked" else gettext("See")
    if begun is not None:
        return gettext("See your seat") if begun.session else gettext("Continue")
    if step["session"]:
        return gettext("Keep a seat")
    return gettext("Renew") if _renews(shown, step) else gettext("Start")


def trail(shown: MyPath, wording: Wording, *, most: int | None = SHOWN) -> Iterator[TrailStep]:
    """The steps in the order of the path, at most so many."""
    assert shown.document is not None
    assert shown.path is not None
    first, on, last_stage = first_step(shown), date.fromisoformat(shown.document["on"]), ""
    for step in shown.document["steps"][:most]:
        stage = _stage(step, on)
        state = _state(shown, step, first)
        yield TrailStep(
            course=step["course"],
            state=state,
            title=wording.course(step["course"]),
            meta=tuple(_meta(shown, step, wording)),
            why=_why(shown, wording, step, state),
            stage=str(STAGES[stage]) if stage != last_stage else None,
            label=label_of(shown, step),
            primary=step["course"] == first,
            ways=tuple(_ways(shown, wording, step)),
            soon=stage != "later",
        )
        last_stage = stage


def waits(shown: MyPath, asked: Asked) -> str:
    """Whom a step waits for, since when."""
    day = in_words(day_there(asked.asked_at))
    if asked.by == "manager" and shown.manager:
        return gettext("Waits for %(name)s since %(day)s.", name=shown.manager, day=day)
    if asked.by == "manager":
        return gettext("Waits for a manager since %(day)s.", day=day)
    return gettext("Waits for a trainer since %(day)s.", day=day)


def _waits(shown: MyPath, course: str) -> bool:
    return course in shown.asked and shown.asked[course].state == "waiting"


def _renews(shown: MyPath, step: Mapping[str, Any]) -> bool:
    return bool(step["renews"]) or _lapsed_on(shown, step) is not None


def _lapsed_on(shown: MyPath, step: Mapping[str, Any]) -> date | None:
    """The last day on which what this step puts right was held, where it has lapsed."""
    assert shown.path is not None
    lapsed = shown.path.elevation.get("lapsed", {})
    given = (reason["grants"]["competency"] for reason in step["because"] if "grants" in reason)
    days = [date.fromisoformat(lapsed[competency]) for competency in given if competency in lapsed]
    return max(days, default=None)


def _stage(step: Mapping[str, Any], on: date) -> str:
    if step["starts"] is None:
        return "later"
    starts = date.fromisoformat(step["starts"])
    return "week" if starts <= on + THIS_WEEK else "next" if starts <= on + NEXT else "later"


def _state(shown: MyPath, step: Mapping[str, Any], first: str | None) -> str:
    if _waits(shown, step["course"]):
        return "waits"
    if _lapsed_on(shown, step) is not None:
        return "expired"
    if step["course"] == first:
        return "now"
    if step["session"]:
        return "session"
    return "later" if step["after"] or step["starts"] is None else "next"


def _meta(shown: MyPath, step: Mapping[str, Any], wording: Wording) -> Iterator[tuple[str, str]]:
    yield "clock", hours(step["hours"])
    course = wording.curriculum.course_by_id.get(step["course"])
    if step["starts"] is None:
        yield "calendar-x", gettext("no session is left") if course and course.sessions else gettext("no date")
    elif step["session"]:
        yield "calendar-clock", gettext("session on %(day)s", day=in_words(date.fromisoformat(step["starts"])))
        left = _seats_left(shown, step, course)
        if left is not None:
            yield "armchair", ngettext("%(num)s seat left", "%(num)s seats left", left)
    else:
        yield "calendar", gettext("by %(day)s", day=in_words(date.fromisoformat(step["ends"])))
    if course and course.delivery is not Delivery.SELF_PACED and not step["session"]:
        yield "users", str(TAUGHT[course.delivery])
    if step["cost"]:
        yield "coins", money(step["cost"], site().currency)
    if step["renews"]:
        yield "refresh-cw", gettext("renews what lapses on the way")
    given = next((reason["grants"] for reason in step["because"] if "grants" in reason), None)
    if given:
        yield (
            "signal",
            gettext(
                "%(competency)s, level %(level)s",
                competency=wording.competency(given["competency"]),
                level=given["level"],
            ),
        )


def _seats_left(shown: MyPath, step: Mapping[str, Any], course: Course | None) -> int | None:
    """The seats that are left in the step's session; None where one's own is kept, or nobody knows."""
    begun = shown.begun.get(step["course"])
    session = next((one for one in course.sessions if one.id == step["session"]), None) if course else None
    if session is None or (begun is not None and begun.session == session.id):
        return None
    return max(0, session.seats - shown.taken.get((step["course"], session.id), 0))


def _why(shown: MyPath, wording: Wording, step: Mapping[str, Any], state: str) -> str | None:
    asked = shown.asked.get(step["course"])
    if asked is not None:
        if asked.state == "more-asked":
            return gettext(
                "More was asked for on %(day)s.", day=in_words(day_there(asked.answered_at or asked.asked_at))
            )
        return waits(shown, asked)
    if state == "expired" and (last := _lapsed_on(shown, step)):
        return gettext("Expired on %(day)s. Blocks the promotion.", day=in_words(last))
    if step["after"]:
        return gettext("Opens after %(courses)s.", courses=", ".join(map(wording.course, step["after"])))
    return None


def _ways(shown: MyPath, wording: Wording, step: Mapping[str, Any]) -> Iterator[Way]:
    """The step itself and the courses that would serve as well; nothing where there is no choice."""
    assert shown.path is not None
    others = shown.path.forks.get(step["course"], ()) if not step["renews"] else ()
    known = wording.curriculum.course_by_id
    for course in (step["course"], *others) if others else ():
        if course in known:
            yield Way(course=course, title=known[course].title, detail=_detail(known[course], step))


def _detail(course: Course, step: Mapping[str, Any]) -> str:
    parts = [hours(course.hours / 100), str(TAUGHT[course.delivery])]
    if course.id == step["course"]:
        parts[0] = hours(step["hours"])
        parts.append(gettext("on the path"))
    return ", ".join(parts)
