"""Which handler does which kind of job."""

from __future__ import annotations

from collections.abc import Mapping

from lms.jobs import clock, impact, mail, replan, rules
from lms.jobs.work import Handler

HANDLERS: Mapping[str, Handler] = {
    "paths.replan": replan.prepare,
    "mail.send": mail.prepare,
    "impact.compute": impact.prepare,
    **clock.HANDLERS,
    **rules.HANDLERS,
}
