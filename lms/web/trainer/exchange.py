"""Curricula as files: what a file would make of a draft and its import, and the formats in which one goes out."""

from __future__ import annotations

from flask import make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.services import curricula
from lms.services.access import About, Permission, can
from lms.services.exchange import outgoing
from lms.services.exchange.outgoing import DRAFT, PUBLISHED, File, Format
from lms.storage.session import db
from lms.web.door import Door, now
from lms.web.identity import actor
from lms.web.trainer.exchange_words import FORMATS
from lms.web.translated import gettext

door = Door("exchange")


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
        formats=[(form, *FORMATS[form], outgoing.beyond(chosen.value, form)) for form in FORMATS],
        back=url_for("curricula.show", curriculum_id=curriculum_id),
    )


@door.reads(f"/curricula/<number:curriculum_id>/export/<any({','.join(Format)}):format>", Permission.CURRICULUM_READ)
def download(curriculum_id: int, format: str) -> Response:  # noqa: A002 - what the address calls it
    """The curriculum in one format: ?of=draft, published or the number of a version."""
    chosen = outgoing.chosen(db.session, actor(), curriculum_id, request.args.get("of", PUBLISHED))
    return _file(outgoing.written(chosen.value, Format(format), now=now()))


def _file(file: File) -> Response:
    answer = make_response(file.data)
    answer.headers["Content-Type"] = file.type
    answer.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return answer
