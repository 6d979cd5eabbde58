"""What mails about rules say: that a rule set a target, that its day comes near, and what a maker's rules did."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from lms.services import curricula
from lms.services.learning import notices
from lms.services.rules import standing
from lms.storage.rules import AssignmentRule

Args = Mapping[str, Any]


def aim(session: Session, args: Args, _now: datetime) -> dict[str, Any] | None:
    """The target that a rule gave its reader; None once it is another, or they want no such mail."""
    rule = session.get(AssignmentRule, args["rule"])
    held = standing.set_by(session, args["person"])
    if rule is None or held is None or held.target != rule.target or _muted(session, args, "aims"):
        return None
    return {
        "what": args["what"],
        "role": _title(session, rule.curriculum_id, rule.target),
        "by": str(held.by.name),
        "aim": held.aim,
        "link": f"{current_app.config['LMS_BASE_URL']}/path",
        "plan": f"{current_app.config['LMS_BASE_URL']}/plan",
    }


def report(session: Session, args: Args, _now: datetime) -> dict[str, Any] | None:
    """What the rules of its reader did; None when they want no such mail."""
    if _muted(session, args, "rules"):
        return None
    rules = {number: session.get_one(AssignmentRule, number) for number, *_ in args["rules"]}
    did = [
        {
            "role": _title(session, rules[number].curriculum_id, rules[number].role),
            "target": _title(session, rules[number].curriculum_id, rules[number].target),
            "set": set_,
            "kept": kept,
            "already": already,
        }
        for number, set_, kept, already in args["rules"]
    ]
    return {
        "rules": did,
        "people": sum(one["set"] for one in did),
        "link": f"{current_app.config['LMS_BASE_URL']}/rules",
    }


def subject_of_aim(values: Mapping[str, Any]) -> str:
    """The subject of `aim`."""
    if values["what"] == "near":
        return str(gettext("The day comes near by which you aim at %(role)s", role=values["role"]))
    return str(gettext("You aim at %(role)s now", role=values["role"]))


def subject_of_report(values: Mapping[str, Any]) -> str:
    """The subject of `report`."""
    people = values["people"]
    return str(
        ngettext("A rule of yours gave %(num)s person a target", "Rules of yours gave %(num)s people a target", people)
    )


def _title(session: Session, curriculum_id: int, role: str) -> str:
    """The role as the published version calls it, else its id."""
    offered = (one.curriculum for one in curricula.published(session) if one.curriculum_id == curriculum_id)
    known = next((one.role_by_id for one in offered if role in one.role_by_id), {})
    return known[role].title if role in known else role


def _muted(session: Session, args: Args, notice: str) -> bool:
    return bool(notices.muting(session, notice, [args["person"]]))
