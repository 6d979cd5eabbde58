"""`lms import curriculum`: a curriculum from its files into the site, as a draft, or checked, frozen and published.

A document, its folder or a zip of it is a whole curriculum. So is a framework of Moodle's or CASE, as a new one; `--into`
puts it into a draft that is there, and takes nothing away.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from sqlalchemy.orm import Session

from lms.cli.import_draft import bring_into, read_file
from lms.cli.load import curriculum_at
from lms.cli.show_difference import show_difference, warn
from lms.cli.site import MakeSite, now, reading, writing
from lms.cli.words import printable
from lms.engine.curriculum import Curriculum
from lms.errors import Invalid, NotFound
from lms.interop.curriculum_file import digest
from lms.services import curricula
from lms.services.access import SITE
from lms.services.authoring import drafts, publishing
from lms.services.exchange import adding
from lms.services.exchange.incoming import DryRun, compared_whole
from lms.services.exchange.known import number_of
from lms.services.exchange.reading import Brings, Read, brought_by, read_whole


def run(call: Namespace, site: MakeSite) -> int:
    """Save the draft, and publish it if asked. Nothing is kept when it cannot be published."""
    if call.into is not None:
        if call.publish:
            raise Invalid("--publish goes without --into; look at the draft first, then publish it in the browser")
        data = read_file(call.path)
        return bring_into(call, site, brought_by(data, call.path.name), call.path, data)
    read = _read(call.path)
    app = site().app()
    if call.dry_run:
        with reading(app) as session:
            show_difference(_compared(session, read, call.path.name), dry_run=True)
        return 0
    with writing(app) as session:
        told = _add(session, read, call)
    sys.stdout.write(f"{told}\n")
    return 0


def _add(session: Session, read: Read, call: Namespace) -> str:
    """Save the draft and publish it if asked; gives what was done in a sentence."""
    title = printable(read.curriculum.title)
    version = _published_as(session, read.curriculum)
    if version is not None:
        return f"{title} is published already as version {version}; nothing was changed"
    number = adding.add(session, SITE, read, now=now())
    for warning in publishing.verdict(read.curriculum, now()).warnings:
        sys.stderr.write(f"warning: {printable(warning)}\n")
    if not call.publish:
        return f"{title} is here as a draft; publish it with --publish, or in the browser"
    frozen = publishing.publish(session, SITE, number, note=call.note, now=now())
    return f"{title} is published as version {frozen.number}; whoever is on it is being planned again by the worker"


def _read(path: Path) -> Read:
    """The curriculum of a file or folder; warnings go to standard error. Raises Invalid with every problem in it."""
    name = path.name.lower()
    if path.is_dir() or name.endswith((".yaml", ".yml")):
        return Read(curriculum=curriculum_at(path), brings=Brings.DOCUMENT)
    data = read_file(path)
    read = read_whole(brought_by(data, path.name), data, path.name)
    warn(read.notes)
    return replace(read, notes=())


def _compared(session: Session, read: Read, name: str) -> DryRun:
    """The difference to the draft with its id, of what is new to nothing."""
    value = read.curriculum
    try:
        there = drafts.open_draft(session, SITE, number_of(session, value.id)).value
    except NotFound:
        there = replace(value, competencies=(), courses=(), roles=(), objectives=(), equivalences=(), tests=())
    return compared_whole(there, read, DryRun(brings=read.brings, name=name, file_digest=""))


def _published_as(session: Session, value: Curriculum) -> int | None:
    """The version that counts, when it says the same already; else None."""
    same = digest(value)
    return next((one.number for one in curricula.published(session) if one.digest == same), None)
