"""What the pages about people say for codes: rights, states of a path, actions of the audit; and lists to choose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from flask_babel import format_decimal, gettext, lazy_gettext
from sqlalchemy.orm import Session

from lms.errors import said
from lms.services import curricula
from lms.services.curricula import Published
from lms.services.organisation import teams
from lms.services.organisation.leaving import OpenItems
from lms.services.organisation.people_list import Listed
from lms.services.organisation.people_shown import Named
from lms.services.organisation.person_page import Above
from lms.services.running.audit_words import words_of
from lms.web.i18n import LANGUAGES, say
from lms.web.translated import in_words

RIGHTS: dict[str, Any] = {
    "rep": lazy_gettext("Rep: has a path of their own"),
    "trainer": lazy_gettext("Trainer: writes and publishes the curricula they own"),
    "administrator": lazy_gettext("Administrator: people, teams, rights and settings; needs a second factor"),
    "auditor": lazy_gettext("Auditor: reads everything here, changes nothing"),
    "assessor": lazy_gettext("Assessor: rates what is handed to them, and records what they see on the job"),
    "names": lazy_gettext("Names: as a trainer, sees by name whose path a change would alter; each look is audited"),
    "fairness": lazy_gettext("Fairness: sees how promotions were decided, in figures of groups; each look is audited"),
    "recruiter": lazy_gettext(
        "Recruiter: works on openings and candidates, and sees how near colleagues are to the role"
    ),
}
"""Each right that can be given, with what it means."""

RIGHT_NAMES: dict[str, Any] = {
    "rep": lazy_gettext("Rep"),
    "trainer": lazy_gettext("Trainer"),
    "manager": lazy_gettext("Manager"),
    "administrator": lazy_gettext("Administrator"),
    "auditor": lazy_gettext("Auditor"),
    "assessor": lazy_gettext("Assessor"),
    "names": lazy_gettext("Names"),
    "fairness": lazy_gettext("Fairness"),
    "recruiter": lazy_gettext("Recruiter"),
}

WORKING_TIMES: dict[str, Any] = {
    "full-time": lazy_gettext("Full time"),
    "part-time": lazy_gettext("Part time"),
}
"""What a person's working time is called."""

NOT_ACTIVE = said("This person is not active any more. Nothing was changed.")


def hundredths(hours: Decimal) -> int:
    """Hours as hundredths of one."""
    return int((hours * 100).to_integral_value(ROUND_HALF_UP))


def action(code: str) -> str:
    """What an action of the audit is called."""
    return say(words_of(code)[0])


def shown(one: Listed) -> Named:
    """The person as pages name them."""
    return Named(one.id, one.name or said("Former colleague %(number)s", number=one.id))


def path_words(one: Listed) -> str:
    """Where somebody's path stands: 12 of 15 met, likely 3 Mar 2027."""
    if one.met is not None and not one.behind:
        values = {"met": one.met, "required": one.required}
        if one.met == one.required:
            return gettext("All %(required)s met", **values)
        if one.likely is None:
            return gettext("%(met)s of %(required)s met", **values)
        day = in_words(one.likely)
        return gettext("%(met)s of %(required)s met, likely %(day)s", day=day, **values)
    if one.behind:
        return gettext("Being recalculated")
    return {
        "unknown-role": gettext("The target role is gone"),
        "not-published": gettext("The curriculum is not published"),
    }.get(one.why_none or "", gettext("No target yet"))


def targets(one: Listed, titles: Mapping[tuple[int, str], str]) -> str:
    """The target roles by their titles."""
    by_id = {role: title for (_, role), title in titles.items()}
    if one.role:
        by_id |= {role: title for (number, role), title in titles.items() if number == one.role.curriculum_id}
    return ", ".join(by_id.get(target, target) for target in one.targets)


def hours(one: Listed) -> str:
    """The hours of study a week, without needless noughts."""
    return format_decimal(Decimal(one.weekly_hundredths or 0) / 100)


def manager(above: Sequence[Above]) -> Above | None:
    """Who manages the person: the nearest place in the line that has somebody."""
    return next((place for place in above if place.manager), None)


def line(above: Sequence[Above]) -> str:
    """The teams above the person, the nearest first."""
    return " › ".join(place.team for place in above)


def managed(items: OpenItems) -> str:
    """The teams somebody manages."""
    return ", ".join(name for _, name in items.teams)


def role_titles(session: Session, on: date) -> dict[tuple[int, str], str]:
    """The titles of the roles of the curricula in use on a day, by curriculum and id."""
    return {
        (one.curriculum_id, role.id): role.title
        for one in reversed(curricula.in_use(session, on))
        for role in one.curriculum.roles
    }


def role_choices(offered: Sequence[Published]) -> list[tuple[str, str]]:
    """The roles on offer, as `curriculum:role`; with the curriculum's title where there are several."""
    return [
        (
            f"{one.curriculum_id}:{role.id}",
            role.title if len(offered) == 1 else f"{role.title} ({one.curriculum.title})",
        )
        for one in offered
        for role in one.curriculum.roles
    ]


def target_choices(offered: Sequence[Published], curriculum_id: int | None = None) -> list[tuple[str, str]]:
    """The roles that can be a target: those of one curriculum, or of all on offer."""
    having = [one for one in offered if curriculum_id in {None, one.curriculum_id}]
    return list({role.id: role.title for one in having for role in one.curriculum.roles}.items())


def role_of(choice: str) -> tuple[str | None, int | None]:
    """The role and the curriculum of a choice of `role_choices`; both None for no role."""
    number, _, role = choice.partition(":")
    return (role, int(number)) if role else (None, None)


def team_choices(session: Session) -> list[tuple[str, str]]:
    """The teams as an indented list."""
    return [(str(one.id), "\u2003" * one.depth + one.name) for one in teams.tree(session)]


def language_choices() -> list[tuple[str, str]]:
    """The languages of the site, first that of the site or the browser."""
    return [("", gettext("As the site or the browser says")), *LANGUAGES.items()]
