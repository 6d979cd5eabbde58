"""A piece from hand to hand: who may answer it, once; what its rating does to the path; where it goes when nobody answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.engine.profile import profile_on
from lms.errors import Conflict, Invalid, NotPermitted
from lms.jobs import letters
from lms.services import paths
from lms.services.access import SITE, Actor, Denied, Right
from lms.services.entry import rights
from lms.services.evidence import deputies, handing_in, observing, ratings, reading, reviewing, routing
from lms.services.evidence.handing_in import Handed, NewPiece
from lms.services.learning.levels import as_they_are
from lms.services.organisation import erasing, leaving, teams
from lms.services.running import chain, reminders
from lms.storage.audit import Audit
from lms.storage.evidence_pieces import Part, Piece, Review, StoredFile
from lms.storage.files import Files
from lms.storage.jobs import Job
from lms.storage.paths import Path as StoredPath
from lms.storage.people import Contact, Person, PersonalText, RightHeld
from lms.storage.record import Evidence
from lms.storage.session import db, transaction
from tests.organisation import somebody
from tests.services.evidence.pieces import a_file, a_folder, hand_in
from tests.services.import_files import statements
from tests.services.learning.academy import Academy, an_academy

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.fixture
def academy(session: Session) -> Academy:
    return an_academy(session, now=NOW)


@pytest.fixture
def store(tmp_path: Path) -> Files:
    return a_folder(tmp_path)


def ledger_rows(session: Session) -> list[tuple[str, int, str, int | None]]:
    rows = session.scalars(select(Evidence).order_by(Evidence.id))
    return [(row.competency, row.level, row.source, row.rater_id) for row in rows]


def mails(session: Session, template: str) -> list[int]:
    jobs = session.scalars(select(Job).where(Job.kind == "mail.send").order_by(Job.id))
    return [job.args["person"] for job in jobs if job.args["template"] == template]


def path_of(session: Session, person: Person) -> list[str]:
    session.expire_all()
    return [step["course"] for step in json.loads(session.get_one(StoredPath, person.id).document)["steps"]]


def replan(session: Session, person: Person) -> None:
    """What the worker does with the job that a sign-off asked for."""
    jobs = session.scalars(select(Job).where(Job.kind == "paths.replan", Job.state == "waiting"))
    assert {"people": [person.id]} in [job.args for job in jobs]
    paths.replan_now(session, [person.id], now=NOW)


def held(session: Session, person: Person, competency: str, now: datetime = NOW) -> int:
    who = as_they_are(session, person.id, now=now)
    assert who is not None
    assert who.version is not None
    return profile_on(who.version.curriculum, who.snapshot.person, who.on).levels.get(competency, 0)


def test_a_piece_is_asked_more_of_added_to_and_signed_off_and_the_path_has_moved_on(
    app: Flask, session: Session, academy: Academy, store: Files
) -> None:
    piece = hand_in(session, academy, store, now=NOW, kind="file", files=[a_file()])
    assert (piece.reviewer_id, piece.capacity, piece.since) == (academy.manager.id, "manager", NOW)
    assert mails(session, "evidence-arrived") == [academy.manager.id]
    assert "talk" in path_of(session, academy.rep)
    boss, rep = academy.actor(session, academy.manager), academy.actor(session, academy.rep)
    with pytest.raises(Invalid):
        reviewing.ask_for_more(session, boss, piece.id, " ", now=NOW)
    reviewing.ask_for_more(session, boss, piece.id, "The second half,\r\nplease.", now=NOW)
    with pytest.raises(Conflict, match="asked for already"):
        reviewing.sign_off(session, boss, piece.id, 2, now=NOW)
    with pytest.raises(Invalid):
        handing_in.add(session, rep, store, piece.id, Handed(), now=NOW)
    handing_in.add(session, rep, store, piece.id, Handed(text="Here it is."), now=NOW + DAY)
    assert (piece.state, piece.since, ledger_rows(session)) == ("waiting", NOW + DAY, [])
    row = reviewing.sign_off(session, boss, piece.id, 2, text="Well done.", now=NOW + DAY)
    assert ledger_rows(session) == [("talking", 2, "manager", academy.manager.id)]
    assert (row.shown_on, row.until) == (TODAY, None)
    replan(session, academy.rep)
    assert "talk" not in path_of(session, academy.rep)
    with pytest.raises(Conflict, match="signed off already"):
        reviewing.sign_off(session, boss, piece.id, 2, now=NOW + DAY)
    with pytest.raises(Conflict):
        handing_in.withdraw(session, rep, piece.id, now=NOW + DAY)
    view = reading.show(session, rep, piece.id, now=NOW + DAY)
    assert [(one.row.outcome, one.level, one.text) for one in view.told] == [
        ("more-asked", None, "The second half,\nplease."), ("signed-off", 2, "Well done."),
    ]  # fmt: skip
    assert [part.text for part in view.parts] == ["I asked and listened.", "Here it is."]
    assert (view.own, view.acts, view.to) == (True, None, ())
    for kept in (*session.scalars(select(Job)), *session.scalars(select(Audit))):
        assert "half" not in str(vars(kept)), "personal text stands nowhere else"
    digests = [
        one.data.get("files") for one in session.scalars(select(Audit).where(Audit.action == "evidence.signed_off"))
    ]
    assert digests == [[session.scalars(select(StoredFile.digest)).one()]]
    session.commit()
    with app.app_context():
        review = session.scalars(select(Review).order_by(Review.id)).all()
        args = {"template": "evidence-answered", "person": academy.rep.id, "piece": piece.id}
        more, done = (letters.write(session, {**args, "review": one.id}, now=NOW) for one in review)
        args = {"template": "evidence-arrived", "person": academy.manager.id, "piece": piece.id}
        assert letters.write(session, args, now=NOW) is None, "it waits no more"
    assert more
    assert done
    assert "The second half," in more.text
    assert (done.subject, f"/evidence/{piece.id}" in done.html) == ("Talking: level 2", True)
    with transaction(session):
        while chain.seal(session, now=NOW):
            pass
    assert isinstance(chain.verify(session), chain.Verified)


def test_9_nobody_signs_off_their_own_and_who_may_not_see_it_finds_nothing(
    session: Session, academy: Academy, store: Files
) -> None:
    piece = hand_in(session, academy, store, now=NOW)
    own = academy.actor(session, academy.rep)
    with pytest.raises(NotPermitted, match="Nobody reviews their own evidence"):
        reviewing.sign_off(session, own, piece.id, 2, now=NOW)
    with pytest.raises(NotPermitted):
        observing.observe(session, own, academy.rep.id, "talking", 2, shown_on=TODAY, now=NOW)
    session.add(RightHeld(person_id=academy.other.id, held="assessor"))
    session.flush()
    for who in (academy.other, academy.trainer):
        with pytest.raises(Denied):
            reviewing.sign_off(session, academy.actor(session, who), piece.id, 2, now=NOW)
        with pytest.raises(Denied):
            reading.show(session, academy.actor(session, who), piece.id, now=NOW)
    with pytest.raises(Denied):
        reviewing.sign_off(session, own, 10**15, 2, now=NOW)
    assert ledger_rows(session) == []
    piece.reviewer_id = academy.rep.id
    with pytest.raises(IntegrityError, match="nobody_reviews_their_own_evidence"):
        session.flush()


def test_a_lower_rating_and_one_of_absence_need_a_word_and_count_as_the_policy_says(
    session: Session, academy: Academy, store: Files
) -> None:
    boss = academy.actor(session, academy.manager)
    high = hand_in(session, academy, store, now=NOW)
    reviewing.sign_off(session, boss, high.id, 3, now=NOW)
    piece = hand_in(session, academy, store, now=NOW, text="Again.")
    for wrong in (-1, 5):
        with pytest.raises(Invalid):
            reviewing.sign_off(session, boss, piece.id, wrong, text="x", now=NOW)
    with pytest.raises(Invalid, match="why it is lower"):
        reviewing.sign_off(session, boss, piece.id, 0, now=NOW)
    reviewing.sign_off(session, boss, piece.id, 0, text="You read it out.", now=NOW)
    assert [row[1] for row in ledger_rows(session)] == [3, 0], "every rating stays"
    assert held(session, academy.rep, "talking") == 3, "the policy is the highest"


def test_evidence_lapses_as_long_as_courses_grant_it_warns_before_and_takes_its_level_with_it(
    session: Session, academy: Academy, store: Files
) -> None:
    boss = academy.actor(session, academy.manager)
    piece = hand_in(session, academy, store, now=NOW, competency="law", level=1)
    row = reviewing.sign_off(session, boss, piece.id, 1, now=NOW)
    assert row.until == (NOW + 364 * DAY).date(), "a course gives it for twelve months"
    observing.observe(session, boss, academy.rep.id, "talking", 2, shown_on=TODAY, until=TODAY + 10 * DAY, now=NOW)
    found = reminders.due(session, now=NOW, beat=lambda _: None)
    assert [(one.competency, one.level, one.last) for one in found] == [("talking", 2, TODAY + 10 * DAY)]
    assert held(session, academy.rep, "talking", NOW + 10 * DAY) == 2
    assert held(session, academy.rep, "talking", NOW + 11 * DAY) == 0


def test_what_was_seen_on_the_job_is_recorded_once_in_the_capacity_that_the_curriculum_names(
    session: Session, academy: Academy, store: Files
) -> None:
    for who, source in ((academy.manager, "manager"), (academy.trainer, "trainer")):
        actor = academy.actor(session, who)
        piece = observing.observe(
            session, actor, academy.rep.id, "talking", 2, shown_on=TODAY, text="On the call.", now=NOW
        )
        assert (piece.kind, piece.state, piece.capacity) == ("observation", "signed-off", source)
        with pytest.raises(Conflict, match="exactly this"):
            observing.observe(session, actor, academy.rep.id, "talking", 2, shown_on=TODAY, now=NOW)
    boss = academy.actor(session, academy.manager)
    absent = observing.observe(session, boss, academy.rep.id, "pitching", 0, shown_on=TODAY, now=NOW)
    assert (absent.level, ledger_rows(session)[-1][:2]) == (0, ("pitching", 0))
    for wrong in ({"shown_on": TODAY + DAY}, {"shown_on": None}, {"shown_on": TODAY, "until": TODAY - DAY}):
        with pytest.raises(Invalid):
            observing.observe(session, boss, academy.rep.id, "talking", 1, now=NOW, **wrong)
    with pytest.raises(Invalid):
        observing.observe(session, boss, academy.rep.id, "nonsense", 1, shown_on=TODAY, now=NOW)
    for who in (academy.other,):
        with pytest.raises(Denied):
            observing.observe(
                session, academy.actor(session, who), academy.rep.id, "talking", 1, shown_on=TODAY, now=NOW
            )
    assert mails(session, "evidence-answered") == [academy.rep.id] * 3


def test_what_nobody_answers_goes_up_after_a_week_and_both_are_told(
    app: Flask, session: Session, academy: Academy, store: Files
) -> None:
    admin = somebody(session, "Anna Admin", rights=["administrator"])
    piece = hand_in(session, academy, store, now=NOW)
    assert routing.overdue(session, now=NOW + 6 * DAY) == 0
    seen = [piece.reviewer_id]
    for week in (1, 2, 3, 4):
        routing.overdue(session, now=NOW + 7 * week * DAY)
        seen.append(piece.reviewer_id)
    assert seen == [academy.manager.id, academy.head.id, academy.trainer.id, admin.id, admin.id]
    assert piece.capacity == "administrator"
    assert mails(session, "evidence-passed-up") == [academy.manager.id, academy.head.id, academy.trainer.id]
    session.commit()
    last = session.scalars(select(Review).order_by(Review.id.desc())).first()
    assert last
    with app.app_context():
        for template, who in (("evidence-arrived", admin), ("evidence-passed-up", academy.trainer)):
            args = {"template": template, "person": who.id, "piece": piece.id, "review": last.id}
            letter = letters.write(session, args, now=NOW)
            assert letter
            assert letter.to == session.scalars(select(Contact.mail).where(Contact.person_id == who.id)).one()
            assert "7 days" in letter.text
    session.rollback()
    reviewing.sign_off(session, academy.actor(session, admin), piece.id, 2, now=NOW + 30 * DAY)
    assert ledger_rows(session) == [("talking", 2, "administrator", admin.id)]


def test_a_deputy_looks_at_it_while_the_reviewer_is_away_and_no_longer(
    session: Session, academy: Academy, store: Files
) -> None:
    boss, other = academy.actor(session, academy.manager), academy.actor(session, academy.other)
    piece = hand_in(session, academy, store, now=NOW)
    with pytest.raises(Denied):
        reading.show(session, other, piece.id, now=NOW)
    for wrong in (("Mona Manager", TODAY, TODAY), ("", TODAY, TODAY), ("Olaf Other", TODAY, TODAY - DAY)):
        with pytest.raises(Invalid):
            deputies.name(session, boss, *wrong, now=NOW)
    deputies.name(session, boss, "Olaf Other", TODAY, TODAY + DAY, now=NOW)
    with pytest.raises(Invalid, match="some of these days"):
        deputies.name(session, boss, "Rita Rep", TODAY + DAY, TODAY + 2 * DAY, now=NOW)
    assert [card.row.id for card in reading.waiting(session, other, now=NOW)] == [piece.id]
    assert [card.looks and card.looks.name for card in reading.waiting(session, boss, now=NOW)] == ["Olaf Other"]
    own = hand_in(session, academy, store, now=NOW, who=academy.other)
    assert [card.row.id for card in reading.waiting(session, other, now=NOW)] == [piece.id], "not their own"
    with pytest.raises(NotPermitted):
        reviewing.sign_off(session, other, own.id, 2, now=NOW)
    with pytest.raises(Denied):
        reviewing.sign_off(session, other, piece.id, 2, now=NOW + 2 * DAY)
    assert reading.waiting(session, other, now=NOW + 2 * DAY) == ()
    reviewing.sign_off(session, other, piece.id, 2, now=NOW)
    assert ledger_rows(session) == [("talking", 2, "manager", academy.other.id)]
    done = session.scalars(select(Review).where(Review.outcome == "signed-off")).one()
    assert (done.by_id, done.for_id) == (academy.other.id, academy.manager.id)
    with pytest.raises(Denied):
        reading.show(session, other, piece.id, now=NOW)


def test_2_3_a_piece_follows_the_line_the_rights_and_who_leaves_and_the_old_reviewer_sees_it_no_more(
    session: Session, academy: Academy, store: Files
) -> None:
    boss = academy.actor(session, academy.manager)
    piece = hand_in(session, academy, store, now=NOW)
    assessor = somebody(session, "Ada Assessor", rights=["assessor"])
    admin = somebody(session, "Anna Admin", rights=["administrator"])
    view = reading.show(session, boss, piece.id, now=NOW)
    assert {chair.person_id for chair, _ in view.to} == {
        academy.head.id, academy.trainer.id, academy.second_trainer.id, assessor.id, admin.id
    }  # fmt: skip
    with pytest.raises(Invalid):
        reviewing.hand_on(session, boss, piece.id, academy.other.id, now=NOW)
    reviewing.hand_on(session, boss, piece.id, assessor.id, "You know calls.", now=NOW)
    judge = academy.actor(session, assessor)
    assert [card.row.id for card in reading.waiting(session, judge, now=NOW)] == [piece.id]
    assert reading.waiting(session, boss, now=NOW) == ()
    assert reading.show(session, boss, piece.id, now=NOW).acts is not None, "the line above may answer at any time"
    rights.set_rights(session, SITE, assessor.id, [], now=NOW)
    assert (piece.reviewer_id, piece.capacity) == (academy.manager.id, "manager")
    with pytest.raises(Denied):
        reading.show(session, academy.actor(session, assessor), piece.id, now=NOW)
    team = academy.rep.team_id or 0
    teams.change(session, SITE, team, "North", academy.head.id, now=NOW)
    assert piece.reviewer_id == academy.head.id
    for verb in (reading.show, reviewing.sign_off):
        with pytest.raises(Denied):
            verb(
                session,
                academy.actor(session, academy.manager),
                piece.id,
                *([2] if verb is not reading.show else []),
                now=NOW,
            )
    session.commit()
    leaving.leave(session, SITE, academy.head.id, leaving.Handover(last_day=TODAY), now=NOW)
    assert piece.reviewer_id == academy.trainer.id, "nobody manages the line any more"
    for trainer in (academy.trainer, academy.second_trainer):
        leaving.deactivate(session, SITE, trainer.id, now=NOW)
    assert (piece.reviewer_id, piece.capacity) == (admin.id, "administrator")


def test_who_leaves_withdraws_what_waits_and_erasing_leaves_the_rating_alone(
    session: Session, academy: Academy, store: Files
) -> None:
    somebody(session, "Anna Admin", rights=["administrator"])
    done = hand_in(session, academy, store, now=NOW, kind="file", files=[a_file()])
    reviewing.sign_off(session, academy.actor(session, academy.manager), done.id, 2, text="Good.", now=NOW)
    open_one = hand_in(session, academy, store, now=NOW, text="More.")
    leaving.leave(session, SITE, academy.rep.id, leaving.Handover(last_day=TODAY), now=NOW)
    assert open_one.state == "withdrawn"
    session.commit()
    erasing.erase(session, SITE, academy.rep.id, str(academy.rep.id), now=NOW)
    for table in (Piece, Part, StoredFile, Review, PersonalText):
        assert session.scalars(select(table).where(table.person_id == academy.rep.id)).all() == []
    assert len(ledger_rows(session)) == 1
    with transaction(session):
        while chain.seal(session, now=NOW):
            pass
    assert isinstance(chain.verify(session), chain.Verified)


def test_two_who_sign_off_at_once_make_one_entry(app: Flask, session: Session, academy: Academy, store: Files) -> None:
    piece = hand_in(session, academy, store, now=NOW).id
    session.commit()
    actors = [academy.actor(session, who) for who in (academy.manager, academy.head)]
    session.rollback()
    gate, ends = Barrier(2), []

    def sign(actor: Actor) -> None:
        gate.wait(timeout=20)
        with app.app_context():
            try:
                with transaction(db.session) as unit:
                    reviewing.sign_off(unit, actor, piece, 2, now=NOW)
                ends.append("signed off")
            except Conflict:
                ends.append("conflict")

    threads = [Thread(target=sign, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session.rollback()
    assert sorted(ends) == ["conflict", "signed off"]
    assert len(ledger_rows(session)) == 1


def test_what_was_said_by_mistake_is_taken_back_on_the_same_day_by_whoever_said_it(
    session: Session, academy: Academy, store: Files
) -> None:
    boss, head = academy.actor(session, academy.manager), academy.actor(session, academy.head)
    piece = hand_in(session, academy, store, now=NOW, kind="file", files=[a_file()])
    reviewing.sign_off(session, boss, piece.id, 2, now=NOW)
    replan(session, academy.rep)
    assert "talk" not in path_of(session, academy.rep)
    assert reading.show(session, boss, piece.id, now=NOW).reversible
    for who, moment in ((head, NOW), (boss, NOW + DAY)):
        with pytest.raises(Conflict, match="Only what you said today"):
            reviewing.take_back(session, who, piece.id, now=moment)
    with pytest.raises(NotPermitted):
        reviewing.take_back(session, academy.actor(session, academy.rep), piece.id, now=NOW)
    reviewing.take_back(session, boss, piece.id, now=NOW)
    assert (piece.state, held(session, academy.rep, "talking")) == ("waiting", 0)
    assert "talk" in path_of(session, academy.rep)
    assert session.scalars(select(StoredFile.kept_until)).one() is None
    with pytest.raises(Conflict):
        reviewing.take_back(session, boss, piece.id, now=NOW)
    reviewing.sign_off(session, head, piece.id, 2, now=NOW)
    seen = observing.observe(session, boss, academy.rep.id, "pitching", 1, shown_on=TODAY, now=NOW)
    reviewing.take_back(session, boss, seen.id, now=NOW)
    assert (seen.state, held(session, academy.rep, "pitching")) == ("withdrawn", 0)
    assert held(session, academy.rep, "talking") == 2
    observing.observe(session, boss, academy.rep.id, "pitching", 1, shown_on=TODAY, now=NOW)
    with transaction(session):
        while chain.seal(session, now=NOW):
            pass
    assert isinstance(chain.verify(session), chain.Verified)


def test_recording_takes_eight_statements_at_most_with_words_and_one_more_for_the_files_of_a_sign_off(
    session: Session, academy: Academy, store: Files
) -> None:
    rep, boss = academy.actor(session, academy.rep), academy.actor(session, academy.manager)
    note, file, call = (hand_in(session, academy, store, now=NOW, text=text) for text in "abc")
    part = session.scalars(select(Part.id).where(Part.piece_id == file.id)).one()
    session.add(
        StoredFile(part_id=part, person_id=academy.rep.id, stored="x", name="x", media="a/b", size=1, digest="x")
    )
    deputies.name(session, boss, "Olaf Other", TODAY, TODAY, now=NOW)
    rating = ratings.Rating(
        person_id=academy.rep.id, competency="talking", level=2, source="peer", rater_id=academy.other.id,
        shown_on=TODAY, text="Listens well.",
    )  # fmt: skip
    given = NewPiece(
        competency="talking", level=2, kind="file", shown_on=TODAY, handed=Handed(text="Words.", files=[a_file()])
    )
    stands_in, head = academy.actor(session, academy.other), academy.actor(session, academy.head)

    def sign(who: Actor, piece: int) -> Callable[[], object]:
        return lambda: reviewing.sign_off(session, who, piece, 2, text="Well done.", now=NOW)

    verbs: dict[str, tuple[int, Callable[[], object]]] = {
        "rate": (8, lambda: ratings.rate(session, SITE, [rating], now=NOW)),
        "hand in": (8, lambda: handing_in.hand_in(session, rep, store, given, now=NOW)),
        "observe": (
            8,
            lambda: observing.observe(
                session, boss, academy.rep.id, "pitching", 1, shown_on=TODAY, text="Too fast.", now=NOW
            ),
        ),
        "sign off": (8, sign(boss, note.id)),
        "sign off with files": (9, sign(stands_in, file.id)),
        "sign off from above": (8, sign(head, call.id)),
    }
    for verb, (most, act) in verbs.items():
        session.commit()
        session.expunge_all()
        session.connection()
        with statements(session) as seen:
            act()
            session.flush()
        assert len(seen) <= most, (verb, seen)
    assert ledger_rows(session) == [
        ("talking", 2, "peer", academy.other.id),
        ("pitching", 1, "manager", academy.manager.id),
        ("talking", 2, "manager", academy.manager.id),
        ("talking", 2, "manager", academy.other.id),
        ("talking", 2, "manager", academy.head.id),
    ]
    signed = session.scalars(select(Audit).where(Audit.action == "evidence.signed_off").order_by(Audit.id))
    assert [row.data["files"] for row in signed] == [[], ["x"], []]


def test_the_same_handed_in_twice_is_one_piece_and_what_is_wrong_is_said(
    session: Session, academy: Academy, store: Files
) -> None:
    first = hand_in(session, academy, store, now=NOW, kind="file", files=[a_file()])
    again = hand_in(session, academy, store, now=NOW, kind="file", files=[a_file()])
    assert first.id == again.id
    assert len(list(store.root.glob("??/*"))) == 1, "the second file was taken away"
    wrong = (
        {"competency": "nonsense"},
        {"level": 0},
        {"level": 5},
        {"shown_on": TODAY + DAY},
        {"shown_on": None},
        {"kind": "observation"},
        {"kind": "file"},
        {"kind": "link", "link": "javascript:alert(1)"},
        {"kind": "link", "link": "http://plain.example"},
        {"kind": "note", "text": " "},
        {"kind": "note", "text": "x\x00"},
        {"kind": "note", "text": "x" * 4001},
        {"kind": "call-recording", "link": "https://calls.example/1"},
        {"kind": "call-recording", "link": "https://calls.example/1", "everybody_knows": False},
        {"kind": "call-recording", "everybody_knows": True},
    )
    for one in wrong:
        with pytest.raises(Invalid):
            hand_in(session, academy, store, now=NOW, **one)
    call = hand_in(
        session, academy, store, now=NOW, kind="call-recording", link="https://calls.example/1", everybody_knows=True
    )
    assert call.everybody_knows is True
    handing_in.withdraw(session, academy.actor(session, academy.rep), call.id, now=NOW)
    assert call.state == "withdrawn"
    assert Right.REP in academy.actor(session, academy.rep).rights
