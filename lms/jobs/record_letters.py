"""The mail about a development plan that waits for a signature. What the plan says stands in no mail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext
from sqlalchemy.orm import Session

from lms.services.learning import notices
from lms.services.organisation import people_shown
from lms.storage.person_records import DevelopmentPlan

Args = Mapping[str, Any]


def to_sign(session: Session, args: Args, _now: datetime) -> dict[str, Any] | None:
    """A contract that waits for this side; None once it does no more, or they want no such mail."""
    plan = session.get(DevelopmentPlan, args["plan"])
    if plan is None or plan.state != "contract" or notices.muting(session, "waiting", [args["person"]]):
        return None
    own = plan.person_id == args["person"]
    if (plan.person_signed_at if own else plan.manager_signed_at) is not None:
        return None
    path = "/record" if own else f"/people/{plan.person_id}"
    return {
        "own": own,
        "who": str(people_shown.names(session, [plan.person_id])[plan.person_id].name),
        "link": f"{current_app.config['LMS_BASE_URL']}{path}#plan",
    }


def subject_of_to_sign(values: dict[str, Any]) -> str:
    """Whose plan it is."""
    if values["own"]:
        return str(gettext("Your development plan waits for your signature"))
    return str(gettext("The development plan of %(who)s waits for your signature", who=values["who"]))
