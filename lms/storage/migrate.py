"""Bringing a database to the tables of this version, by the scripts in `migrations/`."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

import lms


def scripts() -> Path:
    """The folder of migrations: beside the package in a checkout, inside it in an installed wheel."""
    package = Path(lms.__file__).parent
    beside = package.parent / "migrations"
    return beside if (beside / "env.py").exists() else package / "migrations"


def config(engine: Engine | None = None) -> Config:
    """Alembic's settings for these scripts and, where one is given, this engine."""
    settings = Config()
    settings.set_main_option("script_location", str(scripts()))
    settings.set_main_option("path_separator", "os")
    settings.set_main_option(
        "file_template", "%%(year)d%%(month).2d%%(day).2d_%%(hour).2d%%(minute).2d_%%(rev)s_%%(slug)s"
    )
    settings.attributes["engine"] = engine
    return settings


def upgrade(engine: Engine, to: str = "head") -> None:
    """Go up to this revision; nothing happens when the database is there already."""
    command.upgrade(config(engine), to)


def downgrade(engine: Engine, to: str) -> None:
    """Go down to this revision (`base`: no tables)."""
    command.downgrade(config(engine), to)


def revision(engine: Engine) -> str | None:
    """The revision that the database is at; None without any of our tables."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The newest revision that this version knows."""
    return ScriptDirectory.from_config(config()).get_current_head()


def knows(name: str) -> bool:
    """Is this one of the revisions of this version's scripts?"""
    return any(script.revision == name for script in ScriptDirectory.from_config(config()).walk_revisions())


def at_head(engine: Engine) -> bool:
    """Is the database at the newest revision that this version knows?"""
    return revision(engine) == newest()
