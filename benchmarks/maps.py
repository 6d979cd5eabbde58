"""What the trainer's map costs at 50, 300 and 2,000 courses: everything of a draft, from its value to the text of the SVG.

The curricula are made up: 67, 385 and 3,034 prerequisites, three of four within a course's own cluster, and four roles.
Processor time of `build_map` with its drawing and minimap, beside a published version that differs in one course.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable
from dataclasses import replace
from statistics import median

from flask import Flask

from benchmarks.setting import Setting
from benchmarks.table import Row, amount
from lms.engine.check import check_curriculum
from lms.engine.competency import Attainment, Competency, ScaleLevel
from lms.engine.curriculum import Course, Curriculum, Grant, Role
from lms.engine.requirement import CourseDone, Fact, all_of
from lms.web import assets, i18n
from lms.web.trainer.map.map_view import build_map

SIZES = {50: (67, 4), 300: (385, 8), 2_000: (3_034, 16)}
"""By courses: how many prerequisites they have in all, and how many clusters there are."""
TARGETS = {50: (0.010, 0.003), 300: (0.040, 0.015), 2_000: (0.300, 0.120)}
"""By courses: the floor and the aim in seconds."""
RUNS = 15
WORDS = (
    "deal",
    "price",
    "call",
    "plan",
    "story",
    "customer",
    "market",
    "team",
    "forecast",
    "contract",
    "partner",
    "risk",
)


def maps(setting: Setting) -> None:
    """Measure each size."""
    site = Flask("lms")
    assets.install(site)
    i18n.install(site)
    for size in setting.some(*SIZES):
        draft = curriculum_of(size)
        before = replace(draft, courses=(*draft.courses[:-1], replace(draft.courses[-1], title="Before")))
        with site.test_request_context():
            run = _run(draft, before)
            length = len(run())
            gc.collect()
            gc.freeze()  # what solvers and other sections left in memory is not looked through on behalf of a page
            seconds = median(_timed(run) for _ in range(RUNS))
            gc.unfreeze()
        floor, aim = TARGETS[size]
        setting.report.add(
            Row(
                group="map",
                what=f"the map of everything, {size:,} courses",
                value=amount(seconds),
                floor=amount(floor),
                aim=amount(aim),
                verdict=setting.verdict(seconds, floor, aim),
                note=f"{SIZES[size][0]:,} prerequisites, {SIZES[size][1]} lanes and the roles; {length / 1000:.0f} kB of SVG.",
            )
        )


def _run(draft: Curriculum, published: Curriculum) -> Callable[[], str]:
    findings = check_curriculum(draft)

    def run() -> str:
        view = build_map(draft, published, findings, scope="all", link=lambda kind, name: f"?at={kind}:{name}")
        return view.svg + view.minimap

    return run


def _timed(run: Callable[[], str]) -> float:
    begun = time.process_time()
    run()
    return time.process_time() - begun


def curriculum_of(size: int) -> Curriculum:
    """A made-up curriculum of so many courses, the same each time."""
    rng = random.Random(f"map {size}")
    prerequisites, clusters = SIZES[size]
    needs: dict[int, set[int]] = {course: set() for course in range(size)}
    left = prerequisites
    while left:
        course = rng.randrange(clusters, size)
        near = rng.random() < 0.75
        back = clusters * rng.randint(1, 6) if near else rng.randint(1, min(course, 12 * clusters))
        need = max(course - back, course % clusters) if near else course - back
        if need < course and need not in needs[course]:
            needs[course].add(need)
            left -= 1
    courses = tuple(_course(rng, number, sorted(needs[number])) for number in range(size))
    competencies = tuple(
        Competency(id=f"k{number}", title=_title(rng), cluster=f"Cluster {number % clusters + 1}")
        for number in range(size)
    )
    roles = tuple(
        Role(
            id=f"r{number}",
            title=_title(rng),
            requires=all_of(CourseDone(f"c{one}") for one in sorted(rng.sample(range(size), 6))),
        )
        for number in range(4)
    )
    scale = tuple(ScaleLevel(level=level, title=f"Level {level}") for level in range(1, 5))
    return Curriculum(id="map", title="Map", scale=scale, competencies=competencies, courses=courses, roles=roles)


def _course(rng: random.Random, number: int, needs: list[int]) -> Course:
    asked: list[Fact] = [Attainment(f"k{one}", 1) if rng.random() < 0.5 else CourseDone(f"c{one}") for one in needs]
    hours = rng.choice((50, 100, 250, 400, 800))
    return Course(
        id=f"c{number}",
        title=_title(rng),
        hours=hours,
        renewal_hours=hours,
        requires=all_of(asked),
        grants=(Grant(competency=f"k{number}", level=rng.randint(1, 4)),),
    )


def _title(rng: random.Random) -> str:
    return " ".join(rng.sample(WORDS, rng.randint(2, 5))).capitalize()
