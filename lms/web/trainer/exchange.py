"""Curricula as files: what a file would make of a draft and its import, and the formats in which one goes out."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.errors import Invalid
from lms.interop.curriculum_columns import CURRICULUM_KINDS, for_scale
from lms.interop.sheets.sheet_write import template_csv, template_xlsx, to_csv
from lms.services import curricula
from lms.services.access import About, Permission, can
from lms.services.exchange import incoming, outgoing
from lms.services.exchange.incoming import DryRun, Outdated
from lms.services.exchange.outgoing import CSV, DRAFT, PUBLISHED, XLSX, File, Format
from lms.services.exchange.reading import Brings, Budget
from lms.services.imports import uploads
from lms.services.imports.uploads import Waiting
from lms.storage.session import db
from lms.storage.uploads import Upload
from lms.web.admin.imports_forms import columns_form, mapping_of
from lms.web.door import Door, now
from lms.web.i18n import say
from lms.web.identity import actor
from lms.web.trainer.exchange_forms import KNOWN, BringForm
from lms.web.trainer.exchange_words import BRINGS, FORMATS, GROUPS, KINDS
from lms.web.trainer.finding_words import problems as in_words
from lms.web.translated import gettext
from lms.web.wording import Wording

door = Door("exchange")

Answer = str | Response | tuple[str, int]
MAY = Permission.DRAFT_EDIT
DRAFT_PLACE = "/curricula/<number:curriculum_id>/draft/import"
BUDGET = Budget()
MOST_SHOWN = 50
"""Problems and changes that a page lists; the others are counted."""


@door.reads(DRAFT_PLACE, MAY)
def new(curriculum_id: int) -> str:
    """What can be brought into the draft, and the form to send a file with."""
    asked = request.args.get("brings", "")
    form = BringForm(brings=asked if asked in KNOWN else Brings.DOCUMENT.value)
    return _new(curriculum_id, form)


@door.writes(DRAFT_PLACE, MAY)
def send(curriculum_id: int) -> Answer:
    """Keep the file, and go to its dry run."""
    form = BringForm()
    if not form.validate_on_submit():
        return _new(curriculum_id, form), 422
    try:
        waiting = _waiting(curriculum_id)
        data = form.file.data.read()
        upload = uploads.keep(db.session, actor(), form.brings.data, form.name, data, now=now(), waiting=waiting)
    except Invalid as refused:
        form.take(refused)
        return _new(curriculum_id, form), 422
    return redirect(url_for("exchange.look", curriculum_id=curriculum_id, upload_id=upload.id), 303)


@door.reads(f"{DRAFT_PLACE}/template/<any({','.join(CURRICULUM_KINDS)}):kind>.<any(csv, xlsx):form>", MAY)
def template(curriculum_id: int, kind: str, form: str) -> Response:
    """An empty sheet with the right columns and one example."""
    draft = incoming.target(db.session, actor(), curriculum_id)
    sheet = for_scale(CURRICULUM_KINDS[kind], draft.value.scale[-1].level)
    data, media = (template_csv(sheet), CSV) if form == "csv" else (template_xlsx(sheet), XLSX)
    return _file(File(data=data, name=f"{kind}.{form}", type=media))


@door.reads(f"{DRAFT_PLACE}/<number:upload_id>", MAY)
def look(curriculum_id: int, upload_id: int) -> str:
    """What the draft would become, or what is wrong with the file."""
    upload = _kept(curriculum_id, upload_id)
    return _shown(curriculum_id, upload, _dry_run(curriculum_id, upload))


@door.writes(f"{DRAFT_PLACE}/<number:upload_id>/columns", MAY)
def columns(curriculum_id: int, upload_id: int) -> Answer:
    """Read the columns as somebody says."""
    upload = _kept(curriculum_id, upload_id, lock=True)
    shown = _dry_run(curriculum_id, upload)
    form = columns_form(shown.columns, CURRICULUM_KINDS[upload.kind]) if shown.columns else None
    if form is None or not form.validate_on_submit():
        return _shown(curriculum_id, upload, shown), 422
    uploads.map_columns(upload, mapping_of(form, shown.columns))
    return redirect(url_for("exchange.look", curriculum_id=curriculum_id, upload_id=upload_id), 303)


@door.writes(f"{DRAFT_PLACE}/<number:upload_id>", MAY)
def bring(curriculum_id: int, upload_id: int) -> Answer:
    """Bring the file into the draft, if that still does what was seen."""
    upload = _kept(curriculum_id, upload_id, lock=True)
    try:
        done = incoming.bring(
            db.session,
            actor(),
            curriculum_id,
            Brings(upload.kind),
            upload.data,
            upload.name,
            now=now(),
            mapping=upload.mapping,
            budget=BUDGET,
            seen=request.form.get("seen", ""),
        )
    except Outdated as outdated:
        return _shown(curriculum_id, upload, outdated.shown, outdated=say(outdated.args[0])), 409
    except Invalid:
        return _shown(curriculum_id, upload, _dry_run(curriculum_id, upload)), 422
    uploads.forget(db.session, upload)
    if done.changes:
        flash(gettext("The file is in the draft. Undo takes all of it back."), "ok")
    else:
        flash(gettext("Everything in this file was in the draft already. Nothing was changed."), "ok")
    return redirect(url_for("studio.show", curriculum_id=curriculum_id), 303)


@door.reads(f"{DRAFT_PLACE}/<number:upload_id>/problems.csv", MAY)
def problems(curriculum_id: int, upload_id: int) -> Response:
    """What is wrong, as a sheet to work through."""
    shown = _dry_run(curriculum_id, _kept(curriculum_id, upload_id))
    rows = [[one.file, one.line, say(one.message)] for one in shown.problems]
    data = to_csv([gettext("file"), gettext("row"), gettext("problem")], rows)
    return _file(File(data=data, name="problems.csv", type=CSV))


@door.reads("/curricula/<number:curriculum_id>/export", Permission.CURRICULUM_READ)
def export(curriculum_id: int) -> str:
    """The formats, and what each cannot hold of what is chosen."""
    found = curricula.readable(db.session, actor(), curriculum_id)
    sees_draft = can(actor(), Permission.DRAFT_READ, About(curriculum_id=curriculum_id))
    of = request.args.get("of") or (PUBLISHED if found.published_id else DRAFT)
    chosen = outgoing.chosen(db.session, actor(), curriculum_id, of)
    states = [(gettext("Draft"), DRAFT)] if sees_draft else []
    states += [
        (gettext("Version %(number)s", number=one.number), str(one.number))
        for one in curricula.history(db.session, curriculum_id)
    ]
    return render_template(
        "exchange/export.html",
        found=found,
        chosen=chosen,
        states=[
            (label, url_for("exchange.export", curriculum_id=curriculum_id, of=state), state == chosen.of, None)
            for label, state in states
        ],
        groups=[
            (heading, [(form, *FORMATS[form], outgoing.beyond(chosen.value, form)) for form in forms])
            for heading, forms in GROUPS
        ],
        back=url_for("curricula.show", curriculum_id=curriculum_id),
    )


@door.reads(f"/curricula/<number:curriculum_id>/export/<any({','.join(Format)}):format>", Permission.CURRICULUM_READ)
def download(curriculum_id: int, format: str) -> Response:  # noqa: A002 - what the address calls it
    """The curriculum in one format: ?of=draft, published or the number of a version."""
    chosen = outgoing.chosen(db.session, actor(), curriculum_id, request.args.get("of", PUBLISHED))
    return _file(outgoing.written(chosen.value, Format(format), now=now()))


def _waiting(curriculum_id: int) -> Waiting:
    return Waiting(frozenset(Brings), MAY, About(curriculum_id=curriculum_id))


def _kept(curriculum_id: int, upload_id: int, *, lock: bool = False) -> Upload:
    return uploads.kept(db.session, actor(), upload_id, now=now(), lock=lock, waiting=_waiting(curriculum_id))


def _dry_run(curriculum_id: int, upload: Upload) -> DryRun:
    return incoming.dry_run(
        db.session,
        actor(),
        curriculum_id,
        Brings(upload.kind),
        upload.data,
        upload.name,
        mapping=upload.mapping,
        budget=BUDGET,
    )


def _new(curriculum_id: int, form: BringForm) -> str:
    draft = incoming.target(db.session, actor(), curriculum_id)
    return render_template(
        "exchange/new.html",
        draft=draft,
        form_=form,
        brings=[(one, *BRINGS[one]) for one in Brings],
        sheets=CURRICULUM_KINDS,
    )


def _shown(curriculum_id: int, upload: Upload, shown: DryRun, *, outdated: str = "") -> str:
    kind = Brings(upload.kind).sheet
    return render_template(
        "exchange/look.html",
        curriculum_id=curriculum_id,
        upload=upload,
        shown=shown,
        outdated=outdated,
        title=BRINGS[shown.brings][0],
        kinds=KINDS,
        findings=in_words([(one, None) for one in shown.findings], Wording(shown.value)) if shown.value else [],
        columns_=columns_form(shown.columns, kind) if kind and shown.columns else None,
        form_=BringForm(formdata=None, brings=upload.kind),
        most=MOST_SHOWN,
    )


def _file(file: File) -> Response:
    answer = make_response(file.data)
    answer.headers["Content-Type"] = file.type
    answer.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return answer
