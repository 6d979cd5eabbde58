"""`python -m lms` and the console script `lms`: the command line, handed the site it may start."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from threading import Event
from typing import TYPE_CHECKING

from lms.cli import main as command_line
from lms.errors import Invalid

if TYPE_CHECKING:
    from flask import Flask

    from lms.cli.site import Setting, Site


class TheSite:
    """The site of this process's environment. Imports it only when asked, so that `lms plan` starts at once."""

    def settings(self) -> list[Setting]:
        """Every setting. Raises Invalid with a sentence for each that is wrong."""
        from lms.cli.site import Setting  # noqa: PLC0415 - see above
        from lms.config import shown  # noqa: PLC0415

        return [Setting(*setting) for setting in shown()]

    def app(self, **given: object) -> Flask:
        """The application, with these settings before those of the environment. Raises Invalid: of a wrong setting, or what is missing."""
        from sqlalchemy.exc import ArgumentError  # noqa: PLC0415 - see above

        from lms.app import create_app  # noqa: PLC0415
        from lms.config import read_settings  # noqa: PLC0415
        from lms.web.assets import FrontEndMissing  # noqa: PLC0415

        try:
            return create_app(read_settings(**given))
        except ArgumentError as wrong:
            raise Invalid(f"LMS_DATABASE_URL: {wrong.args[0]}") from wrong
        except ModuleNotFoundError as missing:
            way = (
                "pip install 'cairn-lms[postgres]'"
                if missing.name == "psycopg"
                else "Cairn knows PostgreSQL and SQLite"
            )
            raise Invalid(f"LMS_DATABASE_URL needs the package {missing.name}: {way}") from missing
        except FrontEndMissing as missing:
            raise Invalid(str(missing)) from missing
        except OSError as refused:
            raise Invalid(f"LMS_DATA_DIR: {refused.filename}: {refused.strerror}") from refused

    def work(self, app: Flask, stop: Event, *, once: bool = False) -> int:
        """Do the background work until `stop` is set (`once`: until nothing is due); how many jobs were begun."""
        from lms.jobs import worker  # noqa: PLC0415 - see above

        return worker.run(app, stop=stop, once=once)


def the_site() -> Site:
    """The site that the commands may start."""
    return TheSite()


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    return command_line(argv, the_site)


if __name__ == "__main__":
    sys.exit(main())
