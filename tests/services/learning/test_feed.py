"""The calendar feed: one secret address a person, its digest alone is kept, and it ends at once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import NotFound
from lms.services import paths, replanning
from lms.services.access import SITE, Actor
from lms.services.entry import sessions
from lms.services.learning import feed, notices
from lms.services.learning.agenda import FREE, agenda
from lms.services.organisation import erasing, leaving
from lms.services.running import reminders
from lms.services.running.reminders import Lapse
from lms.storage.audit import Audit
from lms.storage.jobs import Job, Reminder
from lms.storage.people import Away, Contact, Person, RightHeld
from lms.storage.site import Holiday
from lms.storage.steps import CalendarFeed
from tests.organisation import NOW, a_published_curriculum, somebody, who_holds


@pytest.fixture
def rep(session: Session) -> Person:
    person = somebody(session, "Zebulon Quagmire")
    number = a_published_curriculum(session)
    who_holds(session, person, "sdr", number, since=date(2026, 10, 1), targets=["account-executive"])
    session.add(Away(person_id=person.id, first=date(2026, 12, 1), last=date(2026, 12, 4)))
    session.add(Holiday(day=date(2026, 12, 25), title="Christmas"))
    replanning.input_changed(session, [person.id], now=NOW)
    paths.replan_now(session, [person.id], now=NOW)
    session.commit()
    return person


def actor(session: Session, person: Person) -> Actor:
    return sessions.actor_of(session, person.id)


def test_27_only_a_digest_is_kept_and_a_new_address_ends_the_old_one(session: Session, rep: Person) -> None:
    assert feed.address_made(session, actor(session, rep)) is None
    first = feed.make(session, actor(session, rep), now=NOW)
    assert len(first) >= 43
    second = feed.make(session, actor(session, rep), now=NOW + timedelta(hours=1))
    row = session.scalars(select(CalendarFeed)).one()
    assert row.digest.startswith("sha256:")
    assert second not in row.digest
    assert feed.address_made(session, actor(session, rep)) == NOW + timedelta(hours=1)
    assert feed.read(session, second, now=NOW).coming
    for dead in (first, "", "x" * 10_000, "\ud800", row.digest):
        with pytest.raises(NotFound):
            feed.read(session, dead, now=NOW)
    feed.revoke(session, actor(session, rep), now=NOW)
    feed.revoke(session, actor(session, rep), now=NOW)
    with pytest.raises(NotFound):
        feed.read(session, second, now=NOW)
    told = session.execute(select(Audit.action, Audit.data).where(Audit.action.like("calendar.%")).order_by(Audit.id))
    assert [tuple(row) for row in told] == [("calendar.made", {}), ("calendar.made", {}), ("calendar.revoked", {})]


def test_15_who_leaves_is_erased_or_has_no_path_any_more_has_no_feed(session: Session, rep: Person) -> None:
    token = feed.make(session, actor(session, rep), now=NOW)
    right = session.get_one(RightHeld, (rep.id, "rep"))
    session.delete(right)
    session.flush()
    with pytest.raises(NotFound):
        feed.read(session, token, now=NOW)
    session.add(RightHeld(person_id=rep.id, held="rep"))
    session.flush()
    assert feed.read(session, token, now=NOW).coming
    session.get_one(Person, rep.id).state = "deactivated"
    session.flush()
    with pytest.raises(NotFound):
        feed.read(session, token, now=NOW)
    session.get_one(Person, rep.id).state = "active"
    session.flush()
    leaving.deactivate(session, SITE, rep.id, now=NOW)
    assert session.scalars(select(CalendarFeed)).all() == [], "who comes back makes a new address"
    session.add(CalendarFeed(person_id=rep.id, digest="sha256:0", created_at=NOW))
    session.flush()
    erasing.erase(session, SITE, rep.id, str(rep.id), now=NOW)
    assert session.scalars(select(CalendarFeed)).all() == []
    with pytest.raises(NotFound):
        feed.make(session, actor(session, somebody(session, rights=["trainer"])), now=NOW)


def test_the_agenda_has_what_the_path_says_in_the_order_of_days(session: Session, rep: Person) -> None:
    found = agenda(session, rep.id, now=NOW)
    assert found
    assert found.path
    kinds = {one.kind for one in found.coming}
    assert {"session", "step", "gate", "ready", "away", "holiday", "blackout"} <= kinds
    assert [one.day for one in found.coming] == sorted(one.day for one in found.coming)
    assert sum(one.kind in {"session", "step", "renewal"} for one in found.coming) == found.path.steps
    token = feed.make(session, actor(session, rep), now=NOW)
    shown = feed.read(session, token, now=NOW)
    assert [one for _, one in shown.coming] == [one for one in found.coming if one.kind not in FREE]
    assert len({mark for mark, _ in shown.coming}) == len(shown.coming)
    assert shown.stamp == found.path.stored_at
    assert feed.read(session, token, now=NOW + timedelta(hours=3)) == shown, "the same path shows the same"


def test_who_wants_no_mail_about_lapses_gets_none_until_they_want_it_again(session: Session, rep: Person) -> None:
    lapse = Lapse(person_id=rep.id, version_id=1, competency="discovery", level=2, last=NOW.date())
    assert notices.concerning(actor(session, rep)) == ("lapses", "answers", "aims", "waiting")
    notices.choose(session, actor(session, rep), ["answers", "aims", "waiting", "nonsense"], now=NOW)
    assert session.get_one(Contact, rep.id).muted == ["lapses"]
    assert notices.wanted(session, actor(session, rep)) == ("answers", "aims", "waiting")
    assert reminders.ask(session, [lapse], now=NOW) == 0
    assert session.scalars(select(Reminder)).all() == []
    notices.choose(session, actor(session, rep), ["lapses", "answers"], now=NOW)
    notices.choose(session, actor(session, rep), ["lapses", "answers"], now=NOW)
    assert reminders.ask(session, [lapse], now=NOW) == 1
    assert len(session.scalars(select(Job).where(Job.kind == "mail.send")).all()) == 1
    assert len(session.scalars(select(Audit).where(Audit.action == "account.changed")).all()) == 2
