"""Taking one step of a case or of a candidate by its form, and why it was not taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lms.errors import Conflict, Invalid, Problem
from lms.web.forms import Form


def refusal(form: Form | None, verb: Callable[[Any], object]) -> tuple[list[Problem], int] | None:
    """Take the step; None when it was taken, else what stands above the page, and the status of the answer.

    What is wrong with a field stands beside it in the form.
    """
    if form is not None and not form.validate_on_submit():
        return [], 422
    try:
        verb(form)
    except Invalid as refused:
        if form is None:
            return list(refused.problems), 422
        form.take(refused)
        return [], 422
    except Conflict as refused:
        return [Problem(refused.args[0])], 409
    return None
