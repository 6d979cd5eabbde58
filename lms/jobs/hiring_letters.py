"""What mails of hiring say: to candidates, who are nobody's contact, and to interviewers. They are made when they are sent.

A mail to a candidate says little and leads to their page, where everything stands until its day of deletion.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext
from sqlalchemy.orm import Session

from lms.services.hiring import finding, own_page
from lms.services.learning import notices
from lms.services.organisation import people_shown
from lms.storage.hiring import Candidate, Interview, Opening

Args = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """How somebody is reached, and in which language and time zone they are written to; None for the site's."""

    name: str
    mail: str
    language: str | None
    time_zone: str | None = None


def recipient(session: Session, candidate_id: int) -> Recipient | None:
    """How to reach a candidate; None once their data are deleted."""
    row = session.get(Candidate, candidate_id)
    return None if row is None else Recipient(name=row.name, mail=row.mail, language=row.language)


def link(session: Session, args: Args, _now: datetime) -> dict[str, Any] | None:
    """The link to a candidate's page; None where none works."""
    row = session.get(Candidate, args["candidate"])
    return None if row is None or row.nonce is None else _page(session, row)


def news(session: Session, args: Args, now: datetime) -> dict[str, Any] | None:
    """That there is something to read, and where; None where no link works."""
    values = link(session, args, now)
    return None if values is None else {**values, "what": args["what"]}


def asked(session: Session, args: Args, _now: datetime) -> dict[str, Any] | None:
    """An interview that its reader was asked to hold; None once it waits no more, or they want no such mail."""
    found = session.get(Interview, args["interview"])
    row = session.get(Candidate, found.candidate_id) if found else None
    if found is None or row is None or found.state != "asked" or found.interviewer_id != args["person"]:
        return None
    if notices.muting(session, "waiting", [args["person"]]):
        return None
    return {
        "who": row.name,
        "role": _role(session, row),
        "by": str(people_shown.names(session, [found.asked_by])[found.asked_by].name),
        "due": found.planned_for,
        "link": f"{current_app.config['LMS_BASE_URL']}/interviews/{found.id}",
    }


def subject_of_link(values: Mapping[str, Any]) -> str:
    """The subject of `link`."""
    return str(gettext("Your application as %(role)s: your own page", role=values["role"]))


def subject_of_news(values: Mapping[str, Any]) -> str:
    """The subject of `news`."""
    if values["what"] == "answered":
        return str(gettext("Your request about your application as %(role)s was answered", role=values["role"]))
    return str(gettext("There is an answer to your application as %(role)s", role=values["role"]))


def subject_of_asked(values: Mapping[str, Any]) -> str:
    """The subject of `asked`."""
    return str(gettext("Please interview %(who)s for %(role)s", who=values["who"], role=values["role"]))


def _page(session: Session, row: Candidate) -> dict[str, Any]:
    config = current_app.config
    opened = session.get_one(Opening, row.opening_id)
    return {
        "role": _role(session, row),
        "days": opened.kept_days,
        "last": row.kept_until,
        "link": own_page.address(row, base_url=config["LMS_BASE_URL"], key=config["SECRET_KEY"]),
    }


def _role(session: Session, row: Candidate) -> str:
    opened = session.get_one(Opening, row.opening_id)
    return finding.version_of(session, opened).curriculum.role_by_id[opened.role].title
