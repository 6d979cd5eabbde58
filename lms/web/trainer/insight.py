"""Insight: where people stall, what nobody chooses, what hangs by a thread, seats by month, and bottlenecks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.errors import NotFound, said
from lms.interop.sheets.sheet_write import to_csv, to_xlsx
from lms.services import curricula
from lms.services.access import Permission
from lms.services.authoring import drafts
from lms.services.authoring.insight import insight
from lms.storage.session import db
from lms.web.assets import here
from lms.web.door import Door, now
from lms.web.identity import actor
from lms.web.trainer import insight_seat_words, insight_words
from lms.web.trainer.insight_export import TABLES, table
from lms.web.wording import Wording

door = Door("insight")

ROWS, MONTHS = 6, 12
"""So many rows of each table are shown until all are asked for, and so many months from this one on."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@door.reads("/curricula/<number:curriculum_id>/insight", Permission.INSIGHT_READ)
def show(curriculum_id: int) -> str:
    """What paths and ledger say about a curriculum."""
    found = insight(db.session, actor(), curriculum_id, now=now())
    row = curricula.readable(db.session, actor(), curriculum_id)
    if found is None:
        return render_template("trainer/insight_none.html", row=row)
    return render_template(
        "trainer/insight.html",
        row=row,
        found=found,
        words=Wording(found.published.curriculum),
        say=insight_words,
        seat=insight_seat_words,
        cut=_cut,
        months=_months(found.on),
        editor=_editor(curriculum_id),
        completion={course.id: course.completion.value for course in found.published.curriculum.courses},
    )


@door.reads("/curricula/<number:curriculum_id>/insight/table.<any(csv, xlsx):form>", Permission.INSIGHT_READ)
def export(curriculum_id: int, form: str) -> Response:
    """One table of it, named by `table`, as a file."""
    name = request.args.get("table", "stalls")
    found = insight(db.session, actor(), curriculum_id, now=now())
    if found is None or name not in TABLES:
        raise NotFound(said("There is no such table."))
    title, header, rows = table(name, found, Wording(found.published.curriculum))
    answer = make_response(to_csv(header, rows) if form == "csv" else to_xlsx(title, header, rows))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8" if form == "csv" else XLSX
    answer.headers["Content-Disposition"] = f'attachment; filename="insight-{name}.{form}"'
    return answer


def _cut(name: str, rows: list[object]) -> list[object]:
    """The rows of a table that are shown."""
    return rows if request.args.get("all") == name else rows[:ROWS]


def _months(on: date) -> list[date]:
    return [date(on.year + (on.month - 1 + n) // 12, (on.month - 1 + n) % 12 + 1, 1) for n in range(MONTHS)]


def _editor(curriculum_id: int) -> Callable[[str, str], str | None]:
    """Where a course or a competency is edited, for whoever may and while the draft still has it."""
    if not drafts.may_edit(actor(), curriculum_id):
        return lambda _kind, _id: None
    value, back = drafts.open_draft(db.session, actor(), curriculum_id).value, here()

    def address(kind: str, key: str) -> str | None:
        if key not in (value.course_by_id if kind == "course" else value.competency_by_id):
            return None
        return url_for("editor.show", curriculum_id=curriculum_id, kind=kind, id=key, back=back)

    return address
