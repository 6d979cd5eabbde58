"""One list of all that waits: every kind in it, the oldest first, for whoever's turn it is alone."""

from __future__ import annotations

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
