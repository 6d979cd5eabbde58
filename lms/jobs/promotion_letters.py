"""What mails about promotions say: that a case waits for a decision, how it was decided, and what else happened to it.

They are made when they are sent: what is said in them stands in no job.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.services import calendar
from lms.services.learning import notices
from lms.services.organisation import people_shown
from lms.services.promotions import cases, deciders, freezing, texts
from lms.storage.promotions import Promotion, PromotionCondition, PromotionDecision, PromotionMark

Args = Mapping[str, Any]


def waits(session: Session, args: Args, now: datetime) -> dict[str, Any] | None:
    """A case that waits for its reader; None once it does not, or they want no such mail."""
    case = session.get(Promotion, args["promotion"])
    if case is None or args["person"] not in deciders.next_of(session, case) or _muted(session, args, "waiting"):
        return None
    appeal = cases.appeal_of(session, case)
    due = appeal.decide_by if appeal is not None and appeal.state == "open" else case.decide_by
    return {**_case(session, case, now), "what": args["what"], "due": due}


def decided(session: Session, args: Args, now: datetime) -> dict[str, Any] | None:
    """How a case was decided, by whom, and with which words; always sent."""
    case = session.get(Promotion, args["promotion"])
    rows = select(PromotionDecision).where(PromotionDecision.promotion_id == args["promotion"])
    decision = session.scalars(rows.order_by(PromotionDecision.id.desc()).limit(1)).first()
    if case is None or decision is None:
        return None
    bound = session.scalars(select(PromotionCondition).where(PromotionCondition.promotion_id == case.id)).all()
    words = texts.of(session, texts.CONDITION, [one.id for one in bound])
    return {
        **_case(session, case, now),
        "mine": args["person"] == case.person_id,
        "approved": decision.outcome == "approved",
        "by": _name(session, decision.decided_by),
        "starts": decision.starts,
        "appealed": decision.instance == "appeal",
        "reasons": texts.of(session, texts.REASONS, [decision.id]).get(decision.id),
        "change": texts.of(session, texts.CHANGE, [decision.id]).get(decision.id),
        "conditions": [(words.get(one.id, ""), one.due) for one in bound],
        "days": cases.APPEAL_WITHIN.days,
    }


def news(session: Session, args: Args, now: datetime) -> dict[str, Any] | None:
    """What else happened to a case."""
    case = session.get(Promotion, args["promotion"])
    notice = "answers" if case is not None and args["person"] == case.person_id else "waiting"
    if case is None or _muted(session, args, notice):
        return None
    mark = session.get(PromotionMark, args["mark"]) if "mark" in args else None
    return {
        **_case(session, case, now),
        "what": args["what"],
        "by": _name(session, case.reviewer_id),
        "due": mark.answer_by if mark else case.decide_by,
        "system": case.how == "system",
    }


def subject_of_waits(values: Mapping[str, Any]) -> str:
    """The subject of `waits`."""
    names = {"who": values["who"], "role": values["role"]}
    if values["what"] == "appeal":
        return str(gettext("%(who)s appeals: promotion to %(role)s", **names))
    if values["what"] == "nudge":
        return str(gettext("Still waits for you: promotion of %(who)s to %(role)s", **names))
    return str(gettext("%(who)s, promotion to %(role)s: you decide next", **names))


def subject_of_decided(values: Mapping[str, Any]) -> str:
    """The subject of `decided`."""
    names = {"who": values["who"], "role": values["role"]}
    if values["approved"]:
        return str(gettext("Approved: %(who)s is promoted to %(role)s", **names))
    return str(gettext("Declined for now: promotion of %(who)s to %(role)s", **names))


def subject_of_news(values: Mapping[str, Any]) -> str:
    """The subject of `news`."""
    names = {"who": values["who"], "role": values["role"]}
    subjects: dict[str, str] = {
        "opened": gettext("Your promotion to %(role)s can be submitted", **names),
        "submitted": gettext("Your promotion to %(role)s was submitted", **names),
        "review": gettext("Your promotion to %(role)s is in review", **names),
        "withdrawn": gettext("Withdrawn: promotion of %(who)s to %(role)s", **names),
        "condition": gettext("A condition of your promotion to %(role)s is met", **names),
        "marked": gettext("%(who)s marks an entry as wrong: promotion to %(role)s", **names),
        "answered": gettext("Your mark in the promotion to %(role)s was answered", **names),
    }
    return subjects[values["what"]]


def _case(session: Session, case: Promotion, now: datetime) -> dict[str, Any]:
    version = freezing.version_of(session, case, calendar.today(session, now=now))
    role = version.curriculum.role_by_id.get(case.role) if version else None
    return {
        "who": _name(session, case.person_id),
        "role": role.title if role else case.role,
        "link": f"{current_app.config['LMS_BASE_URL']}/promotions/{case.id}",
    }


def _name(session: Session, person: int | None) -> str:
    return str(people_shown.names(session, [person])[person].name) if person else ""


def _muted(session: Session, args: Args, notice: str) -> bool:
    return bool(notices.muting(session, notice, [args["person"]]))
