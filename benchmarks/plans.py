"""Whole paths: chosen, ordered and dated by the planner, the command for many people, and ordering by itself."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.apart import certain, percentile
from benchmarks.catalogues import TODAY, Catalogue, somebody
from benchmarks.generate import path_of
from benchmarks.people import all_different, cohort_like
from benchmarks.setting import Setting
from benchmarks.table import Row, amount, verdict
from lms.engine.curriculum import Curriculum
from lms.engine.ordering.order import earliest_unlock, targets_of
from lms.engine.ordering.ways import all_ways, chosen_set
from lms.engine.path import Planner, Status
from lms.engine.person import Person
from lms.engine.profile import Profile
from lms.engine.requirement import top_items
from lms.interop.person_file import person_to_document

LMS = (sys.executable, "-c", "import sys; from lms.cli import main; sys.exit(main())")


def warm(setting: Setting) -> None:
    """A warm planner: everybody is new to it, but it has planned for each role before."""
    uw = setting.uw()
    if uw is None:
        return
    people = all_different(uw.curriculum, setting.people(3_000), seed=2)
    seconds = certain(lambda: _each_path(uw.curriculum, people)).value
    late = percentile(seconds, 99)
    setting.report.add(
        Row(
            group="targets",
            what="warm query with order and dates, uw, p99",
            value=amount(late),
            floor="50 ms",
            aim="10 ms",
            verdict=verdict(late, 0.05, 0.01),
            note=f"median {amount(median(seconds))}, worst {amount(max(seconds))}; {len(people):,} people, all different; "
            "explained and replayed too.",
        )
    )


def _each_path(curriculum: Curriculum, people: Sequence[Person]) -> list[float]:
    planner = Planner(curriculum)
    for role in curriculum.roles:
        planner.plan(somebody("first", role.id), TODAY)
    found = []
    for person in people:
        begun = time.perf_counter()
        planner.plan(person, TODAY)
        found.append(time.perf_counter() - begun)
    return found


def jsonl(setting: Setting) -> None:
    """The command from its start to its end, over a file of people."""
    uw = setting.uw()
    if uw is None:
        return
    for kind, people_of, count in (("all different", all_different, 2_000), ("cohort-like", cohort_like, 5_000)):
        people = people_of(uw.curriculum, setting.people(count))
        runs = [_command(setting, uw, people) for _ in range(1 if setting.quick else min(3, setting.runs))]
        each = median(runs) / len(people)
        setting.report.add(
            Row(
                group="targets",
                what=f"lms plan --format jsonl, uw, {kind}, per person",
                value=amount(each),
                floor="10 ms",
                aim="2 ms",
                verdict=setting.verdict(each, 0.01, 0.002),
                note=f"one job, {len(people):,} people in {amount(median(runs))}, starting and loading included.",
            )
        )


def _command(setting: Setting, catalogue: Catalogue, people: Sequence[Person]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        file, answers = Path(folder, "people.jsonl"), Path(folder, "paths.jsonl")
        file.write_text("".join(json.dumps(person_to_document(person)) + "\n" for person in people), encoding="utf-8")
        call = ("plan", str(catalogue.file), str(file), "--format", "jsonl", "--jobs", "1", "--on", str(TODAY))
        with answers.open("wb") as out:
            begun = time.perf_counter()
            code = subprocess.run([*LMS, *call], stdout=out, check=False, cwd=Path(__file__).parents[1]).returncode  # noqa: S603
            taken = time.perf_counter() - begun
        _check(setting, catalogue, people, answers.read_text(encoding="utf-8").splitlines(), code)
    return taken


def _check(setting: Setting, catalogue: Catalogue, people: Sequence[Person], lines: list[str], code: int) -> None:
    """Every person has a path, and in a sample its objective is what one planner by itself finds."""
    if code not in {0, 3} or len(lines) != len(people):
        setting.report.disagree(f"lms plan ended with {code} and {len(lines)} lines for {len(people)} people")
        return
    rng = random.Random(len(people))
    asked = rng.sample(range(len(people)), min(len(people), 25))
    alone = certain(lambda: [Planner(catalogue.curriculum).plan(people[n], TODAY) for n in asked]).value
    for number, path in zip(asked, alone, strict=True):
        told = json.loads(lines[number])
        mine = (path.person, str(path.status), (path.objective or 0) / 100, [step.course.id for step in path.steps])
        theirs = (told["person"], told["status"], told["objective"], [step["course"] for step in told["steps"]])
        if mine != theirs or path.status is Status.FEASIBLE:
            setting.report.disagree(f"lms plan, line {number + 1}: {theirs}, by itself {mine}")


def order(setting: Setting) -> None:
    """Forty courses under all-of, a third of them, two thirds or all of them wanted by the role."""
    seconds: list[float] = []
    exact = 0
    for seed in range(6 if setting.quick else 30):
        made = path_of(40, seed, wanted=(13, 27, 40)[seed % 3])
        answer = certain(lambda made=made: _median_order(made, setting.runs))  # type: ignore[misc]
        seconds.append(answer.value[0])
        exact += answer.value[1]
    setting.report.add(
        Row(
            group="targets",
            what="ordering 40 courses exactly, AND precedence, worst",
            value=amount(max(seconds)),
            floor="100 ms",
            aim="30 ms",
            verdict=verdict(max(seconds), 0.1, 0.03) if exact == len(seconds) else "MISS",
            note=f"median {amount(median(seconds))}; {exact} of {len(seconds)} paths ordered exactly.",
        )
    )


def _median_order(made: Curriculum, runs: int) -> tuple[float, bool]:
    profile = Profile()
    times = [course.hours for course in made.courses]
    taken, exact = [], True
    for _ in range(runs):
        begun = time.perf_counter()
        chosen = chosen_set(made.courses, profile.holds)
        targets = targets_of(top_items(made.roles[0].requires), chosen, profile.holds)
        exact = earliest_unlock(chosen, all_ways(chosen), times, targets).exact
        taken.append(time.perf_counter() - begun)
    return median(taken), exact
