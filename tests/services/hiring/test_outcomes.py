"""Outcomes of candidates: recorded, corrected, read by the role's gates and by themselves, and theirs once they are hired."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.engine.curriculum import OutcomeGate
from lms.errors import Invalid, NotFound
from lms.interop.ranking_json import ranking_to_document
from lms.services.access import Denied
from lms.services.hiring import candidates, comparing, deciding, outcomes, own_page
from lms.services.hiring.candidates import Claimed
from lms.services.hiring.outcomes import Achieved
from lms.services.running import chain
from lms.services.running.chain import Verified
from lms.storage import bearing
from lms.storage.hiring import Candidate, CandidateRequest
from lms.storage.people import PersonalText
from lms.storage.record import Outcome
from tests.organisation import NOW, somebody, who_holds
from tests.services.hiring.stage import TODAY, Stage, a_stage, apply

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
KEY = "tests only"
QUOTA = OutcomeGate(metric="quota", months=2, at_least=Decimal("0.9"))
GOOD = Achieved(
    metric="quota", first=date(2026, 9, 1), last=date(2026, 10, 1), value=Decimal("0.95"), source="A letter of Acme"
)


@pytest.fixture
def stage(session: Session) -> Stage:
    return a_stage(session, gates=(QUOTA,))


def compared(session: Session, stage: Stage) -> comparing.Comparison:
    return comparing.compare(session, stage.actor(session, "recruiter"), stage.opening, now=NOW)


def met(session: Session, stage: Stage, whom: Candidate) -> tuple[int, int]:
    place = compared(session, stage).of(whom.id)
    assert place is not None
    return place.standing.met, len(place.standing.gates)


def test_an_outcome_meets_the_gate_of_the_role_said_anew_it_takes_its_place_and_taken_back_it_is_gone(
    session: Session, stage: Stage
) -> None:
    whom, recruiter = apply(session, stage), stage.actor(session, "recruiter")
    assert met(session, stage, whom) == (0, 1)
    assert outcomes.record(session, recruiter, whom.id, GOOD, now=NOW) == 2
    assert met(session, stage, whom) == (1, 0)
    page = own_page.read(session, own_page.token(whom, KEY), key=KEY)
    assert [(one.month, one.value, one.source) for one in page.achieved] == [
        (date(2026, 10, 1), Decimal("0.95"), "A letter of Acme"),
        (date(2026, 9, 1), Decimal("0.95"), "A letter of Acme"),
    ]
    lower = replace(GOOD, first=date(2026, 10, 31), last=None, value=Decimal("0.84"), source="They say so")
    assert outcomes.record(session, recruiter, whom.id, lower, now=NOW) == 1
    assert met(session, stage, whom) == (0, 1)  # 0.895 on average
    latest, earlier = outcomes.of_many(session, [whom.id])[whom.id]
    assert (latest.value, latest.source, earlier.value) == (Decimal("0.84"), "They say so", Decimal("0.95"))
    other = apply(session, stage, "Al", "al@x.example")
    with pytest.raises(NotFound):
        outcomes.take_back(session, recruiter, other.id, latest.id, now=NOW)
    outcomes.take_back(session, recruiter, whom.id, latest.id, now=NOW)
    assert [one.month for one in outcomes.of_many(session, [whom.id])[whom.id]] == [date(2026, 9, 1)]


def test_what_no_gate_asks_for_has_no_source_or_cannot_be_is_not_kept(session: Session, stage: Stage) -> None:
    whom, recruiter = apply(session, stage), stage.actor(session, "recruiter")
    for wrong, field in (
        (replace(GOOD, metric="calls"), "metric"),
        (replace(GOOD, source="  "), "source"),
        (replace(GOOD, source="x" * 201), "source"),
        (replace(GOOD, value=Decimal("nan")), "value"),
        (replace(GOOD, value=Decimal("1e30")), "value"),
        (replace(GOOD, value=None), "value"),
        (replace(GOOD, first=None), "first"),
        (replace(GOOD, first=date(2027, 1, 1), last=None), "first"),
        (replace(GOOD, last=date(2026, 8, 1)), "last"),
        (replace(GOOD, first=date(1990, 1, 1)), "last"),
        (replace(GOOD, first=date(26, 1, 1), last=None), "first"),
    ):
        with pytest.raises(Invalid) as refused:
            outcomes.record(session, recruiter, whom.id, wrong, now=NOW)
        assert refused.value.problems[0].field == field
    for name in ("rep", "bo"):
        with pytest.raises(Denied):
            outcomes.record(session, stage.actor(session, name), whom.id, GOOD, now=NOW)
    assert outcomes.of_many(session, [whom.id])[whom.id] == []


def test_who_is_hired_keeps_their_outcomes_and_the_decision_says_that_they_entered(
    session: Session, stage: Stage
) -> None:
    whom, manager = apply(session, stage), stage.actor(session, "manager")
    outcomes.record(session, manager, whom.id, GOOD, now=NOW)
    person = deciding.hire(session, manager, whom.id, "Sells", TODAY, now=NOW)
    session.flush()
    kept = session.scalars(select(Outcome).where(Outcome.person_id == person.id).order_by(Outcome.month)).all()
    assert [(one.metric, one.month, one.value, one.source) for one in kept] == [
        ("quota", date(2026, 9, 1), Decimal("0.95"), "application"),
        ("quota", date(2026, 10, 1), Decimal("0.95"), "application"),
    ]
    words = select(PersonalText.text).where(PersonalText.person_id == person.id)
    assert session.scalars(words).all() == ["A letter of Acme"] * 2
    token = own_page.token(whom, KEY)
    (decision,) = own_page.read(session, token, key=KEY).decisions
    assert [(one["month"], one["value"]) for one in decision.standing["achieved"]] == [
        ("2026-10-01", 0.95),
        ("2026-09-01", 0.95),
    ]
    chain.seal(session, now=NOW)
    assert isinstance(chain.verify(session), Verified)


def test_nothing_of_a_candidate_but_what_they_have_shown_and_achieved_changes_a_byte_of_the_ranking(
    session: Session, stage: Stage
) -> None:
    whom, recruiter = apply(session, stage), stage.actor(session, "recruiter")

    def told() -> str:
        session.flush()
        return json.dumps(ranking_to_document(compared(session, stage).ranking, "x"), sort_keys=True)

    before = told()
    others: dict[str, object] = {
        "name": "Aaron Aardvark", "mail": "a@a.example", "mail_key": "a@a.example", "language": "de",
        "state": "offered", "added_by": stage.bo.id, "added_at": NOW.replace(year=2020), "nonce": None,
    }  # fmt: skip
    given = {
        "id",
        "opening_id",
        "kept_until",
        "person_id",
        "version",
    }  # the key, the opening, and what follows a decision
    assert {column.key for column in Candidate.__table__.columns} == given | set(others)
    for name, value in others.items():
        setattr(whom, name, value)
        assert told() == before, name
    whom.state = "applied"
    candidates.write_note(session, recruiter, whom.id, "A charming voice", now=NOW)
    session.add(CandidateRequest(candidate_id=whom.id, kind="accommodation", at=NOW, text="A room without stairs"))
    assert told() == before
    outcomes.record(session, recruiter, whom.id, GOOD, now=NOW)
    achieved = told()
    assert achieved != before
    claimed = Claimed(competency="talking", level=2, shown_on=TODAY, source="self")
    candidates.record(session, recruiter, whom.id, claimed, now=NOW)
    assert told() != achieved


def test_a_look_works_out_so_many_standings_and_goes_on_until_the_comparison_is_whole(
    session: Session, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "AT_ONCE", 1)
    monkeypatch.setattr("lms.services.hiring.remembered._KEPT", type(_kept())())
    recruiter = stage.actor(session, "recruiter")
    for turn, level in enumerate((0, 1, 1)):
        whom = apply(session, stage, f"C{turn}", f"c{turn}@x.example")
        claimed = Claimed(competency="talking", level=level, shown_on=TODAY, source="self")
        candidates.record(session, recruiter, whom.id, claimed, now=NOW)
    session.flush()
    looks = [comparing.look(session, recruiter, stage.opening, now=NOW) for _ in range(3)]
    assert [(one.done, one.total) for one in looks if isinstance(one, comparing.Underway)] == [(1, 3), (2, 3)]
    last = looks[-1]
    assert isinstance(last, comparing.Comparison)
    assert last.ranking == compared(session, stage).ranking
    assert [one.who.name for one in last.places] == ["Dana", "C0", "C1", "C2"]


def _kept() -> object:
    from lms.services.hiring import remembered  # noqa: PLC0415

    return remembered._KEPT


def test_of_many_colleagues_those_stand_there_who_miss_least_whatever_number_is_asked_about_at_once(
    session: Session, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = stage.opening.curriculum_id
    for turn in range(4):
        one = somebody(session, f"P{turn}")
        who_holds(session, one, "seller", number, since=date(2026, 1, 1), targets=[])
    session.flush()
    monkeypatch.setattr(comparing, "MOST_COLLEAGUES", 2)
    whole = [str(one.who.name) for one in compared(session, stage).places]
    monkeypatch.setattr(bearing, "CHUNK", 2)
    assert [str(one.who.name) for one in compared(session, stage).places] == whole == ["Dana", "P0"]
