"""Fairness: how promotions were decided, by group, opened on record; and an adverse-impact table of one's own counts."""

from __future__ import annotations

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from lms.engine.judging import adverse_impact
from lms.engine.judging.adverse_impact import Ratio
from lms.engine.judging.fairness import Row
from lms.errors import Invalid, Problem
from lms.interop.sheets.selection_counts import read_counts
from lms.services.access import Permission, require
from lms.services.promotions import fairness
from lms.services.promotions.fairness import Figures
from lms.storage.session import db
from lms.web.door import Door, now
from lms.web.i18n import say
from lms.web.identity import actor
from lms.web.translated import decimal, gettext
from lms.web.wording import listed

door = Door("fairness")

Answer = str | Response | tuple[str, int]
LARGEST = 100_000
MANY = 4
DIMENSIONS = {
    "manager": lazy_gettext("By who decided"),
    "team": lazy_gettext("By team"),
    "role": lazy_gettext("By role"),
    "site": lazy_gettext("By site"),
    "tenure": lazy_gettext("By time in the organisation"),
    "working_time": lazy_gettext("By full or part time"),
}
WAITED = {
    "to-2": lazy_gettext("up to 2 days"),
    "to-7": lazy_gettext("3 to 7 days"),
    "to-14": lazy_gettext("8 to 14 days"),
    "to-28": lazy_gettext("15 to 28 days"),
    "over": lazy_gettext("more than 28 days"),
}


@door.reads("/fairness", Permission.FAIRNESS_READ)
def show() -> str:
    """The figures, once they were opened."""
    return _page()


@door.writes("/fairness/open", Permission.FAIRNESS_READ)
def open_figures() -> Response:
    """Open the figures: an entry of the audit."""
    fairness.open_figures(db.session, actor(), now=now())
    return redirect(url_for("fairness.show"), 303)


@door.writes("/fairness/impact", Permission.FAIRNESS_READ)
def impact() -> Answer:
    """The adverse-impact table of counts that were brought; shown at once, for nothing of it is kept to redirect to."""
    require(actor(), Permission.FAIRNESS_READ)
    file = request.files.get("file")
    try:
        found = adverse_impact.ratios(read_counts(file.read(LARGEST) if file else b""))
    except Invalid as refused:
        return _page(problems=list(refused.problems)), 422
    return _page(found)


def _page(ratios: Sequence[Ratio] | None = None, problems: list[Problem] | None = None) -> str:
    found = fairness.figures(db.session, actor(), now=now())
    return render_template(
        "manager/fairness.html",
        found=found,
        dimensions=DIMENSIONS,
        called=called,
        waited=WAITED,
        ratios=ratios,
        problems=problems or [],
        share=share,
        decimal=decimal,
    )


def called(found: Figures, dimension: str, row: Row) -> str:
    """What the groups of a row are called; of many only how many they are."""
    words = found.words[dimension]
    if not row.groups:
        return gettext("all groups together")
    if len(row.groups) > MANY:
        return gettext("%(count)s groups together", count=len(row.groups))
    return listed(say(words.get(group, group)) for group in row.groups)


def share(part: float) -> str:
    """A share of one as a percentage."""
    return gettext("%(percent)s %%", percent=decimal(round(100 * part)))
