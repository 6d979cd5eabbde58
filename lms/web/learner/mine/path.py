"""My path: what blocks the promotion, the likely date, the one next step. Read by oneself and by the line above."""

from __future__ import annotations

import json
import shlex
from typing import Any
from urllib.parse import quote_plus

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.errors import NotFound, said
from lms.services import paths
from lms.services.access import Permission
from lms.services.authoring import pins
from lms.services.learning.my_path import MyPath, my_path
from lms.services.learning.own_order import movable
from lms.services.learning.preview import at_hours
from lms.services.promotions import listing
from lms.storage.session import db
from lms.web import pdf
from lms.web.door import Door, now
from lms.web.identity import actor
from lms.web.learner.mine import path_blockers, path_change, path_trail
from lms.web.learner.mine.move import hours_given
from lms.web.learner.mine.path_climb import Climb, climb
from lms.web.learner.mine.path_climb import preview as preview_of
from lms.web.learner.mine.path_ideas import ideas
from lms.web.manager.promote import promotions_words
from lms.web.translated import gettext
from lms.web.wording import Wording, hours, plain_day

door = Door("path")


@door.reads("/path", Permission.OWN_PATH)
def mine() -> str:
    """One's own path; with `?hours=` its date at other hours a week, as the slider shows it without JavaScript."""
    return _own("learner/path.html", most=path_trail.SHOWN)


@door.reads("/path/preview", Permission.OWN_PATH)
def preview() -> str:
    """The date and the drawing alone, at other hours a week; nothing is stored."""
    return _own("learner/path_preview.html", most=0)


@door.reads("/people/<number:person_id>/path", Permission.PATH_READ)
def show(person_id: int) -> str:
    """The path of somebody whom one may see."""
    return _shown("learner/path.html", my_path(db.session, actor(), person_id, brief=True), most=path_trail.SHOWN)


@door.reads("/path/steps", Permission.OWN_PATH)
def steps() -> str:
    """Every step of one's own path, in a list in which they can be moved."""
    shown = my_path(db.session, actor(), actor().person_id or 0)
    if shown.document is None or shown.version is None:
        return _none(shown, own=True)
    wording = Wording(shown.version.curriculum)
    return render_template(
        "learner/steps_all.html",
        shown=shown,
        target=", ".join(map(wording.role, shown.document["roles"])),
        steps=list(path_trail.trail(shown, wording, most=None)),
        movable=movable(shown.document, shown.version.curriculum),
    )


@door.reads("/path/<any(path, person):what>.json", Permission.OWN_PATH)
def export(what: str) -> Response:
    """The path as `lms-path/1`, or the person it was planned from as `lms-person/1`: `lms plan` gives the same again."""
    found = paths.show(db.session, actor(), actor().person_id or 0).path
    if found is None or not found.asked:
        raise NotFound(said("There is no path yet."))
    document = json.loads(found.document if what == "path" else found.asked)
    text = json.dumps(document if what == "path" else document["person"], ensure_ascii=False, indent=1)
    answer = Response(text + "\n", mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{what}.json"'
    return answer


@door.reads("/path.pdf", Permission.OWN_PATH)
def own_paper() -> Response:
    """One's own path on paper, every step of it; where no PDF can be made, the page, which the browser prints."""
    return _paper(my_path(db.session, actor(), actor().person_id or 0), url_for("path.mine"))


@door.reads("/people/<number:person_id>/path.pdf", Permission.PATH_READ)
def paper(person_id: int) -> Response:
    """The same of somebody whom one may see."""
    return _paper(my_path(db.session, actor(), person_id), url_for("path.show", person_id=person_id))


@door.writes("/path/version/<number:curriculum_id>/leave", Permission.PLAN_OWN)
def move_on(curriculum_id: int) -> Response:
    """Stay no longer on an older version of a curriculum."""
    pins.move_on(db.session, actor(), curriculum_id, now=now())
    flash(gettext("The newest version counts for you now, and your path was planned again over it."), "ok")
    return redirect(url_for("path.mine"), 303)


def _own(template: str, *, most: int | None) -> str:
    shown = my_path(db.session, actor(), actor().person_id or 0, brief=True)
    asked = hours_given(request.args.get("hours", ""))
    other = None
    if asked is not None and shown.path is not None and shown.plan is not None:
        row = at_hours(db.session, actor(), asked, now=now()) if asked != shown.plan.weekly_hundredths else None
        other = preview_of(shown, row, asked) if row else None
    return _shown(template, shown, most=most, other=other)


def _none(shown: MyPath, *, own: bool) -> str:
    """The page of who has no path, which says too where they stay on an older version."""
    stays = pins.stays(db.session, actor(), shown.person_id, now=now())
    return render_template("learner/none.html", shown=shown, own=own, stays=stays, plain_day=plain_day)


def _shown(template: str, shown: MyPath, *, most: int | None, other: Climb | None = None) -> str:
    own = shown.person_id == actor().person_id
    if shown.path is None or shown.document is None or shown.version is None:
        return _none(shown, own=own)
    address = Addresses(url_for("steps.show") if own else url_for("steps.of", person_id=shown.person_id))
    promotion = listing.of_number(db.session, actor(), shown.promotion, now=now()) if shown.promotion else None
    seen = {"own": own, "address": address, "climb": other or climb(shown), "promotion": promotion}
    return render_template(template, promoting=promotions_words, **seen, **view(shown, most=most))


def _paper(shown: MyPath, page: str) -> Response:
    if not pdf.available() or shown.path is None or shown.document is None or shown.version is None:
        return redirect(page)
    own = shown.person_id == actor().person_id
    return pdf.sent("path.html", "path", own=own, climb=climb(shown), **view(shown, most=None))


class Addresses(dict[str, str]):
    """The address of each course's step, on the page at `base`; made when it is first asked for."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base

    def __missing__(self, course: str) -> str:
        self[course] = address = f"{self.base}?course={quote_plus(course)}"
        return address


def view(shown: MyPath, *, most: int | None) -> dict[str, Any]:
    """What the templates of a path take, of a person who has one."""
    assert shown.path is not None
    assert shown.document is not None
    assert shown.version is not None
    document, wording = shown.document, Wording(shown.version.curriculum)
    steps = list(path_trail.trail(shown, wording, most=most))
    labels = {step.course: step.label for step in steps}
    blockers = path_blockers.blockers(shown, wording)
    see = gettext("See the step")
    return {
        "shown": shown,
        "document": document,
        "wording": wording,
        "target": ", ".join(map(wording.role, document["roles"])),
        "version_number": shown.version.number,
        "blockers": blockers,
        "groups": path_blockers.by_group(blockers),
        "met": path_blockers.met(shown, wording),
        "first": path_trail.first_step(shown),
        "steps": steps,
        "labels": labels,
        "actions": {one.course: see for one in blockers} | labels,
        "done": [wording.course(course) for course, _ in shown.path.elevation.get("done", ())],
        "ideas": ideas(shown, wording),
        "command": command(shown),
        "change": path_change.told(shown.path.change, wording) if shown.path.change else None,
        "hours": hours,
        "plain_day": plain_day,
    }


def command(shown: MyPath) -> str:
    """The command line that gives the same path from the person's download and the curriculum."""
    assert shown.document is not None
    words = ["lms", "plan", "CURRICULUM", "person.json", "--on", shown.document["on"]]
    if shown.document["minimise"] != "hours":
        words += ["--minimise", shown.document["minimise"]]
    for course in shown.plan.own_order if shown.plan else ():
        words += ["--order", course]
    return shlex.join(words)
