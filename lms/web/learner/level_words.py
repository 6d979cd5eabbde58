"""The words of ratings: who rates, what the policy says, and why an entry counts or does not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from babel.lists import format_list
from flask_babel import get_locale, gettext, lazy_gettext

from lms.engine.competency import EvidencePolicy
from lms.services.learning.level_history import Rated, Verdict
from lms.web.translated import in_words
from lms.web.wording import Wording

SOURCES: dict[str, Any] = {
    "administrator": lazy_gettext("administrator"),
    "assessor": lazy_gettext("assessor"),
    "assessment": lazy_gettext("assessment"),
    "course": lazy_gettext("completed course"),
    "manager": lazy_gettext("manager"),
    "peer": lazy_gettext("colleague"),
    "self": lazy_gettext("own rating"),
    "trainer": lazy_gettext("trainer"),
}
"""The usual sources; a curriculum may name others, in its own words."""


def source(code: str) -> str:
    """What a source is called."""
    return str(SOURCES.get(code, code))


def policy(rule: EvidencePolicy, sources: Sequence[str]) -> str:
    """How several ratings become one level, in a sentence."""
    if rule is EvidencePolicy.HIGHEST:
        return gettext("The highest rating that is valid today counts.")
    if rule is EvidencePolicy.LATEST:
        return gettext("The latest rating that is valid today counts; of two on one day, the higher one.")
    order = format_list([source(one) for one in sources], style="unit", locale=get_locale() or "en")
    if not sources:
        return gettext("All sources weigh the same; the latest rating that is valid today counts.")
    return gettext(
        "The strongest source counts, in this order: %(order)s. Of several by one source, the latest.", order=order
    )


def what(one: Rated, wording: Wording) -> str:
    """What an entry is: a rating by its source, a completed course, an exemption."""
    if one.kind == "rating":
        words = source(one.source)
        return words[:1].upper() + words[1:]
    if one.kind == "exemption":
        return gettext("Exemption: held to have this level")
    course = wording.course(one.course or "")
    if one.kind == "spared":
        return gettext("Exemption from %(course)s", course=course)
    return gettext("Completed %(course)s", course=course)


def verdict(one: Rated) -> str:
    """Whether it counts, and else why not."""
    if one.verdict is Verdict.OVER and one.last:
        return gettext("lapsed on %(day)s", day=in_words(one.last))
    if one.verdict is Verdict.NOT_YET and one.first:
        return gettext("counts from %(day)s", day=in_words(one.first))
    return {
        Verdict.COUNTS: gettext("counts today"),
        Verdict.SAME: gettext("another one of this level counts"),
        Verdict.LOWER: gettext("a higher level counts"),
        Verdict.EARLIER: gettext("a later one counts"),
        Verdict.WEAKER: gettext("a stronger source counts"),
    }[one.verdict]
