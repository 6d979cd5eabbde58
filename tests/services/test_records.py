"""Notes and development plans: who reads them, who signs what, and that both sign the same words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.engine.judging.talking_points import About, Known, talking_points
from lms.errors import Conflict, Invalid, LmsError, NotFound, NotPermitted
from lms.services.access import SITE, Actor, Denied
from lms.services.entry import sessions
from lms.services.organisation import erasing, leaving
from lms.services.records import contracts, notes, opened, own_data, plans
from lms.services.records.plan_shown import waiting_of
from lms.services.records.plans import NewAction
from lms.services.records.record import record
from lms.storage.audit import Audit
from lms.storage.people import Person, PersonalText, Team
from lms.storage.person_records import DevelopmentPlan, OneOnOneNote
from tests.organisation import NOW, a_team, somebody

TODAY = NOW.date()
SOON = TODAY + timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A rep, whoever leads them, the head above, and a manager of another team."""

    rep: Person
    manager: Person
    head: Person
    other: Person
    team: Team
    elsewhere: Team

    def actor(self, session: Session, who: Person) -> Actor:
        return sessions.actor_of(session, who.id)


@pytest.fixture
def line(session: Session) -> Line:
    head, manager, other = (somebody(session, name, rights=[]) for name in ("Hanna", "Mona", "Otto"))
    top = a_team(session, "Sales", manager=head)
    team = a_team(session, "North", parent=top, manager=manager)
    elsewhere = a_team(session, "South", manager=other)
    rep = somebody(session, "Rita", team=team)
    return Line(rep=rep, manager=manager, head=head, other=other, team=team, elsewhere=elsewhere)


def agreed(session: Session, line: Line) -> DevelopmentPlan:
    """A plan that both signed."""
    rep, manager = line.actor(session, line.rep), line.actor(session, line.manager)
    plan = contract(session, line)
    for actor in (rep, manager):
        contracts.sign(session, actor, plan.id, plan.contract_digest or "", now=NOW)
    return plan


def contract(session: Session, line: Line) -> DevelopmentPlan:
    rep, manager = line.actor(session, line.rep), line.actor(session, line.manager)
    plan = plans.begin(session, manager, line.rep.id, now=NOW)
    plans.say(session, rep, plan.id, "Calls go well.", now=NOW)
    plans.go_on(session, manager, plan.id, now=NOW)
    plans.summarise(session, manager, plan.id, "Strong opener, weak close.", now=NOW)
    plans.add_action(session, manager, plan.id, NewAction(text="Close twice", by_whom="person", due=SOON), now=NOW)
    plans.add_review(session, manager, plan.id, SOON, now=NOW)
    return plans.offer(session, manager, plan.id, now=NOW)


def test_a_shared_note_is_read_by_the_person_and_a_private_one_by_its_author_alone(
    session: Session, line: Line
) -> None:
    manager, head, rep = (line.actor(session, who) for who in (line.manager, line.head, line.rep))
    notes.add(session, manager, line.rep.id, "We spoke of price.", private=False, now=NOW)
    notes.add(session, manager, line.rep.id, "Seems tired.", private=True, now=NOW)
    read = {who: [one.text for one in notes.of(session, actor, line.rep.id)]
            for who, actor in (("manager", manager), ("head", head), ("rep", rep))}  # fmt: skip
    assert read == {"manager": ["Seems tired.", "We spoke of price."], "head": ["We spoke of price."],
                    "rep": ["We spoke of price."]}  # fmt: skip
    exported = own_data.own_data(session, rep, now=NOW)
    assert [(one["text"], one["shared"]) for one in exported["notes"]] == [
        ("We spoke of price.", True),
        ("Seems tired.", False),
    ]
    with pytest.raises(NotPermitted):
        notes.add(session, rep, line.rep.id, "To myself", private=True, now=NOW)
    with pytest.raises(Denied):
        notes.add(session, line.actor(session, line.other), line.rep.id, "Hello", private=False, now=NOW)


