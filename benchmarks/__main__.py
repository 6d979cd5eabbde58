"""`python -m benchmarks [--quick] [SECTION …]`: measure, print the one table, fail when solvers disagree."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.catalogues import catalogues
from benchmarks.choices import cohort, cold, different
from benchmarks.excess import greedy_excess
from benchmarks.files import large, load
from benchmarks.impacts import impacts
from benchmarks.importing import importing
from benchmarks.maps import maps
from benchmarks.pages import pages
from benchmarks.peers import beside
from benchmarks.plans import jsonl, order, warm
from benchmarks.readiness import readiness
from benchmarks.setting import Setting
from benchmarks.storing import storing
from benchmarks.teams import teams

SECTIONS: dict[str, Callable[[Setting], None]] = {
    "cold": cold,
    "warm": warm,
    "cohort": cohort,
    "different": different,
    "jsonl": jsonl,
    "large": large,
    "load": load,
    "importing": importing,
    "order": order,
    "storing": storing,
    "impacts": impacts,
    "pages": pages,
    "teams": teams,
    "readiness": readiness,
    "maps": maps,
    "peers": beside,
    "greedy": greedy_excess,
}
HERE = Path(__file__).parent
CURRICULA = HERE.parents[1] / "shared" / "curricula"


def main() -> int:
    """Run the sections; 1 when an answer was wrong, whatever the times."""
    call = _arguments()
    found = catalogues(call.curricula) if call.curricula.is_dir() else []
    if not found:
        print(f"no curricula in {call.curricula}: what needs them is left out", file=sys.stderr)
    setting = Setting(
        catalogues=found,
        quick=call.quick,
        runs=1 if call.quick else 3,
        limit=call.limit or (3.0 if call.quick else 10.0),
        share=0.05 if call.quick else 1.0,
    )
    for name in call.sections or SECTIONS:
        begun = time.perf_counter()
        print(f"{name} …", flush=True)
        SECTIONS[name](setting)
        print(f"  ({time.perf_counter() - begun:.0f} s)", flush=True)
    busy = os.getloadavg()[1]
    text = (
        f"{setting.report.text()}Over the last five minutes {busy:.1f} processes wanted the {os.cpu_count()} cores.\n"
    )
    print(f"\n{text}")
    if call.write:
        (HERE / "RESULTS.md").write_text(_document(text, setting), encoding="utf-8")
    return 1 if setting.report.wrong else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"of {', '.join(SECTIONS)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="a smoke run: fewer people and queries, small instances")
    parser.add_argument("--limit", type=float, metavar="S", help="seconds for any solver on any one instance")
    parser.add_argument(
        "--curricula", type=Path, default=CURRICULA, metavar="FOLDER", help="real catalogues, with cases"
    )
    parser.add_argument("--write", action="store_true", help="write the table to benchmarks/RESULTS.md")
    call = parser.parse_args()
    unknown = [name for name in call.sections if name not in SECTIONS]
    if unknown:
        parser.error(f"no section {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    return call


def _document(text: str, setting: Setting) -> str:
    kind = "a quick run: smoke, not evidence" if setting.quick else "a full run"
    return (
        f"# What `make bench` printed\n\nTwo shared cores, Python {sys.version_info[0]}.{sys.version_info[1]}, {kind}. "
        f"Medians of {setting.runs} runs; trust the ratios, not the milliseconds. "
        f"– means: no proof within {setting.limit:.0f} s. A ratio is the other solver's time over ours.\n\n"
        f"```text\n{text}```\n"
    )


if __name__ == "__main__":
    sys.exit(main())
