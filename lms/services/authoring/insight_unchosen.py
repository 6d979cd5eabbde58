"""Why nobody's path takes a course: a few people's own questions, asked once more with the course forced in.

Who is asked is fixed by the stored paths alone, so that the page says the same each time: of the targets that most
people have, a few people each, spread evenly from the shortest way to the longest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import zip_longest
from typing import Any

from sqlalchemy.orm import Session

from lms.engine.curriculum import Course
from lms.engine.explain import Explainer
from lms.engine.insight.unchosen import Answer, Unchosen, in_order, use_of, why_unchosen
from lms.engine.mending.rings import Whole
from lms.engine.path import Planner
from lms.engine.price import Minimise
from lms.engine.query import Query
from lms.services import kept
from lms.services.curricula import Published
from lms.storage.snapshot import Snapshot, load_people

TARGETS_ASKED, OF_EACH, OF_A_COURSE = 8, 5, 5
"""So many targets, people of each, and people about one course."""
COURSES_ASKED = 40
"""About so many courses people are asked; of further ones is only told whether anybody needs them."""
PATIENCE = 0.1
"""Seconds of one search, of which there may be a few hundred while somebody waits for the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPath:
    """A person's path as it is stored."""

    person_id: int
    version_id: int
    hours_left: int
    document: Mapping[str, Any]

    @property
    def target(self) -> tuple[tuple[str, ...], str]:
        """The roles it leads to, and what it has the least of."""
        return tuple(self.document["roles"]), self.document["minimise"]


@dataclass(kw_only=True)
class _Questioned:
    """Somebody of the sample: their question is asked at most once for each course, and prepared only when it is."""

    planner: Planner = field(repr=False)
    path: StoredPath
    snapshot: Snapshot
    on: date

    @cached_property
    def query(self) -> Query:
        roles, minimise = self.path.target
        return self.planner.query(self.snapshot.person, self.on, roles=roles, minimise=Minimise(minimise))

    @cached_property
    def explainer(self) -> Explainer:
        return Explainer(self.query, self.snapshot.own_order, time_limit=PATIENCE)

    def answer(self, course: str) -> Answer:
        return Answer(self.query.minimise, self.explainer.why_not(course))


def unchosen(
    session: Session,
    published: Published,
    compiled: Whole,
    stored: Sequence[StoredPath],
    taken: Collection[str],
    *,
    now: datetime,
    on: date,
) -> tuple[Unchosen, ...]:
    """The courses of the published version that no stored path takes, each with the reason as of the day `on`."""
    use = use_of(compiled, taken, {role for path in stored for role in path.target[0]})
    courses = [course for course in compiled.curriculum.courses if course.id not in use.taken]
    asked = [course for course in courses if course.id in use.aimed][:COURSES_ASKED]
    stored = [path for path in stored if path.version_id == published.version_id]
    answers = _answers(session, published, asked, stored, on)
    return in_order(why_unchosen(compiled, course, use, answers.get(course.id, ()), now) for course in courses)


def _answers(
    session: Session, published: Published, courses: Sequence[Course], stored: Sequence[StoredPath], on: date
) -> Mapping[str, Sequence[Answer]]:
    groups = _sample(stored) if courses else []
    snapshots = load_people(session, [path.person_id for group in groups for path in group], on)
    with kept.planner(published.digest, published.curriculum) as planner:
        people = [
            [
                _Questioned(planner=planner, path=path, snapshot=snapshots[path.person_id], on=on)
                for path in group
                if path.person_id in snapshots
            ]
            for group in groups
        ]
        return {course.id: [one.answer(course.id) for one in _whom_to_ask(people, course.id)] for course in courses}


def _sample(stored: Sequence[StoredPath]) -> list[list[StoredPath]]:
    """The people of each target that may be asked, by target, the most common first."""
    by_target: dict[tuple[tuple[str, ...], str], list[StoredPath]] = defaultdict(list)
    for path in stored:
        by_target[path.target].append(path)
    common = sorted(by_target.items(), key=lambda pair: (-len(pair[1]), pair[0]))[:TARGETS_ASKED]
    return [_spread(sorted(paths, key=lambda one: (one.hours_left, one.person_id))) for _, paths in common]


def _spread(paths: Sequence[StoredPath]) -> list[StoredPath]:
    """OF_EACH of them, evenly from the first to the last; the last, who has the longest way, comes first."""
    if len(paths) <= OF_EACH:
        return list(reversed(paths))
    last = len(paths) - 1
    return [paths[last - place * last // (OF_EACH - 1)] for place in range(OF_EACH)]


def _whom_to_ask(groups: Sequence[Sequence[_Questioned]], course: str) -> Iterator[_Questioned]:
    """Those whose target the course can serve, one of each target in turn, up to OF_A_COURSE."""
    left = OF_A_COURSE
    for row in zip_longest(*groups):
        for one in row:
            if left and one is not None and course in one.query.net.course_index:
                left -= 1
                yield one
