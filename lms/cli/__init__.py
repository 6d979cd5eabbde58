"""The `lms` command: arguments in, engine called, text or JSON out, an exit code.

What does not belong here: mathematics (engine), formats (interop). Exit codes: 0 done; 1 a curriculum has findings of
severity error or a failed test; 2 bad input or a bad call, said on standard error with nothing on standard output;
3 a path is blocked.
"""

from __future__ import annotations

import importlib
import io
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from lms.cli.arguments import parse
from lms.errors import LmsError

if TYPE_CHECKING:
    from lms.cli.site import Site

BAD_INPUT = 2
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None, site: Callable[[], Site] | None = None) -> int:
    """Run one command and return its exit code. Bad calls exit with 2 through argparse.

    `site` makes what the commands of the site work on; `lms.__main__` hands it in, since this floor stands below it.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # the same bytes whatever the environment says
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    call = parse(sys.argv[1:] if argv is None else argv)
    try:
        command = importlib.import_module(f"lms.cli.{call.command}")
        code: int = command.run(call, site) if call.of_the_site else command.run(call)
        sys.stdout.flush()
    except LmsError as refused:
        sys.stderr.write(f"{refused}\n")
        return BAD_INPUT
    except BrokenPipeError:  # whoever reads our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as refused:
        sys.stderr.write(f"cannot write the answer: {refused.strerror}\n")
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BAD_INPUT
    except KeyboardInterrupt:
        return INTERRUPTED
    return code
