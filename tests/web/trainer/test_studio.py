"""The studio: the draft as map and list, findings mended in one click, and what the selected card needs."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.services.access import SITE
from lms.services.authoring import drafts
from lms.storage.curricula import CurriculumOwner
from tests.build import a_course, a_curriculum, a_role, needs
from tests.organisation import NOW, Browser, somebody

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def trainer(app: Flask, session: Session) -> tuple[Browser, int]:
    """A trainer with a draft in which two courses wait for each other."""
    value = a_curriculum(
        a_course("basics", grants=["k:1"]),
        a_course("peer", needs=needs("basics", "review"), grants=["k:2"]),
        a_course("review", needs=needs("peer")),
        a_course(HOSTILE),
        a_role("lead", "k:2", "review"),
    )
    number = drafts.save_draft(session, SITE, value, now=NOW)
    tina = somebody(session, "Tina", rights=["trainer"])
    session.add(CurriculumOwner(curriculum_id=number, person_id=tina.id))
    session.commit()
    return Browser(app).sign_in(tina), number


def page(trainer: tuple[Browser, int], query: str = "") -> str:
    answer = trainer[0].get(f"/curricula/{trainer[1]}/edit{query}")
    assert answer.status_code == 200
    return answer.text


def send(trainer: tuple[Browser, int], action: str, form: dict[str, object]) -> None:
    browser, number = trainer
    answer = browser.post(f"/curricula/{number}/draft/{action}", form, page=f"/curricula/{number}/edit")
    assert answer.status_code == 303


def was(trainer: tuple[Browser, int], at: str) -> str:
    found = page(trainer, f"?at={at}")
    return found.split('name="was" value="')[1].split('"')[0]


def test_a_ring_is_shown_and_mended_in_one_click_and_the_mend_undone(trainer: tuple[Browser, int]) -> None:
    before = page(trainer)
    assert "Two courses wait for each other." in before
    assert "Peer → Review → Peer" in before
    send(trainer, "mend", {"code": "mutual-prerequisites", "kind": "course", "id": "peer"})
    after = page(trainer)
    assert "Two courses wait for each other." not in after
    assert "Undo: mended" in after
    send(trainer, "undo", {})
    assert "Two courses wait for each other." in page(trainer)


def test_a_prerequisite_goes_and_comes_from_beside_the_map(trainer: tuple[Browser, int]) -> None:
    assert "Remove Basics" in page(trainer, "?at=course:peer")
    send(trainer, "need/drop", {"kind": "course", "id": "peer", "place": 1, "was": was(trainer, "course:peer")})
    send(trainer, "need/drop", {"kind": "course", "id": "peer", "place": 0, "was": was(trainer, "course:peer")})
    found = page(trainer, "?at=course:peer")
    assert "Needs nothing: everybody can begin with it." in found
    assert '<option value="Review">' not in found  # it comes only after this one
    send(trainer, "need", {"kind": "course", "id": "peer", "need": "Basics", "was": was(trainer, "course:peer")})
    assert "Remove Basics" in page(trainer, "?at=course:peer")


def test_what_is_not_offered_is_not_added(trainer: tuple[Browser, int]) -> None:
    send(trainer, "need/drop", {"kind": "course", "id": "peer", "place": 1, "was": was(trainer, "course:peer")})
    send(trainer, "need", {"kind": "course", "id": "peer", "need": "Review", "was": was(trainer, "course:peer")})
    assert "Remove Review" not in page(trainer, "?at=course:peer")


def test_a_card_that_somebody_else_changed_is_not_overwritten(trainer: tuple[Browser, int]) -> None:
    stale = was(trainer, "course:peer")
    send(trainer, "need/drop", {"kind": "course", "id": "peer", "place": 0, "was": stale})
    browser, number = trainer
    form = {"kind": "course", "id": "peer", "place": 0, "was": stale}
    answer = browser.post(f"/curricula/{number}/draft/need/drop", form, page=f"/curricula/{number}/edit")
    assert answer.status_code == 409
    assert "Remove Review" in page(trainer, "?at=course:peer")


def test_33_titles_are_shown_as_text_on_the_map_the_list_and_beside_it(trainer: tuple[Browser, int]) -> None:
    for query in ("", "?view=list", f"?at=course:{HOSTILE}"):
        assert "<img src=x" not in page(trainer, query).lower()


def test_05_another_trainers_draft_is_not_there(app: Flask, session: Session, trainer: tuple[Browser, int]) -> None:
    theo = somebody(session, "Theo", rights=["trainer"])
    session.commit()
    other = Browser(app).sign_in(theo)
    for address in ("edit", "draft/course?id=peer", "draft/changes", "draft/import", "versions"):
        assert other.get(f"/curricula/{trainer[1]}/{address}").status_code == 404, address


@pytest.mark.parametrize("at", ["course:none", "nothing", "objective:x", "course:"])
def test_a_selection_that_is_not_there_is_none(trainer: tuple[Browser, int], at: str) -> None:
    assert "Nothing is selected" in page(trainer, f"?at={at}&zoom=x&scope=y")
