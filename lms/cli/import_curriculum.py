"""`lms import curriculum`: a curriculum from its files into the site, as a draft, or checked, frozen and published."""

from __future__ import annotations

import sys
from argparse import Namespace

from sqlalchemy.orm import Session

from lms.cli.load import curriculum_at
from lms.cli.site import MakeSite, now, writing
from lms.cli.words import printable
from lms.engine.curriculum import Curriculum
from lms.interop.curriculum_file import digest
from lms.services import curricula
from lms.services.access import SITE
from lms.services.authoring import drafts, publishing


def run(call: Namespace, site: MakeSite) -> int:
    """Save the draft, and publish it if asked. Nothing is kept when it cannot be published."""
    value = curriculum_at(call.path)
    app = site().app()
    with writing(app) as session:
        title = printable(value.title)
        version = _published_as(session, value)
        if version is not None:
            sys.stdout.write(f"{title} is published already as version {version}; nothing was changed\n")
            return 0
        number = drafts.save_draft(session, SITE, value, now=now())
        for warning in publishing.verdict(value, now()).warnings:
            sys.stderr.write(f"warning: {printable(warning)}\n")
        if not call.publish:
            sys.stdout.write(f"{title} is here as a draft; publish it with --publish, or in the browser\n")
            return 0
        frozen = publishing.publish(session, SITE, number, note=call.note, now=now())
        told = f"{title} is published as version {frozen.number}"
    sys.stdout.write(f"{told}; whoever is on it is being planned again by the worker\n")
    return 0


def _published_as(session: Session, value: Curriculum) -> int | None:
    """The version that counts, when it says the same already; else None."""
    same = digest(value)
    return next((one.number for one in curricula.published(session) if one.digest == same), None)
