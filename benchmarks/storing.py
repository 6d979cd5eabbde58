"""What planning and storing 1,000 people costs one worker, by part, on the embedded database (and on PostgreSQL when
`LMS_BENCH_POSTGRESQL` names one).

The people are cohort-like: many stand at the same place on one of twenty common ways to each role, with five values of
weekly hours, and one in ten with days away. They are seeded into an organisation and planned by the service that the
worker calls, in the chunks that a publish makes. The parts are timed inside that one run.
"""

from __future__ import annotations

import gc
import itertools
import os
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from fractions import Fraction
from statistics import median
from typing import Any

from sqlalchemy import create_engine, func, insert, select
from sqlalchemy.orm import Session

from benchmarks.apart import certain
from benchmarks.catalogues import TODAY
from benchmarks.people import cohort_like
from benchmarks.setting import Setting
from benchmarks.table import Row, amount
from lms.engine import query as engine_query
from lms.engine.curriculum import Curriculum
from lms.engine.days import Period
from lms.engine.path import Planner
from lms.engine.person import Person as PersonValue
from lms.interop.curriculum_file import read_curriculum
from lms.services import ledger, paths, replanning
from lms.services.access import SITE
from lms.services.authoring import drafts
from lms.services.learning import outlook
from lms.services.shipped import starter
from lms.storage import migrate
from lms.storage.curricula import Curriculum as CurriculumRow
from lms.storage.curricula import CurriculumDraft, CurriculumVersion
from lms.storage.paths import Path as PathRow
from lms.storage.people import Away, Person, StudyPlan
from lms.storage.record import Completion, RoleAssignment
from lms.storage.session import prepare, transaction

NOW = datetime.combine(TODAY, clock(9), UTC)
COUNT = 1_000
HOURS = (2, 3, 4, 5, 8)
ROLES = 8
PLACES = 0.2
FLOOR, AIM = 3.0, 1.0
PARTS = ("profiles", "habits", "choice", "order", "dates", "likely days", "rows")


