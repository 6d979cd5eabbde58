"""A roster brings people, teams, the line, rights, roles and plans; all of it, or nothing."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.errors import NotFound
from lms.services import imports
from lms.services.access import SITE
from lms.services.entry.sessions import actor_of
from lms.services.imports import History
from lms.storage.accounts import OneTimeLink
from lms.storage.audit import Audit
from lms.storage.jobs import Job
from lms.storage.paths import Planning
from lms.storage.people import Contact, Person, RightHeld, StudyPlan, Team
from lms.storage.record import ImportBatch, RoleAssignment
from tests.organisation import NOW, a_team, somebody
from tests.services.import_files import a_csv, acme, an_administrator, bring, counts, look, refused, statements

PEOPLE = History.PEOPLE
ROSTER = a_csv(
    "name,mail,number,team,manager_mail,rights,role,role_since,target,aim,weekly_hours,language",
    "Dana Rivera,dana@acme.example,A-1,North / Berlin,sam@acme.example,,sdr,2026-02-01,ae,2027-03-31,3.5,de",
    "Sam Okafor,sam@acme.example,A-2,North / Berlin,lena@acme.example,trainer,ae,2025-01-01,,,,",
    "Lena Weiß,lena@acme.example,A-3,North,,auditor,,,,,,",
)


def person(session: Session, mail: str) -> Person:
    found = session.scalars(select(Person).join(Contact).where(Contact.mail == mail)).one()
    session.refresh(found)
    return found


def team(session: Session, name: str) -> Team:
    return session.scalars(select(Team).where(Team.name == name).execution_options(populate_existing=True)).one()


def test_a_roster_brings_people_teams_line_rights_roles_and_plans(session: Session) -> None:
    curriculum = acme(session)
    report = bring(session, PEOPLE, ROSTER)
    assert (report.added, report.changed, report.unchanged, len(report.created)) == (3, 0, 0, 3)
    dana, sam, lena = (person(session, f"{name}@acme.example") for name in ("dana", "sam", "lena"))
    berlin, north = team(session, "Berlin"), team(session, "North")
    assert (berlin.parent_id, berlin.manager_id, north.parent_id, north.manager_id) == (north.id, sam.id, None, lena.id)
    assert (dana.team_id, sam.team_id, lena.team_id, dana.state) == (berlin.id, berlin.id, north.id, "active")
    rights = {(one.person_id, one.held) for one in session.scalars(select(RightHeld))}
    assert rights == {(dana.id, "rep"), (sam.id, "trainer"), (lena.id, "auditor")}
    plan = session.get_one(StudyPlan, dana.id)
    assert (plan.targets, plan.aim, plan.weekly_hundredths) == (["ae"], date(2027, 3, 31), 350)
    assert session.get_one(StudyPlan, lena.id).weekly_hundredths == 400
    roles = session.scalars(select(RoleAssignment).order_by(RoleAssignment.person_id)).all()
    assert [(one.role, one.curriculum_id, one.starts, one.origin) for one in roles] == [
        ("sdr", curriculum, date(2026, 2, 1), "imported"),
        ("ae", curriculum, date(2025, 1, 1), "imported"),
    ]
    contact = session.get_one(Contact, dana.id)
    assert (contact.name, contact.number, contact.language) == ("Dana Rivera", "A-1", "de")
    assert session.scalars(select(OneTimeLink)).all() == [], "nobody is invited by a file"


def test_one_audit_row_names_the_file_the_counts_and_the_batch_and_nobody_personal(session: Session) -> None:
    acme(session)
    report = bring(session, PEOPLE, ROSTER)
    (audit,) = session.scalars(select(Audit).where(Audit.action == "import.applied")).all()
    batch = session.get_one(ImportBatch, report.batch_id)
    assert (audit.subject_kind, audit.subject_id, batch.audit_id) == ("import", batch.id, audit.id)
    assert (audit.data["file"], audit.data["added"], audit.data["teams"]) == (batch.file_digest, 3, 2)
    assert audit.data["created"] == imports.runs(report.created)
    assert set(audit.data["rights"].values().__iter__().__next__()) <= {"trainer", "auditor"}
    assert "Dana" not in str(audit.data)
    assert "acme.example" not in str(audit.data)
    assert all(row.audit_id == audit.id for row in session.scalars(select(RoleAssignment)))
    assert audit.content is not None


def test_a_roster_twice_changes_nothing(session: Session) -> None:
    acme(session)
    bring(session, PEOPLE, ROSTER)
    session.flush()
    before = counts(session)
    again = look(session, PEOPLE, ROSTER)
    assert (again.differs, again.unchanged, again.problems, again.importable) == (0, 3, (), False)
    report = bring(session, PEOPLE, ROSTER)
    assert (report.added, report.changed, report.unchanged, report.batch_id) == (0, 0, 3, None)
    session.flush()
    assert counts(session) == before


def test_the_order_of_the_rows_makes_no_difference(session: Session) -> None:
    acme(session)
    head, *rows = ROSTER.decode().splitlines()
    turned = a_csv(head, *reversed(rows))
    bring(session, PEOPLE, ROSTER)
    assert look(session, PEOPLE, turned).differs == 0


def test_a_preview_writes_nothing_and_says_what_would_change_field_by_field(session: Session) -> None:
    acme(session)
    bring(session, PEOPLE, ROSTER)
    before = counts(session)
    shown = look(
        session,
        PEOPLE,
        a_csv(
            "name,mail,number,team,manager_mail,rights,role,role_since,weekly_hours",
            "Dana Rivera-Lopez,dana.lopez@acme.example,A-1,South,,rep;trainer,ae,2026-11-01,4",
            "Sam Okafor,SAM@acme.example,,,,,,,",
            "Ada New,ada@acme.example,,North / Berlin,dana.lopez@acme.example,,,,",
        ),
    )
    session.flush()
    assert counts(session) == before
    assert shown.problems == ()
    (dana,) = shown.changed
    assert {(c.field, c.old, c.new) for c in dana.changes} == {
        ("name", "Dana Rivera", "Dana Rivera-Lopez"),
        ("mail", "dana@acme.example", "dana.lopez@acme.example"),
        ("team", "North / Berlin", "South"),
        ("rights", "rep", "rep, trainer"),
        ("role", "sdr, 2026-02-01", "ae, 2026-11-01"),
        ("weekly_hours", "3.5", "4"),
    }
    assert [one.who for one in shown.added] == ["Ada New"]
    assert [one.who for one in shown.teams_added] == ["South"]
    (berlin,) = shown.teams_changed
    assert (berlin.who, berlin.changes[0].old, berlin.changes[0].new) == (
        "North / Berlin",
        "Sam Okafor",
        "dana.lopez@acme.example",
    )
    assert shown.unchanged == 1


def test_changes_are_written_and_only_whose_input_changed_is_planned_again(session: Session) -> None:
    acme(session)
    bring(session, PEOPLE, ROSTER)
    dana, sam = person(session, "dana@acme.example"), person(session, "sam@acme.example")
    session.add(OneTimeLink(kind="invitation", person_id=dana.id, nonce="n", created_at=NOW, expires_at=NOW))
    session.flush()
    version = dana.version
    report = bring(
        session,
        PEOPLE,
        a_csv(
            "name,mail,number,rights,role,role_since",
            "Dana Lopez,lopez@acme.example,A-1,trainer,ae,2026-11-01",
            "Sam O. Okafor,sam@acme.example,A-2,,,",
        ),
    )
    assert (report.added, report.changed) == (0, 2)
    session.expire_all()
    contact = session.get_one(Contact, dana.id)
    assert (contact.name, contact.mail, contact.mail_key) == ("Dana Lopez", "lopez@acme.example", "lopez@acme.example")
    assert dana.version == version + 1
    assert list(session.scalars(select(RightHeld.held).where(RightHeld.person_id == dana.id))) == ["trainer"]
    assert session.scalars(select(OneTimeLink)).all() == [], "the old address opens nothing"
    assert session.get_one(Planning, dana.id).wanted == 2
    assert session.get_one(Planning, sam.id).wanted == 1
    assert session.scalars(select(Job.id).where(Job.dedupe_key == f"replan:{dana.id}")).all()


def test_an_empty_cell_leaves_what_is_there(session: Session) -> None:
    acme(session)
    bring(session, PEOPLE, ROSTER)
    assert look(session, PEOPLE, a_csv("name,mail,team,role,aim", "Dana Rivera,dana@acme.example,,,")).differs == 0


def test_a_role_of_which_the_start_was_told_wrongly_is_corrected_and_one_from_now_on_is_added(session: Session) -> None:
    acme(session)
    bring(session, PEOPLE, ROSTER)
    head = "name,mail,role,role_since"
    bring(session, PEOPLE, a_csv(head, "Dana Rivera,dana@acme.example,sdr,2026-01-01"))
    bring(session, PEOPLE, a_csv(head, "Dana Rivera,dana@acme.example,ae,2026-10-01"))
    rows = session.scalars(
        select(RoleAssignment).join(Contact, Contact.person_id == RoleAssignment.person_id)
        .where(Contact.mail == "dana@acme.example").order_by(RoleAssignment.id)
    ).all()  # fmt: skip
    assert [(one.role, one.starts.isoformat(), one.corrects_id) for one in rows] == [
        ("sdr", "2026-02-01", None),
        ("sdr", "2026-01-01", rows[0].id),
        ("ae", "2026-10-01", None),
    ]
    late = a_csv(head, "Dana Rivera,dana@acme.example,sdr,2026-03-01")
    assert look(session, PEOPLE, late).differs == 0, "a staff list that lags behind undoes nothing"


def test_12_nobody_gives_themselves_a_role_or_rights_by_a_file(session: Session) -> None:
    acme(session)
    boss = an_administrator(session, mail="boss@acme.example", name="Boss")
    head = "name,mail,rights,role,role_since"
    for row in ("Boss,boss@acme.example,,ae,2026-01-01", "Boss,boss@acme.example,trainer,,"):
        assert refused(session, PEOPLE, a_csv(head, row), boss) == [
            "2: is about yourself; nobody gives themselves a role or rights, ask another administrator"
        ]
    assert look(session, PEOPLE, a_csv(head, "Boss,boss@acme.example,,,"), boss).unchanged == 1


def test_12_a_trainer_cannot_import_at_all(session: Session) -> None:
    trainer = actor_of(session, somebody(session, rights=["trainer", "rep"], mail="t@acme.example").id)
    for verb in (imports.preview, imports.apply):
        with pytest.raises(NotFound):
            verb(session, trainer, PEOPLE, ROSTER, "file.csv", now=NOW)


def test_12_no_file_makes_or_unmakes_an_administrator(session: Session) -> None:
    boss = an_administrator(session, mail="boss@acme.example", name="Boss")
    other = an_administrator(session, mail="other@acme.example", name="Other")
    head = "name,mail,rights"
    assert "cannot give that right" in refused(session, PEOPLE, a_csv(head, "Eve,eve@acme.example,administrator"))[0]
    bring(session, PEOPLE, a_csv(head, "Other,other@acme.example,rep"), boss)
    assert set(session.scalars(select(RightHeld.held).where(RightHeld.person_id == other.person_id))) == {
        "administrator",
        "rep",
    }
    assert other.person_id is not None
    session.get_one(Contact, other.person_id).number = "N-1"
    session.flush()
    taken = a_csv("name,mail,number", "Other,eve@evil.example,N-1")
    assert refused(session, PEOPLE, taken, boss) == [
        "2: is an administrator, whose address is changed on their page only"
    ]


def test_47_everything_wrong_with_a_roster_is_said_at_once_and_nothing_is_written(session: Session) -> None:
    acme(session)
    somebody(session, "Kim", mail="kim@acme.example")
    gone = somebody(session, "Gone", mail="gone@acme.example")
    gone.state = "deactivated"
    session.flush()
    said = refused(
        session,
        PEOPLE,
        a_csv(
            "name,mail,number,team,manager_mail,rights,role,role_since,target,weekly_hours",
            "Ok,ok@acme.example,,North,,,,,,",
            "Dana,dana@acme.example,,,,,sdrr,,,",
            "Dana Again,DANA@ACME.example,,,,,,,,",
            "No Mail,,,,,,,,,",
            "Bad Hours,hours@acme.example,,,,,,,,0",
            "Odd Hours,odd@acme.example,,,,,,,,3.333",
            "Admin,admin@acme.example,,,,administrator,,,,",
            "Alone,alone@acme.example,,,kim@acme.example,,,,,",
            "Lost,lost@acme.example,,North,nobody@acme.example,,,,,",
            "Back,gone@acme.example,,North,,,,,,",
            "Under,under@acme.example,,North,gone@acme.example,,,,,",
            "Own,own@acme.example,,North,own@acme.example,,,,,",
            "Since,since@acme.example,,,,,,2026-01-01,,",
            "Aims,aims@acme.example,,,,,sdr,2026-01-01,aee,",
            "Early,early@acme.example,,,,,sdr,1949-12-31,,",
        ),
    )
    assert said == [
        "3: no published curriculum has the role 'sdrr' (did you mean 'sdr'?)",
        "4: mail 'DANA@acme.example' stands in row 3 and again in row 4",
        "5: 'mail' is empty",
        "6: 'weekly_hours' must be a number of hours above 0 and at most 168, not '0'",
        "7: 'weekly_hours' takes at most two decimals",
        "8: 'rights' may not be administrator: a file cannot give that right",
        "9: has a manager and no team; whoever manages somebody manages a team",
        "10: nobody has the manager's address 'nobody@acme.example', neither here nor in the file",
        "11: 'Gone' is deactivated; bring them back on their page first, or leave the row out",
        "12: the manager 'gone@acme.example' is deactivated",
        "13: 'own@acme.example' cannot be their own manager",
        "14: 'role_since' is filled in and 'role' is empty; say which role",
        "15: no published curriculum has the target role 'aee' (did you mean 'ae'?)",
        "16: 'role_since': The day must lie between 1950 and 2099.",
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"name,mail\nA\x00B,a@acme.example\n", "NUL"),
        (b'name,mail\n"Dana,d@acme.example\n', "quote"),
        (b"name,mail\n" + b"x" * 1_100_000, "characters"),
        (b"name,mail,Name\nDana,d@acme.example,x\n", "same name"),
        (b"a," * 300_000, "columns"),
        (b"name,mail\nDana,d@acme.example\nDana,D@acme.example\n", "again in row 3"),
        ("name,mail\nDana,jose\u0301@acme.example\nDana,jos\u00e9@acme.example\n".encode(), "again in row 3"),
        ("name,mail\nDana,d@acme.example\n".encode("utf-16-be"), "UTF-8"),
        (b"name,mail\n" + b",".join([b"x"] * 500), "cells"),
        (b"\xd0\xcf\x11\xe0 old", "XLS"),
        (b"PK\x03\x04 no zip", "damaged"),
        (b"name,salary\nDana,1\n", "unknown column 'salary'"),
    ],
)  # fmt: skip
def test_47_a_hostile_roster_is_refused_by_row_and_nothing_is_written(session: Session, data: bytes, said: str) -> None:
    assert said in " | ".join(refused(session, PEOPLE, data))


@pytest.mark.parametrize("encoded", ["utf-8-sig", "utf-16"])
def test_47_byte_order_marks_and_old_line_ends_are_read(session: Session, encoded: str) -> None:
    data = "name,mail\rZoë,zoe@acme.example\r".encode(encoded)
    assert bring(session, PEOPLE, data).added == 1


def test_54_a_nul_in_a_workbook_or_a_file_never_reaches_the_database(session: Session) -> None:
    assert refused(session, PEOPLE, b"name,mail\nDa\x00na,d@acme.example\n")


def test_55_the_same_person_in_another_spelling_is_found_and_not_made_twice(session: Session) -> None:
    somebody(session, "Jos\u00e9", mail="jos\u00e9@acme.example")
    shown = look(session, PEOPLE, "name,mail\nJose\u0301,JOSE\u0301@ACME.example\n".encode())
    assert (shown.differs, shown.unchanged) == (0, 1)


def test_a_number_and_an_address_of_two_people_are_told_apart(session: Session) -> None:
    bring(session, PEOPLE, a_csv("name,mail,number", "A,a@acme.example,1", "B,b@acme.example,2"))
    assert refused(session, PEOPLE, a_csv("name,mail,number", "A,b@acme.example,1")) == [
        "2: the number '1' is that of 'A', the address that of 'B'"
    ]
    assert refused(session, PEOPLE, a_csv("name,mail,number", "A,new@acme.example,1", "A,a@acme.example,")) == [
        "3: is the same person as row 2"
    ]


def test_a_person_is_found_by_number_first_so_that_an_address_may_change(session: Session) -> None:
    bring(session, PEOPLE, a_csv("name,mail,number", "A,a@acme.example,1"))
    (change,) = look(session, PEOPLE, a_csv("name,mail,number", "A,b@acme.example,1")).changed
    assert [(one.field, one.new) for one in change.changes] == [("mail", "b@acme.example")]


def test_a_deactivated_person_whose_row_says_nothing_new_is_only_mentioned(session: Session) -> None:
    gone = somebody(session, "Gone", mail="gone@acme.example")
    gone.state = "deactivated"
    session.flush()
    shown = look(session, PEOPLE, a_csv("name,mail", "Gone,gone@acme.example"))
    assert (shown.problems, shown.unchanged) == ((), 1)
    assert "deactivated" in shown.warnings[0].message


def test_teams_are_found_whatever_the_case_and_made_only_once(session: Session) -> None:
    north = a_team(session, "North")
    a_team(session, "Berlin", parent=north)
    bring(session, PEOPLE, a_csv("name,mail,team", "A,a@x.example,NORTH / berlin", "B,b@x.example,north/Rom / Ost"))
    assert sorted(one.name for one in session.scalars(select(Team))) == ["Berlin", "North", "Ost", "Rom"]


def test_rows_of_one_team_that_name_two_managers_are_problems(session: Session) -> None:
    said = refused(
        session,
        PEOPLE,
        a_csv(
            "name,mail,team,manager_mail",
            "A,a@x.example,North,c@x.example",
            "B,b@x.example,North,d@x.example",
            "C,c@x.example,,",
            "D,d@x.example,,",
        ),
    )
    assert said == ["3: names 'd@x.example' as manager of 'North', row 2 names 'c@x.example'; a team has one manager"]


def test_two_who_name_each_other_lead_nothing(session: Session) -> None:
    said = refused(
        session,
        PEOPLE,
        a_csv("name,mail,team,manager_mail", "A,a@x.example,North,b@x.example", "B,b@x.example,North,a@x.example"),
    )
    assert [one.split(":")[0] for one in said] == ["2", "3"]


def test_one_row_of_the_manager_there_is_does_not_take_their_team_away(session: Session) -> None:
    acme(session)
    bring(session, PEOPLE, ROSTER)
    row = a_csv("name,mail,team,manager_mail", "Sam Okafor,sam@acme.example,North / Berlin,lena@acme.example")
    assert look(session, PEOPLE, row).differs == 0


def test_what_was_seen_is_what_is_imported(session: Session) -> None:
    acme(session)
    seen = look(session, PEOPLE, ROSTER).digest
    somebody(session, "Dana", mail="dana@acme.example")
    with pytest.raises(imports.Outdated) as caught:
        bring(session, PEOPLE, ROSTER, seen=seen)
    assert len(caught.value.preview.changed) == 1
    assert bring(session, PEOPLE, ROSTER, seen=caught.value.preview.digest).changed == 1


def test_an_unknown_column_can_be_mapped_or_passed_over_by_hand(session: Session) -> None:
    data = a_csv("Nom,Courriel,Solde", "Dana,dana@acme.example,12")
    shown = look(session, PEOPLE, data)
    assert [(one.header, one.field, one.example) for one in shown.columns][2] == ("Solde", None, "12")
    mapping = {"Nom": "name", "Courriel": "mail", "Solde": ""}
    assert bring(session, PEOPLE, data, mapping=mapping).added == 1


@pytest.mark.parametrize("again", [False, True])
def test_the_statements_for_thousands_grow_by_the_chunk_and_not_by_the_row(session: Session, again: bool) -> None:
    acme(session)

    def sent(rows: int) -> int:
        lines = [
            f"Person {n},p{n}@big{rows}.example,N{rows}-{n},North / T{n % 5},boss{n % 5}@big{rows}.example,,sdr,2026-01-01,ae,4"
            for n in range(rows)
        ]
        bosses = [f"Boss {n},boss{n}@big{rows}.example,B{rows}-{n},North / T{n},,,ae,2026-01-01,," for n in range(5)]
        data = a_csv("name,mail,number,team,manager_mail,rights,role,role_since,target,weekly_hours", *bosses, *lines)
        if again:
            bring(session, PEOPLE, data)
            data = data.replace(b",4\n", b",5\n").replace(b"Person ", b"Human ")
        with statements(session) as seen:
            report = bring(session, PEOPLE, data)
        assert (report.changed if again else report.added) >= rows
        return len(seen)

    few, many = sent(200), sent(2_200)
    assert many <= few + 4 * 20 + 2_000 // 50, (few, many)


def test_nobody_but_who_may_import_learns_what_a_file_would_do(session: Session) -> None:
    nobody = actor_of(session, somebody(session, rights=["auditor"]).id)
    with pytest.raises(NotFound):
        imports.preview(session, nobody, PEOPLE, ROSTER, "file.csv", now=NOW)
    assert imports.preview(session, SITE, PEOPLE, ROSTER, "file.csv", now=NOW).problems
