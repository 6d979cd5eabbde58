"""`python -m lms` and the console script `lms`: the command line, handed the site it may start."""

import sys
from collections.abc import Sequence

from lms.cli import main as command_line


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    return command_line(argv)


if __name__ == "__main__":
    sys.exit(main())
