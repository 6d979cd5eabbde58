"""One list of all that waits: every kind in it, the oldest first, for whoever's turn it is alone."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from lms.services import waiting
from lms.services.evidence import handing_in
from lms.services.evidence.handing_in import Handed, NewPiece
from lms.storage.steps import Confirmation
from tests.organisation import NOW, Browser
from tests.services.evidence.pieces import a_folder
from tests.services.promotions.stage import a_stage, in_review


def test_steps_evidence_and_promotions_stand_in_one_list_the_oldest_first(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    stage = a_stage(session)
    rep, boss = (stage.actor(session, who) for who in (stage.rep, stage.manager))
    earlier = NOW - timedelta(days=2)
    note = NewPiece(
        competency="talking", level=2, kind="note", shown_on=earlier.date(), handed=Handed(text="I listened.")
    )
    handing_in.hand_in(session, rep, a_folder(tmp_path), note, now=earlier)
    session.add(
        Confirmation(
            person_id=stage.rep.id, course="talk", curriculum_id=stage.curriculum, by="manager",
            done_on=earlier.date(), asked_at=NOW - timedelta(days=1),
        )
    )  # fmt: skip
    case = in_review(session, stage)
    session.commit()
    head = stage.actor(session, stage.head)
    seen = {actor.person_id: waiting.gather(session, actor, now=NOW) for actor in (rep, boss, head)}
    kinds = [one.kind for one in seen[boss.person_id].items]
    assert kinds[:2] == ["evidence", "step"]
    assert set(kinds[2:]) <= {"promotion"}
    assert seen[rep.person_id].items == ()
    assert "promotion" in {one.kind for found in seen.values() for one in found.items}
    for actor in (rep, boss, head):
        assert waiting.count(session, actor, now=NOW) == len(seen[actor.person_id].items)
    pages = [Browser(app).sign_in(who).get("/waiting").text for who in (stage.manager, stage.head)]
    assert any(f'href="/promotions/{case.id}"' in page for page in pages)


def test_what_does_not_fit_is_counted_and_shown_fifty_at_a_time(app: Flask, session: Session, tmp_path: Path) -> None:
    stage = a_stage(session)
    session.add_all(
        Confirmation(
            person_id=stage.rep.id, course=f"course-{number}", curriculum_id=stage.curriculum, by="manager",
            done_on=NOW.date(), asked_at=NOW - timedelta(minutes=number),
        )
        for number in range(60)
    )  # fmt: skip
    rep, boss, store = stage.actor(session, stage.rep), stage.actor(session, stage.manager), a_folder(tmp_path)
    for number in range(45):
        handed = Handed(text=str(number))
        note = NewPiece(competency="talking", level=2, kind="note", shown_on=NOW.date(), handed=handed)
        handing_in.hand_in(session, rep, store, note, now=NOW - timedelta(minutes=number))
    session.commit()
    for most, shown in ((10, 10), (50, 50), (100, 100), (1000, 105)):
        found = waiting.gather(session, boss, now=NOW, most=most)
        assert (len(found.items), found.total) == (shown, 105)
        assert list(found.items) == sorted(found.items, key=lambda one: (one.since, one.kind, one.id))
    session.rollback()
    browser = Browser(app).sign_in(stage.manager)
    first = browser.get("/waiting").text
    assert "The oldest 50 of 105." in first
    assert first.count("data-item") == 50
    assert 'href="/waiting?show=100#from-51"' in first
    second = browser.get("/waiting?show=100").text
    assert 'id="from-51"' in second
    assert "Show 5 more" in second
    last = browser.get("/waiting?show=150").text
    assert (last.count("data-item"), "Show " in last) == (105, False)
    assert browser.get("/waiting?show=-1").text.count("data-item") == 50
    piece = re.search(r'href="(/evidence/\d+)"', first)
    assert piece
    page = browser.get(piece.group(1)).text
    assert "1 of 45 that wait for you" in page
    assert 'data-step="on"' in page
    assert 'data-step="back"' not in page
