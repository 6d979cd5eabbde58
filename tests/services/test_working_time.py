"""Full or part time: brought by form or file, handed out to whom it is about, gone when erased, and part of no plan."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.services.access import SITE
from lms.services.entry import sessions
from lms.services.imports import History
from lms.services.organisation import erasing, people, people_list
from lms.services.organisation.people_list import Wanted
from lms.services.records import own_data
from lms.storage.audit import Audit
from lms.storage.people import Contact, Person
from lms.storage.snapshot import load_people
from lms.web.admin.people_export import HEADER, rows_of
from tests.organisation import NOW, a_published_curriculum, details_of, somebody, who_holds
from tests.services.import_files import a_csv, bring, look

TODAY = NOW.date()


def test_neither_plan_nor_readiness_nor_ranking_reads_it(session: Session) -> None:
    rep = somebody(session, "Dana")
    who_holds(session, rep, "sdr", a_published_curriculum(session), since=TODAY, targets=["account-executive"])
    before = load_people(session, [rep.id], TODAY)
    details = details_of(session, rep)
    for working_time in ("full-time", "part-time"):
        rep.working_time = working_time
        session.flush()
        assert load_people(session, [rep.id], TODAY) == before  # all that the three are computed from
    assert details_of(session, rep) != details


def test_a_file_brings_it_an_empty_cell_keeps_it_and_the_list_gives_it_back(session: Session) -> None:
    header = "name,mail,working time"
    bring(session, History.PEOPLE, a_csv(header, "Dana,dana@acme.example,Part time", "Sam,sam@acme.example,"))
    dana, sam = (
        session.scalars(select(Person).join(Contact).where(Contact.name == name)).one() for name in ("Dana", "Sam")
    )
    assert (dana.working_time, sam.working_time) == ("part-time", None)
    changed = a_csv(header, "Dana,dana@acme.example,", "Sam,sam@acme.example,full-time")
    bring(session, History.PEOPLE, changed)
    session.expire_all()
    assert (dana.working_time, sam.working_time) == ("part-time", "full-time")
    listed = people_list.everybody(session, SITE, Wanted(), on=TODAY)
    exported = [dict(zip(HEADER, row, strict=True)) for row in rows_of(listed, {})]
    assert {row["name"]: row["working_time"] for row in exported if row["name"] in {"Dana", "Sam"}} == {
        "Dana": "part-time",
        "Sam": "full-time",
    }
    assert look(session, History.PEOPLE, changed).differs == 0


def test_it_is_in_ones_own_data_changes_are_audited_without_it_and_erasing_takes_it(session: Session) -> None:
    rep = somebody(session, "Dana")
    details = details_of(session, rep)
    people.change(
        session, SITE, rep.id, type(details)(name="Dana", mail=details.mail, working_time="part-time"), now=NOW
    )
    entry = session.scalars(select(Audit).where(Audit.action == "person.changed")).one()
    assert entry.data == {"fields": ["working_time"]}
    own = own_data.own_data(session, sessions.actor_of(session, rep.id), now=NOW)
    assert own["contact"]["working_time"] == "part-time"
    rep.state = "deactivated"
    erasing.erase(session, SITE, rep.id, str(rep.id), now=NOW)
    assert rep.working_time is None
