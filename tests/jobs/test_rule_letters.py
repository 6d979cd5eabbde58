"""Mails about rules: one a morning at most, of what was set and of a day that comes near; one report for the maker."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.jobs import letters
from lms.services import paths
from lms.services.rules import telling
from lms.storage.jobs import Job
from lms.storage.people import Contact
from tests.organisation import NOW
from tests.services.rules.company import JUNE, Company, a_company, apply_all, choose


@pytest.fixture
def company(session: Session) -> Company:
    return a_company(session)


def mails(app: Flask, session: Session, now: datetime = NOW, language: str = "en") -> dict[int, str]:
    """Subject and text of each mail of a morning, by whom it goes to; the jobs are taken off."""
    telling.tell(session, now=now)
    for contact in session.scalars(select(Contact)):
        contact.language = language
    session.flush()
    found: dict[int, str] = {}
    with app.test_request_context():
        for job in session.scalars(select(Job).where(Job.kind == "mail.send").order_by(Job.id)):
            letter = letters.write(session, job.args, now=now)
            assert job.args["person"] not in found
            if letter is not None:
                assert "None" not in letter.text
                found[job.args["person"]] = f"{letter.subject}\n{letter.text}"
    session.execute(delete(Job))
    return found


def test_each_is_told_once_and_reminded_a_month_and_a_week_before_as_long_as_something_is_missing(
    app: Flask, session: Session, company: Company
) -> None:
    choose(session, company.bo, "lead")
    company.rule(session, company.manager, company.north)
    apply_all(session)
    session.execute(delete(Job))
    paths.replan_now(session, [company.dana.id], now=NOW)
    first = mails(app, session)
    assert first.keys() == {company.dana.id, company.manager.id}
    assert "A rule of Ann made Senior your target, by 1 Jun 2027" in first[company.dana.id]
    assert "1 person got the target, 1 keeps a choice of their own, 0 aimed there already" in first[company.manager.id]
    june = NOW.replace(year=JUNE.year, month=JUNE.month, day=JUNE.day)
    days = [number for number in range(40, -2, -1) if mails(app, session, june - timedelta(days=number))]
    assert days == [30, 7]
    assert mails(app, session) == {}


def test_who_wants_no_such_mail_or_chose_otherwise_since_gets_none(
    app: Flask, session: Session, company: Company
) -> None:
    company.rule(session, company.manager, company.north)
    apply_all(session)
    session.execute(delete(Job))
    for who, notice in ((company.bo, "aims"), (company.manager, "rules")):
        session.get_one(Contact, who.id).muted = [notice]
    telling.tell(session, now=NOW)
    choose(session, company.dana, "lead")
    assert mails(app, session) == {}
