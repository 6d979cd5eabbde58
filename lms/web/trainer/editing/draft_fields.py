"""Fields of the forms about drafts: numbers as people write them, and other items of the draft by their titles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext
from wtforms import Field, FieldList, FormField, SelectField, StringField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.validators import ValidationError

from lms.web.admin.people_forms import CHOICE_WRONG, Choice, Several
from lms.web.trainer.names import Names, Titles
from lms.web.translated import gettext

NUMBER_WRONG = lazy_gettext("Type a number, such as 4 or 2.5.")
WHOLE_WRONG = lazy_gettext("Type a whole number, such as 12.")
NEEDED = lazy_gettext("This is needed.")
LONGEST_NUMBER = 24


class Text(TextAreaField):  # type: ignore[misc]
    """Text of several lines, with the line ends of the document."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """The text; a browser sends each line end as two characters."""
        self.data = valuelist[0].replace("\r\n", "\n") if valuelist else ""


class Amount(StringField):  # type: ignore[misc]
    """A number with a point or a comma: `number` is a Decimal, None where nothing was typed."""

    number: Decimal | None = None
    wrong = NUMBER_WRONG

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the signature of WTForms
        """Is it a number? How large it may be is said by the document's own rules."""
        typed = (self.data or "").strip().replace(",", ".")
        if not typed:
            return
        digits = typed.removeprefix("-").replace(".", "", 1)
        if len(typed) > LONGEST_NUMBER or not (digits.isascii() and digits.isdigit()):
            raise ValidationError(self.wrong)
        self.number = Decimal(typed)


class Whole(Amount):
    """A whole number."""

    wrong = WHOLE_WRONG

    def pre_validate(self, form: Any) -> None:
        """Is it one?"""
        super().pre_validate(form)
        if self.number is not None and self.number != int(self.number):
            raise ValidationError(self.wrong)

    @property
    def whole(self) -> int | None:
        """The number."""
        return None if self.number is None else int(self.number)


class Named(StringField):  # type: ignore[misc]
    """Another item of the draft, typed or chosen by its title: `key` is its id, None where nothing was typed.

    `of` is competency, course or role. `offer` hands the titles in. A `free` one may name what is not there.
    """

    key: str | None = None
    titles: Titles | None = None

    def __init__(self, label: Any = None, validators: Any = None, *, of: str, free: bool = False, **more: Any) -> None:
        super().__init__(label, validators, **more)
        self.of, self.free = of, free
        self.render_kw: dict[str, Any] = {"list": f"known-{of}", "autocomplete": "off"}

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the signature of WTForms
        """Is it there?"""
        typed = (self.data or "").strip()
        if not typed or self.titles is None:
            return
        self.key = self.titles.find(typed) or (typed if self.free else None)
        if self.key is None:
            raise ValidationError(gettext("There is no %(name)s here. Choose from the list.", name=f"“{typed[:80]}”"))


class OneOf(Choice):
    """One of a fixed list, by value and label."""

    def __init__(self, label: Any, options: Mapping[str, Any], **more: Any) -> None:
        super().__init__(label, validate_choice=False, **more)
        self.choices = list(options.items())
        self.type = "SelectField"  # by which the page tells radios from boxes, and a choice from what is optional


class SomeOf(Several):
    """Some of a fixed list, by value and label."""

    def __init__(self, label: Any, options: Mapping[str, Any], **more: Any) -> None:
        super().__init__(label, validate_choice=False, **more)
        self.choices = list(options.items())


class LevelChoice(SelectField):  # type: ignore[misc]
    """A level of the scale, or none; `offer` hands the levels in."""

    def __init__(self, label: Any = None, validators: Any = None, **more: Any) -> None:
        super().__init__(label, validators, validate_choice=False, **more)
        self.choices = [("", "–")]
        self.type = "SelectField"

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the signature of WTForms
        """Is it one of them?"""
        if str(self.data or "") not in {value for value, _ in self.choices or ()}:
            raise ValidationError(CHOICE_WRONG)

    @property
    def level(self) -> int | None:
        """The number of the level."""
        return int(self.data) if self.data else None


def rows(row: type[PlainForm], label: Any) -> FieldList:
    """A list of rows of this form, to which a trainer adds and from which one is taken."""
    return FieldList(FormField(row), label=label)


def every(fields: Iterable[Field]) -> Iterator[Field]:
    """The fields of a form and of its rows."""
    for field in fields:
        if isinstance(field, FieldList | FormField):
            yield from every(field)
        else:
            yield field


def offer(fields: Iterable[Field], names: Names) -> None:
    """Hand the titles and levels of a draft to the fields that ask for them."""
    for field in every(fields):
        if isinstance(field, Named):
            field.titles = getattr(names, field.of)
        elif isinstance(field, LevelChoice):
            field.choices = [("", "–"), *names.levels]


def filled(row: Any) -> bool:
    """Was anything typed into this row?"""
    return any(str(field.data or "").strip() for field in row.form)


def number_shown(value: Any) -> str:
    """A number of a document as a form shows it."""
    return "" if value is None else str(value)


def but(value: Any, usual: Any) -> Any:
    """The value; None for the usual one, which a document leaves out."""
    return None if value == usual else value


def kept(document: dict[str, Any]) -> dict[str, Any]:
    """The document without what was left empty."""
    return {key: value for key, value in document.items() if value not in (None, "", [], {})}
