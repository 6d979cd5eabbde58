"""5,000 people's readiness for every next role, from the ledger to the answer: nothing is stored for it beforehand.

Everybody holds a role of the shipped curriculum, which names one to three next ones, and has two years of ledger: 10
ratings, 8 completions, 12 months of an outcome and an attestation. Seconds are those of the service, the reading of the
ledger included; the curriculum has been parsed before, as in any process that has answered one page.
"""

from __future__ import annotations

import gc
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import create_engine, insert
from sqlalchemy.orm import Session

from benchmarks.catalogues import TODAY
from benchmarks.setting import Setting
from benchmarks.storing import NOW
from benchmarks.table import Row, amount
from lms.engine.curriculum import AttestationGate, Curriculum, OutcomeGate
from lms.interop.curriculum_file import read_curriculum
from lms.services import ledger
from lms.services.access import SITE
from lms.services.authoring import drafts, publishing
from lms.services.readiness_board import readiness_of
from lms.services.shipped import starter
from lms.storage import migrate
from lms.storage.people import Person, StudyPlan
from lms.storage.record import Attestation, Completion, Evidence, Outcome, RoleAssignment
from lms.storage.session import prepare, transaction
from tests.databases import KINDS, Databases

COUNT = 5_000
FLOOR, AIM = 5.0, 2.0
RATINGS, COURSES, MONTHS = 10, 8, 12


def readiness(setting: Setting) -> None:
    """Measure on each database."""
    count = setting.people(COUNT)
    for kind in KINDS:
        with tempfile.TemporaryDirectory() as folder:
            engine = create_engine(Databases(Path(folder), Path(folder)).empty(kind))
            prepare(engine)
            migrate.upgrade(engine)
            with Session(engine) as session:
                _seed(session, read_curriculum(starter()), count)
            gc.collect()
            gc.freeze()  # what seeding left in memory is not looked through on behalf of an answer
            runs = [_timed(engine) for _ in range(max(2, setting.runs))]
            gc.unfreeze()
            engine.dispose()
        seconds, answers = median(run[0] for run in runs[1:]), runs[-1][1]
        setting.report.add(
            Row(
                group="targets",
                what=f"readiness of {count:,} people for every next role, {kind}",
                value=amount(seconds),
                floor="5 s",
                aim="2 s",
                verdict=setting.verdict(seconds, FLOOR, AIM),
                note=f"{answers:,} answers; {amount(seconds / count)} a person.",
            )
        )


def _timed(engine: Any) -> tuple[float, int]:
    with Session(engine) as session:
        begun = time.perf_counter()
        found = readiness_of(session, SITE, on=TODAY)
        return time.perf_counter() - begun, sum(map(len, found.people.values()))


def _seed(session: Session, curriculum: Curriculum, count: int) -> None:
    rng = random.Random("readiness")
    with transaction(session):
        number = drafts.save_draft(session, SITE, curriculum, now=NOW)
        publishing.publish(session, SITE, number, override="made for the bench", now=NOW)
        people = range(1, count + 1)
        session.execute(
            insert(Person), [{"id": one, "state": "active", "created_at": NOW, "version": 1} for one in people]
        )
        session.execute(insert(StudyPlan), [{"person_id": one, "targets": []} for one in people])
        audit = ledger.note(session, SITE, "bench.seeded", now=NOW).id
        for table, rows in _rows(rng, curriculum, number, people):
            session.execute(insert(table), [{**row, "audit_id": audit} for row in rows])


def _rows(
    rng: random.Random, curriculum: Curriculum, number: int, people: Sequence[int]
) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    """The entries of each table."""
    roles = [role for role in curriculum.roles if role.next]
    gates = [gate for role in curriculum.roles for gate in role.gates]
    metrics = [gate.metric for gate in gates if isinstance(gate, OutcomeGate)]
    words = [gate for gate in gates if isinstance(gate, AttestationGate)]

    def day() -> Any:
        return TODAY - timedelta(days=rng.randint(1, 700))

    months = [(TODAY.replace(day=1) - timedelta(days=31 * n)).replace(day=1) for n in range(1, MONTHS + 1)]
    yield (
        RoleAssignment,
        [{"person_id": one, "role": rng.choice(roles).id, "curriculum_id": number, "starts": day()} for one in people],
    )
    yield (
        Evidence,
        [
            {
                "person_id": one,
                "competency": name.id,
                "level": rng.randint(1, 4),
                "shown_on": day(),
                "source": "manager",
            }
            for one in people
            for name in rng.sample(curriculum.competencies, RATINGS)
        ],
    )
    yield (
        Completion,
        [
            {"person_id": one, "course": course.id, "completed_on": day()}
            for one in people
            for course in rng.sample(curriculum.courses, COURSES)
        ],
    )
    yield (
        Outcome,
        [
            {"person_id": one, "metric": rng.choice(metrics), "month": month, "value": rng.randint(50, 150)}
            for one in people
            for month in months
        ],
    )
    yield (
        Attestation,
        [
            {"person_id": one, "title": (word := rng.choice(words)).title, "by": word.by, "attested_on": day()}
            for one in people
        ],
    )
