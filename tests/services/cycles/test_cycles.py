"""A cycle from draft to ledger: who is asked, who says what, who leaves meanwhile, and what closing makes of it, once."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.errors import Conflict, Invalid, NotFound, NotPermitted
from lms.jobs import letters
from lms.services.access import SITE, Denied
from lms.services.cycles import closing, comparing, inbox, opening, progress, rating, reminding, results, settling
from lms.services.cycles.rating import Answer
from lms.services.organisation import erasing, leaving, teams
from lms.services.running import chain
from lms.storage.audit import Audit
from lms.storage.cycles import Cycle, CycleResult, SheetRating
from lms.storage.jobs import Job
from lms.storage.people import Contact, PersonalText
from lms.storage.record import Evidence
from lms.storage.session import db, transaction
from tests.services.cycles.stage import DAY, DUE, NOW, TODAY, Stage, a_stage, an_open_cycle, fill, sheets, terms
from tests.services.import_files import statements


@pytest.fixture
def stage(session: Session) -> Stage:
    return a_stage(session)


def levels(talking: int | None, listening: int | None) -> dict[str, int | None]:
    return {"talking": talking, "listening": listening}


def mails(session: Session, template: str) -> list[int]:
    jobs = session.scalars(select(Job).where(Job.kind == "mail.send").order_by(Job.id))
    return sorted(job.args["person"] for job in jobs if job.args["template"] == template)


def entries(session: Session) -> list[tuple[int, str, int, str, int | None]]:
    rows = session.scalars(select(Evidence).order_by(Evidence.person_id, Evidence.competency, Evidence.source))
    return [(row.person_id, row.competency, row.level, row.source, row.rater_id) for row in rows]


def test_a_draft_asks_nobody_and_opening_asks_each_as_the_rules_say_once(session: Session, stage: Stage) -> None:
    head = stage.actor(session, stage.head)
    cycle = opening.draft(session, head, terms(stage), now=NOW)
    found = opening.preview(session, head, cycle.id, now=NOW)
    assert (len(found.parts), found.by_capacity, found.without_peers, found.without_manager) == (
        8, {"self": 8, "manager": 8, "peer": 18}, 2, 0,
    )  # fmt: skip
    assert sheets(session, cycle) == []
    opening.open_(session, head, cycle.id, now=NOW)
    with pytest.raises(Conflict):
        opening.open_(session, head, cycle.id, now=NOW)
    asked = sheets(session, cycle)
    assert len(asked) == 34
    peers = [row for row in asked if row.capacity == "peer"]
    for rep in stage.reps:
        assert len([row for row in peers if row.rater_id == rep.id]) == 3, "as many as are asked about them"
        assert len([row for row in peers if row.person_id == rep.id]) == 3
    assert {row.rater_id for row in asked if row.capacity == "manager"} == {stage.manager.id, stage.second.id}
    assert all(row.competencies == ["talking", "listening"] for row in asked)
    assert mails(session, "ratings-asked") == sorted({row.rater_id for row in asked}), "one mail for each"
    assert len(inbox.sheets_of(session, stage.actor(session, stage.manager))) == 6


def test_whom_it_is_about_and_by_whom_is_for_those_above_to_say(session: Session, stage: Stage) -> None:
    manager, rep = stage.actor(session, stage.manager), stage.actor(session, stage.reps[0])
    for wrong in ({"team_id": stage.top.id}, {"team_id": None}):
        with pytest.raises(Denied):
            opening.draft(session, manager, terms(stage, **wrong), now=NOW)
    with pytest.raises(Denied):
        opening.draft(session, rep, terms(stage, team_id=stage.team.id), now=NOW)
    with pytest.raises(Invalid) as refused:
        opening.draft(
            session,
            manager,
            terms(stage, team_id=stage.team.id, title=" ", due=TODAY - DAY, peers=2),
            now=NOW,
        )
    assert [one.field for one in refused.value.problems] == ["due", "title", "peers"]
    nobody = terms(stage, team_id=stage.team.id, roles=(f"{stage.curriculum}:idle",))
    idle = opening.draft(session, manager, nobody, now=NOW)
    assert opening.preview(session, manager, idle.id, now=NOW).left_out == 6
    with pytest.raises(Conflict, match="Nobody would be asked"):
        opening.open_(session, manager, idle.id, now=NOW)
    whole = opening.draft(session, stage.actor(session, stage.admin), terms(stage, team_id=None), now=NOW)
    with pytest.raises(Denied):
        opening.change(session, manager, whole.id, terms(stage), now=NOW)
    opening.discard(session, manager, idle.id, now=NOW)
    assert [one.row.id for one in progress.every(session, stage.actor(session, stage.admin))] == [whole.id]
    assert progress.every(session, manager) == ()


def test_nobody_rates_what_they_were_not_asked_and_a_draft_is_its_rater_s(session: Session, stage: Stage) -> None:
    cycle = an_open_cycle(session, stage)
    mine = sheets(session, cycle, capacity="manager", person_id=stage.reps[0].id)[0]
    manager = stage.actor(session, stage.manager)
    for other in (stage.reps[0], stage.head, stage.admin):
        with pytest.raises(Denied):
            rating.show(session, stage.actor(session, other), mine.id)
        with pytest.raises(Denied):
            rating.save(session, stage.actor(session, other), mine.id, {})
    with pytest.raises(Invalid, match="not asked"):
        rating.save(session, manager, mine.id, {"pitching": Answer(level=1)})
    with pytest.raises(Invalid):
        rating.save(session, manager, mine.id, {"talking": Answer(level=9)})
    rating.save(session, manager, mine.id, {"talking": Answer(level=2, text="Asks well.")})
    with pytest.raises(Invalid) as refused:
        rating.submit(session, manager, mine.id, {"talking": Answer(level=2)}, now=NOW)
    assert [one.field for one in refused.value.problems] == ["listening"]
    shown = {one.competency.id: one.said for one in rating.show(session, manager, mine.id).items}
    assert shown == {"talking": Answer(level=2, text="Asks well."), "listening": None}
    fill(session, mine, levels(2, None))
    with pytest.raises(Conflict, match="handed this in"):
        rating.save(session, manager, mine.id, {})
    rating.take_back(session, manager, mine.id, now=NOW)
    with pytest.raises(NotPermitted):
        rating.decline(session, manager, mine.id, now=NOW)
    peer = sheets(session, cycle, capacity="peer")[0]
    rating.decline(
        session, stage.actor(session, next(r for r in stage.reps if r.id == peer.rater_id)), peer.id, now=NOW
    )
    assert (peer.state, peer.why_dropped) == ("dropped", "declined")
    assert session.scalar(select(func.count()).select_from(PersonalText)) == 0, "what is said anew replaces the words"


def _say(session: Session, stage: Stage, cycle: Cycle) -> None:
    """Of the first rep everybody says something; two colleagues have not seen them talking. Of the second only two do."""
    rep, second = stage.reps[0], stage.reps[1]
    (own,), (boss,) = (sheets(session, cycle, person_id=rep.id, capacity=one) for one in ("self", "manager"))
    fill(session, own, levels(4, 3))
    fill(session, boss, levels(2, None), "Asks before she tells.")
    for sheet, talking, listening in zip(
        sheets(session, cycle, person_id=rep.id, capacity="peer"), (3, None, None), (1, 3, 2), strict=True
    ):
        fill(session, sheet, levels(talking, listening), f"Heard {sheet.rater_id}.")
    for sheet in sheets(session, cycle, person_id=second.id, capacity="peer")[:2]:
        fill(session, sheet, levels(4, 4), "Great.")


def test_closing_writes_what_the_curriculum_lets_count_once_and_shows_colleagues_as_one(
    app: Flask, session: Session, stage: Stage
) -> None:
    cycle = an_open_cycle(session, stage)
    _say(session, stage, cycle)
    head, rep = stage.actor(session, stage.head), stage.reps[0]
    found = closing.preview(session, head, cycle.id)
    assert (len(found.results), found.waiting, found.too_few) == (4, 27, 3)
    assert results.of(session, stage.actor(session, rep), rep.id) == (), "nothing before it is closed"
    closing.close(session, head, cycle.id, now=NOW + DAY)
    for again in (closing.close, opening.open_):
        with pytest.raises(Conflict):
            again(session, head, cycle.id, now=NOW + DAY)
    assert entries(session) == [
        (rep.id, "listening", 2, "peer", None),
        (rep.id, "talking", 2, "manager", stage.manager.id),
    ], "nobody raises themselves, and the median of three colleagues names none of them"
    assert session.scalar(select(func.count()).where(Audit.action == "cycle.closed")) == 1
    (closed,) = results.of(session, stage.actor(session, rep), rep.id)
    told = {
        one.competency.id: [
            (it.row.capacity, it.row.level, it.row.raters, it.by and it.by.id, it.words) for it in one.told
        ]
        for one in closed.competencies
    }
    heard = tuple(sorted(f"Heard {one.rater_id}." for one in sheets(session, cycle, person_id=rep.id, capacity="peer")))
    assert told == {
        "talking": [
            ("manager", 2, 1, stage.manager.id, ("Asks before she tells.",)), ("self", 4, 1, rep.id, ()),
        ],
        "listening": [("peer", 2, 3, None, heard), ("self", 3, 1, rep.id, ())],
    }  # fmt: skip
    assert [(one["by"], one["name"], one["counts"]) for one in results.plain((closed,))] == [
        ("manager", "Mona", True), ("self", "Rep 0", False), ("peer", None, True), ("self", "Rep 0", False),
    ]  # fmt: skip
    assert results.of(session, head, rep.id) == (closed,), "the line reads the same"
    with pytest.raises(Denied):
        results.of(session, stage.actor(session, stage.reps[1]), rep.id)
    assert results.of(session, head, stage.reps[1].id) == (), "two colleagues are not shown"
    with pytest.raises(Conflict, match="closed"):
        fill(session, sheets(session, cycle, state="dropped")[0], levels(1, 1))
    session.commit()
    with app.app_context():
        letter = letters.write(session, {"template": "ratings-closed", "person": rep.id, "cycle": cycle.id}, now=NOW)
    assert letter
    assert "/ratings" in letter.text
    with transaction(session):
        while chain.seal(session, now=NOW):
            pass
    assert isinstance(chain.verify(session), chain.Verified)


def test_of_two_who_close_at_once_one_does(app: Flask, session: Session, stage: Stage) -> None:
    cycle = an_open_cycle(session, stage)
    _say(session, stage, cycle)
    number, actors = cycle.id, [stage.actor(session, one) for one in (stage.head, stage.admin) * 3]
    session.commit()
    start, answers = Barrier(len(actors)), []

    def close(who: int) -> None:
        with app.app_context():
            start.wait()
            try:
                with transaction(db.session) as unit:
                    closing.close(unit, actors[who], number, now=NOW + DAY)
                answers.append("closed")
            except Conflict:
                answers.append("conflict")

    threads = [Thread(target=close, args=(who,)) for who in range(len(actors))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session.rollback()
    assert sorted(answers) == ["closed", *["conflict"] * 5]
    assert len(entries(session)) == 2
    assert session.scalar(select(func.count()).select_from(CycleResult)) == 4
    assert session.scalar(select(func.count()).where(Audit.action == "cycle.closed")) == 1
    assert mails(session, "ratings-closed") == [stage.reps[0].id]


def test_who_leaves_or_gets_another_manager_is_handled_in_words(session: Session, stage: Stage) -> None:
    cycle = an_open_cycle(session, stage)
    leaver, moved = stage.reps[0], stage.reps[1]
    done = fill(session, sheets(session, cycle, capacity="manager", person_id=stage.reps[2].id)[0], levels(3, 3))
    draft = sheets(session, cycle, capacity="self", person_id=leaver.id)[0]
    rating.save(session, stage.actor(session, leaver), draft.id, {"talking": Answer(level=1, text="Mine.")})
    leaving.deactivate(session, SITE, leaver.id, now=NOW)
    why = {(row.capacity, row.why_dropped) for row in sheets(session, cycle, person_id=leaver.id)}
    assert why == {("self", "person-left"), ("manager", "person-left"), ("peer", "person-left")}
    assert {row.why_dropped for row in sheets(session, cycle, capacity="peer", rater_id=leaver.id)} == {"rater-left"}
    assert session.scalar(select(func.count()).select_from(SheetRating).where(SheetRating.sheet_id == draft.id)) == 0
    moved.team_id = stage.few[0].team_id
    settling.settle(session, now=NOW)
    bosses = sheets(session, cycle, capacity="manager", person_id=moved.id)
    assert [(row.rater_id, row.state, row.why_dropped) for row in bosses] == [
        (stage.manager.id, "dropped", "moved"), (stage.second.id, "waiting", None)
    ]  # fmt: skip
    assert all(row.state == "waiting" for row in sheets(session, cycle, capacity="peer", person_id=moved.id))
    moved.team_id = stage.team.id
    settling.settle(session, now=NOW)
    assert {row.rater_id: row.state for row in sheets(session, cycle, capacity="manager", person_id=moved.id)} == {
        stage.manager.id: "waiting", stage.second.id: "dropped",
    }  # fmt: skip
    teams.change(session, SITE, stage.team.id, stage.team.name, stage.second.id, now=NOW)
    settling.settle(session, now=NOW)
    assert done.state == "submitted", "what was handed in stays"
    assert settling.settle(session, now=NOW) == 0
    closing.close(session, stage.actor(session, stage.head), cycle.id, now=NOW)
    assert {row[0] for row in entries(session)} == {stage.reps[2].id}
    erasing.erase(session, SITE, leaver.id, str(leaver.id), now=NOW)
    assert sheets(session, cycle, person_id=leaver.id) == []


def test_reminders_come_at_most_once_a_day_and_by_the_clock_before_and_after_the_day(
    app: Flask, session: Session, stage: Stage
) -> None:
    cycle = an_open_cycle(session, stage, peers=0)
    second = an_open_cycle(session, stage, stage.manager, team_id=stage.team.id, title="Mine", peers=0)
    head, manager = stage.actor(session, stage.head), stage.actor(session, stage.manager)
    assert reminding.remind(session, head, cycle.id, now=NOW) == 10
    with pytest.raises(Conflict, match="today"):
        reminding.remind(session, head, cycle.id, now=NOW)
    assert reminding.remind(session, manager, second.id, now=NOW) == 0, "the one mail named both"
    assert reminding.remind(session, manager, second.id, now=NOW + DAY) == 7
    told = [reminding.remind_late(session, now=NOW + n * DAY) for n in range(20)]
    assert [n for n, people in enumerate(told) if people] == [11, 15]
    assert mails(session, "ratings-nudge").count(stage.few[0].id) == 3
    session.commit()
    with app.app_context():
        args = {"template": "ratings-nudge", "person": stage.manager.id}
        letter = letters.write(session, args, now=NOW)
        asked = {"template": "ratings-asked", "person": stage.manager.id, "cycle": cycle.id}
        first = letters.write(session, asked, now=NOW)
        session.get_one(Contact, stage.manager.id).muted = ["waiting"]
        assert letters.write(session, asked, now=NOW) is None, "they want no such mail"
    assert letter
    assert first
    assert (first.subject, "Rep 5" in first.text) == ("Your ratings are asked for: Autumn", True)
    assert letter.subject == "12 views of yours are missing"
    assert "Rep 5" in letter.html


def test_a_round_asks_those_chosen_and_is_closed_by_the_line(session: Session, stage: Stage) -> None:
    rep, peers = stage.reps[0], [one.id for one in stage.reps[1:4]]
    actor = stage.actor(session, rep)
    role = f"{stage.curriculum}:seller"
    for wrong in ([], peers[:2]):
        if wrong:
            with pytest.raises(Invalid):
                opening.open_round(session, actor, rep.id, role=role, peers=wrong, due=DUE, now=NOW)
    with pytest.raises(Denied):
        opening.open_round(session, actor, stage.reps[1].id, role=role, peers=peers, due=DUE, now=NOW)
    cycle = opening.open_round(session, actor, rep.id, role=role, peers=peers, due=DUE, now=NOW)
    with pytest.raises(Conflict, match="open already"):
        opening.open_round(session, actor, rep.id, role=role, peers=peers, due=DUE, now=NOW)
    assert [(row.capacity, row.rater_id) for row in sheets(session, cycle)] == [
        ("self", rep.id), ("manager", stage.manager.id), *(("peer", one) for one in peers)
    ]  # fmt: skip
    for sheet in sheets(session, cycle):
        fill(session, sheet, levels(1, 1))
    seen = progress.show(session, actor, cycle.id, now=NOW)
    assert (seen.own, seen.may_close, seen.missing) == (True, False, ())
    with pytest.raises(NotPermitted):
        closing.close(session, actor, cycle.id, now=NOW)
    with pytest.raises(NotFound):
        comparing.show(session, actor, cycle.id)
    manager = stage.actor(session, stage.manager)
    assert [one.row.id for one in inbox.to_close(session, manager, now=NOW)] == [cycle.id]
    assert inbox.to_close(session, stage.actor(session, stage.head), now=NOW) == ()
    closing.close(session, manager, cycle.id, now=NOW)
    assert [row[1:4] for row in entries(session)] == [
        ("listening", 1, "manager"), ("listening", 1, "peer"), ("talking", 1, "manager"),
    ]  # fmt: skip


def test_progress_and_comparison_take_a_fixed_number_of_queries_and_show_each_their_own(
    session: Session, stage: Stage
) -> None:
    cycle = an_open_cycle(session, stage, peers=0)
    for sheet in sheets(session, cycle, capacity="manager"):
        fill(session, sheet, levels(2, 3))
    head = stage.actor(session, stage.head)
    with statements(session) as seen:
        found = progress.show(session, head, cycle.id, now=NOW)
    assert len(seen) <= 9
    assert [(bar.wanted, bar.answered) for bar in found.bars] == [(12, 6), (4, 2)]
    assert [one.sheets for one in found.missing] == [1] * 8
    with statements(session) as seen:
        compared = comparing.show(session, head, cycle.id)
    assert len(seen) <= 5
    assert [(one.id, use.people, use.above_site) for one, use in compared.raters] == [
        (stage.manager.id, 6, None), (stage.second.id, None, None),
    ]  # fmt: skip
    assert compared.spread is None, "two managers are too few"
    with pytest.raises(Denied):
        comparing.show(session, stage.actor(session, stage.second), cycle.id)
