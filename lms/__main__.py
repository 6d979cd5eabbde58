"""`python -m lms` is the `lms` command."""

import sys

from lms.cli import main

if __name__ == "__main__":
    sys.exit(main())
