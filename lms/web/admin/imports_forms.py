"""The forms of imports: the file, and which of its columns is what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired

from lms.interop.sheets.columns import Kind
from lms.services.imports import ColumnUse
from lms.web.admin.people_forms import Choice
from lms.web.forms import Form


class FileForm(Form):
    """The file to bring."""

    file = FileField(lazy_gettext("The file"), validators=[FileRequired(lazy_gettext("Choose a file: CSV or XLSX."))])


def columns_form(columns: Sequence[ColumnUse], kind: Kind) -> FlaskForm:
    """A select for each column of the file: the field it is, or none."""
    choices = [("", gettext("Leave this column out")), *((known.name, known.name) for known in kind.columns)]
    fields = {
        _name(number): Choice(
            column.header,
            description=gettext("for example %(text)s", text=column.example) if column.example else "",
            default=column.field or "",
        )
        for number, column in enumerate(columns)
    }
    form: FlaskForm = type("ColumnsForm", (Form,), fields)()
    for name in fields:
        form[name].choices = choices
    return form


def mapping_of(form: FlaskForm, columns: Sequence[ColumnUse]) -> Mapping[str, str]:
    """What the form says: for each header its field, "" for none."""
    return {column.header: form[_name(number)].data for number, column in enumerate(columns)}


def _name(number: int) -> str:
    return f"column{number}"
