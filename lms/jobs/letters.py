"""What a mail says: subject, text and HTML in the recipient's language, made when it is sent and kept nowhere.

Every value comes in as data: nothing that people typed is ever read as a template, HTML is escaped, and a header is one
line whatever stands in a name. *Instead of:* texts in the job row, which would outlive the person they name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime, format_skeleton
from flask import current_app
from flask_babel import force_locale, get_locale, gettext, ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import NotFound
from lms.jobs import cycle_letters, evidence_letters, hiring_letters, promotion_letters, record_letters, rule_letters
from lms.jobs.hiring_letters import Recipient
from lms.jobs.work import Failed
from lms.services import calendar, curricula
from lms.services.entry import links
from lms.services.evidence import routing
from lms.services.learning import confirmers, notices
from lms.services.organisation import people_shown
from lms.storage.accounts import OneTimeLink
from lms.storage.people import Contact, Person, PersonalText
from lms.storage.site import Site
from lms.storage.steps import Confirmation

Args = Mapping[str, Any]
WRITTEN_AS = {"en": "en_GB", "de": "de_DE"}
"""How a language writes dates, as on the pages (`web.i18n`, which this door may not import)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail ready to be sent. `to` is the address alone; `name` the recipient's."""

    to: str
    name: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of mail: its subject, what else its template says, and whether it may still be sent."""

    subject: Callable[[dict[str, Any]], str]
    values: Callable[[Session, Args, datetime], dict[str, Any] | None] = lambda _session, _args, _now: {}
    """None: the mail has no point any more."""


def write(session: Session, args: Args, *, now: datetime) -> Letter | None:
    """The mail that a job asks for; None when its person is gone or it has no point any more."""
    kind = KINDS.get(args["template"])
    if kind is None:
        raise Failed("unknown-kind", args["template"], final=True)
    contact = hiring_letters.recipient(session, args["candidate"]) if "candidate" in args else _colleague(session, args)
    if contact is None:
        return None
    site = session.scalar(select(Site)) or Site(name="Cairn", language="en", time_zone="UTC")
    language = next((code for code in (contact.language, site.language) if code in WRITTEN_AS), "en")
    with force_locale(WRITTEN_AS[language]):
        more = kind.values(session, args, now)
        if more is None:
            return None
        to = more.pop("to", contact.mail)
        zone = ZoneInfo(contact.time_zone or site.time_zone)
        known = {
            "name": contact.name,
            "site_name": site.name,
            "site_url": current_app.config["LMS_BASE_URL"],
            "lang": language,
            "dir": Locale.parse(language).text_direction,
            "day": _day,
            "moment": lambda when: _moment(when, zone),
            **more,
        }
        subject = one_line(kind.subject(known))
        text, html = (
            _rendered(f"mail/{args['template']}.{end}", {**known, "subject": subject}) for end in ("txt", "html")
        )
    return Letter(to=to, name=one_line(contact.name), subject=subject, text=text, html=html)


def _colleague(session: Session, args: Args) -> Recipient | None:
    """How to reach the person of a mail; None for somebody who is not active any more."""
    asked = select(Contact).join(Person).where(Contact.person_id == args["person"], Person.state == "active")
    found = session.scalar(asked)
    if found is None:
        return None
    return Recipient(name=found.name, mail=found.mail, language=found.language, time_zone=found.time_zone)


def one_line(text: str) -> str:
    r"""The text without what could end a line, hide or turn it: fit for a header.

    >>> one_line("Dana\r\nBcc: all@example.com")
    'Dana Bcc: all@example.com'
    """
    seen = "".join(" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text)
    return " ".join("".join(c for c in seen if unicodedata.category(c) not in {"Cf", "Cs"}).split())


def _rendered(template: str, values: dict[str, Any]) -> str:
    """Rendered without what pages know (who looks, the menu): a mail has no request."""
    return current_app.jinja_env.get_template(template).render(values)


def _day(when: date) -> str:
    return str(format_skeleton("yMMMd", when, locale=get_locale()))


def _moment(when: datetime, zone: ZoneInfo) -> str:
    there = when.astimezone(zone)
    return f"{_day(there.date())}, {format_datetime(there, 'HH:mm', tzinfo=zone, locale=get_locale())}"


def _link(session: Session, args: Args, now: datetime) -> dict[str, Any] | None:
    """The address of a one-time link and how long it works; None when it works no more."""
    link = session.get(OneTimeLink, args["link"])
    if link is None or link.used_at is not None or link.expires_at <= now:
        return None
    config = current_app.config
    address = links.address(link, base_url=config["LMS_BASE_URL"], key=config["SECRET_KEY"])
    return {"link": address, "until": link.expires_at}


def _link_to_new_address(session: Session, args: Args, now: datetime) -> dict[str, Any] | None:
    values = _link(session, args, now)
    link = session.get(OneTimeLink, args["link"])
    return None if values is None or link is None else {**values, "to": link.payload}


def _to_old_address(session: Session, args: Args, now: datetime) -> dict[str, Any] | None:
    """The used link keeps the address of before."""
    link = session.get(OneTimeLink, args["link"])
    return {"to": link.payload, "at": link.used_at or now} if link is not None and link.payload else None


def _change(_session: Session, args: Args, _now: datetime) -> dict[str, Any]:
    return {"change": args["change"]}


def _lapses(session: Session, args: Args, now: datetime) -> dict[str, Any] | None:
    """What lapses, with titles; what has lapsed by now is no longer announced."""
    try:
        curriculum = curricula.version(session, args["version"]).curriculum
    except NotFound:
        return None
    lapses = [
        {"title": curriculum.competency_by_id[name].title, "level": level, "last": date.fromisoformat(last)}
        for name, level, last in args["lapses"]
        if name in curriculum.competency_by_id and last >= now.date().isoformat()
    ]
    return {"lapses": lapses} if lapses else None


def _to_confirm(session: Session, args: Args, now: datetime) -> dict[str, Any] | None:
    """What somebody is asked to confirm; None once it waits no more, or they want no such mail."""
    asked = session.get(Confirmation, args["confirmation"])
    if asked is None or asked.state != "waiting" or _is_muted(session, args, "waiting"):
        return None
    return {
        **_of_confirmation(session, asked, asked.person_id, now),
        "asked_at": asked.asked_at,
        "link": f"{current_app.config['LMS_BASE_URL']}/waiting",
    }


def _answer(session: Session, args: Args, now: datetime) -> dict[str, Any] | None:
    """What came of what somebody asked to be confirmed, with what more is asked for, which no job row ever holds."""
    asked = session.get(Confirmation, args["confirmation"])
    if asked is None or asked.answered_by is None or _is_muted(session, args, "answers"):
        return None
    text = select(PersonalText.text).where(
        PersonalText.about_kind == Confirmation.__tablename__, PersonalText.about_id == asked.id
    )
    more = session.scalar(text) if asked.state == "more-asked" else None
    page = "/path" if more is None else f"/path/step?{urlencode({'course': asked.course})}"
    return {
        **_of_confirmation(session, asked, asked.answered_by, now),
        "more": more,
        "for_": _name(session, asked.answered_for),
        "link": current_app.config["LMS_BASE_URL"] + page,
    }


def _passed_up(session: Session, args: Args, now: datetime) -> dict[str, Any] | None:
    """A step that one let wait is with the next level; None once it waits no more, or they want no such mail."""
    asked = session.get(Confirmation, args["confirmation"])
    if asked is None or asked.state != "waiting" or _is_muted(session, args, "waiting"):
        return None
    to = confirmers.of_one(session, asked, calendar.today(session, now=now)).people
    return {
        **_of_confirmation(session, asked, asked.person_id, now),
        "next": _name(session, to[0] if to else None),
        "days": routing.WAITS.days,
    }


def _name(session: Session, person: int | None) -> str | None:
    return str(people_shown.names(session, [person])[person].name) if person else None


def _of_confirmation(session: Session, asked: Confirmation, who: int, now: datetime) -> dict[str, Any]:
    own = curricula.offered_to(session, asked.person_id, calendar.today(session, now=now))
    offered = {one.curriculum_id: one.curriculum for one in own}
    curriculum = offered.get(asked.curriculum_id)
    course = curriculum.course_by_id.get(asked.course) if curriculum else None
    return {
        "who": str(people_shown.names(session, [who])[who].name),
        "course": course.title if course else asked.course,
        "done_on": asked.done_on,
    }


def _is_muted(session: Session, args: Args, notice: str) -> bool:
    return bool(notices.muting(session, notice, [args["person"]]))


KINDS: Mapping[str, Kind] = {
    "candidate-link": Kind(subject=hiring_letters.subject_of_link, values=hiring_letters.link),
    "candidate-news": Kind(subject=hiring_letters.subject_of_news, values=hiring_letters.news),
    "interview-asked": Kind(subject=hiring_letters.subject_of_asked, values=hiring_letters.asked),
    "confirmation-answered": Kind(
        subject=lambda v: (
            gettext("Confirmed: %(course)s", course=v["course"])
            if v["more"] is None
            else gettext("More is asked for: %(course)s", course=v["course"])
        ),
        values=_answer,
    ),
    "confirmation-asked": Kind(
        subject=lambda v: gettext("%(who)s asks you to confirm: %(course)s", who=v["who"], course=v["course"]),
        values=_to_confirm,
    ),
    "confirmation-nudge": Kind(
        subject=lambda v: gettext("Still waits for you: %(course)s of %(who)s", who=v["who"], course=v["course"]),
        values=_to_confirm,
    ),
    "confirmation-passed-up": Kind(
        subject=lambda v: gettext("Passed on: %(course)s of %(who)s", course=v["course"], who=v["who"]),
        values=_passed_up,
    ),
    "evidence-answered": Kind(
        subject=lambda v: (
            gettext("More is asked for: %(competency)s", competency=v["competency"])
            if v["level"] is None
            else gettext("%(competency)s: level %(level)s", competency=v["competency"], level=v["level"])
        ),
        values=evidence_letters.answered,
    ),
    "evidence-arrived": Kind(
        subject=lambda v: gettext("%(who)s shows %(competency)s", who=v["who"], competency=v["competency"]),
        values=evidence_letters.arrived,
    ),
    "evidence-passed-up": Kind(
        subject=lambda v: gettext("Passed on: %(competency)s of %(who)s", who=v["who"], competency=v["competency"]),
        values=evidence_letters.passed_up,
    ),
    "plan-to-sign": Kind(subject=record_letters.subject_of_to_sign, values=record_letters.to_sign),
    "invitation": Kind(
        subject=lambda v: gettext("%(name)s, your account on %(site)s is ready", name=v["name"], site=v["site_name"]),
        values=_link,
    ),
    "reset": Kind(subject=lambda v: gettext("Choose a new password for %(site)s", site=v["site_name"]), values=_link),
    "mail-confirm": Kind(
        subject=lambda v: gettext("Confirm your new mail address for %(site)s", site=v["site_name"]),
        values=_link_to_new_address,
    ),
    "mail-changed": Kind(
        subject=lambda v: gettext("Your mail address for %(site)s was changed", site=v["site_name"]),
        values=_to_old_address,
    ),
    "password-changed": Kind(subject=lambda v: gettext("Your password for %(site)s was changed", site=v["site_name"])),
    "factor-changed": Kind(
        subject=lambda v: gettext("Your second factor for %(site)s was changed", site=v["site_name"]),
        values=_change,
    ),
    "lapse-reminder": Kind(
        subject=lambda v: (
            gettext("Soon to lapse: %(first)s", first=v["lapses"][0]["title"])
            if len(v["lapses"]) == 1
            else gettext(
                "Soon to lapse: %(first)s and %(more)s more", first=v["lapses"][0]["title"], more=len(v["lapses"]) - 1
            )
        ),
        values=_lapses,
    ),
    "promotion-decided": Kind(subject=promotion_letters.subject_of_decided, values=promotion_letters.decided),
    "promotion-news": Kind(subject=promotion_letters.subject_of_news, values=promotion_letters.news),
    "promotion-waits": Kind(subject=promotion_letters.subject_of_waits, values=promotion_letters.waits),
    "ratings-asked": Kind(
        subject=lambda v: (
            gettext("Your ratings are asked for: %(title)s", title=v["title"])
            if v["title"]
            else gettext("Your ratings are asked for")
        ),
        values=cycle_letters.asked,
    ),
    "ratings-closed": Kind(
        subject=lambda v: (
            gettext("Your results: %(title)s", title=v["title"])
            if v["title"]
            else gettext("What was said about you in your round")
        ),
        values=cycle_letters.closed,
    ),
    "ratings-nudge": Kind(
        subject=lambda v: ngettext(
            "%(num)s view of yours is missing", "%(num)s views of yours are missing", v["count"]
        ),
        values=cycle_letters.nudge,
    ),
    "rule-aim": Kind(subject=rule_letters.subject_of_aim, values=rule_letters.aim),
    "rule-report": Kind(subject=rule_letters.subject_of_report, values=rule_letters.report),
    "test": Kind(subject=lambda v: gettext("Mail from %(site)s arrives", site=v["site_name"])),
}
"""Every kind of mail; `lms/templates/mail` holds a text and an HTML template for each."""
