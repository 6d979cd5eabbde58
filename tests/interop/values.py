"""Hypothesis strategies of curricula and people in which everything the formats can hold may stand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from lms.engine.competency import Attainment, Competency, EvidencePolicy, Holders, Kind, Origin, ScaleLevel
from lms.engine.curriculum import (
    AttestationGate,
    CompletedBy,
    Course,
    Curriculum,
    CurriculumTest,
    Delivery,
    Equivalence,
    Grant,
    Limits,
    MonthsInRole,
    Objective,
    OutcomeGate,
    Role,
    Session,
)
from lms.engine.days import Period
from lms.engine.person import Attestation, Completion, Evidence, Exemption, Outcome, Person, Stint
from lms.engine.requirement import NOTHING, AtLeast, CourseDone, Requirement, all_of, any_of

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12) | st.sampled_from(
    ["", " ", "~", "null", "true", "no", "on", "0o17", "012", "1e5", ".5", "1_0", "2026-01-01", "- a", "a: b", "a #b", "#", "!x",
     "&a", "*a", "<<", "=", "'", '"', "a\nb", "a\n\nb\n", " a\n", "a \nb", "\na", "\t", "\r\n", "a\x85b", "\u2028", "\ufeff", "\x1b",
     "{a}", "[a", "a, b", "? a", "| a", "%YAML", "---", "...", "---\na", "é😀", "\U0010ffff", "\x7f", "\ufffe", "@a", "`a", "x" * 300]
)  # fmt: skip
IDS = TEXTS.filter(lambda text: 0 < len(text) <= 200 and text.isprintable() and text == text.strip(" "))
DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31))
INSTANTS = st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants them so
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-1000, max_value=1000) | st.decimals(
    allow_nan=False, allow_infinity=False, min_value=Decimal("-1e90"), max_value=Decimal("1e90")
).filter(lambda number: not number or (number.adjusted() > -100 and len(number.as_tuple().digits) <= 100))
CENTS = st.integers(0, 100_000_000_000)
NAMES = st.none() | TEXTS


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


def several(values: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, max_size=most).map(tuple)


def periods() -> st.SearchStrategy[Period]:
    return st.tuples(DAYS, DAYS, NAMES).map(lambda p: Period(min(p[:2]), max(p[:2]), p[2]))


def requirements(competencies: list[str], courses: list[str], top: int) -> st.SearchStrategy[Requirement]:
    facts: st.SearchStrategy[Requirement] = st.nothing()
    if competencies:
        facts |= st.builds(Attainment, st.sampled_from(competencies), st.integers(1, top))
    if courses:
        facts |= st.builds(CourseDone, st.sampled_from(courses))

    def groups(items: st.SearchStrategy[Requirement]) -> st.SearchStrategy[Requirement]:
        lists = st.lists(items, min_size=1, max_size=3)
        k_of = lists.flatmap(lambda held: st.integers(1, len(held)).map(lambda n: AtLeast(n, tuple(held))))
        return lists.map(all_of) | lists.map(any_of) | k_of

    return st.just(NOTHING) if facts.is_empty else st.just(NOTHING) | st.recursive(facts, groups, max_leaves=6)


@st.composite
def courses(draw: st.DrawFn, id_: str, competencies: list[str], everything: list[str], top: int) -> Course:
    hours = draw(st.integers(1, 1_000_000_000))
    granted = draw(st.lists(st.sampled_from(competencies), unique=True, max_size=2)) if competencies else []
    sessions = []
    for name in draw(st.lists(IDS, unique=True, max_size=2)):
        starts, ends = sorted([draw(INSTANTS), draw(INSTANTS)])
        sessions.append(Session(id=name, starts=starts, ends=ends, seats=draw(st.integers(0, 10**9))))
    return Course(
        id=id_,
        title=draw(TEXTS),
        hours=hours,
        renewal_hours=draw(st.just(hours) | st.integers(1, hours)),
        cost=draw(st.just(0) | CENTS),
        delivery=draw(st.sampled_from(Delivery)),
        completion=draw(st.sampled_from(CompletedBy)),
        summary=draw(NAMES),
        link=draw(NAMES),
        provider=draw(NAMES),
        requires=draw(requirements(competencies, everything, top)),
        grants=tuple(
            Grant(competency=name, level=draw(st.integers(1, top)), valid_months=draw(maybe(st.integers(1, 1200))))
            for name in granted
        ),
        sessions=tuple(sessions),
        source=draw(maybe(st.builds(Origin, system=NAMES, id=NAMES, uri=NAMES))),
    )


@st.composite
def people(
    draw: st.DrawFn, id_: str, competencies: list[str], courses: list[str], roles: list[str], top: int
) -> Person:
    def period() -> tuple[date, date]:
        first, last = sorted([draw(DAYS), draw(DAYS)])
        return first, last

    def each(values: list[str], most: int = 2) -> list[str]:
        return draw(st.lists(st.sampled_from(values), max_size=most)) if values else []

    evidence, exempt = [], []
    for name in each(competencies):
        on, until = period()
        until_maybe = draw(st.sampled_from([None, until]))
        evidence.append(
            Evidence(competency=name, level=draw(st.integers(0, top)), on=on, until=until_maybe, source=draw(TEXTS))
        )
        exempt.append(
            Exemption(fact=Attainment(name, draw(st.integers(1, top))), until=until_maybe, reason=draw(NAMES))
        )
    exempt += [Exemption(fact=CourseDone(name), on=draw(maybe(DAYS)), by=draw(NAMES)) for name in each(courses)]
    return Person(
        id=id_,
        role=draw(maybe(st.sampled_from(roles))) if roles else None,
        since=draw(maybe(DAYS)),
        stints=tuple(Stint(role=name, first=period()[0]) for name in each(roles)),
        targets=tuple(dict.fromkeys(each(roles))),
        aim=draw(maybe(DAYS)),
        weekly_hours=draw(st.just(Fraction(4)) | st.decimals("0.001", 168, places=3).map(Fraction)),
        evidence=tuple(evidence),
        completed=tuple(Completion(course=name, on=draw(DAYS)) for name in each(courses)),
        exempt=tuple(exempt),
        outcomes=draw(
            several(st.builds(Outcome, metric=TEXTS, month=DAYS.map(lambda d: d.replace(day=1)), value=DECIMALS), 2)
        ),
        attestations=draw(several(st.builds(Attestation, title=TEXTS, by=TEXTS, on=DAYS), 2)),
        away=tuple(Period(*period()) for _ in range(draw(st.integers(0, 1)))),
    )


@st.composite
def curricula(draw: st.DrawFn) -> Curriculum:
    top = draw(st.integers(1, 9))
    competency_ids = draw(st.lists(IDS, unique=True, max_size=2))
    course_ids = draw(st.lists(IDS, unique=True, max_size=2))
    role_ids = draw(st.lists(IDS, unique=True, max_size=2))
    levels = st.integers(1, top)

    def some(ids: list[str], most: int = 2) -> tuple[str, ...]:
        return tuple(draw(st.lists(st.sampled_from(ids), max_size=most))) if ids else ()

    competencies = [
        Competency(
            id=name,
            title=draw(TEXTS),
            kind=draw(st.sampled_from(Kind)),
            cluster=draw(NAMES),
            description=draw(NAMES),
            levels=draw(st.dictionaries(levels, TEXTS, max_size=2)),
            policy=draw(maybe(st.sampled_from(EvidencePolicy))),
            raters=draw(st.just(("manager", "trainer", "assessor")) | several(TEXTS)),
            holders=draw(maybe(st.builds(Holders, level=levels, people=st.integers(1, 10**9)))),
            parent=next(iter(some(competency_ids, 1)), None),
            related=some(competency_ids),
        )
        for name in competency_ids
    ]
    gates: st.SearchStrategy[Any] = st.builds(
        OutcomeGate, metric=TEXTS, months=st.integers(1, 1200), at_least=DECIMALS
    ) | st.builds(AttestationGate, by=TEXTS, title=TEXTS)
    if role_ids:
        gates |= st.builds(MonthsInRole, role=st.sampled_from(role_ids), at_least=st.integers(0, 1200))
    roles = [
        Role(
            id=name,
            title=draw(TEXTS),
            requires=draw(requirements(competency_ids, course_ids, top)),
            family=draw(NAMES),
            description=draw(NAMES),
            approvers=draw(st.integers(1, 2)),
            gates=draw(several(gates, 2)),
            next=some(role_ids),
        )
        for name in role_ids
    ]
    weights = DECIMALS.filter(lambda number: number > 0)
    tests = [
        CurriculumTest(
            title=draw(TEXTS),
            roles=tuple(draw(st.lists(st.sampled_from(role_ids), min_size=1, max_size=2, unique=True))),
            person=draw(people("test", competency_ids, course_ids, role_ids, top)),
            at_most=draw(st.builds(Limits, hours=maybe(CENTS), cost=maybe(CENTS), courses=maybe(st.integers(0, 99)))),
            status=draw(maybe(st.sampled_from(["ready", "optimal", "feasible", "blocked"]))),
            on=draw(maybe(DAYS)),
        )
        for _ in range(draw(st.integers(0, 1)) if role_ids else 0)
    ]
    return Curriculum(
        id=draw(IDS),
        title=draw(TEXTS),
        scale=tuple(ScaleLevel(level=n, title=draw(TEXTS), indicator=draw(NAMES)) for n in range(1, top + 1)),
        competencies=tuple(competencies),
        courses=tuple(draw(courses(name, competency_ids, course_ids, top)) for name in course_ids),
        roles=tuple(roles),
        policy=draw(st.sampled_from(EvidencePolicy)),
        sources=tuple(draw(st.lists(TEXTS, unique=True, max_size=2))),
        blackouts=draw(several(periods(), 1)),
        objectives=tuple(
            Objective(id=name, title=draw(TEXTS), weight=draw(weights), competencies=some(competency_ids))
            for name in draw(st.lists(IDS, unique=True, max_size=1))
        ),
        equivalences=tuple(
            Equivalence(course=draw(IDS), counts_as=name, until=draw(maybe(DAYS))) for name in some(course_ids, 1)
        ),
        tests=tuple(tests),
    )
