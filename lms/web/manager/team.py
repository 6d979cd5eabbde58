"""The team page: who is ready, who is close, who is stuck and on what; sorted and narrowed by links, and as a workbook.

*Print or save as PDF* is the browser's own, over a style sheet for paper. *Instead of:* a library that renders PDF on the
server: those that lay a page out need Pango and its kin on the machine, the others a second layout of every page.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.errors import NotFound, said
from lms.interop.sheets.sheet_write import to_workbook
from lms.services import waiting
from lms.services.access import Permission
from lms.services.team.board import Board, board
from lms.storage.session import db
from lms.web import pdf
from lms.web.context import site
from lms.web.door import Door, now
from lms.web.identity import actor
from lms.web.learner.waiting import place_of
from lms.web.manager import team_words as words
from lms.web.manager.heat import heat
from lms.web.manager.team_export import sheets
from lms.web.manager.team_rows import narrowed, ordered
from lms.web.translated import in_words

door = Door("team")

NUMBER = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
BELOW = {"1": True, "0": False}
"""Whether the address asks for the teams below too; without it the team itself decides."""
WAITING = 4
"""So many of the things that wait are shown on the team page."""
VIEWS = ("level", "gap", "change")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@door.reads("/team", Permission.TEAM_READ)
def index() -> str:
    """The first team that one manages."""
    return _page(None)


@door.reads("/team/<number:team_id>", Permission.TEAM_READ)
def show(team_id: int) -> str:
    """A team of one's line."""
    return _page(team_id)


@door.reads("/team/go", Permission.TEAM_READ)
def go() -> Response:
    """To the team that was chosen from the list, whatever the address of the form said else."""
    team, below = request.args.get("team", ""), request.args.get("below", "")
    if not NUMBER.fullmatch(team):
        return redirect(url_for("team.index"), 303)
    return redirect(url_for("team.show", team_id=int(team), below=below if below in BELOW else None), 303)


@door.reads("/team/waiting", Permission.TEAM_READ)
def waits() -> str:
    """What waits for the manager: a part of the page that comes after it, for it asks of every kind there is."""
    found = waiting.gather(db.session, actor(), now=now(), most=WAITING)
    return render_template("manager/team_waiting.html", items=found.items, total=found.total, address=place_of)


@door.reads("/team/<number:team_id>/export.xlsx", Permission.TEAM_READ)
def export(team_id: int) -> Response:
    """The table as a workbook: levels, gaps and changes, with everybody whom the page shows."""
    found = _board(team_id)
    if found is None:
        raise NotFound(said("There is no such team."))
    answer = make_response(to_workbook(sheets(_asked(found))))
    answer.headers["Content-Type"] = XLSX
    answer.headers["Content-Disposition"] = 'attachment; filename="team.xlsx"'
    return answer


@door.reads("/team/<number:team_id>/export.pdf", Permission.TEAM_READ)
def paper(team_id: int) -> Response:
    """The table on paper; where no PDF can be made, the page, which the browser prints."""
    found = _board(team_id)
    if found is None:
        raise NotFound(said("There is no such team."))
    if not pdf.available():
        return redirect(url_for("team.show", team_id=team_id, below=int(found.below)))
    return pdf.sent("team.html", "team", found=_asked(found), words=words, in_words=in_words)


def _page(team_id: int | None) -> str:
    found = _board(team_id)
    if found is None:
        return render_template("manager/team_none.html")
    view = request.args.get("view", "")
    view = view if view in VIEWS else VIEWS[0]
    shown = _asked(found)
    return render_template(
        "manager/team.html",
        found=found,
        view=view,
        heat=heat(shown, view, request.args.get("sort", "")),
        sort=request.args.get("sort", "name"),
        which=request.args.get("only", "all"),
        rated=any(level for row in found.rows for level in row.levels),
        words=words,
    )


def _asked(found: Board) -> Board:
    """The board with the rows that the address asks for, in its order."""
    rows = ordered(narrowed(found.rows, request.args.get("only", "")), request.args.get("sort", ""), found)
    return replace(found, rows=tuple(rows))


def _board(team_id: int | None) -> Board | None:
    below = BELOW.get(request.args.get("below", ""))
    return board(db.session, actor(), team_id, below=below, on=_today())


def _today() -> date:
    """The day that it is where the site is."""
    return now().astimezone(ZoneInfo(site().time_zone)).date()
