"""Bringing history: choose what, send a file, look at the difference, import it, and what comes after."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext, ngettext
from werkzeug.wrappers import Response

from lms.errors import Invalid
from lms.interop.sheets.sheet_write import template_csv, template_xlsx, to_csv
from lms.services import imports
from lms.services.access import Permission
from lms.services.imports import History, Outdated, Preview, past, uploads
from lms.storage.session import db
from lms.storage.uploads import Upload
from lms.web.admin.imports_forms import FileForm, columns_form, mapping_of
from lms.web.door import Door, now
from lms.web.i18n import say
from lms.web.identity import actor

door = Door("imports")

Answer = str | Response | tuple[str, int]
MAY = Permission.HISTORY_IMPORT
KINDS = "any(people, completions, evidence, outcomes)"
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 10_000
"""Rows of a file that is read and written while somebody waits; larger ones are for the command line."""
MOST_SHOWN = 50
"""Problems and changes that a page lists; the others are counted."""
NEW_SHOWN = 15
"""As many of what is new: a look at whether the columns were read as meant."""
ICONS = ("users", "graduation-cap", "badge-check", "chart-line")

TITLES = {
    History.PEOPLE: lazy_gettext("People"),
    History.COMPLETIONS: lazy_gettext("Completions"),
    History.EVIDENCE: lazy_gettext("Evidence"),
    History.OUTCOMES: lazy_gettext("Outcomes"),
}
LEADS = {
    History.PEOPLE: lazy_gettext("Who works here, in which team, in which role since when, and on the way to what."),
    History.COMPLETIONS: lazy_gettext("Courses that people completed before they came here, or elsewhere."),
    History.EVIDENCE: lazy_gettext("Ratings of competencies by managers, assessors, tests and people themselves."),
    History.OUTCOMES: lazy_gettext("Results by month, such as quota attainment from the CRM."),
}


@door.reads("/admin/import", MAY)
def index() -> str:
    """What can be brought, and what was."""
    kinds = [(history, TITLES[history], LEADS[history], icon) for history, icon in zip(History, ICONS, strict=True)]
    return render_template("imports/index.html", kinds=kinds, titles=TITLES, past=past.latest(db.session, actor()))


@door.reads(f"/admin/import/<{KINDS}:kind>", MAY)
def new(kind: str) -> str:
    """The form to send a file with."""
    return _new(History(kind), FileForm())


@door.writes(f"/admin/import/<{KINDS}:kind>", MAY)
def send(kind: str) -> Answer:
    """Keep the file, and go to its preview."""
    form = FileForm()
    if not form.validate_on_submit():
        return _new(History(kind), form), 422
    try:
        name, data = form.file.data.filename or "", form.file.data.read()
        upload = uploads.keep(db.session, actor(), History(kind), name, data, now=now())
    except Invalid as refused:
        form.take(refused)
        return _new(History(kind), form), 422
    return redirect(url_for("imports.look", upload_id=upload.id), 303)


@door.reads(f"/admin/import/<{KINDS}:kind>/template.<any(csv, xlsx):form>", MAY)
def template(kind: str, form: str) -> Response:
    """An empty sheet with the right columns and one example."""
    sheet = History(kind).sheet
    return _file(template_csv(sheet) if form == "csv" else template_xlsx(sheet), f"{kind}.{form}")


@door.reads("/admin/import/file/<number:upload_id>", MAY)
def look(upload_id: int) -> str:
    """What importing the file would do, or what is wrong with it."""
    upload = uploads.kept(db.session, actor(), upload_id, now=now())
    return _shown(upload, _preview(upload))


@door.writes("/admin/import/file/<number:upload_id>/columns", MAY)
def columns(upload_id: int) -> Answer:
    """Read the columns as somebody says."""
    upload = uploads.kept(db.session, actor(), upload_id, now=now(), lock=True)
    shown = _preview(upload)
    form = columns_form(shown.columns, shown.history.sheet)
    if not form.validate_on_submit():
        return _shown(upload, shown), 422
    uploads.map_columns(upload, mapping_of(form, shown.columns))
    return redirect(url_for("imports.look", upload_id=upload_id), 303)


@door.writes("/admin/import/file/<number:upload_id>", MAY)
def bring(upload_id: int) -> Answer:
    """Import the file, if that still does what was seen."""
    upload = uploads.kept(db.session, actor(), upload_id, now=now(), lock=True)
    try:
        report = imports.apply(
            db.session,
            actor(),
            History(upload.kind),
            upload.data,
            upload.name,
            now=now(),
            mapping=upload.mapping,
            most=MOST_ROWS,
            seen=request.form.get("seen", ""),
        )
    except Outdated as outdated:
        return _shown(upload, outdated.preview, outdated=say(outdated.args[0])), 409
    except Invalid:
        return _shown(upload, _preview(upload)), 422
    uploads.forget(db.session, upload)
    if report.batch_id is None:
        flash(gettext("Everything in this file was here already. Nothing was changed."), "ok")
        return redirect(url_for("imports.index"), 303)
    return redirect(url_for("imports.done", batch_id=report.batch_id), 303)


@door.reads("/admin/import/file/<number:upload_id>/problems.csv", MAY)
def problems(upload_id: int) -> Response:
    """What is wrong, as a sheet to work through."""
    shown = _preview(uploads.kept(db.session, actor(), upload_id, now=now()))
    rows = [[problem.line, say(problem.message)] for problem in shown.problems]
    return _file(to_csv([gettext("row"), gettext("problem")], rows), "problems.csv")


@door.reads("/admin/import/done/<number:batch_id>", MAY)
def done(batch_id: int) -> str:
    """What an import brought, and what can be done next."""
    found = past.one(db.session, actor(), batch_id)
    waiting = past.uninvited(db.session, found, now=now())
    return render_template(
        "imports/done.html", past=found, waiting=waiting, at_once=past.INVITED_AT_ONCE, titles=TITLES
    )


@door.writes("/admin/import/done/<number:batch_id>", Permission.PEOPLE_EDIT)
def invite(batch_id: int) -> Answer:
    """Invite the people whom this import brought, some hundred at once."""
    number = past.invite_new(db.session, actor(), past.one(db.session, actor(), batch_id), now=now())
    flash(ngettext("%(num)s person is being invited.", "%(num)s people are being invited.", number), "ok")
    return redirect(url_for("imports.done", batch_id=batch_id), 303)


def _new(history: History, form: FileForm) -> str:
    return render_template(
        "imports/new.html", history=history, title=TITLES[history], lead=LEADS[history], form_=form, kind=history.sheet
    )


def _preview(upload: Upload) -> Preview:
    return imports.preview(
        db.session,
        actor(),
        History(upload.kind),
        upload.data,
        upload.name,
        now=now(),
        mapping=upload.mapping,
        most=MOST_ROWS,
    )


def _shown(upload: Upload, preview: Preview, *, outdated: str = "") -> str:
    return render_template(
        "imports/look.html",
        upload=upload,
        preview=preview,
        outdated=outdated,
        title=TITLES[preview.history],
        columns_=columns_form(preview.columns, preview.history.sheet) if preview.columns else None,
        form_=FileForm(formdata=None),
        most=MOST_SHOWN,
        few=NEW_SHOWN,
    )


def _file(data: bytes, name: str) -> Response:
    answer = make_response(data)
    answer.headers["Content-Type"] = CSV if name.endswith(".csv") else XLSX
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
