"""Importing a trainer's competencies: a Moodle CSV read, checked and stored as a draft, all or nothing, on SQLite.

Its yardstick is the least that anybody could do with the file: `csv.reader` over it, and its text in one row of a table,
committed to the same database in the same run.
"""

from __future__ import annotations

import csv
import io
import random
import tempfile
import time
from statistics import median

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from benchmarks.apart import certain
from benchmarks.setting import Setting
from benchmarks.storing import NOW
from benchmarks.table import Row, amount
from lms.interop.sheets.sheet_write import to_csv
from lms.interop.systems.moodle_csv import read_moodle_csv
from lms.interop.systems.moodle_csv_write import HEADER
from lms.services.access import SITE
from lms.services.authoring import drafts
from lms.storage import migrate
from lms.storage.session import prepare, transaction

SIZES = ((1_000, 0.5, 0.25), (5_000, 2.5, 1.2))
"""Competencies, with the floor and the aim in seconds."""


def importing(setting: Setting) -> None:
    """Import files of rising size; what is stored has to be all of it."""
    for count, floor, aim in SIZES:
        data = a_framework(count)
        runs = [certain(lambda: _run(data)).value for _ in range(setting.runs)]  # noqa: B023 - called at once
        if any(stored != count for _, _, stored in runs):
            setting.report.disagree(f"of {count:,} competencies not all were stored")
        ours, bare = median(run[0] for run in runs), median(run[1] for run in runs)
        setting.report.add(
            Row(
                group="targets",
                what=f"import {count:,} competencies, Moodle CSV to draft, sqlite",
                value=amount(ours),
                floor=amount(floor),
                aim=amount(aim),
                verdict=setting.verdict(ours, floor, aim),
                note=(
                    f"{len(data) / 1e6:.1f} MB; csv.reader and one INSERT of the text take {amount(bare)}, "
                    f"ours {ours / bare:.1f} times as long."
                ),
            )
        )


def a_framework(count: int) -> bytes:
    """So many competencies as Moodle writes them: a tree of tens, a paragraph or two of HTML and two references each."""
    rng = random.Random("framework")
    words = ["price", "value", "buyer", "deal", "call", "offer", "forecast", "team", "question", "answer", "listens to"]

    def paragraph() -> str:
        return f"<p>{' '.join(rng.choices(words, k=30))}<br>\nand <b>{rng.choice(words)}</b> &amp; more.</p>"

    framework = ["", "F", "Framework", paragraph(), "1", "Not yet competent,Competent", "", "", "", "", "", "", "1", ""]
    rows = [framework]
    for number in range(count):
        parent = f"c{(number - 1) // 10}" if number else ""
        related = f"c{rng.randrange(count)},c{rng.randrange(count)}"
        html = paragraph() + paragraph()
        title = f"Competency {number}"
        rows.append([parent, f"c{number}", title, html, "1", "", "", "", "0", "null", related, str(number + 1), "", ""])
    return to_csv(HEADER, rows)


def _run(data: bytes) -> tuple[float, float, int]:
    """Seconds of ours and of the bare import, and how many competencies ours has stored."""
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/bench.db")
        prepare(engine)
        migrate.upgrade(engine)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE bare (text TEXT)"))
        bare = _bare(engine, data)
        begun = time.perf_counter()
        with Session(engine) as session, transaction(session):
            number = drafts.save_draft(session, SITE, read_moodle_csv(data, "framework.csv").curriculum, now=NOW)
        seconds = time.perf_counter() - begun
        with Session(engine) as session:
            stored = len(drafts.open_draft(session, SITE, number).value.competencies)
        engine.dispose()
    return seconds, bare, stored


def _bare(engine: Engine, data: bytes) -> float:
    begun = time.perf_counter()
    whole = data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(whole, newline="")))
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO bare (text) VALUES (:text)"), {"text": whole})
    assert rows
    return time.perf_counter() - begun
