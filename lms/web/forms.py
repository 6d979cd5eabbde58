"""What forms share: fields that take nothing a database cannot hold, and refusals put beside the field they mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Field, ValidationError

from lms.errors import Invalid


def plain(_form: Any, field: Field) -> None:
    """A validator: no NUL, which one database keeps and the other refuses."""
    if isinstance(field.data, str) and "\x00" in field.data:
        raise ValidationError(lazy_gettext("This holds a character that cannot be seen. Type it again."))


def clean(rule: Callable[[str], str], message: Any) -> Callable[[Any, Field], None]:
    """A validator and filter in one: the field's text becomes what `rule` makes of it, or is refused in these words."""

    def check(_form: Any, field: Field) -> None:
        try:
            field.data = rule(field.data or "")
        except Invalid:
            raise ValidationError(message) from None

    return check


class Form(FlaskForm):  # type: ignore[misc]
    """A form whose service may refuse it, too."""

    def take(self, refused: Invalid) -> None:
        """Put each problem beside the field it names, or above the form."""
        for problem in refused.problems:
            if problem.field in self:
                field = self[problem.field]
                field.errors = (*field.errors, problem.message)
            else:
                self.form_errors.append(problem.message)