@dataclass
class Parts:
    """Seconds spent in each part; what a part calls of another part counts for the other alone."""

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    _open: list[list[float]] = field(default_factory=list)

    def timed(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, its time counted for the part."""

        def run(*given: Any, **named: Any) -> Any:
            begun = time.perf_counter()
            self._open.append([0.0])
            try:
                return function(*given, **named)
            finally:
                whole = time.perf_counter() - begun
                inner = self._open.pop()[0]
                self.seconds[part] += whole - inner
                if self._open:
                    self._open[-1][0] += whole

        return run

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Time the parts of planning and storing until the block ends."""
        places = (
            (paths, "load_people", "profiles"),
            (engine_query.Query, "__init__", "profiles"),
            (engine_query.Query, "choose", "choice"),
            (engine_query, "ordered", "order"),
            (engine_query.Query, "arrange", "dates"),
            (outlook, "habits_of", "habits"),
            (outlook, "likely", "likely days"),
            (paths, "store", "rows"),
        )
        before = [getattr(owner, name) for owner, name, _ in places]
        for (owner, name, part), function in zip(places, before, strict=True):
            setattr(owner, name, self.timed(part, function))
        try:
            yield
        finally:
            for (owner, name, _), function in zip(places, before, strict=True):
                setattr(owner, name, function)


def storing(setting: Setting) -> None:
    """Plan and store the cohort; the paths are compared with planning each person alone."""
    uw = setting.uw()
    curriculum = uw.curriculum if uw else read_curriculum(starter())
    people = a_cohort(curriculum, setting.people(COUNT))
    runs = [certain(lambda: _run(setting, curriculum, people)).value for _ in range(setting.runs)]
    whole = sorted(runs, key=lambda run: run[0])[len(runs) // 2]
    seconds, parts, facts = whole
    rest = seconds - sum(parts.values())
    split = ", ".join(f"{part} {amount(parts[part])}" for part in PARTS)
    setting.report.add(
        Row(
            group="targets",
            what=f"plan and store {len(people):,} people, {'uw' if uw else 'starter'}, one worker",
            value=amount(seconds),
            floor="3 s",
            aim="1 s",
            verdict=setting.verdict(seconds, FLOOR, AIM),
            note=f"{split}, the rest (reasons, replay, documents) {amount(rest)}; {facts}.",
        )
    )


def a_cohort(curriculum: Curriculum, count: int) -> list[PersonValue]:
    """Cohort-like people who share PLACES places on the common ways, with five values of weekly hours, one in ten with
    days away, each with a history at a pace of their own, on which likely days rest.
    """
    rng = random.Random("places")
    away = Period(TODAY + timedelta(days=10), TODAY + timedelta(days=24))
    places = cohort_like(curriculum, max(1, round(count * PLACES)), roles=ROLES)
    return [
        replace(
            _with_dates(rng, rng.choice(places)),
            id=f"p{number}",
            weekly_hours=Fraction(HOURS[number % 5]),
            away=(away,) if number % 10 == 3 else (),
        )
        for number in range(count)
    ]


def _with_dates(rng: random.Random, person: PersonValue) -> PersonValue:
    """The same completions, some days apart, the last one some days ago."""
    days = itertools.accumulate(rng.randint(3, 21) for _ in person.completed)
    dated = zip(reversed(person.completed), days, strict=True)
    return replace(person, completed=tuple(replace(done, on=TODAY - timedelta(days=ago)) for done, ago in dated))


def _run(
    setting: Setting, curriculum: Curriculum, people: Sequence[PersonValue]
) -> tuple[float, dict[str, float], str]:
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(os.environ.get("LMS_BENCH_POSTGRESQL") or f"sqlite:///{folder}/bench.db")
        prepare(engine)
        migrate.upgrade(engine)
        with Session(engine, expire_on_commit=False) as session:
            numbers = seed(session, curriculum, people)
            _warm(session, numbers[:20])
            gc.collect()
            gc.freeze()  # as `lms worker` does with what it is made of
            parts = Parts()
            begun, worked = time.perf_counter(), time.process_time()
            with parts.watching():
                stored = sum(_chunk(session, numbers[at : at + 50]) for at in range(0, len(numbers), 50))
            seconds, worked = time.perf_counter() - begun, time.process_time() - worked
            facts = f"{amount(worked)} of the processor; {_facts(session, curriculum, people)}"
            if stored != len(people):
                setting.report.disagree(f"{stored} paths stored of {len(people)}")
        engine.dispose()
    return seconds, dict(parts.seconds), facts


def _warm(session: Session, some: Sequence[int]) -> None:
    """A worker has planned for these roles before."""
    paths.prepare_replan(session, some, now=NOW)


def _chunk(session: Session, numbers: Sequence[int]) -> int:
    planned = paths.prepare_replan(session, numbers, now=NOW)
    with transaction(session):
        return paths.store(session, planned, now=NOW)


def seed(session: Session, curriculum: Curriculum, people: Sequence[PersonValue]) -> list[int]:
    """The people as rows of an organisation whose curriculum is published; gives their numbers."""
    with transaction(session):
        number = _published(session, curriculum)
        last = session.scalar(select(func.max(Person.id))) or 0
        session.execute(insert(Person), [{"state": "active", "created_at": NOW, "version": 1} for _ in people])
        numbers = list(session.scalars(select(Person.id).where(Person.id > last).order_by(Person.id)))
        rows: list[Any] = []
        for person_id, one in zip(numbers, people, strict=True):
            session.add(
                StudyPlan(
                    person_id=person_id,
                    targets=list(one.targets),
                    weekly_hundredths=int(one.weekly_hours * 100),
                    minimise="hours",
                )
            )
            session.add_all(Away(person_id=person_id, first=away.first, last=away.last) for away in one.away)
            rows += [Completion(person_id=person_id, course=c.course, completed_on=c.on) for c in one.completed]
            rows.append(
                RoleAssignment(
                    person_id=person_id, role=curriculum.roles[0].id, curriculum_id=number, starts=NOW.date()
                )
            )
        ledger.note(session, SITE, "bench.seeded", now=NOW, rows=rows)
        replanning.input_changed(session, numbers, now=NOW)
    return numbers


def _published(session: Session, curriculum: Curriculum) -> int:
    """The number of the curriculum, published whatever its check says: real catalogues have errors."""
    number = drafts.save_draft(session, SITE, curriculum, now=NOW)
    draft = session.get_one(CurriculumDraft, number)
    frozen = CurriculumVersion(
        curriculum_id=number, number=1, document=draft.document, digest=draft.digest, published_at=NOW
    )
    session.add(frozen)
    session.flush()
    session.get_one(CurriculumRow, number).published_id = frozen.id
    return number


def _facts(session: Session, curriculum: Curriculum, people: Sequence[PersonValue]) -> str:
    steps = list(session.scalars(select(PathRow.steps)))
    planner = Planner(curriculum)
    gaps = {(one.targets, planner.query(one, TODAY).basis().held) for one in people}
    mean = session.scalar(select(func.avg(func.length(PathRow.document)))) or 0
    return (
        f"{len(gaps) / len(people):.0%} distinct gaps, a median of {median(steps):g} steps, "
        f"{mean / 1000:.1f} kB a document"
    )
