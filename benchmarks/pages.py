"""What *My path* costs at 20, 100 and 300 steps: signed in, a random one of 1,000 people, the whole page, no response cache.

Its yardstick is a bare Flask page with three queries and 50 rows, on the same database and in the same run. Processor
time is that of the web process, one request after the other; requests a second are those of the server of `lms serve`
with eight clients at once. Both take turns in short rounds, so that whatever else the machine does befalls both.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy import Engine, create_engine, event
from werkzeug.test import EnvironBuilder, run_wsgi_app

from benchmarks.organisation import SIZES, Visitor, organisation
from benchmarks.serving import Ask, ours, requests_a_second, served, yardstick
from benchmarks.setting import Setting
from benchmarks.table import Row, amount, verdict
from lms.cli.serve import settled
from lms.storage import migrate
from lms.storage.session import db, prepare
from tests.databases import KINDS, Databases

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

COUNT = 1_000
ROUNDS, REQUESTS = 15, 20
"""Turns of each page, and requests in each."""
CPU = {20: (3.0, 2.0), 100: (4.0, 2.5), 300: (6.0, 4.0)}
"""By steps: how many times the processor time of the bare page is the floor, and the aim."""
QUERIES = (8, 6)
RATE = (3.0, 2.0)
"""How many times our requests a second those of the bare page may be: a third of them is the floor, half the aim."""

Asks = Mapping[int, Sequence[Ask]]


def pages(setting: Setting) -> None:
    """Measure on each database."""
    for kind in KINDS:
        with tempfile.TemporaryDirectory() as folder:
            database = Databases(Path(folder), Path(folder)).empty(kind)
            visitors = _prepared(database, setting.people(COUNT))
            _measured(setting, kind, database, Path(folder), visitors)


def _prepared(database: str, count: int) -> Mapping[int, Sequence[Visitor]]:
    engine = create_engine(database)
    prepare(engine)
    migrate.upgrade(engine)
    visitors = organisation(engine, count)
    engine.dispose()
    return visitors


def _measured(
    setting: Setting, kind: str, database: str, folder: Path, visitors: Mapping[int, Sequence[Visitor]]
) -> None:
    site, page = ours(database, folder), yardstick(database)
    asks = {size: [_ask(site, one) for one in people] for size, people in visitors.items()}
    bare = [Ask(address=f"/?person={one.person_id}") for people in visitors.values() for one in people]
    _cpu(setting, kind, site, page, asks, bare, visitors)
    with site.app_context():
        _queries(setting, kind, site, db.engine, asks)
        db.engine.dispose()
    _rates(setting, kind, database, folder, asks, bare)


def _ask(site: Flask, who: Visitor) -> Ask:
    """My path with the cookie that a browser holds from the second page on."""
    signer = site.session_interface.get_signing_serializer(site)  # type: ignore[attr-defined]
    signed = signer.dumps({"_user_id": who.token, "_fresh": True, "_permanent": True, "csrf_token": "0" * 40})
    return Ask(address="/path", cookie=f"{site.config['SESSION_COOKIE_NAME']}={signed}")


def _cpu(
    setting: Setting,
    kind: str,
    site: Flask,
    page: Flask,
    asks: Asks,
    bare: Sequence[Ask],
    visitors: Mapping[int, Sequence[Visitor]],
) -> None:
    """The processor time of a page over that of the bare page, by turns."""
    turns: dict[int, Callable[[], float]] = {0: _turn(page, bare), **{n: _turn(site, some) for n, some in asks.items()}}
    for turn in turns.values():
        turn()  # templates are compiled, connections made, the curriculum parsed
    settled()
    rounds = [{size: turn() for size, turn in turns.items()} for _ in range(3 if setting.quick else ROUNDS)]
    yard = median(one[0] for one in rounds)
    for size, (floor, aim) in CPU.items():
        times = median(one[size] / one[0] for one in rounds)
        steps = [one.steps for one in visitors[size]]
        setting.report.add(
            Row(
                group="pages",
                what=f"my path, {size} steps, {kind}: CPU over the bare page",
                value=f"{times:.2g}x",
                floor=f"{floor:g}x",
                aim=f"{aim:g}x",
                verdict=setting.verdict(times, floor, aim),
                note=f"{amount(median(one[size] for one in rounds))} to {amount(yard)}; {min(steps)} to {max(steps)} steps, "
                f"{SIZES[size]} requirements and two gates, "
                f"{_bytes(site, asks[size][0]) / 1000:.0f} kB.",
            )
        )


def _turn(app: Flask, asks: Sequence[Ask]) -> Callable[[], float]:
    """Seconds of processor time for one of these pages, the mean of some drawn at random."""
    rng = random.Random("turns")

    def run() -> float:
        environs = [_environ(rng.choice(asks)) for _ in range(REQUESTS)]
        begun = time.process_time()
        for environ in environs:
            _, status, _ = run_wsgi_app(app, environ, buffered=True)
            assert status.startswith("200"), status
        return (time.process_time() - begun) / REQUESTS

    return run


def _environ(one: Ask) -> WSGIEnvironment:
    return EnvironBuilder(path=one.address, headers=[("Cookie", one.cookie)]).get_environ()


def _bytes(app: Flask, one: Ask) -> int:
    body, _, _ = run_wsgi_app(app, _environ(one), buffered=True)
    return sum(map(len, body))


def _queries(setting: Setting, kind: str, site: Flask, engine: Engine, asks: Asks) -> None:
    """The most statements that one of the pages sends."""
    sent: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
    most = 0
    for some in asks.values():
        sent.clear()
        run_wsgi_app(site, _environ(some[0]), buffered=True)
        most = max(most, sum(not one.startswith("BEGIN") for one in sent))
    floor, aim = QUERIES
    setting.report.add(
        Row(
            group="pages",
            what=f"my path, queries at any size, {kind}",
            value=str(most),
            floor=str(floor),
            aim=str(aim),
            verdict=verdict(most, floor, aim),
            note="who asks and the settings of the site included.",
        )
    )


def _rates(setting: Setting, kind: str, database: str, folder: Path, asks: Asks, bare: Sequence[Ask]) -> None:
    """Requests a second at concurrency 8, of those of the bare page."""
    seconds = 0.5 if setting.quick else 1.5
    with served("ours", database, folder) as site, served("bare", database, folder) as page:
        turns = {0: (page, bare), **{size: (site, some) for size, some in asks.items()}}
        for port, some in turns.values():
            requests_a_second(port, some, seconds=seconds)
        rounds = [
            {size: requests_a_second(port, some, seconds=seconds) for size, (port, some) in turns.items()}
            for _ in range(2 if setting.quick else 7)
        ]
    yard = median(one[0] for one in rounds)
    for size in asks:
        share = median(one[size] / one[0] for one in rounds)
        setting.report.add(
            Row(
                group="pages",
                what=f"my path, {size} steps, {kind}: requests a second at 8, of the bare page's",
                value=f"{share:.0%}",
                floor="33 %",
                aim="50 %",
                verdict=setting.verdict(1 / share, *RATE),
                note=f"{median(one[size] for one in rounds):.0f} a second of {yard:.0f}.",
            )
        )