def test_the_same_note_sent_by_two_clicks_is_one_and_the_same_words_another_day_are_another(
    session: Session, line: Line
) -> None:
    manager, soon = line.actor(session, line.manager), NOW + timedelta(seconds=20)
    first = notes.add(session, manager, line.rep.id, "We spoke of price.", private=False, now=NOW)
    assert notes.add(session, manager, line.rep.id, " We spoke of price.\r\n", private=False, now=soon) is first
    notes.add(session, manager, line.rep.id, "We spoke of price.", private=True, now=soon)
    notes.add(session, manager, line.rep.id, "We spoke of price.", private=False, now=NOW + timedelta(days=1))
    assert [one.shared for one in notes.of(session, manager, line.rep.id)] == [True, False, True]


def test_a_note_is_corrected_by_its_author_and_once(session: Session, line: Line) -> None:
    manager = line.actor(session, line.manager)
    first = notes.add(session, manager, line.rep.id, "Prize", private=False, now=NOW)
    with pytest.raises(NotFound):
        notes.correct(session, line.actor(session, line.head), first.id, "Price", now=NOW)
    with pytest.raises(Invalid):
        notes.correct(session, manager, first.id, " \n", now=NOW)
    notes.correct(session, manager, first.id, "Price", now=NOW)
    with pytest.raises(Conflict):
        notes.correct(session, manager, first.id, "Prices", now=NOW)
    (shown,) = notes.of(session, manager, line.rep.id)
    assert (shown.text, shown.corrected) == ("Price", True)
    exported = own_data.own_data(session, line.actor(session, line.rep), now=NOW)["notes"]
    assert [one["text"] for one in exported] == ["Prize", "Price"]


def test_both_sign_the_words_that_they_read(session: Session, line: Line) -> None:
    rep, manager, head = (line.actor(session, who) for who in (line.rep, line.manager, line.head))
    plan = contract(session, line)
    digest = plan.contract_digest or ""
    with pytest.raises(Conflict):
        contracts.sign(session, rep, plan.id, "sha256:other", now=NOW)
    contracts.sign(session, rep, plan.id, digest, now=NOW)
    assert [one.what for one in waiting_of(session, manager, now=NOW)] == ["sign"]
    assert waiting_of(session, rep, now=NOW) == ()
    with pytest.raises(Conflict):
        contracts.sign(session, rep, plan.id, digest, now=NOW)
    with pytest.raises(Denied):
        contracts.sign(session, line.actor(session, line.other), plan.id, digest, now=NOW)
    contracts.sign(session, head, plan.id, digest, now=NOW)
    assert (plan.state, plan.manager_signed_by) == ("agreed", line.head.id)
    contracts.reopen(session, rep, plan.id, now=NOW)
    assert (plan.state, plan.person_signed_at, plan.manager_signed_by, plan.contract_digest) == ("plan",) + (None,) * 3


def test_an_agreed_plan_is_acted_on_reviewed_and_ended_by_whoever_leads(session: Session, line: Line) -> None:
    rep, manager = line.actor(session, line.rep), line.actor(session, line.manager)
    plan = agreed(session, line)
    view = record(session, manager, line.rep.id, now=NOW + timedelta(days=31))
    assert {one.about for one in view.points} == {About.OVERDUE, About.REVIEW}
    assert view.plan is not None
    assert [one.what for one in waiting_of(session, manager, now=NOW + timedelta(days=31))] == ["review"]
    contracts.done(session, rep, plan.id, view.plan.actions[0][0].id, now=NOW)
    contracts.review(session, manager, plan.id, view.plan.reviews[0][0].id, "It went well.", now=NOW)
    with pytest.raises(NotPermitted):
        contracts.end(session, rep, plan.id, "reached", now=NOW)
    contracts.end(session, manager, plan.id, "reached", now=NOW)
    ended = record(session, rep, line.rep.id, now=NOW)
    assert (ended.plan, ended.ended[0].row.outcome, ended.points) == (None, "reached", ())
    assert plans.begin(session, rep, line.rep.id, now=NOW).id != plan.id


def test_a_database_keeps_no_plan_agreed_that_one_side_has_not_signed(session: Session, line: Line) -> None:
    plan = contract(session, line)
    plan.state = "agreed"
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


VERBS = ("say", "go_on", "summarise", "add_action", "add_review", "offer", "sign", "reopen", "end")


