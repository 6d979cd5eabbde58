"""The curriculum that comes with Cairn, to start from."""

from __future__ import annotations

from pathlib import Path

import lms

STARTER = "world-class-selling"


def starter() -> Path:
    """The folder of the starter curriculum: beside the package in a checkout, inside it in an installed wheel."""
    package = Path(lms.__file__).parent
    beside = package.parent / "curricula" / STARTER
    return beside if beside.exists() else package / "curricula" / STARTER
