"""My path asks the database few questions, however long the path is and whatever else the person does, and reads little
of its far-off steps.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from lms.services.access import SITE
from lms.services.authoring import drafts, publishing
from lms.storage.curricula import CurriculumOwner
from lms.storage.paths import Path
from lms.storage.people import Person, RightHeld
from lms.storage.record import Enrolment
from lms.storage.session import transaction
from lms.storage.steps import Confirmation
from tests.build import a_course, a_curriculum, a_role, needs
from tests.organisation import NOW, Browser, a_team, somebody, who_holds
from tests.services.learning.academy import a_meeting, plan

MOST, OWN = 8, 6
STEPS = 300


@pytest.fixture
def curriculum(session: Session) -> int:
    """A curriculum whose role `top` needs a chain of 300 courses, every tenth in a session, and `low` the first ten."""
    courses = [
        a_course(
            f"c{number}",
            needs=needs(*([f"c{number - 1}"] if number else [])),
            grants=[f"k{number}:1"],
            cost=100,
            sessions=(a_meeting(f"s{number}", NOW + timedelta(days=60 + 3 * number)),) if number % 10 == 9 else (),
        )
        for number in range(STEPS)
    ]
    roles = (a_role("start"), a_role("low", "k9:1"), a_role("top", *(f"k{number}:1" for number in range(STEPS))))
    number = drafts.save_draft(session, SITE, a_curriculum(*courses, *roles), now=NOW)
    publishing.publish(session, SITE, number, now=NOW)
    return number


def a_rep(session: Session, curriculum: int, target: str) -> Person:
    """A rep on the way to a role, with a seat in the first session; planned."""
    team = a_team(session, manager=somebody(session))
    person = somebody(session, team=team)
    who_holds(session, person, "start", curriculum, since=NOW.date(), targets=[target])
    session.add(
        Enrolment(person_id=person.id, course="c9", session="s9", state="enrolled", since=NOW.date(), audit_id=1)
    )
    plan(session, person, now=NOW)
    return person


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    """The statements that the site sends to the database until the block ends."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def asked(session: Session, browser: Browser, address: str) -> int:
    """How many questions the page at this address asks, once its curriculum is known."""
    assert browser.get(address).status_code == 200
    with statements(session) as sent:
        assert browser.get(address).status_code == 200
    return len(sent)


def test_my_path_asks_the_same_few_questions_at_any_size(session: Session, curriculum: int, browser: Browser) -> None:
    short, long = (a_rep(session, curriculum, target) for target in ("low", "top"))
    session.commit()
    lengths = [len(json.loads(session.get_one(Path, one.id).document)["steps"]) for one in (short, long)]
    assert lengths == [10, STEPS]
    counts = [asked(session, browser.sign_in(one), "/path") for one in (short, long)]
    assert counts[0] == counts[1] <= OWN
    assert asked(session, browser, "/path/steps") <= MOST


def test_the_short_document_of_a_long_path_gives_the_same_page_to_the_letter(
    session: Session, curriculum: int, browser: Browser
) -> None:
    rep = a_rep(session, curriculum, "top")
    session.add(
        Confirmation(
            person_id=rep.id, course="c4", curriculum_id=curriculum, by="manager", done_on=NOW.date(), asked_at=NOW
        )
    )
    session.commit()
    path = session.get_one(Path, rep.id)
    assert path.brief is not None
    assert len(path.brief) < len(path.document) * 0.7
    browser.sign_in(rep)
    addresses = ("/path", "/path?hours=9", "/path/preview?hours=9")
    shortly = [_page(browser, address) for address in addresses]
    with transaction(session):
        path.brief = None  # as it is of a path that was stored before there was one
    assert [_page(browser, address) for address in addresses] == shortly


def _page(browser: Browser, address: str) -> str:
    """What stands at this address, but for what differs each time."""
    answer = browser.get(address)
    assert answer.status_code == 200
    return re.sub(r'name="csrf_token" value="[^"]+"', "", answer.get_data(as_text=True))


def test_my_path_asks_no_more_of_who_manages_teams_and_owns_a_curriculum(
    session: Session, curriculum: int, browser: Browser
) -> None:
    rep = a_rep(session, curriculum, "low")
    session.commit()
    alone = asked(session, browser.sign_in(rep), "/path")
    region = a_team(session, "Region", manager=rep)
    below = [a_team(session, f"North {number}", parent=region) for number in range(3)]
    member = somebody(session, "Nils Below", team=below[2])
    session.add_all([
        RightHeld(person_id=rep.id, held="trainer"),
        CurriculumOwner(curriculum_id=curriculum, person_id=rep.id),
    ])  # fmt: skip
    session.commit()
    assert asked(session, browser, "/path") == alone <= OWN
    assert asked(session, browser, f"/people/{member.id}/path") <= MOST