def take(session: Session, actor: Actor, plan: DevelopmentPlan, verb: str, day: date) -> None:
    """One step of a plan, by whoever acts."""
    new = NewAction(text="Go", by_whom="person", due=SOON)
    given: dict[str, tuple[Any, ...]] = {
        "say": ("Well",),
        "summarise": ("Good",),
        "add_action": (new,),
        "add_review": (day,),
        "sign": (plan.contract_digest or "",),
        "end": ("partly",),
    }
    step = getattr(contracts if verb in {"sign", "reopen", "end"} else plans, verb)
    step(session, actor, plan.id, *given.get(verb, ()), now=NOW)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(offered=st.booleans(), steps=st.lists(st.tuples(st.sampled_from(VERBS), st.booleans()), max_size=14))
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_whatever_order_the_steps_come_in_nothing_is_agreed_without_both_signatures(
    session: Session, line: Line, offered: bool, steps: list[tuple[str, bool]]
) -> None:
    sides = {True: line.actor(session, line.rep), False: line.actor(session, line.manager)}
    with session.begin_nested() as unit:
        plan = contract(session, line) if offered else plans.begin(session, sides[True], line.rep.id, now=NOW)
        for number, (verb, own) in enumerate(steps, 1):
            before = plan.state
            try:
                take(session, sides[own], plan, verb, SOON + timedelta(days=number))
            except LmsError:
                assert plan.state == before
            session.flush()
            signed = plan.person_signed_at is not None and plan.manager_signed_at is not None
            assert (plan.state in {"agreed", "ended"}) == signed
        unit.rollback()


def test_who_opened_a_record_is_told_once_a_day_and_never_oneself(session: Session, line: Line) -> None:
    manager, rep = line.actor(session, line.manager), line.actor(session, line.rep)
    for hours in (0, 1, 25):
        opened.note(session, manager, line.rep.id, now=NOW + timedelta(hours=hours))
    opened.note(session, rep, line.rep.id, now=NOW)
    seen = opened.openings(session, line.rep.id, now=NOW + timedelta(days=2))
    assert [one.who.name for one in seen] == ["Mona", "Mona"]
    with pytest.raises(Denied):
        opened.note(session, line.actor(session, line.other), line.rep.id, now=NOW)


def test_03_after_a_move_the_one_who_led_before_reads_and_signs_nothing(session: Session, line: Line) -> None:
    plan = contract(session, line)
    notes.add(session, line.actor(session, line.manager), line.rep.id, "Mine", private=True, now=NOW)
    line.rep.team_id = line.elsewhere.id
    session.flush()
    manager, other = line.actor(session, line.manager), line.actor(session, line.other)
    for verb in (
        lambda: record(session, manager, line.rep.id, now=NOW),
        lambda: notes.of(session, manager, line.rep.id),
        lambda: contracts.sign(session, manager, plan.id, plan.contract_digest or "", now=NOW),
    ):
        with pytest.raises(Denied):
            verb()
    assert waiting_of(session, manager, now=NOW) == ()
    assert [one.plan.id for one in waiting_of(session, other, now=NOW)] == [plan.id]
    assert notes.of(session, other, line.rep.id) == ()


def test_what_was_agreed_and_noted_goes_when_the_person_is_erased(session: Session, line: Line) -> None:
    manager = line.actor(session, line.manager)
    agreed(session, line)
    first = notes.add(session, manager, line.rep.id, "Prize", private=False, now=NOW)
    notes.correct(session, manager, first.id, "Price", now=NOW)
    leaving.deactivate(session, SITE, line.rep.id, now=NOW)
    erasing.erase(session, SITE, line.rep.id, str(line.rep.id), now=NOW)
    for table in (DevelopmentPlan, OneOnOneNote, PersonalText):
        assert session.scalars(select(table)).all() == []
    assert session.scalars(select(Audit.id).where(Audit.action == "development.signed")).all()


def test_points_are_told_the_gravest_first_and_of_a_kind_the_oldest() -> None:
    day = date(2026, 11, 23)
    known = Known(
        begun=[("call", day - timedelta(days=22)), ("demo", day - timedelta(days=40)), ("new", day)],
        waiting=[("deal", day - timedelta(days=2))],
        sent_back=[("plan", day)],
        lapses=[("price", 3, day + timedelta(days=20)), ("law", 2, day + timedelta(days=200))],
        last=day - timedelta(days=46),
    )
    assert [(one.about.value, one.what) for one in talking_points(known, day)] == [
        ("sent-back", "plan"),
        ("lapses", "price"),
        ("stands", "demo"),
        ("stands", "call"),
        ("waits", "deal"),
        ("quiet", ""),
    ]
