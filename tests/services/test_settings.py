"""Settings and holidays: who may, what fits, who was quicker, and what follows from a change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lms.errors import Conflict, Invalid, NotFound
from lms.services import holidays, settings
from lms.services.access import SITE, Actor, Right
from lms.services.entry.sessions import actor_of
from lms.services.settings import General, Mail
from lms.storage.audit import Audit
from lms.storage.jobs import Job
from lms.storage.paths import Planning
from lms.storage.site import Holiday, Site
from tests.organisation import NOW, somebody

GENERAL = General(
    name="North",
    language="en",
    time_zone="Europe/Berlin",
    currency="EUR",
    working_days=(1, 2, 3, 4, 5),
    invitation_days=7,
    warn_days=30,
)
MAIL = Mail(
    mail_host="smtp.example.com",
    mail_port=587,
    mail_security="starttls",
    mail_user="cairn",
    mail_password="s3cret-of-the-server",  # noqa: S106
    mail_from="cairn@example.com",
)
AUDITOR = Actor(person_id=None, rights=frozenset({Right.EVERYBODY, Right.AUDITOR}))


def entries(session: Session) -> list[tuple[str, dict[str, Any]]]:
    return [(row.action, row.data) for row in session.scalars(select(Audit).order_by(Audit.id))]


def fields_of(refused: pytest.ExceptionInfo[Invalid]) -> set[str | None]:
    return {problem.field for problem in refused.value.problems}


def test_settings_are_saved_and_the_audit_names_the_fields_and_no_value(session: Session) -> None:
    changed = settings.change(session, SITE, GENERAL, version=1, now=NOW)
    assert changed == ["name", "time_zone"]
    site = settings.show(session, SITE)
    assert (site.name, site.time_zone, site.working_days) == ("North", "Europe/Berlin", "1,2,3,4,5")
    assert entries(session) == [("settings.changed", {"fields": ["name", "time_zone"]})]


def test_saving_what_stands_already_writes_nothing(session: Session) -> None:
    settings.change(session, SITE, GENERAL, version=1, now=NOW)
    session.commit()
    version = settings.show(session, SITE).version
    assert settings.change(session, SITE, GENERAL, version=version, now=NOW) == []
    assert len(entries(session)) == 1
    assert settings.show(session, SITE).version == version


def test_the_second_saver_is_told_that_somebody_changed_it(session: Session) -> None:
    settings.change(session, SITE, GENERAL, version=1, now=NOW)
    session.commit()
    seen = settings.show(session, SITE).version
    settings.change(session, SITE, replace(GENERAL, currency="CHF"), version=seen, now=NOW)
    session.commit()
    with pytest.raises(Conflict):
        settings.change(session, SITE, replace(GENERAL, name="South"), version=seen, now=NOW)
    assert settings.show(session, SITE).name == "North"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "a\u202eb"},
        {"name": "x" * 201},
        {"time_zone": "Europe/Atlantis"},
        {"time_zone": "../../etc/passwd"},
        {"currency": "XXX"},
        {"currency": "DEM"},
        {"working_days": ()},
        {"working_days": (0, 8)},
        {"invitation_days": 0},
        {"invitation_days": 91},
        {"warn_days": -1},
        {"warn_days": 366},
    ],
)
def test_settings_that_do_not_fit_are_refused_by_field(session: Session, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        settings.change(session, SITE, replace(GENERAL, **wrong), version=1, now=NOW)
    assert fields_of(refused) == set(wrong)
    assert entries(session) == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"mail_host": "smtp.example.com\r\nRCPT TO:<x@y>"}, "mail_host"),
        ({"mail_host": "-smtp"}, "mail_host"),
        ({"mail_port": 0}, "mail_port"),
        ({"mail_port": 65536}, "mail_port"),
        ({"mail_security": "ssl"}, "mail_security"),
        ({"mail_security": "none"}, "mail_security"),
        ({"mail_user": "cairn\r\nX: y"}, "mail_user"),
        ({"mail_password": "a\r\nb"}, "mail_password"),
        ({"mail_from": "cairn@example.com\r\nBcc: x@evil.example"}, "mail_from"),
        ({"mail_from": ""}, "mail_from"),
    ],
)
def test_mail_settings_that_do_not_fit_are_refused_by_field(
    session: Session, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        settings.change(session, SITE, replace(MAIL, **wrong), version=1, now=NOW)
    assert fields_of(refused) == {field}


def test_the_mail_password_is_kept_when_none_is_given_and_stands_in_no_audit_row(session: Session) -> None:
    settings.change(session, SITE, MAIL, version=1, now=NOW)
    session.commit()
    seen = settings.show(session, SITE).version
    settings.change(session, SITE, replace(MAIL, mail_password=None, mail_from="b@example.com"), version=seen, now=NOW)
    assert settings.show(session, SITE).mail_password == MAIL.mail_password
    assert str(MAIL.mail_password) not in str(entries(session))
    assert entries(session)[-1][1] == {"fields": ["mail_from"]}


@pytest.mark.parametrize("moved", [{"mail_host": "evil.example"}, {"mail_port": 2525}, {"mail_user": "other"}])
def test_the_stored_password_goes_to_no_other_server_or_user(session: Session, moved: dict[str, Any]) -> None:
    settings.change(session, SITE, MAIL, version=1, now=NOW)
    session.commit()
    seen = settings.show(session, SITE).version
    with pytest.raises(Invalid) as refused:
        settings.change(session, SITE, replace(MAIL, mail_password=None, **moved), version=seen, now=NOW)
    assert fields_of(refused) == {"mail_password"}


def test_without_a_user_no_password_stays(session: Session) -> None:
    settings.change(session, SITE, MAIL, version=1, now=NOW)
    session.commit()
    seen = settings.show(session, SITE).version
    settings.change(session, SITE, replace(MAIL, mail_password=None, mail_user=""), version=seen, now=NOW)
    assert settings.show(session, SITE).mail_password == ""


def test_who_only_reads_changes_nothing(session: Session) -> None:
    reader = replace(AUDITOR, person_id=somebody(session, rights=["auditor"]).id)
    assert settings.show(session, reader).name == "Cairn"
    for forbidden in (
        lambda: settings.change(session, reader, GENERAL, version=1, now=NOW),
        lambda: settings.send_test(session, reader, now=NOW),
        lambda: holidays.add(session, reader, [(date(2026, 12, 25), "")], now=NOW),
        lambda: holidays.remove(session, reader, date(2026, 12, 25), now=NOW),
    ):
        with pytest.raises(NotFound):
            forbidden()
    assert entries(session) == []


def test_a_test_mail_is_asked_for_and_found_again(session: Session) -> None:
    admin = actor_of(session, somebody(session, rights=["administrator"]).id)
    assert settings.last_test(session, admin) is None
    settings.send_test(session, admin, now=NOW)
    job = settings.last_test(session, admin)
    assert job is not None
    assert (job.kind, job.args["person"]) == ("mail.send", admin.person_id)
    other = actor_of(session, somebody(session, rights=["administrator"]).id)
    assert settings.last_test(session, other) is None


def test_lines_become_holidays() -> None:
    assert holidays.read("2026-12-25 Christmas Day\n\n 2027-01-01,New Year\r\n2027-05-01") == [
        (date(2026, 12, 25), "Christmas Day"),
        (date(2027, 1, 1), "New Year"),
        (date(2027, 5, 1), ""),
    ]


def test_every_wrong_line_is_named_and_nothing_is_read() -> None:
    with pytest.raises(Invalid) as refused:
        holidays.read("2026-12-25 Christmas\nChristmas\n2026-02-30 No day\n1066-10-14 Hastings\n2026-12-26 a\u202eb")
    words = [str(problem.message) for problem in refused.value.problems]
    assert [word.split(":")[0] for word in words] == ["Line 2", "Line 3", "Line 4", "Line 5"]


@pytest.mark.parametrize("text", ["", "\n \n", "x\n" * 1001])
def test_no_day_or_too_many_lines_are_refused(text: str) -> None:
    with pytest.raises(Invalid):
        holidays.read(text)


def test_new_holidays_plan_every_active_person_again_and_known_ones_nobody(session: Session) -> None:
    person = somebody(session)
    gone = somebody(session)
    gone.state = "deactivated"
    days = [(date(2026, 12, 25), "Christmas"), (date(2027, 1, 1), "")]
    assert holidays.add(session, SITE, days, now=NOW) == [date(2026, 12, 25), date(2027, 1, 1)]
    assert session.scalars(select(Planning.person_id)).all() == [person.id]
    assert session.scalar(select(func.count()).select_from(Job)) == 1
    assert holidays.add(session, SITE, [(date(2026, 12, 25), "Christmas Day")], now=NOW) == []
    assert session.get_one(Planning, person.id).wanted == 1
    assert session.get_one(Holiday, date(2026, 12, 25)).title == "Christmas Day"
    assert entries(session)[-1] == (
        "settings.holidays_changed",
        {"added": [], "renamed": ["2026-12-25"]},
    )


def test_a_removed_holiday_plans_everybody_again_and_what_is_none_cannot_be_removed(session: Session) -> None:
    person = somebody(session)
    holidays.add(session, SITE, [(date(2026, 12, 25), "Christmas")], now=NOW)
    holidays.remove(session, SITE, date(2026, 12, 25), now=NOW)
    session.expire_all()
    assert holidays.every(session, SITE) == []
    assert session.get_one(Planning, person.id).wanted == 2
    with pytest.raises(NotFound):
        holidays.remove(session, SITE, date(2026, 12, 25), now=NOW)


def test_a_site_without_saved_settings_shows_those_it_begins_with(session: Session) -> None:
    session.execute(delete(Site))
    site = settings.show(session, SITE)
    assert (site.name, site.version, site.currency) == ("Cairn", 1, "EUR")
