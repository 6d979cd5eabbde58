"""The first page of everybody who signed in: what they most likely came for, by what they are."""

from __future__ import annotations

from typing import Any

from flask import render_template

from lms.services import curricula, paths, waiting
from lms.services.access import Permission, Right, can
from lms.services.organisation import overview
from lms.storage.session import db
from lms.web.door import Door, now
from lms.web.identity import actor
from lms.web.learner.mine.path_dates import dates_of
from lms.web.wording import Wording, hours, plain_day

door = Door("home")


@door.reads("/", Permission.HOME)
def show() -> str:
    """One's own path, the line below, the curricula one owns, what is left to set up: whichever apply."""
    who = actor()
    return render_template(
        "home/show.html",
        own=_own_path() if can(who, Permission.OWN_PATH) else None,
        line=overview.line(db.session, who) if can(who, Permission.TEAM_READ) else None,
        waits=waiting.count(db.session, who, now=now()),
        roles=_titles_of_roles(),
        mine=[one for one in curricula.visible(db.session, who) if one.id in who.owned],
        trains=Right.TRAINER in who.rights,
        checklist=overview.checklist(db.session, who, now=now()) if can(who, Permission.PEOPLE_READ) else None,
        hours=hours,
        plain_day=plain_day,
    )


def _own_path() -> dict[str, Any]:
    who = actor()
    shown = paths.show(db.session, who, who.person_id or 0)
    if shown.path is None or shown.document is None:
        return {"shown": shown}
    wording = Wording(curricula.version(db.session, shown.path.version_id).curriculum)
    target = ", ".join(map(wording.role, shown.document["roles"]))
    steps = shown.document["steps"]
    following = wording.course(steps[0]["course"]) if steps else None
    likely = dates_of(shown.document, shown.path.likely, None).big if steps else None
    return {
        "shown": shown,
        "document": shown.document,
        "target": target,
        "next": following,
        "first": steps[:1],
        "likely": likely,
    }


def _titles_of_roles() -> dict[str, str]:
    used = reversed(curricula.in_use(db.session, now().date()))
    return {role.id: role.title for one in used for role in one.curriculum.roles}
