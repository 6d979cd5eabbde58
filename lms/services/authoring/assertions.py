"""A draft's own tests, run; what a digest gave on a day is kept, for the same page is looked at again and again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from lms.engine.assertions import Outcome, run_tests
from lms.engine.curriculum import Curriculum
from lms.services.authoring.drafts import Draft


@dataclass(frozen=True, slots=True)
class _Kept:
    digest: str
    value: Curriculum = field(compare=False)


def outcomes(draft: Draft, today: date) -> Sequence[Outcome]:
    """How each test of the draft ends today, in the document's order."""
    return _outcomes(_Kept(draft.digest, draft.value), today)


@lru_cache(maxsize=32)
def _outcomes(kept: _Kept, today: date) -> Sequence[Outcome]:
    return run_tests(kept.value, today)
