"""The levels a person holds against a role, and why each rating counts or does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.engine.competency import Attainment, EvidencePolicy
from lms.engine.curriculum import Grant
from lms.engine.person import Evidence as Shown
from lms.engine.person import Exemption as Spared
from lms.engine.profile import record_on
from lms.engine.requirement import any_of
from lms.errors import NotFound
from lms.services import ledger
from lms.services.access import SITE
from lms.services.authoring import drafts, publishing
from lms.services.entry import sessions
from lms.services.learning import level_history, levels
from lms.services.learning.level_history import Rated, Verdict, judged
from lms.services.learning.levels import Board, Held
from lms.storage.people import Contact, Person
from lms.storage.record import Completion, Entry, Evidence, Exemption
from tests.build import a_course, a_curriculum, a_person, a_role, fact
from tests.organisation import NOW, a_team, somebody, who_holds

TODAY = NOW.date()


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


@pytest.mark.parametrize("policy", EvidencePolicy)
@pytest.mark.parametrize("seed", range(40))
def test_what_is_said_to_count_has_the_level_that_the_engine_holds(policy: EvidencePolicy, seed: int) -> None:
    draw = Random(seed)
    value = a_curriculum(a_role("r", "k:1"), policy=policy, sources=("assessor", "manager"))
    found = []
    for _ in range(draw.randint(0, 7)):
        first = days(draw.randint(-9, 2))
        last = draw.choice([None, first + timedelta(days=draw.randint(0, 8))])
        kind, source = draw.choice(["rating", "rating", "exemption"]), draw.choice(["assessor", "manager", "self"])
        found.append(Rated(kind=kind, level=draw.randint(1, 4), first=first, last=last, source=source))
    person = a_person(
        evidence=tuple(
            Shown(competency="k", level=one.level, on=one.first or TODAY, until=one.last, source=one.source)
            for one in found
            if one.kind == "rating"
        ),
        exempt=tuple(
            Spared(fact=Attainment("k", one.level), on=one.first, until=one.last)
            for one in found
            if one.kind == "exemption"
        ),
    )
    told = list(judged(value, value.competencies[0], found, TODAY))
    counting = [one.level for one in told if one.verdict is Verdict.COUNTS]
    assert len(counting) <= 1
    assert sum(counting) == record_on(value, person, TODAY).level("k", TODAY)
    for one in told:
        assert (one.verdict is Verdict.NOT_YET) == (one.first is not None and one.first > TODAY)
        assert (one.verdict is Verdict.OVER) == (one.last is not None and one.last < TODAY)


@pytest.fixture
def rep(session: Session) -> Person:
    """A rep of Mona's: discovery 2 for 20 more days, before that 3; negotiating 1; law by a course that has lapsed."""
    mona = somebody(session, "Mona", rights=[])
    person = somebody(session, "Rita", team=a_team(session, "North", manager=mona))
    gone = somebody(session, "Gone Gregory")
    value = a_curriculum(
        a_course("yearly", 1, grants=[Grant(competency="law", level=1, valid_months=12)]),
        a_course("deal", 3, grants=["negotiating:3"]),
        a_course("explore", 5, grants=["discovery:3", "apart:2"]),
        a_course("talk", 2, grants=["negotiating:2", "apart:1"]),
        a_role("starter", "discovery:2"),
        a_role("closer", "negotiating:2", "law:1", "discovery:1", any_of([fact("apart:2"), fact("discovery:3")])),
    )
    known = [replace(one, cluster="Talking" if one.id != "law" else None) for one in value.competencies]
    number = drafts.save_draft(session, SITE, replace(value, competencies=tuple(known)), now=NOW)
    publishing.publish(session, SITE, number, now=NOW)
    who_holds(session, person, "starter", number, since=date(2026, 1, 1), targets=["closer"])

    def shown(competency: str, level: int, first: int, last: int | None, source: str, rater: Person) -> Evidence:
        until = None if last is None else days(last)
        return Evidence(person_id=person.id, competency=competency, level=level, shown_on=days(first), until=until,
                        source=source, rater_id=rater.id)  # fmt: skip

    rows: list[Entry] = [
        shown("discovery", 3, -90, -10, "assessor", gone),
        shown("discovery", 2, -60, 20, "manager", mona),
        shown("negotiating", 1, -30, None, "self", person),
        Completion(person_id=person.id, course="yearly", completed_on=days(-400)),
        Exemption(person_id=person.id, competency="apart", level=1, first=days(-5), approved_by=mona.id),
    ]
    ledger.note(session, SITE, "import.applied", now=NOW, rows=rows)
    session.delete(session.get_one(Contact, gone.id))
    session.commit()
    return person


