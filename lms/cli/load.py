"""What the commands read: a curriculum with its warnings on standard error, and a person."""

from __future__ import annotations

import sys
from pathlib import Path

from lms.engine.curriculum import Curriculum
from lms.interop.curriculum_file import load_curriculum


def curriculum_at(path: Path) -> Curriculum:
    """The curriculum in a file or folder; warnings go to standard error. Raises Invalid with every problem in it."""
    loaded = load_curriculum(path)
    for warning in loaded.warnings:
        sys.stderr.write(f"warning: {warning}\n")
    return loaded.curriculum
