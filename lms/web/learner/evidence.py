"""One's evidence: what one has handed in and where it stands, handing in, adding, withdrawing; a piece; its files."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from lms.engine.curriculum import Curriculum
from lms.errors import Conflict, Invalid, NotFound, Problem, said
from lms.interop.file_kinds import ENDS, PICTURES
from lms.services.access import Permission
from lms.services.evidence import handing_in, keeping, reading
from lms.services.evidence.handing_in import KINDS, NewPiece
from lms.services.evidence.located import Located, locate
from lms.services.evidence.reading import View
from lms.services.evidence.routing import WAITS
from lms.services.organisation import people_shown
from lms.storage.files import Files
from lms.storage.session import db
from lms.web.door import Door, now
from lms.web.i18n import say
from lms.web.identity import actor
from lms.web.learner import evidence_words as words
from lms.web.learner import level_words
from lms.web.learner.evidence_forms import HandOnForm, NewPieceForm, PartForm, RatingForm
from lms.web.translated import gettext, in_words

door = Door("evidence")

Answer = str | Response | tuple[str, int]


@door.reads("/evidence", Permission.EVIDENCE_HAND_IN)
def index() -> str:
    """What one has handed in, the latest first."""
    return render_template(
        "learner/evidence.html", cards=reading.mine(db.session, actor(), now=now()), own=True, words=words
    )


@door.reads("/people/<number:person_id>/evidence", Permission.EVIDENCE_READ)
def of(person_id: int) -> str:
    """What somebody has handed in whom one may see."""
    cards = reading.of(db.session, actor(), person_id, now=now())
    who = people_shown.names(db.session, [person_id])[person_id]
    return render_template("learner/evidence.html", cards=cards, own=False, person=who, words=words)


@door.reads("/evidence/new", Permission.EVIDENCE_HAND_IN)
def new() -> str:
    """The form of one kind of piece, with what the address knows already."""
    asked = request.args
    kind = asked.get("kind", "")
    given = {"competency": asked.get("competency"), "level": asked.get("level"), "shown_on": _own().on}
    form = NewPieceForm(formdata=None, data={**given, "kind": kind if kind in KINDS else KINDS[0]})
    return _new(form)


@door.writes("/evidence/new", Permission.EVIDENCE_HAND_IN)
def hand_in() -> Answer:
    """Hand the piece in."""
    form = NewPieceForm()
    curriculum = _own().version
    choices = _choices(form, curriculum.curriculum if curriculum else None)
    if not form.validate_on_submit():
        return _new(form), 422
    knows = {"yes": True, "no": False}.get(form.everybody_knows.data or "")
    level = form.level.data if form.level.data in dict(choices) else "0"
    try:
        piece = handing_in.hand_in(
            db.session,
            actor(),
            store(),
            NewPiece(
                competency=form.competency.data or "",
                level=int(level),
                kind=form.kind.data or "",
                shown_on=form.shown_on.data,
                handed=form.handed(),
                everybody_knows=knows if form.kind.data == "call-recording" else None,
            ),
            now=now(),
        )
    except (Invalid, Conflict) as refused:
        form.take(refused if isinstance(refused, Invalid) else Invalid(Problem(refused.args[0])))
        return _new(form), 422 if isinstance(refused, Invalid) else 409
    flash(gettext("Handed in. You get a mail as soon as it is answered."), "ok")
    return redirect(url_for("evidence.show", piece_id=piece.id), 303)


@door.reads("/evidence/<number:piece_id>", Permission.EVIDENCE_READ)
def show(piece_id: int) -> str:
    """A piece with everything that was said about it, and what one may do."""
    return page(piece_id)


@door.writes("/evidence/<number:piece_id>/add", Permission.EVIDENCE_HAND_IN)
def add(piece_id: int) -> Answer:
    """Add what was asked for."""
    form = PartForm()
    if not form.validate_on_submit():
        return page(piece_id, adding=form), 422
    try:
        handing_in.add(db.session, actor(), store(), piece_id, form.handed(), now=now())
    except Invalid as refused:
        form.take(refused)
        return page(piece_id, adding=form), 422
    except Conflict as refused:
        return page(piece_id, problems=[Problem(refused.args[0])]), 409
    flash(gettext("Added. It waits for an answer again."), "ok")
    return redirect(url_for("evidence.show", piece_id=piece_id), 303)


@door.writes("/evidence/<number:piece_id>/withdraw", Permission.EVIDENCE_HAND_IN)
def withdraw(piece_id: int) -> Answer:
    """Withdraw it."""
    try:
        handing_in.withdraw(db.session, actor(), piece_id, now=now())
    except Conflict as refused:
        return page(piece_id, problems=[Problem(refused.args[0])]), 409
    flash(gettext("Withdrawn. Nobody is asked about it any more."), "ok")
    return redirect(url_for("evidence.show", piece_id=piece_id), 303)


@door.reads("/evidence/file/<number:file_id>", Permission.EVIDENCE_READ)
def file(file_id: int) -> Response:
    """A file, only ever to be saved: no browser runs what somebody handed in."""
    found = reading.file(db.session, actor(), file_id, now=now())
    path = store().path(found.stored or "")
    if path is None:
        raise NotFound(said("This file is kept no more."))
    return send_file(path, mimetype=found.media, as_attachment=True, download_name=found.name, conditional=True)


def store() -> Files:
    """The folder of files."""
    found: Files = current_app.config["LMS_FILES"]
    return found


def page(
    piece_id: int,
    *,
    adding: PartForm | None = None,
    rating: RatingForm | None = None,
    handing: HandOnForm | None = None,
    typed: str = "",
    problems: list[Problem] | None = None,
) -> str:
    """The page of a piece, with the forms of whoever may do something, as they were filled in."""
    view = reading.show(db.session, actor(), piece_id, now=now())
    card = view.card
    curriculum = card.version.curriculum if card.version else None
    rule = (card.competency.policy or curriculum.policy) if card.competency and curriculum else None
    return render_template(
        "learner/piece.html",
        view=view,
        card=card,
        title=card.competency.title if card.competency else card.row.competency,
        titles=_titles(curriculum),
        scale=curriculum.scale if curriculum else (),
        policy=level_words.policy(rule, curriculum.sources) if rule and curriculum else None,
        adding=adding or PartForm(formdata=None),
        rating=rating or RatingForm(formdata=None, data={"level": str(card.row.level)}),
        handing=_handing(view, handing),
        typed=typed,
        problems=problems or [],
        words=words,
        source=level_words.source,
        pictures=PICTURES,
        waits=WAITS.days,
        in_words=in_words,
        most=store().most // 1024**2,
        ends=ENDS,
    )


def _handing(view: View, form: HandOnForm | None) -> HandOnForm:
    form = form or HandOnForm(formdata=None)
    form.to.choices = [
        (str(chair.person_id), f"{say(who.name)}, {level_words.source(chair.capacity)}") for chair, who in view.to
    ]
    return form


def _own() -> Located:
    found = locate(db.session, actor().person_id or 0, now=now(), lock=False)
    if found is None:
        raise NotFound(said("There is nobody to hand anything in."))
    return found


def _choices(form: NewPieceForm, curriculum: Curriculum | None) -> list[tuple[str, str]]:
    competencies = sorted(curriculum.competencies, key=lambda one: one.title.casefold()) if curriculum else []
    form.competency.choices = [("", gettext("Choose one")), *((one.id, one.title) for one in competencies)]
    scale = [(str(one.level), f"{one.level}, {one.title}") for one in curriculum.scale] if curriculum else []
    form.level.choices = [("", gettext("Choose one")), *scale]
    form.everybody_knows.choices = [("yes", gettext("Yes, everybody")), ("no", gettext("No, or I am not sure"))]
    return scale


def _new(form: NewPieceForm) -> str:
    who = _own()
    version = who.version
    _choices(form, version.curriculum if version else None)
    kind = form.kind.data if form.kind.data in KINDS else KINDS[0]
    chosen = version.curriculum.competency_by_id.get(form.competency.data or "") if version else None
    return render_template(
        "learner/piece_new.html",
        form_=form,
        kind=kind,
        kinds=KINDS,
        chosen=chosen,
        scale=version.curriculum.scale if version else (),
        known=version is not None,
        on=who.on,
        words=words,
        most=store().most // 1024**2,
        most_files=keeping.MOST_FILES,
        ends=ENDS,
        waits=WAITS.days,
    )


def _titles(curriculum: Curriculum | None) -> dict[int, str]:
    return {one.level: one.title for one in curriculum.scale} if curriculum else {}
