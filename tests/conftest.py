"""Fixtures of every floor that needs a database or a site."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from lms.app import create_app
from lms.config import Settings, read_settings
from lms.storage.session import db, transaction
from lms.storage.site import Site
from tests.databases import KINDS, Databases
from tests.organisation import NOW, Browser


@pytest.fixture(scope="session", autouse=True)
def _addresses_compiled_once() -> Iterator[None]:
    """Of each site's 300 addresses Werkzeug compiles two functions that make them: here once a process, not once a site."""
    compiled, known = Rule._compile_builder, {}

    def once(rule: Rule, append_unknown: bool = True) -> Any:
        kinds = tuple((name, type(converter)) for name, converter in rule._converters.items())
        key = (rule.rule, rule.subdomain, rule.host, repr(rule.defaults), kinds, append_unknown)
        if key not in known:
            known[key] = compiled(rule, append_unknown)
        return known[key]

    with pytest.MonkeyPatch.context() as werkzeug:
        werkzeug.setattr(Rule, "_compile_builder", once)
        yield


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Databases]:
    """The maker of databases of this test process."""
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent
    maker = Databases(shared, tmp_path_factory.mktemp(f"databases-{worker_id}"))
    yield maker
    maker.close()


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, databases: Databases) -> str:
    """The URL of a fresh database, once on SQLite and once on PostgreSQL."""
    url: str = databases.again(request.param)
    return url


@pytest.fixture
def settings(database: str, tmp_path: Path) -> Settings:
    """Settings of a site under test: https, so that cookies are as in production, and cheap password hashes."""
    return read_settings(
        _env_file=None,
        environment="production",
        base_url="https://cairn.test",
        secret_key="tests only: 0123456789abcdefghijklmnopq",  # noqa: S106
        database_url=database,
        data_dir=tmp_path,
        password_memory_kib=8,
        password_passes=1,
    )


@pytest.fixture(scope="session")
def sites() -> dict[str, Flask]:
    """The sites of this test process by database URL: making one and compiling its pages costs more than most tests."""
    return {}


@pytest.fixture
def app(settings: Settings, sites: dict[str, Flask]) -> Iterator[Flask]:
    """A site over a fresh database, its first run over."""
    url = settings.database()
    site = sites[url] if url in sites else sites.setdefault(url, create_app(settings))
    site.testing = False  # failures become pages, as people see them
    before, views = dict(site.config), dict(site.view_functions)
    with site.app_context(), transaction(db.session) as unit:
        unit.add(Site(set_up_at=NOW))
    yield site
    site.config.clear()
    site.config.update(before)
    site.view_functions.update(views)
    with site.app_context():
        db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session beside the site's own; `commit()` makes what it wrote visible to the site, and lets it see anew."""
    with app.app_context():
        engine = db.engine
    with Session(engine, expire_on_commit=False) as unit:
        yield unit


@pytest.fixture
def browser(app: Flask) -> Browser:
    """A browser of somebody not signed in."""
    return Browser(app)
