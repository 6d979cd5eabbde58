"""`lms export curriculum`: a curriculum as a file, in any format. What the format cannot hold goes to standard error."""

from __future__ import annotations

import sys
from argparse import Namespace

from lms.cli.site import MakeSite, now, reading
from lms.cli.words import printable
from lms.errors import Invalid, Problem
from lms.services.access import SITE
from lms.services.exchange import outgoing
from lms.services.exchange.known import number_of
from lms.services.exchange.outgoing import DRAFT, PUBLISHED, Format

BINARY = frozenset({Format.ZIP, Format.XLSX})


def run(call: Namespace, site: MakeSite) -> int:
    """Write the file to where it was asked for, else to standard output."""
    form = Format(call.sheet if call.format == "csv" else call.format)
    if form in BINARY and call.output is None and sys.stdout.isatty():
        raise Invalid("this is no text for a terminal; name a file with -o")
    with reading(site().app()) as session:
        of = DRAFT if call.draft else str(call.version or PUBLISHED)
        value = outgoing.chosen(session, SITE, number_of(session, call.curriculum), of).value
    data = outgoing.written(value, form, now=now()).data
    for told in outgoing.beyond(value, form):
        sys.stderr.write(f"warning: {printable(told)}\n")
    if call.output is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        return 0
    try:
        call.output.write_bytes(data)
    except OSError as refused:
        raise Invalid(Problem(f"cannot be written: {refused.strerror}", str(call.output))) from refused
    return 0
