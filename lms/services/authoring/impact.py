"""What publishing a draft would do to whom: everybody it may touch planned over both versions for today, nothing written.

The same planners and the same input as planning itself, so that on the same day the paths stored after publishing are
those that are counted here. Whom the change cannot touch (`engine.change.Touch`) is planned once. Up to `AT_ONCE` people
while somebody waits; more by a job (`services.authoring.impact_job`).
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.engine.change import Touch
from lms.engine.insight.impact import Row, Seat, Standing, standing
from lms.engine.path import LearningPath, Planner, Status
from lms.engine.price import Minimise
from lms.errors import Invalid
from lms.services import calendar, curricula
from lms.services.authoring.drafts import Draft
from lms.services.curricula import Published
from lms.services.learning.plan_one import PATIENCE
from lms.storage.curricula import Curriculum
from lms.storage.snapshot import Snapshot, load_people, people_in

AT_ONCE = 1_000
"""So many people are planned while somebody waits."""
HURRIED = 0.2
"""Seconds of search for each of them; what is found by then is a path, though perhaps not the best."""
SLICE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What publishing would do on a day: a row for everybody for whom the new version would count.

    `elsewhere` stay on an older version and notice nothing. `gone` are the courses and competencies that are withdrawn,
    with how many hold them: that stays in their records.
    """

    on: date
    rows: tuple[Row, ...]
    elsewhere: int
    gone: Mapping[tuple[str, str], int]

    def changed(self, *, others_stay: bool = False) -> tuple[Row, ...]:
        """The rows in which somebody would notice something; `others_stay`: at once, while the others stay."""
        return tuple(row for row in self.rows if row.changed and not (others_stay and row.stays))

    @property
    def stay(self) -> int:
        """How many would stay on the version they have if others got the new one first."""
        return sum(row.stays for row in self.rows)

    @property
    def unproven(self) -> int:
        """Of how many the search was stopped, so that their path may come out better."""
        return sum(row.after is not None and row.after.status is Status.FEASIBLE for row in self.rows)

    @property
    def digest(self) -> str:
        """By which the same numbers are known again."""
        told = json.dumps(as_document(self), sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def whom(session: Session, curriculum_id: int) -> list[int]:
    """The people whom publishing may touch, in the order of their numbers."""
    return people_in(session, curriculum_id)


def work_out(
    session: Session,
    draft: Draft,
    people: Sequence[int],
    *,
    now: datetime,
    patience: float = PATIENCE,
    beat: Callable[[int], None] = lambda _done: None,
) -> Impact:
    """What publishing this draft now, to everybody, would do to these people. Asks nobody's permission, writes nothing."""
    on = calendar.today(session, now=now)
    offered = curricula.published(session)
    after = _afterwards(session, offered, draft)
    planners, rows = _Planners(draft, on, patience), list[Row]()
    elsewhere, gone = 0, _withdrawn(draft)
    holders: Counter[tuple[str, str]] = Counter()
    for start in range(0, len(people), SLICE):
        found = load_people(session, people[start : start + SLICE], on)
        for number, one in found.items():
            elsewhere += any(pin.curriculum_id == draft.curriculum_id for pin in one.pins)
            then, now_ = curricula.counting(session, one, after), curricula.counting(session, one, offered)
            if _number(then) != _number(now_):
                rows.append(planners.row(number, one, now_, then))
                holders.update(gone & _held(one, draft))
        beat(start + SLICE)
    return Impact(on=on, rows=tuple(rows), elsewhere=elsewhere, gone=dict(holders))


def _number(version: Published | None) -> int | None:
    return None if version is None else version.version_id


def _afterwards(session: Session, offered: Sequence[Published], draft: Draft) -> tuple[Published, ...]:
    """What will be published then: the draft in the place of its curriculum."""
    number = (draft.published.number if draft.published else 0) + 1
    new = Published(
        curriculum_id=draft.curriculum_id, version_id=0, number=number, digest=draft.digest, curriculum=draft.value
    )
    if session.get_one(Curriculum, draft.curriculum_id).archived:
        return tuple(offered)
    others = [one for one in offered if one.curriculum_id != draft.curriculum_id]
    return tuple(sorted([*others, new], key=lambda one: one.curriculum_id))


class _Planners:
    """The two versions' planners, for this caller alone: those that are kept serve one at a time, and people wait for
    them.
    """

    def __init__(self, draft: Draft, on: date, patience: float) -> None:
        self.draft, self.on, self.patience = draft, on, patience
        self.new = Planner(draft.value)
        self.old = Planner(draft.published.curriculum) if draft.published else None
        self.touch = Touch(self.old.choosers, self.new.choosers) if self.old else None

    def row(self, number: int, one: Snapshot, was: Published | None, then: Published | None) -> Row:
        """One person over the version that counts for them (`was`) and the one that would (`then`); None for none."""
        published = self.draft.published
        mine = was is not None and published is not None and was.version_id == published.version_id
        before = self._plan(self.old, one) if mine else self._elsewhere(was, one)
        if then is None or then.version_id:
            after = self._elsewhere(then, one)
        elif mine and before and self.touch and not self.touch.touches(before):
            after = before
        else:
            after = self._plan(self.new, one)
        return Row(
            person=number,
            before=standing(before) if before else None,
            after=standing(after) if after else None,
            stays=mine,
        )

    def _elsewhere(self, version: Published | None, one: Snapshot) -> LearningPath | None:
        """The path over a version of another curriculum; None without one."""
        return self._plan(Planner(version.curriculum), one) if version else None

    def _plan(self, planner: Planner | None, one: Snapshot) -> LearningPath | None:
        if planner is None or not one.person.targets:
            return None
        minimise = Minimise(one.minimise)
        try:
            return planner.plan(
                one.person, self.on, minimise=minimise, own_order=one.own_order, time_limit=self.patience
            )
        except Invalid:  # a target that this version does not have
            return None


def _withdrawn(draft: Draft) -> frozenset[tuple[str, str]]:
    if draft.published is None:
        return frozenset()
    old, new = draft.published.curriculum, draft.value
    courses = old.course_by_id.keys() - new.course_by_id.keys()
    competencies = old.competency_by_id.keys() - new.competency_by_id.keys()
    return frozenset([("course", one) for one in courses] + [("competency", one) for one in competencies])


def _held(one: Snapshot, draft: Draft) -> frozenset[tuple[str, str]]:
    """What stands in a person's record: courses completed, and competencies shown or given by one of them."""
    known = draft.published.curriculum.course_by_id if draft.published else {}
    done = {completion.course for completion in one.person.completed}
    given = {grant.competency for course in done & known.keys() for grant in known[course].grants}
    shown = {evidence.competency for evidence in one.person.evidence if evidence.level}
    return frozenset([("course", course) for course in done] + [("competency", one) for one in given | shown])


def as_document(found: Impact) -> dict[str, Any]:
    """The impact as a row of the database keeps it."""
    return {
        "on": found.on.isoformat(),
        "rows": [[row.person, _told(row.before), _told(row.after), row.stays] for row in found.rows],
        "elsewhere": found.elsewhere,
        "gone": [[kind, key, count] for (kind, key), count in sorted(found.gone.items())],
    }


def of_document(document: Mapping[str, Any]) -> Impact:
    """The impact that a row of the database keeps."""
    return Impact(
        on=date.fromisoformat(document["on"]),
        rows=tuple(
            Row(person=person, before=_read(before), after=_read(after), stays=stays)
            for person, before, after, stays in document["rows"]
        ),
        elsewhere=document["elsewhere"],
        gone={(kind, key): count for kind, key, count in document["gone"]},
    )


def _told(side: Standing | None) -> dict[str, Any] | None:
    if side is None:
        return None
    return {**asdict(side), "ready_on": side.ready_on.isoformat() if side.ready_on else None}


def _read(told: Mapping[str, Any] | None) -> Standing | None:
    if told is None:
        return None
    return Standing(
        hours=told["hours"],
        ready_on=date.fromisoformat(told["ready_on"]) if told["ready_on"] else None,
        met=told["met"],
        required=told["required"],
        status=Status(told["status"]),
        courses=tuple(told["courses"]),
        seats=tuple((course, held) for course, held in told["seats"]),
    )


def seats_of(draft: Draft, seats: Collection[Seat]) -> Mapping[Seat, int]:
    """How many people each of these sessions takes; those that the draft does not have are left out."""
    return {
        (course.id, held.id): held.seats
        for course in draft.value.courses
        for held in course.sessions
        if (course.id, held.id) in seats
    }
