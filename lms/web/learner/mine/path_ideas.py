"""The ready-made what-ifs beside a path: links that only name what could be asked, so they cost the page nothing."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from lms.services.learning import what_if
from lms.services.learning.my_path import MyPath
from lms.web.translated import decimal, gettext, in_words
from lms.web.wording import Wording


@dataclass(frozen=True, slots=True)
class Idea:
    """A what-if in words, and where it is answered."""

    title: str
    url: str


def ideas(shown: MyPath, wording: Wording) -> list[Idea]:
    """More hours, a session missed, a role further on: whichever could be."""
    assert shown.document is not None
    weekly = shown.plan.weekly_hundredths if shown.plan else 400
    return [_idea(one, weekly, wording) for one in what_if.suggestions(shown.document, wording.curriculum, weekly)]


def _idea(one: what_if.Suggestion, weekly: int, wording: Wording) -> Idea:
    if one.kind == "hours":
        words = gettext(
            "You take %(more)s h a week instead of %(now)s",
            more=decimal(one.hundredths / 100),
            now=decimal(weekly / 100),
        )
        return Idea(words, url_for("what_if.index", hours=f"{one.hundredths / 100:g}"))
    if one.kind == "missed":
        assert one.day is not None
        words = gettext("You miss %(course)s on %(day)s", course=wording.course(one.course), day=in_words(one.day))
        return Idea(words, url_for("what_if.index", missed=one.course))
    return Idea(gettext("You aim for %(role)s", role=wording.role(one.role)), url_for("what_if.index", role=one.role))
