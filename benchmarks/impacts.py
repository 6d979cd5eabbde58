"""What a trainer waits for before publishing: the impact of a draft on 1,000 people, each planned over both versions.

The people are those of `benchmarks.storing`. The draft makes every course of the curriculum a quarter longer, so that
nobody's path can be kept unseen; a second draft changes one course, as drafts mostly do.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from benchmarks.apart import certain
from benchmarks.setting import Setting
from benchmarks.storing import COUNT, NOW, a_cohort, seed
from benchmarks.table import Row, amount
from lms.engine.curriculum import Curriculum
from lms.interop.curriculum_file import read_curriculum
from lms.services.access import SITE
from lms.services.authoring import drafts, impact
from lms.services.shipped import starter
from lms.storage import migrate
from lms.storage.curricula import Curriculum as CurriculumRow
from lms.storage.session import prepare, transaction

FLOOR, AIM = 5.0, 2.5


def impacts(setting: Setting) -> None:
    """Time the impact of the two drafts."""
    uw = setting.uw()
    curriculum = uw.curriculum if uw else read_curriculum(starter())
    runs = [certain(lambda: _run(setting, curriculum)).value for _ in range(setting.runs)]
    all_of, one_of, facts = sorted(runs)[len(runs) // 2]
    setting.report.add(
        Row(
            group="targets",
            what=f"impact on {setting.people(COUNT):,} people, {'uw' if uw else 'starter'}, every course changed",
            value=amount(all_of),
            floor="5 s",
            aim="2.5 s",
            verdict=setting.verdict(all_of, FLOOR, AIM),
            note=f"one course changed: {amount(one_of)}; {facts}.",
        )
    )


def _run(setting: Setting, curriculum: Curriculum) -> tuple[float, float, str]:
    people = a_cohort(curriculum, setting.people(COUNT))
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/bench.db")
        prepare(engine)
        migrate.upgrade(engine)
        with Session(engine, expire_on_commit=False) as session:
            seed(session, curriculum, people)
            everything, whole = _timed(session, curriculum, lambda _: True)
            taken = next(row.before.courses[0] for row in everything.rows if row.before and row.before.courses)
            one, single = _timed(session, curriculum, lambda course: course == taken)
        engine.dispose()
    return whole, single, f"{len(everything.changed())} and {len(one.changed())} paths change"


def _timed(session: Session, curriculum: Curriculum, which: Callable[[str], bool]) -> tuple[impact.Impact, float]:
    longer = tuple(
        replace(course, hours=course.hours * 5 // 4) if which(course.id) else course for course in curriculum.courses
    )
    number = session.scalars(select(CurriculumRow.id)).one()
    with transaction(session):
        drafts.save_draft(session, SITE, replace(curriculum, courses=longer), now=NOW)
    begun = time.perf_counter()
    draft = drafts.open_draft(session, SITE, number)
    found = impact.work_out(session, draft, impact.whom(session, number), now=NOW, patience=impact.HURRIED)
    return found, time.perf_counter() - begun
