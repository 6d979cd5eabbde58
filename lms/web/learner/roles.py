"""The roles of the published curricula, one role with everything it asks, and the career map."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import format_currency, format_decimal, gettext, ngettext

from lms.errors import NotFound, said
from lms.services.access import Permission
from lms.services.learning import role_pages
from lms.services.learning.role_pages import Distance, Offer
from lms.services.learning.usual_time import Usual
from lms.storage.session import db
from lms.web.context import site
from lms.web.door import Door, now
from lms.web.identity import actor
from lms.web.learner import role_map
from lms.web.translated import in_words
from lms.web.wording import Wording, hours

door = Door("roles")


@door.reads("/roles", Permission.CURRICULUM_READ)
def index() -> str:
    """Every role, by curriculum and family."""
    found = role_pages.offers(db.session, actor(), now=now())
    return render_template("learner/roles.html", offers=found, families=families, **_words())


@door.reads("/roles/one", Permission.CURRICULUM_READ)
def show() -> str:
    """One role."""
    role, curriculum_id = request.args.get("role", ""), _curriculum()
    found = role_pages.page(db.session, actor(), role, curriculum_id, now=now())
    curriculum = found.offer.version.curriculum
    return render_template(
        "learner/role.html",
        found=found,
        wording=Wording(curriculum),
        titles={one.level: one.title for one in curriculum.scale},
        next_roles=[curriculum.role_by_id[after] for after in found.seen.role.next],
        own_version=found.offer.own,
        sentence=lambda words: words[:1].upper() + words[1:],
        **_words(),
    )


@door.reads("/roles/map", Permission.CURRICULUM_READ)
def map() -> str:  # noqa: A001 - the endpoint is roles.map
    """The career map of one curriculum."""
    found = role_pages.offer(db.session, actor(), _curriculum(), now=now())
    layers = role_pages.layers(found) if found else ()
    return render_template(
        "learner/role_map.html",
        offer=found,
        layers=layers,
        drawn=role_map.drawing(layers),
        sizes=role_map,
        **_words(),
    )


def families(offer: Offer) -> dict[str, list[role_pages.Seen]]:
    """The roles by family, in the order in which the curriculum first names each; those without one last."""
    found: dict[str, list[role_pages.Seen]] = {}
    for one in sorted(offer.roles, key=lambda one: not one.role.family):
        found.setdefault(one.role.family or "", []).append(one)
    return found


def study(far: Distance) -> str:
    """The hours of study to a role; about so many where the search for the best way was stopped."""
    told = hours(far.hours / 100)
    return told if far.proven else gettext("about %(hours)s", hours=told)


def months(far: Distance) -> str:
    """The months to a role in words: about 4 months."""
    if far.months is None:
        return gettext("no courses lead there")
    if not far.months:
        return gettext("nothing to study")
    if far.months < 1:
        return gettext("less than a month")
    whole = round(far.months)
    return ngettext("about %(num)s month", "about %(num)s months", whole)


def far_words(far: Distance) -> str:
    """What stands under the months: the day of it, or what is left where there is nothing to study."""
    if far.ready_on is None:
        return gettext("The requirements below say what is missing")
    if far.met == far.required:
        return gettext("Every requirement is met")
    if not far.months:
        return gettext("What is left no course can give")
    return gettext("At your hours a week, trained by %(day)s", day=in_words(far.ready_on))


def usual(found: Usual) -> str:
    """How long people usually hold the role."""
    if found.months is None:
        return gettext("Not enough data: fewer than %(least)s people have gone on from this role.", least=5)
    held = format_decimal(round(found.months))
    return ngettext(
        "%(months)s months in this role before the next one (the median of %(num)s person)",
        "%(months)s months in this role before the next one (the median of %(num)s people)",
        found.people,
        months=held,
    )


def _words() -> dict[str, Any]:
    return {
        "hours": hours,
        "study": study,
        "months": months,
        "far_words": far_words,
        "usual": usual,
        "in_words": in_words,
        "money": lambda hundredths: format_currency(hundredths / 100, site().currency),
    }


def _curriculum() -> int | None:
    """The number of the curriculum that the address names; None where it names none."""
    text = request.args.get("curriculum", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise NotFound(said("There is no such curriculum."))
    return int(text)
