"""What mails about cycles say: that ratings are asked of somebody, that some still are, and that results can be read.

They are made when they are sent, from what is asked then.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.services.learning import notices
from lms.services.organisation import people_shown
from lms.storage.cycles import Cycle, CycleResult, Sheet

Args = Mapping[str, Any]


def asked(session: Session, args: Args, _now: datetime) -> dict[str, Any] | None:
    """What one cycle asks of them; None once it asks nothing, or they want no such mail."""
    return _waiting(session, args, args["cycle"])


def nudge(session: Session, args: Args, _now: datetime) -> dict[str, Any] | None:
    """What any cycle asks of them."""
    return _waiting(session, args, None)


def closed(session: Session, args: Args, _now: datetime) -> dict[str, Any] | None:
    """A cycle says something of them; None when it is gone, or they want no such mail."""
    mine = select(CycleResult.id).where(CycleResult.cycle_id == args["cycle"], CycleResult.person_id == args["person"])
    cycle = session.get(Cycle, args["cycle"])
    if cycle is None or session.scalar(mine.limit(1)) is None or _muted(session, args, "answers"):
        return None
    return {"title": cycle.title, "link": f"{current_app.config['LMS_BASE_URL']}/ratings"}


def _waiting(session: Session, args: Args, cycle: int | None) -> dict[str, Any] | None:
    asked_ = (
        select(Sheet.id, Sheet.person_id, Cycle.title, Cycle.due)
        .join(Cycle, Cycle.id == Sheet.cycle_id)
        .where(Sheet.rater_id == args["person"], Sheet.state == "waiting", Cycle.state == "open")
    )
    if cycle is not None:
        asked_ = asked_.where(Sheet.cycle_id == cycle)
    rows = session.execute(asked_.order_by(Cycle.due, Sheet.id)).all()
    if not rows or _muted(session, args, "waiting"):
        return None
    known = people_shown.names(session, {row.person_id for row in rows})
    base = current_app.config["LMS_BASE_URL"]
    own = [row for row in rows if row.person_id == args["person"]]
    return {
        "count": len(rows),
        "title": rows[0].title if cycle is not None else "",
        "people": [str(known[row.person_id].name) for row in rows if row not in own],
        "own": bool(own),
        "due": rows[0].due,
        "link": f"{base}/ratings/{rows[0].id}" if len(rows) == 1 else f"{base}/ratings",
    }


def _muted(session: Session, args: Args, notice: str) -> bool:
    return bool(notices.muting(session, notice, [args["person"]]))
