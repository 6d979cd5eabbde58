"""`lms import competencies|courses|roles`: a trainer's own sheet into the draft of a curriculum, all of it or nothing.

Whoever may run this has the database in their hands, so it acts as the site itself. What is wrong with the file goes to
standard error, a line each with its row, and then nothing was written.
"""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from lms.cli.import_ import write_template
from lms.cli.show_difference import show_difference, warn
from lms.cli.site import MakeSite, now, reading, writing
from lms.errors import Invalid, Problem
from lms.interop.reading.source import is_folder
from lms.services.access import SITE
from lms.services.exchange import incoming
from lms.services.exchange.known import number_of
from lms.services.exchange.reading import Brings


def run(call: Namespace, site: MakeSite) -> int:
    """Write a template, or compare the sheet with the draft and bring it."""
    brings = Brings(call.kind)
    if call.template:
        assert brings.sheet is not None, "one of the three sheets"
        return write_template(brings.sheet, call.template)
    if call.into is None:
        raise Invalid("--into is missing: the id of the curriculum into whose draft the file goes")
    return bring_into(call, site, brings, call.file, read_file(call.file))


def bring_into(call: Namespace, site: MakeSite, brings: Brings, path: Path, data: bytes) -> int:
    """Compare the file with the draft, and unless it is a dry run bring it. Raises Invalid with every problem."""
    mapping = dict(getattr(call, "columns", ()))
    app = site().app()
    with reading(app) if call.dry_run else writing(app) as session:
        number = number_of(session, call.into)
        if call.dry_run:
            shown = incoming.dry_run(session, SITE, number, brings, data, path.name, mapping=mapping)
            if shown.problems:
                raise Invalid(*shown.problems)
        else:
            shown = incoming.bring(session, SITE, number, brings, data, path.name, now=now(), mapping=mapping)
    warn(shown.notes)
    show_difference(shown, dry_run=call.dry_run)
    return 0


def read_file(path: Path) -> bytes:
    """The bytes of a file. Raises Invalid."""
    if is_folder(path):
        raise Invalid(Problem("is a folder, where one file is wanted", str(path)))
    try:
        return path.read_bytes()
    except OSError as refused:
        raise Invalid(Problem(f"cannot be read: {refused.strerror}", str(path))) from refused
