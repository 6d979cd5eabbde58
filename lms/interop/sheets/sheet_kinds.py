"""The kinds of sheet that can be imported, by name: for templates, for mapping columns by hand, for addresses of pages."""

from __future__ import annotations

from lms.interop.sheets.columns import Kind
from lms.interop.sheets.record_sheets import COMPLETIONS, EVIDENCE, OUTCOMES
from lms.interop.sheets.roster import ROSTER

KINDS: dict[str, Kind] = {kind.name: kind for kind in (ROSTER, COMPLETIONS, EVIDENCE, OUTCOMES)}
