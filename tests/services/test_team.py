"""The board of a team: its numbers are those of everywhere else, and what too few hold is told for each team."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from lms.engine.competency import Competency, Holders
from lms.engine.curriculum import MonthsInRole
from lms.engine.profile import profile_on
from lms.engine.readiness import readiness
from lms.services import curricula, ledger, paths
from lms.services.access import SITE, Denied
from lms.services.authoring import drafts, publishing
from lms.services.entry import sessions
from lms.services.learning.my_path import my_path
from lms.services.readiness_board import readiness_of
from lms.services.replanning import input_changed
from lms.services.team import board as boards
from lms.services.team.board import Board, board
from lms.services.team.members import State
from lms.storage.people import Person, Team
from lms.storage.record import Completion, Evidence, Exemption
from lms.storage.snapshot import load_people
from lms.web.learner.mine.path_dates import dates_of
from tests.build import a_course, a_curriculum, a_role
from tests.organisation import NOW, a_team, somebody, who_holds

TODAY = NOW.date()
NAMES = ("price", "law", "calls")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sales:
    """A manager above two teams, the second below the first, with somebody in each standing."""

    curriculum: int
    head: Person
    top: Team
    below: Team
    people: dict[str, Person]

    def board(self, session: Session, who: Person | None = None, team: Team | None = None, **more: bool) -> Board:
        actor = sessions.actor_of(session, (who or self.head).id)
        found = board(session, actor, team.id if team else None, on=TODAY, **more)
        assert found is not None
        return found


@pytest.fixture
def sales(session: Session) -> Sales:
    """Nora is ready, Lars is on his way, Vera waits for months in her role, Nils has no target."""
    gate = MonthsInRole(role="junior", at_least=24)
    curriculum = a_curriculum(
        a_course("price-1", 3, grants=["price:1"]),
        a_course("price-2", 30, grants=["price:2"]),
        a_course("law-1", 3, grants=["law:1"]),
        a_course("calls-1", 3, grants=["calls:1"]),
        a_role("junior", "price:1", "calls:1"),
        a_role("senior", "price:2", "law:1"),
        a_role("veteran", "price:1", gates=(gate,)),
        competencies=tuple(
            Competency(id=name, title=name.title(), cluster="Deals" if name != "calls" else None,
                       holders=Holders(level=2, people=2) if name == "price" else None)
            for name in NAMES
        ),
    )  # fmt: skip
    number = drafts.save_draft(session, SITE, curriculum, now=NOW)
    publishing.publish(session, SITE, number, now=NOW)
    head = somebody(session, "Hanna Head", rights=[])
    top = a_team(session, "North", manager=head)
    below = a_team(session, "North-East", parent=top, manager=somebody(session, "Mo Middle", rights=[]))
    people = {}
    for name, team, targets in (
        ("Nora", top, ["senior"]),
        ("Lars", top, ["senior"]),
        ("Vera", below, ["veteran"]),
        ("Nils", below, []),
    ):
        people[name] = somebody(session, name, team=team)
        who_holds(session, people[name], "junior", number, since=date(2026, 1, 1), targets=targets)
    rated(session, people["Nora"], "price", 2, TODAY - timedelta(days=200))
    rated(session, people["Nora"], "law", 1, TODAY - timedelta(days=10), until=date(2026, 12, 20))
    rated(session, people["Vera"], "price", 1, TODAY - timedelta(days=10))
    session.flush()
    numbers = [one.id for one in people.values()]
    for one in numbers:
        input_changed(session, [one], now=NOW)
    paths.replan_now(session, numbers, now=NOW)
    return Sales(curriculum=number, head=head, top=top, below=below, people=people)


def rated(
    session: Session, person: Person, competency: str, level: int, on: date, *, until: date | None = None
) -> None:
    row = Evidence(person_id=person.id, competency=competency, level=level, shown_on=on, until=until, source="manager")
    ledger.note(session, SITE, "evidence.rated", now=NOW, rows=[row])


def test_levels_of_today_and_of_90_days_ago_are_those_of_the_engine(session: Session, sales: Sales) -> None:
    spared = Exemption(person_id=sales.people["Lars"].id, competency="law", level=1, until=TODAY - timedelta(days=30))
    done = Completion(person_id=sales.people["Lars"].id, course="price-1", completed_on=TODAY - timedelta(days=91))
    ledger.note(session, SITE, "import.applied", now=NOW, rows=[spared, done])
    found = sales.board(session, below=True)
    assert [one.competency.id for one in found.columns] == list(NAMES)
    version = curricula.published(session)[0].curriculum
    snapshots = load_people(session, [row.member.id for row in found.rows], TODAY)
    for row in found.rows:
        person = snapshots[row.member.id].person
        for held, day in ((row.levels, TODAY), (row.before, TODAY - timedelta(days=90))):
            levels = profile_on(version, person, day).levels
            assert held == tuple(levels.get(name, 0) for name in NAMES), (row.member.name, day)
    lars = next(row for row in found.rows if row.member.name == "Lars")
    assert (lars.levels, lars.before, lars.needs, lars.below) == ((1, 0, 0), (1, 1, 0), (2, 1, 0), 2)


def test_who_is_ready_near_and_without_a_target_is_told_as_their_own_page_tells_it(
    session: Session, sales: Sales
) -> None:
    found = sales.board(session, below=True)
    assert {row.member.name: row.member.state for row in found.rows} == {
        "Nora": State.READY,
        "Lars": State.NEAR,
        "Vera": State.LATER,
        "Nils": State.NONE,
    }
    actor = sessions.actor_of(session, sales.head.id)
    for row in found.rows:
        shown = my_path(session, actor, row.member.id)
        if shown.path is not None and shown.document is not None:
            asked = shown.document["requirements"]
            assert (row.member.met, row.member.required) == (asked["met"], asked["required"])
            assert row.member.likely == dates_of(shown.document, shown.path.likely, None).big
    assert (found.count(State.READY), found.count(State.NEAR)) == (1, 1)
    assert found.near_until == date(2027, 5, 31)


def test_a_minimum_of_holders_is_asked_of_each_team(session: Session, sales: Sales) -> None:
    price = sales.board(session, below=True).columns[0]
    assert (price.holders, price.least, price.thin) == (1, 2, True)
    rated(session, sales.people["Lars"], "price", 2, TODAY)
    assert not sales.board(session, below=False).columns[0].thin
    assert sales.board(session, below=True).columns[0].thin, "the team below has nobody"
    assert sales.board(session).thin == 0


def test_what_was_shown_is_valid_until_it_lapses_and_says_so_a_month_ahead(session: Session, sales: Sales) -> None:
    found = sales.board(session, below=True)
    assert (found.shown, found.valid, found.lapsing) == (3, 3, 1)
    assert found.lapses == date(2026, 12, 31)
    actor = sessions.actor_of(session, sales.head.id)
    later = board(session, actor, None, below=True, on=date(2026, 12, 21))
    assert later is not None
    assert (later.shown, later.valid, later.lapsing) == (3, 2, 0)


def test_03_a_team_outside_the_line_is_not_there_and_a_move_counts_at_once(session: Session, sales: Sales) -> None:
    middle = session.get_one(Person, sales.below.manager_id)
    assert [row.member.name for row in sales.board(session, middle).rows] == ["Nils", "Vera"]
    with pytest.raises(Denied):
        sales.board(session, middle, sales.top)
    assert sales.board(session, team=sales.below).place.name == "North-East"
    sales.below.parent_id = None
    session.flush()
    with pytest.raises(Denied):
        sales.board(session, team=sales.below)
    assert {row.member.name for row in sales.board(session, below=True).rows} == {"Nora", "Lars"}


def test_a_manager_is_not_on_their_own_board_nor_is_who_has_left(session: Session, sales: Sales) -> None:
    sales.head.team_id = sales.top.id
    sales.people["Lars"].state = "deactivated"
    session.flush()
    assert [row.member.name for row in sales.board(session).rows] == ["Nora"]


def test_people_of_two_curricula_stand_in_columns_of_their_own(session: Session, sales: Sales) -> None:
    other = replace(
        a_curriculum(a_course("loaf", grants=["bread:1", "price:2"]), a_role("baker", "bread:1", "price:2")),
        id="bakery",
        title="Bakery",
    )
    number = drafts.save_draft(session, SITE, other, now=NOW)
    publishing.publish(session, SITE, number, now=NOW)
    bert = somebody(session, "Bert", team=sales.top)
    who_holds(session, bert, "baker", number, since=date(2026, 1, 1), targets=["baker"])
    found = sales.board(session)
    assert [one.competency.id for one in found.columns] == [*NAMES, "bread", "price"]
    assert found.rows[0].levels == (None, None, None, 0, 0)
    assert found.rows[0].needs == (0, 0, 0, 1, 2)
    assert all(row.levels[3:] == (None, None) for row in found.rows[1:])


def test_more_people_than_a_table_shows_are_said(
    session: Session, sales: Sales, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boards, "MOST", 1)
    found = sales.board(session)
    assert (len(found.rows), found.more) == (1, True)


def test_readiness_of_everybody_for_every_next_role_is_that_of_the_engine(session: Session, sales: Sales) -> None:
    actor = sessions.actor_of(session, sales.head.id)
    version = curricula.published(session)[0].curriculum
    found = readiness_of(session, SITE, on=TODAY)
    assert found.people == readiness_of(session, actor, on=TODAY).people
    snapshots = load_people(session, list(found.people), TODAY)
    for number, roles in found.people.items():
        person = snapshots[number].person
        assert {one.role for one in roles} == set(person.targets)
        for one in roles:
            profile = profile_on(version, person, TODAY)
            told = readiness([version.role_by_id[one.role]], person, profile, TODAY)
            assert (one.met, one.required) == (told.met, told.required)
    assert found.ready_for("senior") == (sales.people["Nora"].id,)
    middle = sessions.actor_of(session, sales.below.manager_id or 0)
    assert set(readiness_of(session, middle, on=TODAY).people) == {sales.people["Vera"].id, sales.people["Nils"].id}