def board(session: Session, who: Person, person: Person, role: str | None = None) -> Board:
    return levels.board(session, sessions.actor_of(session, who.id), person.id, role, now=NOW)


def held(found: Board) -> dict[str, Held]:
    return {one.competency.id: one for cluster in (*found.asked, *found.others) for one in cluster.held}


def test_each_level_stands_against_the_target_with_what_lapses(session: Session, rep: Person) -> None:
    found = board(session, rep, rep)
    assert found.role
    assert (found.role.id, found.met, found.firm) == ("closer", 1, 3)
    assert [cluster.title for cluster in found.asked] == ["Talking", None]
    mine = held(found)
    discovery, law, negotiating, apart = mine["discovery"], mine["law"], mine["negotiating"], mine["apart"]
    assert (discovery.level, discovery.lapses, discovery.soon, discovery.lapsed) == (2, days(20), True, (days(-10), 3))
    assert (law.level, law.below, law.lapsed and law.lapsed[1]) == (0, True, 1)
    assert (negotiating.level, negotiating.below, negotiating.lapses) == (1, True, None)
    assert (apart.level, apart.below) == (1, False), "one of several ways is never said to be below"
    assert apart.asked
    assert (apart.asked.level, apart.asked.firm) == (2, False)
    assert discovery.asked
    assert (discovery.asked.level, discovery.asked.firm) == (1, True)


def test_they_stand_against_any_other_role_and_against_none_without_one(session: Session, rep: Person) -> None:
    found = board(session, rep, rep, "starter")
    assert [[one.competency.id for one in cluster.held] for cluster in found.asked] == [["discovery"]]
    with pytest.raises(NotFound):
        board(session, rep, rep, "emperor")
    new = somebody(session)
    empty = board(session, new, new)
    assert (empty.role, empty.roles, empty.asked) == (None, (), ())
    with pytest.raises(NotFound):
        board(session, new, new, "starter")


def test_1_3_the_line_above_reads_them_and_nobody_else(session: Session, rep: Person) -> None:
    mona = session.scalars(select(Person).join(Contact).where(Contact.name == "Mona")).one()
    assert held(board(session, mona, rep))["discovery"].level == 2
    for rights in (["rep"], ["trainer", "administrator", "auditor"]):
        other = somebody(session, rights=rights)
        with pytest.raises(NotFound):
            board(session, other, rep)
        with pytest.raises(NotFound):
            level_history.history(session, sessions.actor_of(session, other.id), rep.id, "law", now=NOW)


def test_a_history_says_who_and_why_and_erased_raters_are_former_colleagues(session: Session, rep: Person) -> None:
    actor = sessions.actor_of(session, rep.id)
    found = level_history.history(session, actor, rep.id, "discovery", now=NOW)
    assert [(one.level, one.verdict, str(one.who.name) if one.who else "") for one in found.entries] == [
        (2, Verdict.COUNTS, "Mona"),
        (3, Verdict.OVER, f"Former colleague {rep.id + 1}"),
    ]
    law = level_history.history(session, actor, rep.id, "law", now=NOW)
    assert [(one.kind, one.course, one.verdict) for one in law.entries] == [("course", "yearly", Verdict.OVER)]
    assert [one.course.id for one in law.raises] == ["yearly"]
    deal = level_history.history(session, actor, rep.id, "negotiating", now=NOW)
    assert [(one.course.id, one.level) for one in deal.raises] == [("talk", 2), ("deal", 3)]
    apart = level_history.history(session, actor, rep.id, "apart", now=NOW)
    assert [(one.kind, one.verdict, one.who and one.who.name) for one in apart.entries] == [
        ("exemption", Verdict.COUNTS, "Mona")
    ]
    for unknown in ("nothing", "", "law\x1f"):
        with pytest.raises(NotFound):
            level_history.history(session, actor, rep.id, unknown, now=NOW)
