"""A person's path, read by themselves and by the line above them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import render_template
from flask_babel import gettext

from lms.services import curricula, paths, people_shown
from lms.services.access import Permission
from lms.services.paths import Shown
from lms.storage.session import db
from lms.web.door import Door
from lms.web.identity import actor, me
from lms.web.wording import Wording, hours, plain_day

door = Door("path")


@door.reads("/path", Permission.OWN_PATH)
def mine() -> str:
    """One's own path."""
    return _page(me().actor.person_id or 0)


@door.reads("/people/<number:person_id>/path", Permission.PATH_READ)
def show(person_id: int) -> str:
    """The path of somebody whom one may see."""
    return _page(person_id)


def _page(person_id: int) -> str:
    shown = paths.show(db.session, actor(), person_id)
    whose = people_shown.names(db.session, [person_id])[person_id]
    own = person_id == actor().person_id
    if shown.path is None or shown.document is None:
        return render_template("learner/none.html", shown=shown, whose=whose, own=own)
    version = curricula.version(db.session, shown.path.version_id)
    wording = Wording(version.curriculum)
    return render_template(
        "learner/path.html",
        shown=shown,
        document=shown.document,
        whose=whose,
        own=own,
        wording=wording,
        target=", ".join(map(wording.role, shown.document["roles"])),
        version_number=version.number,
        blockers=list(blockers(shown, wording)),
        hours=hours,
        plain_day=plain_day,
    )


def blockers(shown: Shown, wording: Wording) -> Iterator[dict[str, Any]]:
    """What stands between the person and the target: unmet requirements first, then open gates.

    What a course closes is to do; what no course can give waits.
    """
    assert shown.document is not None
    unreachable = {str(one["requirement"]): one["why"] for one in shown.document["unmet"]}
    for gap in shown.document["gaps"]:
        asked = gap.get("requirement") or {"competency": gap["competency"], "level": gap["required"]}
        why = unreachable.get(str(asked))
        held = gettext("Now at level %(level)s", level=wording.level(gap["held"])) if gap.get("held") else None
        yield {
            "status": "expired" if why else "ready",
            "title": _sentence(wording.plain(asked)),
            "why": gettext("No course leads there: %(why)s", why=why) if why else held,
        }
    for gate in shown.document["gates"]:
        if not gate["met"]:
            yield {
                "status": "waits",
                "title": _sentence(wording.gate_of(gate)),
                "why": gettext("From %(day)s", day=plain_day(gate["on"])) if gate["on"] else None,
            }


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
